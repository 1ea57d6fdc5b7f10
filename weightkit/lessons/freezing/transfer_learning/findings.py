"""What was carried over and what it was worth, as typed facts."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd
from scipy import special

from .config import FROZEN, SCRATCH, TRANSFERS, TUNED


@dataclass(frozen=True)
class Gain:
    """Test accuracy minus that of "from scratch" on the same examples, paired by seed, for one number of examples.

    mean, and its 95 % interval low to high (nan for one seed), over n seeds; better, worse: the interval leaves out 0.
    """

    condition: str
    n_labelled: int
    mean: float
    low: float
    high: float
    n: int
    better: bool
    worse: bool


@dataclass(frozen=True)
class Level:
    """Mean test accuracies after the last epoch at one number of examples, by condition; diverged networks left out."""

    n_labelled: int
    accuracy: tuple[tuple[str, float], ...]

    def of(self, condition: str) -> float:
        return dict(self.accuracy).get(condition, math.nan)

    @property
    def best(self) -> str:
        """The condition with the highest mean, the first of equals; "" where all diverged."""
        return max(self.accuracy, key=lambda pair: pair[1])[0] if self.accuracy else ""


@dataclass(frozen=True)
class Facts:
    """levels and gains: by number of examples, small to large; known: lowest and highest accuracy of the pretrained
    networks on test images of the old task; luck: at the fewest examples, the highest minus the lowest accuracy from
    scratch over n_seeds seeds.
    """

    task: str
    n_seeds: int
    levels: tuple[Level, ...]
    gains: tuple[Gain, ...]
    known: tuple[float, float]
    luck: float

    def at(self, n_labelled: int) -> Level:
        return next(level for level in self.levels if level.n_labelled == n_labelled)

    def of(self, condition: str) -> tuple[Gain, ...]:
        return tuple(gain for gain in self.gains if gain.condition == condition)


def facts(curves: pd.DataFrame, pretraining: pd.DataFrame, task: str) -> Facts:
    """The facts of a run's frames (see `experiment.TransferResult`)."""
    ends = last(curves)
    known = pretraining[(pretraining["epoch"] == pretraining["epoch"].max()) & (pretraining["split"] == "test")]
    scratch = ends[(ends["condition"] == SCRATCH) & (ends["n_labelled"] == ends["n_labelled"].min())]["accuracy"]
    counts = sorted(int(n) for n in ends["n_labelled"].unique())
    return Facts(
        task=task,
        n_seeds=int(ends["seed"].nunique()),
        levels=tuple(_level(ends, n) for n in counts),
        gains=gains(curves),
        known=(float(known["accuracy"].min()), float(known["accuracy"].max())),
        luck=float(scratch.max() - scratch.min()),
    )


def last(curves: pd.DataFrame) -> pd.DataFrame:
    """Test rows of the last epoch, with `diverged` where the loss is not a finite number."""
    rows = curves[(curves["epoch"] == curves["epoch"].max()) & (curves["split"] == "test")]
    return rows.assign(diverged=~rows["loss"].abs().lt(math.inf))


def _level(ends: pd.DataFrame, n_labelled: int) -> Level:
    rows = ends[(ends["n_labelled"] == n_labelled) & ~ends["diverged"]]
    means = rows.groupby("condition")["accuracy"].mean()
    return Level(n_labelled, tuple((c, float(means[c])) for c in TRANSFERS if c in means))


def against_scratch(curves: pd.DataFrame) -> pd.DataFrame:
    """[n_labelled, seed, condition, accuracy_gain]: test accuracy minus that of "from scratch" on the same examples."""
    rows = last(curves)
    wide = (
        rows[~rows["diverged"]]
        .pivot(index=["n_labelled", "seed"], columns="condition", values="accuracy")
        .reindex(columns=list(TRANSFERS))
    )
    found = wide[[FROZEN, TUNED]].sub(wide[SCRATCH], axis=0)
    return found.melt(ignore_index=False, value_name="accuracy_gain").reset_index().dropna()


def gains(curves: pd.DataFrame) -> tuple[Gain, ...]:
    """Every comparison with "from scratch"."""
    groups = against_scratch(curves).groupby(["condition", "n_labelled"])["accuracy_gain"]
    return tuple(_gain(str(c), int(n), values) for (c, n), values in groups)


def _gain(condition: str, n_labelled: int, values: pd.Series) -> Gain:
    mean, n = float(values.mean()), len(values)
    reach = float(special.stdtrit(n - 1, 0.975) * values.std() / math.sqrt(n)) if n > 1 else math.nan
    return Gain(condition, n_labelled, mean, mean - reach, mean + reach, n, mean - reach > 0, mean + reach < 0)

"""What was carried over and what it was worth, as typed facts."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations

import pandas as pd

from ....lazy import special
from ...comparisons import holm
from .config import FROZEN, INVERTED, NEW_DIGITS, SCRATCH, TRANSFERS, TUNED

POINT = 0.01
LEVEL = 0.05  # of all comparisons of a run together
CLASSES = {NEW_DIGITS: 5, INVERTED: 10}  # of the old task


@dataclass(frozen=True)
class Gain:
    """Test accuracy minus that of "from scratch" on the same examples, paired by seed, for one
    number of examples.

    mean, and its 95% interval low to high, uncorrected (nan for one seed), over n seeds; p: see
    `comparisons`.
    """

    condition: str
    n_labelled: int
    mean: float
    low: float
    high: float
    n: int
    p: float

    @property
    def better(self) -> bool:
        return self.p < LEVEL and self.mean > 0

    @property
    def worse(self) -> bool:
        return self.p < LEVEL and self.mean < 0


@dataclass(frozen=True)
class Level:
    """Mean test accuracies after the last epoch at one number of examples, by condition; diverged
    networks left out.

    winner: the condition that beats both others, see `comparisons` ("": none does);
    pixels: of logistic regression on the pixels (nan: it diverged for every seed).
    """

    n_labelled: int
    accuracy: tuple[tuple[str, float], ...]
    winner: str
    pixels: float

    @property
    def needed(self) -> bool:
        """Whether the best network beats logistic regression by more than a point."""
        best = max((value for _, value in self.accuracy), default=math.nan)
        return best > self.pixels + POINT


@dataclass(frozen=True)
class Facts:
    """levels and gains: by number of examples, small to large.

    pretrained: epochs of pretraining; known: lowest and highest accuracy of the pretrained networks
    on test images of the old task (nan: all diverged), chance: that of guessing; luck: at the
    fewest examples, the highest minus the lowest accuracy from scratch over n_seeds seeds, diverged
    networks left out (nan: all diverged); compared: how many tests `comparisons` are.
    """

    task: str
    n_seeds: int
    levels: tuple[Level, ...]
    gains: tuple[Gain, ...]
    pretrained: int
    known: tuple[float, float]
    chance: float
    luck: float
    compared: int

    def at(self, n_labelled: int) -> Level:
        return next(level for level in self.levels if level.n_labelled == n_labelled)

    def of(self, condition: str) -> tuple[Gain, ...]:
        return tuple(gain for gain in self.gains if gain.condition == condition)

    @property
    def few(self) -> bool:
        """Whether taking over pays at the fewest examples and no longer at the most."""
        counts = [level.n_labelled for level in self.levels]
        paying = {gain.n_labelled for gain in self.gains if gain.better}
        return min(counts) in paying and max(counts) not in paying


def facts(
    curves: pd.DataFrame, pretraining: pd.DataFrame, pixels: pd.DataFrame, task: str
) -> Facts:
    """The facts of a run's frames (see `experiment.TransferResult`)."""
    ends = last(curves)
    before = last(pretraining)
    known = before[~before["diverged"]]["accuracy"]
    scratch = ends[
        (ends["condition"] == SCRATCH)
        & (ends["n_labelled"] == ends["n_labelled"].min())
        & ~ends["diverged"]
    ]
    counts = sorted(int(n) for n in ends["n_labelled"].unique())
    tests = comparisons(curves)
    plain = pixels[pixels["loss"].abs().lt(math.inf)].groupby("n_labelled")["accuracy"].mean()
    return Facts(
        task=task,
        n_seeds=int(ends["seed"].nunique()),
        levels=tuple(
            _level(ends[ends["n_labelled"] == n], n, float(plain.get(n, math.nan)), tests)
            for n in counts
        ),
        gains=gains(curves),
        pretrained=int(pretraining["epoch"].max()),
        known=(float(known.min()), float(known.max())),
        chance=1 / CLASSES[task],
        luck=float(scratch["accuracy"].max() - scratch["accuracy"].min()),
        compared=sum(not math.isnan(p) for p in tests.values()),
    )


def last(curves: pd.DataFrame) -> pd.DataFrame:
    """Test rows of the last epoch, with `diverged` where the loss is not a finite number."""
    rows = curves[(curves["epoch"] == curves["epoch"].max()) & (curves["split"] == "test")]
    return rows.assign(diverged=~rows["loss"].abs().lt(math.inf))


def comparisons(curves: pd.DataFrame) -> dict[tuple[int, frozenset[str]], float]:
    """{(number of examples, two conditions): p}: every paired t test over the seeds that a run
    allows, corrected by Holm's method for all of them together; nan for one seed.
    """
    wide = _by_seed(last(curves))
    found = {
        (int(n), frozenset((one, other))): paired((mine[one] - mine[other]).dropna())
        for n, mine in wide.groupby("n_labelled")
        for one, other in combinations(TRANSFERS, 2)
    }
    return dict(zip(found, holm(list(found.values())), strict=True))


def _level(ends: pd.DataFrame, n_labelled: int, pixels: float, tests: dict) -> Level:
    means = _by_seed(ends).mean()
    known = tuple((c, float(means[c])) for c in TRANSFERS if not math.isnan(means[c]))
    best = max(known, key=lambda pair: pair[1])[0] if known else ""
    rivals = [frozenset((best, c)) for c in TRANSFERS if c != best]
    clear = bool(best) and all(tests[n_labelled, two] < LEVEL for two in rivals)
    return Level(n_labelled, known, best if clear else "", pixels)


def _by_seed(ends: pd.DataFrame) -> pd.DataFrame:
    """Accuracies of one or more numbers of examples, a column per condition; nan where a network
    diverged.
    """
    known = ends[~ends["diverged"]]
    wide = known.pivot(index=["n_labelled", "seed"], columns="condition", values="accuracy")
    return wide.reindex(columns=list(TRANSFERS))


def against_scratch(curves: pd.DataFrame) -> pd.DataFrame:
    """[n_labelled, seed, condition, accuracy_gain]: test accuracy minus that of "from scratch" on
    the same examples.
    """
    wide = _by_seed(last(curves))
    found = wide[[FROZEN, TUNED]].sub(wide[SCRATCH], axis=0)
    return found.melt(ignore_index=False, value_name="accuracy_gain").reset_index().dropna()


def gains(curves: pd.DataFrame) -> tuple[Gain, ...]:
    """Every comparison with "from scratch"."""
    groups = list(against_scratch(curves).groupby(["condition", "n_labelled"])["accuracy_gain"])
    tests = comparisons(curves)
    return tuple(
        _gain(str(c), int(n), values, tests[int(n), frozenset((str(c), SCRATCH))])
        for (c, n), values in groups
    )


def _gain(condition: str, n_labelled: int, values: pd.Series, p: float) -> Gain:
    mean, n = float(values.mean()), len(values)
    reach = (
        float(special.stdtrit(n - 1, 0.975) * values.std() / math.sqrt(n)) if n > 1 else math.nan
    )
    return Gain(condition, n_labelled, mean, mean - reach, mean + reach, n, p)


def paired(differences: pd.Series) -> float:
    """Two-sided p of the t test that their mean is 0; nan below two of them."""
    n, mean = len(differences), float(differences.mean())
    if n < 2:
        return math.nan
    error = float(differences.std()) / math.sqrt(n)
    if error < 1e-12:  # all the same
        return 1.0 if abs(mean) < 1e-12 else 0.0
    return float(2 * special.stdtr(n - 1, -abs(mean / error)))

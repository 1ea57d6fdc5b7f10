"""What networks with frozen parameters did, as typed facts."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from ...settings import KINDS
from .config import FC1, HALF


@dataclass(frozen=True)
class Condition:
    """One condition; accuracies are means over its networks that did not diverge (nan: all did),
    test split.

    end: after the last epoch; half, after: at the end of the first half and one epoch later (nan:
    there is no half); lost of n_seeds networks diverged.
    """

    name: str
    end: float
    half: float
    after: float
    lost: int


@dataclass(frozen=True)
class Facts:
    """conditions: in the order of the run; half: the last epoch of the first half, 0 where there is
    none.

    times: how often a parameter was frozen for an epoch, over all networks; farthest: the most that
        one of them moved;
    through: with fc1 frozen, what its weights and those of the input layer travelled, the sum of
    all epochs' distances (None: there is no such condition, or all its networks diverged).
    """

    epochs: int
    half: int
    n_seeds: int
    conditions: tuple[Condition, ...]
    times: int
    farthest: float
    through: tuple[float, float] | None

    def of(self, name: str) -> Condition | None:
        """The condition of this name that has at least one network with an answer at the end."""
        found = [c for c in self.conditions if c.name == name and not math.isnan(c.end)]
        return found[0] if found else None

    @property
    def known(self) -> tuple[Condition, ...]:
        """The conditions that have an answer at the end."""
        return tuple(c for c in self.conditions if not math.isnan(c.end))

    @property
    def switched(self) -> Condition | None:
        """The condition that was switched on at half-time."""
        return self.of(HALF) if 0 < self.half < self.epochs else None


def facts(curves: pd.DataFrame, movement: pd.DataFrame, status: pd.DataFrame) -> Facts:
    """The facts of a run's frames (see `experiment.Result`)."""
    epochs = int(curves["epoch"].max())
    half = epochs // 2
    frozen = movement.merge(
        status[~status["requires_grad"]], on=["condition", "epoch", "layer", "parameter"]
    )
    return Facts(
        epochs=epochs,
        half=half,
        n_seeds=int(curves["seed"].nunique()),
        conditions=_conditions(curves, epochs, half),
        times=len(frozen),
        farthest=_farthest(frozen["distance"]),
        through=_through(movement),
    )


def _conditions(curves: pd.DataFrame, epochs: int, half: int) -> tuple[Condition, ...]:
    found = []
    for name, mine in curves[curves["split"] == "test"].groupby("condition", sort=False):
        lost = set(mine.loc[mine["diverged"], "seed"])
        means = mine[~mine["seed"].isin(lost)].groupby("epoch")["accuracy"].mean()
        end, middle, after = (
            float(means.get(e, math.nan)) for e in (epochs, half or -1, half + 1 if half else -1)
        )
        found.append(Condition(str(name), end, middle, after, len(lost)))
    return tuple(found)


def _through(movement: pd.DataFrame) -> tuple[float, float] | None:
    mine = movement[(movement["condition"] == FC1) & movement["distance"].abs().lt(math.inf)]
    sums = (
        mine[mine["parameter"] == "weight"]
        .groupby(["seed", "layer"])["distance"]
        .sum()
        .groupby("layer")
        .mean()
    )
    return (
        (float(sums["fc1"]), float(sums["input"])) if {"input", "fc1"} <= set(sums.index) else None
    )


# ---------------------------------------------------------------- one condition, parameter by
# parameter


@dataclass(frozen=True)
class Off:
    """When requires_grad is False, of one condition: `rows` (parameters, such as "fc1 weights") of
    `parameters`, in
    `cells` of `total` (parameter and epoch), between epochs first and last, of `epochs`; solid: all
    the time between.
    """

    rows: tuple[str, ...]
    parameters: int
    cells: int
    total: int
    first: int
    last: int
    epochs: int

    @property
    def solid(self) -> bool:
        return self.cells == len(self.rows) * (self.last - self.first + 1)


def off(status: pd.DataFrame) -> Off:
    """When what is frozen, from the status of one condition."""
    frozen, epochs = status[~status["requires_grad"]], int(status["epoch"].max())
    rows = tuple(dict.fromkeys(row_names(frozen)))
    first, last = (
        (int(frozen["epoch"].min()), int(frozen["epoch"].max())) if len(frozen) else (0, 0)
    )
    parameters = row_names(status).nunique()
    return Off(rows, parameters, len(frozen), len(status), first, last, epochs)


def row_names(frame: pd.DataFrame) -> pd.Series:
    """ "fc1 weights", ... by row."""
    return frame["layer"] + " " + frame["parameter"].map(KINDS)


@dataclass(frozen=True)
class Moved:
    """How far the parameters of one condition moved in an epoch, means over networks; what is not
    finite is left out.

    frozen: most of a frozen one (None: nothing was frozen); free, still: parameter and epoch that
    could learn, and those of them that moved by exactly 0; row, most, epoch: the parameter that
    moved most (row "": none).
    """

    frozen: float | None
    free: int
    still: int
    row: str
    most: float
    epoch: int


def moved(frozen: pd.Series, means: pd.DataFrame) -> Moved:
    """frozen: distances of frozen parameters; means: [epoch, row, requires_grad, distance], means
    over networks.
    """
    known = means[means["distance"].abs().lt(math.inf)]
    free = known[known["requires_grad"]]["distance"]
    most = None if frozen.empty else _farthest(frozen)
    drawn = known[known["distance"] > 0]
    counts = len(free), int((free == 0).sum())
    if drawn.empty:
        return Moved(most, *counts, "", 0.0, 0)
    top = drawn.loc[drawn["distance"].idxmax()]
    return Moved(most, *counts, str(top["row"]), float(top["distance"]), int(top["epoch"]))


def _farthest(distances: pd.Series) -> float:
    """The largest that is finite, 0 where none is."""
    known = distances[distances.abs().lt(math.inf)]
    return float(known.max()) if len(known) else 0.0

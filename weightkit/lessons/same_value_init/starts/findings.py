"""What a run of part 2 shows, as typed facts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import pandas as pd

from ...survivors import survivors
from ..config import CLOSE
from .config import BASELINE, FC1_ZERO
from .looks import distinct_rows, matrix

BETTER, NEAR, STUCK = 1.1, 0.9, 0.1
"""Shares of the way from chance to the baseline: from NEAR on a start does no harm, up to STUCK it
hardly leaves chance.
"""

TRAINED = 0.1
"""A baseline that gains less than this over chance has not learned enough to measure others by its
gain.

A tenth of a greater gain is more than a point, so that what differs in kind also differs as
printed.
"""


class End(StrEnum):
    """How a start ended, beside the baseline."""

    BASELINE = "baseline"
    BETTER = "better"
    NEAR = "near"
    BETWEEN = "between"
    STUCK = "stuck"
    DIVERGED = "diverged"


@dataclass(frozen=True)
class Outcome:
    """Accuracies after training, fractions, of the networks that have not diverged (of all, where
    all have): the mean over seeds, lowest and highest on the test split; train: mean.

    lost: of its networks have diverged; end: DIVERGED where all of them have.
    """

    condition: str
    accuracy: float
    low: float
    high: float
    train: float
    end: End
    lost: int = 0


@dataclass(frozen=True)
class Change:
    """How many of the n numbers of the first seed's network training has moved, and in which
    (layer, parameter).
    """

    condition: str
    moved: int
    n: int
    where: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Copies:
    """A start whose every hidden layer is one unit, copied, in every network at every epoch.

    inputs: weights of an input unit; different: values among them after training; alive: training
        moved most numbers.
    """

    condition: str
    inputs: int
    different: int
    alive: bool


@dataclass(frozen=True)
class Sleepers:
    """Units of a layer whose weights training never moved (asleep), and how many of those began
    with a negative bias.
    """

    units: int
    asleep: int
    negative: int


@dataclass(frozen=True)
class Facts:
    """outcomes: the baseline's first; floor: share of the commonest class of the test set;
    sleepers: of fc1 in FC1_ZERO.
    """

    epochs: int
    n_seeds: int
    floor: float
    outcomes: tuple[Outcome, ...]
    copies: tuple[Copies, ...]
    changes: tuple[Change, ...]
    sleepers: Sleepers | None

    @property
    def baseline(self) -> Outcome:
        """How the baseline ended."""
        return self.outcomes[0]

    @property
    def rivals(self) -> tuple[Outcome, ...]:
        """How the others ended."""
        return self.outcomes[1:]

    @property
    def trained(self) -> bool:
        """Whether the baseline learned enough to measure others by."""
        return self.baseline.accuracy - self.floor >= TRAINED

    def ended(self, *ends: End) -> tuple[Outcome, ...]:
        """The rivals that ended so."""
        return tuple(o for o in self.rivals if o.end in ends)

    @property
    def near(self) -> tuple[Outcome, ...]:
        """The rivals that ended close to the baseline or above it."""
        return self.ended(End.NEAR, End.BETTER)

    @property
    def learned(self) -> tuple[Outcome, ...]:
        """The networks of width one that left chance; none where the baseline has not."""
        copied = {c.condition for c in self.copies if self.trained}
        left = self.ended(End.BETTER, End.NEAR, End.BETWEEN)
        return tuple(o for o in left if o.condition in copied)

    def outcome(self, condition: str) -> Outcome | None:
        """How this start ended; None where it was not trained."""
        return next((o for o in self.outcomes if o.condition == condition), None)

    def change(self, condition: str) -> Change | None:
        """What training moved in this start; None where it was not trained."""
        return next((c for c in self.changes if c.condition == condition), None)


def facts(
    curves: pd.DataFrame, symmetry: pd.DataFrame, parameters: pd.DataFrame, chance: pd.DataFrame
) -> Facts:
    """The facts of a run's frames (see `experiment.Result`)."""
    changed = changes(parameters)
    there = {c.condition for c in changed}
    return Facts(
        epochs=int(curves["epoch"].max()),
        n_seeds=int(curves["seed"].nunique()),
        floor=_floor(chance),
        outcomes=outcomes(curves, chance),
        copies=copies(symmetry, parameters, changed),
        changes=changed,
        sleepers=sleepers(parameters, FC1_ZERO, "fc1") if FC1_ZERO in there else None,
    )


def _floor(chance: pd.DataFrame) -> float:
    return float(chance.loc[chance["split"] == "test", "share"].iloc[0])


# ---------------------------------------------------------------- learning


def outcomes(curves: pd.DataFrame, chance: pd.DataFrame) -> tuple[Outcome, ...]:
    """How each condition ended, the baseline first."""
    last = curves[curves["epoch"] == curves["epoch"].max()]
    keys = ["split", "condition"]
    left = survivors(last, keys).groupby(keys, sort=False)["accuracy"]
    ends = left.agg(["mean", "min", "max"])
    lost = last.groupby("condition", sort=False)["diverged"].sum() // 2  # a row for each split
    seeds = last["seed"].nunique()
    test, train, floor = ends.loc["test"], ends.loc["train"], _floor(chance)
    top = float(test.loc[BASELINE, "mean"])
    return tuple(
        Outcome(
            condition=name,
            accuracy=float(row["mean"]),
            low=float(row["min"]),
            high=float(row["max"]),
            train=float(train.loc[name, "mean"]),
            end=_end(float(row["mean"]), floor, top, name == BASELINE, lost[name] == seeds),
            lost=int(lost[name]),
        )
        for name, row in test.loc[last["condition"].unique()].iterrows()
    )


def _end(accuracy: float, floor: float, top: float, is_baseline: bool, diverged: bool) -> End:
    if is_baseline or diverged:
        return End.BASELINE if is_baseline else End.DIVERGED
    gain = top - floor
    if gain < TRAINED:
        near = abs(accuracy - top) <= CLOSE
        return End.NEAR if near else End.BETTER if accuracy > top else End.STUCK
    way = (accuracy - floor) / gain
    for end, least in ((End.BETTER, BETTER), (End.NEAR, NEAR)):
        if way >= least:
            return end
    return End.STUCK if way <= STUCK else End.BETWEEN


# ---------------------------------------------------------------- symmetry


def copies(
    symmetry: pd.DataFrame, parameters: pd.DataFrame, changed: tuple[Change, ...]
) -> tuple[Copies, ...]:
    """The starts that are networks of width one."""
    hidden = symmetry[symmetry["layer"] != "output"]
    alone = hidden["distinct_units"].eq(1).groupby(hidden["condition"], sort=False).all()
    most = {c.condition for c in changed if c.moved > c.n / 2}
    found = []
    for name in alone.index[alone]:
        columns = matrix(parameters, name, "input", "after").T
        found.append(Copies(name, len(columns), distinct_rows(columns), name in most))
    return tuple(found)


# ---------------------------------------------------------------- what moved


def changes(parameters: pd.DataFrame) -> tuple[Change, ...]:
    """What training has moved in the first seed's network of every condition."""
    before, after = (
        parameters[parameters["stage"] == stage].reset_index(drop=True)
        for stage in ("before", "after")
    )
    table = before.astype({"condition": str, "layer": str, "parameter": str})
    table = table.assign(moved=before["value"] != after["value"])
    found = []
    for condition, rows in table.groupby("condition", sort=False):
        moved = rows.groupby(["layer", "parameter"], sort=False)["moved"].any()
        where = tuple(moved.index[moved])
        found.append(Change(str(condition), int(rows["moved"].sum()), len(rows), where))
    return tuple(found)


def sleepers(parameters: pd.DataFrame, condition: str, layer: str) -> Sleepers:
    """Of one layer of the first seed's network."""
    before, after = (matrix(parameters, condition, layer, stage) for stage in ("before", "after"))
    chosen = (parameters["condition"] == condition) & (parameters["layer"] == layer)
    rows = parameters[chosen & (parameters["stage"] == "before")]
    bias = rows[rows["parameter"] == "bias"].sort_values("index")["value"].to_numpy()
    asleep = (before == after).all(1)
    return Sleepers(len(before), int(asleep.sum()), int((asleep & (bias < 0)).sum()))

"""What a run shows, as typed facts."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from .config import BATCHES, MATCHED, PAIRS, SEEDS

if TYPE_CHECKING:
    import pandas as pd

    from .experiment import Result

NEAR = 0.05  # test accuracies this near count as level


class Outcome(Enum):
    """What lies halfway between two seeds, by mean test accuracy."""

    LOST = "no pair of two seeds is left: of each, a network diverged"
    NOTHING = "the networks have learned no more than the commonest answer"
    JOINED = "the middle is within NEAR of the ends, without any matching"
    ONE_VALLEY = "it is not; once the units are matched, it is"
    NEARER = "matching lifts the middle by more than NEAR, but not to the ends"
    APART = "matching lifts it by no more than NEAR"


@dataclass(frozen=True)
class Line:
    """Means over the n lines of one kind; accuracies on the test split, losses on the training
    split.

    ends: accuracy of the networks at both ends; middle: of the one halfway, low and high its range;
    loss, loss_ends: the loss there; rise: how far the loss comes above the straight line between
    the losses of the ends, at most.
    """

    name: str
    n: int
    ends: float
    middle: float
    low: float
    high: float
    loss: float
    loss_ends: float
    rise: float


@dataclass(frozen=True)
class Match:
    """Of the first W: means over its units and the n pairs of networks, and the most alike two.

    moved: share of the hidden units, in all layers, that matching has put elsewhere; same_place,
    matched, untrained: cosines; unit, partner, cosine: of the two most alike rows of the first
    pair.
    """

    n: int
    moved: float
    same_place: float
    matched: float
    untrained: float
    unit: int
    partner: int
    cosine: float


@dataclass(frozen=True)
class Shift:
    """Every hidden unit one place on: the smallest share of weights that changed in a network, and
    the largest difference of an output; of how many weights, outputs and networks.
    """

    weights: int
    changed: float
    outputs: int
    largest: float
    difference: float
    networks: int

    @property
    def bound(self) -> float:
        """No output differs by more: `difference`, rounded up to one digit."""
        if not self.difference:
            return 0.0
        step = 10.0 ** math.floor(math.log10(self.difference))
        return math.ceil(self.difference / step - 1e-9) * step


@dataclass(frozen=True)
class Facts:
    """lines: by name, those that are left; match, shift: None where nothing is left; lost of
    networks diverged; measured of n_train examples give the losses, n_test the accuracies.
    """

    lines: dict[str, Line]
    match: Match | None
    shift: Shift | None
    chance: float
    lost: int
    networks: int
    measured: int
    n_train: int
    n_test: int

    @property
    def seeds(self) -> Line | None:
        return self.lines.get(SEEDS)

    @property
    def matched(self) -> Line | None:
        return self.lines.get(MATCHED)

    @property
    def batches(self) -> Line | None:
        return self.lines.get(BATCHES)

    @property
    def outcome(self) -> Outcome:
        two, matched = self.seeds, self.matched
        if two is None or matched is None:
            return Outcome.LOST
        if not two.ends > self.chance + NEAR:
            return Outcome.NOTHING
        if two.middle >= two.ends - NEAR:
            return Outcome.JOINED
        if matched.middle >= matched.ends - NEAR:
            return Outcome.ONE_VALLEY
        return Outcome.NEARER if matched.middle > two.middle + NEAR else Outcome.APART


def facts(result: Result) -> Facts:
    """The facts of a run."""
    last = result.curves[result.curves["epoch"] == result.curves["epoch"].max()]
    sizes = result.sizes.set_index("split")
    lines = [_line(result.path, name) for name in PAIRS]
    return Facts(
        lines={line.name: line for line in lines if line is not None},
        match=_match(result) if len(result.units) else None,
        shift=_shift(result.invariance) if len(result.invariance) else None,
        chance=float(result.chance.set_index("split")["share"]["test"]),
        lost=int(last[last["split"] == "train"]["diverged"].sum()),
        networks=int((last["split"] == "train").sum()),
        measured=int(sizes["measured"]["train"]),
        n_train=int(sizes["n"]["train"]),
        n_test=int(sizes["n"]["test"]),
    )


def _line(path: pd.DataFrame, name: str) -> Line | None:
    rows = path[path["pair"] == name]
    loss = rows[rows["split"] == "train"].pivot(index="seed", columns="t", values="loss")
    right = rows[rows["split"] == "test"].pivot(index="seed", columns="t", values="accuracy")
    known = loss.abs().lt(math.inf).all(axis=1)
    loss, right = loss[known], right[known]
    if not len(loss):
        return None
    ends = loss[[0.0, 1.0]].mean(axis=1)
    straight = loss.copy()
    for t in loss.columns:
        straight[t] = (1 - t) * loss[0.0] + t * loss[1.0]
    middle = right[0.5]
    return Line(
        name=name,
        n=len(loss),
        ends=float(right[[0.0, 1.0]].mean().mean()),
        middle=float(middle.mean()),
        low=float(middle.min()),
        high=float(middle.max()),
        loss=float(loss[0.5].mean()),
        loss_ends=float(ends.mean()),
        rise=float((loss - straight).max(axis=1).mean()),
    )


def _match(result: Result) -> Match:
    first = result.units[result.units["layer"] == result.units["layer"].iloc[0]]
    best = result.rows.iloc[0]
    row = first[(first["seed"] == best["seed"]) & (first["unit"] == best["unit"])].iloc[0]
    return Match(
        n=int(first["seed"].nunique()),
        moved=float((result.units["unit"] != result.units["partner"]).mean()),
        same_place=float(first["same_place"].mean()),
        matched=float(first["matched"].mean()),
        untrained=float(first["untrained"].mean()),
        unit=int(best["unit"]),
        partner=int(best["partner"]),
        cosine=float(row["matched"]),
    )


def _shift(invariance: pd.DataFrame) -> Shift:
    return Shift(
        weights=int(invariance["weights"].iloc[0]),
        changed=float(invariance["changed"].min()),
        outputs=int(invariance["outputs"].iloc[0]),
        largest=float(invariance["largest"].max()),
        difference=float(invariance["difference"].max()),
        networks=len(invariance),
    )

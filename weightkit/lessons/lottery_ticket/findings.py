"""What is true of the tickets of one run."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from .config import FRESH, OWN, SHUFFLED

if TYPE_CHECKING:
    import pandas as pd

    from .experiment import Result

APART = 0.05  # means this far apart are called different
NEAR = 0.01  # a ticket is as good as the whole network if it ends at most this far below


class Outcome(Enum):
    """How own numbers end beside fresh ones, in the last round."""

    NOTHING = "the whole networks learn no more than the commonest answer"
    AHEAD = "own numbers end at least 5 points higher"
    ALIKE = "within 5 points"
    BEHIND = "fresh numbers end at least 5 points higher"


@dataclass(frozen=True)
class Start:
    """The networks of one start in one round: mean, least and largest accuracy over seeds, its mean
    in the first epochs (`early`) and before any (`untrained`); lost: how many diverged.
    """

    mean: float
    low: float
    high: float
    early: float
    untrained: float
    lost: int


@dataclass(frozen=True)
class Round:
    """A round and the share of weights left. ahead: seeds whose own numbers end above the fresh
    ones.
    """

    number: int
    kept: float
    own: Start
    fresh: Start
    shuffled: Start
    ahead: int

    @property
    def gap(self) -> float:
        return self.own.mean - self.fresh.mean


@dataclass(frozen=True)
class Constant:
    """Inputs that are the same in every training example: how many of `inputs`; the share of their
    weights, and of the others', that is left after the first round.
    """

    n: int
    inputs: int
    kept: float
    others: float


@dataclass(frozen=True)
class Facts:
    """whole: the networks before anything is removed; rounds: the tickets; chance: of always giving
    the commonest answer; layers: the share left of each at the end; constant: None where every
    input varies, or none does; bare: inputs without a weight at the end, mean over seeds.
    """

    whole: Start
    rounds: tuple[Round, ...]
    chance: float
    n_seeds: int
    networks: int
    lost: int
    epochs: int
    layers: dict[str, float]
    constant: Constant | None
    bare: float
    inputs: int
    image: bool

    @property
    def last(self) -> Round:
        return self.rounds[-1]

    @property
    def outcome(self) -> Outcome:
        if not self.whole.mean > self.chance + APART:
            return Outcome.NOTHING
        if self.last.gap >= APART:
            return Outcome.AHEAD
        return Outcome.BEHIND if self.last.gap <= -APART else Outcome.ALIKE

    @property
    def winning(self) -> Round | None:
        """The smallest ticket such that it and all larger ones end no more than NEAR below the
        whole network.
        """
        found = None
        for one in self.rounds:
            if one.own.mean < self.whole.mean - NEAR:
                break
            found = one
        return found

    @property
    def begins(self) -> Round | None:
        """The first round from which on own numbers lead fresh ones by APART, to the end."""
        found = None
        for one in reversed(self.rounds):
            if one.gap < APART:
                break
            found = one
        return found


def facts(result: Result) -> Facts:
    """The facts of a run."""
    final, end = result.final, int(result.final["round"].max())
    keys = ["round", "start"]
    first = result.curves[(result.curves["split"] == "test") & (result.curves["epoch"] == 0)]
    before = first.groupby(keys)["accuracy"].mean()
    starts = {
        key: _start(rows, float(before[key])) for key, rows in final.groupby(keys, sort=False)
    }
    last = result.inputs[result.inputs["round"] == end]
    layers = result.masks[result.masks["round"] == end].groupby("layer", sort=False)["kept"]
    test = result.chance.set_index("split")["share"]["test"]
    return Facts(
        whole=starts[0, OWN],
        rounds=tuple(_round(final, starts, i) for i in range(1, end + 1)),
        chance=float(test),
        n_seeds=int(final["seed"].nunique()),
        networks=len(final),
        lost=int(final["diverged"].sum()),
        epochs=int(result.curves["epoch"].max()),
        layers={str(layer): float(kept) for layer, kept in layers.mean().items()},
        constant=_constant(result.inputs),
        bare=float((last["kept"] == 0).groupby(last["seed"]).sum().mean()),
        inputs=int(last["input"].nunique()),
        image=bool((last["row"] >= 0).all()),
    )


def _start(rows: pd.DataFrame, untrained: float) -> Start:
    accuracy = rows["accuracy"]
    return Start(
        float(accuracy.mean()),
        float(accuracy.min()),
        float(accuracy.max()),
        float(rows["first_epochs"].mean()),
        untrained,
        int(rows["diverged"].sum()),
    )


def _round(final: pd.DataFrame, starts: dict, i: int) -> Round:
    rows = final[final["round"] == i]
    wide = rows.pivot(index="seed", columns="start", values="accuracy")
    return Round(
        number=i,
        kept=float(rows["kept"].iloc[0]),
        own=starts[i, OWN],
        fresh=starts[i, FRESH],
        shuffled=starts[i, SHUFFLED],
        ahead=int((wide[OWN] > wide[FRESH]).sum()),
    )


def _constant(inputs: pd.DataFrame) -> Constant | None:
    first = inputs[inputs["round"] == 1]
    shares = first.groupby("varies")["kept"].mean()
    if len(shares) < 2:
        return None
    n = int(first[~first["varies"]]["input"].nunique())
    return Constant(n, int(first["input"].nunique()), float(shares[False]), float(shares[True]))


def after(result: Result, number: int) -> float:
    """The share of the weights that is left in a round; nan where there is no such round."""
    rows = result.final[result.final["round"] == number]["kept"]
    return float(rows.iloc[0]) if len(rows) else math.nan

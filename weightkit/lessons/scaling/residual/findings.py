"""What is true of the deep networks of one run."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from ...survivors import survivors
from .config import DESIGNS, PLAIN, SKIP, SMALL, ZERO

if TYPE_CHECKING:
    from .experiment import Result

APART = 0.05
LEARNED = 0.1  # a design has learned if its mean is further than this above the commonest answer


class Outcome(Enum):
    """What the skip alone does, with every layer started by Kaiming's formula."""

    NEITHER = "neither has learned"
    HELPS = "at least 5 points above the plain network"
    ALIKE = "within 5 points of it"
    HURTS = "at least 5 points below it"


@dataclass(frozen=True)
class Design:
    """Test accuracies after the last epoch, of the networks that have not diverged: mean, least and
    largest (of all, where all have; see Facts.gone); lost: how many have; grown: the signal after
    the last block over that before the first, mean over seeds, and as theory has it.
    """

    name: str
    mean: float
    low: float
    high: float
    lost: int
    grown: float
    theory: float


@dataclass(frozen=True)
class Facts:
    """designs: by name; chance: of always giving the commonest answer."""

    designs: dict[str, Design]
    chance: float
    n_seeds: int
    networks: int
    lost: int
    epochs: int
    blocks: int

    def gone(self, d: Design) -> bool:
        """Whether all networks of a design diverged: what they answer says nothing then."""
        return d.lost == self.n_seeds

    @property
    def plain(self) -> Design:
        return self.designs[PLAIN]

    @property
    def skip(self) -> Design:
        return self.designs[SKIP]

    @property
    def zero(self) -> Design:
        return self.designs[ZERO]

    @property
    def small(self) -> Design:
        return self.designs[SMALL]

    @property
    def outcome(self) -> Outcome:
        if max(self.skip.mean, self.plain.mean) <= self.chance + LEARNED:
            return Outcome.NEITHER
        gap = self.skip.mean - self.plain.mean
        if gap >= APART:
            return Outcome.HELPS
        return Outcome.HURTS if gap <= -APART else Outcome.ALIKE

    @property
    def rescued(self) -> tuple[Design, ...]:
        """The designs with a changed last layer that have learned and end at least 5 points above
        both others.
        """
        least = max(self.plain.mean, self.skip.mean) + APART
        return tuple(
            d for d in (self.zero, self.small) if d.mean >= least and d.mean > self.chance + LEARNED
        )

    @property
    def best(self) -> float:
        """The best mean of the designs that have not diverged altogether; nan where all have."""
        return max((d.mean for d in self.designs.values() if not self.gone(d)), default=math.nan)

    @property
    def learned(self) -> bool:
        """Whether any design has."""
        return self.best > self.chance + LEARNED


def facts(result: Result) -> Facts:
    """The facts of a run."""
    curves, layers = result.curves, result.layers
    end, blocks = int(curves["epoch"].max()), int(layers["block"].max())
    last = curves[(curves["epoch"] == end) & (curves["split"] == "test")]
    return Facts(
        designs={name: _design(name, last, layers, blocks) for name in DESIGNS},
        chance=float(result.chance.set_index("split")["share"]["test"]),
        n_seeds=int(last["seed"].nunique()),
        networks=len(last),
        lost=int(last["diverged"].sum()),
        epochs=end,
        blocks=blocks,
    )


def _design(name, last, layers, blocks) -> Design:
    rows = last[last["design"] == name]
    left = survivors(rows, ["design"])["accuracy"]
    signal = layers[layers["design"] == name].set_index(["block", "seed"])
    first = signal["std"][0]
    return Design(
        name,
        float(left.mean()),
        float(left.min()),
        float(left.max()),
        int(rows["diverged"].sum()),
        float((signal["std"][blocks] / first).mean()),
        float((signal["std_theory"][blocks] / first).mean()),
    )

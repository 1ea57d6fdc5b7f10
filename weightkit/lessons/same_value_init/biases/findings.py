"""What hidden biases do, as typed facts."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from ..config import CLOSE
from .config import CONSTANT, NO_WEIGHTS, RANDOM

if TYPE_CHECKING:
    import pandas as pd

    from .experiment import BiasResult


class Costlier(Enum):
    """Which end of the range ends more than CLOSE below the other."""

    NEGATIVE = "the negative end"
    POSITIVE = "the positive end"
    NEITHER = "neither"


@dataclass(frozen=True)
class End:
    """The networks of one start, after training: test accuracies (fractions) of those that have
    not diverged, NaN where all have; lost of n have. dead_before, dead: share of the hidden units
    that give zero for every training example, mean over the networks (dead: of those that have not
    diverged); cut: before training, every network has a hidden layer of which all units are dead.
    """

    bias: float
    mean: float
    low: float
    high: float
    n: int
    lost: int
    dead_before: float
    dead: float
    cut: bool

    @property
    def ended(self) -> bool:
        """Whether any of its networks can be measured."""
        return self.lost < self.n


@dataclass(frozen=True)
class Facts:
    """levels: constant biases under random weights, ascending; random: random biases under the same
    weights; blank: random biases, all weights zero; pairs: accuracy with random minus with zero
    biases, a network each of the same weights, where neither has diverged; floor: share of the
    commonest class of the test set.
    """

    epochs: int
    n_seeds: int
    floor: float
    levels: tuple[End, ...]
    random: End
    blank: End
    pairs: tuple[float, ...]

    @property
    def lowest(self) -> End:
        """The most negative biases."""
        return self.levels[0]

    @property
    def zero(self) -> End:
        """Biases at zero."""
        return self.levels[len(self.levels) // 2]

    @property
    def highest(self) -> End:
        """The most positive biases."""
        return self.levels[-1]

    @property
    def best(self) -> End:
        """The constant with the best mean; `zero` where all networks have diverged."""
        ended = [level for level in self.levels if level.ended]
        return max(ended, key=lambda level: level.mean, default=self.zero)

    def near(self, level: End) -> bool:
        """Whether these networks ended about as well as the best constant's."""
        return level.ended and level.mean >= self.best.mean - CLOSE

    @property
    def good(self) -> tuple[End, ...]:
        """The constants near the best."""
        return tuple(level for level in self.levels if self.near(level))

    def neighbours(self, some: tuple[End, ...]) -> bool:
        """Whether some constants, ascending, have no other between them."""
        return self.levels.index(some[-1]) - self.levels.index(some[0]) + 1 == len(some)

    @property
    def revived(self) -> End | None:
        """The constant at which the share of dead units fell most; None: nowhere by a point."""
        ended = [level for level in self.levels if level.ended]
        most = max(ended, key=lambda x: x.dead_before - x.dead, default=None)
        return most if most is not None and most.dead_before - most.dead > 0.01 else None

    @property
    def learned(self) -> bool:
        """Whether the best constant beats always giving the commonest answer."""
        return self.best.ended and self.best.mean > self.floor + CLOSE

    @property
    def costlier(self) -> Costlier:
        low, high = (x.mean if x.ended else -1.0 for x in (self.lowest, self.highest))
        if abs(low - high) <= CLOSE:
            return Costlier.NEITHER
        return Costlier.NEGATIVE if low < high else Costlier.POSITIVE

    @property
    def cut(self) -> tuple[End, ...]:
        """The constants at which some hidden layer is all dead from the start, in every network."""
        return tuple(level for level in self.levels if level.cut)

    @property
    def alike(self) -> bool:
        """Whether random and zero biases ended within CLOSE of each other in every pair."""
        full = len(self.pairs) == self.n_seeds
        return full and max(abs(difference) for difference in self.pairs) <= CLOSE


def facts(result: BiasResult) -> Facts:
    """The facts of a run's frames (see `experiment.BiasResult`)."""
    final, dead = result.final, result.dead
    constant = final[final["start"] == CONSTANT]
    zero, random = constant[constant["bias"] == 0], final[final["start"] == RANDOM]
    both = zero.merge(random, on="seed", suffixes=("_zero", "_random"))
    both = both[~(both["diverged_zero"] | both["diverged_random"])]
    of_constant = dead[dead["start"] == CONSTANT]
    return Facts(
        epochs=int(result.curves["epoch"].max()),
        n_seeds=int(final["seed"].nunique()),
        floor=float(result.chance.set_index("split")["share"]["test"]),
        levels=tuple(
            _end(float(b), constant[constant["bias"] == b], of_constant[of_constant["bias"] == b])
            for b in sorted(set(constant["bias"]))
        ),
        random=_end(math.nan, random, dead[dead["start"] == RANDOM]),
        blank=_end(
            math.nan, final[final["start"] == NO_WEIGHTS], dead[dead["start"] == NO_WEIGHTS]
        ),
        pairs=tuple((both["accuracy_random"] - both["accuracy_zero"]).tolist()),
    )


def _end(bias: float, final: pd.DataFrame, dead: pd.DataFrame) -> End:
    kept = final[~final["diverged"]]
    before, after = (dead[dead["stage"] == stage] for stage in ("before", "after"))
    after = after[after["seed"].isin(kept["seed"])]
    gone = before.assign(gone=before["dead"] == before["units"]).groupby("seed")["gone"].any()
    some = len(kept) > 0
    return End(
        bias=bias,
        mean=float(kept["accuracy"].mean()) if some else math.nan,
        low=float(kept["accuracy"].min()) if some else math.nan,
        high=float(kept["accuracy"].max()) if some else math.nan,
        n=len(final),
        lost=int(final["diverged"].sum()),
        dead_before=float(before["dead"].sum() / before["units"].sum()),
        dead=float(after["dead"].sum() / after["units"].sum()) if some else math.nan,
        cut=bool(gone.all()),
    )

"""What noise does to a constant start, as typed facts."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from ..config import CLOSE, LAYERS

if TYPE_CHECKING:
    import pandas as pd

    from .experiment import NoiseResult

HIDDEN_LAYERS = LAYERS[:-1]


class Shape(Enum):
    """Which ends of the range are about as good as the best noise in it."""

    NOTHING = "no noise learns more than the commonest answer"
    BETWEEN = "neither end: the best is in between"
    MORE = "the most noise, and not none"
    LESS = "none, and not the most noise"
    BOTH = "both ends"


class Units(Enum):
    """What has become of the copies."""

    COPIES = "one unit in each hidden layer, copied"
    APART = "all units of all hidden layers differ"
    SOME = "neither"
    LOST = "some numbers are not finite"


@dataclass(frozen=True)
class Level:
    """The networks of one noise, at the end: test accuracies (fractions) of those that have not
    diverged, NaN where all have; lost of n have; units: distinct units of each hidden layer, mean
    over the networks; copies: what they are in every network (SOME where networks disagree).
    """

    noise: float
    mean: float
    low: float
    high: float
    n: int
    lost: int
    units: tuple[float, ...]
    copies: Units

    @property
    def ended(self) -> bool:
        """Whether any of its networks can be measured."""
        return self.lost < self.n


@dataclass(frozen=True)
class Facts:
    """levels: by noise, none (0) first; dropped: the one network with dropout and no noise;
    width: units of each hidden layer; floor: share of the commonest class of the test set.
    """

    constant: float
    dropout: float
    epochs: int
    n_seeds: int
    width: tuple[int, ...]
    floor: float
    levels: tuple[Level, ...]
    dropped: Level

    @property
    def none(self) -> Level:
        """Without noise."""
        return self.levels[0]

    @property
    def least(self) -> Level:
        """With the least noise."""
        return self.levels[1]

    @property
    def most(self) -> Level:
        """With the most noise."""
        return self.levels[-1]

    @property
    def best(self) -> Level:
        """The noise with the best mean; `most` where all networks have diverged."""
        ended = [level for level in self.levels if level.ended]
        return max(ended, key=lambda level: level.mean, default=self.most)

    def near(self, level: Level) -> bool:
        """Whether a level ended about as well as the best one."""
        return level.ended and level.mean >= self.best.mean - CLOSE

    @property
    def good(self) -> tuple[Level, ...]:
        """All that are near the best."""
        return tuple(level for level in self.levels if self.near(level))

    @property
    def learned(self) -> bool:
        """Whether the best beats always giving the commonest answer."""
        return self.best.ended and self.best.mean > self.floor + CLOSE

    @property
    def shape(self) -> Shape:
        if not self.learned:
            return Shape.NOTHING
        match self.near(self.none), self.near(self.most):
            case False, False:
                return Shape.BETWEEN
            case False, True:
                return Shape.MORE
            case True, False:
                return Shape.LESS
        return Shape.BOTH

    @property
    def apart(self) -> Level | None:
        """The least noise from which on, for all that is more, all units differ after training."""
        found = None
        for level in reversed(self.levels):
            if level.copies is not Units.APART:
                break
            found = level
        return found

    @property
    def short(self) -> tuple[Level, ...]:
        """Where all units differ after training, and yet less noise than any near the best is not
        enough.
        """
        least = min((level.noise for level in self.good), default=0.0)
        return tuple(
            level for level in self.levels if level.noise < least and level.copies is Units.APART
        )


def facts(result: NoiseResult, width: tuple[int, ...], constant: float) -> Facts:
    """The facts of a run's frames (see `experiment.NoiseResult`)."""
    final = result.final
    plain, dropped = final[final["dropout"] == 0], final[final["dropout"] > 0]
    after = result.units[result.units["stage"] == "after"]
    return Facts(
        constant=constant,
        dropout=float(dropped["dropout"].iloc[0]),
        epochs=int(result.curves["epoch"].max()),
        n_seeds=int(plain["seed"].nunique()),
        width=width,
        floor=float(result.chance.set_index("split")["share"]["test"]),
        levels=tuple(
            _level(float(e), plain[plain["noise"] == e], after[after["dropout"] == 0], width)
            for e in sorted(set(plain["noise"]))
        ),
        dropped=_level(0.0, dropped, after[after["dropout"] > 0], width),
    )


def _level(noise: float, final: pd.DataFrame, units: pd.DataFrame, width: tuple[int, ...]) -> Level:
    kept = final[~final["diverged"]]["accuracy"]
    rows = units[(units["noise"] == noise) & (units["layer"] != LAYERS[-1])]
    table = rows.pivot(index="seed", columns="layer", values="distinct_units")[HIDDEN_LAYERS]
    kinds = {_kind(tuple(row), width) for row in table.to_numpy().tolist()}
    return Level(
        noise=noise,
        mean=float(kept.mean()) if len(kept) else math.nan,
        low=float(kept.min()) if len(kept) else math.nan,
        high=float(kept.max()) if len(kept) else math.nan,
        n=len(final),
        lost=int(final["diverged"].sum()),
        units=tuple(float(x) for x in table.mean()),
        copies=kinds.pop() if len(kinds) == 1 else Units.SOME,
    )


def _kind(units: tuple[int, ...], width: tuple[int, ...]) -> Units:
    if min(units) < 0:
        return Units.LOST
    if units == width:
        return Units.APART
    return Units.COPIES if set(units) == {1} else Units.SOME

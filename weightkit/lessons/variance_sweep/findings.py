"""What a sweep shows, as typed facts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from ..settings import LAST
from .config import LINEAR

if TYPE_CHECKING:
    import pandas as pd

    from .experiment import Result

PLATEAU = 0.05  # a std belongs to the plateau while its mean accuracy is this near to the best


class Shape(Enum):
    """Where the stds near the best one lie."""

    NOTHING = "no std learns more than the commonest answer"
    EVERYWHERE = "all of them"
    ONE = "a single one"
    RANGE = "several neighbours, not all"


class Change(Enum):
    """What training has done to the spread of a network's weights."""

    LOST = "some are no numbers any more"
    GROWN = "at least a tenth wider"
    SHRUNK = "at least a tenth narrower"
    KEPT = "neither"


@dataclass(frozen=True)
class Spread:
    """Weights that began at `std` have a standard deviation of `now`; `inside`, a share of them,
    lie within ±`reach`, the ends of the bins of the histogram's even part.
    """

    std: float
    now: float
    inside: float
    reach: float

    @property
    def change(self) -> Change:
        if not math.isfinite(self.now):
            return Change.LOST
        if self.now >= 1.1 * self.std:
            return Change.GROWN
        return Change.SHRUNK if self.now <= 0.9 * self.std else Change.KEPT

    @property
    def left_behind(self) -> bool:
        """Whether many lie where all began, far within their spread: few have grown much."""
        far = self.std < self.reach / 3 and self.now > 2 * self.reach
        return self.change is Change.GROWN and far and self.inside >= 0.2


@dataclass(frozen=True)
class Facts:
    """Accuracies are means over seeds of `final` (test split, mean of the last epochs), fractions.

    first, last: the plateau's stds; worst, best: mean accuracy on it; low, bottom: the smallest std
    of the sweep and its accuracy; high, top: the largest and its; halved: the smallest std above
    the plateau with less than half the best accuracy, and halved_accuracy its accuracy (None: there
    is none); losses: the mean test loss before training at the best std and at halved; untrained:
    accuracy before training; gained: by how much training has raised that of the best std;
    averaged: the last epochs of which accuracies are means, at most three; chance: of always giving
    the commonest answer; lost of networks diverged; smallest, largest: what became of the weights
    that began at low and at high; off_large, off_small: how far measured stds are from those asked
    for, as fractions, in parameters of at least 1000 numbers and of 2 to 99.
    """

    first: float
    last: float
    worst: float
    best: float
    low: float
    bottom: float
    high: float
    top: float
    halved: float | None
    halved_accuracy: float | None
    losses: tuple[float, float | None]
    untrained: float
    gained: float
    averaged: int
    chance: float
    lost: int
    networks: int
    n_seeds: int
    smallest: Spread
    largest: Spread
    off_large: float
    off_small: float

    @property
    def factor(self) -> float:
        """How wide the plateau is."""
        return self.last / self.first

    @property
    def shape(self) -> Shape:
        if not self.best > self.chance + PLATEAU:
            return Shape.NOTHING
        if self.first == self.last:
            return Shape.ONE
        return Shape.EVERYWHERE if (self.first, self.last) == (self.low, self.high) else Shape.RANGE

    @property
    def at_the_edge(self) -> bool:
        """Whether the plateau begins or ends with the sweep."""
        return self.first == self.low or self.last == self.high

    @property
    def falls_above(self) -> bool:
        """Whether the largest std ends further below the best than the plateau reaches."""
        return self.top < self.best - PLATEAU

    @property
    def falls_below(self) -> bool:
        """Whether the smallest std ends further below the best than the plateau reaches."""
        return self.bottom < self.best - PLATEAU


def facts(result: Result) -> Facts:
    """The facts of a run."""
    final, check = result.final, result.check
    means = final.groupby("std")["accuracy"].mean().sort_index()
    left, right = plateau(means.tolist())
    on, above = means.iloc[left : right + 1], means.iloc[right + 1 :]
    fallen = above[above < means.max() / 2]
    start = result.curves.query("epoch == 0 and split == 'test'")
    losses = start.groupby("std")["loss"].mean()
    spread = result.spread[result.spread["stage"] == "after"].set_index("std")["std_measured"]
    off = (check["std_measured"] / check["std"] - 1).abs()
    return Facts(
        first=float(on.index[0]),
        last=float(on.index[-1]),
        worst=float(on.min()),
        best=float(on.max()),
        low=float(means.index[0]),
        bottom=float(means.iloc[0]),
        high=float(means.index[-1]),
        top=float(means.iloc[-1]),
        halved=float(fallen.index[0]) if len(fallen) else None,
        halved_accuracy=float(fallen.iloc[0]) if len(fallen) else None,
        losses=(
            float(losses[means.idxmax()]),
            float(losses[fallen.index[0]]) if len(fallen) else None,
        ),
        untrained=float(start["accuracy"].mean()),
        gained=float(on.max() - start.groupby("std")["accuracy"].mean()[means.idxmax()]),
        averaged=min(LAST, int(result.curves["epoch"].max())),
        chance=float(result.chance.set_index("split")["share"]["test"]),
        lost=int(final["diverged"].sum()),
        networks=len(final),
        n_seeds=int(final["seed"].nunique()),
        smallest=_spread(float(means.index[0]), spread, result.histograms),
        largest=_spread(float(means.index[-1]), spread, result.histograms),
        off_large=float(off[check["n"] >= 1000].max()),
        off_small=float(off[(check["n"] < 100) & (check["n"] > 1)].max()),
    )


def _spread(std: float, spread: pd.Series, histograms: pd.DataFrame) -> Spread:
    bins = after_training(histograms)
    bins = bins[bins["std"] == std]
    far = bins[["bin_left", "bin_right"]].abs().max(axis=1)
    even = far <= LINEAR
    return Spread(std, float(spread[std]), float(bins["share"][even].sum()), float(far[even].max()))


def plateau(means: Sequence[float]) -> tuple[int, int]:
    """First and last position of the run of means around the best one that are near it."""
    best = max(means)
    near = [mean >= best - PLATEAU for mean in means]
    left = right = means.index(best)
    while left > 0 and near[left - 1]:
        left -= 1
    while right < len(near) - 1 and near[right + 1]:
        right += 1
    return left, right


def after_training(histograms: pd.DataFrame) -> pd.DataFrame:
    """The bins after training with their middle (`value`) and the share of the weights in them."""
    data = histograms[histograms["stage"] == "after"].copy()
    data["value"] = (data["bin_left"] + data["bin_right"]) / 2
    data["share"] = data["count"] / data.groupby("std")["count"].transform("sum").clip(lower=1)
    return data

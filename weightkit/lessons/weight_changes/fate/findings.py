"""What became of the weights, as typed facts."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from .outcomes import ALL, LARGER, SAME, SMALLER, TURNED

ALIKE = 1.001  # sizes that differ by a smaller factor are one size, and rounding


@dataclass(frozen=True)
class Layer:
    """One layer, or all of them: shares of its weights, means over networks (nan: all diverged).

    grew, shrank: farther from 0, nearer to 0 than at the start; turned: changed sign; same: of
    exactly the same size; lowest, highest: share that grew, over networks; change: medians over
    networks of the 10th, 50th, 90th and 99th percentile of |after - before|.
    """

    name: str
    grew: float
    shrank: float
    turned: float
    same: float
    lowest: float
    highest: float
    change: tuple[float, float, float, float]


@dataclass(frozen=True)
class Tenth:
    """Weights by size at the start: mean size before and after, and the share that grew, means
    over networks."""

    before: float
    after: float
    grew: float


@dataclass(frozen=True)
class Facts:
    """lost of networks diverged; layers: in order; all: the same of all layers together.

    smallest, largest: the tenth of each layer's weights that began nearest 0, and farthest from it
    (None: all diverged, or all began with one size, so that no tenth is smaller); unfed: the
    same two of the weights whose input is 0 in every training sample (None: there are none);
    starved: the share of those among all weights.
    """

    epochs: int
    networks: int
    lost: int
    layers: tuple[Layer, ...]
    all: Layer
    smallest: Tenth | None
    largest: Tenth | None
    unfed: tuple[Tenth, Tenth] | None
    starved: float

    @property
    def moved(self) -> bool:
        """Whether any weight of any network changed."""
        return self.all.same < 1


def facts(
    curves: pd.DataFrame, shares: pd.DataFrame, quantiles: pd.DataFrame, by_size: pd.DataFrame
) -> Facts:
    """The facts of a run's frames (see `experiment.Fates`)."""
    layers = tuple(of_layer(name, shares, quantiles) for name in dict.fromkeys(shares["layer"]))
    networks = int(curves["seed"].nunique())
    every = of_layer(ALL, shares, quantiles)
    ends, unfed = _ends(by_size), by_size[~by_size["fed"].astype(bool)]
    return Facts(
        epochs=int(curves["epoch"].max()),
        networks=networks,
        lost=networks - int(shares["seed"].nunique()),
        layers=tuple(layer for layer in layers if layer.name != ALL),
        all=every,
        smallest=ends[0] if ends else None,
        largest=ends[1] if ends else None,
        unfed=_ends(unfed),
        starved=float(unfed["n"].sum() / by_size["n"].sum()) if len(by_size) else 0.0,
    )


def of_layer(name: str, shares: pd.DataFrame, quantiles: pd.DataFrame) -> Layer:
    """The facts of one layer."""
    mine = shares[shares["layer"] == name]
    wide = mine.pivot_table("share", "seed", "outcome", sort=False)
    if wide.empty:
        return Layer(name, *[math.nan] * 6, (math.nan,) * 4)
    grew, shrank, turned = (wide[list(few)].sum(axis=1) for few in (LARGER, SMALLER, TURNED))
    change = quantiles[quantiles["layer"] == name].groupby("quantile")["change"].median()
    return Layer(
        name,
        *(float(v.mean()) for v in (grew, shrank, turned, wide[SAME])),
        float(grew.min()),
        float(grew.max()),
        (float(change[0.1]), float(change[0.5]), float(change[0.9]), float(change[0.99])),
    )


def by_tenth(by_size: pd.DataFrame) -> pd.DataFrame:
    """[seed, tenth, before, after, grew]: `fed` or not together, each weight counting alike."""
    total = by_size.assign(**{c: by_size[c] * by_size["n"] for c in ("before", "after", "grew")})
    sums = total.groupby(["seed", "tenth"])[["n", "before", "after", "grew"]].sum()
    return sums[["before", "after", "grew"]].div(sums["n"], axis=0).reset_index()


def _ends(by_size: pd.DataFrame) -> tuple[Tenth, Tenth] | None:
    """The tenth that began nearest 0 and the one that began farthest from it; None where there are
    none, or they began alike.
    """
    if by_size.empty:
        return None
    means = by_tenth(by_size).groupby("tenth")[["before", "after", "grew"]].mean()
    low, high = (Tenth(*map(float, means.loc[t])) for t in (means.index.min(), means.index.max()))
    return (low, high) if high.before > ALIKE * low.before else None

"""What became of the weights, as typed facts."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from .outcomes import ALL, LARGER, SAME, SMALLER, TURNED

SHOWN = (0.1, 0.5, 0.9, 0.99)  # percentiles of the change that are told
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
    change: tuple[float, ...]


NO_NETWORK = Layer(
    ALL, math.nan, math.nan, math.nan, math.nan, math.nan, math.nan, (math.nan,) * len(SHOWN)
)
"""What is known where all networks diverged."""


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
    layers = of_layers(shares, quantiles)
    networks = int(curves["seed"].nunique())
    ends, unfed = _ends(by_size), by_size[~by_size["fed"].astype(bool)]
    return Facts(
        epochs=int(curves["epoch"].max()),
        networks=networks,
        lost=networks - int(shares["seed"].nunique()),
        layers=tuple(layer for name, layer in layers.items() if name != ALL),
        all=layers.get(ALL, NO_NETWORK),
        smallest=ends[0] if ends else None,
        largest=ends[1] if ends else None,
        unfed=_ends(unfed),
        starved=float(unfed["n"].sum() / by_size["n"].sum()) if len(by_size) else 0.0,
    )


def of_layers(shares: pd.DataFrame, quantiles: pd.DataFrame) -> dict[str, Layer]:
    """{name: facts} of every layer, in order; of none where all networks diverged."""
    if shares.empty:
        return {}
    wide = shares.set_index(["layer", "seed", "outcome"])["share"].unstack()
    table = pd.DataFrame({"same": wide[SAME]})
    for column, few in (("grew", LARGER), ("shrank", SMALLER), ("turned", TURNED)):
        table[column] = wide[list(few)].sum(axis=1)
    grouped = table.groupby(level=0)
    means, ends = grouped.mean(), grouped["grew"].agg(["min", "max"])
    some = quantiles[quantiles["quantile"].isin(SHOWN)]
    change = some.groupby(["layer", "quantile"])["change"].median().unstack()
    return {
        name: Layer(
            name,
            float(means["grew"][name]),
            float(means["shrank"][name]),
            float(means["turned"][name]),
            float(means["same"][name]),
            float(ends["min"][name]),
            float(ends["max"][name]),
            tuple(map(float, change.loc[name, list(SHOWN)])),
        )
        for name in dict.fromkeys(shares["layer"])
    }


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

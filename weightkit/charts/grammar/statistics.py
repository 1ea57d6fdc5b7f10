"""Averages and bands over seeds, where networks diverged, and places that keep their distance. In
pandas.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import pandas as pd

from ...lazy import special

BANDS = {
    "range": "band: range over seeds",
    "ci95": "band: 95% interval of the mean over seeds",
    None: "",
}
"""Words for a subtitle, by the `band` that was asked for."""

MOST_POINTS = 2048
"""`index_plot` draws at most so many points per series, evenly thinned."""


def summarize(
    frame: pd.DataFrame, by: str | Sequence[str], value: str, band: str | None = "range"
) -> pd.DataFrame:
    """Mean and band of `value` over the other factors (seeds): columns `by`, mean, low, high, n.

    `band`: "range" (smallest to largest), "ci95" (t interval of the mean; scipy.special is imported
    only for this; one seed gives no interval, low = high = mean) or None. Rows that are not finite,
    or `diverged`, are left out; n counts what is left, groups with nothing left are dropped. Groups
    keep their order.
    """
    if band not in BANDS:
        raise ValueError(f"band must be one of {list(BANDS)}, not {band!r}")
    keys = [by] if isinstance(by, str) else list(by)
    groups = finite(frame, value).groupby(keys, sort=False, observed=True)[value]
    table = groups.agg(mean="mean", low="min", high="max", sd="std", n="count").reset_index()
    if band == "ci95":
        half = _t_half_width(table["sd"], table["n"])
        table["low"], table["high"] = table["mean"] - half, table["mean"] + half
    return table.drop(columns="sd")


def _t_half_width(sd: pd.Series, n: pd.Series) -> pd.Series:
    """Half the 95% interval of a mean: t(0.975, n - 1) * sd / sqrt(n); 0 where n = 1."""
    quantile = n.map(lambda k: float(special.stdtrit(k - 1, 0.975)) if k > 1 else 0.0)
    return quantile * sd.fillna(0.0) / n**0.5


def finite(frame: pd.DataFrame, value: str) -> pd.DataFrame:
    """The rows whose `value` is a number and whose network has not diverged."""
    keep = frame[value].abs().lt(math.inf)
    if "diverged" in frame:
        keep &= ~frame["diverged"].astype(bool)
    return frame[keep]


def last_finite(frame: pd.DataFrame, x: str, y: str, by: Sequence[str]) -> pd.DataFrame:
    """Where each diverged network was last seen: columns `by`, x, y; one row per network (and
    split) that diverged.

    y is NaN for a network that was never finite; x is then the first one of the frame.
    """
    factors = [c for c in dict.fromkeys([*by, "seed", "split"]) if c in frame]
    bad = frame["diverged"].astype(bool) if "diverged" in frame else ~frame[y].abs().lt(math.inf)
    lost = frame.loc[bad, factors].drop_duplicates()
    seen = (
        finite(frame, y)
        .sort_values(x, kind="stable")
        .groupby(factors, observed=True)[[x, y]]
        .last()
        .reset_index()
    )
    table = lost.merge(seen, on=factors, how="left")
    table[x] = table[x].fillna(frame[x].iloc[0])
    return table


def thin(data: pd.DataFrame, by: Iterable[str], most: int = MOST_POINTS) -> pd.DataFrame:
    """Every k-th row of each group, so that a group has at most `most` rows."""
    keys = list(by)
    place = (
        data.groupby(keys, sort=False, observed=True).cumcount()
        if keys
        else pd.Series(range(len(data)), data.index)
    )
    size = (
        place.groupby([data[k] for k in keys], observed=True).transform("size")
        if keys
        else pd.Series(len(data), data.index)
    )
    step = -(-size // most)
    return data[place % step == 0]


def nudge(places: Sequence[float], gap: float, low: float = 0.0, high: float = 1.0) -> list[float]:
    """`places` moved as little as needed so that no two are nearer than `gap`; order kept, all
    within [low, high].
    """
    order = sorted(range(len(places)), key=lambda i: places[i])
    gap = min(gap, (high - low) / max(len(places) - 1, 1))
    moved = [min(max(places[i], low), high) for i in order]
    for _ in range(100):
        pushes = [max(0.0, gap - (b - a)) for a, b in zip(moved, moved[1:], strict=False)]
        if max(pushes, default=0.0) < 1e-9:
            break
        for i, push in enumerate(pushes):
            moved[i], moved[i + 1] = moved[i] - push / 2, moved[i + 1] + push / 2
        moved = [min(max(v, low), high) for v in moved]
    for i in range(1, len(moved)):
        moved[i] = max(moved[i], min(moved[i - 1] + gap, high))
    for i in range(len(moved) - 2, -1, -1):
        moved[i] = min(moved[i], max(moved[i + 1] - gap, low))
    result = [0.0] * len(places)
    for place, i in zip(moved, order, strict=True):
        result[i] = place
    return result

"""Networks that diverged: a cross where each was last seen, and words that lie over no line."""

from __future__ import annotations

import json
import math
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from .axes import title
from .points import CROSS, words_beside
from .statistics import last_finite

LETTER, NARROW = 6.5, 290
"""Pixels of a letter, and of the plot of a phone, where words take most of the width."""
CLEAR, STEP, EDGE = 11.0, 4.0, 8.0
"""Pixels between the middle of the words and a line, between two places that are tried, and from
the words to the end of the axis."""
SLIDE = 150.0  # pixels of a slide's plot, in which the words keep off lines and axis, too
LONGEST = 28  # letters of words that name their line


def cross_layers(
    data: pd.DataFrame,
    lines: pd.DataFrame,
    x: str,
    y: str,
    series: str,
    at_x: alt.X,
    axis: dict,
    scale: alt.Scale,
    keep: str | None,
    height: float,
) -> list[alt.Chart]:
    """A cross per diverged network, and one text per series that says how many of its networks
    diverged, in the colour of the series and clear of the mean `lines`.
    """
    apart = ["_series", *([keep] if keep else [])]
    crosses = last_finite(data, x, y, [series, *apart])
    if crosses.empty:
        return []
    low, high = axis["scale"].domain
    crosses = crosses.assign(**{y: crosses[y].fillna(low).clip(low, high)})
    paint = alt.Color("_series:N", scale=scale, legend=None)
    tips = [
        alt.Tooltip("_series:N", title="diverged"),
        *([alt.Tooltip("seed:N")] if "seed" in crosses else []),
    ]
    tips.append(alt.Tooltip(x, title=f"last finite {title(x)}"))
    mark = alt.Chart(crosses).mark_point(
        shape=CROSS, size=90, strokeWidth=2.2, filled=False, opacity=1
    )
    layers = [mark.encode(x=at_x, y=alt.Y(y, **axis), color=paint, tooltip=tips)]
    words = _clear(_words(crosses, data, x, y, apart), lines, x, y, apart, axis, height)
    table = dict(zip(scale.domain, scale.range, strict=True))
    names = dict.fromkeys(words["_series"])
    tests = [
        {"test": f"datum._series == {json.dumps(n)}", "value": f"text:{table[n]}"} for n in names
    ]
    for align, part in words.groupby("_align", sort=False):
        base = alt.Chart(part.drop(columns=["_align"])).encode(
            x=at_x, y=alt.Y(y, **axis), text=alt.Text("words:N")
        )
        halo, letters = words_beside(base, str(align), dy=4)
        coloured = {"condition": tests, "value": "muted"}
        layers += [halo, letters.encode(color=alt.ColorValue(**coloured))]
    return layers


def _words(
    crosses: pd.DataFrame, data: pd.DataFrame, x: str, y: str, apart: list[str]
) -> pd.DataFrame:
    """One row per series with diverged networks: x, y of its highest cross, words ("2 of 5
    diverged", after the name of the series where there are others and it is short enough).
    """
    seeds = "seed" if "seed" in data else "_series"
    total = data.groupby(apart, observed=True)[seeds].nunique()
    lost = crosses.groupby(apart, observed=True)[seeds].nunique()
    top = crosses.sort_values(y).groupby(apart, observed=True)[[x, y]].last()
    counts = [(lost[key], total[key]) for key in top.index]
    top["words"] = ["diverged" if of == 1 else f"{n} of {of} diverged" for n, of in counts]
    top = top.reset_index()
    if data["_series"].nunique() > 1:
        named = top["_series"].astype(str) + ": " + top["words"]
        top["words"] = named.where(named.str.len() <= LONGEST, top["words"])
    return top


def _clear(
    words: pd.DataFrame,
    lines: pd.DataFrame,
    x: str,
    y: str,
    apart: list[str],
    axis: dict,
    height: float,
) -> pd.DataFrame:
    """The words at the heights nearest to their crosses at which no line and no other words are in
    their way; adds `_align`, the side of the words that is at the cross.
    """
    low, high = axis["scale"].domain
    log = axis["scale"].to_dict().get("type") == "log"
    to, back = (math.log10, lambda v: 10**v) if log else (float, float)
    a, per = to(low), height / (to(high) - to(low))
    spots = _spots(lines[x])
    known = lines[lines["mean"] > 0] if log else lines
    known = known.assign(_x=known[x].map(spots), _y=[(to(v) - a) * per for v in known["mean"]])
    edge = EDGE * max(1.0, height / SLIDE)
    clear = max(CLEAR, edge)
    tried = np.arange(edge, height - edge, STEP)
    taken: list[tuple[float, float, float]] = []
    found, sides = [], []
    for row in words.to_dict("records"):
        at, wide = spots.get(row[x], 0.0), len(row["words"]) * LETTER / NARROW
        start, end = (at, at + wide) if at < 0.5 else (at - wide, at)
        same = known[(known[apart[1:]] == [row[key] for key in apart[1:]]).all(axis=1)]
        met = _heights(same, apart, start, end)
        met += [place for left, right, place in taken if left < end and start < right]
        free = np.abs(tried[:, None] - np.array([*met, math.inf])).min(axis=1).clip(max=clear)
        own = (to(row[y]) - a) * per
        best = min(range(len(tried)), key=lambda i: (-free[i], abs(tried[i] - own)))
        taken.append((start, end, float(tried[best])))
        found.append(back(a + float(tried[best]) / per))
        sides.append("left" if at < 0.5 else "right")
    return words.assign(**{y: found, "_align": sides})


def _spots(values: pd.Series) -> dict[Any, float]:
    """Where values are on the x axis, from 0 to 1: names in their order, numbers in theirs."""
    names = list(dict.fromkeys(values))
    ordered = sorted(names) if pd.api.types.is_numeric_dtype(values) else names
    return {name: i / max(len(ordered) - 1, 1) for i, name in enumerate(ordered)}


def _heights(lines: pd.DataFrame, apart: list[str], start: float, end: float) -> list[float]:
    """Pixels at which the lines are, at nine places of a part of the x axis."""
    places = np.linspace(start, end, 9)
    keys = [*apart, *(["split"] if "split" in lines else [])]
    drawn = [
        np.interp(places, part["_x"], part["_y"], left=math.nan, right=math.nan)
        for _, part in lines.groupby(keys, observed=True)
    ]
    return [float(v) for v in np.concatenate(drawn or [np.array([])]) if not math.isnan(v)]

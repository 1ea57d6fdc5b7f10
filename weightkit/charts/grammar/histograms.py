"""Step histograms, over each other or on shelves."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from ..words import label
from .axes import layered, quantity, title
from .legends import PHONE, legend_of, scale_of


def outline(data: pd.DataFrame, by: Sequence[str], density: bool) -> pd.DataFrame:
    """Corners of step histograms: columns `by`, bin_left, bin_right, count, value; drawn with
    "step-after".

    `data` has bin_left, bin_right, count (bins of one group side by side). `value` is the count, or
    with `density` count / (n * width), whose area is 1. Each group is closed with zeros at both
    ends.
    """
    group = data.groupby(list(by), sort=False, observed=True).ngroup() if by else 0
    steps = data.assign(_group=group).sort_values(["_group", "bin_left"], kind="stable")
    total = steps.groupby("_group")["count"].transform("sum")
    area = total * (steps["bin_right"] - steps["bin_left"])
    steps["value"] = (
        steps["count"] / area.where(total > 0, 1.0) if density else steps["count"].astype(float)
    )
    first = steps.drop_duplicates("_group").assign(value=0.0)
    last = steps.drop_duplicates("_group", keep="last")
    last = last.assign(bin_left=last["bin_right"], value=0.0)
    closed = pd.concat([first, steps, last]).sort_values("_group", kind="stable", ignore_index=True)
    return closed.drop(columns="_group")


def histograms(
    data: pd.DataFrame,
    series: str | None = None,
    *,
    rows: str | None = None,
    density: bool = False,
    order: Sequence[Any] | None = None,
    domain: Sequence[float] | None = None,
    x_title: str = "value",
    keep: str | None = None,
    height: int | None = None,
    top: float | None = None,
    room: int = PHONE,
) -> alt.LayerChart:
    """Step histograms of bin_left, bin_right, count: overlaid by `series` (colour), one shelf per
    `rows` value.

    With `rows` (layers, stages, standard deviations), every row has its own shelf in one chart,
    first on top, as wide as the page, each scaled to its own peak (the tooltip has the numbers).
    `density`: area 1 instead of counts. `keep` as in `curves`. `top`: where the axis of heights
    ends, without `rows`. `room`: see `legend_of`.
    """
    by = [c for c in (rows, series, keep) if c]
    steps = outline(data, by, density)
    colour = series or rows
    steps["_series"] = [label(v) for v in steps[colour]] if colour else ""
    scale = (
        scale_of(data, colour, order) if colour else alt.Scale(domain=[""], range=["series:xavier"])
    )
    n = steps["_series"].nunique()
    legend = legend_of(scale.domain, lines=True, room=room) if series else None
    what = "density" if density else "count"
    domain = domain or [float(data["bin_left"].min()), float(data["bin_right"].max())]
    at_x = alt.X(
        "bin_left", **quantity("bin_left", steps["bin_left"], heading=x_title, domain=domain)
    )
    if rows:
        steps, shelves = _shelves(steps, rows, keep)
        axis = _shelf_axis(shelves)
        height = height or max(120, 46 * len(shelves) + 20)
    else:
        steps = steps.assign(_low=0.0, _high=steps["value"])
        axis = {
            "scale": alt.Scale(domain=[0, top]) if top else alt.Scale(),
            "axis": alt.Axis(title=what, tickCount=5),
        }
    base = alt.Chart(steps).encode(
        x=at_x,
        color=alt.Color("_series:N", scale=scale, legend=legend),
        detail=[alt.Detail(f"{c}:N") for c in by],
    )
    form = ".3~g" if density else ",.0f"
    tips = [alt.Tooltip(f"{c}:N", title=title(c)) for c in by]
    tips += [
        alt.Tooltip("bin_left:Q", title="from", format=".3~g"),
        alt.Tooltip("bin_right:Q", title="to", format=".3~g"),
    ]
    tips += [alt.Tooltip("value:Q", title=what, format=form)]
    at_y = alt.Y("_high:Q", **axis)
    area = base.mark_area(interpolate="step-after", opacity=0.3, clip=True).encode(
        y=at_y, y2=alt.Y2("_low:Q")
    )
    line = base.mark_line(interpolate="step-after", strokeWidth=1.6, clip=True).encode(y=at_y)
    if series and n > 1:
        line = line.encode(strokeDash=_variant_dash(scale, legend))
    hover = base.mark_point(size=120, opacity=0, filled=True, clip=True).encode(
        y=at_y, tooltip=tips
    )
    return layered(area, line, hover, height=height or 240)


def _variant_dash(scale: alt.Scale, legend: alt.Legend | None) -> alt.StrokeDash:
    """A second sign beside the colour where outlines lie over each other."""
    dashes = ([1, 0], [5, 3], [2, 2], [8, 3, 2, 3], [10, 3], [3, 1])
    ranges = [list(dashes[i % len(dashes)]) for i in range(len(scale.domain))]
    return alt.StrokeDash(
        "_series:N", scale=alt.Scale(domain=scale.domain, range=ranges), legend=legend
    )


def _shelves(
    steps: pd.DataFrame, rows: str, keep: str | None
) -> tuple[pd.DataFrame, dict[str, int]]:
    """Adds `_low` (the shelf's height, first row on top) and `_high` (shelf + value / the row's
    peak).
    """
    names = list(dict.fromkeys(label(v) for v in steps[rows]))
    shelves = {name: len(names) - 1 - i for i, name in enumerate(names)}
    low = steps[rows].map(lambda v: float(shelves[label(v)]))
    peak = (
        steps.groupby([rows, keep] if keep else rows, observed=True)["value"]
        .transform("max")
        .replace(0.0, 1.0)
    )
    return steps.assign(_low=low, _high=low + 0.9 * steps["value"] / peak), shelves


def _shelf_axis(shelves: dict[str, int]) -> dict:
    words = json.dumps({str(place): name for name, place in shelves.items()}, ensure_ascii=False)
    axis = alt.Axis(
        title=None,
        values=list(shelves.values()),
        labelExpr=f"{words}[datum.value]",
        ticks=False,
        domain=False,
        labelLimit=160,
        labelOverlap=False,
        labelBaseline="bottom",
        labelFlush=False,
    )
    return {"scale": alt.Scale(domain=[0, len(shelves)], nice=False), "axis": axis}

"""A point per network or per parameter."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from ..words import label
from .axes import accuracy_domain, layered, positional, quantity, tip_form, title
from .colour import BAND, DOTS
from .legends import legend_of, scale_of
from .statistics import finite, summarize, thin

SHAPES = (
    "circle",
    "square",
    "triangle-up",
    "diamond",
    "cross",
    "triangle-down",
    "triangle-right",
    "triangle-left",
)
CROSS = "M-0.8,-0.8L0.8,0.8M-0.8,0.8L0.8,-0.8"


def words_beside(base: alt.Chart, align: str, dy: int = -9) -> list[alt.Chart]:
    """A text beside a mark, over a halo of paper that keeps it readable across lines."""
    place: dict = {"align": align, "dx": 9 if align == "left" else -9, "dy": dy, "fontSize": 12}
    halo = base.mark_text(**place, stroke="paper", strokeWidth=4, strokeJoin="round", opacity=0.9)
    return [halo, base.mark_text(**place, color="muted")]


def points_with_band(
    data: pd.DataFrame,
    x: str,
    y: str,
    *,
    series: str | None = None,
    band: str | None = "range",
    order: Sequence[Any] | None = None,
    log_x: bool = True,
    log_y: bool = False,
    domain: Sequence[float] | None = None,
    x_title: str | None = None,
    y_title: str | None = None,
    keep: str | None = None,
    alone: bool = False,
    counted: bool = False,
    height: int = 240,
) -> alt.LayerChart:
    """One point per seed, the mean as a line, the band behind it; x is numeric, on a log axis
    unless told otherwise.

    `data`: one row per seed; columns x, y, and where there are any: `series` (colour and shape),
    seed, diverged. A run that diverged is a cross: at its value, or on the floor of the chart where
    it has none; counted: whether mean and band count that value. `keep` and `alone` as in
    `curves`.
    """
    names = data[series] if series else pd.Series("", index=data.index)
    data = data.assign(_series=[label(v) for v in names])
    axis = quantity(y, data[y].astype(float), log_y, y_title, domain or accuracy_domain(y))
    scale = (
        scale_of(data, series, order) if series else alt.Scale(domain=[""], range=["series:xavier"])
    )
    n = data["_series"].nunique()
    at_x, at_y = positional(data, x, log_x, x_title), alt.Y("mean", **axis)
    key = legend_of(scale.domain, alone=alone)
    paint = alt.Color("_series:N", scale=scale, legend=key)
    apart = ["_series", *([keep] if keep else [])]
    means_of = data.drop(columns="diverged", errors="ignore") if counted else data
    lines = summarize(means_of, [*apart, x], y, band).sort_values([*apart, x], kind="stable")
    base = alt.Chart(lines).encode(
        x=at_x, color=paint, detail=[alt.Detail(f"{keep}:N")] if keep else []
    )
    layers: list = []
    if band:
        layers.append(
            base.mark_area(opacity=BAND, clip=True).encode(
                y=alt.Y("low", **axis), y2=alt.Y2("high")
            )
        )
    layers.append(base.mark_line(strokeWidth=2, clip=True).encode(y=at_y))
    layers.append(_seed_points(finite(data, y), x, y, at_x, axis, paint, scale, n, key))
    lost = data[~data.index.isin(finite(data, y).index)]
    if len(lost):
        low, high = axis["scale"].domain
        lost = lost.assign(
            **{
                y: lost[y].where(lost[y].abs().lt(math.inf), low).clip(low, high),
                "words": "diverged",
            }
        )
        mark = alt.Chart(lost).mark_point(
            shape=CROSS, size=80, strokeWidth=2, filled=False, opacity=1
        )
        tips = [
            alt.Tooltip("words:N", title="result"),
            alt.Tooltip(x, title=title(x), format=".4~g"),
        ]
        layers.append(mark.encode(x=at_x, y=alt.Y(y, **axis), color=paint, tooltip=tips))
        first = lost.sort_values(x).iloc[[0]].assign(words="× diverged")
        layers += words_beside(
            alt.Chart(first).encode(x=at_x, y=alt.Y(y, **axis), text=alt.Text("words:N")), "right"
        )
    return layered(*layers, height=height)


def _seed_points(
    data: pd.DataFrame,
    x: str,
    y: str,
    at_x: alt.X,
    axis: dict,
    paint: alt.Color,
    scale: alt.Scale,
    n: int,
    key: alt.Legend | None,
) -> alt.Chart:
    shapes = [SHAPES[i % len(SHAPES)] for i in range(len(scale.domain))]
    shape = alt.Shape(
        "_series:N",
        scale=alt.Scale(domain=scale.domain, range=shapes),
        legend=key,
    )
    tips = [alt.Tooltip("_series:N", title="series")] if n > 1 else []
    tips += [alt.Tooltip("seed:N")] if "seed" in data else []
    tips += [alt.Tooltip(x, title=title(x), format=".4~g")]
    tips += [alt.Tooltip(y, title=title(y), format=tip_form(y))]
    mark = alt.Chart(data).mark_point(size=30, filled=True, opacity=DOTS)
    return mark.encode(x=at_x, y=alt.Y(y, **axis), color=paint, shape=shape, tooltip=tips)


def index_plot(
    data: pd.DataFrame,
    series: str | None = None,
    *,
    x: str = "index",
    y: str = "value",
    order: Sequence[Any] | None = None,
    domain: Sequence[float] | None = None,
    x_title: str | None = None,
    y_title: str | None = None,
    keep: str | None = None,
    height: int = 220,
) -> alt.LayerChart:
    """Every parameter as a point, value against index; colour and shape by `series`.

    `data`: columns index, value (finite ones are drawn) and the series. More than 4000 points of a
    series are thinned evenly (say so in the subtitle if it matters). `keep` as in `curves`.
    """
    drawn = thin(data[data[y].abs().lt(math.inf)], [c for c in (series, keep) if c])
    drawn = drawn.assign(_series=[label(v) for v in drawn[series]] if series else "")
    scale = (
        scale_of(drawn, series, order)
        if series
        else alt.Scale(domain=[""], range=["series:xavier"])
    )
    if series:  # thousands of texts, which `_series` has as well
        drawn = drawn.drop(columns=series)
    legend = legend_of(scale.domain)
    shapes = [SHAPES[i % len(SHAPES)] for i in range(len(scale.domain))]
    tips = [alt.Tooltip("_series:N", title=title(series))] if series else []
    tips += [
        alt.Tooltip(f"{x}:Q", title=title(x)),
        alt.Tooltip(f"{y}:Q", title=title(y), format=".4~g"),
    ]
    few = len(drawn) <= 300
    points = alt.Chart(drawn).mark_point(
        filled=True, size=36 if few else 12, opacity=0.8 if few else DOTS
    )
    points = points.encode(
        x=alt.X(x, **quantity(x, drawn[x], heading=x_title)),
        y=alt.Y(y, **quantity(y, drawn[y].astype(float), heading=y_title, domain=domain)),
        color=alt.Color("_series:N", scale=scale, legend=legend),
        shape=alt.Shape(
            "_series:N", scale=alt.Scale(domain=scale.domain, range=shapes), legend=legend
        ),
        tooltip=tips,
    )
    return layered(points, height=height)

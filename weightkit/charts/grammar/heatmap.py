"""A cell per pair of values."""

from __future__ import annotations

import math
from collections.abc import Sequence

import altair as alt
import numpy as np
import pandas as pd

from .axes import counted, layered, squared, title
from .colour import DIVERGING, VIRIDIS

NAMED = 12
"""So many rows or columns have a label each; of more that are counted, round numbers do."""


def heatmap(
    data: pd.DataFrame,
    x: str,
    y: str,
    value: str,
    *,
    midpoint: float | None = None,
    domain: Sequence[float] | None = None,
    x_title: str | None = None,
    y_title: str | None = None,
    value_title: str | None = None,
    form: str = ".3~g",
    square: bool = False,
    numbers: bool = False,
    height: int = 240,
) -> alt.LayerChart:
    """A cell per (x, y), coloured by `value`: viridis, or with `midpoint` blue (below), paper,
    vermilion (above).

    `form`: the format of the legend; `square`: cells as wide as high (pixels); `numbers`: in the
    cells, which must be few. Rows and columns keep the order of the frame. Cells without a finite
    value stay empty.
    """
    drawn = data[data[value].abs().lt(math.inf)]
    if midpoint is None:
        low, high = domain or (float(drawn[value].min()), float(drawn[value].max()))
        scale = alt.Scale(domain=[low, high], range=list(VIRIDIS), interpolate="rgb")
    else:
        reach = (
            max(abs(v - midpoint) for v in (domain or (drawn[value].min(), drawn[value].max())))
            or 1.0
        )
        scale = alt.Scale(
            domain=[midpoint - reach, midpoint, midpoint + reach],
            range=list(DIVERGING),
            interpolate="rgb",
        )
    quiet: dict = {"ticks": False, "domain": False, "labelOverlap": True, "labelAngle": 0}
    key = alt.Legend(
        title=value_title or title(value),
        orient="top",
        gradientLength=180,
        gradientThickness=10,
        format=form,
    )
    tips = [alt.Tooltip(f"{c}:N", title=title(c)) for c in (x, y)]
    tips.append(
        alt.Tooltip(
            f"{value}:Q", title=value_title or title(value), format=".1%" if "%" in form else ".4~g"
        )
    )
    orders = {c: list(dict.fromkeys(drawn[c])) for c in (x, y)}
    head_x, head_y = (title(c) if h is None else h for c, h in ((x, x_title), (y, y_title)))
    ticks = {c: _ticks(values) for c, values in orders.items()}
    across, down = squared(len(orders[x]), len(orders[y])) if square else ({}, {})
    top_down = {"rangeMin": down["rangeMax"]} if square else {}  # a scale of names begins on top
    cells = alt.Chart(drawn).mark_rect()
    cells = cells.encode(
        x=alt.X(
            f"{x}:O",
            sort=orders[x],
            scale=alt.Scale(**across),
            axis=alt.Axis(title=head_x, **quiet, **ticks[x]),
        ),
        y=alt.Y(
            f"{y}:O",
            sort=orders[y],
            scale=alt.Scale(**top_down),
            axis=alt.Axis(title=head_y, **quiet, **ticks[y]),
        ),
        color=alt.Color(f"{value}:Q", scale=scale, legend=key),
        tooltip=tips,
    )
    if not numbers:
        return layered(cells, height=height)
    encoded = cells.encoding
    words = alt.Chart(drawn).mark_text(fontSize=12)
    words = words.encode(
        x=encoded.x,
        y=encoded.y,
        text=alt.Text(f"{value}:Q", format=form),
        color=alt.when(white_is_clearer(value))
        .then(alt.value("#FFFFFF"))
        .otherwise(alt.value("#000000")),
    )
    return layered(cells, words, height=height)


def white_is_clearer(value: str) -> str:
    """The Vega expression that is true where white is seen better than black on the colour of
    `value`; the clearer of the two always has 4.5 : 1.
    """
    white, black = (
        f"contrast(scale('color', datum.{value}), '{c}')" for c in ("#FFFFFF", "#000000")
    )
    return f"{white} > {black}"


def _ticks(values: list) -> dict:
    """Keywords for the axis of these rows or columns."""
    whole = all(isinstance(v, int | np.integer) for v in values)
    if not whole or len(values) <= NAMED:
        return {}
    return {"values": [v for v in counted(min(values), max(values)) if v in set(values)]}

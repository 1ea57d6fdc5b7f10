"""The home page's one picture: y = Wx, number by number."""

from __future__ import annotations

from functools import cache

import altair as alt
import numpy as np
import pandas as pd

from . import grammar
from .figure import Figure


@cache
def product(row: int = 0) -> Figure:
    """W (4 x 3) times x (3) is y (4), in one chart; `row` is the unit whose sum is written out."""
    w = np.array([[0.8, -0.5, 0.3], [-0.2, 0.9, 0.4], [0.6, 0.1, -0.7], [-0.9, 0.3, 0.5]])
    x = np.array([1.0, 0.5, -1.0])
    y = w @ x
    cells: list[tuple[float, float, float, str]] = [
        (r, c, w[r, c], "W") for r in range(4) for c in range(3)
    ]
    cells += [(r + 0.5, 4.6, x[r], "x") for r in range(3)]
    cells += [(r, 6.8, y[r], "y") for r in range(4)]
    data = pd.DataFrame(cells, columns=["row", "column", "value", "part"])
    across, down = alt.Scale(domain=[-0.8, 7.6]), alt.Scale(domain=[3.7, -1.2])
    place_x, place_y = (
        alt.X("column:Q", axis=None, scale=across),
        alt.Y("row:Q", axis=None, scale=down),
    )
    base = alt.Chart(data).transform_calculate(
        x1="datum.column - 0.47",
        x2="datum.column + 0.47",
        y1="datum.row - 0.46",
        y2="datum.row + 0.46",
    )
    colour = alt.Color(
        "value:Q",
        legend=None,
        scale=alt.Scale(
            domain=[-1, 0, 1],
            range=list(grammar.DIVERGING),
            # on dark paper, Vega's own way from dark to orange leads through purple
            interpolate="rgb",
            clamp=True,
        ),
    )
    rects = base.mark_rect(cornerRadius=3).encode(
        x=alt.X("x1:Q", axis=None, scale=across),
        x2=alt.X2("x2:Q"),
        y=alt.Y("y1:Q", axis=None, scale=down),
        y2=alt.Y2("y2:Q"),
        color=colour,
    )
    numbers = (
        alt.Chart(data)
        .mark_text(fontSize=14)
        .encode(
            x=place_x,
            y=place_y,
            text=alt.Text("value:Q", format="+.2f"),
            color=alt.when(grammar.white_is_clearer("value"))
            .then(alt.value("#FFFFFF"))
            .otherwise(alt.value("#000000")),
        )
    )
    signs = pd.DataFrame(
        [
            (1, -0.9, "W"),
            (3.6, 1.5, "·"),
            (5.7, 1.5, "="),
            (4.6, -0.9, "x"),
            (6.8, -0.9, "y"),
        ],
        columns=["column", "row", "words"],
    )
    words = (
        alt.Chart(signs)
        .mark_text(fontSize=14, fontWeight=600, color="ink")
        .encode(x=place_x, y=place_y, text=alt.Text("words:N"))
    )
    # A frame, not a fade: that would take from the colours what they say of the values.
    ends = [
        (-0.5, 2.5, row - 0.5, row + 0.5),
        (4.1, 5.1, 0.0, 3.0),
        (6.3, 7.3, row - 0.5, row + 0.5),
    ]
    frames = (
        alt.Chart(pd.DataFrame(ends, columns=["left", "right", "top", "bottom"]))
        .mark_rect(filled=False, stroke="ink", strokeWidth=2, cornerRadius=4)
        .encode(
            x=alt.X("left:Q", axis=None, scale=across),
            x2=alt.X2("right:Q"),
            y=alt.Y("top:Q", axis=None, scale=down),
            y2=alt.Y2("bottom:Q"),
        )
    )
    chart = alt.layer(rects, numbers, words, frames).properties(width="container", height=230)
    terms = " + ".join(f"({a:g} · {b:g})" for a, b in zip(w[row], x, strict=True))
    title = f"Output {row + 1} is row {row + 1} of W times x: {terms} = {y[row]:.2f}"
    subtitle = (
        "A layer of 4 units with 3 inputs: W has a row per output, a column per input. Framed: the"
        " row, the input and the output that are followed. Blue: below zero; orange: above."
    )
    return Figure("y-equals-w-x", title, subtitle, chart, title + ".", data)

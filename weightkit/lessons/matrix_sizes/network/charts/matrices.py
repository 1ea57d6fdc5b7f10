"""Every W of a network, drawn to one scale."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import altair as alt
import pandas as pd

from .....charts import Figure, grammar
from .....charts.words import plural

if TYPE_CHECKING:
    from ...experiment import Result

WORDS = 28  # pixels for a line of words above or below
LOW = 200  # pixels below which a plot has its legend beside it
LETTER = 8  # pixels for a bold letter
ROOM = 6  # columns of space between two matrices


def matrices(result: Result, layer: int, number: int, height: int = 260) -> Figure:
    """Every W drawn to one scale, a cell per weight; the row of unit `number` of layer `layer` is
    framed.
    """
    values, shapes = result.values, result.shapes
    shift, start = {}, 0
    for name, wide in zip(shapes["layer"], shapes["fan_in"], strict=True):
        shift[name] = start
        start += wide + ROOM
    tallest = int(shapes["fan_out"].max())
    columns, rows = start - ROOM + 2, tallest * height / (height - WORDS)
    wide, high = grammar.squared(columns, rows, _for_heads(shapes, shift, columns), top=True)
    across = alt.Scale(domain=[-1, columns - 1], **wide)
    down = alt.Scale(domain=[tallest, tallest - rows], **high)
    chart = alt.layer(
        _cells(values, shift, across, down, height),
        _heads(shapes, shift, across, down),
        _frame(shapes, shift, layer, number, across, down),
    ).properties(**grammar.view(height))
    listed = ", ".join(shapes["weight_shape"])
    title = (
        f"{plural(len(shapes), 'weight matrix', 'weight matrices')}, (outputs, inputs): {listed}"
    )
    subtitle = (
        "One row per output, one column per input, all to the same scale; framed: the row of the"
        " unit you follow."
    )
    return Figure("weight-matrices", title, subtitle, chart, title + ".", values)


def _cells(
    values: pd.DataFrame, shift: dict[str, int], across: alt.Scale, down: alt.Scale, height: int
) -> alt.Chart:
    data = values.assign(left=values["layer"].map(shift) + values["column"] - 1)
    data = data.assign(right=data["left"] + 1, top=data["row"] - 1, bottom=data["row"])
    reach = float(values["value"].abs().max()) or 1.0
    colour = alt.Color(
        "value:Q",
        title="weight",
        legend=alt.Legend(tickCount=3, **_legend(height)),
        scale=alt.Scale(
            domain=[-reach, 0, reach],
            range=list(grammar.DIVERGING),
            # on dark paper, Vega's own way from dark to orange leads through purple
            interpolate="rgb",
        ),
    )
    return (
        alt.Chart(data)
        .mark_rect()
        .encode(
            x=alt.X("left:Q", axis=None, scale=across),
            x2=alt.X2("right:Q"),
            y=alt.Y("top:Q", axis=None, scale=down),
            y2=alt.Y2("bottom:Q"),
            color=colour,
            tooltip=[
                alt.Tooltip("layer"),
                alt.Tooltip("row", title="row (output)"),
                alt.Tooltip("column", title="column (input)"),
                alt.Tooltip("value", format="+.3f"),
            ],
        )
    )


def _middles(shapes: pd.DataFrame, shift: dict[str, int]) -> list[float]:
    return [shift[n] + f / 2 for n, f in zip(shapes["layer"], shapes["fan_in"], strict=True)]


def _for_heads(shapes: pd.DataFrame, shift: dict[str, int], columns: int) -> float:
    """The pixels of a plot of so many columns in which no two names above matrices touch."""
    middles = _middles(shapes, shift)
    apart = min((b - a for a, b in zip(middles, middles[1:], strict=False)), default=columns)
    letters = (shapes["layer"] + " " + shapes["weight_shape"]).str.len().max()
    return columns / apart * float(LETTER * letters)


def _heads(
    shapes: pd.DataFrame, shift: dict[str, int], across: alt.Scale, down: alt.Scale
) -> alt.Chart:
    """Each matrix's name and shape above it."""
    words = shapes.assign(
        x=_middles(shapes, shift), y=0, words=shapes["layer"] + " " + shapes["weight_shape"]
    )
    return (
        alt.Chart(words)
        .mark_text(fontSize=13, fontWeight=600, color="ink", dy=-14)
        .encode(
            x=alt.X("x:Q", axis=None, scale=across),
            y=alt.Y("y:Q", axis=None, scale=down),
            text=alt.Text("words:N"),
        )
    )


def _frame(
    shapes: pd.DataFrame,
    shift: dict[str, int],
    layer: int,
    number: int,
    across: alt.Scale,
    down: alt.Scale,
) -> alt.Chart:
    """Around the row of the unit that is followed."""
    row = shapes.iloc[layer - 1]
    left = shift[row["layer"]]
    ends = {"x": [left], "x2": [left + int(row["fan_in"])], "y": [number - 1], "y2": [number]}
    return (
        alt.Chart(pd.DataFrame(ends))
        .mark_rect(filled=False, stroke="ink", strokeWidth=2, fillOpacity=0)
        .encode(
            x=alt.X("x:Q", axis=None, scale=across),
            x2=alt.X2("x2:Q"),
            y=alt.Y("y:Q", axis=None, scale=down),
            y2=alt.Y2("y2:Q"),
        )
    )


def _legend(height: int) -> dict[str, Any]:
    beside = {"orient": "right", "gradientLength": max(height - 2 * WORDS, 40)}
    return {"orient": "top", "gradientLength": 160} if height >= LOW else beside

"""The network as columns of units, every W to one scale, and the products of one unit."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import altair as alt
import pandas as pd

from ....charts import Figure, grammar
from ....charts.words import plural
from ..config import written_sizes
from .findings import Unit

if TYPE_CHECKING:
    from ..config import Config
    from ..experiment import Result

MOST_NODES = 20  # circles drawn per column; of more units their number is said
NODE = 90  # square pixels of a circle where there is room for them
TOP = 0.95  # height of the first unit of a column; the last is as far below zero
WORDS = 28  # pixels for a line of words above or below
LINE = 17  # pixels for one more line
LOW = 200  # pixels below which a plot has its legend beside it
LETTER = 8  # pixels for a bold letter
ROOM = 6  # columns of space between two matrices


# ---------------------------------------------------------------- the network


def lead(result: Result, config: Config) -> Figure:
    """The page's first figure."""
    return network(result, config.layer, config.unit)


def network(result: Result, layer: int, number: int, height: int = 300) -> Figure:
    """The network as columns of units, a batch's shape under each.

    The weights into unit `number` of layer `layer` (both counted from 1), its row of W, are
    drawn strong.
    """
    shapes, batch = result.shapes, list(result.flow["shape"])
    sizes = [int(shapes["fan_in"].iloc[0]), *shapes["fan_out"].astype(int)]
    across = alt.X("column:Q", axis=None, scale=alt.Scale(domain=[-0.35, len(sizes) - 0.65]))
    pixel = 2 * TOP / (height - 2 * WORDS - LINE)  # room for the words, however high the plot is
    domain = [-TOP - (WORDS + LINE) * pixel, TOP + WORDS * pixel]
    down = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=domain))
    names = ["inputs x", *shapes["layer"]]
    words = [f"{_units(n)}\n{'' if i else 'batch '}{batch[i]}" for i, n in enumerate(sizes)]
    part = 2 * TOP / (domain[1] - domain[0])  # of the plot's height, that a column takes
    chart = alt.layer(
        _lines(_edges(sizes, layer, number), across, down),
        _circles(sizes, part, across, down),
        _words(names, TOP, 600, -18, across, down),
        _words(words, -TOP, 400, 18, across, down),
    ).properties(**grammar.view(height))
    title = _network_title(sizes, int(shapes["weights"].sum()), int(shapes["biases"].sum()))
    subtitle = " ".join(_network_notes(sizes, number))
    alt_text = f"{title}. A batch goes through as {', '.join(batch)}."
    return Figure("network", title, subtitle, chart, alt_text, shapes)


def _network_title(sizes: list[int], weights: int, biases: int) -> str:
    parts = f"{plural(weights, 'weight')} and {plural(biases, 'bias', 'biases')}"
    return f"{written_sizes(sizes)}: {parts}, {weights + biases:,} numbers to learn"


def _network_notes(sizes: list[int], number: int) -> Iterator[str]:
    """What is drawn, and what there was no room for."""
    yield (
        "Each line is one weight; below, the shape (samples, features) of the batch as it passes"
        " through."
    )
    if number <= MOST_NODES:
        yield "The weights of the unit you follow, one row of W, are drawn strong."
    if any(n > MOST_NODES for n in sizes):
        yield (
            f"Of a layer at most {MOST_NODES} units are"
            f" drawn{'' if number <= MOST_NODES else ', so not the one you follow'}."
        )


def _units(n: int) -> str:
    """How many there are, and how many of them are drawn."""
    return plural(n, "unit") if n <= MOST_NODES else f"{MOST_NODES} of {n}"


def _height(j: int, n: int) -> float:
    drawn = min(n, MOST_NODES)
    return 0.0 if drawn == 1 else TOP - 2 * TOP * j / (drawn - 1)


def _edges(sizes: list[int], layer: int, number: int) -> pd.DataFrame:
    rows = []
    for i in range(len(sizes) - 1):
        for a in range(min(sizes[i], MOST_NODES)):
            for b in range(min(sizes[i + 1], MOST_NODES)):
                chosen = i + 1 == layer and b + 1 == number
                rows.append((i, _height(a, sizes[i]), i + 1, _height(b, sizes[i + 1]), chosen))
    rows.sort(key=lambda r: r[-1])  # the chosen ones on top
    return pd.DataFrame(rows, columns=["column", "y", "column2", "y2", "chosen"])


def _lines(edges: pd.DataFrame, across: alt.X, down: alt.Y) -> alt.Chart:
    return (
        alt.Chart(edges)
        .mark_rule()
        .encode(
            x=across,
            x2=alt.X2("column2:Q"),
            y=down,
            y2=alt.Y2("y2:Q"),
            color=alt.condition("datum.chosen", alt.value("ink"), alt.value("muted")),
            opacity=alt.condition("datum.chosen", alt.value(1.0), alt.value(0.7)),
            size=alt.condition("datum.chosen", alt.value(1.8), alt.value(0.35)),
        )
    )


def _circles(sizes: list[int], part: float, across: alt.X, down: alt.Y) -> alt.Chart:
    """A circle per unit, smaller where a column of them, `part` of the plot's height, is full."""
    apart = part / max(min(max(sizes), MOST_NODES) - 1, 1)
    area = f"min({NODE}, {math.pi / 4 * (0.85 * apart) ** 2:.4g} * height * height)"
    rows = [
        (i, j + 1, _height(j, n)) for i, n in enumerate(sizes) for j in range(min(n, MOST_NODES))
    ]
    return (
        alt.Chart(pd.DataFrame(rows, columns=["column", "unit", "y"]))
        .mark_circle(size=alt.ExprRef(area), opacity=1, color="muted")
        .encode(x=across, y=down, tooltip=[alt.Tooltip("unit:Q", title="unit")])
    )


def _words(
    words: list[str], y: float, weight: int, dy: int, across: alt.X, down: alt.Y
) -> alt.Chart:
    """Words above or below each column of units."""
    frame = pd.DataFrame({"column": range(len(words)), "y": y, "words": words})
    return (
        alt.Chart(frame)
        .mark_text(
            fontSize=13, color="ink", fontWeight=weight, dy=dy, lineBreak="\n", lineHeight=LINE
        )
        .encode(x=across, y=down, text=alt.Text("words:N"))
    )


# ---------------------------------------------------------------- the matrices


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


# ---------------------------------------------------------------- one unit


def digits(u: Unit) -> int:
    """How many make the printed numbers add up: at least three."""

    def fits(n: int) -> bool:
        total = round(u.dot_product, n) + round(u.bias, n)
        return abs((max(total, 0.0) if u.through else total) - round(u.output, n)) < 10**-n / 2

    return next((n for n in range(3, 9) if fits(n)), 9)


def unit(rows: pd.DataFrame, u: Unit) -> Figure:
    """The products w·x of one unit, which add up to its output."""
    through = ", through ReLU," if u.through else ""
    products_are = "the one product is" if u.fan_in == 1 else f"{u.fan_in} products add up to"
    n = digits(u)
    title = (
        f"Unit {u.number} of {u.layer}: {products_are} {u.dot_product:.{n}f}; with the bias"
        f" {u.bias:+.{n}f}{through} the output is {u.output:.{n}f}"
    )
    frame = rows.assign(sign=["above zero" if p > 0 else "below zero" for p in rows["product"]])
    chart = (
        alt.Chart(frame)
        .mark_bar()
        .encode(
            x=alt.X("input:O", title="input", axis=alt.Axis(labelAngle=0, labelOverlap=True)),
            y=alt.Y("product:Q", title="weight × input"),
            color=alt.Color(
                "sign:N",
                legend=None,
                scale=alt.Scale(
                    domain=["above zero", "below zero"], range=["series:kaiming", "series:xavier"]
                ),
            ),
            tooltip=[
                alt.Tooltip("input"),
                alt.Tooltip("weight", format="+.3f"),
                alt.Tooltip("x", format="+.3f"),
                alt.Tooltip("product", format="+.3f"),
            ],
        )
        .properties(width="container", height=220)
    )
    source = (
        "the first sample of the batch"
        if u.source is None
        else f"what {u.source} gives for the first sample"
    )
    subtitle = f"Row of W times {source}, product by product."
    return Figure("one-unit", title, subtitle, chart, title + ".", frame)

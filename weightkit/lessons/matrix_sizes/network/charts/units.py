"""The network as columns of units, and the products of one of them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

import altair as alt
import pandas as pd

from .....charts import Figure, grammar
from .....charts.words import plural
from ...config import written_sizes
from ..findings import Unit
from .matrices import WORDS

if TYPE_CHECKING:
    from ...config import Config
    from ...experiment import Result

MOST_NODES = 20  # circles drawn per column; of more units their number is said
NODE = 90  # square pixels of a circle where there is room for them
TOP = 0.95  # height of the first unit of a column; the last is as far below zero
LINE = 17  # pixels for one more line


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


# ---------------------------------------------------------------- one unit


def digits(u: Unit) -> int | None:
    """How many, of three to six, make the printed numbers add up; None where rounding never does
    (one unit in some hundreds).
    """

    def fits(n: int) -> bool:
        total = round(u.dot_product, n) + round(u.bias, n)
        return abs((max(total, 0.0) if u.through else total) - round(u.output, n)) < 10**-n / 2

    return next((n for n in range(3, 7) if fits(n)), None)


def unit(rows: pd.DataFrame, u: Unit) -> Figure:
    """The products w·x of one unit, which add up to its output."""
    through = ", through ReLU," if u.through else ""
    products_are = "the one product is" if u.fan_in == 1 else f"{u.fan_in} products add up to"
    n = digits(u)
    n, about = (4, "about ") if n is None else (n, "")
    title = (
        f"Unit {u.number} of {u.layer}: {products_are} {about}{u.dot_product:.{n}f}; with the bias"
        f" {u.bias:+.{n}f}{through} the output is {about}{u.output:.{n}f}"
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

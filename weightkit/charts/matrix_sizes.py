"""Charts of weight-matrix sizes (part 1)."""

from __future__ import annotations

import altair as alt
import pandas as pd

from . import grammar
from .figure import Figure
from .remembered import remembered
from .words import plural

MOST_NODES = 16  # circles drawn per column; more units are shown by their number
TOP = 0.95  # height of the first unit of a column; the last is as far below zero
WORDS = 28  # pixels for a line of words above or below
LINE = 17  # pixels for one more line
LOW = 200  # pixels below which a plot has its legend beside it
ROOM = 6  # columns of space between two matrices


@remembered
def network(
    shapes: pd.DataFrame,
    flow: pd.DataFrame,
    layer: str | None = None,
    unit: int | None = None,
    height: int = 300,
) -> Figure:
    """The network as columns of units, a batch's shape under each; the weights into one unit (its row of W) in orange."""
    sizes = [int(shapes["fan_in"].iloc[0]), *shapes["fan_out"].astype(int)]
    nodes = pd.DataFrame(
        [(i, j + 1, _height(j, n)) for i, n in enumerate(sizes) for j in range(min(n, MOST_NODES))],
        columns=["column", "unit", "y"],
    )
    edges = _edges(sizes, list(shapes["layer"]), layer, unit)
    names = ["inputs x", *shapes["layer"]]
    heads = pd.DataFrame({"column": range(len(sizes)), "y": TOP, "words": names})
    batch = list(flow["shape"])
    words = [f"{plural(n, 'unit')}\n{'' if i else 'batch '}{batch[i]}" for i, n in enumerate(sizes)]
    feet = pd.DataFrame({"column": range(len(sizes)), "y": -TOP, "words": words})
    across = alt.X("column:Q", axis=None, scale=alt.Scale(domain=[-0.35, len(sizes) - 0.65]))
    pixel = 2 * TOP / (height - 2 * WORDS - LINE)  # room for the words, however high the plot is
    down = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[-TOP - (WORDS + LINE) * pixel, TOP + WORDS * pixel]))
    base = alt.Chart(edges).mark_rule()
    lines = base.encode(
        x=across,
        x2=alt.X2("column2:Q"),
        y=down,
        y2=alt.Y2("y2:Q"),
        color=alt.condition("datum.chosen", alt.value("series:kaiming"), alt.value("muted")),
        opacity=alt.condition("datum.chosen", alt.value(1.0), alt.value(0.7)),
        size=alt.condition("datum.chosen", alt.value(1.8), alt.value(0.35)),
    )
    circles = (
        alt.Chart(nodes)
        .mark_circle(size=90, opacity=1, color="series:xavier")
        .encode(x=across, y=down, tooltip=[alt.Tooltip("unit:Q", title="unit")])
    )
    text = [
        alt.Chart(frame)
        .mark_text(fontSize=13, color="ink", fontWeight=weight, dy=dy, lineBreak="\n", lineHeight=LINE)
        .encode(x=across, y=down, text=alt.Text("words:N"))
        for frame, weight, dy in ((heads, 600, -18), (feet, 400, 18))
    ]
    chart = alt.layer(lines, circles, *text).properties(**grammar.view(height))
    weights, biases = int(shapes["weights"].sum()), int(shapes["biases"].sum())
    title = (
        f"{'-'.join(map(str, sizes))}: {weights:,} weights and {biases:,} biases, {weights + biases:,} numbers to learn"
    )
    hidden = any(n > MOST_NODES for n in sizes)
    subtitle = (
        "Each line is one weight; below, the shape (samples, features) of the batch as it passes through"
        + (". The weights of the unit you follow, one row of W, are in orange" if unit else "")
        + (f". Only {MOST_NODES} units of a layer are drawn." if hidden else ".")
    )
    alt_text = f"{title}. A batch goes through as {', '.join(batch)}."
    return Figure("network", title, subtitle, chart, alt_text, shapes)


def _height(j: int, n: int) -> float:
    drawn = min(n, MOST_NODES)
    return 0.0 if drawn == 1 else TOP - 2 * TOP * j / (drawn - 1)



def _edges(sizes: list[int], layers: list[str], layer: str | None, unit: int | None) -> pd.DataFrame:
    rows = []
    for i, name in enumerate(layers):
        for a in range(min(sizes[i], MOST_NODES)):
            for b in range(min(sizes[i + 1], MOST_NODES)):
                chosen = name == layer and b + 1 == unit
                rows.append((i, _height(a, sizes[i]), i + 1, _height(b, sizes[i + 1]), chosen))
    rows.sort(key=lambda r: r[-1])  # the chosen ones on top
    return pd.DataFrame(rows, columns=["column", "y", "column2", "y2", "chosen"])


@remembered
def matrices(
    values: pd.DataFrame,
    shapes: pd.DataFrame,
    layer: str | None = None,
    unit: int | None = None,
    height: int = 260,
) -> Figure:
    """Every W drawn to one scale, a cell per weight; the row of the unit that is followed is framed."""
    shift, start = {}, 0
    for entry in shapes.itertuples():
        shift[entry.layer] = start
        start += entry.fan_in + ROOM
    data = values.assign(left=values["layer"].map(shift) + values["column"] - 1)
    data = data.assign(right=data["left"] + 1, top=data["row"] - 1, bottom=data["row"])
    tallest = int(shapes["fan_out"].max())
    across = alt.Scale(domain=[-1, start - ROOM + 1])
    down = alt.Scale(domain=[tallest, -tallest * WORDS / (height - WORDS)])
    reach = float(values["value"].abs().max()) or 1.0
    colour = alt.Color(
        "value:Q",
        title="weight",
        legend=alt.Legend(tickCount=3, **_legend(height)),
        scale=alt.Scale(
            domain=[-reach, 0, reach],
            range=list(grammar.DIVERGING),
            interpolate="rgb",  # on dark paper, Vega's own way from dark to orange leads through purple
        ),
    )
    cells = (
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
    words = shapes.assign(x=[shift[n] + f / 2 for n, f in zip(shapes["layer"], shapes["fan_in"], strict=True)])
    words = words.assign(y=0, words=words["layer"] + " " + words["weight_shape"])
    heads = (
        alt.Chart(words)
        .mark_text(fontSize=13, fontWeight=600, color="ink", dy=-14)
        .encode(x=alt.X("x:Q", axis=None, scale=across), y=alt.Y("y:Q", axis=None, scale=down), text=alt.Text("words:N"))
    )
    layers = [cells, heads]
    if layer is not None and unit is not None:
        wide = int(shapes.set_index("layer").loc[layer, "fan_in"])
        frame = pd.DataFrame({"x": [shift[layer]], "x2": [shift[layer] + wide], "y": [unit - 1], "y2": [unit]})
        layers.append(
            alt.Chart(frame)
            .mark_rect(filled=False, stroke="ink", strokeWidth=2, fillOpacity=0)
            .encode(
                x=alt.X("x:Q", axis=None, scale=across), x2=alt.X2("x2:Q"), y=alt.Y("y:Q", axis=None, scale=down), y2=alt.Y2("y2:Q")
            )
        )
    chart = alt.layer(*layers).properties(**grammar.view(height))
    listed = ", ".join(shapes["weight_shape"])
    title = f"{plural(len(shapes), 'weight matrix', 'weight matrices')}, (outputs, inputs): {listed}"
    subtitle = "One row per output, one column per input, all to the same scale" + (
        "; framed: the row of the unit you follow." if unit else "."
    )
    return Figure("weight-matrices", title, subtitle, chart, title + ".", values)


def _legend(height: int) -> dict:
    beside = {"orient": "right", "gradientLength": max(height - 2 * WORDS, 40)}
    return {"orient": "bottom", "gradientLength": 160} if height >= LOW else beside


@remembered
def unit(frame: pd.DataFrame, output: pd.DataFrame, layer: str, number: int, activation: str = "linear") -> Figure:
    """The products w·x of one unit, which add up to its output."""
    o = output.iloc[0]
    through = (
        ", through ReLU," if activation == "relu" and abs(o["dot_product"] + o["bias"] - o["output"]) > 1e-9 else ""
    )
    title = (
        f"Unit {number} of {layer}: {len(frame)} products add up to {o['dot_product']:.3f}; with the bias "
        f"{o['bias']:+.3f}{through} the output is {o['output']:.3f}"
    )
    frame = frame.assign(sign=["above zero" if p > 0 else "below zero" for p in frame["product"]])
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
    return Figure(
        "one-unit",
        title,
        "Row of W times the first sample of the batch, product by product.",
        chart,
        title + ".",
        frame,
    )


@remembered
def chain(
    checked: pd.DataFrame, layers: list[tuple[int, int]], n_samples: int, n_features: int
) -> Figure:
    """The layers as blocks in a row, with what each joint carries and whether it fits."""
    n = len(checked)
    blocks = pd.DataFrame(
        [(0.0, 0.62, "batch", f"({n_samples}, {n_features})", "")]
        + [
            (i + 1.0, i + 1.62, name, f"W ({gives}, {takes})", out and f"→ {out}")
            for i, (name, (takes, gives), out) in enumerate(
                zip(checked["layer"], layers, checked["output_shape"], strict=True)
            )
        ],
        columns=["left", "right", "name", "words", "out"],
    ).assign(top=0.75, bottom=-0.75)
    blocks["middle"] = (blocks["left"] + blocks["right"]) / 2
    joints = checked.assign(
        at=[i + 0.81 for i in range(n)],
        mark=["fits" if ok else "breaks" for ok in checked["ok"]],
        y=0.0,
        words=["✓" if ok else "✗" for ok in checked["ok"]],
        above=[f"{r} → {e}" for r, e in zip(checked["receives"], checked["expects"], strict=True)],
    )
    across = alt.Scale(domain=[-0.1, n + 0.75])
    down = alt.Scale(domain=[-1.3, 1.3])

    def place(x: str, y: str) -> dict:
        return {"x": alt.X(f"{x}:Q", axis=None, scale=across), "y": alt.Y(f"{y}:Q", axis=None, scale=down)}

    rects = alt.Chart(blocks).mark_rect(
        cornerRadius=4, fillOpacity=0.12, fill="series:xavier", stroke="series:xavier"
    )
    parts = [rects.encode(**place("left", "top"), x2=alt.X2("right:Q"), y2=alt.Y2("bottom:Q"))]
    for column, dy, weight in (("name", -14, 600), ("words", 6, 400), ("out", 26, 400)):
        text = alt.Chart(blocks).mark_text(fontSize=12, dy=dy, fontWeight=weight, color="ink")
        parts.append(text.encode(**place("middle", "name0"), text=alt.Text(f"{column}:N")))
    for part in parts[1:]:
        part.data = blocks.assign(name0=0.0)
    colour = alt.Color(
        "mark:N",
        legend=None,
        scale=alt.Scale(
            domain=["fits", "breaks"], range=["text:series:pytorch", "text:series:kaiming"]
        ),
    )
    parts.append(
        alt.Chart(joints)
        .mark_text(fontSize=24, fontWeight=700)
        .encode(**place("at", "y"), text=alt.Text("words:N"), color=colour)
    )
    parts.append(
        alt.Chart(joints)
        .mark_text(fontSize=12, dy=-26, color="ink")
        .encode(**place("at", "y"), text=alt.Text("above:N"))
    )
    chart = alt.layer(*parts).properties(width="container", height=190)
    bad = checked[~checked["ok"]]
    if len(bad):
        first = bad.iloc[0]
        title = f"The chain breaks before {first['layer']}: it expects {first['expects']} features and receives {first['receives']}"
    else:
        title = (
            f"The chain holds: {n_samples} samples of {n_features} features leave as {checked['output_shape'].iloc[-1]}"
        )
    return Figure(
        "chain", title, "At each joint: features that arrive → features that are expected.", chart, title + ".", checked
    )

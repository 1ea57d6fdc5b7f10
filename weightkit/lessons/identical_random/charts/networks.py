"""The parameters of the four networks, by index, and their differences, pair by pair."""

from __future__ import annotations

import altair as alt
import pandas as pd

from ....charts import Figure, grammar
from ....charts.words import capital, number
from ..findings import names


def weights(frame: pd.DataFrame) -> Figure:
    """All parameters of the four networks by index: first the weights, then the biases."""
    order = names(frame)
    a, b = order[:2]
    data = _positions(frame, "network")
    one, other = (data[data["network"] == n].sort_values("position") for n in (a, b))
    equal = one["value"].to_numpy() == other["value"].to_numpy()
    kinds = one["parameter"].to_numpy()
    n_weights, n_biases = int((kinds == "weight").sum()), int((kinds == "bias").sum())
    same_weights, same_biases = (
        int(equal[kinds == "weight"].sum()),
        int(equal[kinds == "bias"].sum()),
    )
    title = (
        f"{a} and {b} agree in {same_weights} of {n_weights} weights and {same_biases} of"
        f" {n_biases} biases"
    )
    title = capital(title)
    axis = alt.Axis(title="parameter index", tickCount=8, tickMinStep=1, grid=False)
    edges = [-0.6, len(one) - 0.4]
    at_x = alt.X("position:Q", scale=alt.Scale(domain=edges, nice=False), axis=axis)
    at_y = alt.Y(
        "value:Q", **grammar.quantity("value", data["value"], heading="value before training")
    )
    key = grammar.legend_of(order, alone=True)
    paint = alt.Color("network:N", scale=grammar.colour_scale(order), legend=key)
    shape = alt.Shape(
        "network:N", scale=alt.Scale(domain=order, range=list(grammar.SHAPES[:4])), legend=key
    )
    tips = [
        alt.Tooltip("network"),
        alt.Tooltip("layer"),
        alt.Tooltip("parameter"),
        alt.Tooltip("index"),
        alt.Tooltip("value", format="+.6f"),
    ]
    layers = [_divider(n_weights)]
    for name, width, opacity, size in (
        (order[3], 1, 1, 26),
        (order[2], 1, 1, 26),
        (a, 7, 0.35, 170),
        (b, 1.4, 1, 26),
    ):
        base = alt.Chart(data[data["network"] == name]).encode(x=at_x, y=at_y, color=paint)
        layers.append(
            base.mark_line(strokeWidth=width, opacity=opacity, strokeJoin="round").encode(
                detail=alt.Detail("parameter:N")
            )
        )
        layers.append(
            base.mark_point(filled=True, size=size, opacity=max(opacity, 0.45)).encode(
                shape=shape, tooltip=tips
            )
        )
    subtitle = (
        f"Every parameter before training. {_places(one)} Broad and pale: {a}; thin, drawn over it:"
        f" {b}. Where numbers are equal, these two lie over the lines of the others."
    )
    alt_text = (
        f"Index plot of {len(one)} parameters of four networks. {title}; {order[3]} and {order[2]}"
        f" agree with {a} in {_agreeing(data, a, order[3])} and {_agreeing(data, a, order[2])}."
    )
    return Figure(
        "parameters-by-index",
        title,
        subtitle,
        alt.layer(*layers, **grammar.view(300)),
        alt_text,
        data,
    )


def _agreeing(data: pd.DataFrame, one: str, other: str) -> int:
    first, second = (
        data[data["network"] == n].sort_values("position")["value"].to_numpy() for n in (one, other)
    )
    return int((first == second).sum())


def _positions(frame: pd.DataFrame, by: str) -> pd.DataFrame:
    """Adds `position`: the weights of all layers one after the other, then the biases, counted from
    0.
    """
    ordered = frame.sort_values("parameter", key=lambda p: p.eq("bias"), kind="stable")
    return ordered.assign(position=ordered.groupby(by, sort=False).cumcount()).sort_values(
        [by, "position"], kind="stable"
    )


def _places(one: pd.DataFrame) -> str:
    """ "Weights: input 0-15, fc1 16-23, output 24. Biases: 25-34." """
    spans: dict[str, list[str]] = {}
    for (parameter, layer), rows in one.groupby(["parameter", "layer"], sort=False):
        low, high = rows["position"].min(), rows["position"].max()
        spans.setdefault(parameter, []).append(
            f"{layer} {low}" + (f"–{high}" if high > low else "")
        )
    return f"Weights: {', '.join(spans['weight'])}; biases: {', '.join(spans['bias'])}."


def _divider(n_weights: int) -> alt.LayerChart:
    """A vertical line where the biases begin, with words on both of its sides."""
    at = pd.DataFrame({"position": [n_weights - 0.5], "left": ["weights"], "right": ["biases"]})
    x = alt.X("position:Q")
    rule = alt.Chart(at).mark_rule(color="muted", strokeDash=[3, 3]).encode(x=x)
    place = {"baseline": "top", "fontSize": 12, "color": "muted", "fontStyle": "italic"}
    left = (
        alt.Chart(at)
        .mark_text(align="right", dx=-8, **place)
        .encode(x=x, y=alt.YValue(4), text=alt.Text("left:N"))
    )
    right = (
        alt.Chart(at)
        .mark_text(align="left", dx=8, **place)
        .encode(x=x, y=alt.YValue(4), text=alt.Text("right:N"))
    )
    return alt.layer(rule, left, right)


def differences(frame: pd.DataFrame) -> Figure:
    """The difference of every pair in every parameter, a row per pair; a pair without any is
    labelled "exactly 0".
    """
    data = _positions(frame, "pair")
    pairs = list(dict.fromkeys(frame["pair"]))
    most = data.groupby("pair")["difference"].apply(lambda d: float(d.abs().max()))
    equal, rest = [p for p in pairs if most[p] == 0], [p for p in pairs if most[p] > 0]
    title = _finding(most, pairs, equal, rest).replace(" - ", " − ")
    data = data.assign(pair=pd.Categorical(data["pair"], pairs)).sort_values(["pair", "position"])
    data["pair"] = data["pair"].astype(str)
    written = {pair: pair.replace(" - ", " − ") for pair in pairs}
    chart = grammar.heatmap(
        data.assign(pair=data["pair"].map(written)),
        "position",
        "pair",
        "difference",
        midpoint=0,
        x_title="parameter index",
        y_title="",
        height=280,
    )
    zero = pd.DataFrame(
        {
            "pair": [written[p] for p in equal],
            "position": int(data["position"].max()) // 2,
            "words": "exactly 0",
        }
    )
    if len(equal):
        chart += (
            alt.Chart(zero)
            .mark_text(fontSize=12, fontWeight=600, color="ink")
            .encode(
                x=alt.X("position:O"),
                y=alt.Y("pair:O", sort=list(written.values())),
                text=alt.Text("words:N"),
            )
        )
    subtitle = (
        "First minus second network before training, a cell per parameter (weights first, then"
        " biases). Grey: no difference, or next to none."
    )
    numbers = "; ".join(f"{written[pair]} {most[pair]:.3g}" for pair in pairs)
    return Figure(
        "differences", title, subtitle, chart, f"Largest absolute differences: {numbers}.", data
    )


def _finding(most: pd.Series, pairs: list[str], equal: list[str], rest: list[str]) -> str:
    """Which pairs are equal everywhere, and how far apart the others are."""
    if not rest:
        return "All four networks are equal in every parameter"
    if not equal:
        return (
            f"No two networks are equal in every parameter; {pairs[0]} differs by up to"
            f" {number(most[pairs[0]])}"
        )
    first = equal[0] if len(equal) == 1 else f"{len(equal)} pairs"
    return (
        f"{capital(first)}: exactly 0 in every parameter; every other pair differs somewhere by "
        f"{number(most[rest].min())} or more"
    )

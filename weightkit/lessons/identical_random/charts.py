"""Charts of the same random numbers drawn twice (part 6).

Networks a and b of one seed may lie exactly on each other. So a is broad and pale, b thin and drawn
over it: a thin line inside a broad one is two networks that are equal, and where they part, both
are seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import altair as alt
import numpy as np
import pandas as pd

from ...charts import Figure, grammar
from ...charts.words import capital, number, plural
from .findings import names, sequences

if TYPE_CHECKING:
    from .experiment import Result

SHAPES = ("circle", "circle", "square", "triangle-up")
SHOWN_CALLS = 6  # numbers of each way to ask: as many as fit on a phone
WORDS = {"same": "", "reversed": ", reversed"}


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
    key = alt.Legend(
        title=None, orient="top", columns=4, columnPadding=6, symbolSize=70, symbolOpacity=1
    )  # one line on a phone
    paint = alt.Color("network:N", scale=grammar.colour_scale(order), legend=key)
    shape = alt.Shape("network:N", scale=alt.Scale(domain=order, range=list(SHAPES)), legend=key)
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
        f" {b}."
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
    title = _finding(most, pairs, equal, rest)
    data = data.assign(pair=pd.Categorical(data["pair"], pairs)).sort_values(["pair", "position"])
    data["pair"] = data["pair"].astype(str)
    chart = grammar.heatmap(
        data,
        "position",
        "pair",
        "difference",
        midpoint=0,
        x_title="parameter index",
        y_title="",
        height=220,
    )
    zero = pd.DataFrame(
        {"pair": equal, "position": int(data["position"].max()) // 2, "words": "exactly 0"}
    )
    if len(equal):
        chart += (
            alt.Chart(zero)
            .mark_text(fontSize=12, fontWeight=600, color="ink")
            .encode(x=alt.X("position:O"), y=alt.Y("pair:O", sort=pairs), text=alt.Text("words:N"))
        )
    subtitle = (
        "First minus second network before training, a cell per parameter (weights first, then"
        " biases)."
    )
    numbers = "; ".join(f"{pair} {most[pair]:.3g}" for pair in pairs)
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


def training(result: Result, split: str = "train", measure: str = "loss") -> Figure:
    """Learning curves of the four networks on one split; a broad and pale, so that b is seen inside
    of it.
    """
    return _curves(result.training, split, measure)


def _curves(frame: pd.DataFrame, split: str, measure: str) -> Figure:
    order = names(frame)
    a, b = order[:2]
    data = frame[frame["split"] == split]
    one, other = (data[data["network"] == n].sort_values("epoch") for n in (a, b))
    x, y = one[measure].to_numpy(), other[measure].to_numpy()
    epochs, finite = one["epoch"].to_numpy(), np.isfinite(x) & np.isfinite(y)
    parted = epochs[~np.isclose(x, y, rtol=0, atol=0, equal_nan=True)]
    last = int(data["epoch"].max())
    if not len(parted):
        title = (
            f"{a} and {b} have the same {split} {measure} to the last bit, from epoch 0 to {last}"
        )
    elif parted[0]:
        title = f"{a} and {b} start with the same {split} {measure} and part in epoch {parted[0]}"
    else:
        title = f"{a} and {b} differ from the start"
    if not finite.all():
        title += f" (from epoch {epochs[~finite][0]} on not both finite)"
    domain = [0.0, 1.0] if measure == "accuracy" else None
    axis = grammar.quantity(measure, data[measure], domain=domain)
    broad = (
        alt.Chart(one)
        .mark_line(strokeWidth=9, opacity=0.35, strokeCap="round", color=grammar.colours(order)[a])
        .encode(x=alt.X("epoch:Q"), y=alt.Y(f"{measure}:Q", scale=axis["scale"], axis=None))
    )
    chart = grammar.curves(
        data, measure, "network", band=None, order=order, height=280, domain=axis["scale"].domain
    )
    chart.layer = [broad, *chart.layer]  # beneath the thin ones
    subtitle = (
        f"{split.capitalize()} {measure} by epoch. Broad and pale: {a}; thin: the others, {b}"
        " inside of it while they are equal."
    )
    values = data[data["epoch"] == last].set_index("network")[measure]
    ends = "; ".join(
        f"{n} {values[n]:.3g}" if np.isfinite(values[n]) else f"{n} not finite" for n in order
    )
    alt_text = f"{capital(title)}. After epoch {last}: {ends}."
    return Figure(f"training-{measure}", capital(title), subtitle, chart, alt_text, data)


def live(frame: pd.DataFrame) -> Figure:
    """While it trains: the loss so far."""
    return _curves(frame, "train", "loss")


def checks(frame: pd.DataFrame, now: tuple[str, str], pair: Sequence[str]) -> Figure:
    """When are a and b the same network? A row per way to make them; `now` (biases, draw order) is
    marked.
    """
    ways = frame.assign(
        way=[
            ("→ " if (r.biases, r.draw_order) == now else "")
            + f"{_plain(r.biases)}{WORDS[r.draw_order]}"
            for r in frame.itertuples()
        ],
        equal=["equal" if d == 0 else "different" for d in frame["difference"]],
        words=[
            "0" if d == 0 else f"{d:.2f}" if d >= 0.005 else f"{d:.0e}" for d in frame["difference"]
        ],
    )
    outputs = ways[ways["part"] == "outputs"]
    k, n = int((outputs["difference"] == 0).sum()), len(outputs)
    title = f"{pair[0]} and {pair[1]} give equal outputs in {k} of {n} ways to make them"
    title = capital(title)
    rows, parts = list(dict.fromkeys(ways["way"])), ["weights", "biases", "outputs"]
    base = alt.Chart(ways).encode(
        x=alt.X(
            "part:O",
            sort=parts,
            axis=alt.Axis(
                title=None,
                orient="top",
                labelAngle=0,
                labelOverlap=False,
                ticks=False,
                domain=False,
            ),
        ),
        y=alt.Y(
            "way:O",
            sort=rows,
            axis=alt.Axis(
                title=None, ticks=False, domain=False, labelLimit=230, labelOverlap=False
            ),
        ),
    )
    colour = alt.Color(
        "equal:N",
        scale=alt.Scale(
            domain=["equal", "different"], range=["tint:series:xavier", "tint:series:kaiming"]
        ),
        legend=alt.Legend(title=None, orient="bottom"),
    )
    cells = base.mark_rect(stroke="paper", strokeWidth=2).encode(
        color=colour,
        tooltip=[
            alt.Tooltip("biases"),
            alt.Tooltip("draw_order"),
            alt.Tooltip("part"),
            alt.Tooltip("difference", format=".6~g"),
        ],
    )
    words = base.mark_text(fontSize=12, color="ink").encode(text=alt.Text("words:N"))
    subtitle = (
        "Largest absolute difference before training; “outputs” over all 400 points. →: the"
        " settings shown above."
    )
    told = "; ".join(f"{r.biases}, {r.draw_order} order: {r.words}" for r in outputs.itertuples())
    return Figure(
        "when-equal",
        title,
        subtitle,
        alt.layer(cells, words, **grammar.view(34 * len(rows))),
        f"{title}. Differences of the outputs: {told}.",
        frame,
    )


def _plain(biases: str) -> str:
    return {"no seed": "unseeded"}.get(biases, biases)


def calls(frame: pd.DataFrame, seed: int) -> Figure:
    """The first numbers of one seed, a row per way to ask for them; equal sequences have equal
    colours.
    """
    groups = sequences(frame)
    ways, k = list(groups), len(set(groups.values()))
    title = (
        f"Asked in {len(ways)} ways, seed {seed} gives {plural(k, 'different sequence')} of numbers"
    )
    data = frame[frame["index"] < SHOWN_CALLS].assign(
        sequence=frame["call"].map(groups), words=frame["value"].map("{:.2f}".format)
    )
    tints = [f"tint:{grammar.EXTRA[i % len(grammar.EXTRA)]}" for i in range(k)]
    quiet = {"ticks": False, "domain": False, "labelAngle": 0}
    base = alt.Chart(data).encode(
        x=alt.X("index:O", axis=alt.Axis(title="number", **quiet)),
        y=alt.Y(
            "call:O",
            sort=ways,
            axis=alt.Axis(title=None, labelLimit=200, labelOverlap=False, **quiet),
        ),
    )
    cells = base.mark_rect(stroke="paper", strokeWidth=2).encode(
        color=alt.Color(
            "sequence:O", scale=alt.Scale(domain=list(range(1, k + 1)), range=tints), legend=None
        ),
        tooltip=[alt.Tooltip("call"), alt.Tooltip("index"), alt.Tooltip("value", format="+.6f")],
    )
    words = base.mark_text(fontSize=11, color="ink").encode(text=alt.Text("words:N"))
    subtitle = (
        "The first normal random numbers after setting the seed anew; rows of one colour are equal."
    )
    told = "; ".join(
        f"{way}: {', '.join(data[data['call'] == way]['words'].iloc[:3])}, …" for way in ways
    )
    return Figure(
        "ways-to-ask",
        title,
        subtitle,
        alt.layer(cells, words, **grammar.view(34 * len(ways))),
        f"{title}. {told}",
        data,
    )

"""Charts of the condition number (part 8): by epoch, and at the start."""

from __future__ import annotations

import math

import altair as alt
import numpy as np
import pandas as pd

from ....charts import Figure, grammar
from ....charts.words import alike, between, line_and_band, number, plural, scheme_name
from ..charts import ROOM, axis_with_infinity, log_room
from ..findings import broken, n_networks
from ..steps.charts import live
from .by_hand.charts import circle_to_ellipse
from .findings import Facts, Layer, Starts

__all__ = ["circle_to_ellipse", "condition_numbers", "live", "starts"]

HEIGHT = 240


def condition_numbers(layers: pd.DataFrame, f: Facts) -> Figure:
    """Condition number of each layer by epoch on a log axis; infinite ones are marks on the
    ceiling, with a text.
    """
    data = layers[["seed", "epoch", "layer", "condition_number"]].assign(diverged=broken(layers))
    known = grammar.finite(data, "condition_number")
    scale = grammar.layer_scale(list(dict.fromkeys(data["layer"])))
    low, top, ceiling = log_room(known["condition_number"], data["condition_number"])
    y_scale = alt.Scale(type="log", domain=[low, ceiling * ROOM if ceiling else top], nice=False)
    axis = axis_with_infinity(low, top, ceiling)
    infinite = data[np.isinf(data["condition_number"]) & ~data["diverged"]]
    parts: list = []
    if len(known):
        parts.append(_kappa_band(known, y_scale, scale))
    if ceiling is not None and len(infinite):
        parts += _on_the_ceiling(
            infinite, data, ceiling, y_scale, scale, None if len(known) else axis
        )
    if data["diverged"].any():
        parts.append(_lost_mark(data[data["diverged"]], data))
    chart = (
        alt.layer(*parts, **grammar.view(HEIGHT))
        if known.empty
        else _kappa_lines(known, y_scale, axis, scale)
    )
    if len(known):
        for part in parts:
            chart = chart + part
    last = infinite[infinite["epoch"] == data["epoch"].max()]
    title = kappa_title(f, _counts(last, data))
    subtitle = (
        "κ = largest / smallest singular value of each weight matrix, on a log axis, so that every"
        " layer is seen. "
        + line_and_band(n_networks(data), line="median of")
        + (" ▲ at ∞: singular, W flattens some direction to nothing." if len(infinite) else "")
    )
    return Figure("condition-number", title, subtitle, chart, _kappa_alt(f, title), data)


def _kappa_lines(
    known: pd.DataFrame, y_scale: alt.Scale, axis: alt.Axis, scale: alt.Scale
) -> alt.LayerChart:
    """The median over networks: a mean would be that of the largest few. Names at the lines, if all
    reach the end.
    """
    centre = (
        known.groupby(["layer", "epoch"], sort=False)["condition_number"].median().reset_index()
    )
    reach = centre.groupby("layer")["epoch"].max()
    chart = grammar.curves(
        centre,
        "condition_number",
        "layer",
        band=None,
        log_y=True,
        domain=y_scale.domain,
        order=list(scale.domain),
        direct=set(reach.index) == set(scale.domain) and reach.nunique() == 1,
        height=HEIGHT,
    )
    chart.layer[0].encoding.y.axis = axis
    return chart


def _kappa_band(known: pd.DataFrame, y_scale: alt.Scale, scale: alt.Scale) -> alt.Chart:
    groups = known.groupby(["layer", "epoch"], sort=False)["condition_number"]
    band = groups.agg(low="min", high="max").reset_index()
    area = alt.Chart(band).mark_area(opacity=grammar.BAND)
    return area.encode(
        x=alt.X("epoch:Q"),
        y=alt.Y("low:Q", scale=y_scale, axis=None),
        y2=alt.Y2("high:Q"),
        color=alt.Color("layer:N", scale=scale, legend=None),
    )


def _on_the_ceiling(
    infinite: pd.DataFrame,
    data: pd.DataFrame,
    ceiling: float,
    y_scale: alt.Scale,
    scale: alt.Scale,
    axis: alt.Axis | None,
) -> list[alt.Chart]:
    """A triangle per layer and epoch with an infinite kappa, the layers a few pixels apart, and who
    they are.
    """
    layers = list(dict.fromkeys(infinite["layer"]))
    marks = (
        infinite.groupby(["layer", "epoch"], sort=False)["seed"]
        .nunique()
        .reset_index(name="networks")
    )
    span = [int(data["epoch"].min()), max(int(data["epoch"].max()), 1)]
    at_x = alt.X(
        "epoch:Q",
        scale=alt.Scale(domain=span, nice=False),
        axis=alt.Axis(title="epoch", tickMinStep=1),
    )
    # the lines, where there are any, bring the legend
    key = alt.Legend(title=None, orient="top", symbolOpacity=1) if axis else None
    charts = []
    for i, layer in enumerate(layers):
        mark = alt.Chart(marks[marks["layer"] == layer]).mark_point(
            shape="triangle-up",
            filled=True,
            size=42,
            opacity=1,
            yOffset=5 * (i - (len(layers) - 1) / 2),
        )
        tips = [
            alt.Tooltip("layer:N"),
            alt.Tooltip("epoch:Q"),
            alt.Tooltip("networks:Q", title="networks with κ = ∞"),
        ]
        at_y = alt.Y("at:Q", scale=y_scale, axis=axis if i == 0 else None)
        charts.append(
            mark.transform_calculate(at=repr(ceiling)).encode(
                x=at_x,
                y=at_y,
                color=alt.Color("layer:N", scale=scale, legend=key if i == 0 else None),
                tooltip=tips,
            )
        )
    low, high = (math.log(v) for v in y_scale.domain)
    below = HEIGHT * (high - math.log(ceiling)) / (high - low) + 2.5 * len(layers) + 7
    words = pd.DataFrame({"words": [f"▲ κ = ∞: {_counts(infinite, data)}"]})
    text = alt.Chart(words).mark_text(align="left", baseline="top", dx=6, fontSize=12, color="ink")
    charts.append(text.encode(x=alt.XValue(0), y=alt.YValue(below), text=alt.Text("words:N")))
    return charts


def _counts(infinite: pd.DataFrame, data: pd.DataFrame) -> str:
    """ "fc1 (3 of 5 networks), fc2 (1)"."""
    n = n_networks(data)
    found = infinite.groupby("layer", sort=False)["seed"].nunique()
    if n == 1:
        return ", ".join(found.index)
    if found.eq(n).all() and len(found) == data["layer"].nunique():
        return "every layer of every network"
    return ", ".join(f"{layer} ({k} of {n})" for layer, k in found.items())


def _lost_mark(lost: pd.DataFrame, data: pd.DataFrame) -> alt.Chart:
    words = pd.DataFrame(
        {
            "words": [
                f"× {lost['seed'].nunique()} of {plural(n_networks(data), 'network')} diverged,"
                f" from epoch {lost['epoch'].min()} on: no κ"
            ]
        }
    )
    text = alt.Chart(words).mark_text(
        align="left", baseline="bottom", dx=6, fontSize=12, color="ink"
    )
    return text.encode(x=alt.XValue(0), y=alt.YValue(HEIGHT - 8), text=alt.Text("words:N"))


def kappa_title(f: Facts, singular: str) -> str:
    """How far κ went. singular: where it is infinite in the end, in words."""
    last = [layer for layer in f.layers if not math.isnan(layer.after)]
    if not last:
        return (
            "The network" if f.networks == 1 else "All networks"
        ) + " diverged: such weights have no condition number"
    if f.singular == len(f.layers) * (f.networks - f.lost):
        return "Every weight matrix is singular: κ is infinite"
    if f.singular:
        return (
            f"Training leaves singular matrices, κ = ∞: {singular}"
            if f.grown_singular
            else f"κ = ∞: {singular}"
        )
    low, high = min(last, key=lambda layer: layer.after), max(last, key=lambda layer: layer.after)
    first, *others = (f"{_went(one)} in {one.name}" for one in dict.fromkeys((high, low)))
    verb = "goes " if first.startswith("goes ") else ""
    words = " and ".join([first, *(other.removeprefix(verb) for other in others)])
    return f"κ {words}" + (
        ": how many rows and columns W has counts for more than training" if f.apart else ""
    )


def _went(layer: Layer) -> str:
    if alike([layer.before, layer.after]):
        return f"stays near {number(layer.after)}"
    return f"goes from {number(layer.before)} to {number(layer.after)}"


def _kappa_alt(f: Facts, title: str) -> str:
    ends = ", ".join(
        f"{layer.name} {number(layer.after)}" for layer in f.layers if not math.isnan(layer.after)
    )
    return (
        f"{title}. Median condition number after the last epoch: {ends}." if ends else f"{title}."
    )


def starts(frame: pd.DataFrame, f: Starts) -> Figure:
    """Condition numbers of untrained networks by scheme: the median of each layer, with the range
    over seeds.
    """
    labels = {init: scheme_name(init) for init in dict.fromkeys(frame["init"])}
    groups = frame.groupby(["init", "layer"], sort=False)["condition_number"]
    table = groups.agg(median="median", low="min", high="max", n="count").reset_index()
    shapes = frame.drop_duplicates("layer").set_index("layer")
    names = {layer: f"{layer} {row['fan_out']}×{row['fan_in']}" for layer, row in shapes.iterrows()}
    table["init"] = table["init"].map(labels)
    table["_layer"] = table["layer"].map(names)
    scale = grammar.layer_scale(list(names.values()))
    axis = grammar.quantity(
        "median", pd.concat([table["low"], table["high"]]), log=True, heading="κ at the start"
    )
    rows = alt.Y(
        "init:N",
        sort=list(labels.values()),
        axis=alt.Axis(title=None, labelLimit=140, offset=10),
        scale=alt.Scale(padding=0.4),
    )
    key = grammar.legend_of(names.values(), alone=True)
    base = alt.Chart(table).encode(
        y=rows,
        yOffset=alt.YOffset("_layer:N", sort=list(names.values())),
        color=alt.Color("_layer:N", scale=scale, legend=key),
    )
    tips = [
        alt.Tooltip("init:N"),
        alt.Tooltip("layer:N"),
        *(alt.Tooltip(f"{c}:Q", format=".4~g") for c in ("median", "low", "high", "n")),
    ]
    rule = base.mark_rule(strokeWidth=1.5).encode(
        x=alt.X("low:Q", **_no_type(axis)), x2=alt.X2("high:Q")
    )
    shape = alt.Shape(
        "_layer:N",
        scale=alt.Scale(domain=scale.domain, range=list(grammar.SHAPES[: len(names)])),
        legend=key,
    )
    dots = base.mark_point(filled=True, size=48, opacity=1).encode(
        x=alt.X("median:Q", **_no_type(axis)), shape=shape, tooltip=tips
    )
    chart = alt.layer(rule, dots, **grammar.view(40 * len(labels)))
    title = starts_title(f)
    subtitle = (
        f"κ of untrained weights, {frame['seed'].nunique()} networks per scheme, the same seeds for"
        " all. Mark: median; line: smallest to largest; log axis. Sizes: outputs × inputs."
        " Orthogonal matrices have κ = 1 by construction."
    )
    alt_text = (
        f"{title}. One row per scheme, one mark per layer; the rows look alike except the"
        " orthogonal one."
    )
    return Figure("kappa-at-the-start", title, subtitle, chart, alt_text, frame)


def starts_title(f: Starts) -> str:
    """That the scheme does not matter, as long as the numbers are drawn one by one."""
    parts = [
        f"{which} layers start at {between(*ends, number)}"
        for which, ends in (("square", f.square), ("the other", f.others))
        if not math.isnan(ends[0])
    ]
    return (
        f"Of independent numbers only rows and columns count: {', '.join(parts)}, though the"
        f" schemes' stds differ up to {f.stds:.0f}-fold"
    )


def _no_type(axis: dict) -> dict:
    return {k: v for k, v in axis.items() if k != "type"}

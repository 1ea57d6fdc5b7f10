"""Charts of L2 and L1 (part 8): accuracy, and condition numbers against the share of weights near
zero.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import altair as alt
import numpy as np
import pandas as pd

from ....charts import Figure, grammar
from ....charts.words import alike, capital, listed, number, percent
from ..charts import ROOM, axis_with_infinity, log_room
from ..config import REGULARISATIONS
from ..steps.charts import spread
from .findings import SAME, Facts

TALL = 280


def accuracy(curves: pd.DataFrame, f: Facts, strengths: Mapping[str, float]) -> Figure:
    """Accuracy by epoch without regularization, with L2 and with L1, of these `strengths`."""
    title, chart = accuracy_title(f), _curves(curves)
    subtitle = (
        "Solid: training set, dashed: test set; baseline: no regularization;"
        f" {listed(f'{name.upper()}: strength {number(s)}' for name, s in strengths.items())}."
        " In the title: after "
        + (
            "the last epoch. "
            if f.averaged == 1
            else f"training, mean of the last {f.averaged} epochs. "
        )
        + spread(curves)
    )
    return Figure("regularization-accuracy", title, subtitle, chart, title + ".", curves)


def live(curves: pd.DataFrame) -> Figure:
    """While they train, one after the other: accuracy so far."""
    now, epoch = curves["regularization"].iloc[-1], int(curves["epoch"].iloc[-1])
    title = f"{capital(REGULARISATIONS[now])}, after epoch {epoch}"
    return Figure("live", title, "", _curves(curves), f"Accuracy so far: {title}.", curves)


def _curves(curves: pd.DataFrame) -> alt.LayerChart:
    data = curves.assign(regularization=curves["regularization"].map(REGULARISATIONS))
    return grammar.curves(data, "accuracy", "regularization", order=list(REGULARISATIONS.values()))


def accuracy_title(f: Facts) -> str:
    """The three accuracies on the test set."""
    none, l2, l1 = (percent(f.of(name).test) for name in REGULARISATIONS)
    if none == l2 == l1:
        return f"Test accuracy: {none} without regularization, with L2 and with L1 alike"
    return f"Test accuracy is {none} without regularization, {l2} with L2, {l1} with L1"


def condition_numbers(final: pd.DataFrame, f: Facts) -> Figure:
    """Condition numbers after training by layer and regularization; below, the share of weights
    near zero.
    """
    data = final.assign(regularization=final["regularization"].map(REGULARISATIONS))
    known = data[np.isfinite(data["condition_number"])]
    low, top, ceiling = log_room(known["condition_number"], data["condition_number"])
    drawn = data.dropna(subset=["condition_number"]).assign(
        infinite=np.isinf(data["condition_number"])
    )
    drawn["at"] = drawn["condition_number"].where(~drawn["infinite"], ceiling)
    order = list(REGULARISATIONS.values())
    layers = list(dict.fromkeys(data["layer"]))
    floor = low / (top / low) ** 0.24  # room for the shares below
    y_scale = alt.Scale(type="log", domain=[floor, ceiling * ROOM if ceiling else top], nice=False)
    at_x = alt.X(
        "layer:N",
        sort=layers,
        axis=alt.Axis(title=None, labelAngle=0),
        scale=alt.Scale(paddingInner=0.25),
    )
    aside = alt.XOffset("regularization:N", sort=order)
    key = grammar.legend_of(order)
    roles = grammar.colours(order)
    paint = alt.Color("regularization:N", scale=grammar.colour_scale(order), legend=key)
    shape = alt.Shape(
        "regularization:N",
        legend=key,
        scale=alt.Scale(domain=order, range=["circle", "square", "triangle-up"]),
    )
    tips = [
        alt.Tooltip("regularization:N"),
        alt.Tooltip("layer:N"),
        alt.Tooltip("seed:N"),
        alt.Tooltip("condition_number:Q", format=".4~g"),
        alt.Tooltip("share_near_zero:Q", format=".1%"),
    ]
    base = alt.Chart(drawn).encode(x=at_x, xOffset=aside, color=paint)
    dots = base.mark_point(filled=True, size=42, opacity=0.75).encode(
        y=alt.Y("at:Q", scale=y_scale, axis=axis_with_infinity(low, top, ceiling)),
        shape=shape,
        tooltip=tips,
    )
    shares = (
        data.groupby(["layer", "regularization"], sort=False)["share_near_zero"]
        .median()
        .reset_index()
    )
    rows = [
        alt.Chart(shares[shares["regularization"] == name])
        .mark_text(fontSize=11, baseline="bottom")
        .encode(
            x=at_x,
            color=alt.ColorValue(f"text:{roles[name]}"),
            y=alt.YValue(TALL - 3 - 13 * (len(order) - 1 - i)),
            text=alt.Text("share_near_zero:Q", format=".0%"),
        )
        for i, name in enumerate(order)
    ]
    what = alt.Chart(pd.DataFrame({"words": ["near 0:"]})).mark_text(
        fontSize=11, baseline="bottom", align="right", color="muted"
    )
    middle = alt.YValue(TALL - 3 - 13 * (len(order) - 1) / 2)
    rows.append(what.encode(x=alt.XValue(-4), y=middle, text=alt.Text("words:N")))
    chart = alt.layer(dots, *rows, **grammar.view(TALL))
    title = kappa_title(f)
    subtitle = (
        "κ after training, a mark per network, on a log axis. Written below: share of the layer's"
        " weights that are smaller than a tenth of their root mean square (median); of normal"
        " numbers it is 8%."
    )
    return Figure("regularization-kappa", title, subtitle, chart, title + ".", final)


def kappa_title(f: Facts) -> str:
    """Whether L1 made the weights sparser, and what became of κ."""
    with_l1, without = f.of("L1").near_zero, f.of("none").near_zero
    lost = [name for name in ("none", "L1") if math.isnan(f.of(name).near_zero)]
    if lost:
        who = " and ".join(
            {"none": "without regularization", "L1": "with L1"}[name] for name in lost
        )
        return f"{capital(who)} the networks diverged: their weights have no κ to compare"
    if alike([with_l1, without], ".0%"):
        return f"{percent(with_l1)} of the weights near zero with L1 as without: {kappa_verdict(f)}"
    return (
        f"{percent(with_l1)} of the weights near zero with L1, {percent(without)} without:"
        f" {kappa_verdict(f)}"
    )


def kappa_verdict(f: Facts) -> str:
    """How κ changes under L1."""
    lower, higher = f.layers("L1", lower=True), f.layers("L1", lower=False)
    all_of = len(f.of("L1").kappa)
    if len(lower) == all_of:
        return "κ is lower in every layer with L1"
    if len(higher) == all_of:
        return "κ is higher in every layer with L1"
    parts = [
        f"{word} in {listed(layers)}"
        for word, layers in (("lower", lower), ("higher", higher))
        if layers
    ]
    if not parts:
        return f"κ with L1 is within {SAME:.0%} of that without, in every layer"
    return f"κ with L1 is {listed(parts)}"

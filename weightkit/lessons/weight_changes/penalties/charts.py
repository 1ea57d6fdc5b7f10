"""Charts of L2 and L1 (part 8): accuracy, and condition numbers against the share of weights near zero."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd

from ....charts import Figure, grammar
from ....charts.words import listed, percent
from ..charts import ROOM, axis_with_infinity, log_room
from ..config import REGULARISATIONS
from ..steps.charts import spread
from .findings import Facts

TALL = 280


def accuracy(curves: pd.DataFrame, f: Facts) -> Figure:
    """Accuracy by epoch without regularisation, with L2 and with L1."""
    data = curves.assign(regularisation=curves["regularisation"].map(REGULARISATIONS))
    title = f"Test accuracy is {percent(f.of('none').test)} without regularisation, "
    title += f"{percent(f.of('L2').test)} with L2, {percent(f.of('L1').test)} with L1"
    chart = grammar.curves(data, "accuracy", "regularisation", order=list(REGULARISATIONS.values()))
    subtitle = (
        "Solid: training set, dashed: test set; baseline: no regularisation. In the title: mean of the last three "
        "epochs. " + spread(curves)
    )
    return Figure("regularisation-accuracy", title, subtitle, chart, title + ".", curves)


def condition_numbers(final: pd.DataFrame, f: Facts) -> Figure:
    """Condition numbers after training by layer and regularisation; below, the share of weights near zero."""
    data = final.assign(regularisation=final["regularisation"].map(REGULARISATIONS))
    known = data[np.isfinite(data["condition_number"])]
    low, top, ceiling = log_room(known["condition_number"], data["condition_number"])
    drawn = data.dropna(subset=["condition_number"]).assign(infinite=np.isinf(data["condition_number"]))
    drawn["at"] = drawn["condition_number"].where(~drawn["infinite"], ceiling)
    order = list(REGULARISATIONS.values())
    layers = list(dict.fromkeys(data["layer"]))
    floor = low / (top / low) ** 0.24  # room for the shares below
    y_scale = alt.Scale(type="log", domain=[floor, ceiling * ROOM if ceiling else top], nice=False)
    at_x = alt.X(
        "layer:N", sort=layers, axis=alt.Axis(title=None, labelAngle=0), scale=alt.Scale(paddingInner=0.25)
    )
    aside = alt.XOffset("regularisation:N", sort=order)
    key = alt.Legend(title=None, orient="top", columns=3, symbolOpacity=1)
    roles = grammar.colours(order)
    paint = alt.Color("regularisation:N", scale=grammar.colour_scale(order), legend=key)
    shape = alt.Shape(
        "regularisation:N",
        legend=key,
        scale=alt.Scale(domain=order, range=["circle", "square", "triangle-up"]),
    )
    tips = [alt.Tooltip("regularisation:N"), alt.Tooltip("layer:N"), alt.Tooltip("seed:N"), alt.Tooltip("condition_number:Q", format=".4~g"),
            alt.Tooltip("share_near_zero:Q", format=".1%")]  # fmt: skip
    base = alt.Chart(drawn).encode(x=at_x, xOffset=aside, color=paint)
    dots = base.mark_point(filled=True, size=42, opacity=0.75).encode(
        y=alt.Y("at:Q", scale=y_scale, axis=axis_with_infinity(low, top, ceiling)), shape=shape, tooltip=tips
    )
    shares = data.groupby(["layer", "regularisation"], sort=False)["share_near_zero"].median().reset_index()
    rows = [
        alt.Chart(shares[shares["regularisation"] == name]).mark_text(fontSize=11, baseline="bottom").encode(
            x=at_x, color=alt.ColorValue(f"text:{roles[name]}"), y=alt.YValue(TALL - 3 - 13 * (len(order) - 1 - i)),
            text=alt.Text("share_near_zero:Q", format=".0%"),
        )
        for i, name in enumerate(order)
    ]  # fmt: skip
    chart = alt.layer(dots, *rows, **grammar.view(TALL))
    title = f"{percent(f.of('L1').near_zero)} of the weights near zero with L1, {percent(f.of('none').near_zero)} without: "
    title += kappa_verdict(f)
    subtitle = (
        "κ after training, a mark per network, on a log axis. Written below: share of the layer's weights that are "
        "nearer to 0 than 0.01 (median)."
    )
    return Figure("regularisation-kappa", title, subtitle, chart, title + ".", final)


def kappa_verdict(f: Facts) -> str:
    """How κ changes under L1."""
    lower, higher = f.layers("L1", lower=True), f.layers("L1", lower=False)
    if len(lower) == len(f.of("L1").kappa):
        return "yet its κ is lower in every layer"
    if lower:
        return f"its κ is lower in {listed(lower)} and higher in {listed(higher)}"
    return "its κ is higher in every layer here"

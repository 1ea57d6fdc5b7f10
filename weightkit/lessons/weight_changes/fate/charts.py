"""Charts of every weight's fate (part 8): shares by layer, how far, and by size at the start."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING

import altair as alt
import pandas as pd

from ....charts import Figure, grammar
from ....charts.words import alike, listed, number, share
from ..steps.charts import live
from .findings import Facts, by_tenth
from .map.charts import LOST, before_after, empty
from .outcomes import ALL, GREW, OUTCOMES, SHRANK

if TYPE_CHECKING:
    from ..config import Config
    from .experiment import Fates

__all__ = ["before_after", "by_size", "changes", "lead", "live", "outcomes"]

ROW = 46  # pixels of a layer's bar
SIGNS = {GREW: f"{GREW}, same sign", SHRANK: f"{SHRANK}, same sign"}
"""What a legend calls them beside those of other sign, which grew or shrank as well."""
PAINT = dict(
    zip(
        OUTCOMES,
        ("tint:extra:1", "paper", "paper", "tint:extra:6", "tint:series:constant"),
        strict=True,
    )
)
"""What a bar is filled with, so that ink can be read on it: nothing where the sign has changed."""
EDGE = dict(
    zip(
        OUTCOMES,
        ("extra:1", "extra:1", "extra:6", "extra:6", "series:constant"),
        strict=True,
    )
)


# ---------------------------------------------------------------- shares by layer


def lead(result: Fates, config: Config) -> Figure:
    """The page's first figure as it is at first."""
    return before_after(result)


def outcomes(shares: pd.DataFrame, f: Facts) -> Figure:
    """A bar per layer, cut into what became of its weights; a tick per network where those that
    grew end.
    """
    means = shares.groupby(["layer", "outcome"], sort=False)["share"].mean().reset_index()
    means["place"] = means["outcome"].map(OUTCOMES.index)
    means["end"] = means.groupby("layer", sort=False)["share"].cumsum()
    means["start"] = means["end"] - means["share"]
    means["words"] = [share(v) if v >= 0.1 else "" for v in means["share"]]
    title = outcome_title(f)
    subtitle = (
        "What became of the weights of each layer"
        + (f", mean of {f.networks - f.lost} networks" if f.networks - f.lost > 1 else "")
        + ". Grew: farther from 0 than before, with either sign. Not filled: the sign has changed"
        + (
            "; lines: where those that grew end in each network."
            if f.networks - f.lost > 1
            else "."
        )
    )
    chart = _bars(means, shares) if len(means) else empty()
    return Figure("outcomes", title, subtitle, chart, title + ".", shares)


def outcome_title(f: Facts) -> str:
    """In which layer most grew."""
    if math.isnan(f.all.grew):
        return LOST
    if not f.moved:
        return "In no layer has a weight changed its size"
    most, least = (share(pick(layer.grew for layer in f.layers)) for pick in (max, min))
    if most == least:
        return f"In every layer {most} of the weights grew"
    first, last = (
        listed(layer.name for layer in f.layers if share(layer.grew) == shown)
        for shown in (most, least)
    )
    return f"Most often a weight grew in {first} ({most} of them), least often in {last} ({least})"


def _bars(means: pd.DataFrame, shares: pd.DataFrame) -> alt.LayerChart:
    order = list(dict.fromkeys(means["layer"]))
    names = list(dict.fromkeys(means["outcome"]))
    used = [n for n in names if means.loc[means["outcome"] == n, "share"].max() > 0]
    scale = alt.Scale(domain=used, range=[PAINT[n] for n in used])
    edge = alt.Scale(domain=used, range=[EDGE[n] for n in used])
    at_y = alt.Y(
        "layer:N", sort=order, axis=alt.Axis(title=None, ticks=False, domain=False, labelLimit=120)
    )
    full = alt.Scale(domain=[0, 1], nice=False)
    at_x = alt.X(
        "start:Q",
        scale=full,
        axis=alt.Axis(title="share of the weights", format=".0%", tickCount=5),
    )
    drawn = means[means["share"] > 0]
    key = grammar.legend_of([SIGNS.get(n, n) for n in used], alone=True)
    if key is not None:  # large enough to tell what is filled from what is not
        key.symbolSize, key.symbolStrokeWidth = 240, 1.4
        key.labelExpr = f"{json.dumps(SIGNS)}[datum.label] || datum.label"
    tips = [alt.Tooltip("layer:N"), alt.Tooltip("outcome:N")]
    tips.append(alt.Tooltip("share:Q", format=".1%"))
    bars = (
        alt.Chart(drawn)
        .mark_rect(strokeWidth=1.4, height={"band": 0.7})  # the outline has the contrast
        .encode(
            x=at_x,
            x2=alt.X2("end:Q"),
            y=at_y,
            color=alt.Color("outcome:N", scale=scale, legend=key),
            stroke=alt.Stroke("outcome:N", scale=edge, legend=key),
            tooltip=tips,
        )
    )
    middle = drawn.assign(middle=(drawn["start"] + drawn["end"]) / 2)
    words = alt.Chart(middle).mark_text(fontSize=12, color="ink")
    words = words.encode(x=alt.X("middle:Q", scale=full), y=at_y, text=alt.Text("words:N"))
    layers = [bars, words]
    if shares["seed"].nunique() > 1:
        grew = shares[shares["outcome"].isin(OUTCOMES[:2])]
        grew = grew.groupby(["seed", "layer"], sort=False)["share"].sum().reset_index()
        ticks = alt.Chart(grew).mark_tick(color="ink", thickness=1.2, height=ROW * 0.78)
        layers.append(ticks.encode(x=alt.X("share:Q", scale=full), y=at_y))
    return alt.layer(*layers, **grammar.view(ROW * len(order)))


# ---------------------------------------------------------------- how far, and by size at the start


def changes(quantiles: pd.DataFrame, f: Facts) -> Figure:
    """Percentiles of the change, a line per layer."""
    data = quantiles[quantiles["layer"] != ALL].assign(percentile=lambda q: 100 * q["quantile"])
    title = change_title(f)
    n = f.networks - f.lost
    subtitle = (
        "How far each weight is from where it began, |after − before|, the shortest way first: at"
        " 50, half of the layer's weights have moved no farther. "
        + (f"Line: mean of {n} networks; band: their range." if n > 1 else "One network.")
    )
    if n == 0:
        return Figure("changes", title, subtitle, empty(), title + ".", data)
    chart = grammar.curves(
        data,
        "change",
        "layer",
        x="percentile",
        x_title="percent of the layer's weights",
        y_title="change, at most",
    )
    return Figure("changes", title, subtitle, chart, title + ".", data)


def change_title(f: Facts) -> str:
    """By a little, and by a lot."""
    if math.isnan(f.all.grew):
        return LOST
    _, middle, _, most = f.all.change
    if most == 0:
        return "99 of 100 weights have not changed at all"
    if alike([middle, most]):
        return f"The weights changed alike: by {number(middle)} in the middle and at the end"
    much = f"by {number(most)} or more"
    if middle == 0:
        return f"Half of the weights have not changed, one in a hundred changed {much}"
    return f"Half of the weights changed by at most {number(middle)}, one in a hundred {much}"


def by_size(frame: pd.DataFrame, f: Facts) -> Figure | None:
    """The share that grew, by size at the start; None where all began with one size."""
    if f.smallest is None or f.largest is None:
        return None
    data = by_tenth(frame)[["seed", "tenth", "grew"]].assign(weights="weights")
    small, large = f.smallest.grew, f.largest.grew
    title = (
        f"Of the weights that began nearest 0, {share(small)} grew, and of those that began"
        f" farthest from it {'as many' if alike([small, large], share) else share(large)}"
    )
    n = f.networks - f.lost
    subtitle = (
        "The weights of each layer in tenths by their size before training, and the share of each"
        " tenth that was larger after it. "
        + (f"Line: mean of {n} networks; band: their range." if n > 1 else "One network.")
    )
    chart = grammar.curves(
        data,
        "grew",
        "weights",
        x="tenth",
        domain=[0, 1],
        x_title="tenth by size at first (1: nearest 0)",
        y_title="share that grew",
    )
    chart.layer[0].encoding.y["axis"]["format"] = ".0%"
    return Figure("by-size", title, subtitle, chart, title + ".", data.drop(columns="weights"))

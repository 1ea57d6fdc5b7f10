"""Charts of every weight's fate (part 8): before against after, shares by layer, how far, and by
size at the start.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import altair as alt
import numpy as np
import pandas as pd

from ....charts import Figure, grammar
from ....charts.words import alike, capital, listed, number, plural
from ..steps.charts import live
from .findings import Facts, Layer, by_tenth, of_layer
from .outcomes import ALL, OUTCOMES

if TYPE_CHECKING:
    from .experiment import Fates

__all__ = ["before_after", "by_size", "changes", "live", "outcomes"]

LOST = "All networks diverged: their weights are no longer numbers"
ROW = 46  # pixels of a layer's bar
PAINT = dict(
    zip(
        OUTCOMES,
        ("extra:1", "tint:extra:1", "tint:extra:6", "extra:6", "series:constant"),
        strict=True,
    )
)
"""Pale with an outline: the sign has changed."""


def part(share: float) -> str:
    """A share in percent that is called 0% and 100% only where it is: "0.4%", "under 0.1%"."""
    if 0 < share < 0.001:
        return "under 0.1%"
    if 0.999 < share < 1:
        return "over 99.9%"
    return f"{share:.1%}" if 0 < share < 0.01 or 0.99 < share < 1 else f"{share:.0%}"


def _empty(words: str = LOST) -> alt.LayerChart:
    text = alt.Chart(pd.DataFrame({"words": [f"× {words}"]}))
    mark = text.mark_text(fontSize=13, color="ink").encode(text="words:N")
    return alt.layer(mark, **grammar.view(60))


# ---------------------------------------------------------------- before against after


def before_after(result: Fates, layer: str = ALL) -> Figure:
    """A map of the weights of one layer, or of all: value before and after, shaded by how many."""
    cells = result.cells[result.cells["layer"] == layer].reset_index(drop=True)
    f = of_layer(layer, result.shares, result.quantiles)
    n = result.shares["seed"].nunique()
    title = map_title(f)
    subtitle = (
        f"The weights of {layer}, {plural(n, 'network')}{' together' if n > 1 else ''}; the few"
        " beyond the axes are counted at the edge. Dotted: equal size. Upper left and lower right:"
        " the sign has changed."
    )
    alt_text = (
        f"{title}. A map of the weights, value before training against value after it, with the"
        " lines of equal size."
    )
    chart = _map(cells) if len(cells) else _empty()
    return Figure("before-after", title, subtitle, chart, alt_text, cells)


def map_title(f: Layer) -> str:
    """How many grew, shrank and changed sign."""
    if math.isnan(f.grew):
        return LOST
    where = "" if f.name == ALL else f"In {f.name}, "
    if f.same == 1:
        return capital(f"{where}no weight has changed its size")
    return (
        f"{where}{part(f.grew)} of the weights grew, {part(f.shrank)} shrank,"
        f" {part(f.turned)} changed sign"
    )


def _map(cells: pd.DataFrame) -> alt.LayerChart:
    reach = {c: float(cells[f"{c}_right"].max()) for c in ("before", "after")}
    for c in reach:
        reach[c] = max(reach[c], -float(cells[f"{c}_left"].min()))
    x, y = (
        alt.Scale(domain=[-r, r], nice=False, zero=False) for r in (reach["before"], reach["after"])
    )
    form = ".1~e" if max(reach.values()) >= 1e4 else ".3~g"
    head = {"tickCount": 7, "grid": False, "format": form}
    at = {
        "x": {"scale": x, "axis": alt.Axis(title="before training", **head)},
        "y": {"scale": y, "axis": alt.Axis(title="after training", **head)},
    }
    shade = alt.Scale(
        type="log",
        domain=[1, max(int(cells["count"].max()), 2)],
        range=["tint:series:xavier", "series:xavier", "ink"],
        interpolate="rgb",
    )
    key = alt.Legend(
        title="weights per cell", orient="top", gradientLength=160, gradientThickness=10,
        tickCount=3, format=",d",
    )
    tips = [
        alt.Tooltip(f"{c}:Q", title=t, format=".3~g")
        for c, t in (
            ("before_left", "before, from"),
            ("before_right", "to"),
            ("after_left", "after, from"),
            ("after_right", "to"),
        )
    ]
    tips.append(alt.Tooltip("count:Q", title="weights", format=",d"))
    squares = (
        alt.Chart(cells)
        .mark_rect(clip=True)
        .encode(
            x=alt.X("before_left:Q", **at["x"]),
            x2="before_right:Q",
            y=alt.Y("after_left:Q", **at["y"]),
            y2="after_right:Q",
            color=alt.Color("count:Q", scale=shade, legend=key),
            tooltip=tips,
        )
    )
    return alt.layer(squares, *_guides(reach, at), **grammar.view(320))


def _guides(reach: dict[str, float], axes: dict[str, dict]) -> list[alt.Chart]:
    """The axes through 0, the lines of equal size, and what they part."""
    across, up = reach["before"], reach["after"]
    end = min(across, up)
    ends = pd.DataFrame(
        {"line": np.repeat(["as", "turned"], 2), "x": [-end, end] * 2, "y": [-end, end, end, -end]}
    )
    at = {"x": alt.X("x:Q", **axes["x"]), "y": alt.Y("y:Q", **axes["y"])}
    zero = alt.Chart(pd.DataFrame({"zero": [0.0]}))
    rules = zero.mark_rule(color="muted", strokeWidth=1, opacity=0.7)
    lines = alt.Chart(ends).mark_line(clip=True, color="ink", strokeDash=grammar.DOTTED)
    return [
        rules.encode(x=alt.X("zero:Q", **axes["x"])),
        rules.encode(y=alt.Y("zero:Q", **axes["y"])),
        lines.encode(**at, detail="line:N"),
        *_names(across, up, at),
    ]


def _names(across: float, up: float, at: dict) -> list[alt.Chart]:
    """“grew” above and below, “shrank” at both sides, over a halo of paper."""
    words = pd.DataFrame(
        {
            "x": [0.0, 0.0, -0.9 * across, 0.9 * across],
            "y": [0.92 * up, -0.92 * up, 0.0, 0.0],
            "words": ["grew", "grew", "shrank", "shrank"],
        }
    )
    if across > 4 * up or up > 40 * across:  # no room beyond the lines, or between them
        words = words[words["words"] == ("shrank" if across > up else "grew")]
    base = alt.Chart(words).encode(**at, text="words:N")
    halo = base.mark_text(fontSize=13, stroke="paper", strokeWidth=4, strokeJoin="round")
    return [halo, base.mark_text(fontSize=13, color="ink")]


# ---------------------------------------------------------------- shares by layer


def outcomes(shares: pd.DataFrame, f: Facts) -> Figure:
    """A bar per layer, cut into what became of its weights; a tick per network where those that
    grew end.
    """
    means = shares.groupby(["layer", "outcome"], sort=False)["share"].mean().reset_index()
    means["place"] = means["outcome"].map(OUTCOMES.index)
    means["end"] = means.groupby("layer", sort=False)["share"].cumsum()
    means["start"] = means["end"] - means["share"]
    means["words"] = [part(v) if v >= 0.1 else "" for v in means["share"]]
    title = outcome_title(f)
    subtitle = (
        "What became of the weights of each layer"
        + (f", mean of {f.networks - f.lost} networks" if f.networks - f.lost > 1 else "")
        + ". Grew: farther from 0 than before. Pale: the sign has changed"
        + (
            "; lines: where those that grew end in each network."
            if f.networks - f.lost > 1
            else "."
        )
    )
    chart = _bars(means, shares) if len(means) else _empty()
    return Figure("outcomes", title, subtitle, chart, title + ".", shares)


def outcome_title(f: Facts) -> str:
    """In which layer most grew."""
    if math.isnan(f.all.grew):
        return LOST
    if not f.moved:
        return "In no layer has a weight changed its size"
    most, least = (part(pick(layer.grew for layer in f.layers)) for pick in (max, min))
    if most == least:
        return f"In every layer {most} of the weights grew"
    first, last = (
        listed(layer.name for layer in f.layers if part(layer.grew) == shown)
        for shown in (most, least)
    )
    return (
        f"Most often a weight grew in {first} ({most} of them), least often in {last} ({least})"
    )


def _bars(means: pd.DataFrame, shares: pd.DataFrame) -> alt.LayerChart:
    order = list(dict.fromkeys(means["layer"]))
    names = list(dict.fromkeys(means["outcome"]))
    used = [n for n in names if means.loc[means["outcome"] == n, "share"].max() > 0]
    scale = alt.Scale(domain=used, range=[PAINT[n] for n in used])
    edge = alt.Scale(domain=used, range=[PAINT[n].removeprefix("tint:") for n in used])
    at_y = alt.Y(
        "layer:N", sort=order, axis=alt.Axis(title=None, ticks=False, domain=False, labelLimit=120)
    )
    full = alt.Scale(domain=[0, 1], nice=False)
    at_x = alt.X(
        "start:Q", scale=full, axis=alt.Axis(title="share of the weights", format=".0%", tickCount=5)
    )
    drawn = means[means["share"] > 0]
    key = grammar.legend_of(used)
    tips = [alt.Tooltip("layer:N"), alt.Tooltip("outcome:N")]
    tips.append(alt.Tooltip("share:Q", format=".1%"))
    bars = (
        alt.Chart(drawn)
        .mark_bar(strokeWidth=1.2, height={"band": 0.7})
        .encode(
            x=at_x,
            x2="end:Q",
            y=at_y,
            color=alt.Color("outcome:N", scale=scale, legend=key),
            stroke=alt.Stroke("outcome:N", scale=edge, legend=None),
            tooltip=tips,
        )
    )
    layers = [bars]
    solid = drawn["outcome"].map(lambda o: not PAINT[o].startswith("tint:"))
    for mine, paint in ((drawn[solid], "paper"), (drawn[~solid], "ink")):
        mid = mine.assign(middle=(mine["start"] + mine["end"]) / 2)
        text = alt.Chart(mid).mark_text(fontSize=12, color=paint)
        layers.append(text.encode(x=alt.X("middle:Q", scale=full), y=at_y, text="words:N"))
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
        return Figure("changes", title, subtitle, _empty(), title + ".", data)
    chart = grammar.curves(
        data,
        "change",
        "layer",
        x="percentile",
        x_title="percent of the layer's weights",
        y_title="change, at most",
    )
    if f.all.change[3] >= 1e4:
        chart.layer[0].encoding.y["axis"]["format"] = ".1~e"
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
    return (
        f"Half of the weights changed by at most {number(middle)}, one in a hundred by"
        f" {number(most)} or more"
    )


def by_size(frame: pd.DataFrame, f: Facts) -> Figure | None:
    """The share that grew, by size at the start; None where all began with one size."""
    if f.smallest is None or f.largest is None:
        return None
    data = by_tenth(frame)[["seed", "tenth", "grew"]].assign(weights="weights")
    small, large = f.smallest.grew, f.largest.grew
    title = (
        f"Of the weights that began nearest 0, {part(small)} grew, and of those that began farthest"
        f" from it {'as many' if alike([small, large], part) else part(large)}"
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
        x_title="tenth by size before training (1: nearest 0)",
        y_title="share that grew",
    )
    chart.layer[0].encoding.y["axis"]["format"] = ".0%"
    return Figure("by-size", title, subtitle, chart, title + ".", data.drop(columns="weights"))

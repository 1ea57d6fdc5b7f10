"""Charts of one pass through a deep network: the signal and its gradient, layer by layer, with the
theory on top.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import altair as alt
import pandas as pd

from ....charts import Figure, grammar
from ....charts.words import between, capital, fraction, listed, number, scheme_name
from ..settings import LAYERS, named
from .findings import FLAT, Factor, Facts, Fate, facts

if TYPE_CHECKING:
    from .config import Config
    from .experiment import Result

SMALLEST, LARGEST = 1e-45, 3.4e38  # what float32 can hold
KINDS = {
    "forward": ("signal", "root mean square of z"),
    "backward": ("gradient", "root mean square of dL/dz"),
}
HEIGHT, LOWER = 300, 240


def signal(layers: pd.DataFrame, f: Facts, which: str = "forward", height: int = HEIGHT) -> Figure:
    """Standard deviation by layer on a log axis: mean and range over seeds, and theory as dots.

    A line ends with a cross and a word where the numbers leave float32.
    """
    data = named(layers[layers["pass"] == which])
    known = data[data["std"].gt(0) & data["std"].lt(math.inf)]
    order = list(dict.fromkeys(data["init"]))
    what, heading = KINDS[which]
    if known.empty:
        overflowed = data["std"].isna().all()
        why = (
            "There is no gradient: the signal overflowed"
            if overflowed
            else f"No {what} is left that float32 can hold"
        )
        chart = _nothing(why, height)
    else:
        chart = grammar.curves(
            known,
            "std",
            "init",
            x="layer",
            order=order,
            theory="std_theory",
            log_y=True,
            domain=_domain(known),
            x_title="layer (1 is the first after the input)",
            y_title=heading,
            height=height,
        )
        chart = _with_points(chart, known, "std", order)
        for part in _lost(known, f, which, order):
            chart = chart + part
    title = pass_title(f, which)
    found = f.fates(which)
    subtitle = (
        f"{capital(heading)}, {LAYERS[f.activation]} layers, log axis. Dotted: theory. "
        + (
            f"Line: mean over {f.n_seeds} networks; band: their range."
            if f.n_seeds > 1
            else "One network per scheme."
        )
        + (" ×: beyond what float32 can hold." if any(fate.layer for fate in found) else "")
    )
    alt_text = (
        f"{title}. Ratio of the last std to the first in the direction of the pass:"
        f" {listed(map(_end, found))}."
    )
    return Figure(
        f"{what}-by-layer", title, subtitle, chart, alt_text, layers[layers["pass"] == which]
    )


def _end(fate: Fate) -> str:
    name = scheme_name(fate.init)
    if fate.layer:
        return f"{name} {fate.kind} at layer {fate.layer}"
    return f"{name} {fate.kind if math.isnan(fate.ratio) else number(fate.ratio)}"


def resized(result: Result, config: Config, which: str, height: int) -> Figure:
    """`signal` at another height: its words are placed for it."""
    return signal(
        result.layers,
        facts(result.layers, result.factors, config.width, config.biases),
        which,
        height,
    )


VERBS = {
    "kept": ("keeps its size", "keep its size"),
    "faded": ("lets it fade", "let it fade"),
    "underflow": ("lets it vanish", "let it vanish"),
    "grown": ("blows it up", "blow it up"),
    "overflow": ("lets it overflow", "let it overflow"),
    "missing": ("has none where its signal overflowed", "have none where their signal overflowed"),
}


def pass_title(f: Facts, which: str) -> str:
    """Who keeps the signal and who loses it."""
    what = (
        "gradient"
        if which == "backward"
        else "size of z"
        if any(one.constant for one in f.held)
        else "signal"
    )
    if f.depth == 1:
        return f"One layer: the {what} has nowhere to go yet"
    kinds = {
        kind: [scheme_name(fate.init) for fate in f.fates(which) if fate.kind == kind]
        for kind in VERBS
    }
    parts = [f"{listed(who)} {VERBS[kind][len(who) > 1]}" for kind, who in kinds.items() if who]
    return f"The {what} through {f.depth} layers: " + "; ".join(parts)


def _domain(known: pd.DataFrame) -> list[float]:
    """Whole powers of ten that hold the lines and the theory beside them, within float32."""
    low = min(known["std"].min(), known["std_theory"].min())
    high = max(known["std"].max(), known["std_theory"].max())
    low, high = (math.log10(min(max(v, SMALLEST), LARGEST)) for v in (low, high))
    return [10.0 ** math.floor(low - 0.01), 10.0 ** math.ceil(high + 0.01)]


def _with_points(
    chart: alt.LayerChart, data: pd.DataFrame, y: str, order: list[str]
) -> alt.LayerChart:
    """A single layer makes no line: its networks are points."""
    if data["layer"].nunique() > 1:
        return chart
    points = alt.Chart(data).mark_point(filled=True, size=60)
    return chart + points.encode(
        x=alt.X("layer:Q"),
        y=alt.Y(f"{y}:Q", axis=None),
        color=alt.Color("init:N", scale=grammar.colour_scale(order), legend=None),
    )


def _lost(known: pd.DataFrame, f: Facts, which: str, order: list[str]) -> list[alt.Chart]:
    """A cross at each scheme's last numbers, with what happened next and where."""
    rows = []
    for fate in f.fates(which):
        init = scheme_name(fate.init)
        left = known[known["init"] == init].groupby("layer")["std"].mean()
        if fate.layer is None or left.empty:
            continue
        at = left.index.max() if which == "forward" else left.index.min()
        rows.append((init, at, left[at], f"{fate.kind} at layer {fate.layer}"))
    lost = pd.DataFrame(rows, columns=["init", "layer", "std", "words"])
    paint = alt.Color("init:N", scale=grammar.colour_scale(order), legend=None)
    middle = (known["layer"].min() + known["layer"].max()) / 2
    sides = {
        "left": lost[lost["layer"] <= middle],
        "right": lost[lost["layer"] > middle],
    }  # words stand where there is room
    parts = []
    for side, rows_there in sides.items():
        if rows_there.empty:
            continue
        base = alt.Chart(rows_there).encode(x=alt.X("layer:Q"), y=alt.Y("std:Q", axis=None))
        mark = base.mark_point(
            shape=grammar.CROSS, size=90, strokeWidth=2.2, filled=False, opacity=1
        )
        words = {"align": side, "dx": 10 if side == "left" else -10, "dy": 4, "fontSize": 12}
        halo = base.mark_text(
            **words, stroke="paper", strokeWidth=4, strokeJoin="round", opacity=0.9
        )
        parts += [
            mark.encode(color=paint, tooltip=[alt.Tooltip("init"), alt.Tooltip("words")]),
            halo.encode(text=alt.Text("words:N")),
            base.mark_text(**words, color="muted").encode(text=alt.Text("words:N")),
        ]
    return parts


def _nothing(text: str, height: int) -> alt.LayerChart:
    words = (
        alt.Chart(pd.DataFrame({"words": [text]}))
        .mark_text(fontSize=14, color="muted")
        .encode(text=alt.Text("words:N"))
    )
    return alt.layer(words, **grammar.view(height))


def factors(frame: pd.DataFrame, f: Facts) -> Figure:
    """What one layer multiplies the mean square by: a point per network and pass, theory as a
    tick.
    """
    data = named(frame.dropna(subset=["factor"]))
    order = list(dict.fromkeys(data["init"]))
    words = [
        f"{scheme_name(one.init)} {number(one.measured)} (theory {fraction(one.theory)})"
        for one in f.factors
    ]
    title = factors_title(f.factors)
    subtitle = (
        "Average over all neighbouring layers; a point per network and direction. Tick: theory. Log"
        " axis; 1 keeps the size."
    )
    values = pd.concat([data["factor"], data["factor_theory"], pd.Series([1.0])])
    low, high = grammar.span(values, log=True)
    at_x = grammar.quantity(
        "factor", values, log=True, heading="factor per layer", domain=[low, high]
    )
    rows = alt.Y(
        "init:N", sort=order, axis=alt.Axis(title=None, labelLimit=150, ticks=False, domain=False)
    )
    paint = alt.Color("init:N", scale=grammar.colour_scale(order), legend=None)
    shape = alt.Shape(
        "pass:N",
        scale=alt.Scale(domain=["forward", "backward"], range=["circle", "triangle-up"]),
        legend=alt.Legend(
            title=None, orient="top", symbolFillColor="muted", symbolStrokeColor="muted"
        ),
    )
    one = (
        alt.Chart(pd.DataFrame({"x": [1.0]}))
        .mark_rule(color="muted", strokeDash=[3, 3])
        .encode(x=alt.X("x:Q"))
    )
    points = alt.Chart(data).mark_point(filled=True, size=46, opacity=0.65)
    tips = [
        alt.Tooltip("init"),
        alt.Tooltip("seed"),
        alt.Tooltip("pass"),
        alt.Tooltip("factor", format=".4~g"),
        alt.Tooltip("factor_theory", format=".4~g", title="theory"),
    ]
    points = points.encode(
        x=alt.X("factor", **at_x), y=rows, color=paint, shape=shape, tooltip=tips
    )
    tick = alt.Chart(data.drop_duplicates("init")).mark_tick(thickness=2, size=24, color="ink")
    tick = tick.encode(x=alt.X("factor_theory", **at_x), y=rows)
    chart = (
        alt.layer(one, points, tick, **grammar.view(max(120, 40 * len(order) + 40)))
        if words
        else _nothing(title, 120)
    )
    alt_text = f"{title}. Factor per layer, forward: {listed(words) or 'none'}."
    return Figure("factor-per-layer", title, subtitle, chart, alt_text, frame)


def factors_title(found: tuple[Factor, ...]) -> str:
    """Which schemes keep the mean square from layer to layer."""
    if not found:
        return "One layer has no neighbour to compare with"
    kept = [scheme_name(one.init) for one in found if one.kept]
    others = [one.measured for one in found if not one.kept]
    span = between(min(others), max(others), number) if others else ""
    if not kept:
        return f"No scheme keeps the mean square: one layer multiplies it by {span}"
    only = "Only " if len(kept) == 1 and others else ""
    title = (
        f"{only}{listed(kept)} {'keeps' if len(kept) == 1 else 'keep'} the mean square from layer"
        " to layer"
    )
    return title + (
        f"; the other{'s multiply' if len(others) > 1 else ' multiplies'} it by {span}"
        if others
        else ""
    )


def flat(layers: pd.DataFrame, f: Facts) -> Figure | None:
    """Share of activations on a flat part by layer: exactly zero (ReLU) or saturated (tanh,
    sigmoid); None where neither can be."""
    if f.flat is None:
        return None
    column = FLAT[f.activation]
    data = named(layers[layers["pass"] == "forward"])
    what = "exactly zero" if column == "fraction_zero" else "saturated"
    least, most = (pick(f.flat, key=lambda one: one[1]) for pick in (min, max))
    low, high = f"{least[1]:.0%}", f"{most[1]:.0%}"
    share = (
        low
        if low == high
        else f"{low} ({scheme_name(least[0])}) to {high} ({scheme_name(most[0])})"
    )
    title = f"{share} of all {LAYERS[f.activation]} outputs are {what}"
    order = list(dict.fromkeys(data["init"]))
    chart = grammar.curves(
        data,
        column,
        "init",
        x="layer",
        order=order,
        domain=[0.0, 1.0],
        x_title="layer",
        y_title=f"share {what}",
    )
    chart.layer[0].encoding.y["axis"]["format"] = ".0%"
    chart = _with_points(chart, data, column, order)
    meaning = (
        "A zero passes no gradient on."
        if column == "fraction_zero"
        else "There the slope is nearly 0, and so is the gradient."
    )
    subtitle = (
        f"By layer; line: mean, band: range over {f.n_seeds} networks. "
        if f.n_seeds > 1
        else "By layer, one network per scheme. "
    ) + meaning
    return Figure(
        "flat-share", title, subtitle, chart, title + ".", layers[layers["pass"] == "forward"]
    )


def gain(frame: pd.DataFrame) -> Figure:
    """What a ReLU of slope a leaves of the mean square: a point per seed, theory (1 + a²) / 2
    dotted.
    """
    room, heading = [0.0, 1.1], "mean square kept"
    chart = grammar.points_with_band(
        frame,
        "slope",
        "factor",
        log_x=False,
        domain=room,
        x_title="slope a below zero",
        y_title=heading,
    )
    known = frame.drop_duplicates("slope")
    dots = alt.Chart(known).mark_line(strokeDash=grammar.DOTTED, strokeWidth=1.4, color="ink")
    at_y = grammar.quantity("factor", frame["factor"], heading=heading, domain=room)
    chart = chart + dots.encode(x=alt.X("slope:Q"), y=alt.Y("factor_theory", **at_y))
    kept = frame.groupby("slope")["factor"].mean()
    title = (
        f"A ReLU (a = 0) keeps {kept.iloc[0]:.2g} of the mean square; a slope of 1 keeps"
        f" {kept.iloc[-1]:.2g}"
    )
    subtitle = (
        f"For {frame['seed'].nunique()} samples of normal numbers. Dotted: (1 + a²) / 2. Kaiming's"
        " formula divides by it, so that a layer and its activation together keep the size."
    )
    return Figure("gain-by-slope", title, subtitle, chart, title + ".", frame)

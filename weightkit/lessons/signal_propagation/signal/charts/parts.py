"""What one layer does to the signal: factor per layer, flat share, gain of a ReLU with a slope."""

from __future__ import annotations

import altair as alt
import pandas as pd

from .....charts import Figure, grammar
from .....charts.words import between, fraction, listed, number, scheme_name
from ...settings import LAYERS, named
from ..findings import FLAT, Factor, Facts
from .passes import nothing, with_points


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
    points = alt.Chart(data).mark_point(filled=True, size=46, opacity=grammar.DOTS)
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
        else nothing(title, 120)
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
    chart = with_points(chart, data, column, order)
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

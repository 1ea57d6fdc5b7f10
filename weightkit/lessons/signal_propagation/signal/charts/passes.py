"""The signal and its gradient, layer by layer, on a log axis, with theory as dots."""

from __future__ import annotations

import math

import altair as alt
import pandas as pd

from .....charts import Figure, grammar
from .....charts.words import capital, line_and_band, listed, number, plural, scheme_name
from ...settings import LAYERS, named
from ..findings import Facts, Fate

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
        chart = nothing(why, height)
    else:
        chart = _lines(known, order, heading, height)
        chart = with_points(chart, known, "std", order)
        for part in _lost(known, f, which, order):
            chart = chart + part
    title = pass_title(f, which)
    found = f.fates(which)
    subtitle = (
        f"{capital(heading)}, {LAYERS[f.activation]} layers, log axis. Dotted: theory. "
        + line_and_band(f.n_seeds, "One network per scheme.")
        + (" ×: beyond what float32 can hold." if any(fate.layer for fate in found) else "")
    )
    alt_text = (
        f"{title}. Ratio of the last std to the first in the direction of the pass:"
        f" {listed(map(_end, found))}."
    )
    return Figure(
        f"{what}-by-layer", title, subtitle, chart, alt_text, layers[layers["pass"] == which]
    )


def live(curves: pd.DataFrame) -> Figure:
    """While networks are still drawn: the signal in those that are through."""
    data = named(curves[curves["pass"] == "forward"])
    known = data[data["std"].gt(0) & data["std"].lt(math.inf)]
    done = plural(curves["seed"].nunique(), "network")
    title = f"The signal in {done} of each scheme so far"
    order, heading = list(dict.fromkeys(data["init"])), KINDS["forward"][1]
    chart = nothing("No signal is left that float32 can hold", HEIGHT)
    if len(known):
        chart = _lines(known, order, heading, HEIGHT)
    return Figure("live", title, "", chart, f"{title}, layer by layer.", data)


def _lines(known: pd.DataFrame, order: list[str], heading: str, height: int) -> alt.LayerChart:
    return grammar.curves(
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


def _end(fate: Fate) -> str:
    name = scheme_name(fate.init)
    if fate.layer:
        return f"{name} {fate.kind} at layer {fate.layer}"
    return f"{name} {fate.kind if math.isnan(fate.ratio) else number(fate.ratio)}"


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


def with_points(
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


def nothing(text: str, height: int) -> alt.LayerChart:
    """A sentence in place of a chart that would be empty."""
    words = (
        alt.Chart(pd.DataFrame({"words": [text]}))
        .mark_text(fontSize=14, color="muted")
        .encode(text=alt.Text("words:N"))
    )
    return alt.layer(words, **grammar.view(height))

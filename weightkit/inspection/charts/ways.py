"""The way of a signal through the layers, and the way from one checkpoint to another."""

from __future__ import annotations

import math

import altair as alt
import pandas as pd

from ...charts import Figure, grammar
from ...charts.words import number, plural
from ..findings import Changes, Drift, Facts
from ..sentences import passage_said
from .rows import crosses_of, dots, figure_of, log_axis, most_telling, short

SERIES = {"signal_std": "signal, forward", "gradient_std": "gradient, backward"}


def flow(signals: pd.DataFrame, facts: Facts, prefix: str = "") -> Figure | None:
    """The std of signal and gradient, layer by layer."""
    if facts.signals is None or facts.signals.calls < 2:
        return None
    kept = ["call", "layer", "kind", "units"]
    long = signals.melt(kept, list(SERIES), "series", "std")
    long = long.assign(series=long["series"].map(SERIES), std=long["std"].astype(float))
    data = long[(long["std"] > 0) & (long["std"] < math.inf)]
    if data.empty:
        return None
    there = [name for name in SERIES.values() if (data["series"] == name).any()]
    roles = dict(zip(SERIES.values(), ("series:xavier", "series:kaiming"), strict=True))
    scale = alt.Scale(domain=there, range=[roles[name] for name in there])
    shapes = alt.Scale(domain=there, range=list(grammar.SHAPES[: len(there)]))
    legend = grammar.legend_of(there)
    base = alt.Chart(data).encode(
        x=alt.X(
            "call",
            **grammar.quantity(
                "call", signals["call"].astype(int), heading="layer, in the order of calls"
            ),
        ),
        y=alt.Y("std", **log_axis("std", data["std"], "standard deviation", ())),
        color=alt.Color("series:N", scale=scale, legend=legend),
    )
    points = base.mark_point(size=36, filled=True, opacity=0.9).encode(
        shape=alt.Shape("series:N", scale=shapes, legend=legend),
        tooltip=[
            alt.Tooltip("layer:N"),
            alt.Tooltip("kind:N"),
            alt.Tooltip("series:N", title="of the"),
            alt.Tooltip("std:Q", format=".3~g", title="std"),
        ],
    )
    forward, backward = facts.signals.forward, facts.signals.backward
    title = passage_said(forward, "The signal", "the first layer to the last")
    if forward.drift is Drift.STEADY and backward and backward.drift is not Drift.STEADY:
        title = passage_said(backward, "The gradient", "the last layer back to the first")
    left = "" if len(data) == len(long) else " What is 0, not finite or did not arrive is left out."
    subtitle = f"Std of each layer's outputs, and of the gradient that comes back to them.{left}"
    chart = alt.layer(base.mark_line(strokeWidth=2), points, **grammar.view(240))
    title = title.removesuffix(".")
    alt_text = f"{title}. {subtitle}"
    return Figure(prefix + "signal-by-layer", title, subtitle, chart, alt_text, long)


def moved(distances: pd.DataFrame, changes: Changes, prefix: str = "") -> Figure | None:
    """How far each parameter is from the first, for its size; who is frozen."""
    both = distances[distances["status"] == "both"]
    frozen = both["frozen"].astype(bool)
    far = both["relative_distance"].astype(float)
    known = both[frozen | (far.gt(0) & far.lt(math.inf))]
    if known.empty or changes.furthest is None:
        return None
    shown, left_out = most_telling(
        known, far[known.index].where(~frozen[known.index], 0.0), "that have moved furthest"
    )
    drawn = shown[["name", "parameter", "shape", "distance", "relative_distance", "frozen"]]
    data = drawn[~drawn["frozen"].astype(bool)]
    x = log_axis(
        "relative_distance",
        data["relative_distance"].astype(float),
        "distance / first norm",
        (),
    )
    points = dots(
        data,
        shown,
        alt.X("relative_distance", **x),
        alt.Tooltip("distance:Q", format=".3~g"),
        alt.Tooltip("relative_distance:Q", format=".3~g", title="over the first's norm"),
    )
    still = drawn[drawn["frozen"].astype(bool)]
    layers = [points, *crosses_of(still.assign(words="frozen"), shown, x, 0)]
    crosses = ["×: frozen, equal bit for bit"] if len(still) else []
    without = len(both) - len(known)
    were = "was" if without == 1 else "were"
    zero = [f"{without:,} that {were} 0 or not finite have no such distance"] if without else []
    told = "; ".join(
        [
            "Points: how far a parameter is from the first file's, divided by its norm there",
            *crosses,
        ]
    )
    subtitle = f"{'. '.join([told, *zero, *left_out])}."
    name, distance = changes.furthest
    of_all = f"{len(changes.frozen):,} of {plural(changes.compared, 'parameter')} frozen; the"
    head = of_all if changes.frozen else "The"
    title = f"{head} furthest is {short(name)}: {number(distance)} times its first norm"
    return figure_of(prefix + "distance-by-parameter", title, subtitle, layers, len(shown), drawn)

"""Charts of the variance sweep (part 3)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import altair as alt
import numpy as np
import pandas as pd

from ...charts import Figure, grammar
from ...charts.export import with_slider
from ...charts.words import bound, label, number, percent
from ..survivors import answers, aside
from .config import LINEAR, MEASURED
from .findings import Change, Facts, Shape, Spread, after_training

if TYPE_CHECKING:
    from .experiment import Result


def accuracy(final: pd.DataFrame, f: Facts) -> Figure:
    """Accuracy against the initial std: a point per network, the mean, the range over seeds."""
    title = headline(f)
    subtitle = (
        f"Test accuracy, {_averaged(f.averaged)}, against the standard deviation of the first"
        " random weights and biases. A point per network"
        + (f"; line: mean; band: range over {f.n_seeds} seeds" if f.n_seeds > 1 else "")
        + (f"; × {f.lost} diverged." if f.lost else ".")
    )
    chart = grammar.points_with_band(
        final,
        "std",
        "accuracy",
        x_title="initial standard deviation (log axis)",
        y_title="test accuracy",
        counted=True,
        height=330,
    )
    alt_text = (
        f"Test accuracy against initial standard deviation, from {f.low:.3g} to {f.high:.3g}."
        f" {title}."
        f" The best std reaches {percent(f.best)}, the smallest {percent(f.bottom)}, the largest"
        f" {percent(f.top)}."
    )
    return Figure("accuracy-by-std", title, subtitle, chart, alt_text, final)


def _averaged(epochs: int) -> str:
    return f"mean of the last {epochs} epochs" if epochs > 1 else "after the one epoch"


def headline(f: Facts) -> str:
    """The plateau and its ends in one line."""
    match f.shape:
        case Shape.NOTHING:
            return (
                f"No std has learned: the best ends at {percent(f.best)}, always giving the"
                f" commonest answer reaches {percent(f.chance)}"
            )
        case Shape.EVERYWHERE:
            return f"From {f.low:.3g} to {f.high:.3g} every std ends within 5 points of the best"
        case Shape.ONE:
            start = (
                f"Std {f.first:.3g} ends best, at {percent(f.best)}, over 5 points above its"
                f" neighbour{'' if f.at_the_edge else 's'}"
            )
        case Shape.RANGE:
            start = f"From {f.first:.3g} to {f.last:.3g} the size hardly matters"
    if f.halved is not None:
        return f"{start}; at {f.halved:.3g} less than half of the best accuracy is left"
    if f.falls_above:
        return f"{start}; at {f.high:.3g} accuracy is down to {percent(f.top)}"
    return f"{start}; at {f.low:.3g} accuracy is {percent(f.bottom)}" if f.falls_below else start


def _became(spread: Spread) -> str:
    now = number(spread.now)
    match spread.change:
        case Change.LOST:
            return "have lost their spread: some are no numbers any more"
        case Change.GROWN:
            few = f", though {percent(spread.inside)} of them lie within ±{spread.reach:.3g}"
            return f"have grown to a std of {now}{few if spread.left_behind else ''}"
        case Change.SHRUNK:
            return f"have shrunk to a std of {now}"
        case Change.KEPT:
            return f"stay at a std of {now}"


def weights(histograms: pd.DataFrame, f: Facts) -> Figure:
    """Share of the weights per bin after training, a line for some of the stds, the smallest and
    the largest among them; the axis is linear near 0 and logarithmic beyond.
    """
    data = after_training(histograms)
    stds = sorted(set(data["std"]))
    hues = dict(zip(stds, grammar.layer_scale(stds).range, strict=True))
    some = [stds[round(i * (len(stds) - 1) / (LINES - 1))] for i in range(LINES)]
    names = {std: label(float(f"{std:.3g}")) for std in dict.fromkeys(some)}
    drawn = data[data["std"].isin(names)].assign(began=lambda d: d["std"].map(names))
    title = (
        f"After training, weights that began at {number(f.low)} {_became(f.smallest)}; "
        f"those that began at {number(f.high)} {_became(f.largest)}"
    )
    colour = alt.Color(
        "began:N",
        scale=alt.Scale(domain=list(names.values()), range=[hues[std] for std in names]),
        legend=grammar.legend_of(names.values(), lines=True),
    )
    chart = (
        alt.Chart(drawn)
        .mark_line(strokeWidth=1.8, interpolate="monotone")
        .encode(
            x=_value(data, f"weight (log beyond ±{LINEAR})"),
            y=alt.Y("share:Q", title="share of all weights", axis=alt.Axis(format="%")),
            color=colour,
            tooltip=[
                alt.Tooltip("std:Q", title="initial std", format=".3~g"),
                alt.Tooltip("value:Q", format=".3~g"),
                alt.Tooltip("share:Q", format=".1%"),
            ],
        )
        .properties(**grammar.view(280))
    )
    which = (
        f"{len(names)} of the {len(stds)} initial stds" if len(names) < len(stds) else "each std"
    )
    subtitle = f"All weights of the first seed's network after training, for {which}."
    alt_text = f"{title}. A line for each of these initial stds: {', '.join(names.values())}."

    def one() -> Any:
        return with_slider(_one_std(data), "std", heading="initial std")

    return Figure("weights-after", title, subtitle, chart, alt_text, data, interactive=one)


LINES = 5  # so many of the stds are drawn
ROOM = 2  # times that the axis of what was drawn reaches beyond it


def _value(data: pd.DataFrame, heading: str) -> alt.X:
    """The axis of the values of weights, from the smallest of all to the largest."""
    low, high = float(data["bin_left"].min()), float(data["bin_right"].max())
    scale = alt.Scale(type="symlog", constant=LINEAR, domain=[low, high], nice=False)
    axis = alt.Axis(**grammar.around_zero(low, high, LINEAR))
    return alt.X("value:Q", title=heading, scale=scale, axis=axis)


def _one_std(data: pd.DataFrame) -> alt.Chart:
    return (
        alt.Chart(data)
        .mark_area(opacity=0.6, line=True, color="series:xavier")
        .encode(
            x=_value(data, f"weight (log beyond ±{LINEAR})"),
            y=alt.Y(
                "share:Q",
                title="share of all weights",
                axis=alt.Axis(format="%"),
                scale=alt.Scale(domain=[0, float(data["share"].max())]),
            ),
        )
        .properties(**grammar.view(280))
    )


def requested(check: pd.DataFrame, f: Facts) -> Figure:
    """Measured against requested std, a point per parameter of each network."""
    large, small = bound(f.off_large, ".0%"), bound(f.off_small, ".0%")
    title = (
        f"What is drawn is what was asked for, within {large} in large matrices; a short vector is"
        f" off by up to {small}"
    )
    check = check[check["n"] > 1]  # one number has no spread
    data = check.assign(kind=np.where(check["parameter"] == "weight", "weights", "biases"))
    low, high = float(check["std"].min()), float(check["std"].max())
    line = (
        alt.Chart(pd.DataFrame({"std": [low, high], "std_measured": [low, high]}))
        .mark_line(strokeDash=grammar.DOTTED, strokeWidth=1.2, color="muted")
        .encode(x=alt.X("std"), y=alt.Y("std_measured"))
    )
    values = pd.concat([check["std"], check["std_measured"]])
    both = [values[values > 0].min() / ROOM, values[values.lt(np.inf)].max() * ROOM]
    axis, axis_y = (
        grammar.quantity(column, check[column], log=True, heading=heading, domain=both)
        for column, heading in (
            ("std", "requested standard deviation"),
            ("std_measured", "measured in the parameter"),
        )
    )
    points = (
        alt.Chart(data)
        .mark_point(filled=True, opacity=0.7, size=36)
        .encode(
            x=alt.X("std", **axis),
            y=alt.Y("std_measured", **axis_y),
            shape=alt.Shape("kind:N", title=None, legend=alt.Legend(orient="top")),
            color=alt.Color(
                "kind:N",
                title=None,
                legend=alt.Legend(orient="top"),
                scale=alt.Scale(domain=["weights", "biases"], range=["series:xavier", "extra:1"]),
            ),
            tooltip=[
                alt.Tooltip("layer"),
                alt.Tooltip("parameter"),
                alt.Tooltip("n"),
                alt.Tooltip("std", format=".3~g"),
                alt.Tooltip("std_measured", format=".3~g"),
            ],
        )
    )
    chart = alt.layer(line, points).properties(**grammar.view(220))
    subtitle = "Each point is one weight matrix or bias vector of the first seed; dotted: equal."
    return Figure("requested-and-measured-std", title, subtitle, chart, title + ".", check)


def learning(result: Result, std: float) -> Figure:
    """Learning curves of one std, train and test, band over seeds; in the colour that this std has
    among the lines of `weights`.
    """
    name, stds = f"std {std:g}", sorted(set(result.curves["std"]))
    data = result.curves[result.curves["std"] == std].assign(series=name)
    last = answers(data, "split")
    title = (
        f"Starting at std {std:.3g}, training ends at {percent(last['train'])} on training examples"
        f" and {percent(last['test'])} on the test set{aside(data)}"
    )
    if math.isnan(last["test"]):
        title = f"Starting at std {std:.3g}{aside(data).replace(';', ',')}"
    chart = grammar.curves(data, "accuracy", "series", order=[name], y_title="accuracy", height=280)
    grammar.painted(chart, {name: grammar.layer_scale(stds).range[stds.index(std)]})
    subtitle = (
        f"By epoch; solid: training examples, {MEASURED} at most, always the same; dashed: test"
        " set; band: range over seeds."
    )
    return Figure("learning-accuracy", title, subtitle, chart, title + ".", data)


def live(curves: pd.DataFrame) -> Figure:
    """While it trains: test accuracy against std after the epochs so far."""
    epoch = int(curves["epoch"].max())
    data = curves[(curves["epoch"] == epoch) & (curves["split"] == "test")]
    chart = grammar.points_with_band(
        data,
        "std",
        "accuracy",
        x_title="initial standard deviation (log axis)",
        y_title="test accuracy",
        counted=True,
        height=330,
    )
    return Figure(
        "live",
        f"After epoch {epoch}",
        "",
        chart,
        f"Test accuracy by std after epoch {epoch}.",
        data,
    )

"""Accuracy by epoch, and how far the weights move in each."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import altair as alt
import pandas as pd

from .....charts import Figure, grammar
from .....charts.words import line_and_band, number, span, times
from ...config import EVEN
from ...findings import broken, n_networks
from ..findings import Facts, by_epoch

if TYPE_CHECKING:
    from ...config import Config
    from ..experiment import Result

DIVERGED = (
    "All networks diverged: their answers mean nothing",
    "The network diverged: its answers mean nothing",
)


def accuracy(curves: pd.DataFrame, f: Facts) -> Figure:
    """Accuracy by epoch, train and test, band over seeds."""
    title, lost = accuracy_title(f), _lost(curves)
    subtitle = (
        "Share of right answers by epoch; solid: training set, dashed: test set. "
        + spread(curves)
        + lost
    )
    known = "" if math.isnan(f.learning.after) else f" and {f.learning.after:.0%} at the end"
    alt_text = (
        f"{title}. Mean training accuracy: {f.learning.before:.0%} before training{known}." + lost
    )
    return Figure("accuracy", title, subtitle, _curve(curves), alt_text, curves)


def _curve(curves: pd.DataFrame) -> alt.LayerChart:
    return grammar.curves(curves.assign(network="network"), "accuracy", "network")


def accuracy_title(f: Facts) -> str:
    """How good they got, and when."""
    learning = f.learning
    if math.isnan(learning.low):
        return DIVERGED[f.networks == 1]
    ends = f"Test accuracy ends at {span([learning.low, learning.high])}"
    if learning.after < learning.before + 0.02:
        return f"{ends}: hardly anything was learned"
    if (
        f.epochs == 1 or f.gain_peak != learning.steepest
    ):  # the chart of z-scores would name another epoch
        return ends
    return f"{ends}; training accuracy climbs fastest in epoch {learning.steepest}"


def live(curves: pd.DataFrame) -> Figure:
    """While it trains: accuracy so far."""
    epoch = int(curves["epoch"].max())
    title = f"After epoch {epoch}" if epoch else "Before the first update"
    return Figure("live", title, "", _curve(curves), f"Accuracy up to epoch {epoch}.", curves)


def lead(result: Result, config: Config) -> Figure:
    """The page's first figure as it is at first."""
    return distances(result)


def distances(result: Result, relative: bool = False) -> Figure:
    """Distance of each layer's weights to the previous epoch; `relative`: in units of their own
    norm.
    """
    layers, column = result.layers, "relative_distance" if relative else "distance"
    data = layers[layers["epoch"] > 0][["seed", "epoch", "layer", column]]
    data = data.assign(diverged=broken(layers)[data.index])
    moved = by_epoch(layers, column)
    title = distance_title(moved, int(layers["epoch"].max()), bool(data["diverged"].all()))
    heading = "distance to the previous epoch" + (" / norm of the weights" if relative else "")
    chart = grammar.curves(data, column, "layer", y_title=heading)
    subtitle = (
        "Euclidean (Frobenius) distance between a layer's weights after this epoch and after the"
        " one before"
        + (", divided by the norm of the latter. " if relative else ". ")
        + spread(data)
    )
    last = grammar.finite(data, column).groupby("layer", sort=False)[column].last()
    ends = ", ".join(f"{layer} {value:.2g}" for layer, value in last.items())
    alt_text = f"{title}. Distances in the last epoch: {ends or 'none is finite'}."
    return Figure(
        "relative-distance" if relative else "distance", title, subtitle, chart, alt_text, data
    )


def distance_title(moved: pd.Series, epochs: int, diverged: bool) -> str:
    """When the weights move. moved: mean distance by epoch, of `epochs`; diverged: all networks
    did, in the first.
    """
    if diverged:
        return "All networks diverged in the first epoch: no distance is finite"
    if moved.empty:
        return "From weights that are all zero there is no relative distance"
    if moved.max() == 0:
        return "No weight of any layer ever moves"
    peak, until, last = int(moved.idxmax()), int(moved.index.max()), float(moved.iloc[-1])
    if epochs == 1:
        return f"In the one epoch the weights move by {number(last)}, on average over the layers"
    if until < epochs:
        return (
            f"After epoch {until} all networks have diverged; before that, the weights move most in"
            f" epoch {peak}"
        )
    if moved.max() < EVEN * moved.min():
        return (
            f"The weights move about as far in every epoch, most in epoch {peak}: they never settle"
        )
    if peak == until:
        return f"The weights move most in the last epoch, {peak}: learning is still under way"
    if last == 0:
        return f"The weights move most in epoch {peak}; in the last epoch they stand still"
    factor = moved.max() / last
    if factor < EVEN:
        return (
            f"The weights move most in epoch {peak}, but the last step is hardly shorter: they"
            " never settle"
        )
    return f"The weights move most in epoch {peak}; the last step is {times(factor)} shorter"


def _lost(curves: pd.DataFrame) -> str:
    lost = curves.loc[curves["diverged"], "seed"].nunique()
    return f" × {lost} of {n_networks(curves)} diverged." if lost else ""


def spread(frame: pd.DataFrame) -> str:
    """What line and band are."""
    return line_and_band(n_networks(frame))

"""Charts of the steps (part 8): accuracy, distances, histograms by epoch, and whether accuracy
follows the weights.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import altair as alt
import pandas as pd

from ....charts import Figure, grammar
from ....charts.export import with_slider
from ....charts.words import alike, number, span, times
from ..findings import broken, n_networks
from .findings import STEADY, Facts, by_epoch, growth

if TYPE_CHECKING:
    from .experiment import Result


SAME = "the weights or the accuracy change by the same in every epoch, or are no numbers"
DIVERGED = (
    "All networks diverged: their answers mean nothing",
    "The network diverged: its answers mean nothing",
)

# ---------------------------------------------------------------- accuracy and distance


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
    if moved.max() >= 1e4:
        chart.layer[0].encoding.y["axis"]["format"] = ".1~e"
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
    if moved.max() < STEADY * moved.min():
        return (
            f"The weights move about as far in every epoch, most in epoch {peak}: they never settle"
        )
    if peak == until:
        return f"The weights move most in the last epoch, {peak}: learning is still under way"
    if last == 0:
        return f"The weights move most in epoch {peak}; in the last epoch they stand still"
    factor = moved.max() / last
    if factor < STEADY:
        return (
            f"The weights move most in epoch {peak}, but the last step is hardly shorter: they"
            " never settle"
        )
    return f"The weights move most in epoch {peak}; the last step is {times(factor)} shorter"


# ---------------------------------------------------------------- histograms


def histograms(result: Result, epoch: int) -> Figure:
    """The weights of each layer after `epoch` beside those at the start; a shelf per layer."""
    frame = result.histograms
    epoch = int(min(max(epoch, frame["epoch"].min()), frame["epoch"].max()))
    now = f"epoch {epoch}"
    parts = [frame[frame["epoch"] == 0].assign(when="start")]
    if epoch:
        parts.append(frame[frame["epoch"] == epoch].assign(when=now))
    data = pd.concat(parts, ignore_index=True)
    order = ["start", now] if epoch else ["start"]
    domain = _reach(frame)
    chart = grammar.histograms(
        data,
        "when",
        rows="layer",
        order=order,
        domain=domain,
        x_title="value of a weight",
        height=300,
    )
    title = histogram_title(growth(result.layers, epoch), epoch)
    subtitle = (
        "All weights of each layer of the first network, in the same bins at all epochs; every row"
        " is scaled to its own peak."
    )
    alt_text = title + ". Histograms, one row per layer."

    def moving() -> Any:
        every = grammar.histograms(
            frame,
            rows="layer",
            domain=domain,
            x_title="value of a weight",
            keep="epoch",
            height=300,
        )
        return with_slider(every, "epoch", heading="epoch", start=epoch)

    return Figure("histograms", title, subtitle, chart, alt_text, data, interactive=moving)


def _reach(frame: pd.DataFrame) -> list[float]:
    """The part of the axis that any epoch needs."""
    used = frame[frame["count"] > 0]
    if used.empty:
        return [float(frame["bin_left"].min()), float(frame["bin_right"].max())]
    return [float(used["bin_left"].min()), float(used["bin_right"].max())]


def histogram_title(grown: dict[str, float] | None, epoch: int) -> str:
    """How the spread of the layers has changed. grown: see `findings.growth`."""
    if not epoch:
        return "Before training: each layer with the spread that the scheme gave it"
    if grown is None:
        return f"After epoch {epoch} the weights of this network are no longer numbers"
    if not grown:
        return f"Epoch {epoch}, after a start where all weights of a layer were equal"
    most, least = max(grown, key=grown.__getitem__), min(grown, key=grown.__getitem__)
    if grown[most] < 0.1:
        return (
            f"After epoch {epoch} all weights have collapsed to a small fraction of their spread at"
            " the start"
        )
    same = number(grown[most]) == "1"
    wide = (
        "as wide as at the start"
        if same
        else f"{number(grown[most])} times as wide as at the start"
    )
    if alike(grown.values()):
        who = "every layer" if len(grown) > 1 else most
        return f"After epoch {epoch}, {who} spreads {wide}"
    small = number(grown[least])
    other = "as at the start" if small == "1" else f"{small} times as wide"
    return f"After epoch {epoch}, {most} spreads {wide}, {least} {other}"


# ---------------------------------------------------------------- does accuracy follow the weights?


def alignment(frame: pd.DataFrame, f: Facts) -> Figure:
    """Accuracy gain against weight change, both z-scored: a point per epoch and network, epoch 1
    ringed.
    """
    known = frame.dropna()
    at_x, at_y = (
        {"scale": alt.Scale(domain=grammar.span(known[c]), nice=False), "title": t}
        for c, t in (
            ("weight_change_z", "weight change (z)"),
            ("accuracy_gain_z", "gain of training accuracy (z)"),
        )
    )
    base = alt.Chart(known).encode(
        x=alt.X("weight_change_z:Q", **at_x), y=alt.Y("accuracy_gain_z:Q", **at_y)
    )
    tips = [
        alt.Tooltip("seed:N"),
        alt.Tooltip("epoch:Q"),
        *(alt.Tooltip(f"{c}:Q", format=".2f") for c in ("weight_change_z", "accuracy_gain_z")),
    ]
    key = alt.Legend(
        title="epoch", orient="top", gradientLength=160, gradientThickness=10, tickMinStep=1
    )
    paint = alt.Color(
        "epoch:Q", scale=alt.Scale(range=list(grammar.SEQUENCE), interpolate="rgb"), legend=key
    )
    dots = base.mark_point(filled=True, size=45, opacity=0.75).encode(color=paint, tooltip=tips)
    rings = base.mark_point(size=130, strokeWidth=1.6, color="ink", opacity=1)
    chart = alt.layer(dots, rings.properties(data=known[known["epoch"] == 1]), **grammar.view(300))
    title = r_title(f)
    subtitle = (
        "A point per epoch and network. Both are z-scored over the epochs of their network (mean 0,"
        " standard deviation 1); r: their correlation, 1 in step, 0 unrelated. Weight change:"
        " distance to the previous epoch, averaged over layers. Ringed: epoch 1."
    )
    return Figure("alignment", title, subtitle, chart, title + ".", frame)


def r_title(f: Facts) -> str:
    """Whether accuracy follows the weights."""
    if not f.links:
        return "Nothing to correlate: " + ("it takes four epochs" if f.epochs < 4 else SAME)
    r, n = span([link.r for link in f.links], ".2f"), len(f.links)
    above, below = sum(link.low > 0 for link in f.links), sum(link.high < 0 for link in f.links)
    if above == n:
        verdict = "Accuracy gains and weight changes go together"
    elif below == n:
        verdict = "Accuracy gains most when the weights change least"
    elif n == 1 or not above + below:
        verdict = "No clear link between accuracy gains and weight changes"
    elif all(link.r > 0 for link in f.links):
        verdict = "Accuracy gains and weight changes go together, but loosely"
    else:
        verdict = "Accuracy gains and weight changes do not reliably go together"
    if n == 1:
        return f"{verdict}: r = {r} (95 % interval {f.links[0].low:.2f} to {f.links[0].high:.2f})"
    if not above + below:
        return f"{verdict}: r = {r}; no 95 % interval of {n} networks leaves out 0"
    side, count = ("below", below) if below > above else ("above", above)
    return f"{verdict}: r = {r}; the 95 % interval is {side} 0 in {count} of {n} networks"


def alignment_by_epoch(frame: pd.DataFrame, f: Facts) -> Figure:
    """The same two z-scores as lines over the epochs, mean and range over networks."""
    names = {"accuracy_gain_z": "accuracy gain", "weight_change_z": "weight change"}
    data = frame.rename(columns=names).melt(["seed", "epoch"], list(names.values()), "measure", "z")
    title = peaks_title(f)
    chart = grammar.curves(
        data, "z", "measure", order=list(names.values()), y_title="z-score over epochs"
    )
    subtitle = (
        "Change of the training accuracy and mean distance to the previous epoch, z-scored. "
        + spread(frame)
    )
    return Figure("alignment-by-epoch", title, subtitle, chart, title + ".", data)


def peaks_title(f: Facts) -> str:
    """Whether both have their peak in the same epoch."""
    if f.gain_peak is None:
        return "Nothing to compare: " + ("there is one epoch only" if f.epochs == 1 else SAME)
    if f.gain_peak != f.change_peak:
        return (
            f"Accuracy gains most in epoch {f.gain_peak}, the weights change most in epoch"
            f" {f.change_peak}"
        )
    if not f.learning.learned:
        return f"Both peak in epoch {f.gain_peak}, though hardly anything was learned"
    return f"Both peak in epoch {f.gain_peak}: the burst of learning is a burst of weight changes"


# ---------------------------------------------------------------- words


def _lost(curves: pd.DataFrame) -> str:
    lost = curves.loc[curves["diverged"], "seed"].nunique()
    return f" × {lost} of {n_networks(curves)} diverged." if lost else ""


def spread(frame: pd.DataFrame) -> str:
    """What line and band are."""
    n = n_networks(frame)
    return f"Line: mean over {n} networks; band: their range." if n > 1 else "One network."

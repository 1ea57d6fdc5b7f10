"""Charts of the steps (part 8): accuracy, distances, histograms by epoch, and whether accuracy follows the weights."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import altair as alt
import pandas as pd

from ....charts import Figure, grammar
from ....charts.export import with_slider
from ....charts.words import span, times
from ..findings import broken, n_networks
from .findings import Facts, Learning, by_epoch, growth

if TYPE_CHECKING:
    from .experiment import Result


# ---------------------------------------------------------------- accuracy and distance


def accuracy(curves: pd.DataFrame, f: Facts) -> Figure:
    """Accuracy by epoch, train and test, band over seeds."""
    title, lost = accuracy_title(f.learning), _lost(curves)
    subtitle = (
        "Share of right answers by epoch; solid: training set, dashed: test set. " + spread(curves) + lost
    )
    alt_text = (
        f"{title}. Mean training accuracy: {f.learning.before:.0%} before training, {f.learning.after:.0%} at the end."
        + lost
    )
    return Figure("accuracy", title, subtitle, _curve(curves), alt_text, curves)


def _curve(curves: pd.DataFrame) -> alt.LayerChart:
    return grammar.curves(curves.assign(network="network"), "accuracy", "network")


def accuracy_title(f: Learning) -> str:
    """How good they got, and when."""
    if math.isnan(f.low):
        return "All networks diverged: their answers mean nothing"
    ends = span([f.low, f.high])
    if f.gain < 0.02:
        return f"Test accuracy ends at {ends}: hardly anything was learned"
    return f"Test accuracy ends at {ends}; training accuracy climbs fastest in epoch {f.steepest}"


def live(curves: pd.DataFrame) -> Figure:
    """While it trains: accuracy so far."""
    epoch = int(curves["epoch"].max())
    title = f"After epoch {epoch}" if epoch else "Before the first update"
    return Figure("live", title, "", _curve(curves), f"Accuracy up to epoch {epoch}.", curves)


def distances(result: Result, relative: bool = False) -> Figure:
    """Distance of each layer's weights to the previous epoch; `relative`: in units of their own norm."""
    layers, column = result.layers, "relative_distance" if relative else "distance"
    data = layers[layers["epoch"] > 0][["seed", "epoch", "layer", column]]
    data = data.assign(diverged=broken(layers)[data.index])
    moved = by_epoch(layers, column)
    title = distance_title(moved, bool(data["diverged"].all()))
    heading = "distance to the previous epoch" + (" / norm of the weights" if relative else "")
    chart = grammar.curves(data, column, "layer", y_title=heading)
    if moved.max() >= 1e4:
        chart.layer[0].encoding.y["axis"]["format"] = ".1~e"
    subtitle = (
        "Euclidean (Frobenius) distance between a layer's weights after this epoch and after the one before"
        + (", divided by the norm of the latter. " if relative else ". ")
        + spread(data)
    )
    last = grammar.finite(data, column).groupby("layer", sort=False)[column].last()
    ends = ", ".join(f"{layer} {value:.2g}" for layer, value in last.items())
    alt_text = f"{title}. Distances in the last epoch: {ends or 'none is finite'}."
    return Figure("relative-distance" if relative else "distance", title, subtitle, chart, alt_text, data)


def distance_title(moved: pd.Series, diverged: bool) -> str:
    """When the weights move. moved: mean distance by epoch; diverged: all networks did, in the first epoch."""
    if diverged:
        return "All networks diverged in the first epoch: no distance is finite"
    if moved.empty:
        return "From weights that are all zero there is no relative distance"
    if moved.max() == 0:
        return "No weight of any layer ever moves"
    peak, last = int(moved.idxmax()), float(moved.iloc[-1])
    if peak == moved.index[-1]:
        return f"The weights move most in the last epoch, {peak}: learning is still under way"
    if last == 0:
        return f"The weights move most in epoch {peak}; in the last epoch they stand still"
    factor = moved.max() / last
    if factor < 1.5:
        return (
            f"The weights move most in epoch {peak}, but the last step is hardly shorter: they never settle"
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
    title = histogram_title(growth(frame, epoch), epoch)
    subtitle = (
        "All weights of each layer of the first network, in the same bins at all epochs; every row is scaled to its "
        "own peak."
    )
    alt_text = title + ". Histograms, one row per layer."

    def moving() -> Any:
        every = grammar.histograms(
            frame, rows="layer", domain=domain, x_title="value of a weight", keep="epoch", height=300
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
            f"After epoch {epoch} all weights have collapsed to a small fraction of their spread at the start"
        )
    words = f"After epoch {epoch}, {most} spreads {grown[most]:.1f} times as wide as at the start"
    return words + f", {least} {grown[least]:.1f} times"


# ---------------------------------------------------------------- does accuracy follow the weights?


def alignment(frame: pd.DataFrame, f: Facts) -> Figure:
    """Accuracy gain against weight change, both z-scored: a point per epoch and network, epoch 1 ringed."""
    known = frame.dropna()
    at_x, at_y = (
        {"scale": alt.Scale(domain=grammar.span(known[c]), nice=False), "title": t}
        for c, t in (
            ("weight_change_z", "weight change (z)"),
            ("accuracy_gain_z", "gain of training accuracy (z)"),
        )
    )
    base = alt.Chart(known).encode(x=alt.X("weight_change_z:Q", **at_x), y=alt.Y("accuracy_gain_z:Q", **at_y))
    tips = [
        alt.Tooltip("seed:N"),
        alt.Tooltip("epoch:Q"),
        *(alt.Tooltip(f"{c}:Q", format=".2f") for c in ("weight_change_z", "accuracy_gain_z")),
    ]
    key = alt.Legend(title="epoch", orient="top", gradientLength=160, gradientThickness=10, tickMinStep=1)
    paint = alt.Color("epoch:Q", scale=alt.Scale(range=list(grammar.SEQUENCE), interpolate="rgb"), legend=key)
    dots = base.mark_point(filled=True, size=45, opacity=0.75).encode(color=paint, tooltip=tips)
    rings = base.mark_point(size=130, strokeWidth=1.6, color="ink", opacity=1)
    chart = alt.layer(dots, rings.properties(data=known[known["epoch"] == 1]), **grammar.view(300))
    title = r_title(f)
    subtitle = (
        "A point per epoch and network. Both are z-scored over the epochs of their network (mean 0, standard deviation "
        "1); r: their correlation, 1 in step, 0 unrelated. Weight change: distance to the previous epoch, averaged over "
        "layers. Ringed: epoch 1."
    )
    return Figure("alignment", title, subtitle, chart, title + ".", frame)


def r_title(f: Facts) -> str:
    """Whether accuracy follows the weights."""
    if not f.links:
        return "Nothing to correlate: the weights or the accuracy never changed, or there are too few epochs"
    if len(f.links) == 1:
        (link,) = f.links
        verdict = "Accuracy gains and weight changes go together" if link.low > 0 else (
            "No clear link between accuracy gains and weight changes" if link.high >= 0 else
            "Accuracy gains most when the weights change least"
        )  # fmt: skip
        return f"{verdict}: r = {link.r:.2f} (95 % interval {link.low:.2f} to {link.high:.2f})"
    clear = sum(link.low > 0 for link in f.links)
    verdict = (
        "Accuracy gains and weight changes go together" if clear == len(f.links)
        else "Accuracy gains and weight changes go together, but loosely" if all(link.r > 0 for link in f.links)
        else "Accuracy gains and weight changes do not reliably go together"
    )  # fmt: skip
    above = f"the 95 % interval is above 0 in {clear} of {len(f.links)} networks"
    return f"{verdict}: r = {span([link.r for link in f.links], '.2f')}; {above}"


def alignment_by_epoch(frame: pd.DataFrame, f: Facts) -> Figure:
    """The same two z-scores as lines over the epochs, mean and range over networks."""
    names = {"accuracy_gain_z": "accuracy gain", "weight_change_z": "weight change"}
    data = frame.rename(columns=names).melt(["seed", "epoch"], list(names.values()), "measure", "z")
    title = "Nothing to compare: the weights or the accuracy never changed"
    if f.gain_peak is not None:
        title = f"Accuracy gains most in epoch {f.gain_peak}, the weights change most in epoch {f.change_peak}"
        if f.gain_peak == f.change_peak:
            title = f"Both peak in epoch {f.gain_peak}: the burst of learning is a burst of weight changes"
    chart = grammar.curves(
        data, "z", "measure", order=list(names.values()), y_title="z-score over epochs"
    )
    subtitle = (
        "Change of the training accuracy and mean distance to the previous epoch, z-scored. " + spread(frame)
    )
    return Figure("alignment-by-epoch", title, subtitle, chart, title + ".", data)


# ---------------------------------------------------------------- words


def _lost(curves: pd.DataFrame) -> str:
    lost = curves.loc[curves["diverged"], "seed"].nunique()
    return f" × {lost} of {n_networks(curves)} diverged." if lost else ""


def spread(frame: pd.DataFrame) -> str:
    """What line and band are."""
    n = n_networks(frame)
    return f"Line: mean over {n} networks; band: their range." if n > 1 else "One network."

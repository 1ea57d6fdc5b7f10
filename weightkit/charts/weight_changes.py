"""Charts of learning-related changes in the weights (part 8)."""

from __future__ import annotations

import inspect
import math
from typing import Any

import altair as alt
import pandas as pd

from . import grammar
from .export import with_slider
from .figure import Figure
from .remembered import remembered
from .weight_changes_words import NAMES, broken, ends, n_networks
from .words import percent, span, times

SEEDS = "Line: mean over {n} networks; band: their range."
ONE = "One network."


# ---------------------------------------------------------------- accuracy and distance


@remembered
def accuracy(curves: pd.DataFrame) -> Figure:
    """Accuracy by epoch, train and test, band over seeds."""
    data = curves.assign(network="network")
    known = curves[~curves["diverged"]]
    train = known[known["split"] == "train"].groupby("epoch")["accuracy"].mean()
    end = known[(known["epoch"] == curves["epoch"].max()) & (known["split"] == "test")]["accuracy"]
    title = _accuracy_title(train, end)
    lost = _lost(curves)
    chart = grammar.curves(data, "accuracy", "network")
    subtitle = (
        "Share of right answers by epoch; solid: training set, dashed: test set. " + _spread(curves) + lost
    )
    alt_text = (
        f"{title}. Mean training accuracy: {train.iloc[0]:.0%} before training, {train.iloc[-1]:.0%} at the end."
        + lost
    )
    return Figure("accuracy", title, subtitle, chart, alt_text, curves)


def _accuracy_title(train: pd.Series, end: pd.Series) -> str:
    if end.empty:
        return "All networks diverged: their answers mean nothing"
    ends, gain = span(end), train.diff()
    if gain.max() < 0.02:
        return f"Test accuracy ends at {ends}: hardly anything was learned"
    return f"Test accuracy ends at {ends}; training accuracy climbs fastest in epoch {gain.idxmax()}"


def live(curves: pd.DataFrame) -> Figure:
    """While it trains: accuracy so far (drawn past `remembered`, whose room is for what stays)."""
    return inspect.unwrap(accuracy)(curves) if curves["epoch"].nunique() > 1 else _first(curves)


def _first(curves: pd.DataFrame) -> Figure:
    chart = grammar.curves(curves.assign(network="network"), "accuracy", "network")
    return Figure("live", "Before the first update", "", chart, "Accuracy before the first update.", curves)


@remembered
def distances(layers: pd.DataFrame, relative: bool = False) -> Figure:
    """Distance of each layer's weights to the previous epoch; `relative`: in units of their own norm."""
    column = "relative_distance" if relative else "distance"
    data = layers[layers["epoch"] > 0][["seed", "epoch", "layer", column]]
    data = data.assign(diverged=broken(layers)[data.index])
    moved = grammar.finite(data, column).groupby("epoch")[column].mean()
    title = _distance_title(moved, bool(data["diverged"].all()))
    heading = "distance to the previous epoch" + (" / norm of the weights" if relative else "")
    chart = grammar.curves(data, column, "layer", y_title=heading)
    if moved.max() >= 1e4:
        chart.layer[0].encoding.y["axis"]["format"] = ".1~e"
    subtitle = (
        "Euclidean (Frobenius) distance between a layer's weights after this epoch and after the one before"
        + (", divided by the norm of the latter. " if relative else ". ")
        + _spread(data)
    )
    last = grammar.finite(data, column).groupby("layer", sort=False)[column].last()
    ends = ", ".join(f"{layer} {value:.2g}" for layer, value in last.items())
    alt_text = f"{title}. Distances in the last epoch: {ends or 'none is finite'}."
    return Figure("relative-distance" if relative else "distance", title, subtitle, chart, alt_text, data)


def _distance_title(moved: pd.Series, diverged: bool) -> str:
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


@remembered
def histograms(frame: pd.DataFrame, epoch: int) -> Figure:
    """The weights of each layer after `epoch` beside those at the start; a shelf per layer."""
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
    width = {layer: _binned_std(group) for layer, group in data.groupby(["layer", "when"], sort=False)}
    title = _histogram_title(width, list(dict.fromkeys(frame["layer"])), epoch, now)
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


def _binned_std(group: pd.DataFrame) -> float:
    """Standard deviation from bin centres; nan where no weight is finite."""
    n = group["count"].sum()
    if not n:
        return math.nan
    centre = (group["bin_left"] + group["bin_right"]) / 2
    mean = (centre * group["count"]).sum() / n
    return float(math.sqrt(((centre - mean) ** 2 * group["count"]).sum() / n))


def _histogram_title(width: dict, layers: list[str], epoch: int, now: str) -> str:
    if not epoch:
        return "Before training: each layer with the spread that the scheme gave it"
    if not any(math.isfinite(width[layer, now]) for layer in layers):
        return f"After epoch {epoch} the weights of this network are no longer numbers"
    growth = {
        layer: width[layer, now] / width[layer, "start"] for layer in layers if width[layer, "start"] > 0
    }
    growth = {layer: factor for layer, factor in growth.items() if math.isfinite(factor)}
    if not growth:
        return f"Epoch {epoch}, after a start where all weights of a layer were equal"
    most, least = max(growth, key=growth.__getitem__), min(growth, key=growth.__getitem__)
    if growth[most] < 0.1:
        return (
            f"After epoch {epoch} all weights have collapsed to a small fraction of their spread at the start"
        )
    words = f"After epoch {epoch}, {most} spreads {growth[most]:.1f} times as wide as at the start"
    return words + f", {least} {growth[least]:.1f} times"


# ---------------------------------------------------------------- does accuracy follow the weights?


@remembered
def alignment(frame: pd.DataFrame, correlation: pd.DataFrame) -> Figure:
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
    title = _r_title(correlation)
    subtitle = (
        "A point per epoch and network. Both are z-scored over the epochs of their network (mean 0, standard deviation "
        "1); r: their correlation, 1 in step, 0 unrelated. Weight change: distance to the previous epoch, averaged over "
        "layers. Ringed: epoch 1."
    )
    return Figure("alignment", title, subtitle, chart, title + ".", frame)


def _r_title(correlation: pd.DataFrame) -> str:
    known = correlation[(correlation["first_epoch"] == 1) & correlation["r"].notna()]
    if known.empty:
        return "Nothing to correlate: the weights or the accuracy never changed, or there are too few epochs"
    if len(known) == 1:
        row = known.iloc[0]
        verdict = "Accuracy gains and weight changes go together" if row["ci_low"] > 0 else (
            "No clear link between accuracy gains and weight changes" if row["ci_high"] >= 0 else
            "Accuracy gains most when the weights change least"
        )  # fmt: skip
        return f"{verdict}: r = {row['r']:.2f} (95 % interval {row['ci_low']:.2f} to {row['ci_high']:.2f})"
    clear = int((known["ci_low"] > 0).sum())
    verdict = (
        "Accuracy gains and weight changes go together" if clear == len(known)
        else "Accuracy gains and weight changes go together, but loosely" if (known["r"] > 0).all()
        else "Accuracy gains and weight changes do not reliably go together"
    )  # fmt: skip
    above = f"the 95 % interval is above 0 in {clear} of {len(known)} networks"
    return f"{verdict}: r = {span(known['r'], '.2f')}; {above}"


@remembered
def alignment_by_epoch(frame: pd.DataFrame) -> Figure:
    """The same two z-scores as lines over the epochs, mean and range over networks."""
    names = {"accuracy_gain_z": "accuracy gain", "weight_change_z": "weight change"}
    data = frame.rename(columns=names).melt(["seed", "epoch"], list(names.values()), "measure", "z")
    peaks = data.dropna().groupby(["measure", "epoch"])["z"].mean().unstack("measure")
    title = "Nothing to compare: the weights or the accuracy never changed"
    if len(peaks) and set(peaks) == set(names.values()):
        gain, change = (int(peaks[c].idxmax()) for c in names.values())
        title = f"Accuracy gains most in epoch {gain}, the weights change most in epoch {change}"
        if gain == change:
            title = f"Both peak in epoch {gain}: the burst of learning is a burst of weight changes"
    chart = grammar.curves(
        data, "z", "measure", order=list(names.values()), y_title="z-score over epochs"
    )
    subtitle = (
        "Change of the training accuracy and mean distance to the previous epoch, z-scored. " + _spread(frame)
    )
    return Figure("alignment-by-epoch", title, subtitle, chart, title + ".", data)


# ---------------------------------------------------------------- regularisation


@remembered
def regularised_accuracy(curves: pd.DataFrame) -> Figure:
    """Accuracy by epoch without regularisation, with L2 and with L1."""
    data = curves.assign(regularisation=curves["regularisation"].map(NAMES))
    means = ends(curves)["test"]
    title = f"Test accuracy is {percent(means['none'])} without regularisation, "
    title += f"{percent(means['L2'])} with L2, {percent(means['L1'])} with L1"
    chart = grammar.curves(data, "accuracy", "regularisation", order=list(NAMES.values()))
    subtitle = (
        "Solid: training set, dashed: test set; baseline: no regularisation. In the title: mean of the last three "
        "epochs. "
        + _spread(curves)
    )
    return Figure("regularisation-accuracy", title, subtitle, chart, title + ".", curves)


# ---------------------------------------------------------------- words


def _lost(curves: pd.DataFrame) -> str:
    lost = curves.loc[curves["diverged"], "seed"].nunique()
    return f" × {lost} of {n_networks(curves)} diverged." if lost else ""


def _spread(frame: pd.DataFrame) -> str:
    return SEEDS.format(n=n_networks(frame)) if n_networks(frame) > 1 else ONE

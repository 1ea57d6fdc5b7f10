"""How far the weights moved and whether accuracy followed, as typed facts."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from ..findings import broken, n_lost, n_networks


@dataclass(frozen=True)
class Movement:
    """When the weights move. peak: epoch of the longest step (mean over layers and networks; None where nothing moves);
    longest, last: that step and the last one; layer, share: the layer that changes most relative to its own size, and
    by how much, in the epoch of its largest change; steady: the longest step is less than 1.5 times the shortest."""

    peak: int | None
    longest: float
    last: float
    layer: str
    share: float
    steady: bool


@dataclass(frozen=True)
class Learning:
    """Accuracies of the networks that did not diverge. low, high: test accuracy after the last epoch (nan: all diverged);
    steepest, gain: the epoch in which mean training accuracy gains most, and how much; before, after: that accuracy.
    """

    low: float
    high: float
    steepest: int
    gain: float
    before: float
    after: float


@dataclass(frozen=True)
class Link:
    """Pearson's r of one network between weight change and accuracy gain, its 95 % interval and p; later: r without the
    first epoch (nan where there are too few epochs)."""

    r: float
    low: float
    high: float
    p: float
    later: float


@dataclass(frozen=True)
class Facts:
    """lost of networks diverged; links: of the networks where both vary; gain_peak, change_peak: epoch of the highest mean
    z-score (None: there are none); misprint: (layer, distance from itself, what stands under the printed root).
    """

    epochs: int
    networks: int
    lost: int
    movement: Movement
    learning: Learning
    links: tuple[Link, ...]
    gain_peak: int | None
    change_peak: int | None
    misprint: tuple[str, float, float]


def facts(
    curves: pd.DataFrame, layers: pd.DataFrame, alignment: pd.DataFrame, correlation: pd.DataFrame, misprint: pd.DataFrame
) -> Facts:
    """The facts of a run's frames (see `experiment.Result`)."""
    gain, change = (_peak(alignment, column) for column in ("accuracy_gain_z", "weight_change_z"))
    wrong = misprint.iloc[0]
    return Facts(
        epochs=int(curves["epoch"].max()),
        networks=n_networks(layers),
        lost=n_lost(layers),
        movement=movement(layers),
        learning=learning(curves),
        links=links(correlation),
        gain_peak=gain if change else None,
        change_peak=change if gain else None,
        misprint=(str(wrong["layer"]), float(wrong["distance"]), float(wrong["printed_radicand"])),
    )


def by_epoch(layers: pd.DataFrame, column: str) -> pd.Series:
    """Mean of a distance over layers and networks by epoch, from 1; what is not a number is left out."""
    data = layers[(layers["epoch"] > 0) & ~broken(layers) & layers[column].abs().lt(math.inf)]
    return data.groupby("epoch")[column].mean()


def movement(layers: pd.DataFrame) -> Movement:
    """What the distances of all networks say together; diverged networks are left out."""
    moved = by_epoch(layers, "distance")
    if moved.empty or moved.max() == 0:
        return Movement(None, 0.0, 0.0, "", 0.0, True)
    known = layers[(layers["epoch"] > 0) & ~broken(layers) & layers["relative_distance"].abs().lt(math.inf)]
    relative = known.groupby(["layer", "epoch"])["relative_distance"].mean()
    layer, share = (str(relative.idxmax()[0]), float(relative.max())) if len(relative) else ("", math.nan)
    steady = bool(moved.max() < 1.5 * moved.min())
    return Movement(int(moved.idxmax()), float(moved.max()), float(moved.iloc[-1]), layer, share, steady)


def learning(curves: pd.DataFrame) -> Learning:
    """How accuracy went; diverged networks are left out."""
    known = curves[~curves["diverged"]]
    train = known[known["split"] == "train"].groupby("epoch")["accuracy"].mean()
    end = known[(known["epoch"] == curves["epoch"].max()) & (known["split"] == "test")]["accuracy"]
    gain = train.diff().dropna()
    steepest, most = (int(gain.idxmax()), float(gain.max())) if len(gain) else (0, 0.0)
    return Learning(
        float(end.min()), float(end.max()), steepest, most, float(train.iloc[0]), float(train.iloc[-1])
    )


def links(correlation: pd.DataFrame) -> tuple[Link, ...]:
    """The networks that have a correlation."""
    later = correlation[correlation["first_epoch"] == 2].set_index("seed")["r"]
    known = correlation[(correlation["first_epoch"] == 1) & correlation["r"].notna()]
    return tuple(
        Link(row.r, row.ci_low, row.ci_high, row.p, float(later.get(row.seed, math.nan)))
        for row in known.itertuples()
    )


def _peak(alignment: pd.DataFrame, column: str) -> int | None:
    means = alignment.dropna(subset=[column]).groupby("epoch")[column].mean()
    return int(means.idxmax()) if len(means) else None


def growth(histograms: pd.DataFrame, epoch: int) -> dict[str, float] | None:
    """By layer: how many times as wide the first network's weights are after `epoch` as at the start.

    Standard deviations of the binned weights; layers that began with equal weights are left out. None: the weights are
    no longer numbers.
    """
    data = histograms[histograms["epoch"].isin((0, epoch))]
    width = {key: binned_std(group) for key, group in data.groupby(["layer", "epoch"], sort=False)}
    layers = list(dict.fromkeys(histograms["layer"]))
    if not any(math.isfinite(width[layer, epoch]) for layer in layers):
        return None
    grown = {layer: width[layer, epoch] / width[layer, 0] for layer in layers if width[layer, 0] > 0}
    return {layer: factor for layer, factor in grown.items() if math.isfinite(factor)}


def binned_std(group: pd.DataFrame) -> float:
    """Standard deviation from bin centres; nan where no weight is finite."""
    n = group["count"].sum()
    if not n:
        return math.nan
    centre = (group["bin_left"] + group["bin_right"]) / 2
    mean = (centre * group["count"]).sum() / n
    return float(math.sqrt(((centre - mean) ** 2 * group["count"]).sum() / n))

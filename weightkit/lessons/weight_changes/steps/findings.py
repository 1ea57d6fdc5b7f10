"""How far the weights moved and whether accuracy followed, as typed facts."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from ..config import EVEN
from ..findings import broken, n_lost, n_networks

EQUAL = 1e-6  # a std below this is that of equal weights, and rounding
LEARNED = 0.1  # a rise of training accuracy that counts as learning


@dataclass(frozen=True)
class Movement:
    """When the weights move, means over layers and networks; what is not finite is left out.

    until: the last epoch of which any distance is finite (0: all networks diverged in the first);
    peak: epoch of the longest step (None where nothing moves, or is finite); longest, last: that
    step and the one of `until`; layer, share: the layer that changes most relative to its own size,
    and by how much, in the epoch of its largest change ("": no relative distance is known); steady:
    the longest step is less than 1.5 times the shortest.
    """

    until: int
    peak: int | None
    longest: float
    last: float
    layer: str
    share: float
    steady: bool


@dataclass(frozen=True)
class Learning:
    """Accuracies of the networks that did not diverge. low, high: test accuracy after the last
    epoch (nan: all diverged);
    steepest, gain: the epoch in which mean training accuracy gains most, and how much; before,
        after: that accuracy.
    """

    low: float
    high: float
    steepest: int
    gain: float
    before: float
    after: float

    @property
    def learned(self) -> bool:
        """Whether training accuracy ends clearly above that of untrained networks."""
        return self.after >= self.before + LEARNED


@dataclass(frozen=True)
class Link:
    """Pearson's r of one network between weight change and accuracy gain, its 95% interval and p;
    later: r without the first epoch (nan where there are too few epochs)."""

    r: float
    low: float
    high: float
    p: float
    later: float


@dataclass(frozen=True)
class Facts:
    """lost of networks diverged; links: of the networks where both vary; gain_peak, change_peak:
    epoch of the highest mean z-score (None: there are none); misprint: (layer, distance from
    itself, what stands under the printed root).
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
    curves: pd.DataFrame,
    layers: pd.DataFrame,
    alignment: pd.DataFrame,
    correlation: pd.DataFrame,
    misprint: pd.DataFrame,
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
    """Mean of a distance over layers and networks by epoch, from 1; what is not a number is left
    out.
    """
    data = layers[(layers["epoch"] > 0) & ~broken(layers) & layers[column].abs().lt(math.inf)]
    return data.groupby("epoch")[column].mean()


def movement(layers: pd.DataFrame) -> Movement:
    """What the distances of all networks say together; diverged networks are left out."""
    moved = by_epoch(layers, "distance")
    if moved.empty or moved.max() == 0:
        return Movement(int(moved.index.max()) if len(moved) else 0, None, 0.0, 0.0, "", 0.0, True)
    known = layers[
        (layers["epoch"] > 0) & ~broken(layers) & layers["relative_distance"].abs().lt(math.inf)
    ]
    relative = known.groupby(["layer", "epoch"])["relative_distance"].mean()
    layer, share = (
        (str(relative.idxmax()[0]), float(relative.max())) if len(relative) else ("", math.nan)
    )
    steady = bool(moved.max() < EVEN * moved.min())
    peak, until = int(moved.idxmax()), int(moved.index.max())
    return Movement(until, peak, float(moved.max()), float(moved.iloc[-1]), layer, share, steady)


def learning(curves: pd.DataFrame) -> Learning:
    """How accuracy went; diverged networks are left out."""
    known = curves[~curves["diverged"]]
    train = known[known["split"] == "train"].groupby("epoch")["accuracy"].mean()
    end = known[(known["epoch"] == curves["epoch"].max()) & (known["split"] == "test")]["accuracy"]
    gain = train.diff().dropna()
    steepest, most = (int(gain.idxmax()), float(gain.max())) if len(gain) else (0, 0.0)
    return Learning(
        float(end.min()),
        float(end.max()),
        steepest,
        most,
        float(train.iloc[0]),
        float(train.iloc[-1]),
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


def growth(layers: pd.DataFrame, epoch: int) -> dict[str, float] | None:
    """By layer: how many times as large the std of the first network's weights is after `epoch` as
    at the start.

    Layers that began with equal weights are left out. None: the weights are no longer numbers.
    """
    first = layers[layers["seed"] == layers["seed"].iloc[0]]
    std = first.set_index(["epoch", "layer"])["std"]
    if broken(first[first["epoch"] == epoch]).any():
        return None
    return {
        str(layer): float(std[epoch, layer] / start)
        for layer, start in std[0].items()
        if start > EQUAL
    }

"""What a sweep shows, as typed facts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

PLATEAU = 0.05  # a std belongs to the plateau while its mean accuracy is this near to the best


@dataclass(frozen=True)
class Facts:
    """Accuracies are means over seeds of `final` (test split, mean of the last epochs), fractions.

    first, last: the plateau's stds; worst, best: mean accuracy on it; low, bottom: the smallest std of the sweep and
    its accuracy; high, top: the largest and its; halved: the smallest std above the plateau with less than half the
    best accuracy, and halved_accuracy its accuracy (None: there is none); untrained: accuracy before training; lost of
    networks diverged; spread_low, spread_high: standard deviations of the weights after training that began at low
    and at high.
    """

    first: float
    last: float
    worst: float
    best: float
    low: float
    bottom: float
    high: float
    top: float
    halved: float | None
    halved_accuracy: float | None
    untrained: float
    lost: int
    networks: int
    n_seeds: int
    spread_low: float
    spread_high: float
    off_large: float
    off_small: float

    @property
    def factor(self) -> float:
        """How wide the plateau is."""
        return self.last / self.first


def facts(
    final: pd.DataFrame, curves: pd.DataFrame, histograms: pd.DataFrame, check: pd.DataFrame
) -> Facts:
    """The facts of a run's frames (see `experiment.Result`)."""
    means = final.groupby("std")["accuracy"].mean().sort_index()
    left, right = plateau(means.to_numpy())
    on, above = means.iloc[left : right + 1], means.iloc[right + 1 :]
    fallen = above[above < means.max() / 2]
    spread = spreads(after_training(histograms))
    off = (check["std_measured"] / check["std"] - 1).abs()
    return Facts(
        first=float(on.index[0]),
        last=float(on.index[-1]),
        worst=float(on.min()),
        best=float(on.max()),
        low=float(means.index[0]),
        bottom=float(means.iloc[0]),
        high=float(means.index[-1]),
        top=float(means.iloc[-1]),
        halved=float(fallen.index[0]) if len(fallen) else None,
        halved_accuracy=float(fallen.iloc[0]) if len(fallen) else None,
        untrained=float(curves.query("epoch == 0 and split == 'test'")["accuracy"].mean()),
        lost=int(final["diverged"].sum()),
        networks=len(final),
        n_seeds=int(final["seed"].nunique()),
        spread_low=float(spread.iloc[0]),
        spread_high=float(spread.iloc[-1]),
        off_large=float(off[check["n"] >= 1000].max()),
        off_small=float(off[(check["n"] < 100) & (check["n"] > 1)].max()),
    )


def plateau(means: np.ndarray) -> tuple[int, int]:
    """First and last position of the run of means around the best one that are near it."""
    near = means >= means.max() - PLATEAU
    left = right = int(np.argmax(means))
    while left > 0 and near[left - 1]:
        left -= 1
    while right < len(near) - 1 and near[right + 1]:
        right += 1
    return left, right


def after_training(histograms: pd.DataFrame) -> pd.DataFrame:
    """The bins after training with their middle (`value`) and the share of the weights in them."""
    data = histograms[histograms["stage"] == "after"].copy()
    data["value"] = (data["bin_left"] + data["bin_right"]) / 2
    data["share"] = data["count"] / data.groupby("std")["count"].transform("sum").clip(lower=1)
    return data


def spreads(data: pd.DataFrame) -> pd.Series:
    """Standard deviation of the weights by initial std, from the shares of a histogram."""
    weighted = data.assign(
        square=data["value"] ** 2 * data["share"], mean=data["value"] * data["share"]
    )
    sums = weighted.groupby("std")[["square", "mean"]].sum()
    return np.sqrt(sums["square"] - sums["mean"] ** 2)

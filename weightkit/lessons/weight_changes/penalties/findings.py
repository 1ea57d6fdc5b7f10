"""What no regularization, L2 and L1 did to accuracy and weights, as typed facts."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from ...settings import LAST
from ..config import BEYOND_GUESSING, REGULARISATIONS

SAME = 0.02  # condition numbers that differ by less, relatively, are not called different


@dataclass(frozen=True)
class Run:
    """One regularization: mean accuracy of the last epochs (nan: all diverged), and the median
    shares of weights near zero and exactly zero, over networks and layers; kappa: median condition
    number by layer."""

    name: str
    train: float
    test: float
    near_zero: float
    zero: float
    kappa: tuple[tuple[str, float], ...]

    @property
    def gap(self) -> float:
        """The lead of training over test accuracy."""
        return self.train - self.test


@dataclass(frozen=True)
class Facts:
    """runs: none, L2, L1; guessing: training accuracy of a constant answer, or of untrained
    networks if that is higher;
    averaged: epochs of which accuracies are means."""

    runs: tuple[Run, ...]
    guessing: float
    averaged: int
    networks: int

    def of(self, name: str) -> Run:
        return next(run for run in self.runs if run.name == name)

    def learned(self, name: str) -> bool:
        """Whether these networks are clearly better on the training set than guessing (what
        diverged is not).
        """
        return self.of(name).train >= self.guessing + BEYOND_GUESSING

    def layers(self, name: str, lower: bool) -> tuple[str, ...]:
        """The layers whose median kappa is lower (or higher) under a regularization than without,
        by more than 2 %.
        """
        free = dict(self.of("none").kappa)
        pairs = [(layer, kappa, free[layer]) for layer, kappa in self.of(name).kappa]
        return tuple(
            layer
            for layer, kappa, plain in pairs
            if not math.isclose(kappa, plain, rel_tol=SAME)
            and (kappa < plain if lower else kappa > plain)
        )


def facts(curves: pd.DataFrame, final: pd.DataFrame, commonest: float) -> Facts:
    """The facts of a run's frames (see `experiment.Comparison`)."""
    lost = curves.groupby(["regularization", "seed"])["diverged"].transform("max")
    last = curves[(curves["epoch"] > max(0, curves["epoch"].max() - LAST)) & ~lost]
    ends = last.pivot_table("accuracy", "regularization", "split").reindex(list(REGULARISATIONS))
    shares = final.groupby("regularization")[["share_near_zero", "share_zero"]].median()
    start = curves[(curves["epoch"] == 0) & (curves["split"] == "train")]
    return Facts(
        tuple(_run(name, ends, shares, final) for name in REGULARISATIONS),
        max(commonest, float(start["accuracy"].mean())),
        min(LAST, int(curves["epoch"].max())),
        int(curves["seed"].nunique()),
    )


def _run(name: str, ends: pd.DataFrame, shares: pd.DataFrame, final: pd.DataFrame) -> Run:
    train, test = (
        float(ends[split][name]) if split in ends else math.nan for split in ("train", "test")
    )
    near, zero = (float(shares[column][name]) for column in ("share_near_zero", "share_zero"))
    return Run(name, train, test, near, zero, _kappa(final[final["regularization"] == name]))


def _kappa(final: pd.DataFrame) -> tuple[tuple[str, float], ...]:
    medians = final.groupby("layer", sort=False)["condition_number"].median()
    return tuple((str(layer), float(value)) for layer, value in medians.items())

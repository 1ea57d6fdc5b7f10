"""Who is ahead in a contest, as typed facts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ... import comparisons
from .config import METRICS

ALPHA = 0.05
FORMS = {"train_loss": ".4g", "train_accuracy": ".1%", "test_accuracy": ".1%"}
"""How a mean is printed: means that look the same are not called different."""

SHAPES = {"zeros": None, "ones": None, "constant": None, "pytorch_default": "uniform"}
"""The distribution of schemes whose name does not end with it (None: a single value)."""


def holm(ps: Sequence[float]) -> list[float]:
    """p-values corrected for their number; all NaN where one is."""
    return [math.nan] * len(ps) if any(map(math.isnan, ps)) else comparisons.holm(ps)


@dataclass(frozen=True)
class Comparison:
    """One metric: the mean of each scheme, and the first's minus the second's with its 95%
    interval.

    p: corrected for the number of metrics. All but the means NaN where nothing was tested.
    """

    metric: str
    first: float
    second: float
    difference: float
    low: float
    high: float
    p: float

    @property
    def printed(self) -> tuple[str, str]:
        """The two means as they are printed."""
        return format(self.first, FORMS[self.metric]), format(self.second, FORMS[self.metric])

    @property
    def sure(self) -> bool:
        """Whether the difference is more than luck explains, and can be seen in what is printed."""
        return self.p < ALPHA and self.printed[0] != self.printed[1]


@dataclass(frozen=True)
class Facts:
    """first, second: the schemes; n: runs of each; epochs: of the training; lost: (scheme, networks
    that diverged), where there are any nothing was tested; loss, train, test: the training loss and
    the two accuracies; start: the mean training loss of each scheme before training; n_test:
    samples in the test set.
    """

    first: str
    second: str
    n: int
    epochs: int
    lost: tuple[tuple[str, int], ...]
    loss: Comparison
    train: Comparison
    test: Comparison
    start: tuple[float, float]
    n_test: int

    @property
    def schemes(self) -> tuple[str, str]:
        return self.first, self.second

    @property
    def tested(self) -> bool:
        """Whether there was a test: no network diverged."""
        return not any(n for _, n in self.lost)

    @property
    def fits_better(self) -> str | None:
        """The scheme with the lower training loss; None: no difference shows."""
        return (self.second if self.loss.difference > 0 else self.first) if self.loss.sure else None

    @property
    def ahead(self) -> str | None:
        """The scheme with the higher test accuracy; None: no difference shows."""
        return (self.first if self.test.difference > 0 else self.second) if self.test.sure else None

    @property
    def two_things(self) -> bool:
        """Whether the schemes differ both in the formula of the variance and in the distribution
        they draw from.
        """
        one, other = map(distribution, self.schemes)
        formulas = {scheme.split("_")[0] for scheme in self.schemes}
        return None not in (one, other) and one != other and len(formulas) == 2

    def of(self, metric: str) -> Comparison:
        """The comparison of one of METRICS."""
        return dict(zip(METRICS, (self.loss, self.train, self.test), strict=True))[metric]

    def gaps(self) -> tuple[float, float]:
        """Training accuracy minus test accuracy of each scheme."""
        return self.train.first - self.test.first, self.train.second - self.test.second


def distribution(scheme: str) -> str | None:
    """What a scheme draws from: normal, uniform, orthogonal; None: it is a single value."""
    return SHAPES[scheme] if scheme in SHAPES else scheme.split("_")[-1]


def facts(curves: pd.DataFrame, final: pd.DataFrame, tests: pd.DataFrame, n_test: int) -> Facts:
    """The facts of a run's frames (see `experiment.Result`); the first scheme of `final` is the
    tests' first sample.
    """
    first, second = dict.fromkeys(final["init"])
    means = final.groupby("init")[list(METRICS)].mean()
    table = tests.set_index("metric")
    corrected = dict(zip(METRICS, holm([float(table.loc[m, "p"]) for m in METRICS]), strict=True))
    loss, train, test = (
        Comparison(
            metric=metric,
            first=float(means.loc[first, metric]),
            second=float(means.loc[second, metric]),
            difference=float(table.loc[metric, "difference"]),
            low=float(table.loc[metric, "ci_low"]),
            high=float(table.loc[metric, "ci_high"]),
            p=corrected[metric],
        )
        for metric in METRICS
    )
    lost = final["train_loss"].isna().groupby(final["init"]).sum()
    begin = curves[(curves["epoch"] == 0) & (curves["split"] == "train")].groupby("init")["loss"]
    before = begin.mean()
    return Facts(
        first=first,
        second=second,
        n=int((final["init"] == first).sum()),
        epochs=int(curves["epoch"].max()),
        lost=tuple((scheme, int(lost[scheme])) for scheme in (first, second)),
        loss=loss,
        train=train,
        test=test,
        start=(float(before[first]), float(before[second])),
        n_test=n_test,
    )


@dataclass(frozen=True)
class Gap:
    """One scheme at the last epoch of some learning curves: test minus training loss, or training
    minus test accuracy, of the mean over the networks that have not diverged."""

    scheme: str
    train: float
    test: float
    gap: float
    lost: int


def gaps(curves: pd.DataFrame, measure: str) -> tuple[Gap, ...]:
    """Of each scheme that has a network left at the last epoch of `curves`."""
    last = curves[curves["epoch"] == curves["epoch"].max()]
    found = []
    for scheme, rows in last.groupby("init", sort=False):
        kept = rows[~rows["diverged"] & np.isfinite(rows[measure])]
        means = kept.groupby("split")[measure].mean()
        if {"train", "test"} <= set(means.index):
            train, test = float(means["train"]), float(means["test"])
            gap = test - train if measure == "loss" else train - test
            lost = rows["seed"].nunique() - kept["seed"].nunique()
            found.append(Gap(str(scheme), train, test, gap, int(lost)))
    return tuple(found)

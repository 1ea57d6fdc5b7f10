"""Who is ahead in a contest, as typed facts."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from .config import METRICS

ALPHA = 0.05


@dataclass(frozen=True)
class Comparison:
    """One metric: the mean of each scheme, and the first's minus the second's with its 95 % interval.

    All but the means NaN where nothing was tested.
    """

    first: float
    second: float
    difference: float
    low: float
    high: float
    p: float

    @property
    def sure(self) -> bool:
        """Whether the difference is more than luck explains."""
        return self.p < ALPHA


@dataclass(frozen=True)
class Facts:
    """first, second: the schemes; n: runs of each; lost: (scheme, networks that diverged), where there are any nothing was
    tested; loss, train, test: the training loss and the two accuracies; n_test: samples in the test set.
    """

    first: str
    second: str
    n: int
    lost: tuple[tuple[str, int], ...]
    loss: Comparison
    train: Comparison
    test: Comparison
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

    def of(self, metric: str) -> Comparison:
        """The comparison of one of METRICS."""
        return dict(zip(METRICS, (self.loss, self.train, self.test), strict=True))[metric]

    def gap(self, scheme: str) -> float:
        """Training accuracy minus test accuracy."""
        train, test = (
            (self.train.first, self.test.first)
            if scheme == self.first
            else (self.train.second, self.test.second)
        )
        return train - test


def facts(final: pd.DataFrame, tests: pd.DataFrame, n_test: int) -> Facts:
    """The facts of a run's frames (see `experiment.Result`); the first scheme of `final` is the tests' first sample."""
    first, second = dict.fromkeys(final["init"])
    means = final.groupby("init")[list(METRICS)].mean()
    table = tests.set_index("metric")
    columns = ["difference", "ci_low", "ci_high", "p"]
    loss, train, test = (
        Comparison(
            float(means.loc[first, metric]),
            float(means.loc[second, metric]),
            *(float(number) for number in table.loc[metric, columns]),
        )
        for metric in METRICS
    )
    lost = final["train_loss"].isna().groupby(final["init"]).sum()
    n = int((final["init"] == first).sum())
    return Facts(
        first,
        second,
        n,
        tuple((scheme, int(lost[scheme])) for scheme in (first, second)),
        loss,
        train,
        test,
        n_test,
    )

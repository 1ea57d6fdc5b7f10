"""What is true of the learning rates of one run."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from .config import MUP, STANDARD

if TYPE_CHECKING:
    import pandas as pd

    from .experiment import WidthResult

CARRIES = 1.25  # a tuned rate carries over if the loss is at most so many times the best one


class Outcome(Enum):
    """The standard parametrisation's best rate at the largest width, beside that of the base."""

    SMALLER = "smaller"
    SAME = "the same"
    LARGER = "larger"
    NOTHING = "at one of the two no network has a finite loss"


@dataclass(frozen=True)
class Parametrisation:
    """best: {width: the learning rate with the least mean training loss over seeds}, nan where no
    loss is finite; tuned: the best rate at the base; loss, least: the mean loss of the largest
    width at the tuned rate, and at its own best one; edge: whether a best rate is the smallest or
    largest of the scan.
    """

    best: dict[int, float]
    tuned: float
    loss: float
    least: float
    edge: bool

    @property
    def carries(self) -> bool:
        return self.loss <= CARRIES * self.least

    @property
    def halvings(self) -> float:
        """How often the tuned rate is halved on the way to the largest width's best one."""
        return math.log2(self.tuned / self.best[max(self.best)])


@dataclass(frozen=True)
class Facts:
    """base, largest: widths; rates: of the scan, the smallest first; lost of networks diverged."""

    standard: Parametrisation
    mup: Parametrisation
    base: int
    largest: int
    rates: tuple[float, ...]
    n_seeds: int
    networks: int
    lost: int

    @property
    def outcome(self) -> Outcome:
        small, large = self.standard.tuned, self.standard.best[self.largest]
        if math.isnan(small) or math.isnan(large):
            return Outcome.NOTHING
        if large < small:
            return Outcome.SMALLER
        return Outcome.SAME if large == small else Outcome.LARGER


def facts(result: WidthResult, base: int) -> Facts:
    """The facts of a run."""
    final = result.final
    return Facts(
        standard=_one(final[final["parametrisation"] == STANDARD], base),
        mup=_one(final[final["parametrisation"] == MUP], base),
        base=base,
        largest=int(final["width"].max()),
        rates=tuple(sorted(set(final["learning_rate"]))),
        n_seeds=int(final["seed"].nunique()),
        networks=len(final),
        lost=int(final["diverged"].sum()),
    )


def means(final: pd.DataFrame) -> pd.DataFrame:
    """[parametrisation, width, learning_rate, train_loss]: means over seeds; where one network has
    diverged, or has no finite loss, the mean is infinite.
    """
    loss = final["train_loss"].where(~final["diverged"], math.inf).fillna(math.inf)
    keys = ["parametrisation", "width", "learning_rate"]
    return (
        final.assign(train_loss=loss).groupby(keys, sort=False)["train_loss"].mean().reset_index()
    )


def good(final: pd.DataFrame) -> pd.DataFrame:
    """The rows of `means` within CARRIES of the least loss of their width; `best`: whether it is
    the least, the smallest rate of equal ones.
    """
    table = means(final)
    table = table[table["train_loss"].lt(math.inf)]
    groups = table.groupby(["parametrisation", "width"], sort=False)["train_loss"]
    near = table[table["train_loss"] <= CARRIES * groups.transform("min")]
    first = near.groupby(["parametrisation", "width"], sort=False)["train_loss"].idxmin()
    return near.assign(best=near.index.isin(first)).reset_index(drop=True)


def _one(final: pd.DataFrame, base: int) -> Parametrisation:
    table = means(final).pivot(index="learning_rate", columns="width", values="train_loss")
    best = {
        int(width): float(losses.idxmin()) if math.isfinite(losses.min()) else math.nan
        for width, losses in table.items()
    }
    largest = max(best)
    tuned = best[base]
    ends = {float(table.index.min()), float(table.index.max())}
    return Parametrisation(
        best,
        tuned,
        math.nan if math.isnan(tuned) else float(table[largest][tuned]),
        float(table[largest].min()),
        any(rate in ends for rate in best.values()),
    )

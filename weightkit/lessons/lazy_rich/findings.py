"""What a run shows, as typed facts."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from .experiment import Result

NEAR = 0.05  # test accuracies this near to the best count as level with it
FITTED = 0.99  # of the training examples, at least, by the mean over seeds


class Outcome(Enum):
    """What became of the largest start, beside the best one."""

    NOTHING = "no start learns more than the commonest answer"
    BY_HEART = "it fits the training set, and its test accuracy is more than NEAR below the best"
    UNFINISHED = "it is more than NEAR below the best, and has not fitted the training set"
    LEVEL = "its test accuracy is near the best"


@dataclass(frozen=True)
class Scale:
    """Means over the seeds of one k after the last step; accuracies are fractions.

    moved: over the networks that have not diverged, nan where there is none; lost: how many have.
    """

    k: float
    train: float
    test: float
    moved: float
    lost: int

    @property
    def fitted(self) -> bool:
        return self.train >= FITTED


@dataclass(frozen=True)
class Facts:
    """scales: by k; chance: of always giving the commonest answer, test split; n_train, n_test:
    examples.
    """

    scales: tuple[Scale, ...]
    chance: float
    n_train: int
    n_test: int
    n_seeds: int

    @property
    def low(self) -> Scale:
        return self.scales[0]

    @property
    def high(self) -> Scale:
        return self.scales[-1]

    @property
    def best(self) -> Scale:
        """The k of the highest mean test accuracy; of equal ones the smallest."""
        return max(self.scales, key=lambda s: s.test)

    @property
    def networks(self) -> int:
        return len(self.scales) * self.n_seeds

    @property
    def lost(self) -> int:
        return sum(s.lost for s in self.scales)

    @property
    def fall(self) -> float:
        """How far the largest k ends below the best."""
        return self.best.test - self.high.test

    @property
    def falls_below(self) -> bool:
        """Whether the smallest k ends further below the best than NEAR."""
        return self.low.test < self.best.test - NEAR

    @property
    def all_fitted(self) -> bool:
        return all(s.fitted for s in self.scales)

    @property
    def moves_less(self) -> bool:
        """Whether each larger k has moved less, of its size, than the one before."""
        moved = [s.moved for s in self.scales]
        return all(a > b for a, b in zip(moved, moved[1:], strict=False))

    @property
    def outcome(self) -> Outcome:
        if not self.best.test > self.chance + NEAR:
            return Outcome.NOTHING
        if self.fall <= NEAR:
            return Outcome.LEVEL
        return Outcome.BY_HEART if self.high.fitted else Outcome.UNFINISHED


def facts(result: Result) -> Facts:
    """The facts of a run."""
    final = result.final
    sizes = result.sizes.set_index("split")["n"]
    return Facts(
        scales=tuple(_scale(float(k), rows) for k, rows in final.groupby("scale")),
        chance=float(result.chance.set_index("split")["share"]["test"]),
        n_train=int(sizes["train"]),
        n_test=int(sizes["test"]),
        n_seeds=int(final["seed"].nunique()),
    )


def _scale(k: float, rows: pd.DataFrame) -> Scale:
    moved = [m for m in rows.loc[~rows["diverged"], "moved"] if math.isfinite(m)]
    return Scale(
        k=k,
        train=float(rows["train_accuracy"].mean()),
        test=float(rows["test_accuracy"].mean()),
        moved=sum(moved) / len(moved) if moved else math.nan,
        lost=int(rows["diverged"].sum()),
    )

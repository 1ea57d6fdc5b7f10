"""What the map shows, as typed facts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from ..chance import at_chance, share_of


@dataclass(frozen=True)
class Row:
    """One row of the map: a scheme, or (by "std") a standard deviation of normal weights.

    learned: the depths at which the mean over seeds is more than halfway from chance to 100 %;
    reach: the largest of them (0: none); low, high: test accuracies of the deepest networks,
        fractions; stuck: none of those beats chance.
    """

    init: str
    std: float
    learned: tuple[int, ...]
    low: float
    high: float
    stuck: bool

    @property
    def reach(self) -> int:
        """The largest depth at which it still learns; 0 where it never does."""
        return max(self.learned, default=0)


@dataclass(frozen=True)
class Facts:
    """One map. by: "scheme" or "std"; depths, stds: ascending; epochs: of training; chance: the
    commonest class's share of the test set.
    """

    by: str
    depths: tuple[int, ...]
    stds: tuple[float, ...]
    n_seeds: int
    epochs: int
    chance: float
    rows: tuple[Row, ...]

    @property
    def row(self) -> str:
        """The column of the frame that names a row."""
        return "init" if self.by == "scheme" else "std"


def facts(table: pd.DataFrame, chance: pd.DataFrame, by: str, epochs: int) -> Facts:
    """The facts of a run's frames (see `experiment.MapResult`)."""
    share, deepest = share_of(chance), int(table["depth"].max())
    groups: Any = table.groupby("init" if by == "scheme" else "std", sort=False)
    return Facts(
        by=by,
        depths=tuple(sorted(set(table["depth"]))),
        stds=tuple(sorted(set(table["std"]))),
        n_seeds=int(table["seed"].nunique()),
        epochs=epochs,
        chance=share,
        rows=tuple(_row(one, share, deepest) for _, one in groups),
    )


def _row(one: pd.DataFrame, share: float, deepest: int) -> Row:
    mean = one.groupby("depth")["accuracy"].mean()
    ends = one[one["depth"] == deepest]["accuracy"]
    return Row(
        init=str(one["init"].iloc[0]),
        std=float(one["std"].iloc[0]),
        learned=tuple(int(depth) for depth in mean.index[mean > share + (1 - share) / 2]),
        low=float(ends.min()),
        high=float(ends.max()),
        stuck=at_chance(ends, share),
    )

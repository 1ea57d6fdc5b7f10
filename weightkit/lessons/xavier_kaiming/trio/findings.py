"""What makes the difference between the course's two schemes, as typed facts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import pandas as pd

from ..contest.findings import ALPHA, holm


class Part(Enum):
    """What two schemes differ in."""

    FORMULA = "the formula alone"
    BOTH = "formula and shape"
    SHAPE = "the shape alone"


@dataclass(frozen=True)
class Pair:
    """Two schemes: the difference of their mean training losses, first minus second, with its 95%
    interval.

    p: corrected for the number of pairs. All NaN: nothing was tested.
    """

    part: Part
    first: str
    second: str
    difference: float
    low: float
    high: float
    p: float

    @property
    def sure(self) -> bool:
        return self.p < ALPHA


@dataclass(frozen=True)
class Facts:
    """The three pairs, as in the frame."""

    pairs: tuple[Pair, ...]

    @property
    def tested(self) -> bool:
        """Whether there was a test: no network diverged."""
        return all(pair.p == pair.p for pair in self.pairs)

    def of(self, part: Part) -> Pair:
        return next(pair for pair in self.pairs if pair.part is part)


def facts(tests: pd.DataFrame) -> Facts:
    """The facts of a run's frame `tests` (see `experiment.Apart`)."""
    rows = tests[tests["metric"] == "train_loss"]
    corrected = holm([float(p) for p in rows["p"]])
    return Facts(
        tuple(
            Pair(
                part=part_of(r.first, r.second),
                first=r.first,
                second=r.second,
                difference=r.difference,
                low=r.ci_low,
                high=r.ci_high,
                p=p,
            )
            for r, p in zip(rows.itertuples(), corrected, strict=True)
        )
    )


def part_of(first: str, second: str) -> Part:
    """What two schemes differ in: their name is formula_shape."""
    formula, shape = (a != b for a, b in zip(first.split("_"), second.split("_"), strict=True))
    return Part.BOTH if formula and shape else Part.FORMULA if formula else Part.SHAPE

"""One layer looked at closely, as typed facts: the rows of its weight matrix, and its numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

# units (rows) and inputs (columns) this near to each other, of the longest one, count as one
SAME = 1e-4


def matrix(parameters: pd.DataFrame, condition: str, layer: str, stage: str) -> np.ndarray:
    """W of one layer, (fan_out, fan_in), from the long frame."""
    data = parameters[(parameters["condition"] == condition) & (parameters["layer"] == layer)]
    data = data[data["stage"] == stage]
    weights = data[data["parameter"] == "weight"].sort_values("index")["value"].to_numpy()
    return weights.reshape(int((data["parameter"] == "bias").sum()), -1)


def distinct_rows(w: np.ndarray) -> int:
    """Rows that differ from every row before them by more than SAME of the longest; 0 where not
    finite.
    """
    if not np.isfinite(w).all():
        return 0
    squares = (w * w).sum(1)
    distances = squares[:, None] + squares - 2 * w @ w.T
    return int((~np.tril(distances <= SAME**2 * squares.max(), -1).any(1)).sum())


@dataclass(frozen=True)
class Look:
    """W of one layer, n x m: how many of its rows and columns differ, before and after training.

    equal: all numbers were equal before training; moved: rows that training has changed; finite:
        after it.
    """

    n: int
    m: int
    equal: bool
    rows_before: int
    rows: int
    columns_before: int
    columns: int
    moved: int
    finite: bool


def look(before: np.ndarray, after: np.ndarray) -> Look:
    """What the microscope shows of a weight matrix."""
    n, m = after.shape
    return Look(
        n=n,
        m=m,
        equal=bool(np.ptp(before) == 0),
        rows_before=distinct_rows(before),
        rows=distinct_rows(after),
        columns_before=distinct_rows(before.T),
        columns=distinct_rows(after.T),
        moved=int((before != after).any(1).sum()),
        finite=bool(np.isfinite(after).all()),
    )


@dataclass(frozen=True)
class Numbers:
    """n numbers, of which `finite` are finite; of those the lowest, the highest and the standard
    deviation.

    same: they are one value, up to rounding.
    """

    n: int
    finite: int
    low: float
    high: float
    std: float

    @property
    def same(self) -> bool:
        """Whether they are one value."""
        return self.high - self.low <= SAME * max(abs(self.low), abs(self.high))


def numbers(values: pd.Series) -> Numbers:
    """What a parameter's numbers are like."""
    finite = values[np.isfinite(values)]
    if finite.empty:
        return Numbers(len(values), 0, np.nan, np.nan, np.nan)
    low, high, std = float(finite.min()), float(finite.max()), float(finite.std(ddof=0))
    return Numbers(len(values), len(finite), low, high, std)

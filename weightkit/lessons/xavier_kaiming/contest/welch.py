"""Welch's t-test of two samples, and of two schemes in every metric of a contest."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
import pandas as pd

from ....lazy import special
from .config import METRICS

CONFIDENCE = 0.95


def compared(final: pd.DataFrame, first: str, second: str) -> pd.DataFrame:
    """[metric, t, p, difference, ci_low, ci_high]: Welch's test of the two schemes for each of
    METRICS.
    """
    a, b = (final[final["init"] == init] for init in (first, second))
    rows = [(metric, *welch(a[metric], b[metric])) for metric in METRICS]
    return pd.DataFrame(rows, columns=["metric", "t", "p", "difference", "ci_low", "ci_high"])


def welch(a: Iterable[float], b: Iterable[float]) -> tuple[float, float, float, float, float]:
    """(t, p, difference, ci_low, ci_high) of Welch's t-test (Welch 1947) of two samples of at least
    two numbers.

    difference = mean(a) - mean(b), with its 95% confidence interval. A number that is not finite
    makes all five NaN. Where one sample has no variance, its mean counts as known: the formula
    becomes a one-sample test of the other. Where neither has any, the difference is certain: p is 1
    and t 0 where it is zero, else p is 0 and t infinite. With scipy.special's t distribution:
    scipy.stats would take 45 MB of a small server. A test holds the two equal.
    """
    x, y = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        return (math.nan,) * 5
    difference = float(x.mean() - y.mean())
    if _constant(x) and _constant(y):
        if _constant(np.concatenate([x, y])):
            return 0.0, 1.0, 0.0, 0.0, 0.0
        return math.copysign(math.inf, difference), 0.0, difference, difference, difference
    one, two = (0.0 if _constant(z) else float(z.var(ddof=1)) / len(z) for z in (x, y))
    freedom = (one + two) ** 2 / (
        one**2 / (len(x) - 1) + two**2 / (len(y) - 1)
    )  # Welch 1947, the approximate degrees of freedom
    t, half = (
        difference / math.sqrt(one + two),
        special.stdtrit(freedom, (1 + CONFIDENCE) / 2) * math.sqrt(one + two),
    )
    return (
        t,
        float(2 * special.stdtr(freedom, -abs(t))),
        difference,
        float(difference - half),
        float(difference + half),
    )


def _constant(sample: np.ndarray) -> bool:
    """No variance, up to rounding in the last digits (from which a p-value could be computed all
    the same).
    """
    return bool(np.ptp(sample) <= 1e-12 * np.abs(sample).max())

"""Several comparisons of one run at once."""

from __future__ import annotations

import math
from collections.abc import Sequence


def holm(ps: Sequence[float]) -> list[float]:
    """p-values corrected for their number (Holm 1979); nan, which was no test, stays and is not
    counted.
    """
    order = sorted((i for i, p in enumerate(ps) if not math.isnan(p)), key=lambda i: ps[i])
    corrected, least = list(ps), 0.0
    for rank, i in enumerate(order):
        least = max(least, min(1.0, (len(order) - rank) * ps[i]))
        corrected[i] = least
    return corrected

"""How this lesson writes cosines and bounds."""

from __future__ import annotations

import math

from ...charts.words import scientific


def cosine(value: float) -> str:
    """0.36, −0.01, 0.00."""
    return f"{round(value, 2) + 0.0:.2f}".replace("-", "−")


def bound(value: float) -> str:
    """A positive number as one digit and a power of ten, rounded up: 4 × 10⁻⁶."""
    step = 10.0 ** math.floor(math.log10(value))
    return scientific(math.ceil(value / step - 1e-9) * step)

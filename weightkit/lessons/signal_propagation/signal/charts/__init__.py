"""Charts of one pass through a deep network: the signal and its gradient, layer by layer, with the
theory on top.
"""

from .parts import factors, factors_title, flat, gain
from .passes import LOWER, live, pass_title, signal

__all__ = [
    "LOWER",
    "factors",
    "factors_title",
    "flat",
    "gain",
    "live",
    "pass_title",
    "signal",
]

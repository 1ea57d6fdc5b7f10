"""Charts of the same random numbers drawn twice (part 6).

Networks a and b of one seed may lie exactly on each other. So a is broad and pale, b thin and drawn
over it: a thin line inside a broad one is two networks that are equal, and where they part, both
are seen.
"""

from .learning import live, training
from .networks import differences, weights
from .ways import SHOWN_CALLS, calls, checks

__all__ = ["SHOWN_CALLS", "calls", "checks", "differences", "live", "training", "weights"]

"""What the signal-propagation experiments share: the schemes that the theory is about, and how each is asked for."""

from __future__ import annotations

import math
from typing import Any

from ..activations import SLOPE
from ..initializers import INITIALIZERS, Spec, parse_spec

SAME_VALUE = ("zeros", "ones", "constant")
RANDOM = tuple(name for name in INITIALIZERS if name not in SAME_VALUE)
"""The schemes that draw random numbers."""


def spec(config: Any, init: str) -> Spec:
    """What `initialize_` needs for a scheme: config.std where it takes a std, the leaky ReLU's slope for Kaiming."""
    takes = INITIALIZERS[init].parameter
    if takes == "std":
        return init, config.std
    if takes == "negative_slope" and config.activation == "leaky_relu":
        return init, SLOPE
    return init


def decades(config: Any, one: Spec) -> float:
    """How many powers of ten a signal loses in each layer of config.width units, on the way there or back; 0 where none."""
    scheme, value = parse_spec(one)
    slope = {"relu": 0.5, "leaky_relu": 0.5, "sigmoid": 1 / 16}.get(config.activation, 1.0)  # mean square
    kept = scheme.std(config.width, config.width, value) * math.sqrt(slope * config.width)
    return max(0.0, -math.log10(kept)) if kept else 0.0

"""What the signal-propagation experiments share: the schemes that the theory is about, and how each is asked for."""

from __future__ import annotations

from typing import Any

from ..activations import SLOPE
from ..initializers import INITIALIZERS, Spec

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

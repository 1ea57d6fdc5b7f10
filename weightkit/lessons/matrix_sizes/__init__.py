"""Part 1: the sizes of weight matrices, the chain they form, and the dot product behind one
unit.
"""

from typing import TYPE_CHECKING

from ...lazy import later
from ..views import View
from . import broken_chain, network
from .config import BROKEN, PRESETS, Config, parse_chain, parse_sizes

if TYPE_CHECKING:
    from .broken_chain.findings import mend
    from .experiment import Result, check_chain, layer_shapes, run, torch_error

__all__ = [
    "BROKEN",
    "PRESETS",
    "VIEWS",
    "Config",
    "Result",
    "broken_chain",
    "check_chain",
    "layer_shapes",
    "mend",
    "network",
    "parse_chain",
    "parse_sizes",
    "run",
    "torch_error",
]
VIEWS = (View("", "Network", network), View("", "Broken chain", broken_chain))

__getattr__ = later(
    __name__,
    **{
        "experiment": "Result check_chain layer_shapes run torch_error",
        "broken_chain.findings": "mend",
    },
)

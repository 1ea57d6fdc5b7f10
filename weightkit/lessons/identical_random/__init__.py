"""Part 6: the same random numbers twice. Four copies of a 2-8-1-1 network, two of them drawn from
the same seed.
"""

from typing import TYPE_CHECKING

from ...lazy import later
from .config import BIASES, DATASETS, DRAW_ORDERS, PRESETS, WEIGHTS, Config

if TYPE_CHECKING:
    from . import charts, experiment, findings
    from .experiment import Result, make, make_data, run
    from .story import ask, tell

__all__ = [
    "BIASES",
    "DATASETS",
    "DRAW_ORDERS",
    "PRESETS",
    "WEIGHTS",
    "Config",
    "Result",
    "ask",
    "charts",
    "experiment",
    "findings",
    "make",
    "make_data",
    "run",
    "tell",
]
__getattr__ = later(
    __name__,
    experiment="Result make make_data run",
    story="ask tell",
    charts="",
    findings="",
)

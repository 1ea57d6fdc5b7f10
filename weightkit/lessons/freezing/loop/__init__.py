"""The notes' loop that should freeze layers, the loop that was meant, and what PyTorch's optimizers
do with leftovers.
"""

from typing import TYPE_CHECKING

from ....lazy import later
from .config import EPOCHS, FLAVOURS, FROZEN, LOOPS, LoopConfig, source

if TYPE_CHECKING:
    from . import charts, experiment, findings
    from .experiment import Result, compare_loops, leftovers, run
    from .story import ask, tell

__all__ = [
    "EPOCHS",
    "FLAVOURS",
    "FROZEN",
    "LOOPS",
    "LoopConfig",
    "Result",
    "ask",
    "charts",
    "compare_loops",
    "experiment",
    "findings",
    "leftovers",
    "run",
    "source",
    "tell",
]
__getattr__ = later(
    __name__,
    experiment="Result compare_loops leftovers run",
    story="ask tell",
    charts="",
    findings="",
)

"""Transfer learning: what a network has learned on one task, carried over to another with few
labelled examples.
"""

from typing import TYPE_CHECKING

from ....lazy import later
from .config import PRESETS, TASKS, TRANSFERS, TransferConfig

if TYPE_CHECKING:
    from . import charts, experiment, findings
    from .experiment import TransferResult, run, transfer
    from .story import ask, tell

__all__ = [
    "TASKS",
    "TRANSFERS",
    "PRESETS",
    "TransferConfig",
    "TransferResult",
    "ask",
    "charts",
    "experiment",
    "findings",
    "run",
    "tell",
    "transfer",
]
__getattr__ = later(
    __name__, experiment="TransferResult run transfer", story="ask tell", charts="", findings=""
)

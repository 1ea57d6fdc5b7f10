"""Part 7: switching learning off. Freezing schedules side by side, the notes' loop, transfer
learning.
"""

from typing import TYPE_CHECKING

from ...lazy import later
from ..views import View
from . import loop, schedules, transfer_learning
from .config import HIDDEN, LAYERS, PARAMETERS
from .loop import LOOPS, LoopConfig, source
from .schedules import (
    BIASES,
    CONDITIONS,
    FC1,
    HALF,
    NOTHING,
    OWN,
    PRESETS,
    WEIGHTS,
    Config,
    format_schedule,
    parse_schedule,
)
from .transfer_learning import TASKS, TRANSFER_PRESETS, TRANSFERS, TransferConfig

if TYPE_CHECKING:
    from .loop.experiment import compare_loops, leftovers
    from .schedules.experiment import Result, freezes, run
    from .transfer_learning.experiment import TransferResult, transfer

VIEWS = (
    View("", "Schedules", schedules),
    View("", "The loop", loop),
    View("transfer", "Transfer", transfer_learning),
)

__all__ = [
    "BIASES",
    "CONDITIONS",
    "FC1",
    "HALF",
    "HIDDEN",
    "LAYERS",
    "LOOPS",
    "NOTHING",
    "OWN",
    "PARAMETERS",
    "PRESETS",
    "TASKS",
    "TRANSFERS",
    "TRANSFER_PRESETS",
    "VIEWS",
    "WEIGHTS",
    "Config",
    "LoopConfig",
    "Result",
    "TransferConfig",
    "TransferResult",
    "compare_loops",
    "format_schedule",
    "freezes",
    "leftovers",
    "loop",
    "parse_schedule",
    "run",
    "schedules",
    "source",
    "transfer",
    "transfer_learning",
]

__getattr__ = later(
    __name__,
    **{
        "schedules.experiment": "Result freezes run",
        "loop.experiment": "compare_loops leftovers",
        "transfer_learning.experiment": "TransferResult transfer",
    },
)

"""Part 7: switching learning off. Freezing schedules side by side, the notes' loop, a frozen
BatchNorm, transfer learning.
"""

from typing import TYPE_CHECKING

from ...lazy import later
from ..views import View
from . import batchnorm, loop, schedules, transfer_learning
from .batchnorm import BatchNormConfig
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
from .transfer_learning import PRESETS as TRANSFER_PRESETS
from .transfer_learning import TASKS, TRANSFERS, TransferConfig

if TYPE_CHECKING:
    from .batchnorm.experiment import freeze_norm
    from .loop.experiment import compare_loops, leftovers
    from .schedules.experiment import Result, freezes, run
    from .transfer_learning.experiment import TransferResult, transfer

VIEWS = (
    View("", "Schedules", schedules),
    View("", "The loop", loop),
    View("norm", "BatchNorm", batchnorm),
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
    "BatchNormConfig",
    "Config",
    "LoopConfig",
    "Result",
    "TransferConfig",
    "TransferResult",
    "batchnorm",
    "compare_loops",
    "format_schedule",
    "freeze_norm",
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
        "batchnorm.experiment": "freeze_norm",
        "loop.experiment": "compare_loops leftovers",
        "transfer_learning.experiment": "TransferResult transfer",
    },
)

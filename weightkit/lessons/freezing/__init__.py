"""Part 7: switching learning off. Freezing schedules side by side, the notes' loop, a frozen
BatchNorm, transfer learning.
"""

from typing import TYPE_CHECKING, Any

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
from .transfer_learning import TASKS, TRANSFER_PRESETS, TRANSFERS, TransferConfig

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

_LATER = {
    "Result": schedules,
    "freezes": schedules,
    "run": schedules,
    "compare_loops": loop,
    "leftovers": loop,
    "freeze_norm": batchnorm,
    "TransferResult": transfer_learning,
    "transfer": transfer_learning,
}


def __getattr__(name: str) -> Any:
    """What needs pandas and torch is imported when it is first asked for."""
    if name not in _LATER:
        raise AttributeError(f"module has no attribute {name!r}")
    return getattr(_LATER[name].experiment, name)

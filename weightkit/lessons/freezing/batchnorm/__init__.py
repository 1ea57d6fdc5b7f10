"""What a frozen layer still changes: BatchNorm's running statistics, and what an optimizer
remembers.
"""

from typing import TYPE_CHECKING

from ....lazy import later
from .config import CASES, PRESETS, BatchNormConfig

if TYPE_CHECKING:
    from . import charts, experiment, findings
    from .experiment import Result, run
    from .story import ask, tell

__all__ = [
    "CASES",
    "PRESETS",
    "BatchNormConfig",
    "Result",
    "ask",
    "charts",
    "experiment",
    "findings",
    "run",
    "tell",
]
__getattr__ = later(__name__, experiment="Result run", story="ask tell", charts="", findings="")

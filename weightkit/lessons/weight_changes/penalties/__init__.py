"""The same networks without regularization, with L2 and with L1."""

from typing import TYPE_CHECKING

from ....lazy import later
from .config import PRESETS, ComparedConfig

if TYPE_CHECKING:
    from . import charts, experiment, findings
    from .experiment import Comparison, compare, run
    from .story import ask, tell

__all__ = [
    "PRESETS",
    "ComparedConfig",
    "Comparison",
    "ask",
    "charts",
    "compare",
    "experiment",
    "findings",
    "run",
    "tell",
]
__getattr__ = later(
    __name__, experiment="Comparison compare run", story="ask tell", charts="", findings=""
)

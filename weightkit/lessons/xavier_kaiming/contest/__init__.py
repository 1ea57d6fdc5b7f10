"""Part 5: two schemes, many runs each, and a test whether the difference is more than luck."""

from typing import TYPE_CHECKING

from ....lazy import later
from .config import PRESETS, Config

if TYPE_CHECKING:
    from . import charts, experiment, findings
    from .experiment import Result, run
    from .story import ask, how_tested, tell

__all__ = [
    "PRESETS",
    "Config",
    "Result",
    "ask",
    "charts",
    "experiment",
    "findings",
    "how_tested",
    "run",
    "tell",
]
__getattr__ = later(
    __name__, experiment="Result run", story="ask how_tested tell", charts="", findings=""
)

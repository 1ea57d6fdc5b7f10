"""Deep networks with and without skips, and what the last layer of each block starts from."""

from typing import TYPE_CHECKING

from ....lazy import later
from .config import PRESETS, Config

if TYPE_CHECKING:
    from . import charts, experiment, findings
    from .experiment import Result, run
    from .story import ask, tell

__all__ = ["PRESETS", "Config", "Result", "ask", "charts", "experiment", "findings", "run", "tell"]
__getattr__ = later(__name__, experiment="Result run", story="ask tell", charts="", findings="")

"""Beyond the course: two seeds, one valley. Pairs of trained networks, the line between them, and
the permutation of hidden units that brings them together.
"""

from typing import TYPE_CHECKING

from ...lazy import later
from .config import PRESETS, Config

if TYPE_CHECKING:
    from . import charts, experiment, findings
    from .experiment import Result, run
    from .story import ask, tell

__all__ = ["PRESETS", "Config", "Result", "ask", "charts", "experiment", "findings", "run", "tell"]
__getattr__ = later(__name__, experiment="Result run", story="ask tell", charts="", findings="")

"""The curvature of the loss at zero, at a random start and after training: saddles, not minima."""

from typing import TYPE_CHECKING

from ....lazy import later
from .config import PRESETS, SaddlesConfig

if TYPE_CHECKING:
    from . import charts, findings
    from .experiment import run
    from .story import ask, tell

__all__ = ["PRESETS", "SaddlesConfig", "ask", "charts", "findings", "run", "tell"]
__getattr__ = later(__name__, experiment="run", story="ask tell", charts="", findings="")

"""Salt flats against badlands (Li et al. 2018): the loss around a same-value and a random start."""

from typing import TYPE_CHECKING

from ....lazy import later
from .config import PRESETS, LandscapeConfig

if TYPE_CHECKING:
    from . import charts, findings
    from .experiment import run
    from .story import ask, tell

__all__ = ["PRESETS", "LandscapeConfig", "ask", "charts", "findings", "run", "tell"]
__getattr__ = later(__name__, experiment="run", story="ask tell", charts="", findings="")

"""Where networks train: depth against scheme, or against the std of the weights."""

from typing import TYPE_CHECKING

from ....lazy import later
from .config import PRESETS, MapConfig

if TYPE_CHECKING:
    from . import charts, findings
    from .experiment import run
    from .story import ask, tell, theory

__all__ = ["PRESETS", "MapConfig", "ask", "charts", "findings", "run", "tell", "theory"]
__getattr__ = later(__name__, experiment="run", story="ask tell theory", charts="", findings="")

"""He et al. 2015, figure 3: does a deep network learn at all?"""

from typing import TYPE_CHECKING

from ....lazy import later
from .config import PRESETS, DepthConfig

if TYPE_CHECKING:
    from . import charts, findings
    from .experiment import run
    from .story import ask, tell

__all__ = ["PRESETS", "DepthConfig", "ask", "charts", "findings", "run", "tell"]
__getattr__ = later(__name__, experiment="run", story="ask tell", charts="", findings="")

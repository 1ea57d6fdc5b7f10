"""Does the learning rate that trains a narrow network best train a wide one best?"""

from typing import TYPE_CHECKING

from ....lazy import later
from .config import PRESETS, WidthConfig

if TYPE_CHECKING:
    from . import charts, findings
    from .experiment import run
    from .story import ask, tell

__all__ = ["PRESETS", "WidthConfig", "ask", "charts", "findings", "run", "tell"]
__getattr__ = later(__name__, experiment="run", story="ask tell", charts="", findings="")

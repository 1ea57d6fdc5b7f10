"""A constant start plus noise: how much of it do the units need to become different?"""

from typing import TYPE_CHECKING

from ....lazy import later
from .config import PRESETS, NoiseConfig

if TYPE_CHECKING:
    from . import charts, findings
    from .experiment import run
    from .story import ask, tell

__all__ = ["PRESETS", "NoiseConfig", "ask", "charts", "findings", "run", "tell"]
__getattr__ = later(__name__, experiment="run", story="ask tell", charts="", findings="")

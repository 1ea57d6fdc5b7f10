"""Hidden biases from far below zero to far above it, under the same random weights."""

from typing import TYPE_CHECKING

from ....lazy import later
from .config import PRESETS, BiasConfig

if TYPE_CHECKING:
    from . import charts, findings
    from .experiment import run
    from .story import ask, tell

__all__ = ["PRESETS", "BiasConfig", "ask", "charts", "findings", "run", "tell"]
__getattr__ = later(__name__, experiment="run", story="ask tell", charts="", findings="")

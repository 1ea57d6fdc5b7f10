"""One pass through a deep network, forward and back: what it does to a signal's size."""

from typing import TYPE_CHECKING

from ....lazy import later
from .config import PRESETS, Config

if TYPE_CHECKING:
    from . import charts, findings
    from .experiment import run
    from .story import ask, derivation, tell

__all__ = ["PRESETS", "Config", "ask", "charts", "derivation", "findings", "run", "tell"]
__getattr__ = later(__name__, experiment="run", story="ask derivation tell", charts="", findings="")

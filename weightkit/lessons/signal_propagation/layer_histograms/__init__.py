"""Glorot and Bengio 2010, figures 6 and 7: activations and gradients, layer by layer, at the
start.
"""

from typing import TYPE_CHECKING

from ....lazy import later
from .config import PRESETS, HistogramConfig

if TYPE_CHECKING:
    from . import charts, findings
    from .experiment import run
    from .story import ask, paper, tell

__all__ = ["PRESETS", "HistogramConfig", "ask", "charts", "findings", "paper", "run", "tell"]
__getattr__ = later(__name__, experiment="run", story="ask paper tell", charts="", findings="")

"""One gradient step of a 2-2-1 network, by hand."""

from typing import TYPE_CHECKING

from ....lazy import later
from .config import PRESETS, SymmetryConfig

if TYPE_CHECKING:
    from . import charts, findings
    from .by_hand import PROOF, algebra
    from .experiment import run
    from .story import ask, tell

__all__ = [
    "PRESETS",
    "PROOF",
    "SymmetryConfig",
    "algebra",
    "ask",
    "charts",
    "findings",
    "run",
    "tell",
]
__getattr__ = later(
    __name__, experiment="run", story="ask tell", by_hand="PROOF algebra", charts="", findings=""
)

"""Every weight before training against the same weight after it."""

from typing import TYPE_CHECKING

from ....lazy import later
from ..config import Config
from .outcomes import ALL, LOOKS

if TYPE_CHECKING:
    from . import charts, experiment, findings
    from .experiment import Fates, run
    from .story import ask, tell

__all__ = [
    "ALL",
    "LOOKS",
    "Config",
    "Fates",
    "ask",
    "charts",
    "experiment",
    "findings",
    "run",
    "tell",
]
__getattr__ = later(__name__, experiment="Fates run", story="ask tell", charts="", findings="")

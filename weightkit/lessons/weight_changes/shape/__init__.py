"""The condition number of each weight matrix: by epoch, at the start, and by hand."""

from typing import TYPE_CHECKING

from ....lazy import later
from .. import steps as BASE
from ..config import Config

if TYPE_CHECKING:
    from . import charts, experiment, findings
    from .experiment import Shapes, of, run, starts
    from .story import ask, tell

__all__ = [
    "BASE",
    "Config",
    "Shapes",
    "ask",
    "charts",
    "experiment",
    "findings",
    "of",
    "run",
    "starts",
    "tell",
]
__getattr__ = later(
    __name__, experiment="Shapes of run starts", story="ask tell", charts="", findings=""
)

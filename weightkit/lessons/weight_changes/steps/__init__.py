"""How far the weights move in each epoch, and whether accuracy follows."""

from typing import TYPE_CHECKING

from ....lazy import later
from ..config import Config

if TYPE_CHECKING:
    from . import charts, experiment, findings
    from .experiment import Result, correlation, misprint, run, z_score
    from .story import ask, tell

__all__ = [
    "Config",
    "Result",
    "ask",
    "charts",
    "correlation",
    "experiment",
    "findings",
    "misprint",
    "run",
    "tell",
    "z_score",
]
__getattr__ = later(
    __name__,
    experiment="Result correlation misprint run z_score",
    story="ask tell",
    charts="",
    findings="",
)

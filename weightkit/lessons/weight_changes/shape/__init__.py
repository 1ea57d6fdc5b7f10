"""The condition number of each weight matrix: by epoch, at the start, and by hand."""

from typing import TYPE_CHECKING

from ....lazy import later
from ..config import Config

if TYPE_CHECKING:
    from . import charts, experiment, findings
    from .experiment import Shapes, run, starts
    from .story import ask, tell

__all__ = ["Config", "Shapes", "ask", "charts", "experiment", "findings", "run", "starts", "tell"]
__getattr__ = later(
    __name__, experiment="Shapes run starts", story="ask tell", charts="", findings=""
)

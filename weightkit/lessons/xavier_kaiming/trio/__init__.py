"""The course's pair taken apart: formula and shape one at a time."""

from typing import TYPE_CHECKING

from ....lazy import later
from ..contest.config import Config

if TYPE_CHECKING:
    from . import charts, experiment, findings
    from .experiment import Apart, run
    from .story import tell

__all__ = ["Apart", "Config", "charts", "experiment", "findings", "run", "tell"]
__getattr__ = later(__name__, experiment="Apart run", story="tell", charts="", findings="")

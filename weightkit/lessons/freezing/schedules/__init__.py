"""Networks of which some parameters may not learn, for a while or all the time."""

from typing import TYPE_CHECKING

from ....lazy import later
from .config import BIASES, CONDITIONS, FC1, HALF, NOTHING, OWN, PRESETS, WEIGHTS, Config
from .schedule import format_schedule, parse_schedule

if TYPE_CHECKING:
    from . import charts, experiment, findings
    from .experiment import Result, freezes, run
    from .story import ask, tell

__all__ = [
    "BIASES",
    "CONDITIONS",
    "FC1",
    "HALF",
    "NOTHING",
    "OWN",
    "PRESETS",
    "WEIGHTS",
    "Config",
    "Result",
    "ask",
    "charts",
    "experiment",
    "findings",
    "format_schedule",
    "freezes",
    "parse_schedule",
    "run",
    "tell",
]
__getattr__ = later(
    __name__, experiment="Result freezes run", story="ask tell", charts="", findings=""
)

"""A network per start and seed, all in one stack: some or all of its numbers begin at one value."""

from typing import TYPE_CHECKING

from ....lazy import later
from .config import ALL_LAYERS, BASELINE, CONDITIONS, OWN, PRESETS, Config

if TYPE_CHECKING:
    from . import charts, experiment, findings
    from .experiment import Result, run
    from .story import ask, tell

__all__ = [
    "ALL_LAYERS",
    "BASELINE",
    "CONDITIONS",
    "OWN",
    "PRESETS",
    "Config",
    "Result",
    "ask",
    "charts",
    "experiment",
    "findings",
    "run",
    "tell",
]
__getattr__ = later(__name__, experiment="Result run", story="ask tell", charts="", findings="")

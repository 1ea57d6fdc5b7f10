"""Part 4: what every scheme draws, layer by layer, beside what its formula promises."""

from typing import TYPE_CHECKING

from ....lazy import later
from .config import PRESETS
from .config import DistributionsConfig as Config

if TYPE_CHECKING:
    from . import charts, experiment, findings
    from .experiment import Distributions, run
    from .story import ask, tell

__all__ = [
    "PRESETS",
    "Config",
    "Distributions",
    "ask",
    "charts",
    "experiment",
    "findings",
    "run",
    "tell",
]
__getattr__ = later(
    __name__, experiment="Distributions run", story="ask tell", charts="", findings=""
)

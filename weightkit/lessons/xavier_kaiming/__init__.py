"""Parts 4 and 5: two formulas for the same random numbers, and a contest of networks that start
from them.

A folder has not the name of a function that can be called from here (`distributions`, `apart`):
Python would put the folder's module in its place.
"""

from typing import TYPE_CHECKING

from ...lazy import later
from ..views import Preset, View, placed
from . import contest, formulas, trio
from .contest.config import METRICS, PRESETS, Config
from .formulas.config import PRESETS as DRAWING_PRESETS
from .formulas.config import RECTANGULAR, SQUARE, DistributionsConfig

if TYPE_CHECKING:
    from .contest.experiment import Result, run
    from .contest.welch import welch
    from .formulas.experiment import Distributions, distributions
    from .trio.experiment import Apart, apart

__all__ = [
    "DRAWING_PRESETS",
    "METRICS",
    "ON",
    "PRESETS",
    "RECTANGULAR",
    "SQUARE",
    "VIEWS",
    "Apart",
    "Config",
    "Distributions",
    "DistributionsConfig",
    "Result",
    "apart",
    "contest",
    "distributions",
    "formulas",
    "run",
    "trio",
    "welch",
]
VIEWS = (View("", "Distributions", formulas), View("", "Contest", contest))
ON = placed(Preset("Is the difference between two of them more than luck?", {}), VIEWS[1].title)

__getattr__ = later(
    __name__,
    **{
        "contest.experiment": "Result run",
        "contest.welch": "welch",
        "formulas.experiment": "Distributions distributions",
        "trio.experiment": "Apart apart",
    },
)

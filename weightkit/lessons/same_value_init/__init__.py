"""Part 2: what happens if every weight starts at the same value? Starts side by side, noise on a
constant start, and the biases.
"""

from typing import TYPE_CHECKING

from ...lazy import later
from ..views import View
from . import biases, noise, starts
from .biases.config import BiasConfig
from .config import LAYERS
from .noise.config import NoiseConfig
from .starts.config import ALL_LAYERS, BASELINE, CONDITIONS, OWN, PRESETS, Config

if TYPE_CHECKING:
    from .biases.experiment import BiasResult, hidden_biases
    from .noise.experiment import NoiseResult, noisy_starts
    from .starts import charts, experiment, findings
    from .starts.experiment import Result, run
    from .starts.story import ask, tell

__all__ = [
    "ALL_LAYERS",
    "BASELINE",
    "CONDITIONS",
    "LAYERS",
    "OWN",
    "PRESETS",
    "VIEWS",
    "BiasConfig",
    "BiasResult",
    "Config",
    "NoiseConfig",
    "NoiseResult",
    "Result",
    "ask",
    "biases",
    "charts",
    "experiment",
    "findings",
    "hidden_biases",
    "noise",
    "noisy_starts",
    "run",
    "starts",
    "tell",
]

VIEWS = (
    View("", "Starts", starts),
    View("noise", "How much noise?", noise),
    View("biases", "Biases", biases),
)

__getattr__ = later(
    __name__,
    **{
        "starts.experiment": "Result run",
        "starts.story": "ask tell",
        "starts": "charts experiment findings",
        "noise.experiment": "NoiseResult noisy_starts",
        "biases.experiment": "BiasResult hidden_biases",
    },
)

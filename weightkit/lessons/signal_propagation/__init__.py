"""The theory part: why random, why this variance. Eight views, each a folder of its own.

A folder has not the name of a function that can be called from here (`histograms`, `depth_contest`,
`depth_map`,
`landscape`, ...): Python would put the folder's module in its place.
"""

from typing import TYPE_CHECKING

from ...lazy import later
from ..views import View
from . import (
    contest,
    layer_histograms,
    loss_landscape,
    map,
    saddle_points,
    signal,
    symmetry,
    two_inputs,
)
from .contest.config import DepthConfig
from .layer_histograms.config import HistogramConfig
from .loss_landscape.config import LandscapeConfig
from .map.config import MapConfig
from .saddle_points.config import SaddlesConfig
from .signal.config import Config
from .symmetry.config import PARAMETERS, SymmetryConfig
from .two_inputs.config import InputsConfig

if TYPE_CHECKING:
    from .contest.experiment import DepthResult, depth_contest
    from .layer_histograms.experiment import LayerHistograms, histograms
    from .loss_landscape.experiment import Landscape, landscape, landscape_path, prepare_landscape
    from .map.experiment import MapResult, depth_map
    from .saddle_points.experiment import SaddlesResult, saddles
    from .signal.experiment import Result, run
    from .signal.gains import slope_factors
    from .signal.story import ask, tell
    from .symmetry.experiment import SymmetryResult, symmetry_steps
    from .two_inputs.experiment import InputsResult, input_pairs

__all__ = [
    "PARAMETERS",
    "PRESETS",
    "VIEWS",
    "Config",
    "DepthConfig",
    "DepthResult",
    "HistogramConfig",
    "InputsConfig",
    "InputsResult",
    "Landscape",
    "LandscapeConfig",
    "LayerHistograms",
    "MapConfig",
    "MapResult",
    "Result",
    "SaddlesConfig",
    "SaddlesResult",
    "SymmetryConfig",
    "SymmetryResult",
    "ask",
    "depth_contest",
    "depth_map",
    "histograms",
    "input_pairs",
    "landscape",
    "landscape_path",
    "prepare_landscape",
    "run",
    "saddles",
    "slope_factors",
    "symmetry_steps",
    "tell",
]

VIEWS = (
    View("", "Signal", signal),
    View("histograms", "Histograms", layer_histograms),
    View("contest", "Depth contest", contest),
    View("map", "Map", map),
    View("inputs", "Two inputs", two_inputs),
    View("landscape", "Landscape", loss_landscape),
    View("saddles", "Saddles", saddle_points),
    View("symmetry", "Symmetry", symmetry),
)
PRESETS = {view.title: view.module.PRESETS for view in VIEWS}
"""By title of the view: name -> settings of that view's Config."""

__getattr__ = later(
    __name__,
    **{
        "signal.experiment": "Result run",
        "signal.gains": "slope_factors",
        "signal.story": "ask tell",
        "layer_histograms.experiment": "LayerHistograms histograms",
        "contest.experiment": "DepthResult depth_contest",
        "map.experiment": "MapResult depth_map",
        "loss_landscape.experiment": "Landscape landscape landscape_path prepare_landscape",
        "saddle_points.experiment": "SaddlesResult saddles",
        "symmetry.experiment": "SymmetryResult symmetry_steps",
        "two_inputs.experiment": "InputsResult input_pairs",
    },
)

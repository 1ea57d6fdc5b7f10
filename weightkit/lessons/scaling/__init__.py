"""Beyond the course: does the start still matter in large networks? Depth with skips, and width
with a learning rate that carries over.
"""

from typing import TYPE_CHECKING

from ...lazy import later
from ..views import View
from . import residual, width
from .residual.config import PRESETS, Config
from .width.config import WidthConfig

if TYPE_CHECKING:
    from .residual import charts, experiment, findings
    from .residual.experiment import Result, run
    from .residual.story import ask, tell
    from .width.experiment import WidthResult, widths

__all__ = [
    "PRESETS",
    "VIEWS",
    "Config",
    "Result",
    "WidthConfig",
    "WidthResult",
    "ask",
    "charts",
    "experiment",
    "findings",
    "residual",
    "run",
    "tell",
    "width",
    "widths",
]

VIEWS = (View("", "Residual", residual), View("width", "Width", width))

__getattr__ = later(
    __name__,
    **{
        "residual.experiment": "Result run",
        "residual.story": "ask tell",
        "residual": "charts experiment findings",
        "width.experiment": "WidthResult widths",
    },
)

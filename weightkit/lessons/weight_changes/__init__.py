"""Part 8: what learning does to the weights: how far they move, how their shape changes, and what
regularisation does.

Networks of one run differ by their seed and share one stack. Layer names and the network
(features-64-32-32-classes, ReLU) are the course's.
"""

import importlib
from typing import TYPE_CHECKING, Any

from ..views import View
from . import fate, penalties, shape, steps
from .config import INITIALIZERS, L1_STRENGTH, PRESETS, STARTS, STRENGTH, Config

if TYPE_CHECKING:
    from ...condition import ellipse, kappa, matrix, sparsity
    from .fate.experiment import Fates, fates
    from .penalties.experiment import Comparison, compare
    from .shape.experiment import starts
    from .steps.experiment import Result, correlation, misprint, run, z_score

VIEWS = (
    View("", "Steps", steps),
    View("", "Every weight", fate),
    View("", "Shape", shape),
    View("", "L2, L1", penalties),
)

__all__ = [
    "INITIALIZERS",
    "L1_STRENGTH",
    "PRESETS",
    "STARTS",
    "STRENGTH",
    "VIEWS",
    "Comparison",
    "Config",
    "Fates",
    "Result",
    "compare",
    "correlation",
    "ellipse",
    "fate",
    "fates",
    "kappa",
    "matrix",
    "misprint",
    "penalties",
    "run",
    "shape",
    "sparsity",
    "starts",
    "steps",
    "z_score",
]

_LATER = {
    "weightkit.condition": "ellipse kappa matrix sparsity",
    f"{__name__}.fate.experiment": "Fates fates",
    f"{__name__}.penalties.experiment": "Comparison compare",
    f"{__name__}.shape.experiment": "starts",
    f"{__name__}.steps.experiment": "Result correlation misprint run z_score",
}


def __getattr__(name: str) -> Any:
    """What needs pandas and torch is imported when it is first asked for."""
    for home, names in _LATER.items():
        if name in names.split():
            return getattr(importlib.import_module(home), name)
    raise AttributeError(f"module has no attribute {name!r}")

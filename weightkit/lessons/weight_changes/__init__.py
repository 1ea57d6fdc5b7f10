"""Part 8: what learning does to the weights: how far they move, how their shape changes, and what
regularization does.

Networks of one run differ by their seed and share one stack. Layer names and the network
(features-64-32-32-classes, ReLU) are the course's.
"""

from typing import TYPE_CHECKING

from ...lazy import later
from ..views import Preset, View, placed
from . import fate, penalties, shape, steps
from .config import (
    INITIALIZERS,
    L1_STRENGTH,
    PRESETS,
    STARTS,
    STRENGTH,
    STRENGTHS,
    Config,
)
from .penalties.config import ComparedConfig

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
OF_VIEWS: dict[str, Preset] = {
    "Every weight under L2": placed(
        Preset("Which weights shrink, and which do not?", {"l2": STRENGTH}), VIEWS[1].title
    ),
    "None, L2 and L1 compared": placed(
        Preset("Which of the two costs accuracy?", {}), VIEWS[3].title
    ),
    "L1 compared at the course's 0.01": placed(
        Preset("What is left at this strength?", {"l1": STRENGTH}), VIEWS[3].title
    ),
}
"""Presets that lead to another view than the first."""

__all__ = [
    "INITIALIZERS",
    "L1_STRENGTH",
    "OF_VIEWS",
    "PRESETS",
    "STARTS",
    "STRENGTH",
    "STRENGTHS",
    "VIEWS",
    "ComparedConfig",
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

__getattr__ = later(
    __name__,
    **{
        "..condition": "ellipse kappa matrix sparsity",
        "fate.experiment": "Fates fates",
        "penalties.experiment": "Comparison compare",
        "shape.experiment": "starts",
        "steps.experiment": "Result correlation misprint run z_score",
    },
)

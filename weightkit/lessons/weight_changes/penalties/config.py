"""The settings of the comparison: those of all changes, with strengths above zero, three times."""

from __future__ import annotations

from dataclasses import dataclass

from ....configs import number
from ....costs import Cost
from ...views import Preset
from ..config import L1_STRENGTH, STRENGTH, STRENGTHS, Config
from ..config import PRESETS as OF_ALL

LADDER = STRENGTHS[1:]
ON_MNIST = "On MNIST"
LOOK = "What does each leave of the accuracy?"
PRESETS = OF_ALL | {ON_MNIST: Preset(LOOK, OF_ALL[ON_MNIST] | {"epochs": 4})}
"""Three trainings of one network on MNIST take as long as one of three times as many epochs."""


@dataclass(frozen=True)
class ComparedConfig(Config):
    """Networks without regularization, with `l2` alone and with `l1` alone, trained one kind after
    the other.
    """

    epochs: int = number(15, 1, 100)
    l2: float = number(
        STRENGTH,
        LADDER[0],
        1.0,
        "Adds l2 times each weight to its gradient (weight decay).",
        label="L2 regularization",
        ladder=LADDER,
    )
    l1: float = number(
        L1_STRENGTH,
        LADDER[0],
        1.0,
        "Adds l1 times the sign of each weight to its gradient.",
        label="L1 regularization",
        ladder=LADDER,
    )

    @property
    def cost(self) -> Cost:
        """Of `compare`: three trainings."""
        return super().cost.times(3)

"""The numbers of a 2-2-1 network, and its steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ....activations import ACTIVATIONS
from ....configs import choice, number, validate
from ....costs import BASE, Cost
from ...views import Preset

PARAMETERS = ("w11", "w12", "b1", "v1", "w21", "w22", "b2", "v2", "c")
"""Names of the nine numbers that learn: unit 1's four, unit 2's four, and the output's bias."""

ZERO: dict[str, Any] = dict.fromkeys(PARAMETERS, 0.0)

PRESETS: dict[str, Preset] = {
    "One weight different": Preset("Do the two paths part?", {"w21": 0.7}),
    "All zero": Preset("Which of the numbers move?", ZERO),
    "ReLU, all zero": Preset("Does anything move at all?", ZERO | {"activation": "relu"}),
    "Outgoing weights differ": Preset("Do the incoming weights part?", {"v1": 0.3, "v2": -0.6}),
}


@dataclass(frozen=True)
class SymmetryConfig:
    """Every number of the network, its one example and the step. w_ij: from input j to unit i; v_i:
    out of unit i.
    """

    w11: float = number(0.5, -5.0, 5.0, "Weight from input 1 to unit 1.")
    w12: float = number(0.5, -5.0, 5.0, "Weight from input 2 to unit 1.")
    b1: float = number(0.5, -5.0, 5.0, "Bias of unit 1.")
    v1: float = number(0.5, -5.0, 5.0, "Weight from unit 1 to the output.")
    w21: float = number(0.5, -5.0, 5.0, "Weight from input 1 to unit 2.")
    w22: float = number(0.5, -5.0, 5.0, "Weight from input 2 to unit 2.")
    b2: float = number(0.5, -5.0, 5.0, "Bias of unit 2.")
    v2: float = number(0.5, -5.0, 5.0, "Weight from unit 2 to the output.")
    c: float = number(0.5, -5.0, 5.0, "Bias of the output.")
    x1: float = number(1.0, -5.0, 5.0, "Input 1.")
    x2: float = number(2.0, -5.0, 5.0, "Input 2.")
    t: float = number(-1.0, -5.0, 5.0, "The target: what the output should be.")
    learning_rate: float = number(0.05, 1e-4, 1.0, "Step size.")
    activation: str = choice("tanh", ACTIVATIONS, "The activation of the two hidden units.")
    steps: int = number(30, 1, 500, "How many gradient steps the path shows.")

    def __post_init__(self):
        validate(self)

    @property
    def cost(self) -> Cost:
        """Of `run`: nine numbers, at most 500 times; measured."""
        return Cost(BASE, 0.01)

"""The settings of one pass through a deep network."""

from __future__ import annotations

from dataclasses import dataclass

from ....activations import ACTIVATIONS
from ....configs import choice, number, validate
from ....costs import BASE, DENORMAL, FLOPS, Cost, frames, limit, parameters, pass_bytes
from ....initializers import Spec
from ...views import Preset
from ..settings import decades, fixed_std, networks, schemes, spec, units

SCHEMES = ("normal", "xavier_normal", "kaiming_normal", "orthogonal", "pytorch_default")
DRAWING, ELEMENT = (
    15e-9,
    20e-9,
)  # seconds for drawing one weight; for all that is done to one activation
LAYER, STACK, THEORY = (
    60e-6,
    350e-6,
    400e-6,
)  # seconds per layer: for calls of each network, of each stack; its theory
ROOM = 90e6  # bytes of the networks that are measured at once

PRESETS: dict[str, Preset] = {
    "A hundred layers": Preset("Which lines still stay level?", {"depth": 100, "n_seeds": 3}),
    "tanh instead of ReLU": Preset("Which scheme keeps the size now?", {"activation": "tanh"}),
    "Sigmoid: the gradient goes": Preset(
        "Compare the two charts: which one falls?", {"activation": "sigmoid"}
    ),
    "Beyond float32: std 1": Preset(
        "At which layer do the numbers end?",
        {"inits": ("normal", "kaiming_normal"), "std": 1.0, "depth": 100},
    ),
    "With PyTorch's biases too": Preset(
        "Where does the signal stop falling?", {"biases": "pytorch_default"}
    ),
}


@dataclass(frozen=True)
class Config:
    """Which networks the signal passes: `depth` hidden layers of `width` units, with as many inputs
    and outputs.
    """

    inits: tuple[str, ...] = schemes(SCHEMES, "How the weights are drawn.")
    activation: str = choice("relu", ACTIVATIONS, "What follows each layer's weighted sum.")
    depth: int = number(30, 1, 100, "Hidden layers.", label="Layers")
    width: int = units(128, 4, 512, "Units in every layer.")
    std: float = fixed_std()
    biases: str = choice("zeros", ("zeros", "pytorch_default"), "How the biases are drawn.")
    samples: int = number(64, 1, 1024, "Random inputs that are sent through.")
    seed: int = number(0, 0, 10_000, "The first seed.")
    n_seeds: int = networks(5, 200, "Networks per scheme.")

    def __post_init__(self):
        validate(self)
        limit(self)

    @property
    def sizes(self) -> list[int]:
        """Units from input to output."""
        return [self.width] * (self.depth + 2)

    @property
    def bytes_each(self) -> float:
        """What one network takes, with its gradient and its passes."""
        return (
            8.0 * parameters(self.sizes)
            + pass_bytes(1, self.sizes, self.samples)
            + 20.0 * self.samples * self.width
        )

    @property
    def networks_at_once(self) -> int:
        """How many are measured together: as many as there is room for."""
        return max(1, int(ROOM / self.bytes_each))

    def _denormal(self, one: Spec) -> float:
        """The share of layers where the signal is below 1e-38 and not yet zero, on the way there or
        back.
        """
        lost = decades(self, one)
        return min(1.0, (4 + 8 / lost) / self.depth) if lost * self.depth > 36 else 0.0

    @property
    def cost(self) -> Cost:
        """Of `run`: as many networks at a time as there is room for, and all of their layers."""
        n = len(self.inits) * self.n_seeds
        at_once = min(len(self.inits), self.networks_at_once)
        product = 2.0 * self.samples * self.width**2 / FLOPS
        slow = sum(self._denormal(spec(self, init)) for init in self.inits) / len(self.inits)
        products = 3 * product * (1 + DENORMAL[self.activation] * slow)
        layers = products + self.width**2 * DRAWING + self.samples * self.width * ELEMENT + LAYER
        seconds = self.depth * (n * layers + self.n_seeds * STACK + len(self.inits) * THEORY)
        return Cost(BASE + at_once * self.bytes_each, seconds) + frames(2 * self.depth, n, row=80)

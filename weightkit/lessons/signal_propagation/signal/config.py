"""The settings of one pass through a deep network."""

from __future__ import annotations

from dataclasses import dataclass

from ....activations import ACTIVATIONS
from ....configs import choice, number, validate
from ....costs import BASE, FLOPS, Cost, frames, limit, parameters, pass_bytes
from ..settings import fixed_std, networks, schemes, units

SCHEMES = ("normal", "xavier_normal", "kaiming_normal", "orthogonal", "pytorch_default")
DRAWING = 30e-9  # seconds for drawing one weight
ROOM = 90e6  # bytes of the networks that are measured at once

PRESETS: dict[str, dict] = {
    "A hundred layers": {"depth": 100},
    "tanh instead of ReLU": {"activation": "tanh"},
    "Sigmoid: the gradient goes": {"activation": "sigmoid"},
    "Beyond float32: std 1": {"inits": ("normal", "kaiming_normal"), "std": 1.0, "depth": 100},
    "With PyTorch's biases too": {"biases": "pytorch_default"},
}


@dataclass(frozen=True)
class Config:
    """Which networks the signal passes: `depth` hidden layers of `width` units, with as many inputs and outputs."""

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
        return 8.0 * parameters(self.sizes) + pass_bytes(1, self.sizes, self.samples) + 20.0 * self.samples * self.width

    @property
    def networks_at_once(self) -> int:
        """How many are measured together: as many as there is room for."""
        return max(1, int(ROOM / self.bytes_each))

    @property
    def cost(self) -> Cost:
        """Of `run`: as many networks at a time as there is room for, and all of their layers."""
        n, p = len(self.inits) * self.n_seeds, parameters(self.sizes)
        at_once = min(len(self.inits), self.networks_at_once)
        elements = 60e-9 * self.samples * self.width * self.depth
        seconds = n * (p * (8.0 * self.samples / FLOPS + DRAWING) + elements) + self.n_seeds * self.depth * 1.5e-3
        return Cost(BASE + at_once * self.bytes_each, seconds) + frames(2 * self.depth, n, row=80, live=False)

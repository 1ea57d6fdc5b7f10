"""The settings of a frozen BatchNorm layer, and the ways to freeze it."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ....configs import choice, number
from ....costs import FLOPS, Cost, frames, network_sizes, parameters
from ....datasets import size_of
from ....optimizers import OPTIMIZERS
from ...settings import Training
from ...views import Preset
from ..config import HIDDEN

CASES = NOTHING, FROZEN, EVALUATED, BOTH, ZEROS, NEW = (
    "nothing frozen",
    "requires_grad = False",
    "eval()",
    "both",
    "both, zero gradients",
    "both, new optimizer",
)
"""What is done to the block of the input layer and the BatchNorm behind it. In the last two,
gradients are cleared to zeros rather than None; the new optimizer is made after the freezing, of
what still learns."""
BLOCK = ("input.weight", "input.bias", "norm.weight", "norm.bias")
STATISTICS = ("norm.running_mean", "norm.running_var")
OUTPUTS = "outputs"
STEP, LOOK = 0.8e-3, 0.6e-3
"""Seconds for calling the operations of a step of such a network, and of a look at it."""

PRESETS = {
    "Plain SGD: zeros do no harm": Preset("Which cell becomes exactly 0?", {"optimizer": "sgd"}),
    "Adam, frozen": Preset(
        "What does Adam still move?", {"optimizer": "adam", "learning_rate": 0.001}
    ),
    "Weight decay moves what is frozen": Preset(
        "Which frozen numbers shrink?", {"optimizer": "sgd", "weight_decay": 0.1}
    ),
    "Frozen before any learning": Preset("What can learn behind a random block?", {"before": 0}),
}


@dataclass(frozen=True)
class BatchNormConfig(Training):
    """`n_seeds` networks learn for `before` epochs; then the block is frozen in six ways, and
    `epochs` more follow.
    """

    before: int = number(2, 0, 20, "Epochs before the freezing.", label="Epochs before freezing")
    epochs: int = number(4, 1, 20, "Epochs after the freezing.", label="Epochs after freezing")
    batch_size: int = number(128, 8, 512, ladder=(16, 32, 64, 128, 256))
    optimizer: str = choice("momentum", OPTIMIZERS)
    weight_decay: float = number(
        0.0,
        0.0,
        1.0,
        "Adds so many times each parameter to its gradient.",
        ladder=(0.0, 0.0001, 0.001, 0.01, 0.1, 1.0),
    )
    n_seeds: int = number(2, 1, 10, label="Networks of each kind")

    @property
    def cost(self) -> Cost:
        """Of `run`."""
        size = size_of(self.dataset)
        p = parameters(network_sizes(size, HIDDEN))
        steps = math.ceil(size.train / self.batch_size)
        runs = self.n_seeds * (self.before + len(CASES) * self.epochs)
        looks = self.n_seeds * len(CASES) * (self.epochs + 1)
        rows = size.train + size.test
        seconds = runs * (steps * STEP + 6.0 * p * size.train / FLOPS)
        seconds += looks * (LOOK + 2.0 * p * rows / FLOPS)
        memory = 24e6 + self.n_seeds * len(CASES) * p * 28.0 + 4.0 * rows * 4 * HIDDEN[0]
        return Cost(memory, seconds) + frames(16, looks)

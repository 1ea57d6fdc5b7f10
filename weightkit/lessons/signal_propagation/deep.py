"""What the contest and the map set alike: deep networks, who starts how, and how all are
trained.
"""

from __future__ import annotations

from dataclasses import dataclass

from ...activations import ACTIVATIONS
from ...configs import choice, number
from ...costs import Cost, frames, training
from ...datasets import size_of
from ...optimizers import OPTIMIZERS
from ...pieces import MEASURED
from ..settings import BATCHES, Training
from .settings import RATES, fixed_std, networks, schemes, units

SCHEMES = ("xavier_normal", "kaiming_normal", "pytorch_default")
NORMALIZATIONS = ("none", "layer")


@dataclass(frozen=True)
class DeepConfig(Training):
    """What the contest and the map set alike, with the contest's defaults: who starts how, and how
    all are trained.
    """

    inits: tuple[str, ...] = schemes(SCHEMES, "How the weights are drawn.")
    width: int = units(64, 8, 256, "Units in every hidden layer.")
    activation: str = choice("relu", ACTIVATIONS)
    normalization: str = choice(
        "none", NORMALIZATIONS, "Layer normalization before each activation."
    )
    std: float = fixed_std()
    biases: str = choice("zeros", ("zeros", "pytorch_default"), "How the biases are drawn.")
    epochs: int = number(5, 1, 100)
    batch_size: int = number(64, 8, 512, ladder=BATCHES)
    optimizer: str = choice("momentum", OPTIMIZERS)
    learning_rate: float = number(0.01, 1e-5, 1.0, "Step size.", ladder=RATES)
    n_seeds: int = networks(2, 20, "Networks per scheme.")

    @property
    def every(self) -> int:
        """Epochs from one measurement to the next."""
        return 1

    @property
    def measured(self) -> int:
        """Training examples that are measured."""
        return MEASURED

    def trained(self, depth: int, specs: int) -> Cost:
        """So many specs with every seed at this depth."""
        n = specs * self.n_seeds
        taught = training(
            size_of(self.dataset),
            [self.width] * (depth - 1),
            n,
            epochs=self.epochs,
            batch_size=self.batch_size,
            optimizer=self.optimizer,
            norm=self.normalization != "none",
            every=self.every,
            measured=self.measured,
        )
        return taught + frames(2 * n, self.epochs // self.every + 1)

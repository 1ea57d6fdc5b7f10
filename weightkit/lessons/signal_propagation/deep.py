"""What the contest and the map set alike: deep networks, who starts how, and how all are
trained.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ...activations import ACTIVATIONS
from ...configs import choice, number
from ...costs import DENORMAL, Cost, frames, limit, training
from ...datasets import size_of
from ...initializers import Spec
from ...optimizers import OPTIMIZERS
from ..settings import BATCHES, Training
from .settings import RATES, decades, fixed_std, networks, schemes, units

SCHEMES = ("xavier_normal", "kaiming_normal", "pytorch_default")
NORMALIZATIONS = ("none", "layer")
ALL_LOST = (
    33,
    50,
)  # decades that a signal loses on its way where all weight gradients are between 1e-45 and 1e-38


@dataclass(frozen=True)
class DeepConfig(Training):
    """What the contest and the map set alike, with the contest's defaults: who starts how, and how
    all are trained.
    """

    inits: tuple[str, ...] = schemes(SCHEMES, "How the weights are drawn.")
    width: int = units(64, 8, 256, "Units in every hidden layer.")
    activation: str = choice("relu", ACTIVATIONS, "What follows each hidden layer's weighted sum.")
    normalization: str = choice(
        "none", NORMALIZATIONS, "Layer normalisation before each activation."
    )
    std: float = fixed_std()
    biases: str = choice("zeros", ("zeros", "pytorch_default"), "How the biases are drawn.")
    epochs: int = number(20, 1, 100, "Passes over the training set.")
    batch_size: int = number(64, 8, 512, "Samples per update.", ladder=BATCHES)
    optimizer: str = choice("momentum", OPTIMIZERS, "The rule of the update.")
    learning_rate: float = number(0.01, 1e-5, 1.0, "Step size.", ladder=RATES)
    n_seeds: int = networks(5, 20, "Networks per scheme.")

    def __post_init__(self):
        super().__post_init__()
        limit(self)

    @property
    def cost(self) -> Cost:
        """Of the whole run."""
        raise NotImplementedError

    def trained(self, depth: int, specs: Sequence[Spec]) -> Cost:
        """Every spec with every seed at this depth."""
        n = len(specs) * self.n_seeds
        taught = training(
            size_of(self.dataset),
            [self.width] * (depth - 1),
            n,
            epochs=self.epochs,
            batch_size=self.batch_size,
            optimizer=self.optimizer,
            norm=self.normalization != "none",
            denormal=DENORMAL[self.activation]
            * sum(self._denormal(depth, one) for one in specs)
            / len(specs),
        )
        return taught + frames(2 * n, self.epochs + 1)

    def _denormal(self, depth: int, one: Spec) -> float:
        """The share of products that are of numbers below 1e-38.

        An activation and a gradient together have passed all layers, whichever layer they meet in:
        where such a product drops just below 1e-38, all weight gradients are denormal; further
        below, most of them are exactly zero.
        """
        lost = decades(self, one) * depth
        if self.normalization != "none" or lost < ALL_LOST[0]:
            return 0.0
        if self.activation == "sigmoid":
            return 30 / lost
        return 0.5 if lost < ALL_LOST[1] and self.biases == "zeros" else 10 / lost

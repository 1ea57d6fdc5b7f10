"""What the contest and the map set alike: deep networks, who starts how, and how all are trained."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ...activations import ACTIVATIONS
from ...configs import choice, number
from ...costs import Cost, frames, limit, training
from ...datasets import DATASETS
from ...initializers import Spec, parse_spec
from ...optimizers import OPTIMIZERS
from ..settings import BATCHES, Training
from .settings import RATES, fixed_std, networks, schemes, units

SCHEMES = ("xavier_normal", "kaiming_normal", "pytorch_default")
NORMALIZATIONS = ("none", "layer")
DENORMAL = 8  # times longer takes a training whose numbers lie between 1e-45 and 1e-38, in many of its layers


@dataclass(frozen=True)
class DeepConfig(Training):
    """What the contest and the map set alike, with the contest's defaults: who starts how, and how all are trained."""

    inits: tuple[str, ...] = schemes(SCHEMES, "How the weights are drawn.")
    width: int = units(64, 8, 256, "Units in every hidden layer.")
    activation: str = choice("relu", ACTIVATIONS, "What follows each hidden layer's weighted sum.")
    normalization: str = choice("none", NORMALIZATIONS, "Layer normalisation before each activation.")
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
        """Every spec with every seed at this depth; those whose numbers become denormal take much longer."""
        n = len(specs) * self.n_seeds
        cost = training(
            DATASETS[self.dataset].size, [self.width] * (depth - 1), n, epochs=self.epochs,
            batch_size=self.batch_size, optimizer=self.optimizer, norm=self.normalization != "none",
        )  # fmt: skip
        slow = sum(self._vanishes(depth, one) for one in specs) / len(specs)
        return Cost(cost.bytes, cost.seconds * (1 + (DENORMAL - 1) * slow)) + frames(2 * n, self.epochs + 1)

    def _vanishes(self, depth: int, one: Spec) -> bool:
        """Whether a signal that passes all layers drops below what float32 holds in full, 1e-38."""
        scheme, value = parse_spec(one)
        kept = scheme.std(self.width, self.width, value) * (self.width / (2 if "relu" in self.activation else 1)) ** 0.5
        return self.normalization == "none" and self.activation != "sigmoid" and kept**depth < 1e-36

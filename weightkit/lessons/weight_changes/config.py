"""The settings that all views of the changes share."""

from __future__ import annotations

from dataclasses import dataclass

from ...configs import choice, number
from ...costs import Cost, frames, network_sizes, parameters, singular_values, training
from ...datasets import DATASETS, Dataset, size_of
from ...initializers import INITIALIZERS
from ...models import HIDDEN
from ...optimizers import OPTIMIZERS
from ..settings import Training
from ..views import Preset

BINS = 61
NEAR_ZERO = (
    0.1  # a weight smaller than this share of its layer's root mean square counts as near zero
)
EVEN = 1.5  # steps that differ by a smaller factor are about equally long
BEYOND_GUESSING = 0.05  # above it on the training set: networks that end below are no better
STRENGTH = 0.01  # the course's strength of L2 and L1
L1_STRENGTH = (
    0.001  # of L1 where none is asked for: at the course's, the default network learns nothing
)
STRENGTHS = (0.0, 0.0001, 0.001, 0.01, 0.1)
REGULARISATIONS = {"none": "baseline", "L2": "L2", "L1": "L1"}
"""What a chart calls a regularization; the baseline has its colour on every page."""
COMPARED = {"l2": STRENGTH, "l1": L1_STRENGTH}
"""What the comparison takes where a strength is 0, and where its sliders begin."""
STARTS = (
    "normal",
    "xavier_normal",
    "xavier_uniform",
    "kaiming_normal",
    "kaiming_uniform",
    "pytorch_default",
    "orthogonal",
)

PRESETS: dict[str, Preset] = {
    "L2 at 0.01": Preset("Does L2 shorten the steps, or the weights?", {"l2": 0.01}),
    "L1 at 0.01": Preset("Does anything still learn?", {"l1": 0.01}),
    "Adam": Preset("Which layers move most now?", {"optimizer": "adam", "learning_rate": 0.001}),
    "Orthogonal start": Preset("Does W stay orthogonal?", {"init": "orthogonal"}),
    "All weights zero": Preset("Which layers move at all?", {"init": "zeros"}),
    "On MNIST": Preset(
        "Does it settle within ten epochs?",
        {"dataset": "mnist", "learning_rate": 0.001, "epochs": 10, "n_seeds": 1},
    ),
}


def strengths(config: Config) -> dict[str, float]:
    """The strengths of L2 and L1 that are compared, by the names of fields."""
    return {name: getattr(config, name) or own for name, own in COMPARED.items()}


@dataclass(frozen=True)
class Config(Training):
    """`n_seeds` networks, trained alike from different random numbers. l2 and l1 act on weights and
    biases.
    """

    dataset: str | Dataset = choice("digits", DATASETS, "The data.", own=Dataset)
    epochs: int = number(30, 1, 100)
    optimizer: str = choice("sgd", OPTIMIZERS)
    learning_rate: float = number(
        0.1, 1e-5, 1.0, "Step size.", ladder=(0.0001, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
    )
    l2: float = number(
        0.0,
        0.0,
        1.0,
        "Adds l2 times each weight to its gradient (weight decay).",
        label="L2 regularization",
        ladder=STRENGTHS,
    )
    l1: float = number(
        0.0,
        0.0,
        1.0,
        "Adds l1 times the sign of each weight to its gradient.",
        label="L1 regularization",
        ladder=STRENGTHS,
    )
    init: str = choice(
        "pytorch_default", INITIALIZERS, "How the weights start.", label="Weights start as"
    )
    n_seeds: int = number(5, 1, 10, "Networks.", label="Networks")

    @property
    def cost(self) -> Cost:
        """Of `run`: the training, the first network of each epoch, and measures of all networks
        after each epoch.
        """
        size = size_of(self.dataset)
        p = parameters(network_sizes(size, HIDDEN))
        taught = training(
            size,
            HIDDEN,
            self.n_seeds,
            epochs=self.epochs,
            batch_size=self.batch_size,
            optimizer=self.optimizer,
            l1=self.l1 > 0,
        )
        kept = Cost(4.0 * p * (self.epochs + 1) + 12.0 * p * self.n_seeds)
        measured = singular_values(self.n_seeds, size, HIDDEN) + 20e-9 * p * self.n_seeds
        looks = Cost(
            16.0 * p * self.n_seeds + 4.0 * p * (self.epochs + 1), (self.epochs + 1) * measured
        )
        bins = Cost(120.0 * 4 * BINS * (self.epochs + 1))
        return taught + kept + looks + bins + frames(2 * self.n_seeds, self.epochs + 1)

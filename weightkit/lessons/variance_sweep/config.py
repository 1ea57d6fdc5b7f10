"""The settings of the variance sweep."""

from __future__ import annotations

from dataclasses import dataclass

from ...configs import choice, number
from ...costs import Cost, frames, network_sizes, parameters, training
from ...datasets import DATASETS, Dataset, size_of
from ...models import HIDDEN
from ..settings import Training
from ..views import Preset

MEASURED = 512
"""Training examples that are measured, at most: what becomes of them is shown beside the test
set."""
LINEAR = 0.02
"""Histograms of weights are even up to here, in their bins and on their axis, and logarithmic
beyond."""

PRESETS: dict[str, Preset] = {
    "Uniform numbers instead": Preset(
        "Does the shape move the plateau, or only the std?", {"distribution": "uniform"}
    ),
    "SGD instead of Adam": Preset(
        "Which part moves with the other optimizer?", {"optimizer": "sgd", "epochs": 14}
    ),
    "On MNIST": Preset(
        "Is it the same with the course's images?",
        {"dataset": "mnist", "n_seeds": 1, "n_stds": 13, "epochs": 4},
    ),
}


@dataclass(frozen=True)
class Config(Training):
    """The sweep: `n_stds` log-spaced standard deviations from std_min to std_max, for weights and
    biases alike.
    """

    dataset: str | Dataset = choice("digits", DATASETS, "The data.", own=Dataset)
    distribution: str = choice(
        "normal", ("normal", "uniform"), "Shape of the random numbers, at the same std."
    )
    n_stds: int = number(25, 2, 60, "How many standard deviations.", label="How many stds")
    std_min: float = number(1e-4, 1e-6, 1e-1, "The smallest standard deviation.")
    std_max: float = number(10.0, 0.2, 100.0, "The largest standard deviation.")
    epochs: int = number(10, 1, 50)
    n_seeds: int = number(3, 1, 10, "Networks per standard deviation.", label="Networks per std")

    @property
    def measured(self) -> int:
        """Training examples that are measured."""
        return MEASURED

    @property
    def cost(self) -> Cost:
        """Of `run`: the training, and the weights of the first seed before and after it."""
        size, n = size_of(self.dataset), self.n_stds * self.n_seeds
        p = parameters(network_sizes(size, HIDDEN))
        taught = training(
            size,
            HIDDEN,
            n,
            epochs=self.epochs,
            batch_size=self.batch_size,
            optimizer=self.optimizer,
            measured=self.measured,
        ).then(Cost(8.0 * n * p + 4.0 * self.n_stds * p))
        return taught + Cost(4.0 * self.n_stds * p) + frames(2 * n, self.epochs + 1)

    @property
    def stds(self) -> list[float]:
        """The standard deviations, rounded to four digits so that they can be named in a link."""
        ratio = (self.std_max / self.std_min) ** (1 / (self.n_stds - 1))
        return [float(f"{self.std_min * ratio**i:.4g}") for i in range(self.n_stds)]

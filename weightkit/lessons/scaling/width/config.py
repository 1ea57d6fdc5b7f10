"""The settings of the learning rates by width."""

from __future__ import annotations

from dataclasses import dataclass

from ....configs import choice, number
from ....costs import Cost, frames, training
from ....datasets import DATASETS, Dataset, size_of
from ...settings import Training
from ...views import Preset

STANDARD, MUP = PARAMETRISATIONS = ("standard", "muP")
WIDTHS = (16, 32, 64, 128, 256, 512)

PRESETS: dict[str, Preset] = {
    "Up to 256 units": Preset("Does the gap between both grow?", {"largest": 256}),
    "Wider still: up to 512 units": Preset(
        "Does the standard one's best rate go on falling?", {"largest": 512, "n_seeds": 1}
    ),
    "Where the effect vanishes: 32 to 64 units": Preset(
        "Does one doubling need another rate?", {"base": 32, "largest": 64}
    ),
    "Tuned at 64 units": Preset("Is a wider base a better guide?", {"base": 64}),
    "On MNIST": Preset(
        "Is it the same with the course's images?",
        {"dataset": "mnist", "n_seeds": 1, "epochs": 1, "batch_size": 128},
    ),
}


@dataclass(frozen=True)
class WidthConfig(Training):
    """Networks of two hidden ReLU layers, of widths from 16 to `largest`, trained with Adam at
    `n_rates` learning rates, each half of the one before, in two parametrizations.

    standard: He's start and one learning rate for all layers. muP (maximal update parametrization,
    Yang et al. 2022): the learning rates of the second hidden layer and of the output times base /
    width, and the output layer's start times sqrt(base / width). At width `base` both are the same
    network.
    """

    dataset: str | Dataset = choice("digits", DATASETS, "The data.", own=Dataset)
    largest: int = choice(128, WIDTHS[2:], "The widest networks.", label="Largest width")
    base: int = choice(
        16, WIDTHS[:3], "Where both parametrizations are the same.", label="Tuned at width"
    )
    learning_rate: float = number(
        0.0625,
        1e-3,
        1.0,
        "The largest of the learning rates.",
        label="Largest learning rate",
        ladder=(0.015625, 0.03125, 0.0625, 0.125, 0.25, 0.5),
    )
    n_rates: int = number(5, 3, 12, "Learning rates, each half of the one before.", label="Rates")
    epochs: int = number(2, 1, 10)
    optimizer: str = choice("adam", ("adam",), "Other rules need other factors.")
    n_seeds: int = number(2, 1, 8, label="Networks of each kind")

    def _check(self) -> None:
        if self.base >= self.largest:
            raise ValueError(
                f"base is {self.base} and largest {self.largest}; base must be the smaller one"
            )

    @property
    def widths(self) -> tuple[int, ...]:
        """From 16 to the largest, each twice the one before."""
        return tuple(width for width in WIDTHS if width <= self.largest)

    @property
    def rates(self) -> tuple[float, ...]:
        """The learning rates, the smallest first."""
        return tuple(self.learning_rate / 2**i for i in reversed(range(self.n_rates)))

    @property
    def every(self) -> int:
        """Only the end counts."""
        return self.epochs

    @property
    def cost(self) -> Cost:
        """Of `widths`: a training for each width and seed, of all rates in both
        parametrisations.
        """
        size, n = size_of(self.dataset), 2 * self.n_rates
        total = Cost()
        for width in self.widths:
            taught = training(
                size,
                (width, width),
                n,
                epochs=self.epochs,
                batch_size=self.batch_size,
                optimizer=self.optimizer,
                rated=True,
                every=self.every,
            )
            total = total.then(taught.times(self.n_seeds))
        return total + frames(n, len(self.widths) * self.n_seeds)

"""The settings of two inputs on their way through random networks."""

from __future__ import annotations

from dataclasses import dataclass

from ....activations import ACTIVATIONS
from ....configs import choice, number
from ....costs import BASE, FLOPS, Cost, frames, parameters, pass_bytes, training
from ....datasets import size_of
from ....lazy import np
from ....optimizers import OPTIMIZERS
from ...settings import BATCHES, UNSHOWN, Training, spaced
from ...views import Preset
from ..settings import RATES, networks, units

BIASES = (0.0, 0.05, 0.1, 0.3, 1.0)
CORRELATIONS = (0.0, 0.25, 0.5, 0.75, 0.9, 0.99)
PAIR_STEP, LIMIT = 1e-3, 25e-3  # seconds of theory: a layer of a scale, and its fixed points
ELEMENT = 20e-9  # seconds for all that is done to one activation
FINER = 2  # so many times as many points has the theory's grid

PRESETS: dict[str, Preset] = {
    "Deeper, longer, and more stds": Preset(
        "Where does learning end with 30 layers?",
        {"depth": 30, "n_stds": 9, "epochs": 6, "n_seeds": 1},
    ),
    "No biases": Preset("From which std on do the inputs part?", {"bias_std": 0.0}),
    "ReLU instead of tanh": Preset("Does any std keep the inputs apart?", {"activation": "relu"}),
    "Sigmoid: nothing is told apart": Preset("Where do all lines end?", {"activation": "sigmoid"}),
    "Nearly equal inputs": Preset(
        "At which std does a small difference grow?", {"correlation": 0.99}
    ),
    "Adam trains more of them": Preset(
        "Which further stds learn now?", {"optimizer": "adam", "learning_rate": 0.001}
    ),
}


@dataclass(frozen=True)
class InputsConfig(Training):
    """Networks of `depth` hidden layers of `width` units, whose weights' std is varied around 1 /
    sqrt(width).
    """

    activation: str = choice("tanh", ACTIVATIONS)
    depth: int = number(15, 1, 50, "Hidden layers.", label="Layers")
    bias_std: float = number(
        0.3, 0.0, 2.0, "Standard deviation of the biases.", label="Std of the biases", ladder=BIASES
    )
    correlation: float = number(
        0.5,
        0.0,
        0.99,
        "Of any two of the random inputs.",
        label="Correlation of the inputs",
        ladder=CORRELATIONS,
    )
    width: int = units(64, 8, 128, "Units in every hidden layer.")
    reach: float = number(
        4.0,
        1.5,
        8.0,
        "The largest std of the weights, as a multiple of 1 / √width; also its inverse.",
        label="Largest std × √width",
        step=0.5,
    )
    n_stds: int = choice(
        7,
        (1, 3, 5, 7, 9, 11, 13),
        "How many standard deviations, log-spaced; 1 / √width is the middle.",
        label="How many stds",
    )
    samples: int = number(32, 2, 256, "Random inputs; any two of them are a pair.")
    epochs: int = number(4, 1, 50)
    batch_size: int = number(64, 8, 512, ladder=BATCHES)
    optimizer: str = choice("momentum", OPTIMIZERS)
    learning_rate: float = number(0.01, 1e-5, 1.0, "Step size.", ladder=RATES)
    n_seeds: int = networks(2, 5, "Networks per std.")

    @property
    def scales(self) -> list[float]:
        """The stds of the weights, times sqrt(width), ascending, rounded to three digits."""
        return self._scales(self.n_stds)

    @property
    def finer(self) -> list[float]:
        """A finer grid of the same range, and all of `scales`."""
        return sorted({*self.scales, *self._scales(FINER * self.n_stds - FINER + 1)})

    def _scales(self, n: int) -> list[float]:
        if n == 1:
            return [1.0]
        return [float(f"{s:.3g}") for s in np.geomspace(1 / self.reach, self.reach, n)]

    def std(self, scale: float) -> float:
        """The std of the weights at this scale."""
        return float(scale / self.width**0.5)

    @property
    def every(self) -> int:
        """Epochs from one measurement to the next: those on the way are a first look."""
        return spaced(self.epochs, 2)

    @property
    def measured(self) -> int:
        """Training examples that are measured: the page shows the test split's numbers alone."""
        return UNSHOWN

    @property
    def cost(self) -> Cost:
        """Of `input_pairs`: a pass of every network, the theory, and a training of all."""
        hidden, n = [self.width] * self.depth, self.n_stds * self.n_seeds
        sizes = [self.width] * (self.depth + 1)
        each = self.depth * self.samples * self.width * (2 * self.width / FLOPS + ELEMENT)
        drawn = parameters(sizes) * 15e-9
        theory = len(self.finer) * LIMIT + self.n_stds * self.depth * PAIR_STEP
        at_once = 8.0 * parameters(sizes) + pass_bytes(1, sizes, self.samples)
        measured = Cost(BASE + self.n_stds * at_once, n * (each + drawn) + theory)
        taught = training(
            size_of(self.dataset),
            hidden,
            n,
            epochs=self.epochs,
            batch_size=self.batch_size,
            optimizer=self.optimizer,
            measured=self.measured,
            every=self.every,
        )
        return measured.then(taught) + frames(2 * n, self.epochs // self.every + self.depth + 2)

"""The settings of lazy and rich learning."""

from __future__ import annotations

from dataclasses import dataclass

from ...configs import choice, number, validate
from ...costs import Cost, frames, limit, network_sizes, parameters, training
from ...datasets import DATASETS, Dataset, Size, size_of
from ...optimizers import OPTIMIZERS
from ..settings import RATES
from ..views import Preset

SAMPLES = (50, 100, 200, 300, 500, 1000)
SCALES = (2.0, 4.0, 8.0, 16.0, 32.0)
STEPS = (50, 100, 200, 400, 600)
WIDTHS = (16, 32, 64, 128, 256)
DECAYS = (0.0, 0.001, 0.003, 0.01, 0.03, 0.1)
LADDER = tuple(sorted({*RATES, 0.005}))
POINTS = 25  # measurements in a training, at most
MEASURE = 5e-3  # seconds that a measurement takes beside the evaluation

PRESETS: dict[str, Preset] = {
    "One hidden layer and SGD, as in the paper": Preset(
        "Do the networks that start large move less?",
        {"depth": 1, "width": 128, "optimizer": "sgd", "learning_rate": 0.03, "steps": 600},
    ),
    "Where it vanishes: tumours": Preset(
        "Does k matter to the test accuracy here?", {"dataset": "breast_cancer", "samples": 100}
    ),
    "More examples: 1,000": Preset(
        "How far apart are the smallest and the largest k now?",
        {"samples": 1000, "steps": 300, "n_seeds": 1},
    ),
    "With weight decay": Preset(
        "Do large starts move farther when they are pulled towards zero?",
        {"weight_decay": 0.01, "learning_rate": 0.01, "steps": 400},
    ),
    "A larger start still: 32": Preset(
        "Do the networks that start largest still fit all examples?",
        {"scale_max": 32.0, "n_scales": 7},
    ),
    "On MNIST": Preset(
        "Does the test accuracy depend on k here as well?", {"dataset": "mnist", "n_seeds": 1}
    ),
}


@dataclass(frozen=True)
class Config:
    """`n_scales` log-spaced factors k from scale_min to scale_max: all weights of a Kaiming normal
    start times k, biases 0. Every step takes all `samples` examples.
    """

    dataset: str | Dataset = choice("digits", DATASETS, "The data.", own=Dataset)
    samples: int = number(
        300,
        20,
        1500,
        "Examples to learn from, all in every step.",
        label="Examples",
        ladder=SAMPLES,
    )
    scale_max: float = number(
        8.0, 1.5, 32.0, "The largest factor k of the start.", label="Largest k", ladder=SCALES
    )
    scale_min: float = number(
        0.5,
        0.1,
        1.0,
        "The smallest factor k of the start.",
        label="Smallest k",
        ladder=(0.1, 0.25, 0.5, 1.0),
    )
    n_scales: int = number(5, 2, 9, "How many factors k.", label="How many k")
    width: int = number(64, 4, 256, label="Width", ladder=WIDTHS)
    depth: int = number(2, 1, 4, "Hidden layers.", label="Hidden layers")
    steps: int = number(200, 10, 600, label="Steps", ladder=STEPS)
    optimizer: str = choice("adam", OPTIMIZERS)
    learning_rate: float = number(0.005, 1e-5, 1.0, "Step size.", ladder=LADDER)
    weight_decay: float = number(
        0.0,
        0.0,
        0.1,
        "L2 regularization: added to each gradient, times the weight.",
        label="Weight decay",
        ladder=DECAYS,
    )
    seed: int = number(0, 0, 10_000, "The first seed.")
    n_seeds: int = number(2, 1, 10, "Networks per k.", label="Networks per k")

    def __post_init__(self) -> None:
        validate(self)
        limit(self)

    @property
    def hidden(self) -> tuple[int, ...]:
        """Units of the hidden layers."""
        return (self.width,) * self.depth

    @property
    def scales(self) -> list[float]:
        """The factors k, rounded to four digits so that they can be named in a link."""
        ratio = (self.scale_max / self.scale_min) ** (1 / (self.n_scales - 1))
        return [float(f"{self.scale_min * ratio**i:.4g}") for i in range(self.n_scales)]

    @property
    def n_train(self) -> int:
        """Examples that are learned from: `samples`, or all that there are."""
        return min(self.samples, size_of(self.dataset).train)

    @property
    def every(self) -> int:
        """Steps between two measurements."""
        return -(-self.steps // POINTS)

    @property
    def cost(self) -> Cost:
        """Of `run`: the training, and the start that is kept beside it."""
        whole, n = size_of(self.dataset), self.n_scales * self.n_seeds
        size = Size(self.n_train, whole.test, whole.features, whole.outputs)
        p = parameters(network_sizes(size, self.hidden))
        taught = training(
            size,
            self.hidden,
            n,
            epochs=self.steps,
            batch_size=size.train,
            optimizer=self.optimizer,
            every=self.every,
        )
        points = -(-self.steps // self.every) + 1
        kept = 4.0 * n * p + 16.0 * n * self.width * max(self.width, size.features)
        return taught + Cost(kept, points * MEASURE) + frames(2 * n, points, row=90.0)

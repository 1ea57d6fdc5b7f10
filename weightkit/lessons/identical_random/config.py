"""The settings of the same random numbers twice."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

from ...activations import ACTIVATIONS
from ...configs import choice, number
from ...costs import Cost, frames, training
from ...datasets import Size
from ..settings import Training
from ..views import Preset

SIZES = (2, 8, 1, 1)
SAMPLES, TEST_SAMPLES = 400, 40
DATASETS = ("two_clouds", "ring")
WEIGHTS = ("seeded", "copied", "no seed")
BIASES = ("copied", "seeded together", "seeded apart", "no seed")
DRAW_ORDERS = ("same", "reversed")
FIRST = 8  # numbers shown of each way to ask for them


@dataclass(frozen=True)
class Config(Training):
    """Four networks: one without a seed, two from `seed` (a and b), one from `seed + 1`.

    "No seed" stands for a seed that the machine picks afresh at every run. So that a result can be
    linked to and repeated, that pick is a setting too, `entropy`: another number is another run of
    the same program.
    """

    weights: str = choice(
        "seeded",
        WEIGHTS,
        "Xavier weights: from each network's seed, copied from one template, or without a seed.",
        label="Xavier weights",
    )
    biases: str = choice(
        "copied",
        BIASES,
        "PyTorch's default biases: copied from one template, as in the course; seeded together with"
        " the weights (one stream of numbers, layer by layer); seeded apart (the seed is set once"
        " more); or without a seed.",
    )
    draw_order: str = choice(
        "same",
        DRAW_ORDERS,
        "Whether network b draws its layers from input to output, as network a, or the other way.",
        label="Layer order of b",
    )
    batches: str = choice(
        "same",
        ("same", "other"),
        "Whether network b sees the training samples in the same order as network a.",
        label="Batch order of b",
    )
    entropy: int = number(
        0,
        0,
        10_000,
        "What the machine picks where there is no seed.",
        label="What the machine picks without a seed",
    )
    dataset: str = choice(
        "two_clouds", DATASETS, "400 points of two classes, made from a fixed seed of their own."
    )
    activation: str = choice("tanh", ACTIVATIONS)
    epochs: int = number(30, 1, 200)
    batch_size: int = number(32, 4, 360, ladder=(8, 16, 32, 64, 128, 360))
    learning_rate: float = number(
        0.01, 1e-5, 1.0, "Step size.", ladder=(0.001, 0.003, 0.01, 0.03, 0.1, 0.3)
    )
    seed: int = number(
        1, 0, 10_000, "The seed of networks a and b; the other one is a number higher."
    )
    n_seeds: int = number(
        1, 1, 1, "Networks per name: one, since this lesson is about single networks."
    )

    @property
    def cost(self) -> Cost:
        """Of `run`: four trainings in step."""
        taught = training(
            Size(SAMPLES - TEST_SAMPLES, TEST_SAMPLES, *SIZES[::3]),
            SIZES[1:-1],
            1,
            epochs=self.epochs,
            batch_size=self.batch_size,
            optimizer=self.optimizer,
        )
        return taught.times(4) + frames(8, self.epochs + 1)

    @property
    def networks(self) -> tuple[str, str, str, str]:
        """Their names: ("no seed", "seed 1a", "seed 2", "seed 1b")."""
        return "no seed", f"seed {self.seed}a", f"seed {self.seed + 1}", f"seed {self.seed}b"

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """All six pairs of networks; the two of the same seed first."""
        a, b = self.networks[1], self.networks[3]
        return [(a, b), *(pair for pair in combinations(self.networks, 2) if pair != (a, b))]


PRESETS = {
    "Same weights, other biases": Preset(
        "Are equal weights enough for equal outputs?", {"biases": "no seed"}
    ),
    "Seed the biases instead": Preset(
        "Are equal biases enough?", {"weights": "no seed", "biases": "seeded apart"}
    ),
    "Seed both together": Preset(
        "Why are the weights other ones than before?", {"biases": "seeded together"}
    ),
    "Layers in the other order": Preset(
        "Which layer gets which numbers now?", {"draw_order": "reversed"}
    ),
    "Another batch order": Preset("At which epoch do the two curves part?", {"batches": "other"}),
    "ReLU instead of tanh": Preset("Does any std keep the inputs apart?", {"activation": "relu"}),
}

"""The settings of the curvature of a small network's loss."""

from __future__ import annotations

from dataclasses import dataclass

from ....configs import choice, number, validate
from ....costs import BASE, Cost, frames, limit, parameters, training
from ....datasets import DATASETS, Size, size_of
from ....optimizers import OPTIMIZERS
from ...views import Preset
from ..settings import RANDOM, RATES, SCHEME_NAMES, fixed_std, networks

SMALL = tuple(name for name in DATASETS if name != "mnist")
"""784 pixels make too many parameters for all second derivatives."""
LADDER = tuple(sorted({*RATES, 0.02}))
STEPS = (1, 10, 20, 50, 100, 200, 400, 700, 1000)
UNITS = (2, 4, 8, 12, 16)
DOUBLE = 15e9  # operations per second of matrix products in float64
EIGENVALUES = 2.5e-10  # seconds per parameter cubed: the eigenvalues of a symmetric matrix
SAMPLE = 40e-9  # seconds per example and number that is made of it on the way to a Hessian
AT_ONCE = 2**20  # of these numbers are held at once
EVERY = 20  # steps between two rows of the loss by step

PRESETS: dict[str, Preset] = {
    "Four units": Preset("How does the share of flat directions change?", {"width": 4}),
    "Longer: 1,000 steps": Preset(
        "How many directions still curve down?", {"steps": 1000, "n_seeds": 1}
    ),
    "Tumours instead of digits": Preset("Is zero a saddle here too?", {"dataset": "breast_cancer"}),
    "A larger random start: std 1": Preset(
        "Does the largest curvature grow?", {"init": "normal", "std": 1.0}
    ),
    "A finer tolerance: 10⁻⁵": Preset("How many directions stay flat?", {"tolerance": 1e-5}),
}


@dataclass(frozen=True)
class SaddlesConfig:
    """One hidden layer of `width` tanh units: 610 parameters at the default.

    Every step takes all `samples` examples, so that training goes downhill on the very loss whose
    second derivatives are taken.
    """

    dataset: str = choice("digits", SMALL, "The data.")
    width: int = number(8, 1, 16, "Units of the hidden layer.", label="Hidden units", ladder=UNITS)
    init: str = choice(
        "xavier_normal",
        RANDOM,
        "How the random start is drawn.",
        label="The random start",
        names=SCHEME_NAMES,
    )
    std: float = fixed_std()
    steps: int = number(400, 1, 1000, label="Steps", ladder=STEPS)
    optimizer: str = choice("adam", OPTIMIZERS)
    learning_rate: float = number(0.02, 1e-5, 1.0, "Step size.", ladder=LADDER)
    samples: int = number(300, 20, 1000, "Training examples of the loss, all in every step.")
    tolerance: float = number(
        1e-4,
        1e-7,
        1e-2,
        "An eigenvalue counts as flat within this share of the largest in size.",
        label="Flat, as a share of the largest",
        ladder=(1e-6, 1e-5, 1e-4, 1e-3),
    )
    seed: int = number(0, 0, 10_000, "The first seed.")
    n_seeds: int = networks(2, 10, "Networks of each kind.")

    def __post_init__(self):
        validate(self)
        limit(self)

    @property
    def activation(self) -> str:
        """With tanh, a unit of zeros answers 0 and stays."""
        return "tanh"

    @property
    def outputs(self) -> int:
        """Outputs of the network."""
        return size_of(self.dataset).outputs

    @property
    def levels(self) -> list[int]:
        """How many hidden units start from random numbers, the others from zeros: 0, 1, 2, 4, ...,
        all.
        """
        return sorted({k for k in (0, 1, 2, 4, 8) if k < self.width} | {self.width})

    @property
    def networks(self) -> list[tuple[int, int]]:
        """(random units, seed) of every network; without random units there is nothing to draw."""
        seeds = range(self.seed, self.seed + self.n_seeds)
        return [(0, self.seed)] + [(k, s) for k in self.levels if k for s in seeds]

    @property
    def cost(self) -> Cost:
        """Of `saddles`: a training of all networks, and a Hessian of each, of zero and of the
        random starts.
        """
        whole = size_of(self.dataset)
        size = Size(min(self.samples, whole.train), whole.test, whole.features, whole.outputs)
        n, hessians = len(self.networks), len(self.networks) + self.n_seeds + 1
        taught = training(
            size,
            [self.width],
            n,
            epochs=self.steps,
            batch_size=size.train,
            optimizer=self.optimizer,
            every=EVERY,
        )
        p = parameters((size.features, self.width, size.outputs))
        first, last = size.features + 1, (self.width + 1) * size.outputs
        products = 2.0 * (p**2 + (self.width * first) ** 2)
        made = self.width**2 * first + last * (self.width + size.outputs)
        one = size.train * (products / DOUBLE + made * SAMPLE / 10) + EIGENVALUES * p**3 + 2e-3
        numbers = max(self.width**2 * first, last * max(self.width, size.outputs))
        memory = 8.0 * (4 * p**2 + 3 * max(AT_ONCE, numbers)) + 200.0 * p * hessians
        rows = self.steps // EVERY + 2
        return taught.then(Cost(BASE + memory, hessians * one)) + frames(2 * n, rows)

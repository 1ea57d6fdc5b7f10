"""The settings of the contest."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from ....configs import choice, number
from ....costs import Cost, frames, training
from ....datasets import DATASETS, Dataset, size_of
from ....initializers import INITIALIZERS
from ....optimizers import OPTIMIZERS
from ...settings import RATES, Training, spaced
from ...views import Preset

BINARY = tuple(name for name, source in DATASETS.items() if source.task == "binary")
HIDDEN = ("16-32-32", "64-64-64")
METRICS = ("train_loss", "train_accuracy", "test_accuracy")
TRIO = ("xavier_normal", "kaiming_normal", "kaiming_uniform")
"""The course's pair, and what lies between: the first two differ in the formula, the last two in
the shape.
"""

PRESETS: dict[str, Preset] = {
    "10 runs, as in the course": Preset(
        "How wide are the intervals with ten runs?", {"n_seeds": 10}
    ),
    "Twice as long": Preset("Does the gap in the training loss close?", {"epochs": 200}),
    "Like against like": Preset(
        "Both normal: is the formula enough to differ?", {"second": "kaiming_normal"}
    ),
    "Only the shape differs": Preset(
        "Is there a difference left to see?",
        {"first": "kaiming_normal", "second": "kaiming_uniform"},
    ),
    "Adam instead of SGD": Preset("Does the gap in the training loss stay?", {"optimizer": "adam"}),
    "64 units": Preset("Does width change who is ahead?", {"hidden": "64-64-64", "n_seeds": 10}),
    "Weight decay": Preset("What becomes of the gap to the test set?", {"weight_decay": 0.01}),
    "Dropout": Preset("Which of the three differences stay?", {"dropout": 0.25}),
    "Red wine": Preset(
        "Does the winner depend on the data?",
        {"dataset": "wine_quality", "epochs": 100, "n_seeds": 10},
    ),
}


@dataclass(frozen=True)
class Config(Training):
    """The contest: n_seeds networks that start from scheme `first` against n_seeds that start from
    `second`.

    Only the weights start by the scheme; the biases start as PyTorch draws them, as in the course.
    Welch's test takes two independent samples, so no seed is used twice: `first` has the seeds
    seed, ..., seed + n_seeds - 1 and `second` the n_seeds that follow.
    """

    dataset: str | Dataset = choice("breast_cancer", BINARY, "The data.", own=Dataset)
    epochs: int = number(
        100,
        1,
        1000,
        ladder=(10, 50, 100, 200, 300, 400, 600, 1000),
    )
    optimizer: str = choice("sgd", OPTIMIZERS)
    learning_rate: float = number(0.01, 1e-5, 1.0, "Step size.", ladder=(*RATES, 0.3))
    n_seeds: int = number(20, 2, 100, "Runs per scheme.", label="Runs per scheme", step=5)
    first: str = choice(
        "xavier_normal",
        INITIALIZERS,
        "The scheme of the first half of the networks.",
        label="One scheme",
    )
    second: str = choice(
        "kaiming_uniform", INITIALIZERS, "The scheme of the second half.", label="The other"
    )
    hidden: str = choice("16-32-32", HIDDEN, label="Units of the hidden layers")
    weight_decay: float = number(
        0.0,
        0.0,
        1.0,
        "L2 regularization: pulls every weight towards zero.",
        label="Weight decay (L2)",
        ladder=(0.0, 0.001, 0.003, 0.01, 0.03, 0.1),
    )
    dropout: float = number(
        0.0,
        0.0,
        0.9,
        "Share of hidden outputs silenced at random in each step.",
        ladder=(0.0, 0.1, 0.25, 0.5),
    )

    def _check(self) -> None:
        if self.first == self.second:
            raise ValueError(
                f"first and second are both {self.first!r}; they must be two different schemes"
            )

    @property
    def units(self) -> list[int]:
        """Units of the hidden layers."""
        return [int(n) for n in self.hidden.split("-")]

    @property
    def every(self) -> int:
        """Epochs from one measurement to the next: what counts is the end, and measuring each of
        hundreds took a third of the time.
        """
        return spaced(self.epochs)

    @property
    def trio(self) -> Config:
        """The same for the pair's three parts, whatever pair is on the screen: they share one
        run.
        """
        return replace(self, first=TRIO[0], second=TRIO[-1])

    @property
    def cost(self) -> Cost:
        """Of `run`."""
        return self.cost_of(2)

    def cost_of(self, schemes: int) -> Cost:
        """Of n_seeds networks of so many schemes."""
        n = schemes * self.n_seeds
        taught = training(
            size_of(self.dataset),
            self.units,
            n,
            epochs=self.epochs,
            batch_size=self.batch_size,
            optimizer=self.optimizer,
            dropout=self.dropout > 0,
            every=self.every,
        )
        return taught + frames(2 * n, math.ceil(self.epochs / self.every) + 1)

"""The settings of the schedules, and the names of what is frozen."""

from __future__ import annotations

from dataclasses import dataclass

from ....configs import choice, choices, number
from ....costs import Cost, frames, network_sizes, parameters, training
from ....datasets import DATASETS, Dataset, size_of
from ...settings import Training
from ...views import Preset
from ..config import HIDDEN, LAYERS
from .schedule import parse_schedule

NOTHING, HALF, BIASES, WEIGHTS, FC1, OWN = CONDITIONS = (
    "nothing frozen",
    "output first, then all",
    "only biases learn",
    "only weights learn",
    "fc1 frozen",
    "own schedule",
)

PRESETS: dict[str, Preset] = {
    "The switch at half-time": Preset(
        "What does one epoch with all layers bring?",
        {"conditions": (NOTHING, HALF), "split": "both"},
    ),
    "Only weights, only biases": Preset(
        "How much can biases do alone?", {"conditions": (NOTHING, BIASES, WEIGHTS)}
    ),
    "Only fc1 frozen against none": Preset(
        "Can you tell the two curves apart?", {"conditions": (NOTHING, FC1), "split": "both"}
    ),
    "All but the input layer off": Preset(
        "How good is one layer that learns?",
        {"conditions": (NOTHING, OWN), "schedule": "fc1,fc2,output"},
    ),
    "Freeze layer after layer": Preset(
        "What does each freezing cost?",
        {
            "conditions": (NOTHING, OWN),
            "schedule": "input:4-,fc1:6-,fc2:8-",
        },
    ),
    "SGD, as in the course": Preset(
        "How long until the layers catch up?",
        {"optimizer": "sgd", "learning_rate": 0.05, "epochs": 30},
    ),
    "MNIST, as in the course": Preset(
        "Does the switch show on MNIST too?",
        {
            "dataset": "mnist",
            "n_seeds": 1,
            "epochs": 4,
            "batch_size": 64,
            "learning_rate": 0.001,
        },
    ),
}


@dataclass(frozen=True)
class Config(Training):
    """Networks of the course's shape, n_seeds per condition; those of one seed start from the same
    random numbers.
    """

    dataset: str | Dataset = choice("digits", DATASETS, "The data.", own=Dataset)
    conditions: tuple[str, ...] = choices(
        CONDITIONS, CONDITIONS, "What is frozen, and when.", label="Networks to compare"
    )
    schedule: str = "input:1-8,fc1:1-6,fc2:1-4"
    epochs: int = number(12, 1, 100)
    learning_rate: float = number(
        0.005, 1e-5, 1.0, "Step size.", ladder=(0.0001, 0.001, 0.005, 0.01, 0.05, 0.1)
    )
    weight_decay: float = number(
        0.0,
        0.0,
        1.0,
        "Adds this times each learning parameter to its gradient (L2).",
        ladder=(0.0, 0.0001, 0.001, 0.01, 0.1),
    )
    n_seeds: int = number(3, 1, 10, label="Networks of each kind")

    def _check(self) -> None:
        parse_schedule(self.schedule, LAYERS)

    @property
    def cost(self) -> Cost:
        """Of `run`: the training, and how far each parameter has moved after each epoch."""
        size, n = size_of(self.dataset), len(self.conditions) * self.n_seeds
        taught = training(
            size,
            HIDDEN,
            n,
            epochs=self.epochs,
            batch_size=self.batch_size,
            optimizer=self.optimizer,
            frozen=True,
        )
        p = parameters(network_sizes(size, HIDDEN))
        moved = frames(8 * n, self.epochs, live=False) + Cost(
            4.0 * n * p, 3e-9 * n * p * self.epochs
        )
        return taught + frames(2 * n, self.epochs + 1) + moved

    @property
    def half(self) -> int:
        """The last epoch of the first half: afterwards "output first, then all" learns in all
        layers.
        """
        return self.epochs // 2

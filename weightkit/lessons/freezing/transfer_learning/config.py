"""The settings of transfer learning."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ....configs import choice, choices, number
from ....costs import Cost, frames, training
from ....datasets import Size, size_of
from ...settings import Training, spaced
from ...views import Preset
from ..config import HIDDEN

TRANSFERS = FROZEN, TUNED, SCRATCH = ("frozen features", "full fine-tuning", "from scratch")
NEW_DIGITS, INVERTED = TASKS = ("new digits", "inverted images")
N_LABELLED = (1, 2, 5, 10, 20, 50)
POOL = max(N_LABELLED)  # images per class that may get a label; all others are for testing
TEST_MOST = 500
POINTS = 6  # of a learning curve: with a step or two an epoch, measuring each took half of the time
LABELLING = 10e-3  # seconds for choosing examples and building a network for them

PRESETS: dict[str, Preset] = {
    "Light and dark swapped": Preset(
        "From how many examples on does transfer lose?", {"task": INVERTED, "layers": 1}
    ),
    "Swapped, three layers": Preset("Do more layers carry over better?", {"task": INVERTED}),
    "Only the first layer taken over": Preset(
        "Is one layer better to take over than three?", {"layers": 1}
    ),
    "No pretraining at all": Preset(
        "How good are features that never learned?", {"pretrain_epochs": 0, "layers": 1}
    ),
    "On MNIST": Preset(
        "Does transfer pay with these images?",
        {"dataset": "mnist", "pretrain_epochs": 2, "n_seeds": 3},
    ),
}


@dataclass(frozen=True)
class TransferConfig(Training):
    """Which knowledge is carried over to what, and how little of the new task is labelled.

    task: "new digits" pretrains on 0-4 and then learns 5-9; "inverted images" pretrains on all ten
    digits with half of the images and then learns the same digits with light and dark swapped, from
    the other half.
    n_labelled: labelled examples of each new class. layers: how many layers are taken over from the
    pretrained network (and frozen, in "frozen features"); the others, always also the output layer,
    start from fresh random numbers.
    """

    dataset: str = choice("digits", ("digits", "mnist"), "The data: ten classes of images.")
    task: str = choice(
        NEW_DIGITS,
        TASKS,
        "What is learned first, and what afterwards.",
        label="Old task, then new",
        names={NEW_DIGITS: "0 to 4, then 5 to 9", INVERTED: "digits, then their negatives"},
    )
    n_labelled: tuple[int, ...] = choices(
        (1, 2, 5, 10, 50),
        N_LABELLED,
        "Labelled examples of each new class.",
        label="Labelled examples per class",
    )
    layers: int = number(
        3,
        1,
        3,
        "How many layers are taken over from the pretrained network.",
        label="Layers taken over",
    )
    pretrain_epochs: int = number(
        10, 0, 50, "Passes over the old task.", label="Epochs of pretraining"
    )
    epochs: int = number(
        20, 1, 200, "Passes over the labelled examples.", label="Epochs on the labelled examples"
    )
    n_seeds: int = number(
        5,
        1,
        10,
        "Networks per condition, each with its own choice of labelled examples.",
        label="Networks of each kind",
    )

    @property
    def near(self) -> int:
        """The number of labelled examples that the question is about: the one nearest to 5."""
        return min(self.n_labelled, key=lambda n: abs(n - 5))

    @property
    def every(self) -> int:
        """Epochs from one measurement to the next."""
        return spaced(self.epochs, POINTS)

    @property
    def cost(self) -> Cost:
        """Of `transfer`: the pretraining on half of the data, and a training for each seed and
        number of examples.
        """
        size = size_of(self.dataset)
        settings: dict[str, Any] = {
            "batch_size": self.batch_size,
            "optimizer": self.optimizer,
            "every": self.every,
        }
        half = Size(
            size.train // 2,
            size.test // 2 if self.task == NEW_DIGITS else size.test,
            size.features,
            10,
        )
        total = training(
            half, HIDDEN, self.n_seeds, epochs=self.pretrain_epochs, **settings
        ) + Cost(2.0 * (size.train + size.test) * size.features * (self.task == NEW_DIGITS))
        for n in self.n_labelled:
            few = Size(10 * n, TEST_MOST, size.features, 10)
            kinds = training(
                few, HIDDEN, len(TRANSFERS), epochs=self.epochs, frozen=True, **settings
            )
            alone = training(few, (), 1, epochs=self.epochs, **settings)
            one = kinds.then(alone) + Cost(
                8.0 * few.train * few.features, LABELLING + 3e-9 * (size.train + size.test) * 10
            )
            total = total.then(one.times(self.n_seeds))
        curves = frames(
            6 * (self.epochs // self.every + 2), len(self.n_labelled) * self.n_seeds, row=40
        )
        return total + curves + frames(2 * self.n_seeds, self.pretrain_epochs + 1, live=False)

"""The fields that every training shares: a lesson's Config extends them, and overrides what it has
otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from ..configs import choice, number, validate
from ..costs import Cost, limit
from ..datasets import DATASETS, Dataset, size_of
from ..optimizers import OPTIMIZERS
from ..pieces import MEASURED

if TYPE_CHECKING:
    from ..training import TrainConfig

RATES = (0.0001, 0.001, 0.003, 0.01, 0.03, 0.1)
BATCHES = (16, 32, 64, 128, 256)
LAST = 3  # epochs averaged for an accuracy, as in the course, since single epochs jump
POINTS = 50  # of a learning curve that is shown and not told
UNSHOWN = 256  # training examples that are measured where no page shows what becomes of them
KINDS = {"weight": "weights", "bias": "biases"}  # what charts and sentences call parameters


def spaced(epochs: int, points: int = POINTS) -> int:
    """Epochs from one measurement to the next (`TrainConfig.every`), for at most about so many
    `points` of a curve.
    """
    return max(1, epochs // points)


def of_part(config: Any) -> tuple[str, ...]:
    """Says, where it is so, that the training set's numbers are those of a part of it."""
    if size_of(config.dataset).train <= MEASURED:
        return ()
    return (
        f"On the training set, loss and accuracy are measured with {MEASURED:,} of its examples,"
        " always the same.",
    )


@dataclass(frozen=True)
class Training:
    """What is trained on what, how long, how, and how often."""

    dataset: str | Dataset = choice("digits", DATASETS, "The data.")
    epochs: int = number(10, 1, 100)
    batch_size: int = number(32, 8, 512, ladder=BATCHES)
    optimizer: str = choice("adam", OPTIMIZERS)
    learning_rate: float = number(0.01, 1e-5, 1.0, "Step size.", ladder=RATES)
    seed: int = number(0, 0, 10_000, "The first seed.")
    n_seeds: int = number(1, 1, 10, label="Networks of each kind")

    def __post_init__(self) -> None:
        validate(self)
        self._check()
        limit(self)

    def _check(self) -> None:
        """Raise ValueError for settings that are allowed one by one, but not together."""

    @property
    def cost(self) -> Cost:
        """Of the whole run."""
        raise NotImplementedError

    def train_config(self, **changes: Any) -> TrainConfig:
        """These settings (and `every`, where a lesson has it) as `training.train` takes them;
        `changes` are fields of TrainConfig.
        """
        from ..training import TrainConfig

        mine = {f.name: getattr(self, f.name) for f in fields(TrainConfig) if hasattr(self, f.name)}
        return TrainConfig(**mine | changes)

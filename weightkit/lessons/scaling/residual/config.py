"""The settings of the deep networks with and without skips."""

from __future__ import annotations

from dataclasses import dataclass

from ....configs import choice, number
from ....costs import Cost, frames, pass_bytes, training
from ....datasets import DATASETS, Dataset, size_of
from ....optimizers import OPTIMIZERS
from ...settings import RATES, UNSHOWN, Training
from ...views import Preset

PLAIN, SKIP, ZERO, SMALL = DESIGNS = (
    "plain",
    "skip",
    "skip, last layer zero",
    "skip, last layer small",
)
PER_BLOCK = 2  # layers
SAMPLES = 256  # training examples whose signal is measured

PRESETS: dict[str, Preset] = {
    "48 blocks, as in the largest GPT-2": Preset(
        "Do the two starts still hold?", {"blocks": 48, "n_seeds": 2}
    ),
    "Where the effect vanishes: two blocks": Preset(
        "Which design does best when there is little depth?", {"blocks": 2}
    ),
    "Adam instead of momentum": Preset(
        "Does the plain network learn now?", {"optimizer": "adam", "learning_rate": 0.001}
    ),
    "On MNIST": Preset(
        "Is it the same with the course's images?",
        {"dataset": "mnist", "n_seeds": 1, "epochs": 1},
    ),
}


@dataclass(frozen=True)
class Config(Training):
    """Residual networks of `blocks` blocks of two ReLU layers, beside a plain one as deep.

    All weights start by He's formula, biases at zero. In two designs the last layer of each block
    is changed: to zeros (as in Fixup, Zhang et al. 2019), or times 1 / sqrt(2 blocks) (as in GPT-2,
    Radford et al. 2019).
    """

    dataset: str | Dataset = choice("digits", DATASETS, "The data.", own=Dataset)
    blocks: int = number(
        30, 1, 60, "Blocks of two layers.", label="Blocks", ladder=(1, 2, 4, 8, 15, 30, 48, 60)
    )
    width: int = number(32, 8, 128, label="Width", ladder=(8, 16, 32, 64, 128))
    epochs: int = number(4, 1, 40)
    batch_size: int = number(64, 8, 512, ladder=(16, 32, 64, 128, 256))
    optimizer: str = choice("momentum", OPTIMIZERS)
    learning_rate: float = number(0.01, 1e-5, 1.0, "Step size.", ladder=RATES)
    n_seeds: int = number(2, 1, 10, "Networks of each design.", label="Networks of each design")

    @property
    def hidden(self) -> tuple[int, ...]:
        """Units of the hidden layers: one before the blocks, and those of the blocks."""
        return (self.width,) * (1 + PER_BLOCK * self.blocks)

    @property
    def measured(self) -> int:
        """Training examples that are measured: the page shows the test split's numbers alone."""
        return UNSHOWN

    @property
    def cost(self) -> Cost:
        """Of `run`: the plain stack and that with skips, side by side."""
        size = size_of(self.dataset)

        def taught(designs: int, skip: bool) -> Cost:
            return training(
                size,
                self.hidden,
                designs * self.n_seeds,
                epochs=self.epochs,
                batch_size=self.batch_size,
                optimizer=self.optimizer,
                measured=self.measured,
                skip=skip,
            )

        n = len(DESIGNS) * self.n_seeds
        sizes = (size.features, *self.hidden, size.outputs)
        seen = pass_bytes(3 * self.n_seeds, sizes, min(SAMPLES, size.train), keep=False, skip=True)
        signal = Cost(seen + 150.0 * n * (self.blocks + 1), 4e-4 * self.blocks)
        both = taught(1, False) + taught(3, True)
        return both.then(signal) + frames(2 * n, self.epochs + 1)

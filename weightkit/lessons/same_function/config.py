"""The settings of two seeds and the line between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ...configs import choice, number
from ...costs import (
    CALL,
    ELEMENT,
    FLOPS,
    STEP,
    Cost,
    frames,
    network_sizes,
    parameters,
    pass_bytes,
    training,
)
from ...datasets import DATASETS, Dataset, size_of
from ...pieces import evaluated_rows
from ..settings import RATES, Training
from ..views import Preset

SEEDS, MATCHED, BATCHES = "two seeds", "two seeds, units matched", "same start, other batches"
PAIRS = (SEEDS, MATCHED, BATCHES)
BRIEF = {SEEDS: "two seeds", MATCHED: "matched units", BATCHES: "same start"}
"""What legends call them, in one row beside another chart, as titles do."""
WIDTHS = (8, 16, 32, 64, 128, 256, 512)
POINTS = (5, 11, 21, 41)
SAMPLE = 2000  # examples of the training split, at most, on which the loss of a line is measured
LIVE = 8  # pictures of a training, at most
LIVE_SAMPLE, LIVE_POINTS = 200, 5
LIVE_WIDTH = 128  # up to which units are matched for them as well
SWEEPS = 50  # passes of the matching over all layers, at most; mostly fewer than 10
ASSIGN = 3.5e-10  # seconds per unit cubed, of one assignment with its products

PRESETS: dict[str, Preset] = {
    "As in Git Re-Basin: MNIST, 3 × 256": Preset(
        "How high is the middle of the line with the units matched?",
        {
            "dataset": "mnist",
            "width": 256,
            "depth": 3,
            "batch_size": 128,
            "epochs": 1,
            "n_seeds": 1,
            "points": 5,
        },
    ),
    "Where it vanishes: tumours": Preset(
        "Does the loss rise at all between two seeds?", {"dataset": "breast_cancer"}
    ),
    "Narrow: 8 units": Preset("How much do eight units leave to be matched?", {"width": 8}),
    "Wide: 256 units": Preset(
        "Does matching do more for wide layers?", {"width": 256, "n_seeds": 1, "epochs": 10}
    ),
    "One hidden layer": Preset("How much is left in the middle with one layer?", {"depth": 1}),
    "On MNIST": Preset(
        "Is the middle lower with the units matched?",
        {"dataset": "mnist", "epochs": 4, "n_seeds": 1},
    ),
}


@dataclass(frozen=True)
class Config(Training):
    """`n_seeds` pairs: networks that start from the seeds s and s + 1 (then s + 2 and s + 3, ...)
    and see the same batches, and a third that starts as the first and sees other batches.
    """

    dataset: str | Dataset = choice("digits", DATASETS, "The data.", own=Dataset)
    width: int = number(32, 4, 512, label="Width", ladder=WIDTHS)
    depth: int = number(2, 1, 3, "Hidden layers.", label="Hidden layers")
    epochs: int = number(20, 1, 60)
    learning_rate: float = number(0.003, 1e-5, 1.0, "Step size.", ladder=RATES)
    n_seeds: int = number(3, 1, 10, "Pairs of networks of each kind.", label="Pairs of each kind")
    points: int = choice(11, POINTS, "Networks on each line.", label="Points on a line")

    @property
    def hidden(self) -> tuple[int, ...]:
        """Units of the hidden layers."""
        return (self.width,) * self.depth

    @property
    def first_seeds(self) -> list[int]:
        """The seed of the first network of each pair; the second's is the next number."""
        return [self.seed + 2 * i for i in range(self.n_seeds)]

    @property
    def cost(self) -> Cost:
        """Of `run`: two stacks trained in turn, their starts, the matching, and the lines."""
        size = size_of(self.dataset)
        sizes = network_sizes(size, self.hidden)
        p, lines = parameters(sizes), len(PAIRS) * self.n_seeds
        how: dict[str, Any] = {
            "epochs": self.epochs,
            "batch_size": self.batch_size,
            "optimizer": self.optimizer,
        }
        taught = training(size, self.hidden, 2 * self.n_seeds, **how).then(
            training(size, self.hidden, self.n_seeds, **how)
        )
        rows = min(SAMPLE, size.train) + size.test
        chunk = min(rows, evaluated_rows(lines, max(sizes[1:])))
        live = LIVE * LIVE_POINTS * (LIVE_SAMPLE + size.test)
        measured = self.points * rows + live
        calls = (measured / chunk + self.points + LIVE * LIVE_POINTS) * (
            STEP + CALL * (len(sizes) - 1)
        )
        lined = lines * measured * (2.0 * p / FLOPS + sum(self.hidden) * ELEMENT / 2)
        passes = 2 if self.depth == 1 else 8  # of one layer, the second finds nothing to change
        sweeps = passes * self.depth * self.n_seeds * (3 + LIVE * (self.width <= LIVE_WIDTH))
        matched = sweeps * (ASSIGN * self.width**3 + 2e-4)
        beside = Cost(
            4.0 * p * (2 * self.n_seeds + lines + 4)
            + pass_bytes(lines, sizes, chunk, keep=False)
            + 40.0 * self.width**2,
            lined + calls + matched + 0.1,
        )
        return taught + beside + frames(6 * self.n_seeds, self.epochs + 1)

"""The settings of the loss on a plane around two starts."""

from __future__ import annotations

from dataclasses import dataclass

from ....activations import ACTIVATIONS
from ....configs import choice, number, validate
from ....costs import BASE, FLOPS, Cost, limit, network_sizes, parameters, pass_bytes, training
from ....datasets import DATASETS, size_of
from ....optimizers import OPTIMIZERS
from ...settings import BATCHES
from ...views import Preset
from ..settings import RANDOM, RATES, SCHEME_NAMES, fixed_std, units

PLANES = {"random": "random", "path": "of training"}
CONSTANTS = (-0.3, -0.1, 0.0, 0.01, 0.1, 0.3, 1.0)
ROWS_AT_ONCE = 128  # networks evaluated together: enough to be quick, few enough for the cache
WRITTEN = 2**18  # parameters of theirs that are computed at once, in float64

PRESETS: dict[str, Preset] = {
    "The plane of the path": Preset("Where does the path leave the flat part?", {"plane": "path"}),
    "All parameters 0.1": Preset("Is the start still on a flat?", {"constant": 0.1}),
    "Eight layers": Preset("How does depth change the flat part?", {"depth": 8}),
}


@dataclass(frozen=True)
class LandscapeConfig:
    """Two starts of the same network: all parameters `constant`, and random weights with zero
    biases.
    """

    init: str = choice(
        "kaiming_normal",
        RANDOM,
        "How the random start is drawn.",
        label="The random start",
        names=SCHEME_NAMES,
    )
    constant: float = number(
        0.0,
        -1.0,
        1.0,
        "The value of every weight and bias of the same-value start.",
        label="The same-value start",
        ladder=CONSTANTS,
    )
    plane: str = choice(
        "random",
        PLANES,
        "Random directions, or those in which training moves the most.",
        label="Directions of the plane",
        names=PLANES,
    )
    resolution: int = number(
        31, 5, 61, "Points along each side of the square, an odd number.", step=10
    )
    extent: float = number(
        1.0, 0.05, 3.0, "Half a side: 1 is as long as the random start's own weights.", step=0.05
    )
    std: float = fixed_std()
    activation: str = choice("relu", ACTIVATIONS)
    depth: int = number(4, 2, 10, label="Layers")
    width: int = units(32, 4, 64, "Units in every hidden layer.")
    dataset: str = choice("digits", DATASETS, "The data.")
    samples: int = number(
        200, 20, 1000, "Training examples on which the plane's losses are computed."
    )
    epochs: int = number(10, 1, 50, "Passes over the training set, for the path.")
    batch_size: int = number(32, 8, 512, ladder=BATCHES)
    optimizer: str = choice("sgd", OPTIMIZERS)
    learning_rate: float = number(0.05, 1e-5, 1.0, "Step size.", ladder=RATES)
    seed: int = number(
        0, 0, 10_000, "Of the random start, the directions and the order of the batches."
    )

    def __post_init__(self):
        validate(self)
        if self.resolution % 2 == 0:
            raise ValueError(
                f"resolution is {self.resolution}; it must be odd, so that the start itself is a"
                " point of the plane"
            )
        limit(self)

    @property
    def cost(self) -> Cost:
        """Of `landscape` or `landscape_path`, whichever takes more: a training of two networks, and
        losses of many.
        """
        size, hidden = size_of(self.dataset), [self.width] * (self.depth - 1)
        sizes = network_sizes(size, hidden)
        p, points, steps = parameters(sizes), self.resolution**2, self.epochs + 1
        taught = training(
            size,
            hidden,
            2,
            epochs=self.epochs,
            batch_size=self.batch_size,
            optimizer=self.optimizer,
        )
        paths = 8.0 * steps * p
        row = p * (2.0 * self.samples / FLOPS + 3e-9) + self.samples * sum(hidden) * 1.5e-9
        rows = (
            4.0 * min(ROWS_AT_ONCE, points) * p
            + pass_bytes(ROWS_AT_ONCE, sizes, 128, keep=False)
            + 24.0 * WRITTEN
        )
        grid = Cost(BASE + rows + 40.0 * p + 100.0 * points, 2 * points * row)
        walk = Cost(BASE + (4.0 + 8.0 * 6) * steps * p, 0.1 + 2e-7 * steps * p)
        if self.plane == "path":
            return taught.then(grid).then(walk) + Cost(paths)
        return (taught + Cost(paths)).then(grid).then(walk + Cost(paths))

"""The settings of Glorot and Bengio's figures 6 and 7."""

from __future__ import annotations

from dataclasses import dataclass

from ....activations import ACTIVATIONS
from ....configs import choice, number, validate
from ....costs import BASE, FLOPS, Cost, frames, limit, network_sizes, parameters, pass_bytes
from ....datasets import DATASETS, size_of
from ...views import Preset
from ..settings import fixed_std, networks, schemes, units

BINS = 81
DRAWING = 30e-9  # seconds for drawing one weight

PRESETS: dict[str, Preset] = {
    "Glorot and Bengio, figures 6, 7": Preset("In which rows does the peak at zero grow?", {}),
    "Ten ReLU layers": Preset(
        "Which scheme keeps its width from row to row?",
        {
            "activation": "relu",
            "depth": 10,
            "inits": ("xavier_uniform", "kaiming_uniform"),
        },
    ),
    "Too large: std 1": Preset(
        "Where do the activations pile up?", {"inits": ("normal", "xavier_uniform"), "std": 1.0}
    ),
}


@dataclass(frozen=True)
class HistogramConfig:
    """The defaults are the preset: five tanh layers, the standard against the normalized
    initialization.

    The paper's layers have 1000 units and classify drawn shapes; these have `width` units and
    classify `dataset`.
    """

    inits: tuple[str, ...] = schemes(
        ("xavier_uniform", "pytorch_default"), "How the weights are drawn."
    )
    activation: str = choice("tanh", ACTIVATIONS, "What follows each layer's weighted sum.")
    depth: int = number(5, 1, 10, "Hidden layers.", label="Layers")
    width: int = units(256, 8, 1024, "Units in every hidden layer.")
    std: float = fixed_std()
    dataset: str = choice("digits", DATASETS, "The data.")
    samples: int = number(
        256, 1, 1024, "Training examples that are sent through, the first ones of the data."
    )
    seed: int = number(0, 0, 10_000, "The first seed.")
    n_seeds: int = networks(1, 10, "Networks per scheme.")

    def __post_init__(self):
        validate(self)
        limit(self)

    @property
    def cost(self) -> Cost:
        """Of `histograms`: all networks at once, and all activations and gradients of theirs."""
        n, values = len(self.inits) * self.n_seeds, self.samples * self.width
        sizes = network_sizes(size_of(self.dataset), [self.width] * self.depth)
        p = parameters(sizes)
        held = 8.0 * n * p + pass_bytes(n, sizes, self.samples) + 4.0 * n * values * self.depth
        counted = Cost(16.0 * n * values)
        seconds = n * (p * (6.0 * self.samples / FLOPS + DRAWING) + 60e-9 * values * self.depth)
        return (
            Cost(BASE + held, seconds)
            + counted
            + frames(BINS, 2 * self.depth * len(self.inits), live=False)
        )

"""Glorot and Bengio 2010, figures 6 and 7: how activations and gradients are distributed in each layer at the start."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .. import datasets, metrics
from ..activations import ACTIVATIONS
from ..configs import choice, choices, number, validate
from ..costs import BASE, FLOPS, Cost, frames, limit, network_sizes, parameters, pass_bytes
from ..datasets import DATASETS
from ..initializers import initialize_
from ..lazy import lazy
from ..models import MLP
from ..training import loss_gradient, one_hot, one_thread
from ._schemes import RANDOM, spec

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    import torch
    from torch import Tensor
else:
    np, pd, torch = lazy("numpy"), lazy("pandas"), lazy("torch")

BINS = 81
DRAWING = 30e-9  # seconds for drawing one weight
REACH = 4.0  # the bins end at so many times the largest root mean square; what lies beyond is in the last bin


@dataclass(frozen=True)
class HistogramConfig:
    """The defaults are the preset: five tanh layers, the standard against the normalised initialisation.

    The paper's layers have 1000 units and classify drawn shapes; these have `width` units and classify `dataset`.
    """

    inits: tuple[str, ...] = choices(("xavier_uniform", "pytorch_default"), RANDOM, "How the weights are drawn.")
    activation: str = choice("tanh", ACTIVATIONS, "What follows each layer's weighted sum.")
    depth: int = number(5, 1, 10, "Hidden layers.")
    width: int = number(256, 8, 1024, "Units in every hidden layer.")
    std: float = number(0.01, 1e-4, 10.0, "Standard deviation of the schemes with a fixed one.")
    dataset: str = choice("digits", DATASETS, "The data.")
    samples: int = number(256, 1, 1024, "Training examples that are sent through, the first ones of the data.")
    seed: int = number(0, 0, 10_000, "The first seed.")
    n_seeds: int = number(1, 1, 10, "Networks per scheme.")

    def __post_init__(self):
        validate(self)
        limit(self)

    @property
    def cost(self) -> Cost:
        """Of `histograms`: all networks at once, and all activations and gradients of theirs."""
        n, values = len(self.inits) * self.n_seeds, self.samples * self.width
        sizes = network_sizes(DATASETS[self.dataset].size, [self.width] * self.depth)
        p = parameters(sizes)
        held = 8.0 * n * p + pass_bytes(n, sizes, self.samples) + 4.0 * n * values * self.depth
        counted = Cost(16.0 * n * values)
        seconds = n * (p * (6.0 * self.samples / FLOPS + DRAWING) + 60e-9 * values * self.depth)
        return Cost(BASE + held, seconds) + counted + frames(BINS, 2 * self.depth * len(self.inits), live=False)


@dataclass(frozen=True)
class LayerHistograms:
    """The frames of figures 6 and 7.

    histograms: [init, layer, quantity, bin_left, bin_right, count]: layer 1 (after the input) to depth; quantity
        "activation" (a = phi(z)) or "gradient" (of one example's loss at z); all seeds together, in bins shared by all
        schemes and layers of a quantity; what lies beyond them is counted in the outermost ones.
    moments: [init, seed, layer, quantity, std]: root of the mean square over units and examples.
    """

    histograms: pd.DataFrame
    moments: pd.DataFrame


@one_thread()
def histograms(config: HistogramConfig = HistogramConfig()) -> LayerHistograms:
    """One pass forward and one back through freshly drawn networks with zero biases, on real examples."""
    measured = _passes(config)
    bounded = {"activation"} if config.activation in ("tanh", "sigmoid") else set()
    edges = {quantity: _edges(layers, quantity in bounded) for quantity, layers in measured.items()}
    counts, moments = [], []
    seeds = range(config.seed, config.seed + config.n_seeds)
    for quantity, layers in measured.items():
        left, right = edges[quantity][:-1].numpy(), edges[quantity][1:].numpy()
        for layer, values in enumerate(layers, start=1):  # (init x seed, units, samples)
            values = values.view(len(config.inits), config.n_seeds, -1)
            rms = values.double().square().mean(2).sqrt()
            for i, init in enumerate(config.inits):
                count = metrics.histogram(values[i], edges[quantity]).numpy()
                factors = {"init": init, "layer": layer, "quantity": quantity}
                counts.append(pd.DataFrame({**factors, "bin_left": left, "bin_right": right, "count": count}))
                moments += [(init, s, layer, quantity, v) for s, v in zip(seeds, rms[i].tolist(), strict=True)]
    columns = ["init", "seed", "layer", "quantity", "std"]
    return LayerHistograms(pd.concat(counts, ignore_index=True), pd.DataFrame(moments, columns=columns))


def _passes(config: HistogramConfig) -> dict[str, list[Tensor]]:
    """{"activation" | "gradient": per hidden layer (models, units, samples)}, models being init x seed."""
    data = datasets.load(config.dataset)
    x, y = data.x_train[: config.samples], data.y_train[: config.samples]
    rows = [(spec(config, init), config.seed + k) for init in config.inits for k in range(config.n_seeds)]
    mlp = MLP((data.n_features, *[config.width] * config.depth, data.n_outputs), config.activation, len(rows))
    initialize_(mlp, [s for s, _ in rows], [seed for _, seed in rows])
    done = mlp.forward(x)
    delta = loss_gradient(done, one_hot(y, data.n_outputs)) * len(x)  # of each example's own loss, not of their mean
    gradients: list[Tensor] = []
    mlp.backward(done, delta, visit=lambda layer, d: gradients.append(d.clone()), keep=False)
    return {"activation": done.outputs, "gradient": gradients[:0:-1]}


def _edges(layers: list[Tensor], bounded: bool) -> Tensor:
    reach = REACH * max(float(values.double().square().mean((1, 2)).max()) ** 0.5 for values in layers)
    return torch.linspace(-1, 1, BINS + 1, dtype=torch.float64) * (min(reach, 1.0) if bounded else reach or 1.0)

"""Glorot and Bengio 2010, figures 6 and 7: how activations and gradients are distributed in each
layer at the start.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from .... import datasets, metrics
from ....frames import Frames
from ....initializers import initialize_
from ....lazy import torch
from ....models import MLP
from ....training import loss_gradient, one_hot, one_thread
from ..settings import spec
from .config import BINS, HistogramConfig

if TYPE_CHECKING:
    from torch import Tensor


# the bins end at so many times the largest root mean square; what lies beyond is in the last bin
REACH = 4.0


@dataclass(frozen=True, repr=False)
class LayerHistograms(Frames):
    """The frames of figures 6 and 7.

    histograms: [init, layer, quantity, bin_left, bin_right, count]: layer 1 (after the input) to
        depth; quantity "activation" (a = phi(z)) or "gradient" (of one example's loss at z); all
        seeds together, in bins shared by all schemes and layers of a quantity; what lies beyond
        them is counted in the outermost ones.
    moments: [init, seed, layer, quantity, std]: root of the mean square over units and examples.
    """

    histograms: pd.DataFrame
    moments: pd.DataFrame


@one_thread()
def histograms(config: HistogramConfig = HistogramConfig()) -> LayerHistograms:
    """One pass forward and one back through freshly drawn networks with zero biases, on real
    examples.
    """
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
                counts.append(
                    pd.DataFrame({**factors, "bin_left": left, "bin_right": right, "count": count})
                )
                moments += [
                    (init, s, layer, quantity, v)
                    for s, v in zip(seeds, rms[i].tolist(), strict=True)
                ]
    columns = ["init", "seed", "layer", "quantity", "std"]
    return LayerHistograms(
        pd.concat(counts, ignore_index=True), pd.DataFrame(moments, columns=columns)
    )


def _passes(config: HistogramConfig) -> dict[str, list[Tensor]]:
    """{"activation" | "gradient": per hidden layer (models, units, samples)}, models being init x
    seed.
    """
    data = datasets.load(config.dataset)
    x, y = data.x_train[: config.samples], data.y_train[: config.samples]
    rows = [
        (spec(config, init), config.seed + k)
        for init in config.inits
        for k in range(config.n_seeds)
    ]
    mlp = MLP(
        (data.n_features, *[config.width] * config.depth, data.n_outputs),
        config.activation,
        len(rows),
    )
    initialize_(mlp, [s for s, _ in rows], [seed for _, seed in rows])
    done = mlp.forward(x)
    delta = loss_gradient(done, one_hot(y, data.n_outputs)) * len(
        x
    )  # of each example's own loss, not of their mean
    gradients: list[Tensor] = []
    mlp.backward(done, delta, visit=lambda layer, d: gradients.append(d.clone()), keep=False)
    return {"activation": done.outputs, "gradient": gradients[:0:-1]}


def _edges(layers: list[Tensor], bounded: bool) -> Tensor:
    reach = REACH * max(
        float(values.double().square().mean((1, 2)).max()) ** 0.5 for values in layers
    )
    return torch.linspace(-1, 1, BINS + 1, dtype=torch.float64) * (
        min(reach, 1.0) if bounded else reach or 1.0
    )


run = histograms

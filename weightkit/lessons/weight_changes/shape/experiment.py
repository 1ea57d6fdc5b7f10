"""Condition numbers: of networks by epoch, of untrained ones by scheme, and of matrices that are
sparse or not.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from .... import datasets, metrics
from ....condition import sparsity
from ....costs import BASE, Cost, frames, limit, network_sizes, parameters, singular_values
from ....datasets import size_of
from ....frames import Frames
from ....training import one_thread
from ..config import HIDDEN, STARTS, Config
from ..steps import experiment as steps

START_SEEDS = 20


@dataclass(frozen=True, repr=False)
class Shapes(Frames):
    """layers: as in `steps.Result`; starts: see `starts`; sparsity: see `condition.sparsity`."""

    layers: pd.DataFrame
    starts: pd.DataFrame
    sparsity: pd.DataFrame


def run(config: Config = Config(), *, on_epoch=None, on_curves=None) -> Shapes:
    """Train the networks, and start others. on_epoch(done, total) and on_curves(frame) are called
    after every epoch. ValueError where both are too much for one run (`costs.limit`).
    """
    limit(config, lambda c: c.cost.then(starts_cost(c)))
    return of(steps.run(config, on_epoch=on_epoch, on_curves=on_curves), config)


def of(trained: steps.Result, config: Config) -> Shapes:
    """The shapes of networks that the view of the steps has trained with these settings."""
    return Shapes(trained.layers, starts(config), sparsity())


@one_thread()
def starts(config: Config = Config()) -> pd.DataFrame:
    """[init, seed, layer, fan_out, fan_in, condition_number, std] of 20 untrained networks for each
    random scheme.

    The seeds are the same for every scheme, beginning with config.seed.
    """
    data, by_layer = datasets.load(config.dataset), dict[str, list[pd.DataFrame]]()
    sizes = (data.n_features, *HIDDEN, data.n_outputs)
    seeds = list(range(config.seed, config.seed + START_SEEDS))
    for init in STARTS:  # all at once would take 170 MB on MNIST
        mlp = steps.started(sizes, [init] * START_SEEDS, seeds)
        for layer, w in mlp.weight.items():
            part = pd.DataFrame({"init": init, "seed": seeds, "layer": layer})
            by_layer.setdefault(layer, []).append(
                part.assign(
                    fan_out=w.shape[1],
                    fan_in=w.shape[2],
                    condition_number=metrics.condition_number(w.double()).numpy(),
                    std=metrics.std(w).numpy(),
                )
            )
    return pd.concat([part for parts in by_layer.values() for part in parts], ignore_index=True)


def starts_cost(config: Config) -> Cost:
    """Of `starts`: one scheme after the other."""
    size = size_of(config.dataset)
    p = parameters(network_sizes(size, HIDDEN))
    one = Cost(
        BASE + 20.0 * p * START_SEEDS,
        singular_values(START_SEEDS, size, HIDDEN) + 20e-9 * p * START_SEEDS,
    )
    return one.times(len(STARTS)) + frames(START_SEEDS, len(STARTS) * (len(HIDDEN) + 1))

"""Condition numbers: of networks by epoch, of untrained ones by scheme, and of matrices that are
sparse or not.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from .... import datasets, metrics
from ....condition import sparsity
from ....training import one_thread
from ..config import HIDDEN, STARTS, Config
from ..steps import experiment as steps

START_SEEDS = 20


@dataclass(frozen=True)
class Shapes:
    """layers: as in `steps.Result`; starts: see `starts`; sparsity: see `condition.sparsity`."""

    layers: pd.DataFrame
    starts: pd.DataFrame
    sparsity: pd.DataFrame


def run(config: Config = Config(), *, on_epoch=None, on_curves=None) -> Shapes:
    """Train the networks, and start others. on_epoch(done, total) and on_curves(frame) are called
    after every epoch.
    """
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
    data = datasets.load(config.dataset)
    seeds = list(range(config.seed, config.seed + START_SEEDS))
    keys = [(init, seed) for init in STARTS for seed in seeds]
    mlp = steps.started(
        (data.n_features, *HIDDEN, data.n_outputs),
        [init for init, _ in keys],
        [seed for _, seed in keys],
    )
    parts = []
    for layer, w in mlp.weight.items():
        part = pd.DataFrame(keys, columns=["init", "seed"])
        parts.append(
            part.assign(
                layer=layer,
                fan_out=w.shape[1],
                fan_in=w.shape[2],
                condition_number=metrics.condition_number(w.double()).numpy(),
                std=metrics.std(w).numpy(),
            )
        )
    return pd.concat(parts, ignore_index=True)

"""Deep networks of every scheme and seed, trained side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from ...datasets import Dataset
from ...initializers import Spec, initialize_, parse_spec
from ...models import MLP
from ...training import train
from .deep import DeepConfig


def chance(data: Dataset) -> pd.DataFrame:
    """[split, share]: the commonest class's share of each split, what a constant answer gets at
    best.
    """
    return pd.DataFrame(
        [(split, data.chance(split)) for split in ("train", "test")], columns=["split", "share"]
    )


def trained(
    config: DeepConfig, data: Dataset, depth: int, specs: Sequence[Spec]
) -> Iterator[pd.DataFrame]:
    """Every spec with every seed: after each epoch that is measured, epoch 0 first, a frame
    [init, std, depth, seed, epoch, split, ...].
    """
    rows = [(one, config.seed + k) for one in specs for k in range(config.n_seeds)]
    labels = _labels(config, depth, rows)
    for epoch in train(_stack(config, data, depth, rows), data, config.train_config()):
        yield epoch.frame(labels)


def _stack(config: DeepConfig, data: Dataset, depth: int, rows: Sequence[tuple[Spec, int]]) -> MLP:
    normalization = None if config.normalization == "none" else config.normalization
    mlp = MLP(
        _sizes(config, data, depth), config.activation, len(rows), normalization=normalization
    )
    return initialize_(
        mlp, [one for one, _ in rows], [seed for _, seed in rows], biases=config.biases
    )


def _labels(config: DeepConfig, depth: int, rows: Sequence[tuple[Spec, int]]) -> pd.DataFrame:
    found = []
    for one, seed in rows:
        scheme, value = parse_spec(one)
        found.append((scheme.name, scheme.std(config.width, config.width, value), depth, seed))
    return pd.DataFrame(found, columns=["init", "std", "depth", "seed"])


def _sizes(config: DeepConfig, data: Dataset, depth: int) -> tuple[int, ...]:
    return data.n_features, *[config.width] * (depth - 1), data.n_outputs

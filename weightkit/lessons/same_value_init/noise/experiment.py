"""Train constant starts with more and more noise, all in one stack, and one without noise under
dropout.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from .... import datasets, metrics
from ....frames import Frames
from ....initializers import initialize_
from ....models import MLP
from ....training import Epoch, one_thread, train
from ..config import HIDDEN, LAYERS, STAGES
from .config import NoiseConfig


@dataclass(frozen=True, repr=False)
class NoiseResult(Frames):
    """What noise does to a constant start. noise: its standard deviation; dropout: the share of
    hidden outputs silenced in training, 0 but for the one network that has no noise and dropout.

    final: [noise, dropout, seed, loss, accuracy, diverged]: the test split after the last epoch.
    curves: [noise, dropout, seed, epoch, split, loss, accuracy, diverged].
    units: [noise, dropout, seed, layer, stage, distinct_units]: how many rows of [W | b] differ
        (beyond rounding), "before" and "after" training; -1 where a number is not finite.
    chance: [split, share]: share of the commonest class, the best accuracy of a constant answer.

    A seed makes the noise, and nothing else: without noise there is one network, of the first seed.
    """

    final: pd.DataFrame
    curves: pd.DataFrame
    units: pd.DataFrame
    chance: pd.DataFrame


@one_thread()
def noisy_starts(
    config: NoiseConfig = NoiseConfig(), *, on_epoch=None, on_curves=None
) -> NoiseResult:
    """Train all networks on the same batches. on_epoch(done, total) and on_curves(frame) are called
    after every epoch. The noise of one seed is the same for every e, but for its size.
    """
    data = datasets.load(config.dataset)
    seeds = range(config.seed, config.seed + config.n_seeds)
    rows = [(e, 0.0, seed) for seed in seeds for e in config.noises if e or seed == config.seed]
    labels = pd.DataFrame(rows, columns=["noise", "dropout", "seed"])
    beside = pd.DataFrame([(0.0, config.dropout, config.seed)], columns=labels.columns)
    sizes = (data.n_features, *HIDDEN, data.n_outputs)
    stack, one = start(sizes, labels, config.constant), start(sizes, beside, config.constant)
    units, curves = [_units(stack, labels, one, beside, STAGES[0])], []
    dropped = train(one, data, config.train_config())
    plain = train(stack, data, config.train_config(dropout=0.0))
    for epoch, other in zip(plain, dropped, strict=True):
        curves.append(_rows(epoch, labels, other, beside))
        if on_curves is not None:
            on_curves(curves[-1])
        if on_epoch is not None and epoch.epoch:
            on_epoch(epoch.epoch, config.epochs)
    units.append(_units(stack, labels, one, beside, STAGES[1]))
    last = curves[-1]
    final = last[last["split"] == "test"].drop(columns=["epoch", "split"]).reset_index(drop=True)
    chance = [(split, data.chance(split)) for split in ("train", "test")]
    return NoiseResult(
        final,
        pd.concat(curves, ignore_index=True),
        pd.concat(units, ignore_index=True),
        pd.DataFrame(chance, columns=["split", "share"]),
    )


run = noisy_starts


def start(sizes: tuple[int, ...], labels: pd.DataFrame, constant: float) -> MLP:
    """A network per row of `labels`: weights constant + normal noise, biases zero."""
    mlp = MLP(sizes, n_models=len(labels))
    noise = [("normal", e) for e in labels["noise"]]
    initialize_(mlp, noise, labels["seed"].tolist())
    for layer in mlp.layers:
        mlp.weight[layer].add_(constant)
    return mlp


def _rows(epoch: Epoch, labels: pd.DataFrame, other: Epoch, beside: pd.DataFrame) -> pd.DataFrame:
    return pd.concat([epoch.frame(labels), other.frame(beside)], ignore_index=True)


def _units(
    stack: MLP, labels: pd.DataFrame, one: MLP, beside: pd.DataFrame, stage: str
) -> pd.DataFrame:
    parts = [
        rows.assign(
            layer=layer,
            stage=stage,
            distinct_units=metrics.distinct_units(mlp.weight[layer], mlp.bias[layer]).numpy(),
        )
        for layer in LAYERS
        for mlp, rows in ((stack, labels), (one, beside))
    ]
    return pd.concat(parts, ignore_index=True)

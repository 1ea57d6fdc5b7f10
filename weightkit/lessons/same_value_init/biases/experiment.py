"""Train networks that differ in their hidden biases, all in one stack, and count the dead units."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from .... import datasets
from ....frames import Frames
from ....initializers import Override, initialize_
from ....lazy import torch
from ....models import MLP
from ....pieces import evaluated_rows
from ....training import one_thread, train
from ..config import HIDDEN, LAYERS, STAGES
from .config import CONSTANT, NO_WEIGHTS, RANDOM, BiasConfig

SCHEME = "kaiming_normal"


@dataclass(frozen=True, repr=False)
class BiasResult(Frames):
    """What hidden biases do. start: CONSTANT, RANDOM or NO_WEIGHTS of the config; bias: the
    constant (NaN where biases are random).

    final: [start, bias, seed, loss, accuracy, diverged]: the test split after the last epoch.
    curves: [start, bias, seed, epoch, split, loss, accuracy, diverged].
    dead: [start, bias, seed, layer, stage, units, dead]: of the units of a hidden layer, how many
        give zero for every training example, "before" and "after" training.
    chance: [split, share]: share of the commonest class, the best accuracy of a constant answer.

    Networks of one seed have the same weights, but for NO_WEIGHTS.
    """

    final: pd.DataFrame
    curves: pd.DataFrame
    dead: pd.DataFrame
    chance: pd.DataFrame


@one_thread()
def hidden_biases(
    config: BiasConfig = BiasConfig(), *, on_epoch=None, on_curves=None
) -> BiasResult:
    """Train all networks on the same batches. on_epoch(done, total) and on_curves(frame) are called
    after every epoch.
    """
    data = datasets.load(config.dataset)
    starts = [*((CONSTANT, b) for b in config.constants), (RANDOM, None), (NO_WEIGHTS, None)]
    labels = pd.DataFrame(
        [
            (start, bias, seed)
            for seed in range(config.seed, config.seed + config.n_seeds)
            for start, bias in starts
        ],
        columns=["start", "bias", "seed"],
    ).astype({"bias": float})
    mlp = MLP((data.n_features, *HIDDEN, data.n_outputs), n_models=len(labels))
    overrides = [override(row.start, row.bias) for row in labels.itertuples()]
    initialize_(mlp, SCHEME, labels["seed"].tolist(), overrides=overrides)
    dead, curves = [_dead(mlp, data.x_train, labels, STAGES[0])], []
    for epoch in train(mlp, data, config.train_config()):
        curves.append(epoch.frame(labels))
        if on_curves is not None:
            on_curves(curves[-1])
        if on_epoch is not None and epoch.epoch:
            on_epoch(epoch.epoch, config.epochs)
    dead.append(_dead(mlp, data.x_train, labels, STAGES[1]))
    last = curves[-1]
    final = last[last["split"] == "test"].drop(columns=["epoch", "split"]).reset_index(drop=True)
    chance = [(split, data.chance(split)) for split in ("train", "test")]
    return BiasResult(
        final,
        pd.concat(curves, ignore_index=True),
        pd.concat(dead, ignore_index=True),
        pd.DataFrame(chance, columns=["split", "share"]),
    )


run = hidden_biases


def override(start: str, bias: float) -> Override:
    """What a start changes in Kaiming weights and zero biases; it is drawn after the weights."""
    spec = ("constant", float(bias)) if start == CONSTANT else "pytorch_default"
    weights: Override = {(layer, "weight"): "zeros" for layer in LAYERS if start == NO_WEIGHTS}
    return {**weights, **{(layer, "bias"): spec for layer in LAYERS[:-1]}}


def _dead(mlp: MLP, x: torch.Tensor, labels: pd.DataFrame, stage: str) -> pd.DataFrame:
    """The units that never give anything but zero, by layer; what is not a number is not zero."""
    alive = [torch.zeros(mlp.n_models, units, dtype=torch.bool) for units in HIDDEN]
    for part in x.split(evaluated_rows(mlp.n_models, max(HIDDEN))):
        for seen, outputs in zip(alive, mlp.forward(part).outputs, strict=True):
            seen |= (outputs != 0).any(2)
    parts = [
        labels.assign(layer=layer, stage=stage, units=seen.shape[1], dead=(~seen).sum(1).numpy())
        for layer, seen in zip(LAYERS[:-1], alive, strict=True)
    ]
    return pd.concat(parts, ignore_index=True)

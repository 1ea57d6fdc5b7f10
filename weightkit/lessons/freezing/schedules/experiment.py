"""Freezing schedules side by side in one stack."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from .... import datasets
from ....frames import Frames
from ....initializers import initialize_
from ....lazy import torch
from ....models import MLP
from ....stopping import check
from ....training import Freeze, one_thread, train
from ..config import HIDDEN, LAYERS, PARAMETERS
from .config import BIASES, FC1, HALF, NOTHING, OWN, WEIGHTS, Config
from .schedule import parse_schedule


@dataclass(frozen=True, repr=False)
class Result(Frames):
    """The frames of one run.

    curves: [condition, seed, epoch, split, loss, accuracy, diverged].
    movement: [condition, seed, epoch, layer, parameter, distance], from epoch 1: Frobenius norm of
        what the epoch changed, exactly 0 where the parameter was frozen; not finite where the
        network diverged.
    status: [condition, epoch, layer, parameter, requires_grad], from epoch 1: whether it was
        allowed to learn.
    """

    curves: pd.DataFrame
    movement: pd.DataFrame
    status: pd.DataFrame


def freezes(config: Config, condition: str) -> tuple[Freeze, ...]:
    """What is frozen under `condition`, as Freezes for all models."""
    everywhere = {p: [Freeze(layer, p) for layer in LAYERS] for p in PARAMETERS}
    early = (
        [Freeze(layer, p, 1, config.half) for layer in LAYERS[:-1] for p in PARAMETERS]
        if config.half
        else []
    )
    return {
        NOTHING: (),
        HALF: tuple(early),
        BIASES: tuple(everywhere["weight"]),
        WEIGHTS: tuple(everywhere["bias"]),
        FC1: tuple(Freeze("fc1", p) for p in PARAMETERS),
        OWN: parse_schedule(config.schedule, LAYERS),
    }[condition]


@one_thread()
def run(config: Config = Config(), *, on_epoch=None, on_curves=None) -> Result:
    """Train all conditions in one stack. on_epoch(done, total) and on_curves(frame) are called
    after every epoch.
    """
    data = datasets.load(config.dataset)
    seeds = range(config.seed, config.seed + config.n_seeds)
    labels = pd.DataFrame(
        [(c, s) for c in config.conditions for s in seeds], columns=["condition", "seed"]
    )
    mlp = MLP((data.n_features, *HIDDEN, data.n_outputs), n_models=len(labels))
    initialize_(mlp, "pytorch_default", labels["seed"].tolist(), biases="pytorch_default")
    schedule = tuple(
        replace(freeze, models=tuple(labels.index[labels["condition"] == condition]))
        for condition in config.conditions
        for freeze in freezes(config, condition)
    )
    curves, distances = [], []
    before = mlp.flat.clone()
    for epoch in train(mlp, data, config.train_config(freeze=schedule)):
        curves.append(epoch.frame(labels))
        if epoch.epoch:
            distances.append(_distances(mlp, before))
            before.copy_(mlp.flat)
        if on_curves is not None:
            on_curves(curves[-1])
        if on_epoch is not None and epoch.epoch:
            on_epoch(epoch.epoch, config.epochs)
    return Result(
        pd.concat(curves, ignore_index=True), _movement(mlp, distances, labels), _status(config)
    )


def _distances(mlp: MLP, before: torch.Tensor) -> torch.Tensor:
    """How far each parameter has moved from `before`, Frobenius norm: float64 (layers x parameters,
    n_models).
    """
    old, new = mlp.parameters(before), mlp.parameters()
    moved = torch.empty(len(new), mlp.n_models, dtype=torch.float64)
    for i, key in enumerate(new):
        for model, (one, other) in enumerate(
            zip(new[key], old[key], strict=True)
        ):  # one float64 copy at a time
            check()
            moved[i, model] = (one.double() - other.double()).flatten().norm()
    return moved


def _movement(mlp: MLP, distances: list[torch.Tensor], labels: pd.DataFrame) -> pd.DataFrame:
    """The frame of the distances of all epochs."""
    epochs = pd.DataFrame({"epoch": range(1, len(distances) + 1)})
    parameters = pd.DataFrame(list(mlp.parameters()), columns=["layer", "parameter"])
    frame = epochs.merge(parameters, how="cross").merge(labels, how="cross")
    frame["distance"] = torch.stack(distances).flatten().numpy()
    return frame[["condition", "seed", "epoch", "layer", "parameter", "distance"]]


def _status(config: Config) -> pd.DataFrame:
    frozen = {c: freezes(config, c) for c in config.conditions}
    rows = [
        (
            c,
            epoch,
            layer,
            p,
            not any((f.layer, f.parameter) == (layer, p) and f.covers(epoch) for f in frozen[c]),
        )
        for c in config.conditions
        for epoch in range(1, config.epochs + 1)
        for layer in LAYERS
        for p in PARAMETERS
    ]
    return pd.DataFrame(rows, columns=["condition", "epoch", "layer", "parameter", "requires_grad"])

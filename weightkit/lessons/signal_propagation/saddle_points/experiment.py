"""Where a small network's loss curves down: its Hessian's eigenvalues (Dauphin et al. 2014)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import pandas as pd

from .... import datasets
from ....datasets import Dataset
from ....frames import Frames
from ....initializers import initialize_
from ....lazy import torch
from ....models import MLP
from ....training import TrainConfig, one_thread, train
from ..settings import spec
from .config import EVERY, SaddlesConfig
from .hessian import hessian


@dataclass(frozen=True, repr=False)
class SaddlesResult(Frames):
    """The frames of one run. A unit that starts from zeros, with zeros behind it, stays there: its
    gradient is exactly zero. So training with `random_units` of them ends near a critical point
    of the whole network (Fukumizu and Amari 2000).

    points: [random_units, stage, seed, loss, gradient, weights_gradient, negative, flat, positive,
        smallest, largest, diverged], one row per network and stage, "start" or "end". Starts are
        those of no random unit and of all. loss: mean over the examples; gradient: its norm;
        weights_gradient: that without the output's biases; negative, flat, positive: how many
        eigenvalues are below, within and above the tolerance's share of the largest in size;
        smallest, largest: the extreme ones. Where a network diverged there are no numbers.
    spectrum: [random_units, stage, seed, rank, eigenvalue]: all of them, ascending, rank from 1.
    curves: [random_units, seed, epoch, split, loss, accuracy, diverged]: every 20th step; an epoch
        is a step.
    """

    points: pd.DataFrame
    spectrum: pd.DataFrame
    curves: pd.DataFrame


@one_thread()
def saddles(
    config: SaddlesConfig = SaddlesConfig(),
    *,
    on_epoch: Callable | None = None,
    on_curves: Callable | None = None,
) -> SaddlesResult:
    """Train networks in which so many units are random, and take their Hessians.

    on_epoch(done, total) counts steps, twenty at a time, and Hessians; on_curves(frame) is called
    every 20th step.
    """
    data = _examples(config)
    labels = pd.DataFrame(config.networks, columns=["random_units", "seed"])
    mlp = _networks(config, data)
    how = TrainConfig(
        epochs=config.steps,
        batch_size=len(data.x_train),
        optimizer=config.optimizer,
        learning_rate=config.learning_rate,
        seed=config.seed,
        every=EVERY,
    )
    starts = [i for i, (k, _) in enumerate(config.networks) if k in (0, config.width)]
    total = config.steps + len(starts) + len(labels)
    measured: list[_Point] = []
    curves = []

    def measure(models: list[int], stage: str, done: int) -> None:
        for i in models:
            measured.append(_point(config, mlp, data, i, stage))
            if on_epoch is not None:
                on_epoch(done + len(measured), total)

    for epoch in train(mlp, data, how):
        if not epoch.epoch:
            measure(starts, "start", 0)
        curves.append(epoch.frame(labels))
        if on_curves is not None:
            on_curves(curves[-1])
        if on_epoch is not None and epoch.epoch:
            on_epoch(len(measured) + epoch.epoch, total)
    measure(list(range(len(labels))), "end", config.steps)
    return SaddlesResult(
        pd.DataFrame([one.row for one in measured]),
        pd.concat([one.spectrum for one in measured], ignore_index=True),
        pd.concat(curves, ignore_index=True),
    )


run = saddles


def _examples(config: SaddlesConfig) -> Dataset:
    data = datasets.load(config.dataset)
    few = slice(config.samples)
    return replace(data, x_train=data.x_train[few], y_train=data.y_train[few])


def _networks(config: SaddlesConfig, data: Dataset) -> MLP:
    """A network for each of `config.networks`: its first units random, the others zero on both
    sides.
    """
    rows = config.networks
    mlp = MLP((data.n_features, config.width, data.n_outputs), "tanh", len(rows))
    initialize_(mlp, spec(config, config.init), [seed for _, seed in rows], biases="zeros")
    fc1, output = (mlp.matrix[layer] for layer in mlp.layers)
    for i, (random, _) in enumerate(rows):
        fc1[i, random:] = 0
        output[i, :, random:-1] = 0
    return mlp


@dataclass(frozen=True)
class _Point:
    row: dict
    spectrum: pd.DataFrame


def _point(config: SaddlesConfig, mlp: MLP, data: Dataset, model: int, stage: str) -> _Point:
    """The loss around one network of the stack."""
    random, seed = config.networks[model]
    keys = {"random_units": random, "stage": stage, "seed": seed}
    w, v = (mlp.matrix[layer][model] for layer in mlp.layers)
    loss, gradient, second = hessian(w, v, data.x_train, data.y_train)
    fine = bool(second.isfinite().all() and gradient.isfinite().all())
    values = torch.linalg.eigvalsh(second) if fine else second.diagonal() * torch.nan
    size = config.tolerance * values.abs().max()
    biases = torch.zeros_like(v, dtype=torch.bool)
    biases[:, -1] = True
    weights = gradient[torch.cat([torch.ones(w.numel(), dtype=torch.bool), ~biases.flatten()])]
    measured = {
        "loss": loss if fine else float("nan"),
        "gradient": float(gradient.norm()),
        "weights_gradient": float(weights.norm()),
        "negative": int((values < -size).sum()),
        "flat": int((values.abs() <= size).sum()),
        "positive": int((values > size).sum()),
        "smallest": float(values[0]),
        "largest": float(values[-1]),
        "diverged": not fine,
    }
    spectrum = pd.DataFrame({"rank": range(1, len(values) + 1), "eigenvalue": values.numpy()})
    spectrum = spectrum.assign(**keys)[[*keys, "rank", "eigenvalue"]]
    return _Point({**keys, **measured}, spectrum)

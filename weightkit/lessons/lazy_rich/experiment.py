"""Train a network per scale of the start and seed, all in one stack, on all examples at once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pandas as pd

from ... import datasets
from ...frames import Frames
from ...initializers import initialize_
from ...lazy import torch
from ...metrics import frobenius_distance
from ...models import MLP
from ...training import TrainConfig, one_thread, train
from .config import Config

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True, repr=False)
class Result(Frames):
    """The frames of one run.

    final: [scale, seed, train_accuracy, test_accuracy, train_loss, moved, diverged], after the last
        step.
    curves: [scale, seed, step, split, loss, accuracy, moved, diverged].
    chance: [split, share]: the accuracy of always giving the commonest answer of the split.
    sizes: [split, n]: examples.

    moved: Euclidean distance of all weights from the start, over the norm of the start.
    """

    final: pd.DataFrame
    curves: pd.DataFrame
    chance: pd.DataFrame
    sizes: pd.DataFrame


@one_thread()
def run(config: Config = Config(), *, on_epoch=None, on_curves=None) -> Result:
    """Train all networks. on_epoch(done, total) and on_curves(frame) are called after every step
    that is measured.
    """
    data = few(datasets.load(config.dataset), config.samples)
    seeds = range(config.seed, config.seed + config.n_seeds)
    labels = pd.DataFrame(
        [(scale, seed) for seed in seeds for scale in config.scales], columns=["scale", "seed"]
    )
    mlp = MLP((data.n_features, *config.hidden, data.n_outputs), n_models=len(labels))
    start_(mlp, labels)
    start = {layer: weight.clone() for layer, weight in mlp.weight.items()}
    curves = []
    for state in train(mlp, data, train_config(config, len(data.x_train))):
        frame = state.frame(labels.assign(moved=moved(mlp, start).tolist()))
        curves.append(frame.rename(columns={"epoch": "step"}))
        if on_curves is not None:
            on_curves(curves[-1])
        if on_epoch is not None and state.epoch:
            on_epoch(state.epoch, config.steps)
    splits = ("train", "test")
    columns = ["scale", "seed", "step", "split", "loss", "accuracy", "moved", "diverged"]
    return Result(
        _final(curves[-1]),
        pd.concat(curves, ignore_index=True)[columns],
        pd.DataFrame([(s, data.chance(s)) for s in splits], columns=["split", "share"]),
        pd.DataFrame(
            [(s, n) for s, n in zip(splits, (data.size.train, data.size.test), strict=True)],
            columns=["split", "n"],
        ),
    )


def few(data: datasets.Dataset, samples: int) -> datasets.Dataset:
    """The data with the first `samples` of its training split, which is in random order."""
    return replace(data, x_train=data.x_train[:samples], y_train=data.y_train[:samples])


def start_(mlp: MLP, labels: pd.DataFrame) -> None:
    """Kaiming normal numbers, times the `scale` of each network; networks of one seed have the same
    numbers before.
    """
    initialize_(mlp, "kaiming_normal", labels["seed"].tolist())
    factor = torch.tensor(labels["scale"].to_numpy(), dtype=torch.float32).view(-1, 1, 1)
    for weight in mlp.weight.values():
        weight.mul_(factor)


def moved(mlp: MLP, start: dict[str, Tensor]) -> Tensor:
    """How far the weights of each network are from `start`, over its norm: (n_models,) float64."""
    far = sum(frobenius_distance(mlp.weight[layer], w) ** 2 for layer, w in start.items())
    size = sum(torch.linalg.matrix_norm(w.double()) ** 2 for w in start.values())
    return (far / size).sqrt()  # type: ignore[union-attr]


def train_config(config: Config, samples: int) -> TrainConfig:
    """An epoch of one batch is a step."""
    return TrainConfig(
        epochs=config.steps,
        batch_size=samples,
        optimizer=config.optimizer,
        learning_rate=config.learning_rate,
        weight_decay=config.weight_decay,
        seed=config.seed,
        every=config.every,
    )


def _final(last: pd.DataFrame) -> pd.DataFrame:
    """The splits of the last measurement side by side."""
    keys = ["scale", "seed"]
    train, test = (last[last["split"] == s].set_index(keys) for s in ("train", "test"))
    return pd.DataFrame(
        {
            "train_accuracy": train["accuracy"],
            "test_accuracy": test["accuracy"],
            "train_loss": train["loss"],
            "moved": train["moved"],
            "diverged": train["diverged"],
        }
    ).reset_index()

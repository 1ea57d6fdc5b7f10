"""Train every width at every learning rate, in both parametrisations."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from .... import datasets
from ....frames import Frames
from ....initializers import initialize_
from ....lazy import torch
from ....models import MLP
from ....training import Epoch, one_thread, train
from .config import MUP, PARAMETRISATIONS, WidthConfig


@dataclass(frozen=True, repr=False)
class WidthResult(Frames):
    """The frame of one run.

    final: [parametrisation, width, learning_rate, seed, train_loss, diverged]: after the last
        epoch, on the whole training set.
    """

    final: pd.DataFrame


@one_thread()
def widths(config: WidthConfig = WidthConfig(), *, on_epoch=None, on_curves=None) -> WidthResult:
    """Train all networks, seed by seed from the narrowest to the widest. on_epoch(done, total)
    counts the epochs of all; it and on_curves(frame) are called once a width is through.
    """
    data = datasets.load(config.dataset)
    rows = [(p, rate) for p in PARAMETRISATIONS for rate in config.rates]
    total = len(config.widths) * config.n_seeds * config.epochs
    final: list[pd.DataFrame] = []
    for seed in range(config.seed, config.seed + config.n_seeds):
        for width in config.widths:
            labels = pd.DataFrame(rows, columns=["parametrisation", "learning_rate"])
            labels.insert(1, "width", width)
            labels["seed"] = seed
            mlp, factors = start((data.n_features, width, width, data.n_outputs), labels, config)
            *_, last = train(mlp, data, config.train_config(learning_rate=1.0), factors)
            final.append(_losses(labels, last))
            if on_curves is not None:
                on_curves(final[-1])
            if on_epoch is not None:
                on_epoch(len(final) * config.epochs, total)
    whole = pd.concat(final, ignore_index=True)
    keys = ["parametrisation", "width", "learning_rate", "seed"]
    order = {"parametrisation": lambda column: column.map(PARAMETRISATIONS.index)}
    whole = whole.sort_values(
        keys, kind="stable", key=lambda c: order.get(str(c.name), lambda column: column)(c)
    )
    return WidthResult(whole.reset_index(drop=True))


run = widths


def start(
    sizes: tuple[int, ...], labels: pd.DataFrame, config: WidthConfig
) -> tuple[MLP, dict[str, list[float]]]:
    """A network per row of `labels`, all of one width, and each layer's learning rates."""
    mlp = MLP(sizes, n_models=len(labels))
    initialize_(mlp, "kaiming_normal", labels["seed"].tolist())
    ratio = config.base / sizes[1]
    less = (labels["parametrisation"] == MUP).to_numpy()
    scale = torch.tensor([math.sqrt(ratio) if one else 1.0 for one in less])
    mlp.weight["output"] *= scale.view(-1, 1, 1)
    rates = labels["learning_rate"].tolist()
    inner = [rate * (ratio if one else 1.0) for rate, one in zip(rates, less, strict=True)]
    return mlp, {"input": rates, "fc1": inner, "output": inner}


def _losses(labels: pd.DataFrame, epoch: Epoch) -> pd.DataFrame:
    return labels.assign(
        train_loss=epoch.loss["train"].double().numpy(), diverged=epoch.diverged.numpy()
    )

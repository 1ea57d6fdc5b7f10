"""Train a network per standard deviation and seed, all in one stack."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ... import datasets, metrics
from ...frames import Frames
from ...initializers import initialize_
from ...lazy import torch
from ...models import MLP
from ...training import one_thread, train
from ..settings import LAST
from .config import HIDDEN, LINEAR, Config

BINS = 81


@dataclass(frozen=True, repr=False)
class Result(Frames):
    """The frames of one sweep.

    final: [std, distribution, seed, loss, accuracy, diverged]: test split, mean of the last three
        epochs.
    curves: [std, seed, epoch, split, loss, accuracy, diverged].
    histograms: [std, stage, bin_left, bin_right, count]: all weights of the first seed's network,
        stage "before" or "after" training, in bins shared by all; non-finite weights are left out.
    check: [std, layer, parameter, std_measured, n]: what was drawn, first seed.
    spread: [std, stage, std_measured]: standard deviation of all weights of the first seed's
        network, nan where one of them is not finite.
    chance: [split, share]: the accuracy of always giving the commonest answer of the split.
    """

    final: pd.DataFrame
    curves: pd.DataFrame
    histograms: pd.DataFrame
    check: pd.DataFrame
    spread: pd.DataFrame
    chance: pd.DataFrame


@one_thread()
def run(config: Config = Config(), *, on_epoch=None, on_curves=None) -> Result:
    """Train all networks of the sweep. on_epoch(done, total) and on_curves(frame) are called after
    every epoch.
    """
    data = datasets.load(config.dataset)
    labels = pd.DataFrame(
        [
            (std, seed)
            for seed in range(config.seed, config.seed + config.n_seeds)
            for std in config.stds
        ],
        columns=["std", "seed"],
    )
    mlp = MLP((data.n_features, *HIDDEN, data.n_outputs), n_models=len(labels))
    specs = [(config.distribution, std) for std in labels["std"]]
    initialize_(mlp, specs, labels["seed"].tolist(), biases=specs)
    check = _check(mlp, config.stds)
    before = _weights(mlp, config.n_stds)
    curves = []
    for epoch in train(mlp, data, config.train_config()):
        curves.append(epoch.frame(labels))
        if on_curves is not None:
            on_curves(curves[-1])
        if on_epoch is not None and epoch.epoch:
            on_epoch(epoch.epoch, config.epochs)
    after = _weights(mlp, config.n_stds)
    frame = pd.concat(curves, ignore_index=True)
    return Result(
        _final(frame, config),
        frame,
        _histograms(config.stds, before, after),
        check,
        _spread(config.stds, {"before": before, "after": after}),
        _chance(data),
    )


def _spread(stds: list[float], weights: dict[str, torch.Tensor]) -> pd.DataFrame:
    rows = [
        (std, stage, float(row.double().std(correction=0)))
        for stage, all_of_them in weights.items()
        for std, row in zip(stds, all_of_them, strict=True)
    ]
    return pd.DataFrame(rows, columns=["std", "stage", "std_measured"])


def _chance(data: datasets.Dataset) -> pd.DataFrame:
    shares = [(split, data.chance(split)) for split in ("train", "test")]
    return pd.DataFrame(shares, columns=["split", "share"])


def _final(curves: pd.DataFrame, config: Config) -> pd.DataFrame:
    last = curves[(curves["split"] == "test") & (curves["epoch"] > max(0, config.epochs - LAST))]
    final = last.groupby(["std", "seed"], as_index=False).agg(
        loss=("loss", "mean"), accuracy=("accuracy", "mean"), diverged=("diverged", "max")
    )
    final.insert(1, "distribution", config.distribution)
    return final


def _weights(mlp: MLP, models: int) -> torch.Tensor:
    """All weights, without biases, of the first `models` networks: (models, n)."""
    return torch.cat([mlp.weight[layer][:models].flatten(1) for layer in mlp.layers], 1)


def _check(mlp: MLP, stds: list[float]) -> pd.DataFrame:
    rows = [
        (std, layer, parameter, float(values[i].double().std(correction=0)), values[i].numel())
        for i, std in enumerate(stds)
        for (layer, parameter), values in mlp.parameters().items()
    ]
    return pd.DataFrame(rows, columns=["std", "layer", "parameter", "std_measured", "n"])


def _histograms(stds: list[float], before: torch.Tensor, after: torch.Tensor) -> pd.DataFrame:
    widest = max(
        float(torch.where(row.isfinite(), row, 0.0).abs().max()) for row in (*before, *after)
    )
    edge = np.arcsinh(max(widest, LINEAR) / LINEAR)
    edges = LINEAR * np.sinh(np.linspace(-edge, edge, BINS + 1))
    edges[0], edges[-1] = -widest * (1 + 1e-6) - 1e-12, widest * (1 + 1e-6) + 1e-12
    parts = []
    for stage, weights in (("before", before), ("after", after)):
        for std, row in zip(stds, weights, strict=True):
            counts = metrics.histogram(row, torch.tensor(edges))
            parts.append(
                pd.DataFrame(
                    {
                        "std": std,
                        "stage": stage,
                        "bin_left": edges[:-1],
                        "bin_right": edges[1:],
                        "count": counts.numpy(),
                    }
                )
            )
    return pd.concat(parts, ignore_index=True)

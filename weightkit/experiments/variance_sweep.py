"""Part 3: how large should the initial numbers be? One network per standard deviation and seed, all in one stack."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .. import datasets, metrics
from ..configs import choice, number, validate
from ..costs import Cost, frames, limit, network_sizes, parameters, training
from ..datasets import DATASETS
from ..initializers import initialize_
from ..lazy import lazy
from ..models import MLP
from ..optimizers import OPTIMIZERS
from ..training import TrainConfig, one_thread, train

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    import torch
else:
    np, pd, torch = lazy("numpy"), lazy("pandas"), lazy("torch")

HIDDEN = (64, 32, 32)
LAST = 3  # epochs averaged for the final accuracy, as in the course
BINS = 81
LINEAR = 0.02  # histogram bins are even near 0 and log-spaced beyond this


@dataclass(frozen=True)
class Config:
    """The sweep: `n_stds` log-spaced standard deviations from std_min to std_max, for weights and biases alike."""

    dataset: str = choice("digits", DATASETS, "The data.")
    distribution: str = choice("normal", ("normal", "uniform"), "Shape of the random numbers, at the same std.")
    n_stds: int = number(25, 2, 60, "How many standard deviations.")
    std_min: float = number(1e-4, 1e-6, 1e-1, "The smallest standard deviation.")
    std_max: float = number(10.0, 0.2, 100.0, "The largest standard deviation.")
    epochs: int = number(10, 1, 50, "Passes over the training set.")
    batch_size: int = number(32, 8, 512, "Samples per update.")
    optimizer: str = choice("adam", OPTIMIZERS, "The rule of the update.")
    learning_rate: float = number(0.01, 1e-5, 1.0, "Step size.")
    seed: int = number(0, 0, 10_000, "The first seed.")
    n_seeds: int = number(1, 1, 10, "Networks per standard deviation.")

    def __post_init__(self):
        validate(self)
        limit(self)

    @property
    def cost(self) -> Cost:
        """Of `run`: the training, and the weights of the first seed before and after it."""
        size, n = DATASETS[self.dataset].size, self.n_stds * self.n_seeds
        p = parameters(network_sizes(size, HIDDEN))
        taught = training(
            size, HIDDEN, n, epochs=self.epochs, batch_size=self.batch_size, optimizer=self.optimizer
        ).then(Cost(8.0 * n * p + 4.0 * self.n_stds * p))
        return taught + Cost(4.0 * self.n_stds * p) + frames(2 * n, self.epochs + 1)

    @property
    def stds(self) -> list[float]:
        """The standard deviations, rounded to four digits so that they can be named in a link."""
        return [float(f"{s:.4g}") for s in np.geomspace(self.std_min, self.std_max, self.n_stds)]


PAGE_DEFAULTS = {"n_seeds": 3}  # a band needs more than one; run(Config()) is the course's single sweep
PRESETS = {
    "Uniform numbers instead": {"distribution": "uniform"},
    "SGD instead of Adam": {"optimizer": "sgd", "epochs": 20},
    "On MNIST, as in the course": {"dataset": "mnist", "n_seeds": 1},
}


@dataclass(frozen=True)
class Result:
    """The frames of one sweep.

    final: [std, distribution, seed, loss, accuracy, diverged]: test split, mean of the last three epochs.
    curves: [std, seed, epoch, split, loss, accuracy, diverged].
    histograms: [std, stage, bin_left, bin_right, count]: all weights of the first seed's network, stage "before"
        or "after" training, in bins shared by all; non-finite weights are left out.
    check: [std, layer, parameter, std_measured, n]: what was drawn, first seed.
    """

    final: pd.DataFrame
    curves: pd.DataFrame
    histograms: pd.DataFrame
    check: pd.DataFrame


@one_thread()
def run(config: Config = Config(), *, on_epoch=None, on_curves=None) -> Result:
    """Train all networks of the sweep. on_epoch(done, total) and on_curves(frame) are called after every epoch."""
    data = datasets.load(config.dataset)
    labels = pd.DataFrame(
        [(std, seed) for seed in range(config.seed, config.seed + config.n_seeds) for std in config.stds],
        columns=["std", "seed"],
    )
    mlp = MLP((data.n_features, *HIDDEN, data.n_outputs), n_models=len(labels))
    specs = [(config.distribution, std) for std in labels["std"]]
    initialize_(mlp, specs, labels["seed"].tolist(), biases=specs)
    check = _check(mlp, config.stds)
    before = _weights(mlp, config.n_stds)
    curves = []
    for epoch in train(
        mlp,
        data,
        TrainConfig(
            epochs=config.epochs,
            batch_size=config.batch_size,
            optimizer=config.optimizer,
            learning_rate=config.learning_rate,
            seed=config.seed,
        ),
    ):
        curves.append(epoch.frame(labels))
        if on_curves is not None:
            on_curves(curves[-1])
        if on_epoch is not None and epoch.epoch:
            on_epoch(epoch.epoch, config.epochs)
    frame = pd.concat(curves, ignore_index=True)
    return Result(_final(frame, config), frame, _histograms(config.stds, before, _weights(mlp, config.n_stds)), check)


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
    widest = max(float(torch.where(row.isfinite(), row, 0.0).abs().max()) for row in (*before, *after))
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

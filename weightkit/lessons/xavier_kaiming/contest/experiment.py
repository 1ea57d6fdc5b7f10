"""Train all networks of both schemes in one stack, and compare how they end."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from .... import datasets
from ....frames import Frames
from ....initializers import initialize_
from ....models import MLP
from ....training import SPLITS, Epoch, one_thread, train
from .config import METRICS, Config
from .welch import compared


@dataclass(frozen=True, repr=False)
class Result(Frames):
    """The frames of one contest; `init` is the scheme.

    curves: [init, seed, epoch, split, loss, accuracy, diverged], of one epoch in `Config.every`,
        and the last.
    final: [init, seed, train_loss, train_accuracy, test_accuracy] after the last epoch; NaN for a
        diverged network.
    tests: [metric, t, p, difference, ci_low, ci_high]: Welch's t-test for each of METRICS;
        difference is the mean of
        `first` minus that of `second`, ci_low to ci_high its 95% interval. All NaN if any of the
        networks diverged: who is left is not a random sample. See `welch` for samples without
        variance.
    n_test: samples in the test set; one of them more or less is the smallest step that an accuracy
        can make.
    """

    curves: pd.DataFrame
    final: pd.DataFrame
    tests: pd.DataFrame
    n_test: int


@one_thread()
def run(config: Config = Config(), *, on_epoch=None, on_curves=None) -> Result:
    """Train all networks in one stack. on_epoch(done, total) and on_curves(frame) are called after
    every epoch that is measured.

    The networks share the order of the batches (and which outputs dropout silences), so the test is
    about the random starts and about nothing else.
    """
    curves = trained(config, (config.first, config.second), on_epoch, on_curves)
    final = final_of(curves)
    tests = compared(final, config.first, config.second)
    return Result(curves, final, tests, len(datasets.load(config.dataset).y_test))


def trained(config: Config, schemes: Sequence[str], on_epoch=None, on_curves=None) -> pd.DataFrame:
    """The learning curves of n_seeds networks per scheme, no seed twice, all in one stack."""
    data = datasets.load(config.dataset)
    inits = [scheme for scheme in schemes for _ in range(config.n_seeds)]
    seeds = list(range(config.seed, config.seed + len(inits)))
    mlp = MLP((data.n_features, *config.units, data.n_outputs), n_models=len(inits))
    initialize_(mlp, inits, seeds, biases="pytorch_default")
    epochs = []
    for epoch in train(mlp, data, config.train_config()):
        epochs.append(epoch)
        if on_curves is not None:
            on_curves(_rows([epoch], inits, seeds))
        if on_epoch is not None and epoch.epoch:
            on_epoch(epoch.epoch, config.epochs)
    return _rows(epochs, inits, seeds)


def _rows(epochs: Sequence[Epoch], inits: list[str], seeds: list[int]) -> pd.DataFrame:
    """Tidy rows of many epochs at once: `Epoch.frame` for each would cost a tenth of the
    training.
    """
    n, blocks = len(inits), len(epochs) * len(SPLITS)

    def measured(name: str) -> np.ndarray:
        return np.concatenate(
            [getattr(e, name)[split].double().numpy() for e in epochs for split in SPLITS]
        )

    return pd.DataFrame(
        {
            "init": inits * blocks,
            "seed": np.tile(seeds, blocks),
            "epoch": np.repeat([e.epoch for e in epochs], n * len(SPLITS)),
            "split": np.repeat(list(SPLITS) * len(epochs), n),
            "loss": measured("loss"),
            "accuracy": measured("accuracy"),
            "diverged": np.concatenate([e.diverged.numpy() for e in epochs for _ in SPLITS]),
        }
    )


def final_of(curves: pd.DataFrame) -> pd.DataFrame:
    """[init, seed, *METRICS] after the last epoch; NaN for a diverged network."""
    last = curves[curves["epoch"] == curves["epoch"].max()]
    train_rows, test_rows = (
        last[last["split"] == split].reset_index(drop=True) for split in SPLITS
    )
    final = train_rows[["init", "seed"]].assign(
        train_loss=train_rows["loss"],
        train_accuracy=train_rows["accuracy"],
        test_accuracy=test_rows["accuracy"],
    )
    final.loc[train_rows["diverged"].to_numpy(), list(METRICS)] = math.nan
    return final

"""Transfer learning for real: pretrain on one task, then learn another from a few labelled
examples.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from .... import datasets
from ....datasets import Dataset
from ....frames import Frames
from ....initializers import initialize_
from ....lazy import torch
from ....models import MLP
from ....training import SPLITS, Epoch, Freeze, one_thread, train
from ..config import HIDDEN
from .config import FROZEN, NEW_DIGITS, POOL, TEST_MOST, TRANSFERS, TUNED, TransferConfig

if TYPE_CHECKING:
    from torch import Tensor


# added to a seed for the numbers that are not pretrained, so that both starts are independent
SCRATCH_SEED = 20_000


@dataclass(frozen=True, repr=False)
class TransferResult(Frames):
    """curves: [condition, n_labelled, seed, epoch, split, loss, accuracy] on the new task,
    n_labelled per class, of one epoch in `TransferConfig.every`, and the last.

    The test split is images of the new task that nobody trained on, the same for every n_labelled
    of a seed. The loss of a diverged network is not finite.
    pretraining: [seed, epoch, split, loss, accuracy] on the old task, as sparse.
    pixels: [n_labelled, seed, loss, accuracy], test split: the baseline without any feature,
    logistic regression on the pixels, trained alike on the same examples.
    """

    curves: pd.DataFrame
    pretraining: pd.DataFrame
    pixels: pd.DataFrame


@one_thread()
def transfer(
    config: TransferConfig = TransferConfig(), *, on_epoch=None, on_curves=None
) -> TransferResult:
    """Pretrain one network per seed, then train all conditions from it. on_epoch(done, total),
    on_curves(frame).

    A seed decides the random numbers and which examples are labelled: with few of them, the choice
    matters as much as the network. So every seed has training data of its own, and a stack holds
    the three conditions of one seed.
    """
    data = datasets.load(config.dataset)
    seeds = range(config.seed, config.seed + config.n_seeds)
    total = config.pretrain_epochs + config.epochs * len(config.n_labelled) * config.n_seeds
    tick = _Ticker(total, on_epoch)
    pretrained, pretraining = _pretrain(config, old_task(data, config.task), list(seeds), tick)
    curves, pixels = [], []
    for n_labelled in sorted(config.n_labelled):
        for row, seed in enumerate(seeds):
            few = new_task(data, config.task, n_labelled, seed)
            curves.append(_learn(config, few, pretrained, row, n_labelled, seed, tick))
            pixels.append((n_labelled, seed, *_pixels(config, few, seed)))
            if on_curves is not None:
                on_curves(curves[-1])
    baseline = pd.DataFrame(pixels, columns=["n_labelled", "seed", "loss", "accuracy"])
    return TransferResult(pd.concat(curves, ignore_index=True), pretraining, baseline)


run = transfer
"""What every view calls its run."""


class _Ticker:
    def __init__(self, total: int, on_epoch: Callable | None):
        self.done, self.total, self.on_epoch = 0, total, on_epoch

    def __call__(self, epochs: int = 1) -> None:
        self.done += epochs
        if self.on_epoch is not None:
            self.on_epoch(self.done, self.total)


def old_task(data: Dataset, task: str) -> Dataset:
    """What is learned first."""
    if task == NEW_DIGITS:
        return _classes(data, 0, 5)
    half = len(data.x_train) // 2  # they are in random order
    return replace(data, x_train=data.x_train[:half], y_train=data.y_train[:half])


def new_task(data: Dataset, task: str, n_labelled: int, seed: int) -> Dataset:
    """n_labelled training examples of each new class, chosen by `seed`; up to TEST_MOST other
    images to test on.

    Both come from the images of the new task that the old one did not train on. A larger n_labelled
    of the same seed keeps the examples of a smaller one, and the test images are the same for all
    n_labelled.
    """
    rows, y = _candidates(data, task)
    order = torch.randperm(len(y), generator=torch.Generator().manual_seed(seed))
    by_class = [order[y[order] == c] for c in range(int(y.max()) + 1)]
    labelled = torch.cat([of_class[:n_labelled] for of_class in by_class])
    unseen = torch.cat([of_class[POOL:] for of_class in by_class])
    unseen = unseen[
        torch.randperm(len(unseen), generator=torch.Generator().manual_seed(seed))[:TEST_MOST]
    ]
    return replace(
        data,
        name=f"{data.name}, {task}",
        y_train=y[labelled],
        y_test=y[unseen],
        x_train=_images(data, task, rows[labelled]),
        x_test=_images(data, task, rows[unseen]),
    )


def _candidates(data: Dataset, task: str) -> tuple[Tensor, Tensor]:
    """The images of the new task that the old one does not train on: row numbers and classes.

    Rows of the test set are counted on after those of the training set.
    """
    y = torch.cat([data.y_train, data.y_test])
    if task == NEW_DIGITS:
        rows = (y >= 5).nonzero()[:, 0]
        return rows, y[rows] - 5
    rows = torch.arange(len(data.x_train) // 2, len(y))
    return rows, y[rows]


def _images(data: Dataset, task: str, rows: Tensor) -> Tensor:
    """The images of these rows, light and dark swapped where the task says so."""
    n = len(data.x_train)
    x = torch.where(
        (rows < n)[:, None],
        data.x_train[rows.clamp(max=n - 1)],
        data.x_test[(rows - n).clamp(min=0)],
    )
    return x if task == NEW_DIGITS else 1 - x


def _classes(data: Dataset, first: int, end: int) -> Dataset:
    """The images of classes first to end - 1, numbered from 0."""

    def part(x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        keep = (y >= first) & (y < end)
        return x[keep], y[keep] - first

    (x_train, y_train), (x_test, y_test) = (
        part(data.x_train, data.y_train),
        part(data.x_test, data.y_test),
    )
    return replace(data, x_train=x_train, y_train=y_train, x_test=x_test, y_test=y_test)


def _pretrain(
    config: TransferConfig, data: Dataset, seeds: list[int], tick: _Ticker
) -> tuple[MLP, pd.DataFrame]:
    mlp = MLP((data.n_features, *HIDDEN, data.n_outputs), n_models=len(seeds))
    initialize_(mlp, "pytorch_default", seeds, biases="pytorch_default")
    return mlp, _curves(
        train(mlp, data, config.train_config(epochs=config.pretrain_epochs)), {"seed": seeds}, tick
    )


def _learn(
    config: TransferConfig,
    few: Dataset,
    pretrained: MLP,
    row: int,
    n_labelled: int,
    seed: int,
    tick: _Ticker,
) -> pd.DataFrame:
    """The three conditions of one seed in one stack, from the same fresh numbers where nothing is
    taken over.
    """
    mlp = MLP((few.n_features, *HIDDEN, few.n_outputs), n_models=len(TRANSFERS))
    initialize_(mlp, "pytorch_default", SCRATCH_SEED + seed, biases="pytorch_default")
    taken = mlp.layers[: config.layers]
    for layer in taken:
        for model in (TRANSFERS.index(FROZEN), TRANSFERS.index(TUNED)):
            mlp.weight[layer][model].copy_(pretrained.weight[layer][row])
            mlp.bias[layer][model].copy_(pretrained.bias[layer][row])
    still = tuple(
        Freeze(layer, p, models=(TRANSFERS.index(FROZEN),))
        for layer in taken
        for p in ("weight", "bias")
    )
    factors: dict[str, list] = {
        "condition": list(TRANSFERS),
        "n_labelled": [n_labelled] * 3,
        "seed": [seed] * 3,
    }
    return _curves(train(mlp, few, config.train_config(freeze=still)), factors, tick)


def _pixels(config: TransferConfig, few: Dataset, seed: int) -> tuple[float, float]:
    """Test loss and accuracy of logistic regression: a network of one layer."""
    mlp = MLP((few.n_features, few.n_outputs))
    initialize_(mlp, "pytorch_default", SCRATCH_SEED + seed, biases="pytorch_default")
    *_, last = train(mlp, few, config.train_config(every=config.epochs))
    return float(last.loss["test"][0]), float(last.accuracy["test"][0])


def _curves(epochs: Iterator[Epoch], factors: dict[str, list], tick: _Ticker) -> pd.DataFrame:
    """Run a training: rows [*factors, epoch, split, loss, accuracy]; factors: one value per model.

    One frame at the end: hundreds of short trainings would spend most of their time on building
    frames.
    """
    states: list[Epoch] = []
    for epoch in epochs:
        if epoch.epoch:
            tick(epoch.epoch - states[-1].epoch)
        states.append(epoch)
    models, blocks = len(next(iter(factors.values()))), len(states) * len(SPLITS)
    columns = {name: np.tile(np.array(values), blocks) for name, values in factors.items()}
    columns["epoch"] = np.repeat([s.epoch for s in states], models * len(SPLITS))
    columns["split"] = np.tile(np.repeat(SPLITS, models), len(states))
    for measure in ("loss", "accuracy"):
        values = [getattr(s, measure)[split] for s in states for split in SPLITS]
        columns[measure] = torch.cat(values).double().numpy()
    return pd.DataFrame(columns)

"""Freeze a block of a network in several ways, go on with the training, and measure what of the
block has moved: parameters, running statistics, outputs.

It runs on real torch.nn modules: what `requires_grad`, `eval()` and an optimizer do to a
BatchNorm1d is PyTorch's business (the stack has layer normalization only, which has no statistics).
See `plain`.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from .... import datasets
from ....frames import Frames
from ....lazy import torch
from ....stopping import check
from ....training import SPLITS, one_thread
from ..config import HIDDEN
from ..plain import Updates, network
from .config import (
    BLOCK,
    CASES,
    EVALUATED,
    FROZEN,
    NEW,
    NOTHING,
    OUTPUTS,
    STATISTICS,
    ZEROS,
    BatchNormConfig,
)

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True, repr=False)
class Result(Frames):
    """Epoch 0 is the moment of the freezing.

    curves: [case, seed, epoch, split, loss, accuracy, diverged], with the running statistics, as a
        finished network is used.
    movement: [case, seed, epoch, part, distance, size]: Euclidean distance of each part of the
        block from what it was at the freezing, and its norm then. part: the four parameters, the
        two running statistics, and "outputs", those of the block for all test samples with the
        running statistics.
    """

    curves: pd.DataFrame
    movement: pd.DataFrame


@one_thread()
def freeze_norm(
    config: BatchNormConfig = BatchNormConfig(), *, on_epoch=None, on_curves=None
) -> Result:
    """Train all networks side by side. on_epoch(done, total) and on_curves(frame) are called after
    every epoch.

    A last batch of a single sample is left out: BatchNorm finds no variance in one.
    """
    data, order = datasets.load(config.dataset), torch.Generator().manual_seed(config.seed)
    total, curves, movement = config.before + config.epochs, [], []

    def learn(networks: list[_Network]) -> None:
        """One epoch, batch by batch: all batches of an epoch at once would be the data again."""
        for one in networks:
            one.mode()
        for b in torch.randperm(len(data.x_train), generator=order).split(config.batch_size):
            if len(b) > 1:
                x, y = data.x_train[b], data.y_train[b]
                for one in networks:
                    one.learn(x, y)

    taught = [_Network(config, data, seed) for seed in _seeds(config)]
    for epoch in range(config.before):
        learn(taught)
        if on_epoch is not None:
            on_epoch(epoch + 1, total)
    networks = [one.frozen(case) for case in CASES for one in taught]
    for epoch in range(config.epochs + 1):
        if epoch:
            learn(networks)
        for one in networks:
            movement += one.moved(epoch)
        curves.append(pd.DataFrame([row for one in networks for row in one.measured(epoch)]))
        if on_curves is not None:
            on_curves(curves[-1])
        if on_epoch is not None and epoch:
            on_epoch(config.before + epoch, total)
    columns = ["case", "seed", "epoch", "part", "distance", "size"]
    return Result(pd.concat(curves, ignore_index=True), pd.DataFrame(movement, columns=columns))


run = freeze_norm
"""What every view calls its run."""


def _seeds(config: BatchNormConfig) -> range:
    return range(config.seed, config.seed + config.n_seeds)


class _Network:
    """One network with its optimizer, before the freezing (case: nothing frozen) and after it."""

    def __init__(self, config: BatchNormConfig, data: datasets.Dataset, seed: int):
        self.config, self.data, self.seed, self.case = config, data, seed, NOTHING
        plain = network(data.n_features, data.n_outputs, seed)
        self.net = torch.nn.Sequential()
        for name, module in plain.named_children():
            self.net.add_module(name, module)
            if name == "input":
                self.net.add_module("norm", torch.nn.BatchNorm1d(HIDDEN[0]))
        self.parameters = list(self.net.parameters())
        self.updates = self._optimiser()
        self.diverged = False
        self.start: dict[str, Tensor] = {}

    def _optimiser(self) -> Updates:
        """Of all that can learn now."""
        c = self.config
        learning = [p for p in self.parameters if p.requires_grad]
        return Updates(learning, c.optimizer, c.learning_rate, c.weight_decay)

    @property
    def block(self) -> torch.nn.Module:
        """The input layer and its BatchNorm."""
        return self.net[:2]

    def frozen(self, case: str) -> _Network:
        """A copy, gradients and all that its optimizer remembers included, its block frozen in this
        way.
        """
        one = copy.copy(self)
        one.case, one.net = case, copy.deepcopy(self.net)
        one.parameters = list(one.net.parameters())
        for mine, theirs in zip(one.parameters, self.parameters, strict=True):
            mine.grad = None if theirs.grad is None else theirs.grad.clone()
        one.updates = self.updates.of(one.parameters)
        one.block.requires_grad_(case in (NOTHING, EVALUATED))
        if case == NEW:
            one.updates = one._optimiser()
        one.start = {k: v.clone() for k, v in one._parts().items()}
        return one

    def learn(self, x: Tensor, y: Tensor) -> None:
        """One step, in the `mode` that it is in."""
        check()
        for p in self.parameters:  # as `zero_grad`, which looks for them each time
            if p.grad is not None and self.case in (ZEROS, NEW):
                p.grad.zero_()
            else:
                p.grad = None
        self._loss(self.net(x), y).backward()
        self.updates.step()

    def mode(self) -> None:
        """Of learning: training, and what of the block is not to be."""
        self.net.train()
        if self.case not in (NOTHING, FROZEN):
            self.block.eval()

    def _loss(self, logits: Tensor, y: Tensor) -> Tensor:
        if self.data.task == "binary":
            return torch.nn.functional.binary_cross_entropy_with_logits(logits[:, 0], y)
        return torch.nn.functional.cross_entropy(logits, y)

    def _parts(self) -> dict[str, Tensor]:
        """Every part of the block, as it is."""
        with torch.no_grad():
            self.net.eval()
            state = self.net.state_dict()
            parts = {name: state[name] for name in (*BLOCK, *STATISTICS)}
            return parts | {OUTPUTS: self.block(self.data.x_test)}

    def moved(self, epoch: int) -> list[tuple]:
        """Rows of `Result.movement`."""
        now = self._parts()
        return [
            (
                self.case,
                self.seed,
                epoch,
                part,
                float((now[part].double() - then.double()).norm()),
                float(then.double().norm()),
            )
            for part, then in self.start.items()
        ]

    def measured(self, epoch: int) -> list[dict]:
        """Rows of `Result.curves`."""
        with torch.no_grad():
            self.net.eval()
            check()
            found = {}
            for split in SPLITS:
                x, y = (getattr(self.data, f"{part}_{split}") for part in "xy")
                logits = self.net(x)
                said = (
                    (logits[:, 0] > 0).float() if self.data.task == "binary" else logits.argmax(1)
                )
                loss = float(self._loss(logits, y))
                found[split] = loss, float((said == y).double().mean())
                whole = all(bool(p.isfinite().all()) for p in self.parameters)
                self.diverged = self.diverged or not (whole and abs(loss) < float("inf"))
            return [
                {
                    "case": self.case,
                    "seed": self.seed,
                    "epoch": epoch,
                    "split": split,
                    "loss": loss,
                    "accuracy": accuracy,
                    "diverged": self.diverged,
                }
                for split, (loss, accuracy) in found.items()
            ]

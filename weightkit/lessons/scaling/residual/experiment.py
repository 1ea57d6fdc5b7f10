"""Train deep networks with and without skips on the same batches, and measure their signal before
that.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from .... import datasets
from ....datasets import Dataset
from ....evaluation import Memory
from ....frames import Frames
from ....initializers import initialize_
from ....models import MLP
from ....passes import with_ones
from ....training import one_thread, train
from .config import DESIGNS, PER_BLOCK, PLAIN, SAMPLES, SKIP, SMALL, ZERO, Config

GROWTH = {
    PLAIN: lambda blocks: 1.0,
    SKIP: lambda blocks: 2.0,
    ZERO: lambda blocks: 1.0,
    SMALL: lambda blocks: 1 + 1 / (2 * blocks),
}
"""By what a block multiplies the mean square of the sums: He's start keeps that of a signal, and a
skip adds what goes round it.
"""


@dataclass(frozen=True, repr=False)
class Result(Frames):
    """The frames of one run.

    layers: [design, seed, block, std, std_theory]: of the sums after each block (block 0: after the
        first layer), over units and training examples, before training.
    curves: [design, seed, epoch, split, loss, accuracy, diverged].
    chance: [split, share]: the accuracy of always giving the commonest answer of the split.
    """

    layers: pd.DataFrame
    curves: pd.DataFrame
    chance: pd.DataFrame


@one_thread()
def run(config: Config = Config(), *, on_epoch=None, on_curves=None) -> Result:
    """Train all designs and seeds. on_epoch(done, total) and on_curves(frame) are called after
    every epoch.
    """
    data = datasets.load(config.dataset)
    stacks = [start(config, data, designs) for designs in ((PLAIN,), (SKIP, ZERO, SMALL))]
    layers = pd.concat([_signal(*stack, data, config) for stack in stacks], ignore_index=True)
    curves = []
    epochs = [train(mlp, data, config.train_config()) for mlp, _ in stacks]
    for now in zip(*epochs, strict=True):
        rows = [epoch.frame(labels) for epoch, (_, labels) in zip(now, stacks, strict=True)]
        curves.append(pd.concat(rows, ignore_index=True))
        if on_curves is not None:
            on_curves(curves[-1])
        if on_epoch is not None and now[0].epoch:
            on_epoch(now[0].epoch, config.epochs)
    chance = [(split, data.chance(split)) for split in ("train", "test")]
    return Result(
        layers,
        pd.concat(curves, ignore_index=True),
        pd.DataFrame(chance, columns=["split", "share"]),
    )


def start(config: Config, data: Dataset, designs: tuple[str, ...]) -> tuple[MLP, pd.DataFrame]:
    """The networks of these designs, of each those of all seeds, and their labels [design, seed].

    The networks of a seed begin with the same numbers, but for the last layers of their blocks.
    """
    seeds = range(config.seed, config.seed + config.n_seeds)
    labels = pd.DataFrame(
        [(design, seed) for design in designs for seed in seeds], columns=["design", "seed"]
    )
    mlp = MLP(
        (data.n_features, *config.hidden, data.n_outputs),
        n_models=len(labels),
        skip=None if PLAIN in designs else PER_BLOCK,
    )
    initialize_(mlp, "kaiming_normal", labels["seed"].tolist())
    factors = {ZERO: 0.0, SMALL: 1 / math.sqrt(2 * config.blocks)}
    for layer in last_layers(config.blocks):
        for model, design in enumerate(labels["design"]):
            mlp.weight[layer][model] *= factors.get(design, 1.0)
    return mlp, labels


def last_layers(blocks: int) -> list[str]:
    """The last layer of each block."""
    return [f"fc{PER_BLOCK * block}" for block in range(1, blocks + 1)]


def _signal(mlp: MLP, labels: pd.DataFrame, data: Dataset, config: Config) -> pd.DataFrame:
    """The standard deviation of the sums after each block."""
    x, found = data.x_train[:SAMPLES], {}
    ends = {layer: block for block, layer in enumerate(["input", *last_layers(config.blocks)])}

    def visit(layer: str, z) -> None:
        if layer in ends:
            found[ends[layer]] = z.double().flatten(1).std(1, correction=0).tolist()

    mlp.forward_(Memory()(mlp, len(x), keep=False), with_ones(x), visit=visit)
    rows = []
    for block, stds in sorted(found.items()):
        for (design, seed), std, first in zip(
            labels.itertuples(index=False), stds, found[0], strict=True
        ):
            theory = first * GROWTH[design](config.blocks) ** (block / 2)
            rows.append((design, seed, block, std, theory))
    frame = pd.DataFrame(rows, columns=["design", "seed", "block", "std", "std_theory"])
    return frame.sort_values(["design", "seed", "block"], kind="stable", key=_order)


def _order(column: pd.Series) -> pd.Series:
    return column.map(DESIGNS.index) if column.name == "design" else column

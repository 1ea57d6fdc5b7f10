"""Train, remove the smallest weights, put the survivors back, train again: with their own numbers,
with fresh ones, and in shuffled places.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from ... import datasets
from ...datasets import Dataset
from ...frames import Frames
from ...initializers import initialize_
from ...lazy import torch
from ...models import MLP
from ...pruning import all_kept, prune_, shuffled, smallest_out
from ...training import one_thread, train
from .config import APART, FIRST, FRESH, INIT, OWN, SHUFFLED, STARTS, Config

if TYPE_CHECKING:
    from torch import Tensor

    Masks = Mapping[str, Tensor]


@dataclass(frozen=True, repr=False)
class Result(Frames):
    """The frames of one run. round 0: whole networks; kept: the share of all weights left.

    curves: [round, kept, start, seed, epoch, split, loss, accuracy, diverged].
    final: [round, kept, start, seed, accuracy, first_epochs, diverged]: test accuracy after the
        last epoch, and its mean over the first two (or the only) epochs.
    masks: [round, seed, layer, kept]: the share of the layer's weights left.
    inputs: [round, seed, input, row, column, varies, kept]: the share of its weights that each
        input keeps; row and column of its pixel (-1: no image); varies: over the training images.
    chance: [split, share]: the accuracy of always giving the commonest answer of the split.
    """

    curves: pd.DataFrame
    final: pd.DataFrame
    masks: pd.DataFrame
    inputs: pd.DataFrame
    chance: pd.DataFrame


@one_thread()
def run(config: Config = Config(), *, on_epoch=None, on_curves=None) -> Result:
    """All rounds, starts and seeds. on_epoch(done, total) and on_curves(frame) are called after
    every epoch of every round.
    """
    data = datasets.load(config.dataset)
    seeds = list(range(config.seed, config.seed + config.n_seeds))
    sizes = (data.n_features, *config.units, data.n_outputs)
    masks: Masks = all_kept(MLP(sizes, n_models=len(seeds)))
    curves, layers, inputs = [], [], []
    for i in range(config.rounds + 1):
        layers.append(_layers(masks, seeds, i))
        inputs.append(_inputs(masks, seeds, i, data))
        mlp, labels = tickets(sizes, masks, seeds, i)
        labels.insert(1, "kept", _share(masks))
        for epoch in train(mlp, data, config.train_config()):
            curves.append(epoch.frame(labels))
            if on_curves is not None:
                on_curves(curves[-1])
            if on_epoch is not None and epoch.epoch:
                on_epoch(i * config.epochs + epoch.epoch, (config.rounds + 1) * config.epochs)
        masks = smaller(mlp, masks, config.removed)
    frame = pd.concat(curves, ignore_index=True)
    chance = [(split, data.chance(split)) for split in ("train", "test")]
    return Result(
        frame,
        _final(frame),
        pd.concat(layers, ignore_index=True),
        pd.concat(inputs, ignore_index=True),
        pd.DataFrame(chance, columns=["split", "share"]),
    )


def tickets(
    sizes: tuple[int, ...], masks: Masks, seeds: list[int], i: int
) -> tuple[MLP, pd.DataFrame]:
    """The networks of round i, of each start those of all seeds, and their labels [round, start,
    seed]. The networks with their own numbers come first; the whole ones, of round 0, have no
    rivals.
    """
    starts = STARTS if i else (OWN,)
    labels = pd.DataFrame(
        [(i, start, seed) for start in starts for seed in seeds],
        columns=["round", "start", "seed"],
    )
    mlp = MLP(sizes, n_models=len(labels))
    numbers = [seed + APART * i * (start == FRESH) for start in starts for seed in seeds]
    initialize_(mlp, INIT, numbers)
    order = [torch.Generator().manual_seed(seed + APART * i) for seed in seeds]
    places: dict[str, Callable[[Tensor], Tensor]] = {SHUFFLED: lambda m: shuffled(m, order)}
    if i:
        prune_(
            mlp,
            {
                layer: torch.cat([places.get(start, lambda m: m)(mask) for start in starts])
                for layer, mask in masks.items()
            },
        )
    return mlp, labels


def smaller(mlp: MLP, masks: Masks, removed: float) -> Masks:
    """What is left once the smallest trained weights of the networks with their own numbers are
    out, in the output layer half the share.
    """
    return {
        layer: smallest_out(
            mlp.weight[layer][: len(mask)], mask, removed / (2 if layer == "output" else 1)
        )
        for layer, mask in masks.items()
    }


def _share(masks: Masks) -> float:
    """Of all weights of a network; all networks keep as many."""
    left = sum(int(mask[0].sum()) for mask in masks.values())
    return left / sum(mask[0].numel() for mask in masks.values())


def _layers(masks: Masks, seeds: list[int], i: int) -> pd.DataFrame:
    rows = [
        (i, seed, layer, float(mask.double().mean()))
        for layer, stack in masks.items()
        for seed, mask in zip(seeds, stack, strict=True)
    ]
    return pd.DataFrame(rows, columns=["round", "seed", "layer", "kept"])


def _inputs(masks: Masks, seeds: list[int], i: int, data: Dataset) -> pd.DataFrame:
    """The share of its weights that each input keeps."""
    varies = (data.x_train.amax(0) > data.x_train.amin(0)).tolist()
    n = data.n_features
    side = round(n**0.5)
    image = data.name in ("digits", "mnist") and side * side == n
    places = [divmod(k, side) if image else (-1, -1) for k in range(n)]
    first = next(iter(masks.values()))
    parts = [
        pd.DataFrame(
            {
                "round": i,
                "seed": seed,
                "input": range(n),
                "row": [row for row, _ in places],
                "column": [column for _, column in places],
                "varies": varies,
                "kept": mask.double().mean(0).numpy(),
            }
        )
        for seed, mask in zip(seeds, first, strict=True)
    ]
    return pd.concat(parts, ignore_index=True)


def _final(curves: pd.DataFrame) -> pd.DataFrame:
    keys = ["round", "kept", "start", "seed"]
    test = curves[(curves["split"] == "test") & (curves["epoch"] > 0)]
    groups = test.groupby(keys, sort=False)
    early = test[test["epoch"] <= FIRST].groupby(keys, sort=False)["accuracy"].mean()
    final = pd.DataFrame(
        {
            "accuracy": groups["accuracy"].last(),
            "first_epochs": early,
            "diverged": groups["diverged"].last(),
        }
    )
    return final.reset_index()

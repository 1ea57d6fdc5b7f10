"""Train pairs of networks, match their units, and measure the straight lines between them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from ... import datasets
from ...datasets import Dataset
from ...evaluation import SPLITS, Memory, evaluate, first_of
from ...frames import Frames
from ...initializers import initialize_
from ...lazy import torch
from ...models import MLP
from ...training import one_thread, train
from .config import (
    BATCHES,
    LIVE,
    LIVE_POINTS,
    LIVE_SAMPLE,
    LIVE_WIDTH,
    MATCHED,
    SAMPLE,
    SEEDS,
    Config,
)
from .matching import matched, reordered
from .units import finite, measured_units

if TYPE_CHECKING:
    from torch import Tensor

    Line = tuple[str, int, list[Tensor], list[Tensor]]
    """(pair, seed, weights at t = 0, weights at t = 1)."""


@dataclass(frozen=True, repr=False)
class Result(Frames):
    """The frames of one run; `seed` is that of a pair's first network.

    path: [pair, seed, t, split, loss, accuracy]: networks (1 - t) first + t second; the training
        split is measured on its first examples. A pair of which a network diverged is left out, of
        matching, units and invariance as well.
    matching: [layer, seed, moved]: share of a hidden layer's units that matching has put elsewhere.
    curves: [network, seed, epoch, split, loss, accuracy, diverged]; network: first, second, again.
    units: [seed, layer, unit, partner, same_place, matched, untrained]: cosine of the weights that
        enter a unit of the first network and one of the second: that at the same place, its
        partner, and the partner that matching finds before training.
    rows: [seed, unit, partner, network, input, value]: rows of the first W of the four pairs of
        units with the largest cosine, of the first pair of networks.
    permuted: [quantity, index, before, after]: some weights and outputs of a first network before
        and after each of its hidden units has gone one place on.
    invariance: [seed, weights, changed, outputs, largest, difference]: of the same, how many
        weights there are, the share that has another value at its place, how many outputs for
        some of the test split, the largest, and the largest difference.
    chance, sizes: [split, share], [split, n, measured]: always giving the commonest answer;
        examples.
    """

    path: pd.DataFrame
    matching: pd.DataFrame
    curves: pd.DataFrame
    units: pd.DataFrame
    rows: pd.DataFrame
    permuted: pd.DataFrame
    invariance: pd.DataFrame
    chance: pd.DataFrame
    sizes: pd.DataFrame


@one_thread()
def run(config: Config = Config(), *, on_epoch=None, on_curves=None) -> Result:
    """Train all networks, then match and measure. on_epoch(done, total) is called after every
    epoch of either stack, on_curves(path so far, with its step) after some.
    """
    data = datasets.load(config.dataset)
    both, again = started(config, data)
    start, curves, every = _copied(both), [], -(-config.epochs // (LIVE // 2))
    some, match = first_of(data, LIVE_SAMPLE), config.width <= LIVE_WIDTH
    for stack, mlp in enumerate((both, again)):  # one after the other: half of the memory
        labels = _labels(config, mlp is both)
        for state in train(mlp, data, config.train_config(seed=config.seed + stack)):
            curves.append(state.frame(labels))
            if on_curves is not None and state.epoch % every == 0:
                live = list(lines(config, both, again if stack else None, match))
                step = stack * config.epochs + state.epoch
                on_curves(path(both, some, live, LIVE_POINTS).assign(step=step))
            if on_epoch is not None and state.epoch:
                on_epoch(stack * config.epochs + state.epoch, 2 * config.epochs)
        for weight in mlp.weight.values():  # some diverge with weights that still are numbers
            weight[state.diverged] = math.nan
    whole = first_of(data, SAMPLE)
    found = list(lines(config, both, again))
    units = measured_units(config, both, start, data)
    sizes = [(s, len(getattr(data, f"x_{s}")), len(getattr(whole, f"x_{s}"))) for s in SPLITS]
    return Result(
        path(both, whole, found, config.points),
        units.matching,
        pd.concat(curves, ignore_index=True),
        units.cosines,
        units.rows,
        units.permuted,
        units.invariance,
        pd.DataFrame([(s, data.chance(s)) for s in SPLITS], columns=["split", "share"]),
        pd.DataFrame(sizes, columns=["split", "n", "measured"]),
    )


def started(config: Config, data: Dataset) -> tuple[MLP, MLP]:
    """(first and second networks of each pair in turn, the first ones again), before training."""
    sizes = (data.n_features, *config.hidden, data.n_outputs)
    both, again = (MLP(sizes, n_models=n * config.n_seeds) for n in (2, 1))
    firsts = config.first_seeds
    initialize_(both, "kaiming_normal", [s + i for s in firsts for i in (0, 1)])
    initialize_(again, "kaiming_normal", firsts)
    return both, again


def _labels(config: Config, pairs: bool) -> pd.DataFrame:
    names = ("first", "second") if pairs else ("again",)
    rows = [(name, seed) for seed in config.first_seeds for name in names]
    return pd.DataFrame(rows, columns=["network", "seed"])


def _copied(mlp: MLP) -> MLP:
    copy = MLP(mlp.sizes, mlp.activation, mlp.n_models)
    copy.flat.copy_(mlp.flat)
    return copy


def lines(config: Config, both: MLP, again: MLP | None, match: bool = True) -> Iterator[Line]:
    """The ends of every line whose networks are there and finite."""
    for i, seed in enumerate(config.first_seeds):
        first, second = both.weights_of(2 * i), both.weights_of(2 * i + 1)
        third = again.weights_of(i) if again is not None else None
        if finite(first) and finite(second):
            yield SEEDS, seed, first, second
            if match:
                yield MATCHED, seed, first, reordered(second, matched(first, second))
        if third is not None and finite(first) and finite(third):
            yield BATCHES, seed, first, third


def path(like: MLP, data: Dataset, found: list[Line], points: int) -> pd.DataFrame:
    """[pair, seed, t, split, loss, accuracy] at `points` even places of each line, ends included;
    a stack of one place of all lines at a time.
    """
    columns = ["pair", "seed", "t", "split", "loss", "accuracy"]
    if not found:
        return pd.DataFrame(columns=columns)
    stack, memory, parts = MLP(like.sizes, like.activation, len(found)), Memory(), []
    labels = pd.DataFrame([line[:2] for line in found], columns=columns[:2])
    for place in range(points):
        t = place / (points - 1)
        for row, (_, _, first, second) in enumerate(found):
            for layer, one, other in zip(stack.layers, first, second, strict=True):
                torch.lerp(one, other, t, out=stack.matrix[layer][row])
        with torch.inference_mode():
            parts.append(evaluate(stack, data, memory=memory).frame(labels.assign(t=t)))
    return pd.concat(parts, ignore_index=True)[columns]

"""He et al. 2015, figure 3: does a deep network learn at all? And the map of where it does, over depth and scale."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING

from .. import datasets
from ..activations import ACTIVATIONS
from ..configs import choice, choices, number, numbers, validate
from ..costs import DENORMAL, Cost, frames, limit, training
from ..datasets import DATASETS, Dataset
from ..initializers import Spec, initialize_, parse_spec
from ..lazy import lazy
from ..models import MLP
from ..optimizers import OPTIMIZERS
from ..training import TrainConfig, one_thread, train
from ._schemes import RANDOM, decades, spec

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
else:
    np, pd = lazy("numpy"), lazy("pandas")

SCHEMES = ("xavier_normal", "kaiming_normal", "pytorch_default")
ALL_SCHEMES = ("normal", "xavier_normal", "kaiming_normal", "orthogonal", "pytorch_default")
DEPTHS = (2, 4, 8, 12, 20, 32, 50)
NORMALIZATIONS = ("none", "layer")
ALL_LOST = (33, 50)  # decades that a signal loses on its way where all weight gradients are between 1e-45 and 1e-38


@dataclass(frozen=True)
class _DeepConfig:
    """What the contest and the map set alike, with the contest's defaults: who starts how, and how all are trained."""

    inits: tuple[str, ...] = choices(SCHEMES, RANDOM, "How the weights are drawn.")
    width: int = number(64, 8, 256, "Units in every hidden layer.")
    activation: str = choice("relu", ACTIVATIONS, "What follows each hidden layer's weighted sum.")
    normalization: str = choice("none", NORMALIZATIONS, "Layer normalisation before each activation.")
    std: float = number(0.01, 1e-4, 10.0, "Standard deviation of the schemes with a fixed one.")
    biases: str = choice("zeros", ("zeros", "pytorch_default"), "How the biases are drawn.")
    dataset: str = choice("digits", DATASETS, "The data.")
    epochs: int = number(20, 1, 100, "Passes over the training set.")
    batch_size: int = number(64, 8, 512, "Samples per update.")
    optimizer: str = choice("momentum", OPTIMIZERS, "The rule of the update.")
    learning_rate: float = number(0.01, 1e-5, 1.0, "Step size.")
    seed: int = number(0, 0, 10_000, "The first seed.")
    n_seeds: int = number(5, 1, 20, "Networks per scheme.")

    def __post_init__(self):
        validate(self)
        limit(self)

    @property
    def cost(self) -> Cost:
        """Of the whole run."""
        raise NotImplementedError

    def _trained(self, depth: int, specs: Sequence[Spec]) -> Cost:
        """Every spec with every seed at this depth."""
        n = len(specs) * self.n_seeds
        taught = training(
            DATASETS[self.dataset].size, [self.width] * (depth - 1), n, epochs=self.epochs,
            batch_size=self.batch_size, optimizer=self.optimizer, norm=self.normalization != "none",
            denormal=DENORMAL[self.activation] * sum(self._denormal(depth, one) for one in specs) / len(specs),
        )  # fmt: skip
        return taught + frames(2 * n, self.epochs + 1)

    def _denormal(self, depth: int, one: Spec) -> float:
        """The share of products that are of numbers below 1e-38.

        An activation and a gradient together have passed all layers, whichever layer they meet in: where such a product
        drops just below 1e-38, all weight gradients are denormal; further below, most of them are exactly zero.
        """
        lost = decades(self, one) * depth
        if self.normalization != "none" or lost < ALL_LOST[0]:
            return 0.0
        if self.activation == "sigmoid":
            return 30 / lost
        return 0.5 if lost < ALL_LOST[1] and self.biases == "zeros" else 10 / lost


@dataclass(frozen=True)
class DepthConfig(_DeepConfig):
    """The defaults are the preset: thirty weight layers of ReLU units, SGD with momentum, zero biases as in the paper.

    The paper's 30-layer model was convolutional and classified ImageNet; this one is fully connected, on `dataset`.
    """

    depth: int = number(30, 2, 50, "Weight layers, the output layer included.")

    @property
    def cost(self) -> Cost:
        """Of `depth_contest`."""
        return self._trained(self.depth, [spec(self, init) for init in self.inits])


@dataclass(frozen=True)
class DepthResult:
    """What one training of all schemes and seeds shows.

    curves: [init, depth, seed, epoch, split, loss, accuracy, diverged], one row per network, epoch and split.
    chance: [split, share]: the commonest class's share of each split, what a constant answer gets at best.
    """

    curves: pd.DataFrame
    chance: pd.DataFrame


@dataclass(frozen=True)
class MapConfig(_DeepConfig):
    """A network for each depth and scheme, or (by "std") for each depth and standard deviation of normal weights."""

    by: str = choice("scheme", ("scheme", "std"), "What is varied besides the depth.")
    depths: tuple[int, ...] = numbers(DEPTHS, 2, 50, 12, "Weight layers, the output layer included.")
    reach: float = number(4.0, 1.5, 20.0, "The largest standard deviation, as a multiple of Kaiming's; also its inverse.")
    n_stds: int = choice(9, (3, 5, 7, 9, 11, 13, 15), "How many standard deviations, log-spaced; Kaiming's is the middle.")
    inits: tuple[str, ...] = choices(ALL_SCHEMES, RANDOM, "What is compared by scheme.")
    width: int = number(64, 8, 128, "Units in every hidden layer.")
    epochs: int = number(10, 1, 50, "Passes over the training set.")
    batch_size: int = number(32, 8, 512, "Samples per update.")
    n_seeds: int = number(1, 1, 5, "Networks per cell.")

    @property
    def cost(self) -> Cost:
        """Of `depth_map`: a training for each depth, one after the other."""
        return reduce(Cost.then, (self._trained(depth, self.specs) for depth in self.depths))

    @property
    def specs(self) -> list[Spec]:
        """What is varied besides the depth."""
        if self.by == "scheme":
            return [spec(self, init) for init in self.inits]
        return [("normal", std) for std in self.stds]

    @property
    def stds(self) -> list[float]:
        """The standard deviations, rounded to three digits: around sqrt(2 / width)."""
        return [
            float(f"{(2 / self.width) ** 0.5 * s:.3g}") for s in np.geomspace(1 / self.reach, self.reach, self.n_stds)
        ]


@dataclass(frozen=True)
class MapResult:
    """What training leaves at each depth.

    map: [init, std, depth, seed, loss, accuracy, diverged]: the test split after the last epoch.
        `std` is that of the weights between hidden layers, by the scheme's formula.
    chance: [split, share] as in `DepthResult`.
    """

    map: pd.DataFrame
    chance: pd.DataFrame


@one_thread()
def depth_contest(config: DepthConfig = DepthConfig(), *, on_epoch=None, on_curves=None) -> DepthResult:
    """Train every scheme and seed side by side. on_epoch(done, total), on_curves(frame) are called after every epoch."""
    data = datasets.load(config.dataset)
    frames = []
    for frame in _train(config, data, config.depth, [spec(config, init) for init in config.inits]):
        frames.append(frame.drop(columns="std"))
        if on_curves is not None:
            on_curves(frames[-1])
        if on_epoch is not None and len(frames) > 1:
            on_epoch(len(frames) - 1, config.epochs)
    return DepthResult(pd.concat(frames, ignore_index=True), _chance(data))


@one_thread()
def depth_map(config: MapConfig = MapConfig(), *, on_epoch=None) -> MapResult:
    """Train networks of each depth. on_epoch(done, total) counts the epochs of all depths."""
    data = datasets.load(config.dataset)
    frames, done, total = [], 0, len(config.depths) * config.epochs
    for depth in config.depths:
        for epoch, frame in enumerate(_train(config, data, depth, config.specs)):
            last = frame
            if on_epoch is not None and epoch:
                on_epoch(done + epoch, total)
        done += config.epochs
        frames.append(last[last["split"] == "test"].drop(columns=["epoch", "split"]))
    return MapResult(pd.concat(frames, ignore_index=True), _chance(data))


def _chance(data: Dataset) -> pd.DataFrame:
    return pd.DataFrame([(split, data.chance(split)) for split in ("train", "test")], columns=["split", "share"])


def _train(
    config: _DeepConfig, data: Dataset, depth: int, specs: Sequence[Spec]
) -> Iterator[pd.DataFrame]:
    """Every spec with every seed: after each epoch, epoch 0 first, a frame [init, std, depth, seed, epoch, split, ...]."""
    rows = [(one, config.seed + k) for one in specs for k in range(config.n_seeds)]
    labels = _labels(config, depth, rows)
    how = TrainConfig(
        epochs=config.epochs, batch_size=config.batch_size, optimizer=config.optimizer,
        learning_rate=config.learning_rate, seed=config.seed,
    )  # fmt: skip
    for epoch in train(_stack(config, data, depth, rows), data, how):
        yield epoch.frame(labels)


def _stack(config: _DeepConfig, data: Dataset, depth: int, rows: Sequence[tuple[Spec, int]]) -> MLP:
    normalization = None if config.normalization == "none" else config.normalization
    mlp = MLP(_sizes(config, data, depth), config.activation, len(rows), normalization=normalization)
    return initialize_(mlp, [one for one, _ in rows], [seed for _, seed in rows], biases=config.biases)


def _labels(config: _DeepConfig, depth: int, rows: Sequence[tuple[Spec, int]]) -> pd.DataFrame:
    found = []
    for one, seed in rows:
        scheme, value = parse_spec(one)
        found.append((scheme.name, scheme.std(config.width, config.width, value), depth, seed))
    return pd.DataFrame(found, columns=["init", "std", "depth", "seed"])


def _sizes(config: _DeepConfig, data: Dataset, depth: int) -> tuple[int, ...]:
    return data.n_features, *[config.width] * (depth - 1), data.n_outputs

"""Train a few networks, and compare each of their weights with what it was at the start."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from .... import datasets
from ....frames import Frames
from ....lazy import torch
from ....stopping import check
from ....training import one_thread, train
from ..config import HIDDEN, Config
from ..steps.experiment import started
from .outcomes import ALL, OUTCOMES

if TYPE_CHECKING:
    from torch import Tensor


BINS = 40  # of each axis of the map: an even number, so that 0 lies between two of them
WITHIN = 0.999  # share of the weights that the map's axes hold; the others are counted at its edge
QUANTILES = (0.0, 0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1.0)
TENTHS = 10


@dataclass(frozen=True, repr=False)
class Fates(Frames):
    """The frames of one run. Weights only, no biases; `layer` has "all layers" as well. Networks
    whose weights are no longer numbers are in `curves`, and in nothing else.

    curves: [seed, epoch, split, loss, accuracy, diverged].
    cells: [layer, before_left, before_right, after_left, after_right, count]: weights of all
        networks together by their value before and after, cells without any left out; both axes
        reach as far as 99.9 % of the weights, those beyond are counted in the outermost cells.
    shares: [seed, layer, outcome, share]: of the layer's weights; size is |w|, and of the five
        outcomes (`outcomes.OUTCOMES`) each weight has one.
    quantiles: [seed, layer, quantile, change]: of |after - before|.
    by_size: [seed, tenth, fed, n, before, after, grew]: the weights of each layer in tenths by
        their size at the start (1: nearest 0), all layers together: mean sizes, and the share
        that grew. fed: False where the input that a weight multiplies is 0 in every training
        sample, so that the data say nothing about it.
    """

    curves: pd.DataFrame
    cells: pd.DataFrame
    shares: pd.DataFrame
    quantiles: pd.DataFrame
    by_size: pd.DataFrame


@one_thread()
def fates(config: Config = Config(), *, on_epoch=None, on_curves=None) -> Fates:
    """Train the networks. on_epoch(done, total) and on_curves(frame) are called after every
    epoch.
    """
    data = datasets.load(config.dataset)
    labels = pd.DataFrame({"seed": range(config.seed, config.seed + config.n_seeds)})
    sizes = (data.n_features, *HIDDEN, data.n_outputs)
    mlp = started(sizes, [config.init] * config.n_seeds, labels["seed"].tolist())
    before, curves = {layer: w.clone() for layer, w in mlp.weight.items()}, []
    for epoch in train(mlp, data, config.train_config(weight_decay=config.l2)):
        curves.append(epoch.frame(labels))
        if on_curves is not None:
            on_curves(curves[-1])
        if on_epoch is not None and epoch.epoch:
            on_epoch(epoch.epoch, config.epochs)
    whole = torch.stack([w.flatten(1).isfinite().all(1) for w in mlp.weight.values()]).all(0)
    which = slice(None) if bool(whole.all()) else whole  # a slice copies nothing
    pairs = {layer: (before[layer][which], w[which]) for layer, w in mlp.weight.items()}
    flat = {layer: (b.flatten(1), a.flatten(1)) for layer, (b, a) in pairs.items()}
    looks = flat | {ALL: (_joined(flat, 0), _joined(flat, 1))}
    seeds = labels["seed"][whole.numpy()].tolist()
    return Fates(
        pd.concat(curves, ignore_index=True),
        _framed(_cells(layer, *pair) for layer, pair in looks.items()),
        _framed(_shares(seeds, layer, *pair) for layer, pair in looks.items()),
        _framed(_quantiles(seeds, layer, *pair) for layer, pair in looks.items()),
        _by_size(seeds, pairs, (data.x_train != 0).any(0)),
    )


run = fates
"""What every view calls its run."""


def _joined(flat: dict[str, tuple[Tensor, Tensor]], which: int) -> Tensor:
    return torch.cat([pair[which] for pair in flat.values()], 1)


def _framed(parts: Iterator[pd.DataFrame]) -> pd.DataFrame:
    return pd.concat(list(parts), ignore_index=True)


# ---------------------------------------------------------------- all weights of a layer


def outcomes(before: Tensor, after: Tensor) -> Tensor:
    """Place in OUTCOMES of each weight: any shape twice -> int64 of that shape."""
    turned = before.sign() * after.sign() < 0
    grew, shrank = after.abs() > before.abs(), after.abs() < before.abs()
    found = torch.full(before.shape, 4)
    for place, mask in enumerate(
        (grew & ~turned, grew & turned, shrank & turned, shrank & ~turned)
    ):
        found[mask] = place
    return found


def _shares(seeds: list[int], layer: str, before: Tensor, after: Tensor) -> pd.DataFrame:
    check()
    found = outcomes(before, after)
    shares = torch.stack([(found == i).double().mean(1) for i in range(len(OUTCOMES))], 1)
    return pd.DataFrame(
        {
            "seed": np.repeat(np.array(seeds, dtype=int), len(OUTCOMES)),
            "layer": layer,
            "outcome": list(OUTCOMES) * len(seeds),
            "share": shares.flatten().numpy(),
        }
    )


def _quantiles(seeds: list[int], layer: str, before: Tensor, after: Tensor) -> pd.DataFrame:
    """Of each network, as numpy.quantile has them."""
    check()
    change = (after.double() - before.double()).abs().numpy()
    values = np.quantile(change, QUANTILES, axis=1).T if len(seeds) else np.empty((0, 0))
    return pd.DataFrame(
        {
            "seed": np.repeat(np.array(seeds, dtype=int), len(QUANTILES)),
            "layer": layer,
            "quantile": list(QUANTILES) * len(seeds),
            "change": values.flatten(),
        }
    )


def _cells(layer: str, before: Tensor, after: Tensor) -> pd.DataFrame:
    """Counts of (before, after) in BINS x BINS cells, the empty ones left out."""
    check()
    edges = [_edges(w) for w in (before, after)]
    places = [
        np.clip(np.searchsorted(e, w.flatten().double().numpy(), side="right") - 1, 0, BINS - 1)
        for e, w in zip(edges, (before, after), strict=True)
    ]
    counts = np.bincount(places[0] * BINS + places[1], minlength=BINS * BINS)
    full = np.flatnonzero(counts)
    x, y = full // BINS, full % BINS
    return pd.DataFrame(
        {
            "layer": layer,
            "before_left": edges[0][x],
            "before_right": edges[0][x + 1],
            "after_left": edges[1][y],
            "after_right": edges[1][y + 1],
            "count": counts[full],
        }
    )


def _edges(w: Tensor) -> np.ndarray:
    """BINS equal bins around 0 that hold WITHIN of the weights, (-1, 1) where they are all 0."""
    size = np.sort(w.flatten().double().abs().numpy())
    reach = size[min(int(WITHIN * len(size)), len(size) - 1)] if len(size) else 0.0
    reach = reach or (size[-1] if len(size) else 0.0) or 1.0
    return np.linspace(-1.0, 1.0, BINS + 1) * reach


# ---------------------------------------------------------------- by their size at the start


def _by_size(
    seeds: list[int], pairs: dict[str, tuple[Tensor, Tensor]], fed: Tensor
) -> pd.DataFrame:
    """See `Fates`; fed (features,): the inputs that are not always 0."""
    check()
    parts = []
    for layer, (before, after) in pairs.items():
        sizes = [w.flatten(1).double().abs().numpy() for w in (before, after)]
        order = np.argsort(np.argsort(sizes[0], axis=1, kind="stable"), axis=1, kind="stable")
        mine = fed if layer == "input" else torch.ones(before.shape[2], dtype=torch.bool)
        columns = {
            "seed": np.repeat(np.array(seeds, dtype=int), sizes[0].shape[1]),
            "tenth": (order * TENTHS // sizes[0].shape[1] + 1).flatten(),
            "fed": np.tile(mine.numpy(), before.shape[0] * before.shape[1]),
            "before": sizes[0].flatten(),
            "after": sizes[1].flatten(),
        }
        parts.append(pd.DataFrame(columns))
    every = pd.concat(parts, ignore_index=True)
    every["grew"] = every["after"] > every["before"]
    groups = every.groupby(["seed", "tenth", "fed"])
    means = groups[["before", "after", "grew"]].mean().astype(float)
    means.insert(0, "n", groups.size())
    return means.reset_index()

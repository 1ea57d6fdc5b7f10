"""Train a network per condition and seed, all in one stack, and look at their symmetry after every
epoch.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from .... import datasets, metrics
from ....frames import Frames
from ....initializers import initialize_
from ....lazy import torch
from ....models import MLP
from ....training import one_thread, train
from ..config import HIDDEN, LAYERS, STAGES
from .config import Config

if TYPE_CHECKING:
    from torch import Tensor

    Stages = Mapping[str, Mapping[tuple[str, str], Tensor]]


BINS = 50


@dataclass(frozen=True, repr=False)
class Result(Frames):
    """The frames of one run; condition is `baseline`, the others in the order of `Config.starts`.

    curves: [condition, seed, epoch, split, loss, accuracy, diverged].
    symmetry: [condition, seed, epoch, layer, distinct_units, rank]: how many rows of [W | b] differ
        (beyond rounding), and the rank of W; -1 where a number is not finite.
    histograms: [condition, layer, parameter, stage, bin_left, bin_right, count]: the first seed's
        network, stage "before" or "after" training, in 50 bins shared by the two stages of one
        parameter; non-finite values left out.
    parameters: [condition, layer, parameter, stage, index, value]: every number of the first seed's
        network; a weight's index is row * fan_in + column. The four factors are categories, since
        the frame is long.
    chance: [split, share]: share of the commonest class, the best accuracy of a constant answer.
    """

    curves: pd.DataFrame
    symmetry: pd.DataFrame
    histograms: pd.DataFrame
    parameters: pd.DataFrame
    chance: pd.DataFrame


@one_thread()
def run(config: Config = Config(), *, on_epoch=None, on_curves=None) -> Result:
    """Train all networks. on_epoch(done, total) and on_curves(frame) are called after every
    epoch.
    """
    data = datasets.load(config.dataset)
    starts = config.starts
    seeds = range(config.seed, config.seed + config.n_seeds)
    # The first seed's networks come first: those are looked at number by number.
    labels = pd.DataFrame(
        [(name, seed) for seed in seeds for name in starts], columns=["condition", "seed"]
    )
    mlp = MLP((data.n_features, *HIDDEN, data.n_outputs), n_models=len(labels))
    overrides = [starts[name] for name in labels["condition"]]
    draw = "pytorch_default"
    initialize_(mlp, draw, labels["seed"].tolist(), biases=draw, overrides=overrides)
    before = mlp.flat.clone()
    curves, symmetry = [], []
    for epoch in train(mlp, data, config.train_config()):
        curves.append(epoch.frame(labels))
        symmetry.append(_symmetry(mlp, labels, epoch.epoch))
        if on_curves is not None:
            on_curves(curves[-1])
        if on_epoch is not None and epoch.epoch:
            on_epoch(epoch.epoch, config.epochs)
    names = list(starts)
    stages = {"before": mlp.parameters(before), "after": mlp.parameters()}
    chance = [(split, data.chance(split)) for split in ("train", "test")]
    return Result(
        pd.concat(curves, ignore_index=True),
        pd.concat(symmetry, ignore_index=True),
        _histograms(names, stages),
        _parameters(names, stages),
        pd.DataFrame(chance, columns=["split", "share"]),
    )


def _symmetry(mlp: MLP, labels: pd.DataFrame, epoch: int) -> pd.DataFrame:
    with one_thread():
        parts = [
            labels.assign(
                epoch=epoch,
                layer=layer,
                distinct_units=metrics.distinct_units(mlp.weight[layer], mlp.bias[layer]).numpy(),
                rank=metrics.rank(mlp.weight[layer]).numpy(),
            )
            for layer in mlp.layers
        ]
    return pd.concat(parts, ignore_index=True)


def _factors(
    names: list[str], keys: list[tuple[str, str, str, str]], sizes: list[int]
) -> pd.DataFrame:
    """Columns condition, layer, parameter, stage as categories: keys[i] repeated sizes[i] times."""
    levels = {
        "condition": names,
        "layer": LAYERS,
        "parameter": ["weight", "bias"],
        "stage": list(STAGES),
    }
    repeats = torch.tensor(sizes)
    columns = {}
    for place, (column, categories) in enumerate(levels.items()):
        codes = torch.tensor([categories.index(key[place]) for key in keys]).repeat_interleave(
            repeats
        )
        columns[column] = pd.Categorical.from_codes(codes.numpy(), categories=categories)
    return pd.DataFrame(columns)


def _keys(names: list[str], stages: Stages) -> list[tuple[str, str, str, str]]:
    return [(name, *key, stage) for name in names for key in stages["before"] for stage in STAGES]


def _histograms(names: list[str], stages: Stages) -> pd.DataFrame:
    """Bins of each condition's own: a start at one and a start near zero have no range in
    common.
    """
    keys, left, right, count = _keys(names, stages), [], [], []
    for i in range(len(names)):
        for key in stages["before"]:
            both = torch.stack([stages[stage][key][i] for stage in STAGES])
            edges = metrics.shared_bins(both, BINS)
            left += [edges[:-1]] * len(STAGES)
            right += [edges[1:]] * len(STAGES)
            count += list(metrics.histogram(both, edges, batch_dims=1))
    frame = _factors(names, keys, [BINS] * len(keys)).astype(str)
    values = {"bin_left": left, "bin_right": right, "count": count}
    return frame.assign(**{column: torch.cat(parts).numpy() for column, parts in values.items()})


def _parameters(names: list[str], stages: Stages) -> pd.DataFrame:
    keys = _keys(names, stages)
    values = [
        stages[stage][layer, parameter][names.index(name)].flatten()
        for name, layer, parameter, stage in keys
    ]
    sizes = [v.numel() for v in values]
    index = torch.cat([torch.arange(n) for n in sizes])
    return _factors(names, keys, sizes).assign(
        index=index.numpy(), value=torch.cat(values).double().numpy()
    )

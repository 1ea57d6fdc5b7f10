"""Make the four networks, compare them, and train them.

The four networks are not one stack: each is trained by its own call of `train`, in step with the
others. That is what someone does who runs a script twice, and it makes "bit for bit" certain:
within a stack, the last bit of a sum may depend on the row that it is computed for.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import version
from itertools import product

import numpy as np
import pandas as pd

from ...datasets import Dataset
from ...frames import Frames
from ...initializers import INITIALIZERS
from ...lazy import torch
from ...models import MLP
from ...training import SPLITS, Epoch, TrainConfig, one_thread, train
from .config import BIASES, DRAW_ORDERS, FIRST, SAMPLES, SIZES, TEST_SAMPLES, Config

TRAINING = ["network", "epoch", "split", "loss", "accuracy"]


@dataclass(frozen=True, repr=False)
class Result(Frames):
    """The frames of one run.

    weights: [network, layer, parameter, index, value], before training; parameter is "weight" or
        "bias", index counts its numbers from 0, row by row.
    differences: [pair, layer, parameter, index, difference]; pair is "seed 1a - seed 1b",
        difference its first minus its second network, before training.
    training: [network, epoch, split, loss, accuracy].
    outputs: [pair, epoch, difference]: the largest absolute difference of the two networks' outputs
        (logits) over all 400 points.
    checks: [biases, draw_order, part, difference]: networks a and b made in every way that `biases`
        and `draw_order` know; the largest absolute difference of their "weights", "biases" and
        "outputs" before training.
    calls: [call, index, value]: the first numbers that the same seed gives when it is asked in
        different ways.
    """

    weights: pd.DataFrame
    differences: pd.DataFrame
    training: pd.DataFrame
    outputs: pd.DataFrame
    checks: pd.DataFrame
    calls: pd.DataFrame


@one_thread()
def run(config: Config = Config(), *, on_epoch=None, on_curves=None) -> Result:
    """Make the four networks, compare them, train them. on_epoch(done, total), on_curves(frame)
    after every epoch.
    """
    data = make_data(config.dataset)
    mlps = [make(config, name) for name in config.networks]
    weights = _weights(mlps, config)
    differences = _differences(weights, config)
    x = torch.cat([data.x_train, data.x_test])
    training, outputs = [], []
    loops = [
        train(mlp, data, _how(config, name))
        for mlp, name in zip(mlps, config.networks, strict=True)
    ]
    for states in zip(*loops, strict=True):
        rows = _epoch(states, config)
        training += rows
        outputs += _outputs(mlps, x, states[0].epoch, config)
        if on_curves is not None:
            on_curves(pd.DataFrame(rows, columns=TRAINING))
        if on_epoch is not None and states[0].epoch:
            on_epoch(states[0].epoch, config.epochs)
    return Result(
        weights,
        differences,
        pd.DataFrame(training, columns=TRAINING),
        pd.DataFrame(outputs, columns=["pair", "epoch", "difference"]),
        _checks(config, x),
        calls(config.seed),
    )


def torch_version() -> str:
    """The PyTorch release that drew the numbers."""
    return version("torch").split("+")[0]


# ------------------------------------------------------------------ data


def make_data(name: str) -> Dataset:
    """400 points (x, y) of two classes, the first 40 for testing; always the same ones.

    two_clouds: Gaussian clouds of std 0.9 around (-1, -1) and (1, 1). ring: radius 0.8 inside
        radius 2, std 0.3.
    """
    g = _generator(0)
    y = (torch.arange(SAMPLES) % 2).float()
    noise = torch.randn(SAMPLES, 2, generator=g)
    if name == "two_clouds":
        x = 0.9 * noise + (2 * y - 1).unsqueeze(1)
    else:
        angle, radius = 2 * math.pi * torch.rand(SAMPLES, generator=g), 0.8 + 1.2 * y
        x = torch.stack([radius * angle.cos(), radius * angle.sin()], 1) + 0.3 * noise
    order = torch.randperm(SAMPLES, generator=g)
    x, y, n = x[order], y[order], TEST_SAMPLES
    return Dataset(name, x[n:], y[n:], x[:n], y[:n], "binary", "made here", make_data.__doc__ or "")


# ------------------------------------------------------------------ networks


def make(
    config: Config, network: str, biases: str | None = None, draw_order: str | None = None
) -> MLP:
    """One of config.networks, untrained; `biases` and `draw_order` replace those of the config."""
    place = config.networks.index(network)
    template = _template(config)
    mlp, seed = MLP(SIZES, config.activation), _seed(config, place)
    stream = _generator(seed)
    weights = {"seeded": stream, "no seed": _generator(unseeded(config.entropy, 10 + place))}
    bias = {
        "seeded together": stream,
        "seeded apart": _generator(seed),
        "no seed": _generator(unseeded(config.entropy, 20 + place)),
    }
    other_way = place == 3 and (draw_order or config.draw_order) == "reversed"
    for layer in reversed(mlp.layers) if other_way else mlp.layers:
        _fill_weight(mlp, layer, weights.get(config.weights), template)
        _fill_bias(mlp, layer, bias.get(biases or config.biases), template)
    return mlp


def _template(config: Config) -> MLP:
    """What "copied" parameters are copied from; made without a seed, as the course's template
    is.
    """
    mlp, g = MLP(SIZES), _generator(unseeded(config.entropy, 0))
    for layer in mlp.layers:
        _fill_weight(mlp, layer, g)
        _fill_bias(mlp, layer, g)
    return mlp


def _fill_weight(
    mlp: MLP, layer: str, g: torch.Generator | None, template: MLP | None = None
) -> None:
    """Xavier normal, one weight matrix at a time; a copy of the template's where there is no
    generator.
    """
    if g is None:
        mlp.weight[layer].copy_(template.weight[layer])
    else:
        INITIALIZERS["xavier_normal"].fill_(mlp.weight[layer][0], g)


def _fill_bias(
    mlp: MLP, layer: str, g: torch.Generator | None, template: MLP | None = None
) -> None:
    """U(-1/sqrt(fan_in), 1/sqrt(fan_in)), as torch.nn.Linear does; a copy of the template's without
    a generator.
    """
    if g is None:
        mlp.bias[layer].copy_(template.bias[layer])
    else:
        bound = 1 / math.sqrt(mlp.weight[layer].shape[-1])
        mlp.bias[layer][0] = torch.empty(mlp.bias[layer].shape[1]).uniform_(
            -bound, bound, generator=g
        )


def unseeded(entropy: int, use: int) -> int:
    """The seed that the machine "happens" to pick for its `use`-th purpose in run number
    `entropy`.
    """
    return int(np.random.SeedSequence([entropy, use]).generate_state(1)[0]) % 2**31


def _seed(config: Config, place: int) -> int:
    return (unseeded(config.entropy, 1), config.seed, config.seed + 1, config.seed)[place]


def _generator(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def _how(config: Config, network: str) -> TrainConfig:
    """How a network is trained: all see the same batches, but b sees others where the config says
    so.
    """
    other = config.batches == "other" and network == config.networks[3]
    return config.train_config(seed=unseeded(config.entropy, 2) if other else config.seed)


# ------------------------------------------------------------------ frames


def _weights(mlps: Iterable[MLP], config: Config) -> pd.DataFrame:
    parts = [
        pd.DataFrame(
            {
                "network": network,
                "layer": layer,
                "parameter": parameter,
                "index": range(values.numel()),
                "value": values.flatten().double().numpy(),
            }
        )
        for network, mlp in zip(config.networks, mlps, strict=True)
        for (layer, parameter), values in mlp.parameters().items()
    ]
    return pd.concat(parts, ignore_index=True)


def _differences(weights: pd.DataFrame, config: Config) -> pd.DataFrame:
    rows = {name: part.reset_index(drop=True) for name, part in weights.groupby("network")}
    parts = []
    for one, other in config.pairs:
        part = rows[one][["layer", "parameter", "index"]].copy()
        part.insert(0, "pair", f"{one} - {other}")
        parts.append(part.assign(difference=rows[one]["value"] - rows[other]["value"]))
    return pd.concat(parts, ignore_index=True)


def _epoch(states: tuple[Epoch, ...], config: Config) -> list[tuple]:
    """Rows of `training` for one epoch."""
    return [
        (name, state.epoch, split, float(state.loss[split]), float(state.accuracy[split]))
        for name, state in zip(config.networks, states, strict=True)
        for split in SPLITS
    ]


def _outputs(mlps: list[MLP], x: torch.Tensor, epoch: int, config: Config) -> list[tuple]:
    """Rows of `outputs` for one epoch."""
    logits = {name: mlp(x).double() for name, mlp in zip(config.networks, mlps, strict=True)}
    return [
        (f"{one} - {other}", epoch, float((logits[one] - logits[other]).abs().max()))
        for one, other in config.pairs
    ]


def _checks(config: Config, x: torch.Tensor) -> pd.DataFrame:
    rows = []
    a, b = config.networks[1], config.networks[3]
    for biases, order in product(BIASES, DRAW_ORDERS):
        one, other = (make(config, name, biases, order) for name in (a, b))
        outputs = (one(x) - other(x)).abs().max()
        rows += [
            (biases, order, "weights", _largest(one.weight, other.weight)),
            (biases, order, "biases", _largest(one.bias, other.bias)),
            (biases, order, "outputs", float(outputs)),
        ]
    return pd.DataFrame(rows, columns=["biases", "draw_order", "part", "difference"])


def _largest(one: dict[str, torch.Tensor], other: dict[str, torch.Tensor]) -> float:
    return max(float((one[layer] - other[layer]).abs().max()) for layer in one)


def calls(seed: int) -> pd.DataFrame:
    """[call, index, value]: the first eight numbers after the same seed, asked for in five ways.

    On a CPU, PyTorch draws normal numbers by another method from 16 on, so even the amount asked
    for matters.
    """

    def after_another(g: torch.Generator) -> torch.Tensor:
        torch.rand(1, generator=g)
        return torch.randn(FIRST, generator=g)

    ways = {
        "8 numbers": lambda g: torch.randn(FIRST, generator=g),
        "8 numbers, once more": lambda g: torch.randn(FIRST, generator=g),
        "8, after 1 other": after_another,
        "first 8 of 16": lambda g: torch.randn(16, generator=g)[:FIRST],
        "first 8 of 16, float64": lambda g: torch.randn(16, generator=g, dtype=torch.float64)[
            :FIRST
        ],
    }
    parts = [
        pd.DataFrame(
            {"call": call, "index": range(FIRST), "value": draw(_generator(seed)).double().numpy()}
        )
        for call, draw in ways.items()
    ]
    return pd.concat(parts, ignore_index=True)

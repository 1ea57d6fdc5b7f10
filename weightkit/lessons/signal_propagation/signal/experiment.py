"""One pass forward and one back, and what they do to a signal's size."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from .... import metrics, theory
from ....frames import Frames
from ....initializers import INITIALIZERS, initialize_, parse_spec
from ....lazy import torch
from ....models import MLP
from ....training import one_thread
from ..settings import spec
from .config import Config

if TYPE_CHECKING:
    from torch import Tensor


INPUT_SEED = 20_101_515  # of the inputs and output gradients, which all networks of all runs share
SMALLEST = 1e-30  # below this, float32 loses digits: no factor is computed from it


@dataclass(frozen=True, repr=False)
class Result(Frames):
    """The frames of one run.

    layers: [init, activation, seed, layer, pass, std, std_theory, fraction_zero,
        fraction_saturated, spread], one row per network, hidden layer (1, the first after the
        input, to depth) and pass. `std`: in the forward pass that of the pre-activations z = W a +
        b, in the backward pass that of dLoss/dz, each as the root of the mean square over units and
        samples; inputs, and gradients at the outputs, have a root mean square of exactly 1. inf: a
        number beyond float32 (3e38) has appeared; 0: all numbers have dropped below 1e-45; nan:
        there is no gradient, since the forward pass overflowed. `fraction_zero`: share of
        activations (forward) or of gradients (backward) that are exactly zero;
        `fraction_saturated`: share of activations on a flat end (`metrics.SATURATION`), nan in the
        backward pass; `spread`: the root of the variance of z over the samples, averaged over
        units: what differs from input to input, where `std` counts what is the same for all of them
        as well. nan in the backward pass, and of one sample.
    factors: [init, activation, seed, pass, factor, factor_theory]: what one layer multiplies the
        mean square by, in the direction of the pass: the geometric mean over all pairs of
        neighbours, as factors multiply; nan where there is no such pair.
    """

    layers: pd.DataFrame
    factors: pd.DataFrame


@one_thread()
def run(config: Config = Config(), *, on_epoch=None, on_curves=None) -> Result:
    """Send random inputs forward and random gradients back. on_epoch(done, total) and
    on_curves(frame), with rows of `Result.layers`, are called after every seed.
    """
    x, delta = (
        _unit_rms(config.samples, config.width, 0),
        _unit_rms(config.width, config.samples, 1),
    )
    expected = {init: _theory(config, init) for init in config.inits}
    parts: list[dict] = []
    for done, seed in enumerate(range(config.seed, config.seed + config.n_seeds), start=1):
        found: list[dict] = []
        for inits in _stacks(config):
            found += _measure(config, inits, seed, x, delta, expected)
        parts += found
        if on_curves is not None:
            on_curves(_joined(found))
        if on_epoch is not None:
            on_epoch(done, config.n_seeds)
    layers = _joined(parts)
    return Result(layers, _factors(layers))


def _joined(parts: Sequence[dict]) -> pd.DataFrame:
    return pd.DataFrame(
        {column: np.concatenate([part[column] for part in parts]) for column in parts[0]}
    )


def _unit_rms(rows: int, columns: int, stream: int) -> Tensor:
    """Random normal numbers, scaled to a root mean square of exactly 1."""
    values = torch.randn(
        rows, columns, generator=torch.Generator().manual_seed(INPUT_SEED + stream)
    )
    return values / values.double().square().mean().sqrt().float()


def _stacks(config: Config) -> list[tuple[str, ...]]:
    """The schemes, as many at a time as fit into one stack."""
    room = config.networks_at_once
    return [config.inits[i : i + room] for i in range(0, len(config.inits), room)]


def _measure(
    config: Config, inits: tuple[str, ...], seed: int, x: Tensor, delta: Tensor, expected: dict
) -> list:
    """One dict of columns per scheme and pass, from one stack of one network per scheme."""
    mlp = MLP(config.sizes, config.activation, len(inits))
    initialize_(mlp, [spec(config, init) for init in inits], seed, biases=config.biases)
    done = mlp.forward(x)
    forward = [
        _forward(mlp, layer, done.inputs[i], done.outputs[i])
        for i, layer in enumerate(mlp.layers[:-1])
    ]
    backward: list[tuple[Tensor, ...]] = []
    gradients = delta.expand(len(inits), -1, -1)
    mlp.backward(done, gradients, visit=lambda layer, d: backward.append(_backward(d)), keep=False)
    measured = {
        "forward": _columns(forward),
        "backward": _columns(backward[:0:-1]),
    }  # without the readout's
    overflow = measured["forward"][0].isinf().any(1)
    measured["backward"][0][overflow] = torch.nan
    return [
        {
            "init": [init] * config.depth,
            "activation": [config.activation] * config.depth,
            "seed": [seed] * config.depth,
            "layer": range(1, config.depth + 1),
            "pass": [name] * config.depth,
            "std": std[i],
            "std_theory": expected[init][name],
            "fraction_zero": zero[i],
            "fraction_saturated": saturated[i],
            "spread": spread[i],
        }
        for name, (std, zero, saturated, spread) in measured.items()
        for i, init in enumerate(inits)
    ]


def _columns(rows: Sequence[tuple[Tensor, ...]]) -> list[Tensor]:
    """From one tuple of (n_models,) tensors per layer to one (n_models, layers) tensor per
    measure.
    """
    return [torch.stack(column, 1) for column in zip(*rows, strict=True)]


def _forward(
    mlp: MLP, layer: str, inputs: Tensor, outputs: Tensor
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """std of z, shares of zero and of saturated activations, spread of z over samples: (n_models,)
    each. z is computed again: the pass kept a.
    """
    z = mlp.matrix[layer] @ (inputs.t() if inputs.ndim == 2 else inputs)
    return (
        _rms(z),
        metrics.fraction_zero(outputs),
        metrics.fraction_saturated(outputs, mlp.activation),
        _spread(z),
    )


def _backward(d: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    zero = metrics.fraction_zero(d)
    none = torch.full_like(zero, torch.nan)
    return _rms(d), zero, none, none


def _spread(z: Tensor) -> Tensor:
    """Root of the mean over units of the variance over samples of each model; inf where an entry is
    not finite.
    """
    if z.shape[2] == 1:
        return torch.full(z.shape[:1], torch.nan, dtype=torch.float64)
    spread = z.std(2).double().square().mean(1).sqrt()
    return spread.nan_to_num(torch.inf, torch.inf)


def _rms(z: Tensor) -> Tensor:
    """Root of the mean square of each model, in float64; inf where an entry is not finite."""
    norm = torch.linalg.vector_norm(z, dim=(1, 2), dtype=torch.float64)
    return norm.nan_to_num(torch.inf, torch.inf) / math.sqrt(z[0].numel())


def _theory(config: Config, init: str) -> dict[str, list[float]]:
    scheme, value = parse_spec(spec(config, init))
    std, n = scheme.std(config.width, config.width, value), config.width
    bias = 0.0 if config.biases == "zeros" else INITIALIZERS["pytorch_default"].std(n, 1)
    fans, stds = [n] * config.depth, [std] * config.depth
    forward = theory.forward_std(config.activation, fans, stds, bias)
    return {
        "forward": forward,
        "backward": theory.backward_std(config.activation, forward, fans, stds),
    }


def _factors(layers: pd.DataFrame) -> pd.DataFrame:
    keys = ["init", "activation", "seed", "pass"]
    rows = [
        (
            *key,
            *(_mean_factor(group[column].to_numpy(), key[-1]) for column in ("std", "std_theory")),
        )
        for key, group in layers.groupby(keys, sort=False)[["std", "std_theory"]]
    ]
    return pd.DataFrame(rows, columns=[*keys, "factor", "factor_theory"])


def _mean_factor(std: np.ndarray, name: str) -> float:
    std = std[::-1] if name == "backward" else std
    before, after = std[:-1], std[1:]
    usable = (before > SMALLEST) & (after > SMALLEST) & np.isfinite(before) & np.isfinite(after)
    return (
        float(np.exp(2 * np.mean(np.log(after[usable] / before[usable]))))
        if usable.any()
        else float("nan")
    )

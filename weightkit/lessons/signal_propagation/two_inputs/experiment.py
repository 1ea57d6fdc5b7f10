"""What a random network leaves of the difference between two inputs, and whether it trains.

Poole et al. 2016; Schoenholz et al. 2017.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from .... import datasets, theory
from ....frames import Frames
from ....initializers import initialize_
from ....lazy import torch
from ....models import MLP
from ....stopping import check
from ....training import one_thread, train
from ..deep_training import chance
from .config import InputsConfig

if TYPE_CHECKING:
    from torch import Tensor


INPUT_SEED = 20_101_518  # of the inputs, which all networks of all runs share


@dataclass(frozen=True, repr=False)
class InputsResult(Frames):
    """The frames of one run. scale: the std of the weights times sqrt(width).

    layers: [scale, seed, layer, rms, spread, correlation, rms_theory, spread_theory,
        correlation_theory], one row per network and hidden layer (from 1), before training. rms:
        root of the mean square of the pre-activations z over units and inputs; spread: the root
        of their variance over inputs, averaged over units, so that what is the same for all
        inputs does not count; correlation: 1 - spread^2 / rms^2, that of any two inputs. inf:
        beyond float32; the correlation is nan where rms is 0 or inf. *_theory: of very wide layers.
    limits: [scale, rms, correlation, slope]: where theory says that ever deeper layers end, on a
        finer grid. slope: what a layer multiplies the mean square of a small difference, and of a
        gradient, by (chi). Both are nan where the numbers fade, grow or do not settle.
    final: [scale, seed, epoch, split, loss, accuracy, diverged]: after training, both splits.
    chance: [split, share]: the commonest class's share of each split.
    """

    layers: pd.DataFrame
    limits: pd.DataFrame
    final: pd.DataFrame
    chance: pd.DataFrame


@one_thread()
def input_pairs(
    config: InputsConfig = InputsConfig(),
    *,
    on_epoch: Callable | None = None,
    on_curves: Callable | None = None,
) -> InputsResult:
    """Send inputs through random networks, and train such networks.

    on_epoch(done, total) counts epochs, on_curves(frame) is called after those that are measured.
    """
    data = datasets.load(config.dataset)
    layers = _layers(config)
    limits = pd.DataFrame([_limit(config, scale) for scale in config.finer])
    rows = [(scale, config.seed + k) for scale in config.scales for k in range(config.n_seeds)]
    labels = pd.DataFrame(rows, columns=["scale", "seed"])
    sizes = (data.n_features, *[config.width] * config.depth, data.n_outputs)
    mlp = _network(config, sizes, [scale for scale, _ in rows], [seed for _, seed in rows])
    for epoch in train(mlp, data, config.train_config()):
        final = epoch.frame(labels)
        if on_curves is not None:
            on_curves(final)
        if on_epoch is not None and epoch.epoch:
            on_epoch(epoch.epoch, config.epochs)
    return InputsResult(layers, limits, final, chance(data))


run = input_pairs


def _network(config: InputsConfig, sizes: tuple, scales: list[float], seeds: list[int]) -> MLP:
    mlp = MLP(sizes, config.activation, len(scales))
    weights = [("normal", config.std(scale)) for scale in scales]
    biases = ("normal", config.bias_std) if config.bias_std else "zeros"
    return initialize_(mlp, weights, seeds, biases=biases)


def inputs(config: InputsConfig) -> Tensor:
    """Normal numbers (samples, width) with a root mean square of 1, correlated in pairs."""
    g = torch.Generator().manual_seed(INPUT_SEED)
    common = torch.randn(1, config.width, generator=g)
    own = torch.randn(config.samples, config.width, generator=g)
    x = math.sqrt(config.correlation) * common + math.sqrt(1 - config.correlation) * own
    return x / x.square().mean(1, keepdim=True).sqrt()


def _layers(config: InputsConfig) -> pd.DataFrame:
    x, frames = inputs(config), []
    expected = pd.concat([_expected(config, scale) for scale in config.scales], ignore_index=True)
    for seed in range(config.seed, config.seed + config.n_seeds):
        sizes = (config.width,) * (config.depth + 1)
        mlp = _network(config, sizes, config.scales, [seed] * len(config.scales))
        frames.append(expected.assign(seed=seed, **_measured(mlp, x)))
    columns = ["scale", "seed", "layer", "rms", "spread", "correlation"]
    found = pd.concat(frames, ignore_index=True)
    return found[[*columns, *(f"{name}_theory" for name in columns[3:])]]


def _measured(mlp: MLP, x: Tensor) -> dict[str, list[float]]:
    """Columns of every network and layer, layer by layer within a network."""
    done = mlp.forward(x)
    rms, spread = [], []
    for i, layer in enumerate(mlp.layers):
        a = done.inputs[i]
        z = (mlp.matrix[layer] @ (a.t() if a.ndim == 2 else a)).double()
        rms.append(z.square().mean((1, 2)).sqrt())
        spread.append(z.var(2).mean(1).sqrt())
    size, own = (
        torch.stack(part, 1).flatten().nan_to_num(torch.inf, torch.inf) for part in (rms, spread)
    )
    own = torch.where(size.isinf(), torch.inf, own)
    alike = torch.where((size > 0) & size.isfinite(), 1 - (own / size) ** 2, torch.nan)
    return {"rms": size.tolist(), "spread": own.tolist(), "correlation": alike.tolist()}


def _expected(config: InputsConfig, scale: float) -> pd.DataFrame:
    check()
    fans, stds = [config.width] * config.depth, [config.std(scale)] * config.depth
    rms, spread = theory.forward_pair(
        config.activation, fans, stds, config.bias_std, config.correlation
    )
    alike = [1 - (v / s) ** 2 if s else math.nan for s, v in zip(rms, spread, strict=True)]
    return pd.DataFrame(
        {
            "scale": scale,
            "layer": range(1, config.depth + 1),
            "rms_theory": rms,
            "spread_theory": spread,
            "correlation_theory": alike,
        }
    )


def _limit(config: InputsConfig, scale: float) -> dict[str, float]:
    check()
    std = theory.fixed_std(config.activation, scale, config.bias_std)
    slope = alike = math.nan
    if math.isfinite(std) and std:
        slope = theory.slope_factor(config.activation, scale, std)
        alike = theory.fixed_correlation(config.activation, scale, config.bias_std, std)
    return {"scale": scale, "rms": std, "correlation": alike, "slope": slope}

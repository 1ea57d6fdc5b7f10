"""The theory part: why random, why this variance. One pass forward and back, and what it does to a signal's size.

The lesson's other questions have modules of their own; their functions can be called from here: `histograms` (Glorot
and Bengio 2010), `depth_contest` and `depth_map` (He et al. 2015), `landscape` and `landscape_path` (Li et al. 2018),
`symmetry_steps` (the algebra of a 2-2-1 network).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .. import metrics, theory
from ..activations import ACTIVATIONS
from ..configs import choice, choices, number, validate
from ..costs import BASE, DENORMAL, FLOPS, Cost, frames, limit, parameters, pass_bytes
from ..initializers import INITIALIZERS, Spec, initialize_, parse_spec
from ..lazy import later, lazy
from ..models import MLP
from ..training import one_thread
from ._schemes import RANDOM, decades, spec
from ._symmetry import PARAMETERS, SymmetryConfig, SymmetryResult, symmetry_steps

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    import torch
    from torch import Tensor

    from ._depth import DepthConfig, DepthResult, MapConfig, MapResult, depth_contest, depth_map
    from ._gains import slope_factors
    from ._landscape import LandscapeConfig, landscape, landscape_path, prepare_landscape
    from ._layer_histograms import HistogramConfig, LayerHistograms, histograms
else:
    np, pd, torch = lazy("numpy"), lazy("pandas"), lazy("torch")
    __getattr__ = later(  # the other views
        __package__,
        _depth="DepthConfig DepthResult MapConfig MapResult depth_contest depth_map",
        _gains="slope_factors",
        _landscape="LandscapeConfig landscape landscape_path prepare_landscape",
        _layer_histograms="HistogramConfig LayerHistograms histograms",
    )

__all__ = [
    "PARAMETERS", "PRESETS", "Config", "DepthConfig", "DepthResult", "HistogramConfig", "LandscapeConfig", "LayerHistograms",
    "MapConfig", "MapResult", "Result", "SymmetryConfig", "SymmetryResult", "depth_contest", "depth_map", "histograms",
    "landscape", "landscape_path", "prepare_landscape", "run", "slope_factors", "symmetry_steps",
]  # fmt: skip

SCHEMES = ("normal", "xavier_normal", "kaiming_normal", "orthogonal", "pytorch_default")
PRESETS: dict[str, dict[str, dict]] = {
    "Signal": {
        "A hundred layers": {"depth": 100},
        "tanh instead of ReLU": {"activation": "tanh"},
        "Sigmoid: the gradient goes": {"activation": "sigmoid"},
        "Beyond float32: std 1": {"inits": ("normal", "kaiming_normal"), "std": 1.0, "depth": 100},
        "With PyTorch's biases too": {"biases": "pytorch_default"},
    },
    "Histograms": {
        "Glorot and Bengio, figures 6, 7": {},
        "Ten ReLU layers": {"activation": "relu", "depth": 10, "inits": ("xavier_uniform", "kaiming_uniform")},
        "Too large: std 1": {"inits": ("normal", "xavier_uniform"), "std": 1.0},
    },
    "Depth contest": {
        "He et al. 2015, figure 3": {},
        "A third of the depth": {"depth": 10, "inits": (*SCHEMES,)},
        "Adam masks it": {"optimizer": "adam", "learning_rate": 0.001},
        "Layer normalisation, 10 layers": {"normalization": "layer", "depth": 10},
        "Layer normalisation, 30 layers": {"normalization": "layer"},
    },
    "Map": {
        "Weight std by depth": {"by": "std"},
        "The same with Adam": {"by": "std", "optimizer": "adam", "learning_rate": 0.001},
        "Schemes, layer normalisation": {"normalization": "layer"},
    },
    "Landscape": {
        "The plane of the path": {"plane": "path"},
        "All parameters 0.1": {"constant": 0.1},
        "Eight layers": {"depth": 8},
    },
    "Symmetry": {
        "One weight different": {"w21": 0.7},
        "All zero": dict.fromkeys(PARAMETERS, 0.0),
        "ReLU, all zero": {"activation": "relu"} | dict.fromkeys(PARAMETERS, 0.0),
        "Outgoing weights differ": {"v1": 0.3, "v2": -0.6},
    },
}
"""By view of the page: name -> settings of that view's Config."""
INPUT_SEED = 20_101_515  # of the inputs and output gradients, which all networks of all runs share
DRAWING, ELEMENT = 15e-9, 20e-9  # seconds for drawing one weight; for all that is done to one activation
LAYER, STACK, THEORY = 60e-6, 350e-6, 400e-6  # seconds per layer: for calls of each network, of each stack; its theory
ROOM = 90e6  # bytes of the networks that are measured at once
SMALLEST = 1e-30  # below this, float32 loses digits: no factor is computed from it


@dataclass(frozen=True)
class Config:
    """Which networks the signal passes: `depth` hidden layers of `width` units, with as many inputs and outputs."""

    inits: tuple[str, ...] = choices(SCHEMES, RANDOM, "How the weights are drawn.")
    activation: str = choice("relu", ACTIVATIONS, "What follows each layer's weighted sum.")
    depth: int = number(30, 1, 100, "Hidden layers.")
    width: int = number(128, 4, 512, "Units in every layer.")
    std: float = number(0.01, 1e-4, 10.0, "Standard deviation of the schemes with a fixed one.")
    biases: str = choice("zeros", ("zeros", "pytorch_default"), "How the biases are drawn.")
    samples: int = number(64, 1, 1024, "Random inputs that are sent through.")
    seed: int = number(0, 0, 10_000, "The first seed.")
    n_seeds: int = number(5, 1, 200, "Networks per scheme.")

    def __post_init__(self):
        validate(self)
        limit(self)

    @property
    def sizes(self) -> list[int]:
        """Units from input to output."""
        return [self.width] * (self.depth + 2)

    @property
    def bytes_each(self) -> float:
        """What one network takes, with its gradient and its passes."""
        return 8.0 * parameters(self.sizes) + pass_bytes(1, self.sizes, self.samples) + 20.0 * self.samples * self.width

    @property
    def networks_at_once(self) -> int:
        """How many are measured together: as many as there is room for."""
        return max(1, int(ROOM / self.bytes_each))

    def _denormal(self, one: Spec) -> float:
        """The share of layers where the signal is below 1e-38 and not yet zero, on the way there or back."""
        lost = decades(self, one)
        return min(1.0, (4 + 8 / lost) / self.depth) if lost * self.depth > 36 else 0.0

    @property
    def cost(self) -> Cost:
        """Of `run`: as many networks at a time as there is room for, and all of their layers."""
        n = len(self.inits) * self.n_seeds
        at_once = min(len(self.inits), self.networks_at_once)
        product = 2.0 * self.samples * self.width**2 / FLOPS
        slow = sum(self._denormal(spec(self, init)) for init in self.inits) / len(self.inits)
        layers = 3 * product * (1 + DENORMAL[self.activation] * slow) + self.width**2 * DRAWING + self.samples * self.width * ELEMENT + LAYER
        seconds = self.depth * (n * layers + self.n_seeds * STACK + len(self.inits) * THEORY)
        return Cost(BASE + at_once * self.bytes_each, seconds) + frames(2 * self.depth, n, row=80, live=False)


@dataclass(frozen=True)
class Result:
    """The frames of one run.

    layers: [init, activation, seed, layer, pass, std, std_theory, fraction_zero, fraction_saturated], one row per
        network, hidden layer (1, the first after the input, to depth) and pass. `std`: in the forward pass that of the
        pre-activations z = W a + b, in the backward pass that of dLoss/dz, each as the root of the mean square over
        units and samples; inputs, and gradients at the outputs, have a root mean square of exactly 1. inf: a number
        beyond float32 (3e38) has appeared; 0: all numbers have dropped below 1e-45; nan: there is no gradient, since
        the forward pass overflowed. `fraction_zero`: share of activations (forward) or of gradients (backward) that
        are exactly zero; `fraction_saturated`: share of activations on a flat end (`metrics.SATURATION`), nan in the
        backward pass.
    factors: [init, activation, seed, pass, factor, factor_theory]: what one layer multiplies the mean square by, in
        the direction of the pass, averaged over all pairs of neighbours; nan where there is no such pair.
    """

    layers: pd.DataFrame
    factors: pd.DataFrame


@one_thread()
def run(config: Config = Config(), *, on_epoch=None) -> Result:
    """Send random inputs forward and random gradients back. on_epoch(done, total) is called after every seed."""
    x, delta = _unit_rms(config.samples, config.width, 0), _unit_rms(config.width, config.samples, 1)
    expected = {init: _theory(config, init) for init in config.inits}
    parts: list[dict] = []
    for done, seed in enumerate(range(config.seed, config.seed + config.n_seeds), start=1):
        for inits in _stacks(config):
            parts += _measure(config, inits, seed, x, delta, expected)
        if on_epoch is not None:
            on_epoch(done, config.n_seeds)
    layers = pd.DataFrame({column: np.concatenate([part[column] for part in parts]) for column in parts[0]})
    return Result(layers, _factors(layers))


def _unit_rms(rows: int, columns: int, stream: int) -> Tensor:
    """Random normal numbers, scaled to a root mean square of exactly 1."""
    values = torch.randn(rows, columns, generator=torch.Generator().manual_seed(INPUT_SEED + stream))
    return values / values.double().square().mean().sqrt().float()


def _stacks(config: Config) -> list[tuple[str, ...]]:
    """The schemes, as many at a time as fit into one stack."""
    room = config.networks_at_once
    return [config.inits[i : i + room] for i in range(0, len(config.inits), room)]


def _measure(config: Config, inits: tuple[str, ...], seed: int, x: Tensor, delta: Tensor, expected: dict) -> list:
    """One dict of columns per scheme and pass, from one stack of one network per scheme."""
    mlp = MLP(config.sizes, config.activation, len(inits))
    initialize_(mlp, [spec(config, init) for init in inits], seed, biases=config.biases)
    done = mlp.forward(x)
    forward = [_forward(mlp, layer, done.inputs[i], done.outputs[i]) for i, layer in enumerate(mlp.layers[:-1])]
    backward: list[tuple[Tensor, ...]] = []
    gradients = delta.expand(len(inits), -1, -1)
    mlp.backward(done, gradients, visit=lambda layer, d: backward.append(_backward(d)), keep=False)
    measured = {"forward": _columns(forward), "backward": _columns(backward[:0:-1])}  # without the readout's
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
        }
        for name, (std, zero, saturated) in measured.items()
        for i, init in enumerate(inits)
    ]


def _columns(rows: Sequence[tuple[Tensor, ...]]) -> list[Tensor]:
    """From one tuple of (n_models,) tensors per layer to one (n_models, layers) tensor per measure."""
    return [torch.stack(column, 1) for column in zip(*rows, strict=True)]


def _forward(mlp: MLP, layer: str, inputs: Tensor, outputs: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """std of z, shares of zero and of saturated activations: (n_models,) each. z is computed again: the pass kept a."""
    z = mlp.matrix[layer] @ (inputs.t() if inputs.ndim == 2 else inputs)
    return _rms(z), metrics.fraction_zero(outputs), metrics.fraction_saturated(outputs, mlp.activation)


def _backward(d: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    zero = metrics.fraction_zero(d)
    return _rms(d), zero, torch.full_like(zero, torch.nan)


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
    return {"forward": forward, "backward": theory.backward_std(config.activation, forward, fans, stds)}


def _factors(layers: pd.DataFrame) -> pd.DataFrame:
    keys = ["init", "activation", "seed", "pass"]
    rows = [
        (*key, *(_mean_factor(group[column].to_numpy(), key[-1]) for column in ("std", "std_theory")))
        for key, group in layers.groupby(keys, sort=False)[["std", "std_theory"]]
    ]
    return pd.DataFrame(rows, columns=[*keys, "factor", "factor_theory"])


def _mean_factor(std: np.ndarray, name: str) -> float:
    std = std[::-1] if name == "backward" else std
    before, after = std[:-1], std[1:]
    usable = (before > SMALLEST) & (after > SMALLEST) & np.isfinite(before) & np.isfinite(after)
    return float(np.mean((after[usable] / before[usable]) ** 2)) if usable.any() else float("nan")

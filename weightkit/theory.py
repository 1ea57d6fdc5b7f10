"""How the size of a signal changes from layer to layer, in theory: the mean-field recursion of wide
random networks.

In a wide layer of independent random weights every pre-activation z is close to a Gaussian of mean
zero, so one number per layer, its standard deviation s, tells the rest (Poole et al. 2016;
Schoenholz et al. 2017; for ReLU, He et al. 2015, equations 9 and 13):

    forward   s_l^2 = fan_in  * Var(w) * E[phi(z)^2]  + Var(b)     with z ~ N(0, s_{l-1}^2)
    backward  d_l^2 = fan_out * Var(w) * E[phi'(z)^2] * d_{l+1}^2  with z ~ N(0, s_l^2)

Two inputs need one number more, how much of s is not common to both. With z = m + t, the common
part m ~ N(0, s^2 - v^2) and each input's own t ~ N(0, v^2), the spread over inputs is v:

    spread    v_l^2 = fan_in * Var(w) * E_m[Var_t[phi(m + t)]]

and the correlation of the two inputs' pre-activations is 1 - v^2 / s^2.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from .activations import ACTIVATIONS
from .lazy import torch

if TYPE_CHECKING:
    from torch import Tensor

NODES = 600
REACH = 12.0  # standard deviations: beyond them a Gaussian holds less than 1e-32
CROWDING = 1e-4  # the finest scale that the nodes resolve


def gaussian_mean(f: Callable[[Tensor], Tensor], std: float) -> float:
    """E[f(z)] for z ~ N(0, std^2), by quadrature; f maps a float64 vector to one, std >= 0 is
    finite.

    The trapezoidal rule after the substitution z = std * x, x = c sinh(u): nodes crowd around zero,
    on the scale of 1 / std, where tanh and sigmoid turn, however large std is (Gauss-Hermite nodes
    are 0.1 apart, too far for a std of 10). They lie symmetrically and none is at zero, so the kink
    of a ReLU costs no accuracy.
    """
    x, weight = _nodes(1.0 if std <= 1 else max(1.0 / std, CROWDING))
    return float((f(std * x) * weight).sum())


def _nodes(crowding: float, nodes: int = NODES) -> tuple[Tensor, Tensor]:
    """Nodes x and their weights: the standard normal density times the width that each node stands
    for.
    """
    reach = math.asinh(REACH / crowding)
    u = (torch.arange(nodes, dtype=torch.float64) + 0.5) * (2 * reach / nodes) - reach
    x = crowding * torch.sinh(u)
    width = crowding * torch.cosh(u) * (2 * reach / nodes)
    return x, width * torch.exp(-0.5 * x * x) / math.sqrt(2 * math.pi)


def output_rms(activation: str, std: float) -> float:
    """sqrt(E[phi(z)^2]) for z ~ N(0, std^2): the root mean square of an activation's outputs."""
    if not math.isfinite(std):
        return std
    unit = max(std, 1.0)  # squares of very large numbers would overflow
    return unit * math.sqrt(
        gaussian_mean(lambda z: (ACTIVATIONS[activation].f(z) / unit) ** 2, std)
    )


def slope_rms(activation: str, std: float) -> float:
    """sqrt(E[phi'(z)^2]) for z ~ N(0, std^2): what an activation does to a gradient."""
    if not math.isfinite(std):
        return std
    return math.sqrt(gaussian_mean(lambda z: ACTIVATIONS[activation].derivative(z) ** 2, std))


def forward_std(
    activation: str,
    fan_in: Sequence[int],
    weight_std: Sequence[float],
    bias_std: float = 0.0,
    input_rms: float = 1.0,
) -> list[float]:
    """Standard deviation of the pre-activations z of every layer, first to last.

    fan_in and weight_std: one entry per layer; input_rms: root mean square of what enters the first
    one.
    """
    stds, rms = [], input_rms
    for n, std in zip(fan_in, weight_std, strict=True):
        stds.append(math.hypot(math.sqrt(n) * std * rms, bias_std))
        rms = output_rms(activation, stds[-1])
    return stds


def backward_std(
    activation: str,
    forward: Sequence[float],
    fan_out: Sequence[int],
    weight_std: Sequence[float],
    output_std: float = 1.0,
) -> list[float]:
    """Standard deviation of dLoss/dz of every layer, first to last.

    forward: what `forward_std` gave for these layers; fan_out and weight_std: of the matrix that
        *follows* each layer;
    output_std: of the gradient that enters behind the last of these matrices.
    """
    stds, std = [], output_std
    for s, n, w in zip(reversed(forward), reversed(fan_out), reversed(weight_std), strict=True):
        std = math.sqrt(n) * w * slope_rms(activation, s) * std
        stds.append(std)
    return stds[::-1]


def relu_factor(fan_in: int, weight_std: float, slope: float = 0.0) -> float:
    """What one (leaky) ReLU layer multiplies the mean square by: fan_in * Var(w) * (1 + slope^2) /
    2.

    Kaiming makes it 1; for square layers Xavier makes it 1/2 and PyTorch's default 1/6 (slope 0).
    """
    return fan_in * weight_std**2 * (1 + slope**2) / 2


def finite_width_log_variance(depth: int, width: int) -> float:
    """Variance over seeds of the log of the mean square after `depth` ReLU layers of `width` units
    with Kaiming.

    A layer multiplies the mean square by a mean of `width` independent terms with E = 1 and E^2 =
    6, so its relative variance is 5 / width, and that of the log of the product about depth * ln(1
    + 5 / width), the log-normal value (compare Hanin and Nica 2020). Narrow layers spread a little
    more: 17 % more at width 40.
    """
    return depth * math.log1p(5.0 / width)


PAIR_NODES = 120


def output_spread(activation: str, std: float, spread: float) -> float:
    """sqrt(E_m[Var_t[phi(m + t)]]), m ~ N(0, std^2 - spread^2), t ~ N(0, spread^2): what differs
    between inputs.

    0 <= spread <= std. By quadrature in both, on the differences phi(m + t) - phi(m): the variance
    of nearly equal numbers would lose its digits.
    """
    if not (math.isfinite(std) and spread):
        return 0.0 if math.isfinite(std) else std
    act, unit = ACTIVATIONS[activation].f, max(std, 1.0)
    own, common = spread, math.sqrt(max(std**2 - spread**2, 0.0))
    (m, at_m), (t, at_t) = (
        _nodes(1.0 if s <= 1 else max(1.0 / s, CROWDING), PAIR_NODES) for s in (common, own)
    )
    base = common * m[:, None]
    moved = (act(base + own * t) - act(base)) / unit
    varied = (moved**2 * at_t).sum(1) - (moved * at_t).sum(1) ** 2
    return unit * math.sqrt(max(float((varied * at_m).sum()), 0.0))


def forward_pair(
    activation: str,
    fan_in: Sequence[int],
    weight_std: Sequence[float],
    bias_std: float = 0.0,
    correlation: float = 0.0,
) -> tuple[list[float], list[float]]:
    """Standard deviation of the pre-activations, and their spread over inputs, of every layer.

    The inputs have a root mean square of 1 and, in pairs, this correlation.
    """
    stds, spreads = forward_std(activation, fan_in, weight_std, bias_std), list[float]()
    spread = math.sqrt(1 - correlation)
    for i, (n, std) in enumerate(zip(fan_in, weight_std, strict=True)):
        if i:
            spread = output_spread(activation, stds[i - 1], min(spreads[-1], stds[i - 1]))
        spreads.append(math.sqrt(n) * std * spread)
    return stds, spreads


def fixed_std(activation: str, gain: float, bias_std: float = 0.0, most: int = 400) -> float:
    """The std to which the pre-activations of ever deeper layers tend, gain = sqrt(fan_in) * std of
    the weights.

    0 where it fades, inf where it grows without end, nan where `most` layers do not settle it.
    """
    std = 1.0
    for _ in range(most):
        after = math.hypot(gain * output_rms(activation, std), bias_std)
        if after < 1e-6 or after > 1e6:
            return 0.0 if after < 1 else math.inf
        if abs(after / std - 1) < 1e-7:
            return after
        std = after
    return math.nan


def slope_factor(activation: str, gain: float, std: float) -> float:
    """chi = gain^2 E[phi'(z)^2], z ~ N(0, std^2): what a layer multiplies a gradient's mean square
    by.

    It multiplies a small difference of two inputs as well: below 1 they end alike, above 1 never.
    """
    return (gain * slope_rms(activation, std)) ** 2


def fixed_correlation(activation: str, gain: float, bias_std: float, std: float) -> float:
    """The correlation to which any two inputs tend where the pre-activations stay at `std`, their
    fixed point.

    1 where `slope_factor` is at most 1; else the fixed point below 1, by bisection (Poole et al.
    2016).
    """
    if slope_factor(activation, gain, std) <= 1:
        return 1.0
    low, high = 0.0, 1.0  # of spread^2 / std^2
    for _ in range(30):
        middle = (low + high) / 2
        after = (gain * output_spread(activation, std, std * math.sqrt(middle)) / std) ** 2
        low, high = (middle, high) if after > middle else (low, middle)
    return 1 - (low + high) / 2

"""ACTIVATIONS: the non-linearities by name, each with its derivative written in terms of its own output."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .lazy import lazy

if TYPE_CHECKING:
    import torch
    from torch import Tensor, nn
else:
    torch = lazy("torch")

SLOPE = 0.01
"""Negative slope of the leaky ReLU: PyTorch's default."""


@dataclass(frozen=True)
class Activation:
    """label: for people; forward_(z): in place; backward(d, a): gradient at z from d at the output a; module: PyTorch's.

    derivative(z): f'(z), for theory. `f(z)` works out of place. All take tensors of any shape.
    """

    label: str
    forward_: Callable[[Tensor], Tensor]
    backward: Callable[[Tensor, Tensor], Tensor]
    derivative: Callable[[Tensor], Tensor]
    module: Callable[[], nn.Module]

    def f(self, z: Tensor) -> Tensor:
        return self.forward_(z.clone())


ACTIVATIONS: dict[str, Activation] = {
    "linear": Activation(
        "Linear (none)",
        forward_=lambda z: z,
        backward=lambda d, a: d,
        derivative=lambda z: torch.ones_like(z),
        module=lambda: torch.nn.Identity(),
    ),
    "relu": Activation(
        "ReLU",
        forward_=lambda z: torch.relu_(z),
        backward=lambda d, a: torch.ops.aten.threshold_backward(d, a, 0),
        derivative=lambda z: (z > 0).to(z.dtype),
        module=lambda: torch.nn.ReLU(),
    ),
    "leaky_relu": Activation(
        "Leaky ReLU",
        forward_=lambda z: torch.nn.functional.leaky_relu_(z, SLOPE),
        backward=lambda d, a: torch.ops.aten.leaky_relu_backward(d, a, SLOPE, True),
        derivative=lambda z: torch.where(z > 0, 1.0, SLOPE).to(z.dtype),
        module=lambda: torch.nn.LeakyReLU(SLOPE),
    ),
    "tanh": Activation(
        "tanh",
        forward_=lambda z: torch.tanh_(z),
        backward=lambda d, a: torch.ops.aten.tanh_backward(d, a),
        derivative=lambda z: 1 - torch.tanh(z) ** 2,
        module=lambda: torch.nn.Tanh(),
    ),
    "sigmoid": Activation(
        "Sigmoid",
        forward_=lambda z: torch.sigmoid_(z),
        backward=lambda d, a: torch.ops.aten.sigmoid_backward(d, a),
        derivative=lambda z: torch.sigmoid(z) * (1 - torch.sigmoid(z)),
        module=lambda: torch.nn.Sigmoid(),
    ),
}


def gain(activation: str) -> float:
    """sqrt(2 / (1 + a^2)) for the (leaky) ReLU of slope a (He et al. 2015, eq. 15); 1 for the others, at 0."""
    slope = {"relu": 0.0, "leaky_relu": SLOPE}.get(activation)
    return 1.0 if slope is None else math.sqrt(2 / (1 + slope**2))

"""ACTIVATIONS: the non-linearities by name, each with its derivative written in terms of its own
output.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .lazy import torch

if TYPE_CHECKING:
    from torch import Tensor, nn

SLOPE = 0.01
"""Negative slope of the leaky ReLU: PyTorch's default."""


@dataclass(frozen=True)
class Activation:
    """label: for people; forward(z, out): write f(z) into out, which may be z; module: PyTorch's.

    backward_(d, a): turn the gradient d at the output a into that at z, in place. derivative(z):
    f'(z), for theory.
    `f(z)` makes a new tensor. All take tensors of any shape.
    """

    label: str
    forward: Callable[[Tensor, Tensor], Tensor]
    backward_: Callable[[Tensor, Tensor], Tensor]
    derivative: Callable[[Tensor], Tensor]
    module: Callable[[], nn.Module]

    def f(self, z: Tensor) -> Tensor:
        return self.forward(z, torch.empty_like(z))


ACTIVATIONS: dict[str, Activation] = {
    "linear": Activation(
        "Linear (none)",
        forward=lambda z, out: out.copy_(z),
        backward_=lambda d, a: d,
        derivative=lambda z: torch.ones_like(z),
        module=lambda: torch.nn.Identity(),
    ),
    "relu": Activation(
        "ReLU",
        forward=lambda z, out: torch.clamp_min(z, 0.0, out=out),
        backward_=lambda d, a: torch.ops.aten.threshold_backward.grad_input(d, a, 0, grad_input=d),
        derivative=lambda z: (z > 0).to(z.dtype),
        module=lambda: torch.nn.ReLU(),
    ),
    "leaky_relu": Activation(
        "Leaky ReLU",
        forward=lambda z, out: torch.ops.aten.leaky_relu.out(z, SLOPE, out=out),
        backward_=lambda d, a: torch.ops.aten.leaky_relu_backward.grad_input(
            d, a, SLOPE, True, grad_input=d
        ),
        derivative=lambda z: torch.where(z > 0, 1.0, SLOPE).to(z.dtype),
        module=lambda: torch.nn.LeakyReLU(SLOPE),
    ),
    "tanh": Activation(
        "tanh",
        forward=lambda z, out: torch.tanh(z, out=out),
        backward_=lambda d, a: torch.ops.aten.tanh_backward.grad_input(d, a, grad_input=d),
        derivative=lambda z: 1 - torch.tanh(z) ** 2,
        module=lambda: torch.nn.Tanh(),
    ),
    "sigmoid": Activation(
        "Sigmoid",
        forward=lambda z, out: torch.sigmoid(z, out=out),
        backward_=lambda d, a: torch.ops.aten.sigmoid_backward.grad_input(d, a, grad_input=d),
        derivative=lambda z: torch.sigmoid(z) * (1 - torch.sigmoid(z)),
        module=lambda: torch.nn.Sigmoid(),
    ),
}


def gain(activation: str) -> float:
    """sqrt(2 / (1 + a^2)) for the (leaky) ReLU of slope a (He et al. 2015, eq. 15); 1 for the
    others, at 0.
    """
    slope = {"relu": 0.0, "leaky_relu": SLOPE}.get(activation)
    return 1.0 if slope is None else math.sqrt(2 / (1 + slope**2))

"""OPTIMIZERS: the update rules, on the flat buffers of a whole stack. Held equal to torch.optim by
tests.

Written here because torch.optim's bookkeeping costs more per step than a tiny stack's arithmetic;
the fused Adam kernel is the one behind `torch.optim.Adam(fused=True)`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from .lazy import torch

if TYPE_CHECKING:
    from torch import Tensor

    from .models import MLP

    Column = list[Tensor]  # one tensor of each active segment


class Optimizer:
    """Common part: the buffers as segments, as few as the freezing allows, and regularisation.

    weight_decay adds weight_decay * w to the gradient (L2, as torch.optim does), l1 adds l1 *
    sign(w).

    As in PyTorch, where a frozen parameter's gradient is None, a frozen segment is skipped as a
    whole: it moves by exactly 0, its momentum is neither used nor changed, and its step count
        stands still.
    """

    n_buffers = 0  # state tensors like the parameters: momentum, Adam's moments

    def __init__(
        self,
        mlp: MLP,
        learning_rate: float,
        weight_decay: float = 0.0,
        l1: float = 0.0,
        groups: Sequence[tuple[int, int]] | None = None,
    ):
        """groups: models (start, stop) whose weights and whose biases may be frozen apart, by the
        name of `start`.
        """
        self.learning_rate, self.weight_decay, self.l1 = learning_rate, weight_decay, l1
        self.views: dict[tuple, tuple[Tensor, Tensor]] = {}
        if groups is not None:
            kinds = (("weight", mlp.weight, mlp.weight_grad), ("bias", mlp.bias, mlp.bias_grad))
            self.views = {
                (start, layer, kind): (values[layer][start:stop], grads[layer][start:stop])
                for start, stop in groups
                for layer in mlp.layers
                for kind, values, grads in kinds
            }
            # Weights without their biases are not contiguous, and the kernels want contiguous
            # memory.
            pairs = {
                key: tuple(view.clone(memory_format=torch.contiguous_format) for view in pair)
                for key, pair in self.views.items()
            }
        elif len(mlp.flat):
            pairs = {(): (mlp.flat, mlp.grad)}
        else:
            pairs = {(layer,): (mlp.matrix[layer], mlp.matrix_grad[layer]) for layer in mlp.layers}
        self.segments = {
            key: [
                value,
                grad,
                *(torch.zeros_like(value) for _ in range(self.n_buffers)),
                torch.zeros(()),
            ]
            for key, (value, grad) in pairs.items()
        }
        self.freeze(set())

    def freeze(self, frozen: set[tuple[int, str, str]]) -> None:
        """Leave out these (model, layer, parameter) until told otherwise."""
        keys = [key for key in self.segments if key not in frozen]
        self.active = [
            list(column) for column in zip(*(self.segments[key] for key in keys), strict=True)
        ]
        self.seen = [
            list(column)
            for column in zip(*(self.views[key] for key in keys if self.views), strict=True)
        ]

    def step(self) -> None:
        """One update of the active segments from the gradients in the stack's `grad`."""
        if not self.active:
            return
        params, grads, *_ = self.active
        if self.seen:
            torch._foreach_copy_(params, self.seen[0])
            torch._foreach_copy_(grads, self.seen[1])
        if self.weight_decay:
            torch._foreach_add_(grads, params, alpha=self.weight_decay)
        if self.l1:
            torch._foreach_add_(grads, torch._foreach_sign(params), alpha=self.l1)
        self.update(*self.active)
        if self.seen:
            torch._foreach_copy_(self.seen[0], params)

    def update(self, params: Column, grads: Column, *state: Column) -> None:
        """Change `params` in place. state: the rule's buffers, and last the counts of steps."""
        raise NotImplementedError


class SGD(Optimizer):
    """w <- w - lr g."""

    def update(self, params: Column, grads: Column, *state: Column) -> None:
        torch._foreach_add_(params, grads, alpha=-self.learning_rate)


class Momentum(Optimizer):
    """v <- 0.9 v + g; w <- w - lr v (torch.optim.SGD with momentum=0.9)."""

    n_buffers = 1
    momentum = 0.9

    def update(self, params: Column, grads: Column, *state: Column) -> None:
        velocities, _ = state
        torch._foreach_mul_(velocities, self.momentum)
        torch._foreach_add_(velocities, grads)
        torch._foreach_add_(params, velocities, alpha=-self.learning_rate)


class Adam(Optimizer):
    """Kingma and Ba 2015, algorithm 1, with beta1 0.9, beta2 0.999, eps 1e-8."""

    n_buffers = 2

    def update(self, params: Column, grads: Column, *state: Column) -> None:
        first, second, counts = state
        torch._foreach_add_(counts, 1)
        torch._fused_adam_(
            params,
            grads,
            first,
            second,
            [],
            counts,
            lr=self.learning_rate,
            beta1=0.9,
            beta2=0.999,
            weight_decay=0.0,
            eps=1e-8,
            amsgrad=False,
            maximize=False,
        )


OPTIMIZERS: dict[str, Callable[..., Optimizer]] = {"sgd": SGD, "momentum": Momentum, "adam": Adam}

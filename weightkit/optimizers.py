"""OPTIMIZERS: the update rules, on the flat buffers of a whole stack. Held equal to torch.optim by
tests.

Written here because torch.optim's bookkeeping costs more per step than a tiny stack's arithmetic;
the fused kernels are those behind `torch.optim.Adam(fused=True)` and `SGD(fused=True)`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from .lazy import torch

if TYPE_CHECKING:
    from torch import Tensor

    from .models import MLP

    Column = list[Tensor]  # one tensor of each active segment


class Optimizer:
    """Common part: the buffers as segments, as few as the freezing allows, and regularization.

    weight_decay adds weight_decay * w to the gradient (L2, as torch.optim does), l1 adds l1 *
    sign(w).

    As in PyTorch, where a frozen parameter's gradient is None, a frozen segment is skipped as a
    whole: it moves by exactly 0, its momentum is neither used nor changed, and its step count
    stands still. A pruned parameter (`MLP.kept`) has gradient 0, regularization included, and so
    stays at 0.
    """

    n_buffers = 0  # state tensors like the parameters: momentum, Adam's moments

    def __init__(
        self,
        mlp: MLP,
        learning_rate: float,
        weight_decay: float = 0.0,
        l1: float = 0.0,
        groups: Sequence[tuple[int, int]] | None = None,
        rates: Mapping[str, Tensor] | None = None,
    ):
        """groups: models (start, stop) whose weights and whose biases may be frozen apart, by the
        name of `start`; rates: {layer: (n_models,)}, factors of the learning rate, 1 where a layer
        is left out.
        """
        self.learning_rate, self.weight_decay, self.l1 = learning_rate, weight_decay, l1
        whole = groups is None and rates is None and mlp.kept is None and len(mlp.flat)
        values = {(): mlp.flat} if whole else _cut(mlp.matrix, groups)
        grads = {(): mlp.grad} if whole else _cut(mlp.matrix_grad, groups)
        self.views: dict[tuple, tuple[Tensor, Tensor]] = {}
        if groups is not None:
            # Weights without their biases are not contiguous, and the kernels want contiguous
            # memory.
            self.views = {key: (value, grads[key]) for key, value in values.items()}
            values, grads = _contiguous(values), _contiguous(grads)
        self.kept = None if mlp.kept is None else _contiguous(_cut(mlp.kept, groups))
        self.rates = None if rates is None else _cut(_like(mlp.matrix, rates), groups)
        self.segments = {
            key: [
                value,
                grads[key],
                *(torch.zeros_like(value) for _ in range(self.n_buffers)),
                torch.zeros(()),
            ]
            for key, value in values.items()
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
        self.left = [self.kept[key] for key in keys] if self.kept else []
        self.factors = [self.rates[key] for key in keys] if self.rates else []
        self.steps = [torch.zeros_like(self.segments[key][0]) for key in keys if self.factors]

    def step(self) -> None:
        """One update of the active segments from the gradients in the stack's `grad`."""
        if not self.active:
            return
        params, grads, *state = self.active
        if self.seen:
            torch._foreach_copy_(params, self.seen[0])
            torch._foreach_copy_(grads, self.seen[1])
        if self.weight_decay:
            torch._foreach_add_(grads, params, alpha=self.weight_decay)
        if self.l1:
            torch._foreach_add_(grads, torch._foreach_sign(params), alpha=self.l1)
        if self.left:
            torch._foreach_mul_(grads, self.left)
        if self.factors:  # the step at the factor 1, and then as much of it as each row takes
            self.update(self.steps, grads, *state)
            for param, step, factor in zip(params, self.steps, self.factors, strict=True):
                param.addcmul_(step, factor)
                step.zero_()
        else:
            self.update(*self.active)
        if self.seen:
            torch._foreach_copy_(self.seen[0], params)

    def update(self, params: Column, grads: Column, *state: Column) -> None:
        """Add the step to `params`, in place. state: the rule's buffers, and last the counts of
        steps.
        """
        raise NotImplementedError


def _cut(
    matrices: Mapping[str, Tensor], groups: Sequence[tuple[int, int]] | None
) -> dict[tuple, Tensor]:
    """Views of a stack's matrices (n_models, fan_out, fan_in + 1) as segments: a layer each, or the
    weights and the biases of each group of models.
    """
    if groups is None:
        return {(layer,): matrix for layer, matrix in matrices.items()}
    return {
        (start, layer, kind): view
        for start, stop in groups
        for layer, m in matrices.items()
        for kind, view in (("weight", m[start:stop, :, :-1]), ("bias", m[start:stop, :, -1]))
    }


def _contiguous(views: dict[tuple, Tensor]) -> dict[tuple, Tensor]:
    return {key: v.clone(memory_format=torch.contiguous_format) for key, v in views.items()}


def _like(matrices: Mapping[str, Tensor], rates: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """One number per model and layer, in the shape of the matrices."""
    one = torch.ones(())
    return {
        layer: rates[layer].view(-1, 1, 1).expand_as(m) if layer in rates else one.expand_as(m)
        for layer, m in matrices.items()
    }


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
        torch._fused_sgd_(
            params,
            grads,
            velocities,
            lr=self.learning_rate,
            momentum=self.momentum,
            dampening=0.0,
            weight_decay=0.0,
            nesterov=False,
            maximize=False,
            is_first_step=False,
        )


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

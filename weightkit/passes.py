"""`Pass`: the memory of a stack's forward and backward pass, and layer normalization in it."""

from __future__ import annotations

import copy
from functools import cache
from typing import TYPE_CHECKING

from .lazy import torch

if TYPE_CHECKING:
    from torch import Tensor

    from .models import MLP


class Pass:
    """The memory of a forward and a backward pass of `samples` samples, made once and used for
    every batch.

    inputs[i] (n_models, fan_in + 1, samples) enters layer i and ends in a row of ones, which the
    biases multiply;
    inputs[0] is x with a column of ones, (samples, features + 1), shared by all models. outputs[i]
    (n_models, units, samples) leaves the activation of hidden layer i, before dropout. logits is
    (n_models, outputs, samples).

    keep=False: enough for the logits alone. Layers of the same width then take turns in the same
    memory, which halves the time of a deep stack. dropout=True: room for the outputs as they were
    before dropout.
    """

    def __init__(self, mlp: MLP, samples: int, *, keep: bool = True, dropout: bool = False):
        hidden = list(enumerate(mlp.sizes[1:-1]))
        room = cache(lambda units, place: torch.ones(mlp.n_models, units, samples))
        self.keep = keep
        after = [room(units + 1, i if keep else -1 - i % 2) for i, units in hidden]
        self.fed = [a[:, :-1] for a in after]  # what each hidden layer writes: all but the ones
        self.inputs = [torch.empty(0), *after]
        self.outputs = [torch.empty_like(a) for a in self.fed] if dropout else self.fed
        self.sums = [
            room(units, "stream" if i in mlp.joins else "sum")
            for i, units in enumerate(mlp.sizes[1:])
        ]  # z = W a + b, of one layer after the other; what skips layers is not overwritten
        self.first = self.sums[0].view(
            -1, samples
        )  # of the first layer, all models below each other
        self.logits = self.sums[-1]
        self.normalized: list[Tensor] = []
        self.scale: list[Tensor] = []
        if keep:
            self.turned = [a.transpose(1, 2) for a in after]
            if mlp.joins:
                self.around = torch.empty_like(self.sums[0])  # dLoss/dz of what skips layers
            self.deltas = [room(units, ("delta", i % 2)) for i, units in enumerate(mlp.sizes[1:])]

    def of_first(self, n_models: int) -> Pass:
        """The same memory, as much of it as the first models have."""
        part = copy.copy(self)
        for name, held in vars(self).items():
            if isinstance(held, list):
                setattr(part, name, [room[:n_models] for room in held])
        part.normalized, part.scale = [], []
        part.logits = part.sums[-1]
        part.first = part.sums[0].view(-1, part.sums[0].shape[2])
        if hasattr(self, "around"):
            part.around = self.around[:n_models]
        return part


def with_ones(x: Tensor) -> Tensor:
    """x (samples, features) with a last column of ones: (samples, features + 1)."""
    return torch.nn.functional.pad(x, (0, 1), value=1.0)


def normalize(z: Tensor, done: Pass, eps: float = 1e-5) -> Tensor:
    """(z - mean) / sqrt(var + eps) over the units of each sample; keeps what the backward pass
    needs.
    """
    centred = z - z.mean(1, keepdim=True)
    scale = centred.square().mean(1, keepdim=True).add_(eps).rsqrt_()
    z = centred.mul_(scale)
    if done.keep:
        done.normalized.append(z)
        done.scale.append(scale)
    return z


def normalize_backward_(d: Tensor, z: Tensor, scale: Tensor) -> Tensor:
    """The gradient d at the normalized z turned into that before it, in place."""
    along = (d * z).mean(1, keepdim=True)
    return d.sub_(d.mean(1, keepdim=True)).addcmul_(z, along, value=-1).mul_(scale)

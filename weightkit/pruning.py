"""Pruning: weights taken out of a stack for good, of each model its own.

`prune_(mlp, keep)` sets what is not kept to 0, and every training from then on leaves it there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from .lazy import torch

if TYPE_CHECKING:
    from torch import Tensor

    from .models import MLP


def prune_(mlp: MLP, keep: Mapping[str, Tensor]) -> MLP:
    """Take weights out, and return the stack. keep: {layer: (n_models, fan_out, fan_in) bool}; a
    layer that is left out keeps all; biases are always kept. What was taken out before stays out.

    ValueError for a layer that is not there, or another shape.
    """
    for layer, mask in keep.items():
        if layer not in mlp.weight or mask.shape != mlp.weight[layer].shape:
            raise ValueError(
                f"cannot prune {layer!r} with a mask of shape {tuple(mask.shape)}; the weights are"
                f" {', '.join(f'{name} {tuple(w.shape)}' for name, w in mlp.weight.items())}"
            )
    if mlp.kept is None:
        mlp.kept = {layer: torch.ones_like(matrix) for layer, matrix in mlp.matrix.items()}
    for layer, mask in keep.items():
        mlp.kept[layer][:, :, :-1] *= mask
        mlp.weight[layer].masked_fill_(~mask, 0.0)
    return mlp


def all_kept(mlp: MLP) -> dict[str, Tensor]:
    """Masks that take nothing out."""
    return {layer: torch.ones_like(w, dtype=torch.bool) for layer, w in mlp.weight.items()}


def smallest_out(weight: Tensor, mask: Tensor, share: float) -> Tensor:
    """`mask` (n_models, fan_out, fan_in) without the smallest weights of each model: of those that
    it keeps, the `share` nearest to 0 goes, rounded to a whole number, but never the last one.

    What is not a number counts as large; of equals, those that come first in memory go first.
    """
    kept = mask.flatten(1)
    size = weight.flatten(1).abs().nan_to_num(nan=float("inf"))
    order = size.masked_fill(~kept, -1.0).argsort(stable=True, dim=1)  # what is out comes first
    rank = torch.empty_like(order).scatter_(1, order, torch.arange(order.shape[1]).expand_as(order))
    left = kept.sum(1)
    going = torch.minimum((share * left.double()).round().long(), (left - 1).clamp_min(0))
    return (rank >= (kept.shape[1] - left + going).unsqueeze(1)).view_as(mask)


def shuffled(mask: Tensor, generators: Sequence[torch.Generator]) -> Tensor:
    """`mask` with the places of each model's entries in random order, from a generator each."""
    rows = [
        row[torch.randperm(len(row), generator=g)]
        for row, g in zip(mask.flatten(1), generators, strict=True)
    ]
    return torch.stack(rows).view_as(mask)

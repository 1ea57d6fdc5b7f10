"""What a batch does in a module, layer by layer, forward and backward; measured in a copy."""

from __future__ import annotations

import copy
import math
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd
import torch
from torch import Tensor, nn

from .. import metrics
from .fans import CONVOLUTIONS, TRANSPOSED

COLUMNS = [
    "call",
    "layer",
    "kind",
    "signal_std",
    "gradient_std",
    "gradient_arrives",
    "units",
    "dead",
    "saturated",
]
CHANNELS_FIRST = (
    *CONVOLUTIONS,
    *TRANSPOSED,
    nn.modules.batchnorm._NormBase,
    nn.GroupNorm,
)
RECTIFIED = (nn.ReLU, nn.ReLU6)
FLAT = {nn.Tanh: "tanh", nn.Sigmoid: "sigmoid"}
DROPOUT = (nn.modules.dropout._DropoutNd, nn.MultiheadAttention)


def frame(module: nn.Module, batch: Any) -> pd.DataFrame:
    """[call, layer, kind, signal_std, gradient_std, gradient_arrives, units, dead, saturated]: a
    row for each time that a layer (a module without others in it, or with parameters of its own)
    gives numbers, in the order of the calls.

    batch: a tensor, a tuple of positional arguments, or a mapping of keywords. The copy is in the
    mode that the module is in, but for dropout, which is off. signal_std: of the layer's outputs;
    gradient_std: of the gradient there of a random weighting, plus or minus 1, of the module's
    outputs, nan where none arrives; dead: units of a ReLU that are 0 for the whole batch;
    saturated: units of tanh or sigmoid that are on a flat end for all of it; both -1 for other
    layers.
    """
    copied = copy.deepcopy(module)
    for part in copied.modules():
        if isinstance(part, nn.MultiheadAttention):
            part.dropout = 0.0
        elif isinstance(part, DROPOUT):
            part.eval()
    for parameter in copied.parameters():
        if parameter.is_floating_point():
            parameter.requires_grad_(True)
            parameter.grad = None
    rows: list[dict] = []
    watch = _Watch(rows)
    for name, part in copied.named_modules():
        own = next(part.parameters(recurse=False), None) is not None
        if own or not any(True for _ in part.children()):
            part.register_forward_hook(watch.hook(name or type(part).__name__))
    devices = [torch.cuda.current_device()] if torch.cuda.is_available() else []
    with torch.random.fork_rng(devices), torch.enable_grad():
        _backward(_called(copied, batch))
    return pd.DataFrame(rows, columns=COLUMNS)


def _called(module: nn.Module, batch: Any) -> Any:
    if isinstance(batch, Mapping):
        return module(**{name: _own(value) for name, value in batch.items()})
    given = batch if isinstance(batch, tuple) else (batch,)
    return module(*(_own(value) for value in given))


def _own(value: Any) -> Any:
    """A tensor of our own that a layer may change in place, and gradients can reach."""
    if not isinstance(value, Tensor):
        return value
    value = value.detach()
    return (value.requires_grad_() if value.is_floating_point() else value).clone()


def _backward(outputs: Any) -> None:
    generator = torch.Generator().manual_seed(0)
    ends = [t for t in tensors(outputs) if t.is_floating_point() and t.requires_grad]
    if ends:
        signs = [torch.randint(0, 2, t.shape, generator=generator) * 2 - 1 for t in ends]
        torch.autograd.backward(ends, [s.to(t) for s, t in zip(signs, ends, strict=True)])


def tensors(value: Any) -> Iterator[Tensor]:
    """The tensors of an output, however it is packed, in order."""
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from tensors(part)
    elif isinstance(value, (tuple, list)):
        for part in value:
            yield from tensors(part)


class _Watch:
    """Writes a row at each call; gradients are filled in as they come back."""

    def __init__(self, rows: list[dict]):
        self.rows = rows
        self.axis = -1  # of the units: 1 after a convolution or batch norm

    def hook(self, name: str) -> Any:
        def called(part: nn.Module, _: Any, output: Any) -> None:
            signal = next((t for t in tensors(output) if t.is_floating_point()), None)
            if next(part.parameters(recurse=False), None) is not None:
                self.axis = 1 if isinstance(part, CHANNELS_FIRST) else -1
            if signal is None or not signal.numel():
                return
            row = {"call": len(self.rows), "layer": name, "kind": type(part).__name__}
            row |= self._measures(part, signal.detach())
            row |= {"gradient_std": math.nan, "gradient_arrives": False}
            self.rows.append(row)
            if signal.requires_grad:
                signal.register_hook(lambda g: _arrived(row, g))

        return called

    def _measures(self, part: nn.Module, signal: Tensor) -> dict:
        axis = self.axis if signal.ndim > 1 else 0
        units = signal.movedim(axis, 0).flatten(1) if signal.ndim > 1 else signal.unsqueeze(1)
        dead = saturated = metrics.UNDEFINED
        if isinstance(part, RECTIFIED):
            dead = int((units == 0).all(1).sum())
        if type(part) in FLAT:
            low, high = metrics.SATURATION[FLAT[type(part)]]
            saturated = int(((units < low) | (units > high)).all(1).sum())
        return {
            "signal_std": _std(signal),
            "units": len(units),
            "dead": dead,
            "saturated": saturated,
        }


def _std(a: Tensor) -> float:
    """Population std of all entries; nan where one is not finite."""
    return float(a.detach().double().std(correction=0))


def _arrived(row: dict, gradient: Tensor) -> None:
    row |= {"gradient_std": _std(gradient), "gradient_arrives": True}

"""Named tensors without the module that they are of: what their layers are taken for, by name and
shape. An assumption, and said as one.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping

from torch import Tensor

from .fans import Fans, uniform
from .parameters import Parameter

STATISTICS = re.compile(r"(^|\.)(running_mean|running_var|num_batches_tracked)$")
"""What batch normalization keeps of its batches: no weights."""

EMBEDDING = re.compile(r"(^|[._])(emb|embed\w*|wte|wpe|tok_embeddings|lookup)([._]|$)", re.I)
CONVOLUTIONS = {3: "Conv1d", 4: "Conv2d", 5: "Conv3d"}
NAMELESS = "Array"
"""Nothing is assumed of these: no usual layer has such numbers."""


def of_tensors(tensors: Mapping[str, Tensor]) -> Iterator[Parameter]:
    """The parameters among them, in their order; two names for the same memory are one."""
    names: dict[tuple, list[str]] = {}
    for name, tensor in tensors.items():
        if not STATISTICS.search(name):
            names.setdefault(_memory(name, tensor), []).append(name)
    for first, *others in names.values():
        tensor = tensors[first].detach()
        kind = _kind(first, tensor)
        rows = tensor.flatten(1) if tensor.ndim > 1 else tensor
        yield Parameter(first, kind, tensor, None, _fans(first, kind, tensors), rows, others)


def _memory(name: str, tensor: Tensor) -> tuple:
    if tensor.is_meta or not tensor.numel():
        return (name,)
    return tensor.data_ptr(), tuple(tensor.shape), tensor.stride(), tensor.dtype


def _kind(name: str, tensor: Tensor) -> str:
    last = name.rpartition(".")[2]
    if not tensor.is_floating_point():
        return NAMELESS
    if tensor.ndim == 2:
        if re.match(r"weight_(ih|hh)_l\d", last):
            return "RNN"
        if last == "in_proj_weight":
            return "MultiheadAttention"
        return "Embedding" if EMBEDDING.search(name) else "Linear"
    if tensor.ndim == 1:
        return "Bias" if "bias" in last else "Scale" if last.startswith("weight") else NAMELESS
    return CONVOLUTIONS.get(tensor.ndim, NAMELESS)


def _fans(name: str, kind: str, tensors: Mapping[str, Tensor]) -> Fans:
    """As `fans` has them of the layer's own module, where it is one of that kind without groups."""
    tensor = tensors[name]
    if kind in ("Bias", "Scale"):
        return _of_vector(name, kind, tensors)
    if kind == NAMELESS or tensor.ndim < 2:
        return Fans(known=False)
    rows, columns = tensor.shape[:2]
    places = math.prod(tensor.shape[2:])
    if kind == "Embedding":
        return Fans(1, columns, 1.0)
    if kind == "MultiheadAttention":
        return Fans(columns, rows // 3, math.sqrt(2 / max(1, rows + columns)))
    if kind == "RNN":
        hidden = tensors.get(re.sub(r"weight_ih(_l\d+\w*)$", r"weight_hh\1", name), tensor)
        size = hidden.shape[-1] if hidden.ndim == 2 else columns
        return Fans(columns, size, uniform(size))
    return Fans(columns * places, rows * places, uniform(columns * places))


def _of_vector(name: str, kind: str, tensors: Mapping[str, Tensor]) -> Fans:
    """A bias beside a matrix begins as PyTorch draws it; beside a scale, and a scale itself, with
    one number.
    """
    if kind == "Scale":
        return Fans(default=0.0)
    weight = tensors.get(re.sub(r"bias(?=[^.]*$)", "weight", name))
    if weight is None or not weight.ndim or name.endswith("in_proj_bias"):
        return Fans(default=0.0 if name.endswith("in_proj_bias") else math.nan, known=False)
    fan_in = math.prod(weight.shape[1:])
    return Fans(default=uniform(fan_in) if weight.ndim > 1 else 0.0)

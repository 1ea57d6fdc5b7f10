"""What a parameter's layer makes of it: its fans, its rows, and how PyTorch would draw it."""

from __future__ import annotations

import math
from dataclasses import dataclass

from torch import Tensor, nn

CONVOLUTIONS = (nn.Conv1d, nn.Conv2d, nn.Conv3d)
TRANSPOSED = (nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d)
NORMS = (
    nn.modules.batchnorm._NormBase,
    nn.LayerNorm,
    nn.GroupNorm,
    nn.RMSNorm,
)
NAN = math.nan


@dataclass(frozen=True)
class Fans:
    """fan_in: the inputs that one output sums; fan_out: the outputs that one input reaches; both 0
    where a parameter is no map (biases, scales).

    default: the std that PyTorch's own reset gives, nan where it is not known. known: whether the
    layer is one that is known here, so that fans are not read from the shape alone.
    """

    fan_in: int = 0
    fan_out: int = 0
    default: float = NAN
    known: bool = True


def fans(owner: nn.Module, name: str, tensor: Tensor) -> Fans:
    """Of the parameter `name` of the module that holds it.

    Grouped convolutions count the channels of one group. A transposed convolution counts every
    place of its kernel, as if its stride were 1. An embedding sums one row: its fan_in is 1. Of an
    attention's in_proj_weight they are those of one of its three projections.
    """
    if tensor.ndim < 2:
        return _of_vector(owner, name, tensor)
    places = math.prod(tensor.shape[2:])
    rows, columns = tensor.shape[:2]
    if isinstance(owner, CONVOLUTIONS):
        found = columns * places, rows // owner.groups * places, uniform(columns * places)
    elif isinstance(owner, TRANSPOSED):  # (in, out / groups, ...); PyTorch takes the second for in
        found = rows // owner.groups * places, columns * places, uniform(columns * places)
    elif isinstance(owner, (nn.Embedding, nn.EmbeddingBag)):
        found = 1, columns, 1.0
    elif isinstance(owner, nn.MultiheadAttention) and name.endswith("proj_weight"):
        projections = 3 if name == "in_proj_weight" else 1
        found = columns, rows // projections, math.sqrt(2 / (rows + columns))
    elif isinstance(owner, nn.RNNBase) and name.startswith("weight"):
        found = columns, tensor.shape[0] // _gates(owner), uniform(owner.hidden_size)
    elif isinstance(owner, nn.Bilinear):
        found = columns * tensor.shape[2], rows, uniform(columns)
    elif isinstance(owner, nn.Linear):
        found = columns, rows, uniform(columns)
    else:
        return Fans(columns * places, rows * places, known=False)
    return Fans(*found)


def _gates(owner: nn.RNNBase) -> int:
    return {"LSTM": 4, "GRU": 3}.get(owner.mode, 1)


def uniform(n: int) -> float:
    """Std of U(-1/sqrt(n), 1/sqrt(n))."""
    return 1 / math.sqrt(3 * n) if n else 0.0


def _of_vector(owner: nn.Module, name: str, tensor: Tensor) -> Fans:
    weight = getattr(owner, "weight", None)
    if isinstance(owner, nn.RNNBase):
        return Fans(default=uniform(owner.hidden_size))
    if isinstance(owner, NORMS):
        return Fans(default=0.0)
    if isinstance(owner, nn.MultiheadAttention) and name == "in_proj_bias":
        return Fans(default=0.0)
    drawn = (nn.Linear, nn.Bilinear, *CONVOLUTIONS, *TRANSPOSED)
    if isinstance(owner, drawn) and name == "bias" and isinstance(weight, Tensor):
        places = 1 if isinstance(owner, nn.Bilinear) else math.prod(weight.shape[2:])
        return Fans(default=uniform(weight.shape[1] * places))
    return Fans(known=False)


def matrix(owner: nn.Module, tensor: Tensor) -> Tensor:
    """The parameter as a matrix with a row for each output (each entry of an embedding)."""
    if isinstance(owner, TRANSPOSED):
        tensor = tensor.transpose(0, 1)
    return tensor.flatten(1)

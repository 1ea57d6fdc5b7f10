"""Networks as rows: all parameters of each model, read from a stack and written into it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ....models import MLP

if TYPE_CHECKING:
    from torch import Tensor


def columns(mlp: MLP) -> Iterator[tuple[Tensor, slice]]:
    """Each parameter (n_models, ...), and its place in a row of all parameters of a model."""
    start = 0
    for parameter in mlp.parameters().values():
        stop = start + parameter[0].numel()
        yield parameter, slice(start, stop)
        start = stop


def read(mlp: MLP, rows: Tensor) -> None:
    """Put all parameters of each model into its row: (n_models, n_parameters)."""
    for parameter, place in columns(mlp):
        rows[:, place] = parameter.flatten(1)


def write(mlp: MLP, rows: Tensor, first: int = 0) -> None:
    """The inverse of `read`, for the models from `first` on."""
    for parameter, place in columns(mlp):
        some = parameter[first : first + len(rows)]
        some.copy_(rows[:, place].view_as(some))

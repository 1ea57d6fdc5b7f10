"""`Freeze`: parameters switched off for some epochs, and which models share a schedule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .models import MLP


@dataclass(frozen=True)
class Freeze:
    """One parameter switched off from epoch `first` to epoch `last` (1-based, inclusive; None: to
    the end).

    models: the rows of the stack that it applies to; None means all of them.
    """

    layer: str
    parameter: str
    first: int = 1
    last: int | None = None
    models: tuple[int, ...] | None = None

    def covers(self, epoch: int) -> bool:
        return self.first <= epoch and (self.last is None or epoch <= self.last)


def alike(mlp: MLP, schedule: Sequence[Freeze], first_model: int) -> list[tuple[int, int]]:
    """Neighbouring models (start, stop) with one and the same schedule."""

    def own(model: int) -> list[Freeze]:
        return [f for f in schedule if f.models is None or first_model + model in f.models]

    runs = [list(models) for _, models in groupby(range(mlp.n_models), own)]
    return [(run[0], run[-1] + 1) for run in runs]


def frozen_parameters(
    mlp: MLP, schedule: Sequence[Freeze], epoch: int, first_model: int = 0
) -> set[tuple[int, str, str]]:
    """{(model, layer, parameter)} frozen in this epoch; model counts from 0 in `mlp`, whose first
    is `first_model`.
    """
    every = range(first_model, first_model + mlp.n_models)
    return {
        (model - first_model, f.layer, f.parameter)
        for f in schedule
        if f.covers(epoch)
        for model in (every if f.models is None else f.models)
        if model in every
    }

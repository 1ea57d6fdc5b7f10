"""`inspect(module, batch)`: an Inspection shows itself, and can be compared with another."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from typing import Any

import pandas as pd
import torch
from torch import Tensor, nn
from torch.nn.parameter import is_lazy

from .. import metrics
from ..cores import one_thread
from ..frames import Frames
from . import parameters, signals
from .findings import Changes, Facts, changes, facts
from .sentences import changed, told

DISTANCES = ["parameter", "shape", "status", "distance", "relative_distance", "frozen"]


class _Told(Frames):
    """Frames with sentences before them."""

    shows: tuple[str, ...]

    def __repr__(self) -> str:
        return "\n".join([*self.shows, super().__repr__()])

    def _repr_html_(self) -> str:
        said = "".join(f"<p>{escape(text)}</p>" for text in self.shows)
        return said + super()._repr_html_()


@dataclass(frozen=True, repr=False)
class Inspection(_Told):
    """What a module is made of, and what a batch does in it.

    parameters: [parameter, kind, shape, n, dtype, requires_grad, shared_with, fan_in, fan_out,
        known, mean, std, kaiming, xavier, pytorch_default, nearest, times_nearest, rows,
        distinct_rows, rank, full_rank, condition_number, share_zero, share_not_finite], a row each;
        one with several names has them in shared_with. kind: the module that holds it; kaiming,
        xavier, pytorch_default: the std that they would give (nan where they say nothing; see
        `fans`), nearest the one the fewest times away; rows, rank and condition number: of the
        matrix with a row for each output; rows that differ by rounding alone are not distinct
        (`metrics.distinct_units`). Counts are -1 and measures nan where there are none.
    signals: [call, layer, kind, signal_std, gradient_std, gradient_arrives, units, dead,
        saturated], see `signals.frame`; no rows without a batch.
    facts: what is true of these; shows: the same in sentences.
    """

    parameters: pd.DataFrame
    signals: pd.DataFrame
    facts: Facts
    shows: tuple[str, ...]
    values: dict[str, Tensor] = field(compare=False)

    def compare(self, other: Inspection) -> Comparison:
        """How far the parameters of another module (a later checkpoint) are from these."""
        return compare(self, other)


@dataclass(frozen=True, repr=False)
class Comparison(_Told):
    """How far two modules are apart.

    distances: [parameter, shape, status, distance, relative_distance, frozen], a row for each name
        of either. status: "both", "only first", "only second" or "other shape"; distance:
        Euclidean, relative to the first's norm (nan where there is none to take); frozen: equal,
        bit for bit.
    facts: what is true of it; shows: the same in sentences.
    """

    distances: pd.DataFrame
    facts: Changes
    shows: tuple[str, ...]


def inspect(module: nn.Module, batch: Any = None) -> Inspection:
    """What the parameters of any `torch.nn.Module` are, and, given a batch, what it does in them.

    batch: a tensor, a tuple of positional arguments, or a mapping of keywords. The module is not
    changed: it is copied where a batch is sent through it, and the numbers are copied for
    `compare`. TypeError for what is no module; ValueError for lazy parameters, which have no shape
    before the module's first batch, and for a batch that the module cannot take.
    """
    if not isinstance(module, nn.Module):
        raise TypeError(f"inspect takes a torch.nn.Module, found {type(module).__name__}")
    lazy = [n for n, t in [*module.named_parameters(), *module.named_buffers()] if is_lazy(t)]
    if lazy:
        raise ValueError(
            f"{', '.join(lazy)} have no shape yet, since the module is lazy: call it once with a"
            " batch, and inspect it then"
        )
    with one_thread():
        table = parameters.frame(module)
        flow = _flow(module, batch)
        values = {
            name: tensor.detach().clone()
            for name, tensor in module.named_parameters(remove_duplicate=False)
        }
    found = facts(table, flow)
    return Inspection(table, flow, found, told(found), values)


def _flow(module: nn.Module, batch: Any) -> pd.DataFrame:
    if batch is None:
        return pd.DataFrame(columns=signals.COLUMNS)
    try:
        return signals.frame(module, batch)
    except Exception as error:
        raise ValueError(f"this batch could not be sent through the module: {error}") from error


def compare(first: Inspection, second: Inspection) -> Comparison:
    """Parameter by parameter, by name."""
    names = list(dict.fromkeys([*first.values, *second.values]))
    rows = [_apart(n, first.values.get(n), second.values.get(n)) for n in names]
    frame = pd.DataFrame(rows, columns=DISTANCES)
    found = changes(frame)
    return Comparison(frame, found, changed(found))


def _apart(name: str, a: Tensor | None, b: Tensor | None) -> dict:
    one = a if a is not None else b
    row = {"parameter": name, "shape": tuple(one.shape) if one is not None else (), "frozen": False}
    nothing = {"distance": torch.nan, "relative_distance": torch.nan}
    if a is None or b is None:
        return row | nothing | {"status": "only second" if a is None else "only first"}
    if a.shape != b.shape:
        return row | nothing | {"status": "other shape"}
    row["status"] = "both"
    if a.is_meta or b.is_meta:
        return row | nothing
    a, b = (torch.view_as_real(t) if t.is_complex() else t for t in (a.cpu(), b.cpu()))
    same = bool(((a == b) | (a.isnan() & b.isnan())).all())
    flat = a.reshape(1, -1), b.reshape(1, -1)
    return row | {
        "frozen": same,
        "distance": float(metrics.frobenius_distance(flat[1], flat[0])) if a.numel() else 0.0,
        "relative_distance": float(metrics.relative_distance(flat[1], flat[0]))
        if a.numel()
        else torch.nan,
    }

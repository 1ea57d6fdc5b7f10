"""`inspect(module, batch)`, `inspect_file(path)`: an Inspection shows itself, and can be compared
with another.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from html import escape
from os import PathLike
from typing import TYPE_CHECKING, Any

import pandas as pd
import torch
from torch import Tensor, nn
from torch.nn.parameter import is_lazy

from .. import metrics
from ..cores import one_thread
from ..frames import Frames
from ..stopping import check
from . import files, guesses, parameters, signals
from .findings import Changes, Facts, changes, facts
from .sentences import changed, told

if TYPE_CHECKING:
    from ..charts import Figure

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
    """What a network is made of, and what a batch does in it.

    parameters: [parameter, kind, shape, n, dtype, requires_grad, shared_with, fan_in, fan_out,
        known, mean, std, kaiming, xavier, pytorch_default, nearest, times_nearest, rows,
        distinct_rows, rank, full_rank, condition_number, share_zero, share_not_finite], a row each;
        one with several names has them in shared_with. kind: the module that holds it; of tensors
        without a module, what their names and shapes are taken for (`guesses`), and requires_grad
        is None. kaiming, xavier, pytorch_default: the std that they would give (nan where they say
        nothing; see `fans`), nearest the one the fewest times away; rows, rank and condition
        number: of the matrix with a row for each output; rows that differ by rounding alone are not
        distinct (`metrics.distinct_units`). Counts are -1 and measures nan where there are none.
    signals: [call, layer, kind, signal_std, gradient_std, gradient_arrives, units, dead,
        saturated], see `signals.frame`; no rows without a batch.
    facts: what is true of these; shows: the same in sentences; figures: and drawn.
    """

    parameters: pd.DataFrame
    signals: pd.DataFrame
    facts: Facts
    shows: tuple[str, ...]
    values: dict[str, Tensor] = field(compare=False)

    @cached_property
    def figures(self) -> tuple[Figure, ...]:
        """What there is to draw (`charts.figures`)."""
        from . import charts  # Altair takes a second

        return charts.figures(self.parameters, self.signals, self.facts)

    def compare(self, other: Inspection) -> Comparison:
        """How far the parameters of another network (a later checkpoint) are from these."""
        return compare(self, other)


@dataclass(frozen=True, repr=False)
class Comparison(_Told):
    """How far two networks are apart.

    distances: [parameter, shape, status, distance, relative_distance, frozen], a row for each name
        of either. status: "both", "only first", "only second" or "other shape"; distance:
        Euclidean, relative to the first's norm (nan where there is none to take); frozen: equal,
        bit for bit.
    facts: what is true of it; shows: the same in sentences; figures: and drawn.
    """

    distances: pd.DataFrame
    facts: Changes
    shows: tuple[str, ...]

    @cached_property
    def figures(self) -> tuple[Figure, ...]:
        """What there is to draw (`charts.compared`)."""
        from . import charts

        return charts.compared(self.distances, self.facts)


def inspect(network: nn.Module | Mapping[str, Tensor], batch: Any = None) -> Inspection:
    """What the parameters of any `torch.nn.Module` are, and, given a batch, what it does in them.

    network: or tensors by name (a state_dict), of which the layers are guessed. batch: a tensor, a
    tuple of positional arguments, or a mapping of keywords. The module is not changed: it is copied
    where a batch is sent through it, and the numbers of a module, which may go on learning, are
    copied for `compare`; tensors by name are not. TypeError for what is neither; ValueError for
    lazy parameters, which have no shape before the module's first batch, and for a batch that
    cannot be sent through.
    """
    if isinstance(network, Mapping):
        return _of_tensors(network, batch)
    if not isinstance(network, nn.Module):
        raise TypeError(
            f"inspect takes a torch.nn.Module, or tensors by name, found {type(network).__name__}"
        )
    lazy = [n for n, t in [*network.named_parameters(), *network.named_buffers()] if is_lazy(t)]
    if lazy:
        raise ValueError(
            f"{', '.join(lazy)} have no shape yet, since the module is lazy: call it once with a"
            " batch, and inspect it then"
        )
    with one_thread():
        table = parameters.frame(parameters.of_module(network))
        flow = _flow(network, batch)
        values: dict[str, Tensor] = {}
        for first, _, _, tensor, others in parameters.named(network):
            values |= dict.fromkeys((first, *others), tensor.detach().clone())
    found = facts(table, flow)
    return Inspection(table, flow, found, told(found), values)


def inspect_file(
    source: bytes | str | PathLike[str],
    largest: int = parameters.LARGEST,
    work: float = math.inf,
) -> Inspection:
    """What is in a .safetensors file, or in its bytes: see `inspect` of tensors by name. Nothing of
    the file is executed, and no number of it copied.

    largest, work: bounds of what is decomposed, see `parameters.frame`. `files.BadFile`, a
    ValueError, says what is wrong with it.
    """
    return _of_tensors(files.read(source), None, largest, work)


def _of_tensors(
    tensors: Mapping[str, Tensor],
    batch: Any,
    largest: int = parameters.LARGEST,
    work: float = math.inf,
) -> Inspection:
    wrong = [n for n, t in tensors.items() if not (isinstance(n, str) and isinstance(t, Tensor))]
    if wrong:
        raise TypeError(f"inspect takes tensors by name; {str(wrong[0])!r} is none")
    if batch is not None:
        raise ValueError("a batch needs a module: tensors by name do not say how they are used")
    with one_thread():
        found = list(guesses.of_tensors(tensors))
        table = parameters.frame(found, largest, work)
    names = [name for p in found for name in (p.name, *p.others)]
    flow = pd.DataFrame(columns=signals.COLUMNS)
    kinds = tuple(table["kind"].value_counts().items())
    true = replace(facts(table, flow), assumed=kinds, statistics=len(tensors) - len(names))
    return Inspection(table, flow, true, told(true), {n: tensors[n].detach() for n in names})


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
    nothing = {"distance": math.nan, "relative_distance": math.nan}
    if a is None or b is None:
        return row | nothing | {"status": "only second" if a is None else "only first"}
    if a.shape != b.shape:
        return row | nothing | {"status": "other shape"}
    row["status"] = "both"
    if a.is_meta or b.is_meta:
        return row | nothing
    return row | _distances(*(_real(t) for t in (a, b)))


def _real(tensor: Tensor) -> Tensor:
    tensor = tensor.cpu()
    return (torch.view_as_real(tensor) if tensor.is_complex() else tensor).reshape(-1)


def _distances(a: Tensor, b: Tensor) -> dict:
    """Of two flat tensors, in float64, a part at a time."""
    same, apart, norm = True, 0.0, 0.0
    for one, other in zip(a.split(metrics.AT_ONCE), b.split(metrics.AT_ONCE), strict=True):
        check()
        if one.dtype == other.dtype and not one.is_floating_point():
            same &= torch.equal(one, other)  # float64 does not hold every whole number
        one, other = one.double(), other.double()
        same &= bool(((one == other) | (one.isnan() & other.isnan())).all())
        apart += float((other - one).square().sum())
        norm += float(one.square().sum())
    return {
        "frozen": same,
        "distance": math.sqrt(apart),
        "relative_distance": math.sqrt(apart / norm) if norm else math.inf if apart else math.nan,
    }

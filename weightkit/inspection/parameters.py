"""A row for each parameter of a network: how it is, and how its schemes would have drawn it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import pandas as pd
from torch import Tensor, nn

from .. import metrics
from ..schemes import INITIALIZERS
from ..stopping import check
from .fans import Fans, fans, matrix

LARGEST = 2**22  # numbers of a matrix whose singular values are taken (seconds)
MOST_ROWS = 4096  # that are compared with each other
COLUMNS = [
    "parameter",
    "kind",
    "shape",
    "n",
    "dtype",
    "requires_grad",
    "shared_with",
    "fan_in",
    "fan_out",
    "known",
    "mean",
    "std",
    "kaiming",
    "xavier",
    "pytorch_default",
    "nearest",
    "times_nearest",
    "rows",
    "distinct_rows",
    "rank",
    "full_rank",
    "condition_number",
    "share_zero",
    "share_not_finite",
]
MEASURES = ("mean", "std", "condition_number", "share_zero", "share_not_finite")
COUNTS = ("rows", "distinct_rows", "rank", "full_rank")
SCHEMES = ("kaiming", "xavier", "pytorch_default")


@dataclass(frozen=True)
class Parameter:
    """What is to be measured. kind: of the layer that has it; requires_grad: None where that is not
    known; rows: the same numbers as a matrix with a row for each output; others: its further names.
    """

    name: str
    kind: str
    tensor: Tensor
    requires_grad: bool | None
    fans: Fans
    rows: Tensor
    others: Sequence[str] = ()


def named(module: nn.Module) -> Iterator[tuple[str, nn.Module, str, Tensor, list[str]]]:
    """Each parameter once: its first full name, the module that holds it and its name there,
    itself, and its other names.
    """
    owners = dict(module.named_modules(remove_duplicate=False))
    found: dict[int, list[str]] = {}
    tensors: dict[int, Tensor] = {}
    for full, tensor in module.named_parameters(remove_duplicate=False):
        found.setdefault(id(tensor), []).append(full)
        tensors[id(tensor)] = tensor
    for key, (first, *others) in found.items():
        path, _, name = first.rpartition(".")
        yield first, owners[path], name, tensors[key], others


def of_module(module: nn.Module) -> Iterator[Parameter]:
    """Its parameters; one that has several names comes once."""
    for full, owner, name, tensor, others in named(module):
        numbers, kind = tensor.detach(), type(owner).__name__
        rows = matrix(owner, numbers) if tensor.ndim > 1 else numbers
        known = fans(owner, name, tensor)
        yield Parameter(full, kind, numbers, tensor.requires_grad, known, rows, others)


def frame(
    found: Iterable[Parameter], largest: int = LARGEST, work: float = math.inf
) -> pd.DataFrame:
    """[*COLUMNS], a row for each parameter.

    Rank and condition number are taken of matrices of up to `largest` numbers, the cheapest first,
    until they have cost `work` (rows x columns x the smaller of both, each); equal rows are looked
    for within the same bound.
    """
    found = list(found)
    affordable = _affordable([p.rows for p in found], largest, work)
    rows = [_row(p, cheap) for p, cheap in zip(found, affordable, strict=True)]
    return pd.DataFrame(rows, columns=COLUMNS)


def _affordable(matrices: Sequence[Tensor], largest: int, work: float) -> list[bool]:
    """Which of the matrices are decomposed."""
    costs = [w.numel() * min(w.shape) if w.ndim > 1 else 0 for w in matrices]
    given = [False] * len(costs)
    for i in sorted(range(len(costs)), key=lambda i: costs[i]):
        if matrices[i].numel() <= largest and costs[i] <= work:
            given[i], work = True, work - costs[i]
    return given


def _row(p: Parameter, affordable: bool) -> dict:
    check()
    measured = _measured(p, affordable)
    schemes = expected(p.fans)
    return (
        {"parameter": p.name, "kind": p.kind, "shape": tuple(p.tensor.shape)}
        | {"n": p.tensor.numel(), "dtype": str(p.tensor.dtype).removeprefix("torch.")}
        | {"requires_grad": p.requires_grad, "shared_with": ", ".join(p.others)}
        | {"fan_in": p.fans.fan_in, "fan_out": p.fans.fan_out, "known": p.fans.known}
        | measured
        | schemes
        | dict(zip(("nearest", "times_nearest"), nearest(measured["std"], schemes), strict=True))
    )


def expected(found: Fans) -> dict[str, float]:
    """The std that each of SCHEMES gives for these fans; nan where a scheme says nothing."""
    given = dict.fromkeys(SCHEMES, math.nan) | {"pytorch_default": found.default}
    if found.fan_in and found.fan_out:
        given["kaiming"] = INITIALIZERS["kaiming_normal"].std(found.fan_in, found.fan_out)
        given["xavier"] = INITIALIZERS["xavier_normal"].std(found.fan_in, found.fan_out)
    return given


def nearest(std: float, schemes: dict[str, float]) -> tuple[str, float]:
    """The scheme whose std is the fewest times away, and how many times its std this one is: ("",
    nan) where the parameter is no map, constant, or not finite.
    """
    if math.isnan(schemes["kaiming"]) or not 0 < std < math.inf:
        return "", math.nan
    away = {s: abs(math.log(std / value)) for s, value in schemes.items() if value > 0}
    best = min(away, key=lambda scheme: away[scheme])
    return best, std / schemes[best]


def _measured(p: Parameter, affordable: bool) -> dict:
    """Measures of the numbers; nan, and -1 for counts, where they cannot be had (complex numbers,
    the meta device, none at all, too large).
    """
    found: dict = dict.fromkeys(MEASURES, math.nan) | dict.fromkeys(COUNTS, metrics.UNDEFINED)
    tensor = p.tensor
    if not tensor.numel() or tensor.is_complex() or tensor.is_meta:
        return found
    found |= _of_numbers(tensor.cpu())
    return found | (_of_matrix(p.rows.cpu(), affordable) if tensor.ndim > 1 else {})


def _of_numbers(tensor: Tensor) -> dict:
    """In float64, a part at a time: a copy of all would be twice, or eight times, the tensor."""
    parts, n = tensor.reshape(-1).split(metrics.AT_ONCE), tensor.numel()
    zeros = broken = 0
    total, low, high = 0.0, math.inf, -math.inf
    for part in parts:
        check()
        numbers = part.double()
        low, high = min(low, float(numbers.min())), max(high, float(numbers.max()))
        zeros += int((numbers == 0).sum())
        broken += int((~numbers.isfinite()).sum())
        total += float(numbers.sum())
    mean, squares = low if low == high else total / n, 0.0  # one number: no rounding
    for part in () if broken else parts:
        squares += float((part.double() - mean).square().sum())
    return {
        "mean": mean,
        "std": math.nan if broken else math.sqrt(squares / n),
        "share_zero": zeros / n,
        "share_not_finite": broken / n,
    }


def _of_matrix(w: Tensor, affordable: bool) -> dict:
    shape = {"rows": w.shape[0], "full_rank": min(w.shape)}
    if not affordable:
        return shape
    w = w if w.is_floating_point() and w.element_size() > 1 else w.double()
    few = w.shape[0] <= MOST_ROWS
    rank, condition = metrics.rank_and_condition(w)
    return shape | {
        "distinct_rows": int(metrics.distinct_units(w)) if few else metrics.UNDEFINED,
        "rank": int(rank),
        "condition_number": float(condition),
    }

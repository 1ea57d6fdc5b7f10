"""A row for each parameter of a module: how it is, and how its schemes would have drawn it."""

from __future__ import annotations

import math
from collections.abc import Iterator

import pandas as pd
import torch
from torch import Tensor, nn

from .. import metrics
from ..schemes import INITIALIZERS
from .fans import Fans, fans, matrix

LARGEST = 2**22  # numbers of a matrix whose singular values are taken (seconds)
MOST_ROWS = 4096  # that are compared with each other: their distances are a square matrix
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
SCHEMES = ("kaiming", "xavier", "pytorch_default")


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


def frame(module: nn.Module) -> pd.DataFrame:
    """[*COLUMNS], a row for each parameter; one that has several names has one row."""
    rows = []
    for full, owner, name, tensor, others in named(module):
        head = (full, type(owner).__name__, tuple(tensor.shape), tensor.numel(), str(tensor.dtype))
        spelled = head[4].removeprefix("torch.")
        told = (*head[:4], spelled, tensor.requires_grad, ", ".join(others))
        rows.append(dict(zip(COLUMNS, told, strict=False)) | _row(owner, name, tensor.detach()))
    return pd.DataFrame(rows, columns=COLUMNS)


def _row(owner: nn.Module, name: str, tensor: Tensor) -> dict:
    found = fans(owner, name, tensor)
    measured = _measured(owner, tensor)
    schemes = expected(found)
    return (
        {"fan_in": found.fan_in, "fan_out": found.fan_out, "known": found.known}
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


def _measured(owner: nn.Module, tensor: Tensor) -> dict:
    """Measures of the numbers; nan, and -1 for counts, where they cannot be had (complex numbers,
    the meta device, none at all, too large).
    """
    found: dict = dict.fromkeys(MEASURES, math.nan)
    found |= dict.fromkeys(("rows", "distinct_rows", "rank", "full_rank"), metrics.UNDEFINED)
    if not tensor.numel() or tensor.is_complex() or tensor.is_meta:
        return found
    numbers = tensor.to("cpu").to(torch.float64)
    finite = bool(numbers.isfinite().all())
    found |= {
        "mean": float(numbers.mean()),
        "std": float(numbers.std(correction=0)) if finite else math.nan,
        "share_zero": float((numbers == 0).double().mean()),
        "share_not_finite": float((~numbers.isfinite()).double().mean()),
    }
    return found | (_of_matrix(matrix(owner, tensor.to("cpu"))) if tensor.ndim > 1 else {})


def _of_matrix(w: Tensor) -> dict:
    rows, small = w.shape[0], w.numel() <= LARGEST
    w = w if w.is_floating_point() else w.double()
    few = rows <= MOST_ROWS
    return {
        "rows": rows,
        "distinct_rows": int(metrics.distinct_units(w)) if few else metrics.UNDEFINED,
        "rank": int(metrics.rank(w)) if small else metrics.UNDEFINED,
        "full_rank": min(w.shape),
        "condition_number": float(metrics.condition_number(w)) if small else math.nan,
    }

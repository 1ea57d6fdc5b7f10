"""Measures of weights and activations: pure functions from tensors to tensors.

The last two axes are one matrix (fan_out, fan_in), or one layer's activations (samples, units); all
axes before them are a batch, so a whole stack of networks is measured in one call. Results are
float64 unless they are counts (int64). Nothing raises on non-finite numbers: a diverged network is
a result, and it never disturbs its neighbours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING

from .lazy import torch
from .stopping import check

if TYPE_CHECKING:
    from torch import Tensor

AT_ONCE = 2**18
"""Numbers that are counted, or decomposed, at once: what float64 copies and indices of them take is
8 MB.
"""
UNDEFINED = -1  # the count of something that is not defined, because an entry is not finite

# Activations (outputs) beyond these are saturated: the slope is then below 0.02 (tanh) or 0.01
# (sigmoid).
SATURATION = {"tanh": (-0.99, 0.99), "sigmoid": (0.01, 0.99)}
NEVER_SATURATED = ("linear", "relu", "leaky_relu")


def frobenius_distance(a: Tensor, b: Tensor) -> Tensor:
    """Frobenius norm of a - b, the square root of the summed squares: (..., m, n) twice ->
    (...).
    """
    return torch.linalg.matrix_norm(a.double() - b.double())


def relative_distance(a: Tensor, b: Tensor) -> Tensor:
    """Frobenius distance from the reference b in units of b's own norm: (..., m, n) twice -> (...).

    From a zero reference it is inf, or nan where a is zero too.
    """
    return frobenius_distance(a, b) / torch.linalg.matrix_norm(b.double())


def condition_number(w: Tensor) -> Tensor:
    """Largest over smallest singular value: (..., m, n) -> (...), 1 (a sphere stays a sphere) to
    inf.

    inf where w is singular, that is where `rank` is below min(m, n): below that tolerance the
    smallest singular value is rounding error. nan where w has a non-finite entry.
    """
    return rank_and_condition(w)[1]


def rank(w: Tensor, rtol: float | None = None) -> Tensor:
    """Number of singular values above rtol times the largest: (..., m, n) -> int64 (...).

    The rule of numpy.linalg.matrix_rank; rtol defaults to max(m, n) times the machine epsilon of
    w's own dtype (1.2e-7 for float32). UNDEFINED (-1) where w has a non-finite entry.
    """
    return rank_and_condition(w, rtol)[0]


def rank_and_condition(w: Tensor, rtol: float | None = None) -> tuple[Tensor, Tensor]:
    """`rank` and `condition_number` of one decomposition."""
    values, finite = _singular_values(w)
    threshold = (_tolerance(w) if rtol is None else rtol) * values[..., :1]
    largest, smallest = values[..., 0], values[..., -1]
    singular = smallest <= _tolerance(w) * largest  # also true of a zero matrix
    condition = torch.where(singular, torch.inf, largest / smallest)
    found = torch.where(finite, (values > threshold).sum(-1), UNDEFINED)
    return found, torch.where(finite, condition, torch.nan)


def distinct_units(w: Tensor, b: Tensor | None = None, rtol: float = 1e-4) -> Tensor:
    """Number of units that differ from every unit before them: (..., m, n) and (..., m) -> int64
    (...).

    A unit is a row of [W | b]. Two units are the same if their Euclidean distance is at most rtol
    times the norm of the longest row: equality would be too strict, since float32 sums taken in
    another order already break ties. The distances come from one matrix product, ||u||^2 + ||v||^2
    - 2 u.v, which resolves rtol down to 1e-7. UNDEFINED (-1) where an entry is not finite.
    """
    return _in_parts(
        partial(_distinct_units, rtol=rtol),
        w if b is None else torch.cat([w, b.unsqueeze(-1)], dim=-1),
    )


def _distinct_units(units: Tensor, rtol: float) -> Tensor:
    units = units.double()  # no square overflows
    finite = _finite_matrices(units)
    units = torch.where(finite[..., None, None], units, 0.0)
    squares = units.square().sum(-1)
    nearest = max(rtol, 1e-7) ** 2 * squares.amax(-1)[..., None, None]
    rows = units.shape[-2]
    seen_before = []
    for some in torch.arange(rows).split(max(1, AT_ONCE // rows)):
        check()
        first, last = int(some[0]), int(some[-1]) + 1
        products = units[..., first:last, :] @ units[..., :last, :].mT
        lengths = squares[..., first:last, None] + squares[..., None, :last]
        same = lengths - 2 * products <= nearest
        seen_before.append(same.tril(diagonal=first - 1).any(-1))
    distinct = (~torch.cat(seen_before, -1)).sum(-1)
    return torch.where(finite, distinct, UNDEFINED)


def shared_bins(values: Tensor | Iterable[Tensor], bins: int) -> Tensor:
    """Edges (bins + 1,) of equal bins from the smallest to the largest finite value of one or more
    tensors.

    Where all values are equal, the range is widened to half their size on either side (0.5 around
    zero, and where there is no finite value at all).
    """
    if bins < 1:
        raise ValueError(f"bins must be at least 1, found {bins}")
    tensors = [values] if isinstance(values, torch.Tensor) else list(values)
    flat = (
        torch.cat([t.detach().flatten().double() for t in tensors]) if tensors else torch.empty(0)
    )
    flat = flat[flat.isfinite()]
    low, high = (flat.min().item(), flat.max().item()) if flat.numel() else (0.0, 0.0)
    largest = max(abs(low), abs(high))
    if high - low <= 1e-12 * largest or largest < 1e-300:
        half = 0.5 * largest if largest >= 1e-300 else 0.5
        low, high = low - half, high + half
    edges = torch.linspace(low, high, bins + 1, dtype=torch.float64)
    edges[-1] = high  # linspace may end one rounding error short of it
    return edges


def histogram(values: Tensor, edges: Tensor, batch_dims: int = 0) -> Tensor:
    """Counts per bin as int64: (..., any shape) and (bins + 1,) -> (..., bins).

    The first `batch_dims` axes of `values` are kept, all others are counted together. A bin
    includes its left edge, the last one both. Values beyond the edges are counted in the outermost
    bin and non-finite values are left out, so the counts always sum to the number of finite values.
    """
    bins = edges.numel() - 1
    batch = values.shape[:batch_dims]
    inner = edges[1:-1].double().contiguous()
    counts = torch.zeros(batch.numel(), bins, dtype=torch.int64)
    for row, count in zip(values.detach().reshape(batch.numel(), -1), counts, strict=True):
        for part in row.split(AT_ONCE):
            check()
            part = part.double()
            bin_index = torch.bucketize(part, inner, right=True)
            count += torch.bincount(bin_index[part.isfinite()], minlength=bins)
    return counts.reshape(*batch, bins)


def fraction_zero(a: Tensor) -> Tensor:
    """Share of entries that are exactly zero over the last two axes: (..., samples, units) ->
    (...).
    """
    return (a == 0).double().mean(dim=_last_axes(a))


def fraction_saturated(a: Tensor, activation: str) -> Tensor:
    """Share of activations on a flat end over the last two axes: (..., samples, units) -> (...).

    `a` holds outputs: tanh is saturated for abs(a) > 0.99, sigmoid for a < 0.01 or a > 0.99. Linear
    and leaky ReLU never saturate; ReLU's flat half is `fraction_zero`, so here it is 0 as well.
    """
    if activation not in SATURATION and activation not in NEVER_SATURATED:
        raise ValueError(
            f"unknown activation {activation!r}; allowed:"
            f" {', '.join([*SATURATION, *NEVER_SATURATED])}"
        )
    low, high = SATURATION.get(activation, (-torch.inf, torch.inf))
    return ((a < low) | (a > high)).double().mean(dim=_last_axes(a))


def std(a: Tensor) -> Tensor:
    """Population standard deviation (divided by n) over the last two axes: (..., samples, units) ->
    (...).
    """
    if a.ndim < 2:
        return a.double().std(correction=0)
    return _in_parts(lambda part: part.double().std(dim=(-2, -1), correction=0), a)


def _in_parts(measure: Callable[[Tensor], Tensor], matrices: Tensor) -> Tensor:
    """measure of a few matrices at a time: (..., m, n) -> (..., any shape), since float64 copies of
    a stack are large.
    """
    rows, columns = matrices.shape[-2:]
    parts = []
    for part in matrices.reshape(-1, rows, columns).split(max(1, AT_ONCE // (rows * columns))):
        check()
        parts.append(measure(part))
    found = torch.cat(parts)
    return found.reshape((*matrices.shape[:-2], *found.shape[1:]))


def _last_axes(a: Tensor) -> tuple[int, ...]:
    return (-2, -1) if a.ndim > 1 else (-1,)


def _finite_matrices(w: Tensor) -> Tensor:
    return w.isfinite().flatten(-2).all(-1)


def _tolerance(w: Tensor) -> float:
    dtype = w.dtype if w.dtype.is_floating_point else torch.float64
    return torch.finfo(dtype).eps * max(w.shape[-2:])


def _singular_values(w: Tensor) -> tuple[Tensor, Tensor]:
    """Singular values in float64, largest first, and a mask: false, and all values 0, where not
    finite.
    """
    values = _in_parts(
        lambda part: torch.linalg.svdvals(
            torch.where(_finite_matrices(part)[:, None, None], part.double(), 0.0)
        ),
        w,
    )
    return values, _finite_matrices(w)

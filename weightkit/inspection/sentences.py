"""Facts of an inspection -> sentences, one arm for each kind of outcome."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..charts.words import listed, number, plural, share
from .findings import BY_CHANCE, FADING, FAR, Changes, Drift, Facts, Passage, Signals

TAKEN = {
    "Linear": "{n} taken for Linear (outputs × inputs)",
    "Embedding": "{n} for embeddings (a row each)",
    "Conv1d": "{n} for one-dimensional convolutions without groups",
    "Conv2d": "{n} for two-dimensional convolutions without groups",
    "Conv3d": "{n} for three-dimensional convolutions without groups",
    "MultiheadAttention": "{n} for the three projections of an attention",
    "RNN": "{n} for a recurrent layer's gates",
}
"""How a sentence says what matrices are taken for; kinds that are not here are no maps."""

MOST = 4  # that a sentence names
NAMES = {"kaiming": "Kaiming", "xavier": "Xavier", "pytorch_default": "PyTorch's default"}


def told(f: Facts) -> tuple[str, ...]:
    """What is true of a module."""
    return tuple(_told(f))


def _told(f: Facts) -> Iterator[str]:
    whole = "The module has" if f.assumed is None else "There are"
    if not f.arrays:
        yield f"{whole} no parameters."
    else:
        yield f"{whole} {plural(f.n, 'number')} in {plural(f.arrays, 'parameter')}."
        yield from _assumed(f)
        yield from _numbers(f)
        yield from _sizes(f)
    if f.signals is not None:
        yield from _signals(f.signals)


def _assumed(f: Facts) -> Iterator[str]:
    """What is not known of tensors without a module."""
    taken = {kind: n for kind, n in f.assumed or () if kind in TAKEN}
    if taken:
        kinds = listed(TAKEN[kind].format(n=f"{n:,}") for kind, n in taken.items())
        yield (
            f"No module says what they are: by name and shape, {kinds}. Fans, and what the schemes"
            " would give, stand on this assumption."
        )
    if f.statistics:
        are = "is a running statistic" if f.statistics == 1 else "are running statistics"
        yield f"{f.statistics:,} more {are} of batch normalization, no weights, and left out."


def _numbers(f: Facts) -> Iterator[str]:
    if f.broken:
        yield f"Not all numbers are finite in {_some(f.broken)}."
    if f.unmeasured:
        yield f"Not measured, since real numbers could not be read there: {_some(f.unmeasured)}."
    if f.shared:
        yield f"Shared, under more than one name, and counted once: {_some(f.shared)}."
    if f.constant:
        yield f"All numbers of one parameter are the same in {_some(f.constant)}."
    for name, distinct, rows in f.repeated[:MOST]:
        yield f"{name} has {plural(distinct, 'distinct row')} of {rows:,}."
    for name, rank, full in f.deficient[:MOST]:
        yield f"{name} has rank {rank:,}, where {full:,} is possible."
    if f.unranked:
        were = "was too large" if f.unranked == 1 else "were too large, or too many"
        yield (
            f"Rank, condition number and equal rows were not looked for in"
            f" {plural(f.unranked, 'matrix', 'matrices')}, which {were}."
        )
    for name, zeros in f.sparse[:MOST]:
        yield f"{share(zeros)} of {name} is exactly zero."


def _sizes(f: Facts) -> Iterator[str]:
    for found, way in ((f.large, "above"), (f.small, "below")):
        for name, scheme, times in found[:MOST]:
            factor = number(times if way == "above" else 1 / times)
            yield f"The std of {name} is {factor} times {way} {NAMES[scheme]}, the nearest scheme."
        if len(found) > MOST:
            more = plural(len(found) - MOST, "further parameter")
            yield f"More than {FAR:g} times {way} the nearest scheme as well: {more}."
    if f.usual and not (f.large or f.small):
        only = "The one weight" if f.usual == 1 else f"Each of the {f.usual:,} weights"
        known = "of known layers " if f.assumed is None else ""
        yield (
            f"{only} {known}with at least {BY_CHANCE} numbers that differ has a std within a factor"
            f" of {FAR:g} of Kaiming's, Xavier's or PyTorch's default."
        )


def _signals(s: Signals) -> Iterator[str]:
    if s.calls == 1:
        yield f"The std of the signal after the one layer is {number(s.forward.end)}."
    else:
        yield passage_said(s.forward, "The signal", "the first layer to the last")
    if s.backward is not None and s.calls > 1:
        yield passage_said(s.backward, "The gradient", "the last layer back to the first")
    for layer, dead, units in s.dead[:MOST]:
        yield (
            f"{dead:,} of {plural(units, 'unit')} of layer {layer} {_are(dead)} dead:"
            " 0 for the whole batch."
        )
    for layer, flat, units in s.saturated[:MOST]:
        yield (
            f"{flat:,} of {plural(units, 'unit')} of layer {layer} {_are(flat)} saturated"
            " for the whole batch."
        )


def _are(n: int) -> str:
    return "is" if n == 1 else "are"


def passage_said(p: Passage, what: str, way: str) -> str:
    ends = f"its std goes from {number(p.start)} to {number(p.end)} from {way}"
    match p.drift:
        case Drift.STEADY:
            return f"{what} keeps its size within a factor of {FADING:g}: {ends}."
        case Drift.FADES:
            return f"{what} fades: {ends}."
        case Drift.GROWS:
            return f"{what} grows: {ends}."
        case Drift.VANISHES:
            return f"{what} has a std of exactly 0 at the end of its way from {way}."
        case Drift.BREAKS:
            return f"{what} is not finite in at least one layer."


def changed(c: Changes) -> tuple[str, ...]:
    """What is true of two modules."""
    return tuple(_changed(c))


def _changed(c: Changes) -> Iterator[str]:
    moved = c.compared - len(c.frozen)
    if not c.compared:
        yield "No parameter has the same name and shape in both."
    elif not moved:
        yield f"Nothing has moved: {_all(c.compared)} equal, bit for bit."
    elif not c.frozen:
        yield f"Something has moved in {_every(c.compared)}."
    else:
        yield (
            f"{moved:,} of {plural(c.compared, 'parameter')} have moved; equal, bit for bit:"
            f" {_some(c.frozen)}."
            if moved != 1
            else f"1 of {plural(c.compared, 'parameter')} has moved; equal, bit for bit:"
            f" {_some(c.frozen)}."
        )
    if c.furthest is not None:
        name, distance = c.furthest
        yield f"Furthest, for its size, is {name}: {number(distance)} times its first norm."
    for names, said in (
        (c.only_first, "Only in the first"),
        (c.only_second, "Only in the second"),
        (c.reshaped, "Of another shape in the second"),
    ):
        if names:
            yield f"{said}: {_some(names)}."


def _all(n: int) -> str:
    return "the one parameter is" if n == 1 else f"all {n:,} parameters are"


def _every(n: int) -> str:
    return "the one parameter" if n == 1 else f"each of the {n:,} parameters"


def _some(names: Sequence[str]) -> str:
    shown = list(names[:MOST])
    more = len(names) - len(shown)
    return listed([*shown, f"{more:,} more"] if more else shown)

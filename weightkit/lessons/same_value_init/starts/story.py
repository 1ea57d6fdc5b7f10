"""The question of the same-value starts, and what a run answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ....charts.words import alike, between, every, listed, plural, quoted
from ...settings import of_part
from ...story import Question, Story, Verdict
from .config import BASELINE, FC1_ZERO, RANDOM_BIASES, ZERO, Config

if TYPE_CHECKING:
    from .experiment import Result
    from .findings import Change, Facts, Sleepers


def ask(config: Config) -> Question:
    """How many starts end close to the baseline; of the baseline alone, how good it gets."""
    rivals = [name for name in config.starts if name != BASELINE]
    if not rivals:
        return Question(
            "What share of the test set will the baseline get right?",
            number=(0.0, 100.0),
            unit="%",
            tolerance=5.0,
        )
    starts = "starts" if len(rivals) > 1 else "start"
    return Question(
        f"{len(rivals)} {starts} with equal numbers somewhere: {', '.join(map(quoted, rivals))}."
        " How many will end close to the baseline, or above it?",
        tuple(_answer(n, len(rivals)) for n in range(len(rivals) + 1)),
    )


def _answer(near: int, rivals: int) -> str:
    return f"{near} of {rivals}"


def tell(config: Config, result: Result) -> Story:
    """Everything that is true of a run."""
    from . import charts  # here, in the worker: the question comes first, and needs no pandas
    from .findings import facts

    f = facts(result.curves, result.symmetry, result.parameters, result.chance)
    return Story(
        verdict=_verdict(f),
        figures=(charts.accuracy(result.curves, result.chance, f),),
        shows=(*_shows(f), *of_part(config)),
        slips=tuple(_slips(f)),
        facts=f,
    )


def _verdict(f: Facts) -> Verdict:
    if not f.rivals:
        return Verdict(100 * f.baseline.accuracy, f"Measured: {f.baseline.accuracy:.0%}.")
    near = listed(quoted(o.condition) for o in f.near) if f.near else "none"
    measure = (
        "with at least 90% of what it gained over chance"
        if f.trained
        else "or within 5 points of it (it gained less than 10 over chance itself)"
    )
    answer = _answer(len(f.near), len(f.rivals))
    return Verdict(answer, f"Close to the baseline or above it, {measure}: {near}.")


# ---------------------------------------------------------------- what the run shows


def _shows(f: Facts) -> Iterator[str]:
    from .charts.learning import reached

    yield _baseline(f)
    if f.rivals:
        each = (f"{quoted(o.condition)} {reached(o, f)}" for o in f.rivals)
        yield f"Its {'rivals' if len(f.rivals) > 1 else 'rival'}: {', '.join(each)}."
    if lost := [o for o in f.outcomes if o.lost]:
        each = (f"{quoted(o.condition)} ({o.lost} of {f.n_seeds})" for o in lost)
        yield (
            f"Diverged: {listed(each)}. Where a network's loss or parameters are no longer finite,"
            " its accuracy says nothing about its start, and is left out."
        )
    if f.copies:
        everywhere = f"in {every(f.n_seeds, 'network')} " if f.n_seeds > 1 else ""
        yield (
            f"In {listed(quoted(c.condition) for c in f.copies)} every hidden layer is one unit,"
            f" copied, {everywhere}before training and after every epoch: however wide such a"
            " network is drawn, it is a network of width one."
        )
    if change := f.change(ZERO):
        yield _zero(change)
    if f.sleepers:
        yield _sleepers(f.sleepers, f.n_seeds)


def _baseline(f: Facts) -> str:
    if f.baseline.lost == f.n_seeds:
        return (
            "The baseline diverged: its loss or its parameters are no longer finite numbers. What"
            " it would have gained over chance cannot be said, nor how the others compare. A"
            " smaller learning rate mends that."
        )
    left = f.n_seeds - f.baseline.lost
    mean = f" (mean of {left} networks)" if left > 1 else ""
    start = (
        f"After {plural(f.epochs, 'epoch')} the baseline is right on {f.baseline.accuracy:.0%} of"
        f" the test set{mean}"
    )
    if alike((f.baseline.accuracy, f.floor), ".0%"):
        return f"{start}, as always giving the commonest answer would be."
    return f"{start}; always giving the commonest answer reaches {f.floor:.0%}."


def _zero(change: Change) -> str:
    kinds = {"weight": "weights", "bias": "biases"}
    where = listed(f"the {layer} {kinds[parameter]}" for layer, parameter in change.where)
    if not change.moved:
        moved = f"none of {change.n:,} numbers has moved"
    elif change.moved == 1:
        layer, parameter = change.where[0]
        moved = f"1 of {change.n:,} numbers has moved, a {parameter} of the {layer} layer"
    else:
        moved = f"{change.moved:,} of {change.n:,} numbers have moved, those of {where}"
    return f"In {quoted(ZERO)} {moved}: zero weights pass no signal on and no gradient back."


def _sleepers(s: Sleepers, n_seeds: int) -> str:
    first = " (of the first seed's network)" if n_seeds > 1 else ""
    start = f"In {quoted(FC1_ZERO)} the random neighbours break the symmetry"
    if not s.asleep:
        return f"{start}: the weights of {every(s.units, 'unit')} of fc1 have moved{first}."
    said = (
        f"{start}, but the weights of {s.asleep} of fc1's {s.units} units{first} are still where"
        " they began."
    )
    if not s.negative:
        return said
    if s.negative < s.asleep:
        drew = f"Of these, {s.negative} drew"
    else:
        drew = "It drew" if s.asleep == 1 else "All of these drew"
    return (
        f"{said} {drew} a negative bias: without weights, a bias is all that a unit has, ReLU turns"
        " it into zero, and what is zero for every example gets no gradient."
    )


# ---------------------------------------------------------------- where the usual explanation slips


def _slips(f: Facts) -> Iterator[str]:
    yield from _equal_values(f)
    yield from _learn_nothing(f)
    yield from _price(f)


def _equal_values(f: Facts) -> Iterator[str]:
    """Units stay copies of each other, their weights do not stay equal."""
    alive = next((c for c in f.copies if c.alive and c.different > 1), None)
    if alive is None:
        return
    values = (
        "all different"
        if alive.different == alive.inputs
        else f"{alive.different} different values"
    )
    right = "is too strong" if any(o in f.near for o in f.learned) else "is nearly right"
    yield (
        f"“Models cannot learn when all parameters start at the same value” {right}, and not all"
        f" weights stay equal: in {quoted(alive.condition)} the {alive.inputs} weights of an input"
        f" unit began as one value and are now {values}, because each sees another input. What"
        f" stays equal are the units. {_enough(f)}"
    )


def _enough(f: Facts) -> str:
    good = [o for o in f.learned if o in f.near]
    some = good or list(f.learned)
    if not some:
        return (
            "Where one unit per layer is enough, such a network does learn: try “Equal weights that"
            " do learn”."
        )
    who = listed(quoted(o.condition) for o in some)
    reached = between(min(o.low for o in some), max(o.high for o in some))
    what = "was enough here" if good else "learned part of the task here"
    return (
        f"One unit per layer {what}: {who} reached {reached}, the baseline"
        f" {f.baseline.accuracy:.0%}."
    )


def _learn_nothing(f: Facts) -> Iterator[str]:
    """All zero: only the biases of the output can move."""
    zero, change = f.outcome(ZERO), f.change(ZERO)
    if zero is None or change is None or not set(change.where) <= {("output", "bias")}:
        return
    yield (
        "Zeros do not make all units “learn the same feature”: with ReLU the hidden units learn"
        f" nothing. Nor do they leave “a linear classifier”: {quoted(ZERO)} gives every example the"
        f" same answer, so its accuracy, {between(zero.low, zero.high)}, is the share of one class."
    )
    yield (
        "Zero is not always a mistake. Where something else carries the signal past a layer it is"
        " often the best start: the last layer of a residual branch, at zero, lets each block begin"
        " as the identity. And biases at zero are what most schemes begin with."
    )


def _price(f: Facts) -> Iterator[str]:
    row = f.outcome(RANDOM_BIASES)
    if row is None or row.lost or not f.trained:
        return
    ended = (
        f"{quoted(RANDOM_BIASES)} ended at {between(row.low, row.high)} after"
        f" {plural(f.epochs, 'epoch')}, the baseline at {f.baseline.accuracy:.0%}."
    )
    if row in f.near:
        yield (
            f"“Models can learn as long as some parameters differ” held here: {ended} Other seeds"
            " and data pay a price."
        )
    else:
        yield (
            f"“Models can learn as long as some parameters differ” leaves out the price: {ended}"
            " Try another seed."
        )

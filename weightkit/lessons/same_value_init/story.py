"""The question of the same-value starts, and what a run answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...charts.words import between, listed, quoted
from ..story import Question, Story, Verdict
from .config import BASELINE, RANDOM_BIASES, ZERO, Config

if TYPE_CHECKING:
    from .experiment import Result
    from .findings import Facts


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
        f"{len(rivals)} {starts} with equal numbers somewhere: {', '.join(map(quoted, rivals))}. How many will end "
        "close to the baseline?",
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
        shows=tuple(_shows(f)),
        slips=tuple(_slips(f)),
        facts=f,
    )


def _verdict(f: Facts) -> Verdict:
    if not f.rivals:
        return Verdict(100 * f.baseline.accuracy, f"Measured: {f.baseline.accuracy:.0%}.")
    near = [o.condition for o in f.near]
    return Verdict(
        _answer(len(near), len(f.rivals)),
        "Close to the baseline, with at least 90 % of what it gained over chance: "
        f"{listed(map(quoted, near)) if near else 'none'}.",
    )


def _shows(f: Facts) -> Iterator[str]:
    yield (
        f"After {f.epochs} epochs the baseline is right on {f.baseline.accuracy:.0%} of the test set; always "
        f"answering with the commonest class would give {f.floor:.0%}."
    )
    if f.rivals:
        each = (f"{quoted(o.condition)} {between(o.low, o.high)}" for o in f.rivals)
        yield f"Its rivals: {', '.join(each)}."
    if f.copies:
        yield (
            f"In {listed(quoted(c.condition) for c in f.copies)} every hidden layer is one unit, copied, in all "
            "networks at every epoch: however wide such a network is drawn, it is a network of width one."
        )
    yield from _zero(f)
    yield from _sleepers(f)


def _zero(f: Facts) -> Iterator[str]:
    change = f.change(ZERO)
    if change is None:
        return
    kinds = {"weight": "weights", "bias": "biases"}
    where = " and ".join(f"the {layer} {kinds[parameter]}" for layer, parameter in change.where)
    yield (
        f"In “all zero” {change.moved} of {change.n:,} numbers have moved, those of {where or 'no parameter'}: zero "
        "weights pass no signal on and no gradient back."
    )


def _sleepers(f: Facts) -> Iterator[str]:
    if f.sleepers is None:
        return
    s = f.sleepers
    whose = "All of these" if s.negative == s.asleep else f"Of these, {s.negative}"
    yield (
        "In “fc1 weights zero” the random neighbours break the symmetry, but the weights of "
        f"{s.asleep} of fc1's {s.units} units never moved. {whose} drew a negative bias: without weights, that is all "
        "they have, ReLU turns it into zero, and what is zero for every example gets no gradient."
    )


def _slips(f: Facts) -> Iterator[str]:
    yield from _equal_values(f)
    if zero := f.outcome(ZERO):
        yield (
            "Zeros do not make all units “learn the same feature”: with ReLU they learn nothing. Nor do they leave "
            "“a linear classifier”: “all zero” gives every image the same answer, so its accuracy, "
            f"{between(zero.low, zero.high)}, is the share of one class."
        )
    if row := f.outcome(RANDOM_BIASES):
        yield (
            "“Models can learn as long as some parameters differ” leaves out the price: “weights zero, biases random” "
            f"ended at {between(row.low, row.high)} after {f.epochs} epochs, the baseline at "
            f"{f.baseline.accuracy:.0%}. Try another seed."
        )


def _equal_values(f: Facts) -> Iterator[str]:
    alive = next((c for c in f.copies if c.alive and c.condition != ZERO), None)
    if alive is None:
        return
    if f.learned:
        reached = between(min(o.low for o in f.learned), max(o.high for o in f.learned))
        who = listed(quoted(o.condition) for o in f.learned)
        enough = f"One unit per layer was enough here: {who} reached {reached}."
    else:
        enough = (
            "Where one unit per layer is enough, such a network does learn: try “Equal weights that do learn”."
        )
    yield (
        "“Models cannot learn when all parameters start at the same value” is nearly right, and yet not all weights "
        f"stay equal: in {quoted(alive.condition)} the {alive.inputs} weights of an input unit began as one value and "
        f"are now {alive.different}, because each sees another input. What stays equal are the units. {enough}"
    )

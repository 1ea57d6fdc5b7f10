"""The question of the variance sweep, and what a run answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...charts.words import between, number, percent
from ..story import Question, Story, Verdict
from .config import Config
from .findings import Facts, Shape, facts

if TYPE_CHECKING:
    from .experiment import Result

WIDTHS = {
    "Less than a factor of 3": 3.0,
    "A factor of 3 to 30": 30.0,
    "A factor of 30 to 300": 300.0,
    "A factor of 300 or more": float("inf"),
}
"""The answers, and the factor below which each is right."""


def ask(config: Config) -> Question:
    """How wide the plateau is."""
    low, high = config.std_min, config.std_max
    return Question(
        f"The std runs from {low:g} to {high:g}, a factor of {high / low:,.3g}. Over how wide a"
        " range do the networks end up about equally good (their mean test accuracies within 5"
        " points of the best)?",
        tuple(WIDTHS),
    )


def tell(config: Config, result: Result) -> Story:
    """Everything that is true of a sweep."""
    from . import charts  # here, in the worker: the question comes first, and needs no Altair

    f = facts(result)
    return Story(
        verdict=Verdict(
            next(answer for answer, below in WIDTHS.items() if f.factor < below), _because(f)
        ),
        figures=(
            charts.accuracy(result.final, f),
            charts.weights(result.histograms, f),
            charts.requested(result.check, f),
        ),
        shows=tuple(_shows(f)),
        slips=tuple(_slips(f)),
        facts=f,
    )


def _because(f: Facts) -> str:
    match f.shape:
        case Shape.NOTHING:
            return (
                f"But none has learned: the best std ends at {percent(f.best)}, and always giving"
                f" the commonest answer reaches {percent(f.chance)}."
            )
        case Shape.ONE:
            return (
                f"Only std {f.first:.2g} ends within 5 points of the best; its neighbours do not."
            )
        case Shape.EVERYWHERE:
            return (
                f"Every std of the sweep, a factor of {number(f.factor)}, ends within 5 points of"
                " the best."
            )
        case Shape.RANGE:
            forgiving = " A small network that is easy to train forgives much, but not everything."
            return (
                f"From {f.first:.2g} to {f.last:.2g}, a factor of {number(f.factor)}, the mean"
                f" accuracy stays within 5 points of the best.{forgiving if f.factor >= 30 else ''}"
            )


def _shows(f: Facts) -> Iterator[str]:
    match f.shape:
        case Shape.ONE:
            yield (
                f"No plateau: only std {f.first:.2g} comes within 5 points of the best,"
                f" {percent(f.best, 1)}."
            )
        case Shape.RANGE | Shape.EVERYWHERE:
            yield (
                f"The plateau: from {f.first:.2g} to {f.last:.2g} the mean accuracy is "
                f"{between(f.worst, f.best, '.1%')}."
            )
        case Shape.NOTHING:
            yield (
                f"The best mean accuracy is {percent(f.best, 1)}, the commonest answer's"
                f" {percent(f.chance, 1)}."
            )
    yield f"Before training, the same networks were right in {percent(f.untrained)} of the cases."
    if f.halved is not None and f.halved_accuracy is not None and f.shape is not Shape.NOTHING:
        end = "" if f.halved == f.high else f", at {f.high:g} it is {percent(f.top)}"
        yield (
            f"The cliff: at {f.halved:.2g} the mean accuracy is {percent(f.halved_accuracy)}{end}."
            " The first outputs are so large there that the first steps go far astray."
        )
    if f.lost:
        yield (
            f"{f.lost} of {f.networks} networks diverged (their loss was no longer a finite"
            " number)."
        )
    else:
        yield f"None of the {f.networks} networks diverged: their losses stayed finite numbers."


def _slips(f: Facts) -> Iterator[str]:
    if f.falls_below and f.shape is not Shape.NOTHING:
        yield (
            "“The standard deviation should be relatively small” is half of it: too small costs as"
            f" well. Here std {f.low:g} ends at {percent(f.bottom, 1)}, the best at"
            f" {percent(f.best, 1)}. See *Why random, why this variance* for what depth adds."
        )
    if f.n_seeds == 1:
        yield (
            "One run per std, as in the notebook and here, cannot tell a cliff from bad luck. More"
            " networks per std can: their points show how far luck reaches."
        )
    else:
        yield (
            "One run per std, as in the notebook, cannot tell a cliff from bad luck. That is what"
            f" the points of {f.n_seeds} seeds are for."
        )

"""The question of the variance sweep, and what a run answers."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...charts.words import alike, between, number, percent
from ..story import Question, Story, Verdict
from ..survivors import counted
from .config import Config
from .findings import PLATEAU, Facts, Shape, facts

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
        f"The std runs from {low:g} to {high:g}, a factor of {number(high / low)}. Over how wide a"
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
            who = "The one neighbour" if f.at_the_edge else "Neither neighbour"
            far = "does not come" if f.at_the_edge else "comes"
            return f"{who} of the best std, {f.first:.3g}, {far} within 5 points of it."
        case Shape.EVERYWHERE:
            return (
                f"Every std of the sweep, a factor of {number(f.factor)}, ends within 5 points of"
                " the best."
            )
        case Shape.RANGE:
            forgiving = " A small network that is easy to train forgives much, but not everything."
            return (
                f"From {f.first:.3g} to {f.last:.3g}, a factor of {number(f.factor)}, the mean"
                f" accuracy stays within 5 points of the best.{forgiving if f.factor >= 30 else ''}"
            )


def _shows(f: Facts) -> Iterator[str]:
    match f.shape:
        case Shape.ONE:
            yield (
                f"No plateau: the best std, {f.first:.3g}, reaches {percent(f.best, 1)}, and the"
                f" std{'' if f.at_the_edge else 's'} next to it"
                f" end{'s' if f.at_the_edge else ''} more than 5 points below."
            )
        case Shape.RANGE | Shape.EVERYWHERE:
            yield (
                f"The plateau: from {f.first:.3g} to {f.last:.3g} the mean accuracy is "
                f"{between(f.worst, f.best, '.1%')}."
            )
        case Shape.NOTHING:
            yield (
                f"The best mean accuracy is {percent(f.best, 1)}, the commonest answer's"
                f" {percent(f.chance, 1)}."
            )
    yield f"Before training, the same networks were right in {percent(f.untrained)} of the cases."
    yield from _cliff(f)
    if f.lost:
        yield counted(f.lost, f.networks)
    else:
        yield f"None of the {f.networks} networks diverged: their losses stayed finite numbers."


def _cliff(f: Facts) -> Iterator[str]:
    if f.halved is None or f.halved_accuracy is None or f.shape is Shape.NOTHING:
        return
    end = "" if f.halved == f.high else f", at {f.high:.3g} it is {percent(f.top)}"
    best, there = f.losses
    before = (
        f" Before the first step the mean loss is {number(there)} there, and {number(best)} at the"
        " best std."
        if there is not None and math.isfinite(there) and not alike((best, there))
        else ""
    )
    accuracy = percent(f.halved_accuracy)
    yield f"The cliff: at {f.halved:.3g} the mean accuracy is {accuracy}{end}.{before}"


def _slips(f: Facts) -> Iterator[str]:
    if f.falls_below and f.shape is not Shape.NOTHING and f.gained > PLATEAU:
        yield (
            "“The standard deviation should be relatively small” is half of it: too small costs as"
            f" well. Here std {f.low:.3g} ends at {percent(f.bottom, 1)}, the best at"
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

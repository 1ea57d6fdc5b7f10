"""The question of lazy and rich learning, and what a run answers."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...charts.words import alike, percent, share
from ..story import Question, Story, Verdict
from ..survivors import counted
from .config import Config
from .findings import NEAR, Facts, Outcome, facts

if TYPE_CHECKING:
    from .experiment import Result

FALLS = {
    "At most 2 points below": 0.02,
    "2 to 10 points below": 0.10,
    "10 to 20 points below": 0.20,
    "More than 20 points below": math.inf,
}
"""The answers, and the fall up to which each is right."""
SIZE = "{} of their size at k = {:g}"


def ask(config: Config) -> Question:
    """What the largest start costs."""
    return Question(
        f"Every weight of the start is multiplied by k, from {config.scale_min:g} to"
        f" {config.scale_max:g}, and all networks learn from the same {config.n_train:,} examples."
        f" On others, how far below the best k does k = {config.scale_max:g} end?",
        tuple(FALLS),
    )


def tell(config: Config, result: Result) -> Story:
    """Everything that is true of a run."""
    from . import charts  # here, in the worker: the question comes first, and needs no Altair

    f = facts(result)
    return Story(
        verdict=Verdict(
            next(answer for answer, most in FALLS.items() if f.fall <= most), _because(f)
        ),
        figures=(charts.accuracy(result, f), charts.movement(result, f)),
        shows=tuple(_shows(f)),
        slips=tuple(_slips(f)),
        facts=f,
    )


def _because(f: Facts) -> str:
    high, best = f.high, f.best
    if high.k == best.k:
        end = f"k = {high.k:g} is itself the best: it ends at {percent(best.test, 1)}."
    else:
        end = (
            f"k = {high.k:g} ends at {percent(high.test, 1)}, the best, k = {best.k:g}, at"
            f" {percent(best.test, 1)}."
        )
    match f.outcome:
        case Outcome.NOTHING:
            return f"{end} But always giving the commonest answer reaches {percent(f.chance, 1)}."
        case Outcome.BY_HEART:
            return (
                f"{end} Yet it gives {share(high.train)} of the {f.n_train:,} examples that it"
                " learned from their right label."
            )
        case Outcome.UNFINISHED:
            return (
                f"{end} Of the examples that it learns from it has fitted"
                f" {share(high.train)} so far."
            )
        case Outcome.LEVEL:
            return end


def _shows(f: Facts) -> Iterator[str]:
    high, best = f.high, f.best
    for scale in dict.fromkeys((high, best)):
        yield (
            f"k = {scale.k:g}: {share(scale.train)} of the {f.n_train:,} examples that it"
            f" learned from are right, and {percent(scale.test, 1)} of {f.n_test:,} others."
        )
    yield from _movement(f)
    if f.falls_below and f.outcome is not Outcome.NOTHING:
        as_well = " as well" if f.fall > NEAR else ""
        yield (
            f"The smallest start costs{as_well}: k = {f.low.k:g} ends at"
            f" {percent(f.low.test, 1)}, {'having' if f.low.fitted else 'not having'} fitted its"
            f" examples ({share(f.low.train)} of them)."
        )
    if f.lost:
        yield counted(f.lost, f.networks)


def _movement(f: Facts) -> Iterator[str]:
    from .charts import size

    low, high = f.low, f.high
    if math.isnan(low.moved) or math.isnan(high.moved):
        return
    ends = (low.moved, high.moved)
    if alike(ends, size):
        yield (
            f"The weights moved by {size(low.moved)} of their size at k = {low.k:g} and at k"
            + (f" = {high.k:g} alike.")
        )
        return
    yield (
        f"While learning, the weights moved by {SIZE.format(size(low.moved), low.k)} and by"
        f" {SIZE.format(size(high.moved), high.k)}"
        + (
            ": each larger start moved less, of its size, than the one before." * f.moves_less
            or "."
        )
    )


def _slips(f: Facts) -> Iterator[str]:
    high, best = f.high, f.best
    match f.outcome:
        case Outcome.BY_HEART:
            lost = "none of its networks" if not high.lost else f"{high.lost} of its networks"
            yield (
                f"“Large starts only risk exploding”: at k = {high.k:g} {lost} diverged, and the"
                f" training set is fitted. The price is paid on new examples:"
                f" {percent(high.test, 1)}, against {percent(best.test, 1)} at k = {best.k:g}."
            )
            yield (
                "“It fits the examples, so it has learned the task”: fitting"
                f" {share(high.train)} of {f.n_train:,} examples says little about others"
                f" here. Only the size of the start differs between these networks."
            )
        case Outcome.LEVEL:
            yield (
                "“Large starts learn worse” is no law: on these data, with these settings,"
                f" k = {high.k:g} {'is itself' if high.k == best.k else 'ends within 5 points of'}"
                " the best."
            )
        case Outcome.UNFINISHED:
            yield (
                f"Low test accuracy is not yet learning by heart: k = {high.k:g} has fitted only"
                f" {share(high.train)} of its own examples. More steps tell the two apart."
            )
        case Outcome.NOTHING:
            return

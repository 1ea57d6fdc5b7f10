"""The question of two seeds and one valley, and what a run answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...charts.words import alike, between, capital, number, percent, plural, share, with_minus
from ..story import Question, Story, Verdict
from .config import Config
from .findings import Facts, Line, Match, Outcome, Shift, facts

if TYPE_CHECKING:
    from .experiment import Result


def ask(config: Config) -> Question:
    """How good the mean of two networks is."""
    return Question(
        "Two networks learn the same task from two seeds. Take the mean of the two, weight by"
        " weight. What share of the test examples does the network in the middle get right?",
        number=(0.0, 100.0),
        unit="%",
        tolerance=10.0,
    )


def tell(config: Config, result: Result) -> Story:
    """Everything that is true of a run."""
    from . import charts  # here, in the worker: the question comes first, and needs no Altair

    f = facts(result)
    figures = [charts.loss(result, f), charts.accuracy(result, f)]
    if f.match is not None:
        figures += [charts.rows(result, f.match, config), charts.cosines(result, f.match)]
    if f.shift is not None:
        figures.append(charts.permuted(result, f.shift))
    two = f.seeds
    return Story(
        verdict=None if two is None else Verdict(100 * two.middle, _because(f, two)),
        figures=tuple(figures),
        shows=tuple(_shows(f)),
        slips=tuple(_slips(f)),
        facts=f,
    )


def _because(f: Facts, two: Line) -> str:
    start = (
        f"The two ends get {percent(two.ends)} of the test examples right, the middle"
        f" {percent(two.middle)}."
    )
    matched = f.matched
    match f.outcome:
        case Outcome.NOTHING | Outcome.LOST:
            return f"{start} Always giving the commonest answer reaches {percent(f.chance)}."
        case Outcome.JOINED:
            return f"{start} Here the mean is at most 5 points worse than the two."
        case _ if matched is not None:
            return (
                f"{start} With the second network's units in the order that matches the first's,"
                f" it is {percent(matched.middle)}."
            )
    return start


def _rise(line: Line) -> str:
    """How far the loss comes above the straight line between its ends, which follows."""
    return f"comes up to {number(line.rise)} above" if line.rise > 0 else "nowhere comes above"


def _shows(f: Facts) -> Iterator[str]:
    for line in f.lines.values():
        spread = (
            f" ({between(line.low, line.high)} in {line.n} pairs)"
            if line.n > 1 and between(line.low, line.high) != percent(line.middle)
            else ""
        )
        yield (
            f"{capital(line.name)}: the ends get {percent(line.ends)} of the test examples right,"
            f" the middle {percent(line.middle)}{spread}. On the way the training loss"
            f" {_rise(line)} the straight line between its ends"
            f"{', on average over the pairs' * (line.n > 1 and line.rise > 0)}."
        )
    if f.match is not None:
        yield _match(f.match)
    if f.shift is not None:
        yield _shift(f.shift)
    if f.lost:
        yield (
            f"{f.lost} of {plural(f.networks, 'network')} diverged; their pairs are left out"
            " of the lines."
        )


def _match(m: Match) -> str:
    found, place, old = (
        with_minus(round(v, 2) + 0.0) for v in (m.matched, m.same_place, m.untrained)
    )
    return (
        f"Matching has put {share(m.moved)} of the second network's hidden units elsewhere. Rows of"
        f" the first W then have a mean cosine of {found} with their match, {place} at the same"
        f" place. The same search finds {old}"
        " before training, where there is nothing to find but luck."
    )


def _shift(s: Shift) -> str:
    every = "all" if s.changed == 1 else share(s.changed) + " of"
    unchanged = (
        f"no output differs by more than {number(s.bound)}, float32's rounding of sums taken"
        f" in another order (outputs reach {number(s.largest)})"
        if s.difference
        else "no output differs at all"
    )
    return (
        f"Moving each hidden unit one place on gives {every} {s.weights:,} weights another value"
        f" at their place, and {unchanged}."
    )


def _slips(f: Facts) -> Iterator[str]:
    two, matched, batches = f.seeds, f.matched, f.batches
    if two is not None and matched is not None:
        yield from _minima(f, two, matched)
    if f.shift is not None:
        yield (
            "“Other weights, other function”: the units of a hidden layer have no order. Each of"
            " the orders, n! for n units, is another point in the space of weights, with the same"
            " outputs."
        )
    if two is None or batches is None or f.outcome is Outcome.NOTHING:
        return
    if batches.middle > two.middle and not alike((batches.middle, two.middle), percent):
        yield (
            "“The randomness of training parts two networks”: here the batches alone, from one"
            f" start, leave the middle at {percent(batches.middle)} of the test examples right,"
            f" two starts with the same batches at {percent(two.middle)}."
        )


def _minima(f: Facts, two: Line, matched: Line) -> Iterator[str]:
    same = (
        "“Two minima are two solutions”: the second network with its units in another order is the"
        f" same function, and with it the middle is right {percent(matched.middle, 1)} of the time"
        f" (before: {percent(two.middle, 1)}, the ends: {percent(two.ends, 1)})."
    )
    match f.outcome:
        case Outcome.ONE_VALLEY:
            yield f"{same} What seemed two solutions are, within 5 points, one valley."
        case Outcome.NEARER:
            yield (
                f"{same} The order of the units is part of what parts the two; at this width, and"
                " with this search, not all of it."
            )
        case Outcome.APART:
            yield (
                "“Two minima are one, up to the order of the units” is a claim about wide"
                " networks. Here, with the order that this search finds, the middle is right"
                f" {percent(matched.middle, 1)} of the time (before: {percent(two.middle, 1)}, the"
                f" ends: {percent(two.ends, 1)})."
            )
        case Outcome.JOINED:
            yield (
                "“Two seeds end in two valleys” is no law: here the middle is right at most 5"
                f" points less often than the ends; the training loss {_rise(two)} the straight"
                " line between theirs."
            )

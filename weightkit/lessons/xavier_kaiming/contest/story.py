"""The question of the contest, and how it ended."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ....charts.words import listed, p_value, scheme_name
from ...story import Question, Story, Verdict
from .config import METRICS, Config

if TYPE_CHECKING:
    from .experiment import Result
    from .findings import Facts

DIFFER = "The test accuracies differ"
NOTHING = "No difference that could not be luck"
DIVERGED = "some runs diverged"


def _fits(scheme: str) -> str:
    return f"{scheme_name(scheme)} reaches a lower training loss, but no better test accuracy"


def ask(config: Config) -> Question:
    """How the contest ends."""
    one, other = scheme_name(config.first), scheme_name(config.second)
    return Question(
        f"Many networks start from {one}, as many from {other}; everything else is the same. How does it end?",
        (_fits(config.first), _fits(config.second), DIFFER, NOTHING),
    )


def tell(config: Config, result: Result) -> Story:
    """Everything that is true of a contest."""
    from . import charts
    from .findings import facts

    f = facts(result.final, result.tests, result.n_test)
    said = outcome(f)
    return Story(
        verdict=Verdict(_answer(f), _because(f, said)),
        headline=said,
        figures=tuple(charts.runs(result.final, f, metric) for metric in METRICS),
        shows=tuple(_shows(f, said)),
        slips=tuple(_slips(f)),
        facts=f,
    )


def _answer(f: Facts) -> str:
    if not f.tested:
        return DIVERGED
    if f.ahead:
        return DIFFER
    return _fits(f.fits_better) if f.fits_better else NOTHING


def outcome(f: Facts) -> str:
    """The finding in words."""
    if not f.tested:
        words = listed(f"{n} of {f.n} {scheme_name(s)} runs" for s, n in f.lost if n)
        return f"{words} diverged, so there is nothing to test"
    match f.fits_better and scheme_name(f.fits_better), f.ahead and scheme_name(f.ahead):
        case None, None:
            return "Nobody wins: neither set shows a difference"
        case loss, None:
            return f"{loss} fits the training set better; on the test set nobody wins"
        case None, test:
            return f"Both fit the training set alike; on the test set {test} is ahead"
        case loss, test if loss == test:
            return f"{loss} does better on the training set and on the test set"
        case loss, test:
            return f"{loss} fits the training set better; on the test set {test} is ahead"


def _because(f: Facts, said: str) -> str:
    return (
        f"{said} (difference of the training loss: {p_value(f.loss.p)}, of the test accuracy: {p_value(f.test.p)})."
    )


def _shows(f: Facts, said: str) -> Iterator[str]:
    if not f.tested:
        yield f"{said}: those that are left are no random sample of the runs."
        return
    loss, test = f.loss, f.test
    luck = "more than luck explains" if f.ahead else "which can be luck"
    yield f"{said}."
    yield (
        f"Training loss: {loss.first:.4f} from {scheme_name(f.first)}, {loss.second:.4f} from {scheme_name(f.second)}; the "
        f"difference is {loss.difference:.4f} (95 % interval {loss.low:.4f} to {loss.high:.4f}, {p_value(loss.p)})."
    )
    yield (
        f"Test accuracy: {test.first:.1%} and {test.second:.1%}. That is {abs(test.difference) * f.n_test:.1f} of the "
        f"{f.n_test} test samples, {luck} ({p_value(test.p)})."
    )
    gaps = listed(f"{100 * f.gap(s):.1f} points ({scheme_name(s)})" for s in f.schemes)
    yield f"Overfitting: training accuracy is ahead of test accuracy by {gaps}."


def _slips(f: Facts) -> Iterator[str]:
    formula, shape = (a != b for a, b in zip(*map(_parts, f.schemes), strict=True))
    if formula and shape:
        yield (
            f"{scheme_name(f.first)} and {scheme_name(f.second)} differ in **two things at once**: in the formula of the "
            "variance, and in the shape of the distribution. *Like against like* changes the formula alone, *Only the shape "
            "differs* the shape alone; the switch under the learning curves shows all three pairs side by side."
        )
    if f.tested and not f.ahead:
        yield (
            "“No significant difference” does not mean “equal”, only that this many runs cannot tell. The interval says what "
            f"is still possible: from {100 * f.test.low:+.1f} to {100 * f.test.high:+.1f} points of test accuracy."
        )
    yield (
        f"All runs share one split into training and test set ({f.n_test} test samples) and one order of the batches. They "
        "differ in their first random numbers, and no seed is used twice. So p speaks of the luck of the draw; it says "
        "nothing about other data."
    )


def _parts(scheme: str) -> tuple[str, str]:
    """(formula, shape) of a scheme's name; a name of one word is both."""
    formula, _, shape = scheme.partition("_")
    return formula, shape or formula

"""The question of the contest, and how it ended."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ....charts.words import alike, between, listed, p_value, plural, points, scheme_name
from ...settings import of_part
from ...story import Question, Story, Verdict
from .config import METRICS, TRIO, Config

if TYPE_CHECKING:
    from .experiment import Result
    from .findings import Facts

DIFFER = "The test accuracies differ"
NOTHING = "No difference that could not be luck"
DIVERGED = "Some runs diverge, so that nothing can be tested"
COURSE = frozenset((TRIO[0], TRIO[-1]))


def _fits(scheme: str) -> str:
    return (
        f"{scheme_name(scheme)} reaches a lower training loss; the test accuracies show no"
        " difference"
    )


def ask(config: Config) -> Question:
    """How the contest ends."""
    one, other = scheme_name(config.first), scheme_name(config.second)
    return Question(
        f"Many networks start from {one}, as many from {other}; everything else is the same. How"
        " does it end?",
        (_fits(config.first), _fits(config.second), DIFFER, NOTHING, DIVERGED),
    )


def tell(config: Config, result: Result) -> Story:
    """Everything that is true of a contest."""
    from . import charts
    from .findings import facts

    f = facts(result.curves, result.final, result.tests, result.n_test)
    said = outcome(f)
    return Story(
        verdict=Verdict(_answer(f), _because(f, said)),
        headline=said,
        figures=tuple(charts.runs(result.final, f, metric) for metric in METRICS),
        shows=(*_shows(f, said), *of_part(config)),
        slips=tuple(_slips(f, dropout=config.dropout > 0)),
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
            return "No difference shows, neither on the training set nor on the test set"
        case loss, None:
            return f"{loss} fits the training set better; on the test set no difference shows"
        case None, test:
            return f"On the training set no difference shows; on the test set {test} is ahead"
        case loss, test if loss == test:
            return f"{loss} does better on the training set and on the test set"
        case loss, test:
            return f"{loss} fits the training set better; on the test set {test} is ahead"


def _because(f: Facts, said: str) -> str:
    if not f.tested:
        return f"{said}."
    return (
        f"{said} (difference of the training loss: {p_value(f.loss.p)}, of the test accuracy:"
        f" {p_value(f.test.p)}, corrected for the number of comparisons)."
    )


def _shows(f: Facts, said: str) -> Iterator[str]:
    if not f.tested:
        yield f"{said}: those that are left are no random sample of the runs."
        return
    yield f"{said}."
    yield _trained(f)
    yield _loss(f)
    yield _test(f)
    yield _overfitting(f)


def _trained(f: Facts) -> str:
    """Whether anything was learned at all."""
    done = listed(
        f"{_moved(before, after)} under {scheme_name(scheme)}"
        for scheme, before, after in zip(
            f.schemes, f.start, (f.loss.first, f.loss.second), strict=True
        )
    )
    return f"In {plural(f.epochs, 'epoch')} the mean training loss {done}."


def how_tested(config: Config) -> str:
    """What the table of tests holds, in Markdown."""
    one, other = scheme_name(config.first), scheme_name(config.second)
    return (
        f"**Welch's t-test**, which lets the two variances differ; difference: {one} minus {other}."
    )


def _moved(before: float, after: float) -> str:
    from .findings import FORMS

    form = FORMS["train_loss"]
    if alike((before, after), form):
        return f"stayed at {before:{form}}"
    return f"{'fell' if after < before else 'rose'} from {before:{form}} to {after:{form}}"


def _loss(f: Facts) -> str:
    loss = f.loss
    one, other = loss.printed
    if one == other:
        return f"Training loss: {one} from both, as far as it is printed."
    return (
        f"Training loss: {one} from {scheme_name(f.first)}, {other} from {scheme_name(f.second)};"
        f" the difference is {loss.difference:.2g} (95% interval"
        f" {between(loss.low, loss.high, '.2g')}; corrected, {p_value(loss.p)})."
    )


def _test(f: Facts) -> str:
    test = f.test
    one, other = test.printed
    if one == other:
        return f"Test accuracy: {one} under both, as far as it is printed."
    luck = "more than the luck of the draw explains" if f.ahead else "which can be luck"
    return (
        f"Test accuracy: {one} and {other}. That is {abs(test.difference) * f.n_test:.2g} of the"
        f" {f.n_test} test samples, {luck} (corrected, {p_value(test.p)})."
    )


def _overfitting(f: Facts) -> str:
    gaps = listed(
        f"{points(gap)} the test accuracy under {scheme_name(scheme)}"
        for scheme, gap in zip(f.schemes, f.gaps(), strict=True)
    )
    return f"Training accuracy is {gaps}. One split cannot tell how much of that is overfitting."


def _possible(f: Facts) -> str:
    """What the interval of the test accuracies leaves open."""
    low, high = f.test.low, f.test.high
    if min(low, -high) < -1:
        return f"The 95% interval of {plural(f.n, 'run')} each is wider than accuracies can differ."
    if low == high == 0:
        return "Where no run ends apart from another, there is nothing to tell luck by."
    ends = f"{100 * low:+.1f}", f"{100 * high:+.1f}"
    possible = f"from {ends[0]} to {ends[1]}" if ends[0] != ends[1] else ends[0]
    return (
        f"The 95% interval says what is still possible: {possible} points of test accuracy,"
        f" {scheme_name(f.first)} minus {scheme_name(f.second)}."
    )


def _slips(f: Facts, dropout: bool) -> Iterator[str]:
    if f.two_things:
        apart = (
            " *Like against like* changes the formula alone, *Only the shape differs* the shape"
            " alone; the switch under the learning curves shows all three pairs side by side."
            if frozenset(f.schemes) == COURSE
            else ""
        )
        yield (
            f"{scheme_name(f.first)} and {scheme_name(f.second)} differ in **two things at once**:"
            f" in the formula of the variance, and in the shape of the distribution.{apart}"
        )
    if f.tested and not f.ahead:
        yield (
            "“No significant difference” does not mean “equal”, only that this many runs cannot"
            f" tell. {_possible(f)}"
        )
    if f.tested:
        yield (
            "Three comparisons are three chances to be fooled: without a correction, about one"
            " contest in ten between equals finds a winner; with it, about one in twenty at most."
            " The p-values in the text are corrected for their number (Holm); those in the table"
            " are not."
        )
    shared = (
        ", one order of the batches and the outputs that dropout silences"
        if dropout
        else " and one order of the batches"
    )
    split = f"one split into training and test set ({f.n_test} test samples)"
    yield (
        f"All runs share {split}{shared}. They differ in their first random numbers, and no seed is"
        " used twice. So p speaks of the luck of the draw; it says nothing about other data."
    )
    yield (
        "The same learning rate for both is itself a choice: a scheme may lose at this one and win"
        " at another. *More settings* lets you try."
    )

"""The question of a constant start with noise, and what a run answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ....charts.words import alike, between, every, listed, number, percent, plural
from ...story import Question, Story, Verdict
from ..config import HIDDEN
from .config import LEAST, MOST, NoiseConfig

if TYPE_CHECKING:
    from .experiment import NoiseResult
    from .findings import Facts, Level

ANSWERS = {
    "LESS": "The less the better: no noise is among the best, the most is not",
    "MORE": "The more the better: the most noise is among the best, no noise is not",
    "BETWEEN": "In between: no noise and the most are both worse than the best",
    "BOTH": "No noise and the most are both among the best",
    "NOTHING": "No network learns, whatever the noise",
}
"""The answers, by the name of the Shape that makes each right."""


def ask(config: NoiseConfig) -> Question:
    """Which end of the range is among the best."""
    return Question(
        f"All weights start at {config.constant:g}, and normal noise of standard deviation e is"
        f" added: none (e = 0), or some, from {number(LEAST)} to {number(MOST)}. How does the test"
        f" accuracy after {plural(config.epochs, 'epoch')} depend on it? (Among the best: the mean"
        " is within 5 points of the best mean.)",
        tuple(ANSWERS.values()),
    )


def tell(config: NoiseConfig, result: NoiseResult) -> Story:
    """Everything that is true of a run."""
    from . import charts
    from .findings import facts

    f = facts(result, HIDDEN, config.constant)
    return Story(
        verdict=Verdict(ANSWERS[f.shape.name], f"{charts.headline(f)}."),
        figures=(charts.accuracy(result.final, f), charts.distinct(result.units, f)),
        shows=tuple(_shows(f)),
        slips=tuple(_slips(f)),
        facts=f,
    )


def _e(level: Level) -> str:
    return f"e = {number(level.noise)}"


def _ends(level: Level) -> str:
    """ "ends at 94% (mean of 3 networks, 93% to 95%)"."""
    if not level.ended:
        return "diverged" if level.n == 1 else f"diverged ({every(level.n, 'network')})"
    left = level.n - level.lost
    if left == 1:
        return f"ends at {percent(level.mean)}"
    reach = between(level.low, level.high)
    spread = "" if reach == percent(level.mean) else f", {reach}"
    return f"ends at {percent(level.mean)} (mean of {left} networks{spread})"


def _shows(f: Facts) -> Iterator[str]:
    yield _none(f)
    if f.learned and f.best.noise:
        yield f"The best noise, {_e(f.best)}, {_ends(f.best)}."
    elif f.learned:
        yield "No noise does better than that on average: without any is best."
    elif f.best.ended:
        yield (
            f"Nothing was learned: the best mean accuracy is {percent(f.best.mean)}; always giving"
            f" the commonest answer reaches {percent(f.floor)}."
        )
    yield (
        f"The least noise, {_e(f.least)}, {_ends(f.least)}; the most, {_e(f.most)},"
        f" {_ends(f.most)}."
    )
    yield _apart(f)
    yield _dropout(f)
    if lost := [level for level in f.levels if level.lost]:
        each = (f"{_e(level)} ({level.lost} of {level.n})" for level in lost)
        yield (
            f"Diverged, and left out of all means: {listed(each)}. Their loss or their parameters"
            " are no longer finite numbers."
        )


def _none(f: Facts) -> str:
    from .findings import Units

    copied = (
        "; each hidden layer is still one unit, copied, after training"
        if f.none.copies is Units.COPIES
        else ""
    )
    same = (
        f" For {every(f.n_seeds, 'seed')} it is one and the same network: the seed makes the noise"
        " and nothing else."
        if f.n_seeds > 1
        else ""
    )
    return f"Without noise the network {_ends(f.none)}{copied}.{same}"


def _apart(f: Facts) -> str:
    """How much noise makes units differ, and whether that is enough."""
    if f.apart is None:
        return "Not even with the most noise do all units of every network differ after training."
    if f.apart is f.none:
        return "With any noise, and without, all units differ after training."
    more = "" if f.apart is f.most else " or more"
    start = f"With {_e(f.apart)}{more} all units of every hidden layer differ after training"
    if not f.learned or f.apart not in f.short:
        return f"{start}."
    return (
        f"{start}. To differ is not yet to be useful: {_e(f.apart)} {_short(f.apart)}, the best"
        f" ends at {percent(f.best.mean)}."
    )


def _dropout(f: Facts) -> str:
    """The network that has dropout in place of noise."""
    from .findings import Units

    d, how = f.dropped, f"with dropout {f.dropout:g} and no noise"
    match d.copies:
        case Units.LOST:
            return f"Dropout in place of noise: {how} the network diverged."
        case Units.APART:
            start = f"Dropout breaks the symmetry too: {how} all units differ after training"
        case Units.COPIES:
            start = (
                f"Dropout does not break the symmetry here: {how} each hidden layer is still one"
                " unit, copied, after training"
            )
        case Units.SOME:
            start = f"Dropout in place of noise: {how} some units differ after training, not all"
    if not d.ended or not f.none.ended:
        return f"{start}; this one network {_ends(d)}."
    if alike((d.mean, f.none.mean), percent):
        return f"{start}; this one network ends at {percent(d.mean)}, and so does the one without."
    return (
        f"{start}; this one network ends at {percent(d.mean)}, the one without dropout at"
        f" {percent(f.none.mean)}."
    )


def _slips(f: Facts) -> Iterator[str]:
    from .findings import Shape, Units

    if f.dropped.copies is Units.APART and f.none.copies is Units.COPIES:
        yield (
            "“Units must differ at the start”: they need not. Dropout silences other units in each"
            " step, so that copies get different gradients. With it, all weights of a layer began"
            " equal here, and after training no two units of a hidden layer are alike."
        )
    elif f.dropped.copies is Units.COPIES and not f.constant:
        yield (
            "“Units must differ at the start”: dropout can break the symmetry of copies, but not of"
            " zeros. With all weights and biases 0 no unit passes anything on, and there is nothing"
            " to silence. Try a positive constant."
        )
    if f.learned and f.short:
        yield f"“Just break symmetry and the model will be fine” leaves out how far: {_not_yet(f)}"
    if f.shape is Shape.BETWEEN:
        yield (
            "“Stochastic facilitation” is a name for noise that helps (McDonnell and Ward 2011);"
            " its usual mark is an inverted U, since too much does not. Here without noise the"
            f" network {_short(f.none)}, {_e(f.best)} ends at {percent(f.best.mean)}, and"
            f" {_e(f.most)} {_short(f.most)}. But theirs comes with every signal; this noise is"
            " drawn once, before training."
        )


def _not_yet(f: Facts) -> str:
    first, last = f.short[0], f.short[-1]
    means = [x.mean for x in f.short if x.ended]
    ends = f"the mean accuracy is {between(min(means), max(means))}" if means else "all diverged"
    which = _e(first) if first is last else f"{_e(first)} to {number(last.noise)}"
    places = f" ({len(f.short)} noises)" if first is not last else ""
    return (
        f"with {which}{places} all units differ after training, and yet {ends}, where the best"
        f" noise reaches {percent(f.best.mean)}."
    )


def _short(level: Level) -> str:
    return f"ends at {percent(level.mean)}" if level.ended else "diverged"

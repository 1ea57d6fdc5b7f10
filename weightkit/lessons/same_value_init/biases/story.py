"""The question of the view on biases, and what a run answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ....charts.words import alike, between, percent, plural, with_minus
from ...story import Question, Story, Verdict
from .config import BiasConfig

if TYPE_CHECKING:
    from .experiment import BiasResult
    from .findings import End, Facts

NEITHER = "Neither: they end within 5 points of each other"


def _ends(config: BiasConfig) -> tuple[str, str]:
    return f"−{config.reach:g}", f"+{config.reach:g}"


def ask(config: BiasConfig) -> Question:
    """Which end of the range costs more."""
    low, high = _ends(config)
    return Question(
        f"All hidden biases start at {low}, or all at {high}, under the same random weights. After"
        f" {plural(config.epochs, 'epoch')}, which is the worse start?",
        (f"{low}, by more than 5 points", f"{high}, by more than 5 points", NEITHER),
    )


def tell(config: BiasConfig, result: BiasResult) -> Story:
    """Everything that is true of a run."""
    from . import charts
    from .findings import Costlier, facts

    f = facts(result)
    options = dict(zip(Costlier, ask(config).options, strict=True))
    because = f"{_at(f.lowest)}. {_at(f.highest)}."
    return Story(
        verdict=Verdict(options[f.costlier], because),
        figures=(
            charts.accuracy(result.final, f),
            charts.dead(result.dead, result.final, f),
            charts.starts(result.final, f),
        ),
        shows=tuple(_shows(f)),
        slips=tuple(_slips(f)),
        facts=f,
    )


def _at(end: End) -> str:
    """ "At −2 networks end at 8% on average"."""
    place = f"At {with_minus(end.bias)}"
    if not end.ended:
        return f"{place} {'all networks' if end.n > 1 else 'the network'} diverged"
    if end.n - end.lost == 1:
        return f"{place} the network ends at {percent(end.mean)}"
    return f"{place} the networks end at {percent(end.mean)} on average{_reach(end)}"


def _reach(end: End) -> str:
    reach = between(end.low, end.high)
    return "" if reach == percent(end.mean) else f" ({reach})"


def _shows(f: Facts) -> Iterator[str]:
    yield f"{_at(f.zero)}."
    if not f.learned:
        if f.best.ended:
            yield (
                f"Nothing was learned: the best mean accuracy of a constant is"
                f" {percent(f.best.mean)}; always giving the commonest answer reaches"
                f" {percent(f.floor)}."
            )
    else:
        yield _good(f)
    yield _dead(f)
    if f.cut:
        yield _cut(f)
    yield _random(f)
    yield _blank(f)
    lost = sum(x.lost for x in (*f.levels, f.random, f.blank))
    if lost:
        yield (
            f"{plural(lost, 'network')} diverged (loss or parameters no longer finite) and"
            f" {'is' if lost == 1 else 'are'} left out of all means."
        )


def _good(f: Facts) -> str:
    good = f.good
    if len(good) == len(f.levels):
        return "Every constant of the range ends within 5 points of the best."
    if len(good) == 1:
        return f"Only {with_minus(good[0].bias)} ends within 5 points of the best."
    reach = f"{with_minus(good[0].bias)} to {with_minus(good[-1].bias)}"
    many = "every constant ends" if f.neighbours(good) else f"{len(good)} constants end"
    return f"From {reach} {many} within 5 points of the best, {percent(f.best.mean)}."


def _dead(f: Facts) -> str:
    low, mid, high = (
        f"{percent(x.dead_before)} at {with_minus(x.bias)}" for x in (f.lowest, f.zero, f.highest)
    )
    return (
        "Dead units, which give zero for every training example, are before training"
        f" {low}, {mid} and {high}."
    )


def _cut(f: Facts) -> str:
    """Where a whole layer is dead: the rest follows from that."""
    cut, means = f.cut, [x.mean for x in f.cut if x.ended]
    where = with_minus(cut[0].bias) if len(cut) == 1 else f"{len(cut)} constants"
    if len(cut) > 1 and f.neighbours(cut):
        where = f"the constants from {with_minus(cut[0].bias)} to {with_minus(cut[-1].bias)}"
    ends = f" They end at {between(min(means), max(means))}." if means else ""
    return (
        f"At {where} every network has a hidden layer of which no unit gives anything but zero for"
        " any training example. Nothing passes it, neither the signal nor a gradient: only the"
        f" output's biases can learn.{ends}"
    )


def _random(f: Facts) -> str:
    """Random against zero biases, network by network."""
    if not f.pairs:
        return "Random against zero biases: no pair of networks is left to compare."
    points = [100 * d for d in f.pairs]
    apart = between(min(points), max(points), _points)
    if len(points) == 1:
        return (
            f"Random in place of zero biases, under the same weights: {apart} points of test"
            " accuracy in the one pair of networks."
        )
    return (
        f"Random in place of zero biases, under the same weights: {apart} points of test accuracy"
        f" in {len(points)} pairs of networks."
    )


def _points(difference: float) -> str:
    """+1.3, −0.6, 0."""
    return "0" if abs(difference) < 0.05 else f"{difference:+.1f}".replace("-", "−")


def _blank(f: Facts) -> str:
    """Random biases without weights."""
    x = f.blank
    if not x.ended:
        return "With all weights zero and the biases random, all networks diverged."
    start = f"With all weights zero and the biases random, {percent(x.mean)}{_reach(x)}"
    if not f.random.ended:
        return f"{start}."
    if alike((x.mean, f.random.mean), percent):
        return f"{start}; with random weights the same."
    return f"{start}; with random weights {percent(f.random.mean)}."


def _slips(f: Facts) -> Iterator[str]:
    if f.learned:
        yield from _less_important(f)
    if back := f.revived:
        yield (
            "“A dead unit is dead for good”: its own weights get no gradient, but what it receives"
            " changes while the layers before it learn. At"
            f" {with_minus(back.bias)} {percent(back.dead_before)} of the hidden units were dead"
            f" before training, {percent(back.dead)} are after it."
        )


def _less_important(f: Facts) -> Iterator[str]:
    """The notes' bullet, as far as this run goes."""
    quote = "“Initializing biases is less important than weights”"
    worst = min((x for x in f.levels if x.ended), key=lambda x: x.mean)
    blank = f.blank.ended and not f.near(f.blank) and f.near(f.random)
    if f.alike and blank:
        yield (
            f"{quote} holds between random and zero biases: in every pair they end within 5 points,"
            f" while weights at zero leave {percent(f.blank.mean)}."
        )
    if not f.near(worst):
        yield (
            f"{quote} is no licence for any bias: all at {with_minus(worst.bias)} ends at"
            f" {percent(worst.mean)} on average, the best constant,"
            f" {with_minus(f.best.bias)}, at {percent(f.best.mean)}."
        )

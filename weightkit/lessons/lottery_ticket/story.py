"""The question of the lottery tickets, and what a run answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...charts.words import alike, between, listed, percent, share
from ..story import Question, Story, Verdict
from ..survivors import counted
from .config import FIRST, Config

if TYPE_CHECKING:
    from .experiment import Result
    from .findings import Facts, Start

ANSWERS = {
    "AHEAD": "Own numbers, by 5 points or more",
    "ALIKE": "Neither: within 5 points",
    "BEHIND": "Fresh numbers, by 5 points or more",
    "NOTHING": "Not even the network with all its weights learns",
}
"""The answers, by the name of the Outcome that makes each right."""


def ask(config: Config) -> Question:
    """Which numbers the last ticket needs."""
    times = "Once" if config.rounds == 1 else f"{config.rounds} times"
    return Question(
        f"{times} the smallest weights are removed, until about"
        f" {share(config.left)} are left in the hidden layers. Then the survivors train once more:"
        " put back to **their own first numbers**, and, in a second network, from **fresh** random"
        " ones in the same places. Which network ends with the higher test accuracy?",
        tuple(ANSWERS.values()),
    )


def tell(config: Config, result: Result) -> Story:
    """Everything that is true of a run."""
    from . import charts
    from .findings import facts

    f = facts(result)
    return Story(
        verdict=Verdict(ANSWERS[f.outcome.name], f"{charts.headline(f)}."),
        figures=(charts.accuracy(result.final, f),),
        shows=tuple(_shows(f)),
        slips=tuple(_slips(f)),
        facts=f,
    )


def _ends(s: Start, n: int) -> str:
    """ "94% (93% to 95%)"."""
    reach = between(s.low, s.high)
    return percent(s.mean) + (f" ({reach})" if n > 1 and reach != percent(s.mean) else "")


def _shows(f: Facts) -> Iterator[str]:
    last, n = f.last, f.n_seeds
    spread = f" The ranges are those over {n} seeds." if n > 1 else ""
    yield (
        f"With all its weights a network ends at {_ends(f.whole, n)}. With {share(last.kept)} of"
        f" them, own numbers end at {_ends(last.own, n)}, fresh ones at {_ends(last.fresh, n)}, own"
        f" numbers in shuffled places at {_ends(last.shuffled, n)}.{spread}"
    )
    yield from _tickets(f)
    if n > 1:
        yield (f"In the last round own numbers end above fresh ones for {last.ahead} of {n} seeds.")
    yield from _untrained(f)
    early = last.own.early, last.fresh.early
    span = "first epoch" if f.epochs == 1 else f"first {min(FIRST, f.epochs)} epochs"
    if f.epochs > FIRST and not alike(early, percent):
        own, fresh = map(percent, early)
        yield (
            f"Early on: in the {span} of the last round the mean test accuracy is {own} with own"
            f" numbers, {fresh} with fresh ones, and {percent(f.whole.early)} with all weights."
        )
    yield (
        "What is left of each layer at the end: "
        f"{listed(f'{layer} {share(kept)}' for layer, kept in f.layers.items())}."
    )
    if f.lost:
        yield counted(f.lost, f.networks)


def _untrained(f: Facts) -> Iterator[str]:
    """What the mask alone makes of the numbers it was made from."""
    own, fresh, whole = f.last.own.untrained, f.last.fresh.untrained, f.whole.untrained
    if own >= max(fresh, whole, f.chance) + 0.05:
        yield (
            f"Before any training the last ticket with its own numbers is right in {percent(own)}"
            f" of the test cases already, the same places with fresh numbers in"
            f" {percent(fresh)}, the whole network in {percent(whole)}: to remove weights is a way"
            " to learn (Zhou et al. 2019)."
        )


def _tickets(f: Facts) -> Iterator[str]:
    """How small a winning ticket may be, and where fresh numbers fall behind."""
    from .findings import Outcome

    if f.outcome is Outcome.NOTHING:
        return
    if f.winning is None:
        yield (
            f"Already after the first round, with {share(f.rounds[0].kept)} left, own numbers end"
            f" more than 1 point below the whole network: at {percent(f.rounds[0].own.mean, 1)}"
            f" instead of {percent(f.whole.mean, 1)}."
        )
    else:
        yield (
            f"Winning tickets: down to {share(f.winning.kept)} of the weights own numbers end no"
            " more than 1 point below the whole network, or above it (mean over seeds)."
        )
    if f.begins is not None:
        yield (
            f"Fresh numbers end at least 5 points lower, in the mean, at {share(f.begins.kept)} of"
            f" the weights{' and in every round after' if f.begins is not f.last else ''}."
        )


def _slips(f: Facts) -> Iterator[str]:
    from .findings import APART, Outcome

    last = f.last
    if f.outcome is Outcome.AHEAD:
        apart = last.own.mean - last.shuffled.mean >= APART
        elsewhere = (
            f" Nor are the numbers alone: in shuffled places of the same layer they end at"
            f" {percent(last.shuffled.mean)}."
            if apart
            else ""
        )
        yield (
            "“Pruning finds the important weights”: the places alone are not it. The same places"
            f" with fresh numbers end at {percent(last.fresh.mean)}, with their own at"
            f" {percent(last.own.mean)}.{elsewhere}"
        )
    little = max(last.own.mean, last.fresh.mean) <= f.chance + APART
    if f.outcome is Outcome.ALIKE and little:
        yield (
            f"“Only the winning numbers learn”: with {share(last.kept)} of the weights left neither"
            f" do, own numbers end at {percent(last.own.mean)}, fresh ones at"
            f" {percent(last.fresh.mean)}, and always giving the commonest answer reaches"
            f" {percent(f.chance)}."
        )
    elif f.outcome is Outcome.ALIKE:
        yield (
            "“Only the winning numbers learn” does not hold here: with"
            f" {share(last.kept)} of the weights left fresh numbers end at"
            f" {percent(last.fresh.mean)} and own ones at {percent(last.own.mean)}."
        )
    if f.constant is not None and f.constant.kept > 0:
        c = f.constant
        what = "pixels" if f.image else "inputs"
        same = f"One of {c.inputs} {what} is" if c.n == 1 else f"{c.n} of {c.inputs} {what} are"
        yield (
            f"Small is not unimportant, and large not important. {same} the same in every training"
            " example, so that their weights can tell no example from another. Yet the first round"
            f" leaves {share(c.kept)} of those weights, and {share(c.others)} of the others."
        )
    if f.n_seeds == 1:
        yield (
            "One network of each kind cannot tell a winning ticket from a lucky one. More seeds"
            " can."
        )

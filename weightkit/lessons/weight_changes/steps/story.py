"""The question of the steps, and what a run answers."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...settings import of_part
from ...story import Question, Story, Verdict
from ..config import EVEN, Config

if TYPE_CHECKING:
    from .experiment import Result
    from .findings import Facts

ANSWERS = FIRST, LATER, LATE, STEADY = (
    "In the first epoch",
    "Some epochs later",
    "In the second half",
    "About equally all the time",
)


def ask(config: Config) -> Question:
    """When the weights move farthest; of a single epoch: how far."""
    if config.epochs == 1:
        return Question(
            "These networks start from scratch and learn for one epoch. By what share of its own"
            " size (its Frobenius norm) will the layer that changes most have moved?",
            number=(0.0, 200.0),
            unit="%",
            tolerance=15.0,
        )
    answers = (
        ANSWERS if config.epochs >= 4 else (FIRST, LATE, STEADY)
    )  # below four, no later epoch is in the first half
    return Question(
        "These networks start from scratch. In which epoch will their weights move farthest? (About"
        f" equally: the longest step is less than {EVEN:g} times the shortest.)",
        answers,
    )


def tell(config: Config, result: Result) -> Story:
    """Everything that is true of a run."""
    from . import charts
    from .findings import facts

    f = facts(result.curves, result.layers, result.alignment, result.correlation, result.misprint)
    return Story(
        _verdict(f),
        (
            charts.accuracy(result.curves, f),
            charts.alignment_by_epoch(result.alignment, f),
            charts.alignment(result.alignment, f),
        ),
        (*_shows(f), *of_part(config)),
        tuple(_slips(f)),
        f,
    )


def _verdict(f: Facts) -> Verdict:
    m = f.movement
    if f.epochs == 1:
        return Verdict(min(200.0, 100 * m.share), _one_epoch(f))
    if not m.until:
        return Verdict(
            FIRST,
            "All networks diverged in the first epoch: their weights left all bounds at once.",
        )
    if m.peak is None:
        return Verdict(STEADY, "No weight ever moves.")
    truth = (
        STEADY if m.steady else FIRST if m.peak == 1 else LATE if m.peak > f.epochs / 2 else LATER
    )
    return Verdict(
        truth,
        f"The longest step, {_size(m.longest)} on average over the layers, comes in epoch"
        f" {m.peak}.",
    )


def _one_epoch(f: Facts) -> str:
    if not f.movement.until:
        return "All networks diverged, so no distance is finite; that counts as 0%."
    if f.movement.peak is None:
        return "No weight moves."
    if not f.movement.layer:
        return "Weights that are all zero have no size to compare with; that counts as 0%."
    return (
        f"Measured against its norm, the {f.movement.layer} layer moved farthest: by"
        f" {share_of(f.movement.share)}."
    )


def _size(distance: float) -> str:
    """With three digits, so that two of them give the factor that the chart's title names."""
    from ....charts.words import number

    return f"{distance:.3g}" if 1e-4 <= distance < 1000 else number(distance)


def share_of(share: float) -> str:
    """A relative distance: "37% of it", "0.04% of it", "over 1000 times it"."""
    from ....charts.words import times

    if share >= 10:
        return f"{times(share)} it"
    return f"{share:.0%} of it" if share >= 0.01 else f"{100 * share:.1g}% of it"


def _shows(f: Facts) -> Iterator[str]:
    from ....charts.words import plural

    m = f.movement
    if f.lost:
        yield (
            f"{f.lost} of {plural(f.networks, 'network')} diverged: the weights stopped being"
            " numbers."
        )
    if not m.until:
        return
    if m.peak is None:
        yield "No weight ever moved, so there is nothing to compare with the accuracy."
        return
    yield _farthest(f)
    if m.layer:
        yield (
            f"Measured against its own norm, the {m.layer} layer changed most: by"
            f" {share_of(m.share)} within one epoch."
        )
    yield from _follows(f)


def _farthest(f: Facts) -> str:
    m = f.movement
    if f.epochs == 1:
        return f"In their one epoch the weights moved by {_size(m.longest)} per layer on average."
    if m.steady and m.until == f.epochs:
        return (
            f"All steps are about equally long, the longest, in epoch {m.peak}, is"
            f" {_size(m.longest)} per layer on average."
        )
    if m.peak == m.until:
        which = "the last" if m.until == f.epochs else "the last before all had diverged"
        return (
            f"The weights moved farthest in epoch {m.peak}, {which}: by {_size(m.longest)} per"
            " layer on average."
        )
    which = (
        "the last epoch"
        if m.until == f.epochs
        else f"epoch {m.until}, the last before all had diverged,"
    )
    return (
        f"The weights moved farthest in epoch {m.peak}: by {_size(m.longest)} per layer on average."
        f" In {which} they moved by {_size(m.last)}."
    )


def _follows(f: Facts) -> Iterator[str]:
    from ....charts.words import between, span

    if not f.links:
        yield "Too few epochs, or too little change, for a correlation with the accuracy."
        return
    above, below = sum(link.low > 0 for link in f.links), sum(link.high < 0 for link in f.links)
    if len(f.links) == 1:
        (one,) = f.links
        yield (
            f"Weight change and accuracy gain correlate with r = {one.r:.2f} (95% interval"
            f" {between(one.low, one.high, '.2f')}, if epochs were independent; neighbouring epochs"
            " resemble each other, so it is too narrow)."
        )
    else:
        yield _all_links(f, above, below)
    if any(not math.isnan(link.later) for link in f.links):
        yield f"Without the first epoch, r = {span([link.later for link in f.links], '.2f')}."


def _all_links(f: Facts, above: int, below: int) -> str:
    from ....charts.words import span

    return (
        "Weight change and accuracy gain correlate with r ="
        f" {span([link.r for link in f.links], '.2f')}. Of {len(f.links)} networks, r is clearly"
        f" above 0 in {above or 'none'} and clearly below 0 in {below or 'none'} (95% interval"
        " without 0), if epochs were independent. Neighbouring epochs resemble each other, so these"
        " intervals are too narrow."
    )


def _slips(f: Facts) -> Iterator[str]:
    layer, distance, radicand = f.misprint
    wrong = (
        f"asks for the root of {radicand:.3g}; the distance of anything from itself is {distance:g}"
        if abs(radicand) > 1e-9
        else "asks for a root that happens to be 0 at this start; at any other it is not"
    )
    yield (
        "In the printed formula of the distance the square has slipped onto the epoch, W⁽ᵗ⁻¹⁾²."
        f" Taken at its word, it compares this network's {layer} weights at the start with"
        f" themselves and {wrong}. The words below the formula have it right: subtract, square each"
        " element, sum, take the root."
    )
    yield (
        "“Large distances mean a lot of learning” holds loosely"
        + (": see r above" if f.links else "")
        + ". A step is also long because the learning rate is large, or, with L1 or L2, because"
        " weights are only being shrunk."
    )
    yield (
        "An accuracy gain needs a before. With accuracies measured only after each epoch there is"
        " one gain fewer than there are epochs, and drawn from the same origin it appears one epoch"
        " too early; here epoch 0 is measured too."
    )

"""The question of the steps, and what a run answers."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...story import Question, Story, Verdict
from ..config import Config

if TYPE_CHECKING:
    from .experiment import Result
    from .findings import Facts

ANSWERS = FIRST, LATER, LATE, STEADY = (
    "In the first epoch", "Some epochs later", "In the second half", "About equally all the time",
)  # fmt: skip


def ask(config: Config) -> Question:
    """When the weights move farthest."""
    return Question("These networks start from scratch. In which epoch will their weights move farthest?", ANSWERS)


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
        tuple(_shows(f)),
        tuple(_slips(f)),
        f,
    )


def _verdict(f: Facts) -> Verdict:
    m = f.movement
    if m.peak is None:
        return Verdict(STEADY, "No weight ever moves.")
    truth = STEADY if m.steady else FIRST if m.peak == 1 else LATE if m.peak > f.epochs / 2 else LATER
    return Verdict(
        truth, f"The longest step, {m.longest:.2g} on average over the layers, comes in epoch {m.peak}."
    )


def _shows(f: Facts) -> Iterator[str]:
    m = f.movement
    if f.lost:
        yield f"{f.lost} of {f.networks} networks diverged: their weights stopped being numbers."
    if m.peak is None:
        yield "No weight ever moved, so there is nothing to compare with the accuracy."
        return
    yield (
        f"The weights moved farthest in epoch {m.peak}: by {m.longest:.2g} per layer on average. In the last epoch they "
        f"moved by {m.last:.2g}."
    )
    if m.layer:
        yield f"Relative to its own size, {m.layer} changed most: by {m.share:.0%} within one epoch."
    yield from _follows(f)


def _follows(f: Facts) -> Iterator[str]:
    from ....charts.words import span

    if not f.links:
        yield "Too few epochs, or too little change, for a correlation with the accuracy."
        return
    clear = sum(link.p < 0.05 for link in f.links)
    yield (
        f"Weight change and accuracy gain correlate with r = {span([link.r for link in f.links], '.2f')}. In {clear} of "
        f"{len(f.links)} networks, so high an r would come by chance in less than 5 % of cases (p < 0.05), if epochs were "
        "independent. Neighbouring epochs resemble each other, so these p are too optimistic."
    )
    if any(not math.isnan(link.later) for link in f.links):
        yield f"Without the first epoch, r = {span([link.later for link in f.links], '.2f')}."


def _slips(f: Facts) -> Iterator[str]:
    layer, distance, radicand = f.misprint
    yield (
        "In the printed formula of the distance the square has slipped onto the epoch, W⁽ᵗ⁻¹⁾². Taken at its word, it "
        f"compares this network's {layer} weights at the start with themselves and asks for the root of "
        f"{radicand:.3g}; the distance of anything from itself is {distance:g}. The words below the formula have it right: "
        "subtract, square each element, sum, take the root."
    )
    yield (
        "“Large distances mean a lot of learning” holds loosely: see r above. A step is also long because the learning "
        "rate is large, or, with L1 or L2, because weights are only being shrunk."
    )
    yield (
        "An accuracy gain needs a before. With accuracies measured only after each epoch there is one gain fewer than "
        "there are epochs, and drawn from the same origin it appears one epoch too early; here epoch 0 is measured too."
    )

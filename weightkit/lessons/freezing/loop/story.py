"""The question of the notes' loop, and what a run answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...story import Question, Story, Verdict
from .config import LOOPS, LoopConfig

if TYPE_CHECKING:
    from .experiment import Result
    from .findings import Facts

ANSWERS = FIRST_HALF, ALWAYS, NEVER = ("In the first half", "In every epoch", "In no epoch")
NOTES, MEANT = LOOPS


def ask(config: LoopConfig) -> Question:
    """When the notes' loop freezes."""
    return Question(
        "It should freeze all layers but the output in the first half. When are they really"
        " frozen?",
        ANSWERS,
    )


def tell(config: LoopConfig, result: Result) -> Story:
    """Everything that is true of a run."""
    from . import charts
    from .findings import facts

    f = facts(result.loops, result.leftovers)
    return Story(
        _verdict(f),
        (
            *(charts.loop(result.loops, one) for one in f.loops),
            charts.leftovers(result.leftovers, f),
        ),
        tuple(_shows(f)),
        (
            (
                "“Think of requires_grad as a toggle that switches learning off” needs one more"
                " word. What an optimizer looks at is the gradient: a parameter whose gradient is"
                " None is skipped; one whose gradient is a matrix of zeros is still moved by"
                " momentum and weight decay. Since PyTorch 2.0, `zero_grad()` leaves None, before"
                " it left zeros. What no switch of a parameter stops: see *BatchNorm* under “Look"
                " at”."
            ),
        ),
        f,
    )


def _verdict(f: Facts) -> Verdict:
    frozen = len(next(one for one in f.loops if one.name == NOTES).frozen_epochs)
    return Verdict(
        NEVER if not frozen else ALWAYS if frozen == f.epochs else FIRST_HALF,
        "The “else” belongs to the inner “if”: as soon as the loop meets a parameter of the output"
        " layer, and these come last, everything is switched on again. Epochs in which anything"
        f" was frozen: {frozen} of {f.epochs}.",
    )


def _shows(f: Facts) -> Iterator[str]:
    from ....charts.words import listed, plural

    for one in f.loops:
        still = f"; what was frozen moved by {one.longest:g}" if one.frozen else ""
        yield (
            f"The loop {one.name}: of {one.total} times (parameters times epochs), requires_grad"
            f" is False {one.frozen} times. What could learn moved in every epoch, by"
            f" {one.shortest:.2g} or more{still}."
        )
    words = listed(f"{d.zeros:.2g} under {d.optimizer}" for d in f.drifts)
    yield (
        f"Frozen for {plural(f.frozen_for, 'epoch')} in mid-run, fc1's weights moved by"
        f" {max(d.none for d in f.drifts):g} an epoch where gradients are cleared to None,"
        f" whatever the optimizer. Where they are cleared to zeros, by {words}."
    )

"""The question of the deep networks, and what a run answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ....charts.words import between, listed, number, percent, plural
from ...story import Question, Story, Verdict
from .config import Config

if TYPE_CHECKING:
    from .experiment import Result
    from .findings import Design, Facts

ANSWERS = {
    "NEITHER": "Neither learns: at most 10 points above the commonest answer",
    "HELPS": "The skip ends at least 5 points higher",
    "ALIKE": "Within 5 points of each other",
    "HURTS": "The skip ends at least 5 points lower",
}
"""The answers, by the name of the Outcome that makes each right."""


def ask(config: Config) -> Question:
    """What a skip alone does."""
    return Question(
        f"A network of {plural(config.blocks, 'block')} of two layers, every weight started by"
        " Kaiming's (He's) formula. Now a **skip** leads past each block, and its input is"
        " added to its output. How does the test accuracy compare with that of the plain network"
        f" after {plural(config.epochs, 'epoch')}?",
        tuple(ANSWERS.values()),
    )


def tell(config: Config, result: Result) -> Story:
    """Everything that is true of a run."""
    from . import charts
    from .findings import facts

    f = facts(result)
    return Story(
        verdict=Verdict(ANSWERS[f.outcome.name], f"{charts.headline(f)}."),
        figures=(charts.accuracy(result.curves, f), charts.signal(result.layers, f)),
        shows=tuple(_shows(f)),
        slips=tuple(_slips(f)),
        facts=f,
    )


def _ends(d: Design, f: Facts) -> str:
    """ "plain 9% (8% to 11%)"."""
    reach = between(d.low, d.high)
    spread = f" ({reach})" if f.n_seeds > 1 and reach != percent(d.mean) else ""
    return f"{d.name} diverged" if f.gone(d) else f"{d.name} {percent(d.mean)}{spread}"


def _shows(f: Facts) -> Iterator[str]:
    over = f", mean and range over {f.n_seeds} seeds" if f.n_seeds > 1 else ""
    over += ", without networks that diverged" if over and f.lost else ""
    ends = "; ".join(_ends(d, f) for d in f.designs.values())
    yield (
        f"Test accuracy at the end{over}: {ends}. Always giving the commonest answer reaches"
        f" {percent(f.chance)}."
    )
    yield (
        "Over all blocks the signal is multiplied, before training, by"
        f" {number(f.plain.grown)} in the plain network (theory 1); with skips by"
        f" {number(f.skip.grown)} (theory {number(f.skip.theory)}: each block adds as much variance"
        f" as comes in); with small last layers by {number(f.small.grown)} (theory"
        f" {number(f.small.theory)});"
        " with zeros each block gives on exactly what it gets."
    )
    if f.lost:
        found = [d for d in f.designs.values() if d.lost]
        yield (
            f"Diverged (a loss or a weight that is no finite number):"
            f" {listed(f'{d.name} {d.lost} of {f.n_seeds}' for d in found)}."
        )


def _slips(f: Facts) -> Iterator[str]:
    from . import charts
    from .findings import Outcome

    if f.rescued and f.outcome is not Outcome.HELPS:
        names = listed(f"“{d.name}” {percent(d.mean)}" for d in f.rescued)
        yield (
            "“Skips made depth trainable, so the start no longer matters”: with Kaiming's start the"
            f" skip {charts.ends(f.skip, f)}, the plain network {charts.ends(f.plain, f)}."
            f" Only the last layers of the blocks start otherwise in {names}."
        )
    if f.rescued and f.zero in f.rescued:
        yield (
            "“Weights must not start at zero”: a whole layer of each block does here, and the"
            f" network ends at {percent(f.zero.mean)}. The skip carries signal and gradient past"
            " it, and the layer before it is random."
        )
    if not f.rescued and f.learned:
        yield (
            f"At {plural(f.blocks, 'block')} neither zeros nor small numbers in the last layers end"
            " 5 points above both others: whether a start matters depends on depth, and on how the"
            " network is trained."
        )

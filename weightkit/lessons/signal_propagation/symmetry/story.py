"""The question of a gradient step by hand, and what a run answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ....charts.words import alike, plural
from ...story import Question, Story, Verdict
from .config import SymmetryConfig

if TYPE_CHECKING:
    from .experiment import SymmetryResult
    from .findings import Facts

ANSWERS = EQUAL, NEARER, AS_FAR, FARTHER = (
    "Exactly equal",
    "Different, but nearer to each other than before",
    "Different, as far apart as before",
    "Different, farther apart than before",
)

NUMBERS = {
    "wi1": "the weight from x1",
    "wi2": "the weight from x2",
    "bi": "the bias",
    "vi": "the weight out",
}
"""What a sentence calls the four numbers of unit i."""


def ask(config: SymmetryConfig) -> Question:
    """What one step does to the distance of the units: whether they differ is told by the
    start.
    """
    same = all(
        getattr(config, n.format(1)) == getattr(config, n.format(2))
        for n in ("w{}1", "w{}2", "b{}", "v{}")
    )
    return Question(
        f"Two hidden units start with {'the same' if same else 'different'} numbers: weights in,"
        " bias, weight out. What are they after one step of gradient descent? (Apart: Euclidean"
        " distance over the four numbers.)",
        ANSWERS,
    )


def tell(config: SymmetryConfig, result: SymmetryResult) -> Story:
    """Everything that is true of one run."""
    from . import charts
    from .findings import facts

    f = facts(result.parameters, result.quantities, result.path)
    return Story(
        verdict=_verdict(f),
        figures=(charts.network(result.parameters, f, config), charts.paths(result.path, f)),
        shows=tuple(_shows(f)),
        facts=f,
    )


def _verdict(f: Facts) -> Verdict:
    if not f.step_gap:
        return Verdict(
            EQUAL,
            "In all four of their numbers the units are equal after the step, to the last digit.",
        )
    largest = max(f.gaps, key=lambda name: f.gaps[name])
    most = f"They differ most in {NUMBERS[largest]}: by {f.gaps[largest]:.3g}."
    if alike((f.first_gap, f.step_gap), ".3g"):
        return Verdict(AS_FAR, f"Before and after the step they are {f.step_gap:.3g} apart. {most}")
    return Verdict(
        NEARER if f.step_gap < f.first_gap else FARTHER,
        f"They were {f.first_gap:.3g} apart, and the step makes it {f.step_gap:.3g}. {most}",
    )


def _shows(f: Facts) -> Iterator[str]:
    """What moved, and what the units have become after all steps."""
    learned = "all nine numbers" if len(f.moved) == 9 else ", ".join(f.moved) or "nothing"
    yield f"One step moves {learned}."
    apart = (
        f"{f.last_gap:.3g} apart (Euclidean distance over their four numbers)"
        if f.last_gap
        else "exactly equal"
    )
    before = "" if alike((f.first_loss, f.last_loss), ".3g") else f", from {f.first_loss:.3g}"
    yield (
        f"After {plural(f.steps, 'step')} the units are {apart}; the loss is"
        f" {f.last_loss:.3g}{before}."
    )

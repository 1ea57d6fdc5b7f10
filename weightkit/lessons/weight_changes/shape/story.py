"""The question of the condition number, and what a run answers."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...story import Question, Story, Verdict
from ..config import Config

if TYPE_CHECKING:
    from .experiment import Shapes
    from .findings import Facts

ANSWERS = AS_MUCH, A_LITTLE, SAME, SHRINKS = (
    "It grows as much as they do",
    "It grows a little",
    "It stays the same",
    "It shrinks",
)
SHORT_AXIS = 20
"""Where an axis would end on which one layer is lost, as in the notes."""


def ask(config: Config) -> Question:
    """What scaling does to the condition number."""
    return Question(
        "The condition number κ of W is its largest singular value (stretch) over its smallest."
        " Take random weights and multiply them all by 10. What happens to κ?",
        ANSWERS,
    )


def tell(config: Config, result: Shapes) -> Story:
    """Everything that is true of a run."""
    from ....charts.words import scientific
    from . import charts
    from .findings import facts

    f = facts(result.layers, result.starts, result.sparsity)
    return Story(
        Verdict(
            SAME if f.starts.off < 0.001 else A_LITTLE,
            f"The same random numbers, {f.starts.factor:.0f} times as large: half of all κ changed"
            f" by less than {scientific(f.starts.off)} of their value, and that is rounding.",
        ),
        (charts.condition_numbers(result.layers, f), charts.starts(result.starts, f.starts)),
        tuple(_shows(f)),
        tuple(_slips(f)),
        f,
    )


def _shows(f: Facts) -> Iterator[str]:
    from ....charts.words import number, plural, scientific

    def named(values: list[tuple[str, float]]) -> str:
        return ", ".join(
            f"{name} {number(value)}" for name, value in values if not math.isnan(value)
        )

    if f.lost:
        yield (
            f"{f.lost} of {plural(f.networks, 'network')} diverged: no κ is left there, and it is"
            " not counted."
        )
    these = "this network" if f.networks == 1 else f"these {f.networks} networks"
    kappa = f"κ of {these}" if f.networks == 1 else f"Median κ of {these}"
    yield f"{kappa} before training: {named([(layer.name, layer.before) for layer in f.layers])}."
    if f.lost < f.networks:
        yield f"After the last epoch: {named([(layer.name, layer.after) for layer in f.layers])}."
    yield (
        f"Neither Xavier nor Kaiming can change κ: the same random numbers, {f.starts.factor:.0f}"
        " times as large, give the same κ: half of all κ change by less than"
        f" {scientific(f.starts.off)} of their value, by rounding."
    )


def _slips(f: Facts) -> Iterator[str]:
    from ....charts.words import listed
    from ....condition import DIAGONAL, IDENTITY, TURNED_DIAGONAL, TURNED_IDENTITY

    identity, turned = f.matrix(IDENTITY), f.matrix(TURNED_IDENTITY)
    diagonal, turned_diagonal = f.matrix(DIAGONAL), f.matrix(TURNED_DIAGONAL)
    yield (
        "“Larger condition numbers indicate sparser matrices”: they do not. The identity matrix is"
        f" {identity.share_zero:.0%} zeros and has κ = {identity.condition_number:.3g}; a diagonal"
        f" matrix with just as many zeros has κ = {diagonal.condition_number:,.0f}. Rotate both,"
        f" and {turned.share_zero:.0%} of their entries are zero, but κ stays at"
        f" {turned.condition_number:.3g} and {turned_diagonal.condition_number:,.0f}."
    )
    yield (
        "κ says how unequally W treats directions, nothing else. Multiply W by any number and κ"
        " stays, so it cannot tell small weights from large ones. Whether it warns of overfitting:"
        " see *L2, L1* under “Look at”."
    )
    beyond = f.beyond(SHORT_AXIS)
    yield (
        f"On an axis that ends at {SHORT_AXIS}, {listed(beyond) if beyond else 'no layer'} would be"
        " off the chart."
    )

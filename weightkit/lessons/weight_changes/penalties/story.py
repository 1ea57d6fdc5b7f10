"""The question of L2 and L1, and what a run answers."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...settings import of_part
from ...story import Question, Story, Verdict
from ..config import BEYOND_GUESSING, Config, strengths

if TYPE_CHECKING:
    from .experiment import Comparison
    from .findings import Facts

ANSWERS = BETTER, AS_GOOD, WORSE, GUESSING = (
    "Better than without it",
    "About as good",
    "Worse",
    "No better than guessing",
)
MARGIN = 0.02  # accuracies nearer than this are about as good


def ask(config: Config) -> Question:
    """What L1 does to accuracy."""
    from ....charts.words import number

    return Question(
        f"L1 with strength {number(strengths(config)['l1'])} pulls every weight towards zero. How"
        " good will these networks be on the test set? (About as good: within"
        f" {100 * MARGIN:g} points. No better than guessing: less than"
        f" {100 * BEYOND_GUESSING:g} points above it on the training set.)",
        ANSWERS,
    )


def tell(config: Config, result: Comparison) -> Story:
    """Everything that is true of a run."""
    from ....charts.words import percent
    from . import charts
    from .findings import facts

    f = facts(result.curves, result.final, result.commonest)
    return Story(
        Verdict(
            outcome(f),
            f"Test accuracy {percent(f.of('L1').test)} with L1, {percent(f.of('none').test)}"
            f" without; guessing gets {percent(f.guessing)} of the training set.",
        ),
        (
            charts.accuracy(result.curves, f, strengths(config)),
            charts.condition_numbers(result.final, f),
        ),
        (*_shows(f), *of_part(config)),
        tuple(_slips(f)),
        f,
    )


def outcome(f: Facts) -> str:
    """Which answer is right."""
    if not f.learned("L1"):
        return GUESSING
    gain = f.of("L1").test - f.of("none").test
    return AS_GOOD if abs(gain) <= MARGIN else WORSE if gain < 0 else BETTER


def _shows(f: Facts) -> Iterator[str]:
    from ....charts.words import percent, points

    for name, what in (("none", "Without regularization"), ("L2", "With L2"), ("L1", "With L1")):
        run = f.of(name)
        if math.isnan(run.test):
            yield f"{what} all networks diverged."
            continue
        near = (
            ""
            if math.isnan(run.near_zero)
            else (
                f"; {percent(run.near_zero)} of the weights are smaller than a tenth of their"
                " layer's root mean square"
            )
        )
        yield (
            f"{what}: {percent(run.train, 1)} on the training set, {percent(run.test, 1)} on the"
            f" test set{near}."
        )
    if math.isnan(f.of("L1").test) or f.learned("L1"):
        return
    free, least = f.of("none").train, f"less than {100 * BEYOND_GUESSING:g} points"
    if free - f.of("L1").train >= BEYOND_GUESSING and f.learned("none"):
        yield (
            f"L1 has killed these networks: on the training set they end {least} above guessing,"
            f" which gets {f.guessing:.0%}. The pull towards zero was stronger than what the data"
            " had to say against it."
        )
    elif f.learned("none"):
        yield (
            f"On the training set L1 leaves these networks {least} above guessing, which gets"
            f" {f.guessing:.1%}; without it they end {points(free - f.guessing)}."
        )
    elif not math.isnan(free):
        yield (
            f"Without regularization, too, they end {least} above guessing, which gets"
            f" {f.guessing:.0%} of the training set."
        )


def _slips(f: Facts) -> Iterator[str]:
    from ....charts.words import percent

    said = "".join(_against_sparsity(f)).strip()
    if said:
        yield (
            "“Large condition numbers indicate sparse representations, or possible overfitting”: "
            + said
        )
    zero, before = f.of("L1").zero, f.of("none").zero
    if math.isnan(zero):
        return
    without = f", and {percent(before, 1)} without it" if min(zero, before) >= 0.01 else ""
    yield (
        "“L1 sets weights to exactly zero” is true of methods that cut off at zero, not of plain"
        " gradient steps, which push a small weight across zero and back again: here,"
        f" {percent(zero, 1)} of the weights are exactly 0{without}."
    )


def _against_sparsity(f: Facts) -> Iterator[str]:
    """Whether kappa went with sparsity and with overfitting in these runs."""
    from ....charts.words import alike, listed, percent

    free, l2, l1 = (f.of(name) for name in ("none", "L2", "L1"))
    lower, higher = f.layers("L1", lower=True), f.layers("L2", lower=False)
    sparser = l1.near_zero > free.near_zero and not alike([l1.near_zero, free.near_zero], ".0%")
    if sparser and lower:
        yield (
            f"L1 puts {percent(l1.near_zero)} of the weights near zero ({percent(free.near_zero)}"
            f" without), yet κ is lower in {listed(lower)}. "
        )
    elif sparser and f.layers("L1", lower=False):
        yield (
            f"L1 puts {percent(l1.near_zero)} of the weights near zero ({percent(free.near_zero)}"
            f" without), and here κ is higher in {listed(f.layers('L1', lower=False))}; under"
            " *Shape*, the identity matrix shows that it need not be. "
        )
    if higher and not math.isnan(l2.gap) and not math.isnan(free.gap):
        closely = (
            "as closely"
            if alike([l2.train, free.train], ".1%")
            else "less closely"
            if l2.train < free.train
            else "more closely"
        )
        lead = (
            f"stays at {100 * l2.gap:.1f} points"
            if alike([100 * l2.gap, 100 * free.gap], ".1f")
            else (
                f"is {100 * l2.gap:.1f} points ({100 * free.gap:.1f} without; one split, so a point"
                " or two may be chance)"
            )
        )
        yield (
            f"L2 raises κ in {listed(higher)}, while its lead of training over test accuracy {lead}"
            f" and it fits the training set {closely}."
        )

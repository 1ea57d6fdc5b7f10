"""The question of L2 and L1, and what a run answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...story import Question, Story, Verdict
from ..config import NEAR_ZERO, STRENGTH, Config

if TYPE_CHECKING:
    from .experiment import Comparison
    from .findings import Facts

ANSWERS = BETTER, AS_GOOD, WORSE, GUESSING = (
    "Better than without it", "About as good", "Worse", "No better than guessing",
)  # fmt: skip
LEARNED = 0.05  # a network has learned what brings its training accuracy so far above that of untrained ones
MARGIN = 0.02  # accuracies nearer than this are about as good


def ask(config: Config) -> Question:
    """What L1 does to accuracy."""
    return Question(
        f"L1 with strength {config.l1 or STRENGTH:g} pulls every weight towards zero. How good will these networks be on "
        "the test set?",
        ANSWERS,
    )


def tell(config: Config, result: Comparison) -> Story:
    """Everything that is true of a run."""
    from ....charts.words import percent
    from . import charts
    from .findings import facts

    f = facts(result.curves, result.final)
    return Story(
        Verdict(
            outcome(f),
            f"Test accuracy {percent(f.of('L1').test)} with L1, {percent(f.of('none').test)} without.",
        ),
        (charts.accuracy(result.curves, f), charts.condition_numbers(result.final, f)),
        tuple(_shows(f)),
        tuple(_slips(f)),
        f,
    )


def outcome(f: Facts) -> str:
    """Which answer is right."""
    if not f.of("L1").train >= f.untrained + LEARNED:  # so that "no number" counts as the worst, too
        return GUESSING
    gain = f.of("L1").test - f.of("none").test
    return AS_GOOD if abs(gain) <= MARGIN else BETTER if gain > 0 else WORSE


def _shows(f: Facts) -> Iterator[str]:
    from ....charts.words import percent

    for name, what in (("none", "Without regularisation"), ("L2", "With L2"), ("L1", "With L1")):
        run = f.of(name)
        yield (
            f"{what}: {percent(run.train, 1)} on the training set, {percent(run.test, 1)} on the test set; "
            f"{percent(run.near_zero)} of the weights nearer to 0 than {NEAR_ZERO:g}."
        )
    if outcome(f) == GUESSING:
        yield (
            f"L1 has killed these networks: untrained ones are right in {f.untrained_test:.0%} of the cases, these no more "
            "often. The pull towards zero was stronger than what the data had to say against it."
        )


def _slips(f: Facts) -> Iterator[str]:
    from ....charts.words import percent

    yield (
        "“Large condition numbers indicate sparse representations, or possible overfitting”: "
        + "".join(_against_sparsity(f))
    )
    zero = f.of("L1").zero
    yield (
        "“L1 sets weights to exactly zero” is true of methods that cut off at zero, not of plain gradient steps: here, "
        f"{percent(zero, 1)} of the weights are exactly 0"
        + (": each step pushes a small weight across zero, to and fro." if zero < 0.01 else ".")
    )


def _against_sparsity(f: Facts) -> Iterator[str]:
    """Whether kappa went with sparsity and with overfitting in these runs."""
    from ....charts.words import listed, percent

    free, l2, l1 = (f.of(name) for name in ("none", "L2", "L1"))
    lower, higher = f.layers("L1", lower=True), f.layers("L2", lower=False)
    yield f"L1 puts {percent(l1.near_zero)} of the weights near zero ({percent(free.near_zero)} without), "
    yield f"yet κ is lower in {listed(lower)}. " if lower else (
        "and here κ is higher in every layer; under *Shape*, the identity matrix shows that it need not be. "
    )  # fmt: skip
    if higher:
        closely = "less closely" if l2.train < free.train else "no less closely"
        yield (
            f"L2 raises κ in {listed(higher)}, while its lead of training over test accuracy is {percent(l2.gap, 1)} "
            f"({percent(free.gap, 1)} without) and it fits the training set {closely}."
        )

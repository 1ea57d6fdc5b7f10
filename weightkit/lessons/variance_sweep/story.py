"""The question of the variance sweep, and what a run answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..story import Question, Story, Verdict
from .config import Config

if TYPE_CHECKING:
    from .experiment import Result
    from .findings import Facts

WIDTHS = {
    "Less than a factor of 3": 3.0,
    "A factor of 3 to 30": 30.0,
    "A factor of 30 to 300": 300.0,
    "A factor of 300 or more": float("inf"),
}
"""The answers, and the factor below which each is right."""


def ask(config: Config) -> Question:
    """How wide the plateau is."""
    return Question(
        "The std runs from 0.0001 to 10, a factor of 100,000. Over how wide a range do the networks end up about "
        "equally good?",
        tuple(WIDTHS),
    )


def tell(config: Config, result: Result) -> Story:
    """Everything that is true of a sweep."""
    from . import charts  # here, in the worker: the question comes first, and needs no pandas
    from .findings import facts

    f = facts(result.final, result.curves, result.histograms, result.check)
    return Story(
        verdict=Verdict(
            next(answer for answer, below in WIDTHS.items() if f.factor < below),
            f"From {f.first:.2g} to {f.last:.2g}, a factor of {f.factor:,.0f}, the mean accuracy stays within 5 points "
            "of the best. A small network that is easy to train forgives much, but not everything.",
        ),
        figures=(
            charts.accuracy(result.final, f),
            charts.weights(result.histograms, f),
            charts.requested(result.check, f),
        ),
        shows=tuple(_shows(f)),
        slips=tuple(_slips(f)),
        facts=f,
    )


def _shows(f: Facts) -> Iterator[str]:
    yield (
        f"The plateau: from {f.first:.2g} to {f.last:.2g} the mean accuracy is {f.worst:.1%} to {f.best:.1%}."
    )
    yield f"Before training, the same networks were right in {f.untrained:.0%} of the cases."
    if f.halved is not None:
        yield (
            f"The cliff: at {f.halved:.2g} the mean accuracy is {f.halved_accuracy:.0%}, at {f.high:g} it is "
            f"{f.top:.0%}. The first outputs are so large there that the first steps go far astray."
        )
    yield f"{f.lost} of {f.networks} networks diverged (their loss was no longer a finite number)."


def _slips(f: Facts) -> Iterator[str]:
    yield (
        f"“The standard deviation should be relatively small” is half of it: too small costs as well. Here std {f.low:g} "
        f"ends at {f.bottom:.0%}, the plateau at {f.worst:.0%} or better. The deeper the network, the narrower the "
        "plateau: see *Why random, why this variance*."
    )
    yield (
        "One run per std, as in the notebook, cannot tell a cliff from bad luck. That is what the points of several "
        "seeds are for."
    )

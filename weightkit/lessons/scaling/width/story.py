"""The question of the learning rates by width, and what a run answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ....charts.words import number, plural
from ...settings import of_part
from ...story import Question, Story, Verdict
from .config import MUP, STANDARD, WidthConfig

if TYPE_CHECKING:
    from .experiment import WidthResult
    from .findings import Facts, Parametrisation

ANSWERS = {
    "SMALLER": "A smaller one",
    "SAME": "The same one",
    "LARGER": "A larger one",
    "NOTHING": "No rate of the scan leaves a finite loss",
}
"""The answers, by the name of the Outcome that makes each right."""


def ask(config: WidthConfig) -> Question:
    """Where the best rate goes."""
    return Question(
        f"For networks of width {config.base} the best of {plural(config.n_rates, 'learning rate')}"
        f" is found. Which one trains networks of width {config.largest} best, if nothing else"
        " changes (PyTorch's usual parametrization)?",
        tuple(ANSWERS.values()),
    )


def tell(config: WidthConfig, result: WidthResult) -> Story:
    """Everything that is true of a run."""
    from . import charts
    from .findings import facts

    f = facts(result, config.base)
    return Story(
        verdict=Verdict(ANSWERS[f.outcome.name], f"{charts.headline(f)}."),
        figures=(
            charts.rates(result.final, f),
            charts.valley(result.final, f, STANDARD),
            charts.valley(result.final, f, MUP),
        ),
        shows=(*_shows(f), *of_part(config)),
        slips=tuple(_slips(f)),
        facts=f,
    )


def _shows(f: Facts) -> Iterator[str]:
    from .charts import headline, shift
    from .findings import Outcome

    yield f"{headline(f)}."
    if f.outcome is not Outcome.NOTHING:
        yield f"In muP, which is meant to keep it in its place, {shift(f.mup, f)}."
        yield f"{_tuned('Standard', f.standard, f)} {_tuned('muP', f.mup, f)}"
    if f.standard.edge or f.mup.edge:
        yield (
            "At least one of the best rates is the smallest or the largest of the scan: a better"
            " one may lie beyond it."
        )
    if f.lost:
        yield (
            f"{f.lost} of {f.networks} networks diverged; a rate at which one did is not among the"
            " best."
        )


def _tuned(name: str, one: Parametrisation, f: Facts) -> str:
    """What the rate of the base does at the largest width."""
    from math import isfinite

    start = f"{name}: with the rate tuned at width {f.base}, {number(one.tuned)}, width {f.largest}"
    if not isfinite(one.loss):
        return f"{start} diverges."
    end = f"ends at the training loss {number(one.loss)}"
    if one.tuned == one.best[f.largest]:
        return f"{start} {end}, and no other rate of the scan does better."
    return (
        f"{start} {end}; the best there is {number(one.least)}, at {number(one.best[f.largest])}."
    )


def _slips(f: Facts) -> Iterator[str]:
    from .findings import Outcome

    if f.outcome is Outcome.NOTHING:
        return
    match f.standard.carries, f.mup.carries:
        case False, True:
            yield (
                "“Small-scale tuning does not transfer”: it depends on how the network is written"
                f" down. Within 25% of the best loss at width {f.largest} is the"
                f" rate tuned at {f.base} in muP, but not in the standard parametrization."
            )
        case True, True:
            yield (
                "“Small-scale tuning does not transfer”: here it does in both parametrizations. The"
                f" rate tuned at {f.base} is within 25% of the best loss at width {f.largest}."
            )
        case True, False:
            yield (
                "“muP makes tuning transfer” is no law of small networks: here the rate tuned at"
                f" {f.base} is within 25% of the best loss at width {f.largest} in the standard"
                " parametrization, and not in muP."
            )
        case False, False:
            yield (
                f"Here the rate tuned at {f.base} is further than 25% from the best loss at width"
                f" {f.largest} in both parametrizations. muP is a statement about width going to"
                " infinity."
            )

"""The question of the schedules, and what a run answers."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...story import Question, Story, Verdict
from .config import BIASES, FC1, HALF, NOTHING, OWN, WEIGHTS, Config

if TYPE_CHECKING:
    from .experiment import Result
    from .findings import Facts

ASK = {
    HALF: "only the output layer learns in the first half",
    BIASES: "all weights keep their random start and only the biases learn",
    FC1: "the layer fc1 keeps its random start",
    WEIGHTS: "all biases keep their random start and only the weights learn",
    OWN: "the parameters of your own schedule are frozen",
    NOTHING: "nothing is frozen",
}
"""What the question says of a condition; the first of them that is run is asked about."""

FROZEN = {WEIGHTS: "Biases frozen", BIASES: "Weights frozen", FC1: "fc1 frozen", OWN: "Own schedule"}


def asked(config: Config) -> tuple[str, int]:
    """(condition, epoch) of the question."""
    name = next(name for name in ASK if name in config.conditions)
    return name, config.half if name == HALF and config.half else config.epochs


def ask(config: Config) -> Question:
    """How good a network with frozen parameters gets."""
    name, at = asked(config)
    return Question(
        f"One of these networks starts with random numbers, and {ASK[name]}. What share of the test set will it get right "
        f"after epoch {at}?",
        number=(0.0, 100.0),
        unit="%",
        tolerance=8.0,
    )


def tell(config: Config, result: Result) -> Story:
    """Everything that is true of a run."""
    from .findings import facts

    f = facts(result.curves, result.movement, result.status)
    return Story(_verdict(config, f), (), tuple(_shows(f)), tuple(_slips(f)), f)


def _verdict(config: Config, f: Facts) -> Verdict:
    name, at = asked(config)
    mine = f.of(name)
    reached = 0.0 if mine is None else mine.half if at == f.half and name == HALF else mine.end
    return Verdict(100 * reached, f"Measured: “{name}” is at {reached:.0%} after epoch {at}.")


def _shows(f: Facts) -> Iterator[str]:
    from ....charts.words import points

    yield (
        f"{f.times:,} times a parameter was frozen for an epoch; the farthest that any of them moved is {f.farthest:g}."
        if f.times
        else "Nothing was frozen in this run."
    )
    if (held := f.switched) is not None:
        yield (
            f"With only the output layer learning, on top of random features, {held.half:.0%} after {f.half} epochs; one "
            f"epoch after the other layers were switched on, {held.after:.0%}."
        )
    free = f.of(NOTHING)
    for name, words in FROZEN.items():
        if free is not None and (mine := f.of(name)) is not None:
            yield f"{words}: {mine.end:.1%} at the end, {points(mine.end - free.end)} nothing frozen."
    for c in f.conditions:
        if c.lost:
            yield f"“{c.name}”: {c.lost} of {f.n_seeds} networks diverged."


def _slips(f: Facts) -> Iterator[str]:
    if f.through is not None:
        yield (
            "“Freezing switches off gradient descent in that layer” is right, and yet the gradient still flows *through* "
            f"the frozen layer to those before it: with fc1 frozen, its weights travelled {f.through[0]:g} in all, those of "
            f"the input layer behind it {f.through[1]:.1f} (the sum of all epochs' distances)."
        )
    free, held = f.of(NOTHING), f.switched
    if free is not None and held is not None and not math.isnan(free.half):
        yield (
            "The notes' loop freezes nothing (see *The loop*), so their figure shows a network that learns freely: at "
            f"half-time that is {free.half:.0%} here, where really freezing gives {held.half:.0%}."
        )

"""The question of the schedules, and what a run answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...settings import of_part
from ...story import Question, Story, Verdict
from ..config import LAYERS
from .config import BIASES, FC1, HALF, NOTHING, OWN, WEIGHTS, Config
from .schedule import parse_schedule

if TYPE_CHECKING:
    from .experiment import Result
    from .findings import Facts

ASK = {
    HALF: "only the output layer learns in the first half",
    BIASES: "all weights keep their random start and only the biases learn",
    FC1: "the layer fc1 keeps its random start",
    WEIGHTS: "all biases keep their random start and only the weights learn",
    OWN: "some parameters are frozen as your own schedule says",
    NOTHING: "nothing is frozen",
}
"""What the question says of a condition; the first of them that freezes something is asked
about.
"""

FROZEN = {
    WEIGHTS: "Only weights learn",
    BIASES: "Only biases learn",
    FC1: "fc1 frozen",
    OWN: "Own schedule",
}


def freezes_nothing(config: Config, name: str) -> bool:
    """Whether a condition leaves everything to learn in these settings."""
    if name == HALF:
        return not config.half  # one epoch has no first half
    schedule = parse_schedule(config.schedule, LAYERS) if name == OWN else ()
    return name == NOTHING or (
        name == OWN and all(freeze.first > config.epochs for freeze in schedule)
    )


def asked(config: Config) -> tuple[str, int]:
    """(condition, epoch) of the question."""
    mine = [name for name in ASK if name in config.conditions]
    name = next((name for name in mine if not freezes_nothing(config, name)), mine[-1])
    return name, config.half if name == HALF and config.half else config.epochs


def ask(config: Config) -> Question:
    """How good a network with frozen parameters gets."""
    name, at = asked(config)
    what = ASK[NOTHING if freezes_nothing(config, name) else name]
    one = "One of these networks" if len(config.conditions) > 1 else "A network"
    return Question(
        f"{one} starts with random numbers, and {what}. What share of the test set will it get"
        f" right after epoch {at}?",
        number=(0.0, 100.0),
        unit="%",
        tolerance=8.0,
    )


def tell(config: Config, result: Result) -> Story:
    """Everything that is true of a run."""
    from .findings import facts

    f = facts(result.curves, result.movement, result.status)
    return Story(_verdict(config, f), (), (*_shows(f), *of_part(config)), tuple(_slips(f)), f)


def _verdict(config: Config, f: Facts) -> Verdict:
    name, at = asked(config)
    mine = f.of(name)
    if mine is None:
        return Verdict(
            0.0,
            f"“{name}” diverged: numbers that are not finite are no answers, which counts as 0%.",
        )
    reached = mine.half if at < f.epochs else mine.end
    return Verdict(100 * reached, f"Measured: “{name}” is at {reached:.0%} after epoch {at}.")


def _shows(f: Facts) -> Iterator[str]:
    from ....charts.words import alike, plural, points

    yield _stood_still(f)
    if (held := f.switched) is not None:
        later = (
            f"still {held.after:.0%}"
            if alike([held.half, held.after], ".0%")
            else f"{held.after:.0%}"
        )
        yield (
            f"With only the output layer learning, on top of random features, {held.half:.0%} after"
            f" {plural(f.half, 'epoch')}; one epoch after the other layers were switched on,"
            f" {later}."
        )
    free = f.of(NOTHING)
    for name, words in FROZEN.items():
        if free is not None and (mine := f.of(name)) is not None:
            yield (
                f"{words}: {mine.end:.1%} at the end, {points(mine.end - free.end)} nothing frozen."
            )
    for c in f.conditions:
        if c.lost:
            yield f"“{c.name}”: {c.lost} of {plural(f.n_seeds, 'network')} diverged."


def _stood_still(f: Facts) -> str:
    if not f.times:
        return "Nothing was frozen in this run."
    if f.times == 1:
        return f"Once a parameter was frozen for an epoch; it moved by {f.farthest:g}."
    return (
        f"Parameters were frozen {f.times:,} times, those of all networks together, once for each"
        f" epoch; the farthest that one of them moved then is {f.farthest:g}."
    )


def _slips(f: Facts) -> Iterator[str]:
    from ....charts.words import alike, number

    if f.through is not None and f.through[0] == 0 < f.through[1]:
        yield (
            "“Freezing switches off gradient descent in that layer” is right, and yet the gradient"
            " still flows *through* the frozen layer to those before it: with fc1 frozen, its"
            " weights travelled 0 in all, those of the input layer behind it"
            f" {number(f.through[1])} (the sum of all epochs' distances)."
        )
    free, held = f.of(NOTHING), f.switched
    if free is not None and held is not None and not alike([free.half, held.half], ".0%"):
        yield (
            "The notes' loop freezes nothing (see *The loop*), so their figure shows a network"
            f" that learns freely: at half-time that is {free.half:.0%} here, where really freezing"
            f" gives {held.half:.0%}."
        )

"""The question of the loss around two starts, and what a run answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ....charts.words import alike, capital, number, scheme_name
from ...story import Question, Story, Verdict
from ..settings import about
from .config import LandscapeConfig

if TYPE_CHECKING:
    from .experiment import Landscape
    from .findings import Facts, Start


def start_name(init: str, value: float) -> str:
    """What a sentence calls a start."""
    same = f"all parameters {value:g}" if value else "all parameters zero"
    return same if init == "constant" else f"the {scheme_name(init)} start"


def ask(config: LandscapeConfig) -> Question:
    """Around which start the loss changes more."""
    answers = tuple(
        f"Around {start_name(init, config.constant)}" for init in ("constant", config.init)
    )
    return Question(
        "Two networks: in one, all parameters have the same value, in the other they are random."
        " Walk a little way from each, in many directions. Around which does the loss change more?"
        " (About equally: by less than twice as much.)",
        (*answers, "About equally"),
    )


def tell(config: LandscapeConfig, result: Landscape) -> Story:
    """Everything that is true of one run."""
    from . import charts
    from .findings import facts

    f = facts(result.surface, result.path, config.constant, config.activation, config.epochs)
    one, two = f.constant.spread, f.random.spread
    answer = ask(config).options[0 if one > 2 * two else 1 if two > 2 * one else 2]
    return Story(
        verdict=Verdict(answer, charts.nearby(f) + "."),
        figures=(
            *(charts.plane(result.surface, result.path, f, start) for start in f.starts),
            charts.profile(result.surface, f, about(config)),
        ),
        shows=tuple(_shows(f)),
        slips=tuple(_slips(f)),
        facts=f,
    )


def _shows(f: Facts) -> Iterator[str]:
    """Height differences, and where training went."""
    from .charts import digits_of, loss_of, span_of

    for start in f.starts:
        centre = loss_of(start.centre, digits_of(start))
        yield (
            f"**{capital(start_name(start.init, f.value))}**: loss {centre} at the start,"
            f" {span_of(start)} near it. {_walked(start)}"
        )


def _walked(start: Start) -> str:
    if start.diverged and not start.steps:
        return "Training diverged in the first epoch."
    far = f"a distance of {number(start.distance)}"
    if start.diverged:
        return f"Training walked {far} before it diverged, to a loss of {start.last:.3g}."
    return f"Training walked {far} and reached a loss of {start.last:.3g}."


def _went(start: Start) -> str:
    """What training did with the loss."""
    if alike((start.first, start.last), ".3g"):
        return "stayed at"
    return "fell to" if start.last < start.first else "rose to"


def _slips(f: Facts) -> Iterator[str]:
    """What the picture of salt flats and badlands leaves out, against this run."""
    from .charts import runs

    told = not any(start.diverged for start in f.starts)
    same, ahead = alike((f.constant.last, f.random.last), ".3g"), f.random.last < f.constant.last
    went = _went(f.constant), _went(f.random)
    fell = [start.first - start.last for start in f.starts]
    slower = ahead and not same and went[0] != "rose to" and fell[0] < fell[1]
    ends = f"from both starts the loss went to {f.random.last:.3g} here."
    if not same:
        only = "only " if slower and went[0] == "fell to" else ""
        ends = (
            f"from {start_name('constant', f.value)}, the loss {only}{went[0]}"
            f" {f.constant.last:.3g}; from the random start it {went[1]} {f.random.last:.3g}."
        )
    if told:
        yield f"“Random weights allow for any direction”: {ends}"
    if f.value == 0 and f.activation != "sigmoid":  # whose output at 0 is a half
        yield (
            "This start is no local minimum. With all weights at zero the output does not depend on"
            " the input, and every gradient but that of the output's bias is exactly zero:"
            " nothing says where to go."
        )
    elif told and f.constant.kind != "flat" and slower:
        yield (
            f"“Salt flats” is only half of the story: around {start_name('constant', f.value)} the"
            f" loss {runs(f.constant)} nearby. It is not flat there, and yet training came no"
            " further: the start is symmetric, all units of a layer get the same gradient."
        )

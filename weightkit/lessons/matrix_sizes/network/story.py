"""The shapes of a network's matrices, and one unit followed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ....charts.words import alike, plural
from ...story import Question, Story, Verdict
from ..config import SIZES, Config

if TYPE_CHECKING:
    from ..experiment import Result
    from .findings import Facts, Unit

FAN_IN, FAN_OUT = SIZES[:2]


def ask(config: Config) -> Question:
    """The shape of one W, whatever the network."""
    return Question(
        f"A layer has {FAN_IN} inputs and {FAN_OUT} outputs. What is the shape of its weight"
        " matrix W?",
        (
            f"({FAN_IN}, {FAN_OUT})",
            f"({FAN_OUT}, {FAN_IN})",
            f"({FAN_OUT},)",
            f"({FAN_IN * FAN_OUT},)",
        ),
    )


def tell(config: Config, result: Result) -> Story:
    """Everything that is true of a network of these sizes."""
    from ..slips import SLIPS
    from . import charts
    from .findings import facts

    f = facts(result.shapes, result.flow, result.unit, result.output, config.layer, config.unit)
    return Story(
        verdict=Verdict(
            f"({FAN_OUT}, {FAN_IN})",
            f"One row per output comes first: y = Wx needs {FAN_OUT} rows to make {FAN_OUT}"
            f" numbers, each row {FAN_IN} long.",
        ),
        figures=(charts.unit(result.unit, f.unit),),
        shows=tuple(_shows(f)),
        slips=SLIPS,
        facts=f,
    )


def _shows(f: Facts) -> Iterator[str]:
    steps = " → ".join(f"{layer} {shape}" for layer, shape in f.flow)
    yield (
        f"The batch flows through as {steps}: the number of samples stays, the number of features"
        " is each layer's outputs."
    )
    whole = (
        "The weight matrix holds" if len(f.matrices) == 1 else "All weight matrices together hold"
    )
    them = "it" if len(f.matrices) == 1 else "them"
    biases = "goes one bias" if f.biases == 1 else f"go {f.biases:,} biases"
    yield f"{whole} {plural(f.weights, 'number')}; with {them} {biases}, one per output."
    yield _by_hand(f.unit)


def _by_hand(u: Unit) -> str:
    through = ", through ReLU" if u.through else ""
    same = alike((u.output, u.measured), ".4f")
    network = "the same" if same else f"{u.measured:.4f}, rounded on another way"
    return (
        f"Unit {u.number} of {u.layer}, computed by hand as row times input plus bias{through}:"
        f" {u.output:.4f}. The network itself says {network}."
    )

"""The shapes of a network's matrices, and one unit followed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...story import Question, Story, Verdict
from ..config import SIZES, Config

if TYPE_CHECKING:
    from ..experiment import Result
    from .findings import Facts

FAN_IN, FAN_OUT = SIZES[:2]


def ask(config: Config) -> Question:
    """The shape of one W, whatever the network."""
    return Question(
        f"A layer has {FAN_IN} inputs and {FAN_OUT} outputs. What is the shape of its weight matrix W?",
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
            f"One row per output comes first: y = Wx needs {FAN_OUT} rows to make {FAN_OUT} numbers, each row {FAN_IN} "
            "long.",
        ),
        figures=(charts.unit(result.unit, f.unit),),
        shows=tuple(_shows(f)),
        slips=SLIPS,
        facts=f,
    )


def _shows(f: Facts) -> Iterator[str]:
    steps = " → ".join(f"{layer} {shape}" for layer, shape in f.flow)
    yield (
        f"The batch flows through as {steps}: the number of samples stays, the number of features is each layer's outputs."
    )
    yield f"All weight matrices together hold {f.weights:,} numbers, the biases {f.biases:,} (one per output)."
    u = f.unit
    yield (
        f"Unit {u.number} of {u.layer}, computed by hand as row times input plus bias: {u.output:.4f}. The network itself "
        f"says {u.measured:.4f}."
    )

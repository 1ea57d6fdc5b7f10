"""What happens at the joints of a chain."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...story import Question, Story, Verdict
from ..config import BROKEN, Config, written_chain

if TYPE_CHECKING:
    from ..experiment import Result
    from .findings import Facts

RUNS = "It runs"
FIRST = "It breaks at the first joint"


def _between(place: int) -> str:
    """The answer that names the joint before the layer at this place, counted from 0."""
    return f"It breaks between layers {place} and {place + 1}" if place else FIRST


def ask(config: Config) -> Question:
    """Where the course's chain breaks, whatever chain the reader has made of it."""
    return Question(
        "Three layers: 10 → 14, 14 → 9, 19 → 8. A batch of 5 samples with 10 features comes in."
        " What happens?",
        (RUNS, FIRST, *map(_between, range(1, len(BROKEN)))),
    )


def tell(config: Config, result: Result) -> Story:
    """Everything that is true of a chain."""
    from ..slips import SLIPS
    from . import charts
    from .findings import facts

    f = facts(result.chain, result.error, config.chain, config.n_samples, config.n_features)
    return Story(
        verdict=_verdict(),
        figures=(charts.chain(result.chain, config.chain, f),),
        shows=tuple(_shows(f)),
        slips=SLIPS,
        facts=f,
    )


def _verdict() -> Verdict:
    """Of the course's chain."""
    gives = [config_out for _, config_out in BROKEN]
    place = next(i for i in range(1, len(BROKEN)) if BROKEN[i][0] != gives[i - 1])
    return Verdict(
        _between(place),
        f"Layer {place} gives {gives[place - 1]} features, layer {place + 1} expects"
        f" {BROKEN[place][0]}.",
    )


def _shows(f: Facts) -> Iterator[str]:
    written = [f"`{written_chain(way)}`" for way in f.ways]
    match written:
        case []:
            yield "Nothing to mend: PyTorch ran the batch without an error."
        case [expecting]:
            yield f"To mend it, the first layer must expect what the batch has: {expecting}"
        case [giving, expecting]:
            every = "" if f.n_broken == 1 else ", at every joint"
            yield f"One way to mend it: let a layer give what the next one expects{every}: {giving}"
            yield f"Another: let a layer expect what it receives{every}: {expecting}"

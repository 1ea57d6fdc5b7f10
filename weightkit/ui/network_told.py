"""What the page says of a reader's network, and of the example, made in a worker; and where it
stands on the page.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..charts.words import plural, small
from ..lazy import lazy
from . import sent
from .outside import SENTENCE, plain

if TYPE_CHECKING:
    from .own_network import Look

apart: Any = lazy("weightkit.ui.apart")
inspection: Any = lazy("weightkit.inspection")
files: Any = lazy("weightkit.inspection.files")
charts: Any = lazy("weightkit.inspection.charts")
examples: Any = lazy("weightkit.inspection.examples")

MATRIX = 2**21  # numbers of a matrix that is decomposed: 16 MB, and twice as much beside it
WORK = 4e9  # see `parameters.frame`: four seconds


@dataclass(frozen=True)
class Found:
    """What the page shows of one network, or of two: sentences, figures, the table behind them."""

    heading: str
    shows: tuple[str, ...]
    figures: tuple[Any, ...]
    table: Any


@dataclass(frozen=True)
class Example:
    """The example's run has no settings."""


def look(config: Look, on_epoch: Callable[[int, int], None]) -> list[Found]:
    """What there is to say of both files, where there are two, and of each; in a worker."""
    given = [file.data.given for file in config.given]
    return apart.call(_look, given, hooks={"on_epoch": on_epoch})


def tensors(source: Path | bytes) -> int:
    """How many tensors a file has; ValueError says what is wrong with it."""
    return len(files.read(source))


def _look(given: list[Path | bytes], on_epoch: Callable[[int, int], None]) -> list[Found]:
    seen = []
    for place, data in enumerate(given):
        on_epoch(place, len(given) + 1)
        seen.append(inspection.inspect_file(data, MATRIX, WORK / len(given)))
    on_epoch(len(given), len(given) + 1)
    if len(given) == 1:
        return [_found("What the file shows", seen[0])]
    both = _both("From the first file to the second", seen[0].compare(seen[1]))
    each = zip(("first", "second"), seen, strict=True)
    return [both, *(_found(f"What the {n} file shows", s, f"The {n} file") for n, s in each)]


def example(config: Example) -> list[Found]:
    """What there is to say of a bad start, of a good one, and of that once it is trained."""
    return apart.call(_example)


def _example() -> list[Found]:
    good, bad, trained = (inspection.inspect(tensors) for tensors in examples.networks())
    after = (
        f"From the good start to what {plural(examples.EPOCHS, 'epoch')} on the digits made of it,"
        f" with layer {examples.FROZEN} frozen"
    )
    both = [end for seen in (bad, good) for end in charts.reach(seen.parameters, seen.facts)]
    return [
        _found("The bad start", bad, "The bad start", both),
        _found("The good start", good, "The good start", both),
        _both(after, good.compare(trained), "trained-"),
    ]


def _found(heading: str, seen: Any, whose: str = "", also: Sequence[float] = ()) -> Found:
    """whose: of several networks, said in the titles of its figures, and in their names; also: what
    its first axis holds as well, which has a neighbour.
    """
    prefix = f"{whose.removeprefix('The ').replace(' ', '-')}-" if whose else ""
    figures = charts.figures(seen.parameters, seen.signals, seen.facts, prefix, also)
    if whose:
        words = ((f, f"{whose}: {small(f.title)}", f"{whose}: {small(f.alt)}") for f in figures)
        figures = tuple(replace(figure, title=title, alt=alt) for figure, title, alt in words)
    table = seen.parameters.assign(shape=seen.parameters["shape"].map(str))
    return Found(heading, seen.shows, _prepared(figures), table)


def _both(heading: str, two: Any, prefix: str = "") -> Found:
    figures = charts.compared(two.distances, two.facts, prefix)
    table = two.distances.assign(shape=two.distances["shape"].map(str))
    return Found(heading, two.shows, _prepared(figures), table)


def tell(page: Any, found: Found) -> None:
    """Its first figure beside the controls, where it is the page's first; its sentences, and all
    other figures, below.
    """
    figures = list(found.figures)
    if figures and not page.figures:
        page.show(figures.pop(0))
    say(page, found)
    for place in range(0, len(figures), 2):
        page.pair(*figures[place : place + 2])


def say(page: Any, found: Found, into: Any = None) -> None:
    """Its sentences, whose names may be from outside."""
    sentences = "\n".join(f"- {plain(text, SENTENCE)}" for text in found.shows)
    page.say(f"**{found.heading}**\n\n{sentences}", into=into)


def _prepared(figures: tuple[Any, ...]) -> tuple[Any, ...]:
    for figure in figures:
        sent.prepared(figure)
    return figures

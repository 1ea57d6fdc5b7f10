"""The question of the map, and what a run answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from ....charts.words import between, listed, percent, plural, scheme_name
from ...story import Question, Story, Verdict
from ..settings import about
from .config import MapConfig

if TYPE_CHECKING:
    from .experiment import MapResult
    from .findings import Facts, Row

MOST = 5  # answers that name a depth


def answers(depths: Iterable[int]) -> dict[str, int]:
    """The answers to choose from, and the largest depth for which each is right: none, and the
    depths of the map, several in one answer where there are many.
    """
    deep = sorted(set(depths))
    n = min(len(deep), MOST)
    groups = (deep[i * len(deep) // n : (i + 1) * len(deep) // n] for i in range(n))
    return {"No network learns": 0} | {between(some[0], some[-1], "g"): some[-1] for some in groups}


def ask(config: MapConfig) -> Question:
    """How deep the best row reaches, in this run."""
    what = "scheme" if config.by == "scheme" else "standard deviation of the weights"
    n, time = config.n_seeds, plural(config.epochs, "epoch")
    one = (
        f"one network is trained for {time}. How many layers has the deepest that learns?"
        if n == 1
        else f"{n} networks are trained for {time}. How many layers have the deepest that learn, on"
        " average?"
    )
    layers = between(min(config.depths), max(config.depths), "g")
    return Question(
        f"From each {what}, and at each of several depths ({layers} layers), {one}"
        " (To learn is to get more than halfway from chance to 100%.)",
        tuple(answers(config.depths)),
    )


def tell(config: MapConfig, result: MapResult) -> Story:
    """Everything that is true of one map."""
    from . import charts
    from .findings import facts

    f = facts(result.map, result.chance, config.by, config.epochs)
    return Story(
        verdict=_verdict(f),
        figures=(charts.trainability(result.map, f, about(config)),),
        shows=tuple(_shows(f)),
        facts=f,
    )


def _name(f: Facts, row: Row) -> str:
    return scheme_name(row.init) if f.by == "scheme" else f"std {row.std:g}"


def _verdict(f: Facts) -> Verdict:
    best = max(row.reach for row in f.rows)
    answer = next(answer for answer, most in answers(f.depths).items() if best <= most)
    if not best:
        return Verdict(answer, "No cell of the map learned at any depth.")
    who = [_name(f, row) for row in f.rows if row.reach == best]
    luck = (
        "With one network per cell, another seed may reach less or more"
        if f.n_seeds == 1
        else f"A cell is the mean of {f.n_seeds} networks"
    )
    deeper = [depth for depth in f.depths if depth > best]
    beyond = f"at {listed(deeper)} no cell did" if deeper else "deeper ones were not tried"
    return Verdict(
        answer,
        f"In {plural(f.epochs, 'epoch')}, {listed(who)} learned at {best} layers; {beyond}."
        f" {luck}.",
    )


def _shows(f: Facts) -> Iterator[str]:
    """How deep each row learns, and what becomes of the deepest networks; rows that end alike in
    one sentence.
    """
    alike: dict[tuple[int, str], list[str]] = {}
    for row in f.rows:
        end = "at chance" if row.stuck else between(row.low, row.high, percent)
        alike.setdefault((row.reach, end), []).append(
            scheme_name(row.init) if f.by == "scheme" else f"{row.std:g}"
        )
    for (depth, end), who in sorted(alike.items(), reverse=True):
        yield (
            f"**{'' if f.by == 'scheme' else 'std '}{listed(who)}**: "
            + (
                f"the deepest that learned have {depth} layers"
                if depth
                else "learned at none of these depths"
            )
            + f"; at {f.depths[-1]} layers: {end}."
        )


def theory(config: MapConfig) -> str:
    """Why there is an edge, in Markdown."""
    width = config.width
    return (
        "**Why there is an edge.** Without normalization, a ReLU layer multiplies the signal's"
        f" mean square by $N\\,\\mathrm{{Var}}(w) / 2$, here with $N = {width}$. After $L$ layers"
        " the factor has been applied $L$ times, so that the deeper the network, the nearer to 1"
        f" it must be; it is 1 at std $\\sqrt{{2 / {width}}} = {(2 / width) ** 0.5:.3f}$, which is"
        " Kaiming's."
    )

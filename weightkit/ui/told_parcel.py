"""A run and its Story as bytes and back: the result and each figure's rows as Arrow IPC, words and
specifications as JSON.

A figure travels as it is sent to browsers. What only some readers ask for, the Altair chart of an
export and the facts behind the words, has no such form: whoever gets a Story tells it again from
the same frames when it is asked for, once.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from ..charts import Figure
from ..lessons.story import Story, Verdict
from . import parcel, sent
from .parcel import Unfit

STORY = b"story"
WORDS = ("name", "title", "subtitle", "alt")


def pack(made: tuple[Any, Story]) -> dict[bytes, bytes]:
    """(result, story) in named parts; raises Unfit."""
    result, story = made
    parts, verdict = parcel.pack(result), story.verdict
    told = {
        "verdict": None if verdict is None else [verdict.truth, verdict.because],
        "headline": story.headline,
        "shows": story.shows,
        "slips": story.slips,
        "figures": [_figure_packed(i, f, parts) for i, f in enumerate(story.figures)],
    }
    try:
        return parts | {STORY: json.dumps(told).encode()}
    except TypeError as error:
        raise Unfit(str(error)) from error


def unpack(
    view: Any, config: Any, parts: Mapping[bytes, bytes], facts: Any = None
) -> tuple[Any, Story]:
    """What `pack` was given for `view.run(config)` and `view.tell`; raises Unfit. facts: of the
    Story, where they are known.
    """
    result = parcel.unpack(view.run, parts)
    again: Callable[[], Story] = cache(lambda: view.tell(config, result))
    try:
        told = json.loads(parts[STORY])
        verdict = told["verdict"] and Verdict(
            _answer(told["verdict"][0]), _text(told["verdict"][1])
        )
        return result, _lazily(
            ToldElsewhere,
            again,
            verdict=verdict,
            headline=_text(told["headline"]),
            shows=tuple(map(_text, told["shows"])),
            slips=tuple(map(_text, told["slips"])),
            figures=tuple(_figure(i, f, parts, again) for i, f in enumerate(told["figures"])),
            _facts=facts,
        )
    except (KeyError, IndexError, ValueError, TypeError) as error:
        raise Unfit(f"no story of {view.__name__}: {error}") from error


class ToldElsewhere(Story):
    """A Story that another process has told."""

    facts = property(lambda self: self.__dict__["_facts"] or self.__dict__["_again"]().facts)


class DrawnElsewhere(Figure):
    """A figure that another process has drawn."""

    chart = property(lambda self: self.__dict__["_again"]()[self.name].chart)
    interactive = property(lambda self: self.__dict__["_again"]()[self.name].interactive)


def _figure_packed(i: int, figure: Figure, parts: dict[bytes, bytes]) -> dict[str, Any]:
    drawings = sent.prepared(figure)
    parts[b"rows%d" % i] = parcel.written(figure.data)
    tables = drawings[False]["datasets"]
    parts |= {_place(i, name): table for name, table in tables.items()}
    bare = [{**drawings[dark], "datasets": list(tables)} for dark in (False, True)]
    return {word: getattr(figure, word) for word in WORDS} | {"drawings": bare}


def _figure(
    i: int, told: Mapping[str, Any], parts: Mapping[bytes, bytes], again: Callable[[], Story]
) -> Figure:
    words = {word: _text(told[word]) for word in WORDS}
    tables = {name: parts[_place(i, name)] for name in told["drawings"][False]["datasets"]}
    drawings = {dark: told["drawings"][dark] | {"datasets": tables} for dark in (False, True)}
    rows = parcel.read(parts[b"rows%d" % i])
    return _lazily(DrawnElsewhere, again, **words, data=rows, _sent=drawings)


def _place(i: int, name: str) -> bytes:
    return f"table{i} {name}".encode()


def _lazily(kind: type, again: Callable[[], Story], **known: Any) -> Any:
    """A frozen dataclass with what is known of it; the rest are properties of `kind`."""
    made: Any = object.__new__(kind)
    made.__dict__.update(known, _again=again)
    return made


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{type(value).__name__} instead of words")
    return value


def _answer(value: Any) -> str | float:
    if not isinstance(value, (str, int, float)):
        raise TypeError(f"{type(value).__name__} is no answer")
    return value

"""What a class is shown of a result: the verdict and the first figure of its page, made once by the
lecturer's server and drawn on every student's page without a run of their own.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from typing import Any

from ..classes.asked import Asked, Given
from ..lazy import lazy
from . import predict, running
from .lessons import Lesson

sent = lazy("weightkit.ui.sent")


@dataclass(frozen=True)
class Card:
    """truth, because: as in `lessons.story.Verdict`, None where the run gives no answer; title,
    subtitle, alt, drawings (by `dark`): of the figure.
    """

    truth: Given | None
    because: str
    title: str
    subtitle: str
    alt: str
    drawings: dict[bool, dict[str, Any]]


def asked_about(
    view: Any, config: Any, entry: Lesson, place: str, query: Sequence[tuple[str, str]]
) -> Asked:
    """What a class is asked about a view of a lesson; place: its name (`Visit.place`); query: what
    the page's link says.
    """
    question, kind = view.ask(config), type(config)
    return Asked(
        text=question.text,
        options=tuple(question.options),
        number=question.number,
        unit=question.unit,
        tolerance=question.tolerance,
        about=predict.about(question.text, config),
        title=entry.title,
        slug=entry.slug,
        place=place,
        query=tuple(query),
        view=view.__name__,
        config=f"{kind.__module__}:{kind.__qualname__}",
        settings=dict(vars(config)),
    )


def run_of(asked: Asked) -> tuple[Any, Any]:
    """(view, Config) of what a class was asked about; ValueError where they are none of ours."""
    module, _, name = asked.config.partition(":")
    for path in (asked.view, module):
        if not path.startswith("weightkit.lessons."):
            raise ValueError(f"{path} is no lesson")
    return import_module(asked.view), getattr(import_module(module), name)(**asked.settings)


def begin(asked: Asked) -> None:
    """Train in the background, while the class answers."""
    view, config = run_of(asked)
    if getattr(view, "BASE", None) is None:
        work = running.telling(view)
        needs = running.cost_of(config), False, running.memory_of(config)
        key = running.key_of(work, config)
        running.runner().warm(key, running.as_work(work, config), *needs)


def made(asked: Asked) -> str:
    """The card as text, after the run, whose progress is drawn; "" where that was stopped. Raises
    what the run raises.
    """
    view, config = run_of(asked)
    told = _told(view, config)
    if told is None:
        return ""
    figure, verdict = lead(view, told, config), told.story.verdict
    drawings = sent.prepared(figure)
    tables = {k: b64encode(v).decode() for k, v in drawings[False]["datasets"].items()}
    return json.dumps(
        {
            "truth": verdict and verdict.truth,
            "because": verdict.because if verdict else "",
            "title": figure.title,
            "subtitle": figure.subtitle,
            "alt": figure.alt,
            "light": drawings[False] | {"datasets": None},
            "dark": drawings[True] | {"datasets": None},
            "tables": tables,
        }
    )


def lead(view: Any, told: Any, config: Any) -> Any:
    """The first figure of the view's page: the story's first, or what its `charts.lead` draws."""
    own = getattr(getattr(view, "charts", None), "lead", None)
    return own(told.result, config) if own else told.story.figures[0]


def _told(view: Any, config: Any) -> Any:
    base = getattr(view, "BASE", None)
    trained = None
    if base is not None:
        first = _told(base, config)
        if first is None:
            return None
        trained = first.result
    return running.follow(running.telling(view, trained), config)


@lru_cache(8)
def read(text: str) -> Card:
    """What `made` has written: the same object for all who are shown it."""
    said = json.loads(text)
    tables = {name: b64decode(table) for name, table in said["tables"].items()}
    drawings = {
        dark: said[name] | {"datasets": tables} for dark, name in ((False, "light"), (True, "dark"))
    }
    words = {name: said[name] for name in ("truth", "because", "title", "subtitle", "alt")}
    return Card(drawings=drawings, **words)

"""The views that are told, and what is known of each beside its prose."""

from __future__ import annotations

import importlib
import inspect
import os
import pkgutil
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import weightkit.lessons as lessons
from weightkit.ui.lessons import LESSONS

TESTS = Path(__file__).resolve().parents[1] / "lessons"
REAL = Path(__file__).resolve().parents[3] / "shared" / "data"
if REAL.exists():
    os.environ.setdefault("WEIGHTKIT_DATA", str(REAL))  # red wine is not bundled


def views() -> dict[str, Any]:
    """{name: module with Config, ask, run and tell} of every view, by the folder below lessons/."""
    found = {}
    for lesson in LESSONS:
        module = importlib.import_module(f"{lessons.__name__}.{lesson.slug}")
        inside = [info.name for info in pkgutil.iter_modules(module.__path__) if info.ispkg]
        for name in [*inside, ""]:  # a lesson may be a view and hold others, or pass one on
            view = importlib.import_module(f"{module.__name__}.{name}") if name else module
            told = getattr(view, "tell", None)
            if told and hasattr(view, "ask") and told not in [v.tell for v in found.values()]:
                found[f"{lesson.slug}/{name}".rstrip("/")] = view
    return found


def config_of(view: Any) -> type:
    """The Config that the view's run takes."""
    first = next(iter(inspect.signature(view.run).parameters.values()))
    return type(first.default)


def truth(name: str) -> Any:
    """What is known of a view beside its prose: the `truth.py` in its folder of tests/lessons, or
    the one of its lesson.

    check(config, result, story), or CHECKS, {view: check}: recomputes the facts from the frames in
        another way, raises AssertionError where one is false or gives a sentence of it, and gives
        the figures that the page draws beside those of the story (their prose is checked as well).
    DRAWN: {view: {field: strategy}} for fields without a range of their own, or a strategy of whole
        Configs.
    NO_IMAGES: true of a lesson that has to do with no image, whatever the settings.
    """
    lesson, _, view = name.partition("/")
    for place in dict.fromkeys((f"{lesson}.{view}".rstrip("."), lesson)):
        if (TESTS / place.replace(".", "/") / "truth.py").exists():
            return importlib.import_module(f"tests.lessons.{place}.truth")
    raise LookupError(f"{name} has no check: write one in tests/lessons/{lesson}/truth.py")


def check_of(name: str) -> Callable[[Any, Any, Any], Iterable[Any] | None]:
    """The check of a view ("": of a lesson that is one)."""
    known = truth(name)
    return getattr(known, "CHECKS", {}).get(name.partition("/")[2]) or known.check


def drawn_by(name: str) -> Any:
    """What `DRAWN` says of a view; {} where nothing."""
    return getattr(truth(name), "DRAWN", {}).get(name.partition("/")[2], {})


def no_images(name: str) -> bool:
    """Whether the view has to do with no image, whatever the settings."""
    return getattr(truth(name), "NO_IMAGES", False)

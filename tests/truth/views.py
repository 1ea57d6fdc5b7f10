"""The views that are told, and what is checked of each beside its prose."""

from __future__ import annotations

import importlib
import inspect
import os
import pkgutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import weightkit.lessons as lessons
from weightkit.ui.lessons import LESSONS

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


def checks(name: str) -> Callable[[Any, Any, Any], list[str]] | None:
    """check(config, result, story) -> faults, of `tests/lessons/<view>/truth.py`, where there is
    one.
    """
    try:
        return importlib.import_module(f"tests.lessons.{name.replace('/', '.')}.truth").check
    except ModuleNotFoundError:
        return None

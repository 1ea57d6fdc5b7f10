"""A run that has been told: what a page has to show of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, Generic, TypeVar

from ..charts import Figure
from ..charts.words import plural
from ..lessons.story import Story
from . import running

R = TypeVar("R")


@dataclass(frozen=True)
class Told(Generic[R]):
    """The result of a view's `run(config)` and its Story, both shared with all who ask for the same
    settings.

    when: time at which the training was over (seconds since 1970); seconds: how long it took; None
    where another server has trained.
    """

    config: Any
    result: R
    story: Story
    when: float = 0.0
    seconds: float | None = None

    def look(self, draw: Callable[..., Figure], *values: Hashable) -> Figure:
        """draw(result, *values): a chart that depends on controls which choose what to look at, not
        what to train.
        """
        return running.drawn(draw, self.config, self.result, *values)

    @property
    def made(self) -> str:
        """When and in how long this was computed, in words: not every run trains."""
        minutes = int((time.time() - self.when) // 60)
        hours = minutes // 60
        ago = (
            "just now"
            if minutes < 1
            else f"{plural(minutes, 'minute')} ago"
            if hours < 1
            else f"{plural(hours, 'hour')} ago"
        )
        took = (
            "by another server"
            if self.seconds is None
            else f"in {'under 0.1' if self.seconds < 0.1 else format(self.seconds, '.1f')}\u00a0s"
        )
        return f"computed {ago}, {took}"

    @property
    def frames(self) -> dict[str, Any]:
        """The DataFrames of the result, by name."""
        result: Any = self.result
        values = (
            {f.name: getattr(result, f.name) for f in fields(result)}
            if is_dataclass(result)
            else {}
        )
        return {name: value for name, value in values.items() if hasattr(value, "columns")}

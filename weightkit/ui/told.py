"""A run that has been told: what a page has to show of it."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, Generic, TypeVar

from ..charts import Figure
from ..lessons.story import Story
from . import running

R = TypeVar("R")


@dataclass(frozen=True)
class Told(Generic[R]):
    """The result of a view's `run(config)` and its Story, both shared with all who ask for the same
    settings.
    """

    config: Any
    result: R
    story: Story

    def look(self, draw: Callable[..., Figure], *values: Hashable) -> Figure:
        """draw(result, *values): a chart that depends on controls which choose what to look at, not
        what to train.
        """
        return running.drawn(draw, self.config, self.result, *values)

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

"""A lesson of several views: the table of them that its page dispatches by."""

from __future__ import annotations

from dataclasses import dataclass
from types import ModuleType


@dataclass(frozen=True)
class View:
    """One view of a lesson.

    slug: what stands before the names of its settings in links; "" for the view whose settings have
        none.
    title: what the reader chooses it by, and what links call it.
    module: its folder, with PRESETS, ask, run and tell.
    """

    slug: str
    title: str
    module: ModuleType

    @property
    def prefix(self) -> str:
        """What stands before the names of its settings in links."""
        return self.slug and f"{self.slug}_"

"""A lesson of several views: the table of them that its page dispatches by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


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
    module: Any

    @property
    def presets(self) -> dict[str, dict[str, Any]]:
        """Its presets as links spell them: name -> this view, and its settings by their keys."""
        own: Mapping[str, Mapping[str, Any]] = self.module.PRESETS
        return {
            name: {"view": self.title, **{self.prefix + key: v for key, v in preset.items()}}
            for name, preset in own.items()
        }

    @property
    def prefix(self) -> str:
        """What stands before the names of its settings in links."""
        return self.slug and f"{self.slug}_"

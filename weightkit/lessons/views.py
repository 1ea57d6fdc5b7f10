"""A lesson of several views: the table of them that its page dispatches by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


class Preset(dict[str, Any]):
    """Settings that one click sets, and a question that says what to look for then."""

    def __init__(self, look: str, settings: Mapping[str, Any]):
        super().__init__(settings)
        if not look.endswith("?"):
            raise ValueError(f"{look!r} is no question: a preset asks, the run answers")
        self.look = look


def placed(preset: Preset, view: str, prefix: str = "") -> Preset:
    """The preset in a view of this title, whose settings have `prefix` before their names."""
    settings = {"view": view, **{prefix + key: value for key, value in preset.items()}}
    return Preset(preset.look, settings)


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
    def presets(self) -> dict[str, Preset]:
        """Its presets as links spell them: name -> this view, and its settings by their keys."""
        own: Mapping[str, Preset] = self.module.PRESETS
        return {name: placed(preset, self.title, self.prefix) for name, preset in own.items()}

    @property
    def prefix(self) -> str:
        """What stands before the names of its settings in links."""
        return self.slug and f"{self.slug}_"

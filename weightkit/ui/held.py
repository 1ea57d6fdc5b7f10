"""Hold and compare: when a setting moves, the lines of the run before stay, in grey, in the first
figure of a page, with what was set for them named, until the reader lets go.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from .controls import Control
from .lean import spread
from .visit import VIEW

LAST, HELD = "last_run", "held_run"


@dataclass(frozen=True)
class Run:
    """What a page has shown: of which view, with which settings (in words, by label), and the
    drawings of its first figure, for light and dark: the figure itself would keep its result.
    """

    place: str
    settings: Mapping[str, str]
    drawings: Mapping[bool, dict[str, Any]]


def compare(now: Run, dark: bool) -> tuple[dict[str, Any], str]:
    """The drawing of this run's figure, and, in words, what was set for the run that is held
    beside it; "" where there is none, or none that has the same axes.
    """
    plain = now.drawings[dark]
    last, held = (_of(key, now.place) for key in (LAST, HELD))
    if held is None and last is not None and last.settings != now.settings:
        held = last
    st.session_state[LAST], st.session_state[HELD] = now, held
    if held is None:
        return plain, ""
    words = [f"{label} {was}" for label, was in held.settings.items() if _moved(now, label, was)]
    before, drawing = spread(held.drawings[dark]), spread(plain)
    ghosts = _ghosts(before, drawing) if words else []
    if not ghosts:
        return plain, ""
    both = {f"held_{n}": data for n, data in before["datasets"].items()} | drawing["datasets"]
    return drawing | {"layer": [*ghosts, *drawing["layer"]], "datasets": both}, ", ".join(words)


def in_words(controls: Sequence[Control], settings: Mapping[str, Any]) -> dict[str, str]:
    """What the controls say, by their labels."""
    return {
        c.label: ", ".join(map(c.name, settings[c.key] if c.most else (settings[c.key],)))
        for c in controls
        if c.key != VIEW
    }


def let_go() -> None:
    """Show this run alone (callback)."""
    st.session_state[HELD] = None


def _of(key: str, place: str) -> Run | None:
    run = st.session_state.get(key)
    return run if isinstance(run, Run) and run.place == place else None


def _moved(now: Run, label: str, was: str) -> bool:
    return now.settings.get(label, was) != was


def _ghosts(before: dict[str, Any], drawing: dict[str, Any]) -> list[dict[str, Any]]:
    """The lines of a drawing in grey, on the axes of another; none where those are of something
    else.
    """
    axes = {c: said for c in "xy" if (said := _axis(drawing, c))}
    if len(axes) < 2 or any(_kind(axes[c]) != _kind(_axis(before, c)) for c in axes):
        return []
    alone = [c for c in "xy" if drawing.get("resolve", {}).get("axis", {}).get(c) == "independent"]
    axes |= {c: axes[c] | {"axis": None} for c in alone}  # else there would be a second one
    shared = {key: before[key] for key in ("data",) if key in before}
    return [_ghost(shared | layer, axes) for layer in before["layer"] if _is_line(layer)]


def _axis(drawing: dict[str, Any], channel: str) -> dict[str, Any] | None:
    """What a drawing's first layer says of a channel, axis included."""
    first: dict[str, Any] = next(iter(drawing.get("layer", [])), {})
    said = first.get("encoding", {}).get(channel)
    return said if said and said.get("axis") else None


def _kind(said: dict[str, Any] | None) -> tuple | None:
    if said is None:
        return None
    return said["type"], said.get("scale", {}).get("type"), said["axis"].get("title")


def _is_line(layer: dict[str, Any]) -> bool:
    """A line of the run's own: theory has one colour for all, which is the mark's."""
    mark = layer.get("mark")
    if not isinstance(mark, dict) or "transform" in layer:
        return False
    return mark["type"] == "line" and "color" not in mark


def _ghost(layer: dict[str, Any], axes: dict[str, Any]) -> dict[str, Any]:
    said = layer["encoding"]
    apart = said.get("detail", [])
    apart = [*(apart if isinstance(apart, list) else [apart])]
    if "field" in said.get("color", {}):
        apart.append({"field": said["color"]["field"], "type": "nominal"})
    at = {c: said[c] | {k: axes[c][k] for k in ("scale", "axis") if k in axes[c]} for c in "xy"}
    dash = {"strokeDash": said["strokeDash"]} if "strokeDash" in said else {}
    mark = {"type": "line", "clip": True, "color": "#8A929B", "strokeWidth": 1.6, "opacity": 0.75}
    data = {"name": f"held_{layer['data']['name']}"}
    return {"data": data, "mark": mark, "encoding": {**at, **dash, "detail": apart}}

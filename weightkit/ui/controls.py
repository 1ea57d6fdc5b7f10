"""Widgets made from the fields of an experiment's Config; what the link says of them is
`link`'s.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

import streamlit as st

from . import link

MAX_SEGMENTS = 4  # more options than this become a drop-down list
COMPACT_WIDTH = 170  # pixels of a control in a slide
GAP = 16  # pixels between two of them
BOX_WIDTH = 74  # pixels of a box for a number: a row of them fits into a phone


@dataclass(frozen=True)
class Control:
    """How one setting is asked for. Left out: taken from the Config field of the same name.

    key: field name, session-state key and URL parameter in one. options: allowed values (or steps
        of a slider).
    low, high, step: of a number. most: how many options may be picked at once (None: exactly one).
    names: display names of options. text: a free text, checked by `parse` (which raises
        ValueError).
    own: whether the reader's own data are among the options. withheld: what a link cannot
        bring, and what it is told instead.
    box: a number typed into a small box. dropdown: a list even of few options, where names are too
        wide for segments.
    """

    key: str
    label: str
    default: Any
    help: str = ""
    options: tuple = ()
    slider: bool = False
    low: Any = None
    high: Any = None
    step: Any = None
    most: int | None = None
    names: Mapping[Any, str] | Callable[[Any], str] | None = None
    text: bool = False
    box: bool = False
    dropdown: bool = False
    parse: Callable[[str], Any] | None = None
    own: bool = False
    withheld: Mapping[str, str] = field(default_factory=dict)

    def name(self, value: Any) -> str:
        if callable(self.names):
            return self.names(value)
        if self.names and value in self.names:
            return self.names[value]
        return f"{value:g}" if isinstance(value, float) else str(value)

    @property
    def allowed(self) -> str:
        if self.options:
            many = "one or more of " if self.most else "one of "
            return many + ", ".join(str(o) for o in self.options)
        if isinstance(self.default, bool):
            return "true or false"
        if self.low is not None:
            kind = "a whole number" if isinstance(self.default, int) else "a number"
            return f"{kind} from {self.low:g} to {self.high:g}"
        return "a text of the form shown"

    def held(self, value: Any) -> Any:
        """`value` as the widget holds it in the session state."""
        if self.most:
            return list(value)
        return link.spell(self, value)[0] if self.box else value

    def typed(self, text: str) -> Any:
        """The number in a box; ValueError says what is wrong with it."""
        value = link.number(text)
        if not self.low <= value <= self.high:
            raise ValueError(f"{self.label} is {value:g}; it must be {self.allowed}")
        return value


def from_field(config: type, key: str, /, **changes: Any) -> Control:
    """The control for a field of a Config; `changes` replace what the field says (key, label,
    default, options, ...).

    A field's range can only be narrowed: what of `low`, `high` and `options` lies outside is left
    out, so that fields of several ranges may share one list of changes.
    """
    field = next(f for f in fields(config) if f.name == key)
    meta = field.metadata
    made: dict[str, Any] = {
        "label": meta.get("label", key.replace("_", " ").capitalize()),
        "default": field.default,
        "help": meta.get("doc", ""),
        "low": meta.get("low"),
        "high": meta.get("high"),
        "own": "own" in meta,
    }
    if "step" in meta:
        made["step"] = meta["step"]
    if "ladder" in meta:
        made |= {"options": meta["ladder"], "slider": "most" not in meta}
    if "options" in meta and not isinstance(field.default, bool):
        made["options"] = tuple(meta["options"])
        made["names"] = meta.get("names") or _labels(meta["options"])
        if "most" in meta:
            made["most"] = meta["most"]
    made |= changes
    if meta.get("low") is not None:
        made |= {"low": max(made["low"], meta["low"]), "high": min(made["high"], meta["high"])}
        if "options" in changes:
            made["options"] = tuple(
                option for option in changes["options"] if made["low"] <= option <= made["high"]
            )
    return Control(**{"key": key, **made})


def _labels(options: Any) -> dict[Any, str] | None:
    """The labels of the entries of a registry, where they have any."""
    if not isinstance(options, Mapping):
        return None
    found = {name: entry.label for name, entry in options.items() if hasattr(entry, "label")}
    return found or None


def draw(control: Control, compact: bool = False) -> Any:
    """The widget; returns its value. ValueError where a number was typed that cannot be used.

    compact: for a slide, where all controls share one row.
    """
    c = control
    _bring_into_range(c)
    shared: dict[str, Any] = {"key": c.key, "help": None if compact else c.help or None}
    wide: dict[str, Any] = {"width": COMPACT_WIDTH} if compact else {}
    if isinstance(c.default, bool):
        return st.toggle(c.label, value=c.default, **shared)
    if c.most:
        picked = st.pills(
            c.label,
            c.options,
            selection_mode="multi",
            default=list(c.default),
            format_func=c.name,
            **shared,
        )
        return tuple(o for o in c.options if o in picked)
    if c.slider:
        return st.select_slider(
            c.label, c.options, value=c.default, format_func=c.name, **shared, **wide
        )
    if c.options and len(c.options) <= MAX_SEGMENTS and not (compact or c.dropdown):
        picked = st.segmented_control(
            c.label, c.options, default=c.default, required=True, format_func=c.name, **shared
        )
        return c.default if picked is None else picked  # ?dataset= with nothing behind it
    if c.options:
        index = c.options.index(c.default)
        picked = st.selectbox(c.label, c.options, index=index, format_func=c.name, **shared, **wide)
        return c.default if picked is None else picked
    if c.text:
        return st.text_input(c.label, value=c.default, **shared, **wide)
    if c.low >= c.high:
        return c.low  # nothing to choose
    kind = type(c.default)
    step = c.step if c.step is not None else (1 if kind is int else (c.high - c.low) / 100)
    if c.box:
        return c.typed(st.text_input(c.label, value=c.held(c.default), **shared, width=BOX_WIDTH))
    return st.slider(c.label, kind(c.low), kind(c.high), c.default, kind(step), **shared, **wide)


def compact_width(control: Control) -> int:
    """Pixels of a control in a slide's row, with the gap after it; pills take a row of their
    own.
    """
    return 10_000 if control.most else GAP + (BOX_WIDTH if control.box else COMPACT_WIDTH)


def _bring_into_range(c: Control) -> None:
    """Mend what the session holds for a control whose range has changed (or that a client has
    forged).
    """
    if c.key not in st.session_state:
        return
    value = st.session_state[c.key]
    if c.options and c.most:
        kept = (
            [v for v in value if v in c.options]
            if isinstance(value, (list, tuple))
            else list(c.default)
        )
        if kept != list(value):
            st.session_state[c.key] = kept
    elif c.options and value not in c.options:
        st.session_state[c.key] = c.default
    elif c.low is not None and isinstance(value, (int, float)) and not c.low <= value <= c.high:
        st.session_state[c.key] = type(c.default)(min(max(value, c.low), c.high))

"""Widgets made from the fields of an experiment's Config, bound to the URL under the field's own name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import streamlit as st

from .outside import plain

MAX_SEGMENTS = 4  # more options than this become a drop-down list
COMPACT_WIDTH = 170  # pixels of a control in a slide
GAP = 16  # pixels between two of them
BOX_WIDTH = 74  # pixels of a box for a number: a row of them fits into a phone


@dataclass(frozen=True)
class Control:
    """How one setting is asked for. Left out: taken from the Config field of the same name.

    key: field name, session-state key and URL parameter in one. options: allowed values (or steps of a slider).
    low, high, step: of a number. most: how many options may be picked at once (None: exactly one).
    names: display names of options. text: a free text, checked by `parse` (which raises ValueError).
    box: a number typed into a small box. dropdown: a list even of few options, where names are too wide for segments.
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

    def accepts(self, raw: Sequence[str]) -> bool:
        """Whether the values of a URL parameter can be used as they are."""
        if self.most:
            return 0 < len(raw) <= self.most and all(r in map(str, self.options) for r in raw)
        if len(raw) != 1:
            return False
        if self.options:
            return raw[0] in [str(o) for o in self.options] or _number_among(raw[0], self.options)
        if isinstance(self.default, bool):
            return raw[0].lower() in ("true", "false")
        if self.low is not None:
            try:
                value = int(raw[0]) if isinstance(self.default, int) else float(raw[0])
            except ValueError:
                return False
            return self.low <= value <= self.high
        return True  # a free text: `parse` says what is wrong with it when it is used


def _number_among(raw: str, options: Sequence) -> bool:
    try:
        return any(isinstance(o, (int, float)) and float(raw) == o for o in options)
    except ValueError:
        return False


def from_field(config: type, key: str, /, **changes: Any) -> Control:
    """The control for a field of a Config; `changes` replace what the field says (key, label, default, options, ...).

    A field's range can only be narrowed: what of `low`, `high` and `options` lies outside is left out, so that fields of
    several ranges may share one list of changes.
    """
    field = next(f for f in fields(config) if f.name == key)
    meta = field.metadata
    made: dict[str, Any] = {
        "label": key.replace("_", " ").capitalize(),
        "default": field.default,
        "help": meta.get("doc", ""),
        "low": meta.get("low"),
        "high": meta.get("high"),
    }
    if "options" in meta and not isinstance(field.default, bool):
        made["options"] = tuple(meta["options"])
        if "most" in meta:
            made["most"] = meta["most"]
    made |= changes
    if meta.get("low") is not None:
        made |= {"low": max(made["low"], meta["low"]), "high": min(made["high"], meta["high"])}
        if "options" in changes:
            made["options"] = tuple(option for option in changes["options"] if made["low"] <= option <= made["high"])
    return Control(**{"key": key, **made})


def draw(control: Control, compact: bool = False) -> Any:
    """The widget; returns its value. Streamlit keeps value, session state and URL in step (`bind`).

    compact: for a slide, where all controls share one row.
    """
    c = control
    _bring_into_range(c)
    shared: dict[str, Any] = {"key": c.key, "bind": "query-params", "help": None if compact else c.help or None}
    wide: dict[str, Any] = {"width": COMPACT_WIDTH} if compact else {}
    if isinstance(c.default, bool):
        return st.toggle(c.label, value=c.default, **shared)
    if c.most:
        picked = st.pills(
            c.label, c.options, selection_mode="multi", default=list(c.default), format_func=c.name, **shared
        )
        return tuple(o for o in c.options if o in picked)
    if c.slider:
        return st.select_slider(c.label, c.options, value=c.default, format_func=c.name, **shared, **wide)
    if c.options and len(c.options) <= MAX_SEGMENTS and not (compact or c.dropdown):
        picked = st.segmented_control(c.label, c.options, default=c.default, required=True, format_func=c.name, **shared)
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
        return st.number_input(c.label, kind(c.low), kind(c.high), c.default, kind(step), "%g", **shared, width=BOX_WIDTH)
    return st.slider(c.label, kind(c.low), kind(c.high), c.default, kind(step), **shared, **wide)


def compact_width(control: Control) -> int:
    """Pixels of a control in a slide's row, with the gap after it; pills take a row of their own."""
    return 10_000 if control.most else GAP + (BOX_WIDTH if control.box else COMPACT_WIDTH)


def _bring_into_range(c: Control) -> None:
    """Mend what the session holds for a control whose range has changed (or that a client has forged)."""
    if c.key not in st.session_state:
        return
    value = st.session_state[c.key]
    if c.options and c.most:
        kept = [v for v in value if v in c.options] if isinstance(value, (list, tuple)) else list(c.default)
        if kept != list(value):
            st.session_state[c.key] = kept
    elif c.options and value not in c.options:
        st.session_state[c.key] = c.default
    elif c.low is not None and isinstance(value, (int, float)) and not c.low <= value <= c.high:
        st.session_state[c.key] = type(c.default)(min(max(value, c.low), c.high))


def url_problems(controls: Sequence[Control], params: Mapping[str, Sequence[str]], others: Sequence[str]) -> list[str]:
    """A sentence for each URL parameter that cannot be used: what it was, what is allowed, what is shown instead."""
    by_key = {c.key: c for c in controls}
    problems = []
    for key, raw in params.items():
        if key in by_key:
            c = by_key[key]
            if not c.accepts(raw):
                problems.append(
                    f"The link asks for {key}={plain(', '.join(raw)) or '(nothing)'}, which cannot be used: "
                    f"{c.label.lower()} must be {c.allowed}."
                )
        elif key not in others:
            problems.append(f"The link sets “{plain(key)}”, which this page does not have; it has {', '.join(by_key)}.")
    return problems


def by_registry_name(control: Control, raw: Sequence[str]) -> Any:
    """The option(s) that a link names as the code does (?dataset=digits); None where that is not so, or not needed.

    Streamlit's own binding knows options by their display names only.
    """
    if not raw or not control.options or isinstance(control.default, bool):
        return None
    named = {str(o): o for o in control.options}
    if any(r not in named for r in raw) or all(control.name(named[r]) == r for r in raw):
        return None
    return [named[r] for r in raw] if control.most else named[raw[0]]

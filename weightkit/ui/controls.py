"""Widgets made from the fields of an experiment's Config; what the link says of them is
`link`'s.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

import streamlit as st

from ..charts.words import label
from ..configs import DOCS
from . import link

WORDS = {
    "digits": "Digits",
    "breast_cancer": "Breast cancer",
    "mnist": "MNIST",
    "wine_quality": "Wine quality",
    "sgd": "SGD",
    "momentum": "Momentum",
    "adam": "Adam",
    "relu": "ReLU",
    "train": "training set",
    "test": "test set",
}
"""What a control calls a value of the code that has no name of its own where it comes from."""

MAX_SEGMENTS = 4  # more options than this become a drop-down list
COMPACT_WIDTH = 170  # pixels of a control in a slide
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
        if isinstance(value, float):
            return label(value)
        return WORDS.get(value, str(value)) if isinstance(value, str) else str(value)

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

    def near(self, value: Any) -> tuple:
        """The values that are one step away: the next ones of a slider, the other ones of a list;
        of texts and of several at once none.
        """
        if isinstance(self.default, bool):
            return (not value,)
        if self.most or self.text or self.box:
            return ()
        if self.slider and value in self.options:
            at = self.options.index(value)
            return (*self.options[at + 1 : at + 2], *self.options[max(0, at - 1) : at])
        if self.options:
            return tuple(option for option in self.options if option != value)
        if self.low is None or isinstance(value, str):
            return ()
        step = self.step or 1
        return tuple(v for v in (value + step, value - step) if self.low <= v <= self.high)

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
        "help": meta.get("doc") or DOCS.get(key, ""),
        "low": meta.get("low"),
        "high": meta.get("high"),
        "own": "own" in meta,
    }
    if "step" in meta:
        made["step"] = meta["step"]
    if "ladder" in meta:
        made |= {"options": meta["ladder"], "slider": "most" not in meta}
        made |= {"names": meta["names"]} if "names" in meta else {}
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


def draw(control: Control, held: Any, compact: bool = False) -> Any:
    """The widget; returns its value. ValueError where a number was typed that cannot be used.

    held: what the session holds for it (`Visit.enter`); compact: for a slide, where all controls
    share one row.
    """
    c, held = control, _within_range(control, held)
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
    whole: Any = {} if kind is int else {"format": "%g"}  # two digits would show 0.0001 as 0.00
    ends = kind(c.low), kind(c.high)
    return st.slider(c.label, *ends, c.default, kind(step), **whole, **shared, **wide)


def read(control: Control, held: Any) -> Any:
    """The value of a control that is folded away: what `draw` would return, without the widget."""
    c, held = control, _within_range(control, held)
    if c.most:
        return tuple(o for o in c.options if o in held)
    if c.box:
        return c.typed(held)
    return c.low if c.low is not None and c.low >= c.high else held


def _within_range(c: Control, held: Any) -> Any:
    """What the session holds for a control, mended where its range has changed (or a client has
    forged it).
    """
    mended = held
    if c.options and c.most:
        many = isinstance(held, (list, tuple))
        mended = [v for v in held if v in c.options] if many else list(c.default)
        if many and mended == list(held):
            return held
    elif c.options and held not in c.options:
        mended = c.default
    elif c.low is not None and isinstance(held, (int, float)) and not c.low <= held <= c.high:
        mended = type(c.default)(min(max(held, c.low), c.high))
    if mended is not held:
        st.session_state[c.key] = mended
    return mended

"""Where a reader is and with which settings: each lesson, and each view of it, has its own.

The link decides on arrival (a fresh visit, the sidebar, a card, Back); from then on the controls
do, and the link follows them, once in a run. Nothing else carries a setting from one page to
another, although Streamlit's session state, where the widgets' values live, is one for all pages.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from . import link

if TYPE_CHECKING:
    from .controls import Control

STATE = "visit"
VIEW = "view"  # the key of the control that chooses a view
REVEAL = "reveal"
MISSING: Any = object()


@dataclass
class Visit:
    """One reader on one page, since the last arrival there.

    link: what it said, by parameter; view: the one on the screen; own: by view, the values of its
    controls; entered: the controls whose widgets hold a value of this view; known: all that the
    page has drawn since the first arrival; changed: whether a setting in the panel differed from
    its default when the reader came; bar: what the address bar says once all that was sent has
    arrived there, which on a distant server is later than the next request from there; lowered: the
    settings, by key, that the choice of the data has lowered (`budget`).
    """

    slug: str
    link: dict[str, list[str]]
    known: set[str] = field(default_factory=set)
    view: str | None = None
    own: dict[str | None, dict[str, Any]] = field(default_factory=dict)
    lowered: dict[str, Any] = field(default_factory=dict)
    entered: set[str] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)
    written: dict[str, list[str]] | None = None
    changed: bool = False
    bar: dict[str, list[str]] = field(init=False)

    def __post_init__(self) -> None:
        self.bar = dict(self.link)

    @property
    def place(self) -> str:
        """The name of what is on the screen, for what is remembered of it."""
        return f"{self.slug}/{self.view}" if self.view else self.slug

    @property
    def revealed(self) -> bool:
        """Whether the link asks for the result at once."""
        return self.link.get(REVEAL, [""])[-1].lower() in link.YES

    def enter(self, control: Control) -> Any:
        """What the control's widget holds, which is its value in this view when it is first drawn
        there.
        """
        key, mine = control.key, self.own.setdefault(self.view, {})
        held = st.session_state.get(key, MISSING) if key in self.entered else MISSING
        if held is not MISSING:
            return held
        value = mine.get(key, control.default)
        if key in self.link and key not in self.entered:
            try:
                value = link.read(control, self.link[key])
            except ValueError as problem:
                self.problems.append(str(problem))
        self.entered.add(key)
        self.known.add(key)
        st.session_state[key] = held = control.held(value)
        return held

    def unfolded(self, controls: Sequence[Control]) -> bool:
        """Whether a panel of these controls stands open at first: where the link or a preset has
        changed one. It stays as it was while the reader moves them.
        """
        if any(c.key not in self.entered for c in controls):
            held = [self.enter(c) for c in controls]
            self.changed = held != [c.held(c.default) for c in controls]
        return self.changed

    def keep(self, control: Control, value: Any) -> None:
        """The control says `value` now. Choosing another view leaves the settings of this one
        behind.
        """
        if control.key != VIEW:
            self.own.setdefault(self.view, {})[control.key] = value
        elif self.view != value:
            if self.view is not None:
                self._leave()
            self.view = value

    def use(self, settings: Mapping[str, Any], view: str | None) -> None:
        """Show `view` with these settings, all others at their defaults (in a callback)."""
        self._leave()
        self.view = view
        self.own[view] = dict(settings)
        if view is not None:
            st.session_state[VIEW] = view

    def _leave(self) -> None:
        self.entered, self.lowered = {VIEW}, {}
        self.link = {key: raw for key, raw in self.link.items() if key not in self.known}

    def value(self, key: str, default: Any) -> Any:
        """What a control that is drawn further down will say: a number, or a text."""
        if key in self.entered:
            value = st.session_state.get(key, default)
        elif key in self.link:
            try:
                value = type(default)(link.number(self.link[key][0]))
            except ValueError:
                value = default
        else:
            value = self.own.get(self.view, {}).get(key, default)
        return value if isinstance(value, type(default)) else default

    def write(self, settings: Sequence[tuple[Control, Any]], whole: bool) -> None:
        """Let the address bar say what the controls say. `whole`: all controls of the page have
        been drawn.

        Parameters that are not ours stay as they are, and until then those of controls further
        down; those of a view that was left go.
        """
        drawn = {control.key for control, _ in settings}
        left = self.known - (set() if whole else self.entered | self.link.keys())
        kept = {key: raw for key, raw in self.bar.items() if key not in drawn and key not in left}
        ours = {c.key: link.spell(c, value) for c, value in settings if value != c.default}
        wanted = kept | ours
        if self.written is not None and ours != self.written:
            self.problems.clear()  # announced; the reader has gone on
        if whole:
            self.written = ours
        if wanted != self.bar or wanted != parameters():
            st.query_params.from_dict(wanted)
            self.bar = wanted

    def find_strays(self, ours: Collection[str] = ()) -> None:
        """What looks like a slip of the pen among the link's parameters is a problem, once; `ours`
        are known.
        """
        if self.written is not None:  # they have been looked at
            return
        for name in parameters():
            if name not in (*self.known, REVEAL, *ours) and (slip := link.stray(name, self.known)):
                self.problems.append(slip)
                self.known.add(name)

    def hide(self) -> None:
        """The link no longer asks for the result (in a callback)."""
        self.link.pop(REVEAL, None)
        self.bar.pop(REVEAL, None)


def parameters() -> dict[str, list[str]]:
    """All parameters of the link, those that were copied out of HTML (&amp;) too."""
    return {key.removeprefix("amp;"): st.query_params.get_all(key) for key in st.query_params}


def arrive(slug: str) -> Visit:
    """The visit of this page: a new one where the reader has just come to it, or gone back to one
    of its links.
    """
    held = st.session_state.get(STATE)
    visit = held if isinstance(held, Visit) and held.slug == slug else None
    if visit is None or _by_history():
        visit = st.session_state[STATE] = Visit(
            slug, parameters(), known=visit.known if visit else set()
        )
    return visit


def of_now() -> Visit:
    """The visit, for callbacks: one that began after their button was drawn, too. A run that Back
    has asked for begins a visit, and may be left before it comes to the button.
    """
    return st.session_state[STATE]


def _by_history() -> bool:
    """Whether this run was asked for by Back or Forward; Streamlit tells nobody but its own bound
    widgets.
    """
    return bool(getattr(get_script_run_ctx(), "is_history_navigation", False))

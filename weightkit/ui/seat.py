"""Where a reader sits in a class: a student by its code, the lecturer by the key in their link.

Both stand in the address (`?class=BKDF`, `&key=...`). The lecturer's session remembers them from
page to page; a student who leaves by the sidebar has left the class.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import streamlit as st

from ..lazy import lazy
from . import visit
from .lessons import pages

if TYPE_CHECKING:
    from ..classes.asked import State

room: Any = lazy("weightkit.classes.classes")  # few readers sit in one
store: Any = lazy("weightkit.classes.store")
CODE, KEY = OURS = "class", "key"
STATE, TAB, FOUND, GUESSES = "class_seat", "class_tab", "class_found", "class_guesses"
GO = "class_go"  # where a callback wants the reader to go


@dataclass(frozen=True)
class Seat:
    """code: of the class, "" where it is to be typed; key: the lecturer's, "" for a student."""

    code: str
    key: str = ""

    @property
    def query(self) -> dict[str, str]:
        """The parameters of a link to it."""
        return {CODE: self.code} | ({KEY: self.key} if self.key else {})


def here() -> Seat | None:
    """The seat that the address gives; else, of a lecturer, the one of this session; else None."""
    asked = visit.parameters()
    if CODE in asked:
        return Seat(asked[CODE][-1].strip().upper(), asked.get(KEY, [""])[-1])
    return st.session_state.get(STATE)


def waits() -> bool:
    """Whether this reader comes as a student."""
    seat = here()
    return seat is not None and not seat.key


def take(seat: Seat) -> None:
    """The lecturer's session remembers their class."""
    st.session_state[STATE] = seat


def leads(seat: Seat) -> bool:
    """Whether this is a lecturer's seat; once it was, the session knows. Raises Trouble."""
    if seat == st.session_state.get(STATE):
        return True
    if seat.key and room.classes().leads(seat.code, seat.key):
        take(seat)
        return True
    return False


def find(seat: Seat) -> State | None:
    """The class of this seat; None where there is none. Raises Refused after too many guesses, and
    Trouble.
    """
    if st.session_state.get(FOUND) == seat.code:
        return room.classes().state(seat.code)
    guesses = st.session_state.setdefault(GUESSES, room.Pace(*room.WRONG))
    state = room.classes().find(seat.code, guesses)
    if state is not None:
        st.session_state[FOUND] = seat.code
    return state


def enter(arrived: visit.Visit) -> None:
    """A lesson's page begins: a student goes to the room of the class while its question is not
    revealed, whatever else the link asks for; the lecturer's address keeps code and key.
    """
    if GO in st.session_state:
        go(st.session_state.pop(GO))
    seat = here()
    if seat is None:
        return
    try:
        if leads(seat):
            for parameter, value in seat.query.items():
                arrived.bar[parameter] = [value]
            return
        state = find(seat)
    except (room.Refused, store.Trouble):  # the room says it
        state = None
    if state is None or state.phase != "revealed" or state.asked.slug != arrived.slug:
        go(seat)


def go(seat: Seat) -> NoReturn:
    """Show the room of the class, or the lecturer's desk."""
    from . import course

    st.switch_page(course.front(), query_params=seat.query)


def root() -> str:
    """The address of the home page."""
    address = (st.context.url or "/").split("?")[0].split("#")[0]
    base, _, page = address.rpartition("/")
    home = base if page in {entry.slug for entry in pages()} else address
    return home.rstrip("/") + "/"


def link(seat: Seat, students: bool = True) -> str:
    """The address of the class: for students, without the key."""
    more = f"&{KEY}={seat.key}" if seat.key and not students else ""
    return f"{root()}?{CODE}={seat.code}{more}"


def tab(state: State | None = None) -> str:
    """The random id of this tab. state: of the class in which it may have answered under another,
    before it was asked.
    """
    held: Any = st.session_state
    if TAB not in held:
        held[TAB] = room.new_tab()

    def told() -> None:
        kept = getattr(held.get("tab"), "tab", None)
        if isinstance(kept, str) and room.is_tab(kept) and kept != held[TAB]:
            old, held[TAB] = held[TAB], kept
            if state is not None:
                room.classes().move(state, old, kept)

    _tab(key="tab", data=[{"tab": held[TAB]}], on_tab_change=told)
    return held[TAB]


_tab = st.components.v2.component(
    "weightkit_tab", js=(Path(__file__).parent / "tab.js").read_text("utf-8")
)

"""A reader's own table: pasted or uploaded, held in their session alone, and with it what was
trained on it.

The process knows all sessions' holdings, weakly, to bound them together; a session that closes
takes its own along. Nothing is written, and nothing is found by anybody else: a Config that holds
a Dataset equals no other.
"""

from __future__ import annotations

import gc
import io
import threading
import weakref
from collections.abc import Hashable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import streamlit as st

from ..lazy import lazy
from . import memory, store
from .outside import SENTENCE, plain

if TYPE_CHECKING:
    from ..samples import Dataset
    from .controls import Control

own_csv, samples = lazy("weightkit.own_csv"), lazy("weightkit.samples")

OWN = "own"  # what a control of the data, and a link, say of it
NAME = "Your own data"
STATE, PROBLEM = "own_data", "own_data_problem"  # in the session
TEXT, FILE = "own_text", "own_file"  # of the widgets
PASTED = 200_000  # bytes of a pasted table
TYPED = 4 * PASTED  # characters that the box takes: beyond them Streamlit cuts, silently
UPLOADED = 5  # MB of a file
MOST = 24_000_000  # bytes of all readers' tables and of the results of them
TYPES = ("csv", "tsv", "txt", "gz")
NOT_HERE = (
    "This link stands for somebody's own data, which stay in the visit that they were given in."
    " The page is shown with the data that it usually has."
)
SHARED = "No link carries what is your own: whoever opens this one sees the page as it usually is."
MISSING = "Paste a table of your own under “Dataset”: then networks are trained on it."
FULL = (
    "this server holds as much of its readers' data as it may; take fewer rows, or try again in a"
    " few minutes"
)


class Held:
    """What a session holds: its data, and results of them, kept as the runner keeps others'."""

    def __init__(self, data: Dataset):
        self.data = data
        self.results = store.Store(MOST)

    @property
    def bytes(self) -> int:
        """Of the data and the results."""
        parts = (self.data.x_train, self.data.x_test, self.data.y_train, self.data.y_test)
        return sum(part.nbytes for part in parts) + self.results.bytes

    def cached(self, key: Hashable) -> Any:
        """The kept result for `key`, or None."""
        found = self.results.get(key)
        return None if found is store.MISSING else found

    def keep(self, key: Hashable, made: Any) -> None:
        """Keep a result if all readers' holdings leave room for it."""
        size = store.size_of(made)
        with _lock:
            if _in_all() + size <= MOST:
                self.results.put(key, made, size)


_lock = threading.Lock()  # one table is read at a time: that takes many times its size
_held: weakref.WeakSet[Held] = weakref.WeakSet()


def _in_all() -> int:
    return sum(held.bytes for held in list(_held))


def hold(file: Any, name: str) -> Held:
    """Read a table for a session to hold; BadData says what is wrong with it, ValueError that there
    is no room.
    """
    with _lock:
        held = Held(own_csv.from_csv(file, name))
        if _in_all() + held.bytes > MOST:
            for other in list(_held):  # they can be trained again
                other.results = store.Store(MOST)
            gc.collect()  # closed sessions
        if _in_all() + held.bytes > MOST:
            raise ValueError(FULL)
        _held.add(held)
    memory.give_back()
    return held


def held() -> Held | None:
    """What this session holds."""
    found = st.session_state.get(STATE)
    return found if isinstance(found, Held) else None


def is_own(config: Any) -> bool:
    """Whether `config` is of a reader's own data, or network (`own_network`)."""
    dataset = getattr(config, "dataset", "")
    return hasattr(config, "keeper") or (
        not isinstance(dataset, str) and isinstance(dataset, samples.Dataset)
    )


def of(config: Any) -> Any:
    """What keeps the results of `config` for its reader alone: its own keeper, or what this session
    holds, if it trains on that.
    """
    return getattr(config, "keeper", None) or (held() if is_own(config) else None)


def offered(control: Control, possible: bool) -> Control:
    """The control of the data with the reader's own among them, if that is possible where it
    stands.
    """
    options = (*control.options, OWN) if possible else control.options
    return replace(
        control,
        options=options,
        names={o: control.name(o) for o in control.options} | {OWN: NAME},
        dropdown=possible or control.dropdown,  # the name is too wide for a segment
        withheld={} if possible and held() else {OWN: NOT_HERE},
    )


def uploads() -> bool:
    """Whether the operator has turned uploads on."""
    return st.get_option("server.maxUploadSize") > 0


def ask() -> None:
    """The form for a table, or how the one that is held was read, and a form for another."""
    mine = held()
    if mine is None:
        _form()
    else:
        st.caption(f"**Your own data**: {plain(mine.data.description, 2 * SENTENCE)}")
        with st.popover("Other data", icon=":material/upload_file:"):
            _form()


def _form() -> None:
    problem = st.session_state.get(PROBLEM)
    with st.form("own_data_form"):
        st.text_area(
            "Paste a table (CSV)",
            key=TEXT,
            height=120,
            max_chars=TYPED,
            placeholder="length,width,species\n5.1,3.5,setosa\n7.0,3.2,versicolor",
            help="A row for each example, a column for each number, and one column, the first or"
            " the last, for the class: 2 to 20 words or whole numbers. At least 20 rows. A table"
            " copied from a spreadsheet will do.",
        )
        if uploads():
            st.file_uploader(
                "or choose a file",
                type=TYPES,
                key=_file_key(),
                max_upload_size=min(UPLOADED, st.get_option("server.maxUploadSize")),
            )
        st.form_submit_button("Use these data", type="primary", on_click=_read)
        if problem:
            st.error(problem, icon=":material/table_view:")
    st.caption(
        "Held for this visit only: never written, seen by nobody else, in no link. A reload of the"
        " page forgets them."
    )


def _file_key() -> str:
    """A new one after each reading: Streamlit forgets the file of the old one."""
    return f"{FILE}_{st.session_state.get(FILE, 0)}"


def _read() -> None:
    """Read what the form holds (callback)."""
    text, file = st.session_state.get(TEXT) or "", st.session_state.get(_file_key())
    st.session_state.pop(PROBLEM, None)
    try:
        st.session_state[STATE] = _hold(text, file if uploads() else None)
        st.session_state[TEXT] = ""
    except ValueError as problem:
        sentence = plain(problem, SENTENCE)
        st.session_state[PROBLEM] = sentence[:1].upper() + sentence[1:]
    st.session_state[FILE] = st.session_state.get(FILE, 0) + 1


def _hold(text: str, file: Any) -> Held:
    if file is not None:
        return hold(io.BytesIO(file.getvalue()), file.name)
    raw = text.encode(errors="replace")
    if len(raw) > PASTED:
        raise ValueError(
            f"the pasted table has {len(raw):,} bytes; at most {PASTED:,} are allowed."
        )
    return hold(io.BytesIO(raw), "the pasted table")

"""A reader's own network: one .safetensors file, or two to compare, held in their session alone.

The process knows all that is held, weakly, to bound it; a session that closes takes its own along.
The numbers are held once, where the process that trains can look at them; what is found is kept
with the files.
"""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from ..lazy import lazy
from . import apart, memory, own_data, store
from .outside import SENTENCE, plain
from .shared_bytes import SharedBytes

files: Any = lazy("weightkit.inspection.files")
network_told: Any = lazy("weightkit.ui.network_told")
costs: Any = lazy("weightkit.costs")

STATE, PROBLEM, FILES = "own_network", "own_network_problem", "own_network_files"  # in the session
LARGEST = 50  # MB of a file
WORKING = 60e6  # bytes beside the file
SWEEP = 30.0  # seconds between two looks for sessions that have closed
LABELS = "A .safetensors file", "and a later one, to compare"
FULL = (
    "this server holds as many of its readers' networks as it may; take a smaller file, or try"
    " again in a few minutes"
)
NO_UPLOADS = (
    "This server takes no files: who runs it has not turned that on. In Python a file of any size"
    " is looked into by the lines below. What the page would say is shown on an example."
)
PYTHON = """\
import weightkit as wk

a = wk.inspect_file(
    "a.safetensors")
b = wk.inspect_file(
    "b.safetensors")
print(a)
print(a.compare(b))
a.figures[0].save(
    "a.png")
"""


class File:
    """A file as it came: its name, its bytes, which nothing changes, and how many tensors it has.

    ValueError says what is wrong with it.
    """

    def __init__(self, name: str, data: bytes):
        self.name = name
        try:
            files.refuse(name)
            self.data = SharedBytes(data)
            self.tensors = apart.call(network_told.tensors, self.data.given)
        except ValueError as problem:
            raise type(problem)(f"“{name[:80]}”: {problem}") from None


class Look:
    """One or two files to look into: equal to itself alone, so that what is found is nobody else's,
    and is kept here.
    """

    epochs = None  # nothing is trained: the page counts steps (`running`)

    def __init__(self, first: File, second: File | None = None):
        self.given = [first] if second is None else [first, second]
        self._found: Any = None
        self._size = 0

    @property
    def bytes(self) -> int:
        """Of the files, and of what was found."""
        return sum(file.data.size for file in self.given) + self._size

    @property
    def keeper(self) -> Look:
        """Who keeps what is found (`own_data.of`)."""
        return self

    @property
    def cost(self) -> Any:
        """Estimated from the size: see docs/deployment.md."""
        seconds = sum(file.data.size / 10e6 + file.tensors / 500 for file in self.given)
        return costs.Cost(WORKING, 1 + seconds)

    def cached(self, key: Hashable) -> Any:
        """What was found, or None."""
        return self._found

    def keep(self, key: Hashable, made: Any) -> None:
        """Keep what was found, if all that is held leaves room for it."""
        size = store.size_of(made)
        with _lock:
            if _in_all() + size <= most():
                self._found, self._size = made, size

    def drop(self) -> None:
        """Let go of the bytes and of what was found: buttons of the session still name this."""
        for file in self.given:
            file.data.drop()
        self._found, self._size = None, 0


_lock = threading.Lock()
_sweeping = threading.Event()  # one timer for all
_held: weakref.WeakSet[Look] = weakref.WeakSet()


def most() -> int:
    """Bytes of all readers' files and what was found in them: two of the largest that the operator
    allows.
    """
    return 2 * min(LARGEST, st.get_option("server.maxUploadSize")) * 2**20


def _in_all() -> int:
    return sum(look.bytes for look in list(_held))


def held() -> Look | None:
    """What this session holds."""
    found = st.session_state.get(STATE)
    return found if isinstance(found, Look) else None


def hold(given: list[File]) -> Look:
    """Files for a session to hold; ValueError says that there is no room."""
    look = Look(given[0], given[1] if given[1:] else None)
    with _lock:
        if _in_all() + look.bytes > most():
            gc.collect()  # closed sessions
        if _in_all() + look.bytes > most():
            raise ValueError(FULL)
        _held.add(look)
        begin = not _sweeping.is_set()
        _sweeping.set()
    if begin:
        _sweep()
    return look


def _sweep() -> None:
    """Free what closed sessions held, also where nobody else comes, as long as anything is held."""
    memory.give_back()
    with _lock:
        if _in_all():
            later = threading.Timer(SWEEP, _sweep)
            later.daemon = True
            later.start()
        else:
            _sweeping.clear()


def ask(embedded: bool) -> Look | None:
    """What this session holds, after the form for a file, and for one to compare it with; where
    uploads are off, why. In a slide without these.
    """
    if not embedded:
        _form() if own_data.uploads() else _without()
    return held()


def _without() -> None:
    st.info(NO_UPLOADS, icon=":material/lock:")
    st.code(PYTHON, language="python")


def _form() -> None:
    mine = held()
    if mine is not None:
        names = " and ".join(plain(file.name) for file in mine.given)
        st.caption(f"**Your own network**: {names}")
    limit = min(LARGEST, st.get_option("server.maxUploadSize"))
    with st.form("own_network_form"):
        for label, key in zip(LABELS, _keys(), strict=True):
            st.file_uploader(label, key=key, max_upload_size=limit)
        st.form_submit_button("Look into it", type="primary", on_click=_read)
        if problem := st.session_state.get(PROBLEM):
            st.error(plain(problem, SENTENCE), icon=":material/draft:")
    if problem and problem.convert:
        st.markdown("These lines make a .safetensors file of a .pt:")
        st.code(files.CONVERT, language="python")
    st.caption(
        "Read without executing anything. Held for this visit only: seen by nobody else, in no"
        " link. A reload of the page forgets it."
    )


@dataclass(frozen=True)
class Problem:
    """What was wrong with the last files, and whether they can be converted."""

    text: str
    convert: bool = False

    def __str__(self) -> str:
        return self.text


def _keys() -> list[str]:
    """Of the two widgets: new ones after each reading, since Streamlit then forgets the old."""
    n = st.session_state.get(FILES, 0)
    return [f"{FILES}_{which}_{n}" for which in ("first", "second")]


def _read() -> None:
    """Read what the form holds (callback)."""
    uploaded = [file for key in _keys() if (file := st.session_state.get(key)) is not None]
    st.session_state.pop(PROBLEM, None)
    mine = held()
    if uploaded and mine is not None:  # its place is free for these
        del st.session_state[STATE]
        mine.drop()
    try:
        if not (uploaded and own_data.uploads()):
            raise ValueError("choose a file first")
        st.session_state[STATE] = hold([File(file.name, file.getvalue()) for file in uploaded])
    except ValueError as problem:
        said = str(problem)
        convert = getattr(problem, "convert", False)
        st.session_state[PROBLEM] = Problem(f"{said[:1].upper()}{said[1:]}.", convert)
    for file in uploaded:
        _forget(file)
    st.session_state[FILES] = st.session_state.get(FILES, 0) + 1
    memory.give_back()


def _forget(file: Any) -> None:
    """Streamlit holds a file that was sent until the session ends, if nobody says otherwise."""
    context: Any = get_script_run_ctx()
    remove = getattr(context.uploaded_file_mgr, "remove_file", None)
    if remove is not None:
        remove(context.session_id, file.file_id)

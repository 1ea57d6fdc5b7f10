"""A reader's own network: one .safetensors file, or two to compare, held in their session alone.

The process knows all that is held, weakly, to bound it; a session that closes takes its own along.
The numbers are looked at where Streamlit has put them; what is found is kept with the files.
"""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from ..charts.words import plural
from ..lazy import lazy
from . import memory, own_data, sent, store
from .outside import SENTENCE, plain

inspection: Any = lazy("weightkit.inspection")
charts: Any = lazy("weightkit.inspection.charts")
files: Any = lazy("weightkit.inspection.files")
examples: Any = lazy("weightkit.inspection.examples")
costs: Any = lazy("weightkit.costs")

STATE, PROBLEM, FILES = "own_network", "own_network_problem", "own_network_files"  # in the session
LARGEST = 50  # MB of a file
MATRIX = 2**21  # numbers of a matrix that is decomposed: 16 MB, and twice as much beside it
WORK = 4e9  # see `parameters.frame`: four seconds
WORKING = 60e6  # bytes beside the file
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
import weightkit

found = weightkit.inspect_file("model.safetensors")
print(found)           # and found.compare(weightkit.inspect_file("later.safetensors"))
found.figures[0].save("model.png")
"""


class File:
    """A file as it came: its name, and its bytes, which nothing changes."""

    def __init__(self, name: str, data: bytes):
        self.name, self.data = name, data


@dataclass(frozen=True, eq=False, repr=False)
class Look:
    """One or two files to look into: equal to itself alone, so that its result is nobody else's.

    results: what was found, kept as long as this is.
    """

    first: File
    second: File | None = None
    results: store.Store = field(default_factory=lambda: store.Store(16 * 2**20))

    @property
    def keeper(self) -> Look:
        """Who keeps what is found (`own_data.of`)."""
        return self

    @property
    def cost(self) -> Any:
        """Estimated from the size: see docs/deployment.md."""
        size = sum(len(file.data) for file in (self.first, self.second) if file)
        return costs.Cost(WORKING, 1 + size / 10e6)

    def cached(self, key: Hashable) -> Any:
        """The kept result for `key`, or None."""
        found = self.results.get(key)
        return None if found is store.MISSING else found

    def keep(self, key: Hashable, made: Any) -> None:
        """Keep a result."""
        self.results.put(key, made, store.size_of(made))


@dataclass(frozen=True)
class Found:
    """What the page shows of one network, or of two: sentences, figures, the table behind them."""

    heading: str
    shows: tuple[str, ...]
    figures: tuple[Any, ...]
    table: Any


@dataclass(frozen=True)
class Example:
    """The example's run has no settings."""


_lock = threading.Lock()
_held: weakref.WeakSet[File] = weakref.WeakSet()


def most() -> int:
    """Bytes of all readers' files: two of the largest that the operator allows."""
    return 2 * min(LARGEST, st.get_option("server.maxUploadSize")) * 2**20


def look(config: Look, on_epoch: Callable[[int, int], None]) -> list[Found]:
    """What there is to say of both files, where there are two, and of each; in a worker."""
    given = [file for file in (config.first, config.second) if file is not None]
    seen = []
    for place, file in enumerate(given):
        on_epoch(place, len(given) + 1)
        seen.append(inspection.inspect_file(file.data, MATRIX, WORK / len(given)))
    on_epoch(len(given), len(given) + 1)
    if len(given) == 1:
        return [_found("What the file shows", seen[0])]
    both = _both("From the first file to the second", seen[0].compare(seen[1]))
    first, second = "What the first file shows", "What the second file shows"
    return [both, _found(first, seen[0], "first-"), _found(second, seen[1], "second-")]


def example(config: Example) -> list[Found]:
    """What there is to say of a bad start, of a good one, and of that once it is trained."""
    good, bad, trained = (inspection.inspect(tensors) for tensors in examples.networks())
    after = (
        f"From the good start to what {plural(examples.EPOCHS, 'epoch')} on the digits made of it,"
        f" with layer {examples.FROZEN} frozen"
    )
    return [
        _found("The bad start", bad, "bad-start-"),
        _found("The good start", good, "good-start-"),
        _both(after, good.compare(trained)),
    ]


def _found(heading: str, seen: Any, prefix: str = "") -> Found:
    figures = charts.figures(seen.parameters, seen.signals, seen.facts, prefix)
    table = seen.parameters.assign(shape=seen.parameters["shape"].map(str))
    return Found(heading, seen.shows, _prepared(figures), table)


def _both(heading: str, apart: Any) -> Found:
    table = apart.distances.assign(shape=apart.distances["shape"].map(str))
    return Found(heading, apart.shows, _prepared(apart.figures), table)


def tell(page: Any, found: Found) -> None:
    """Its first figure beside the controls, where it is the page's first; its sentences, and all
    other figures, below.
    """
    figures = list(found.figures)
    if figures and not page.figures:
        page.show(figures.pop(0))
    say(page, found)
    for place in range(0, len(figures), 2):
        page.pair(*figures[place : place + 2])


def say(page: Any, found: Found, into: Any = None) -> None:
    """Its sentences, whose names may be from outside."""
    sentences = "\n".join(f"- {plain(text, SENTENCE)}" for text in found.shows)
    page.say(f"**{found.heading}**\n\n{sentences}", into=into)


def _prepared(figures: tuple[Any, ...]) -> tuple[Any, ...]:
    for figure in figures:
        sent.prepared(figure)
    return figures


def held() -> Look | None:
    """What this session holds."""
    found = st.session_state.get(STATE)
    return found if isinstance(found, Look) else None


def hold(given: list[File]) -> Look:
    """Files for a session to hold; ValueError says what is wrong with one, or that there is no
    room.
    """
    for file in given:
        try:
            files.refuse(file.name)
            files.read(file.data)
        except ValueError as problem:
            bad = type(problem)(f"“{file.name[:80]}”: {problem}")
            raise bad from None
    with _lock:
        gc.collect()  # closed sessions
        if sum(len(file.data) for file in [*_held, *given]) > most():
            raise ValueError(FULL)
        _held.update(given)
    return Look(given[0], given[1] if given[1:] else None)


def ask(embedded: bool) -> Look | None:
    """What this session holds, after the form for a file, and for one to compare it with; where
    uploads are off, why. In a slide without these.
    """
    if not embedded:
        _form() if own_data.uploads() else _without()
    return held()


def _without() -> None:
    st.info(NO_UPLOADS, icon=":material/lock:")
    st.code(PYTHON, language="python", wrap_lines=True)


def _form() -> None:
    mine = held()
    if mine is not None:
        names = [plain(file.name) for file in (mine.first, mine.second) if file]
        st.caption(f"**Your own network**: {' and '.join(names)}")
    limit = min(LARGEST, st.get_option("server.maxUploadSize"))
    with st.form("own_network_form"):
        for label, key in zip(LABELS, _keys(), strict=True):
            st.file_uploader(label, key=key, max_upload_size=limit)
        st.form_submit_button("Look into it", type="primary", on_click=_read)
        if problem := st.session_state.get(PROBLEM):
            st.error(plain(problem, SENTENCE), icon=":material/draft:")
    if problem and problem.convert:
        st.markdown("These lines make a .safetensors file of a .pt:")
        st.code(files.CONVERT, language="python", wrap_lines=True)
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
    if uploaded:
        st.session_state.pop(STATE, None)  # its place is free for these
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

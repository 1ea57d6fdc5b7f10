"""Pages take turns at being drawn: the threads of a hundred readers would spend more time on
passing Python's lock around than on drawing.

The first page of a visit says its first words at once, then it takes its turn (`take`), which ends
with the page; it goes before later pages, which take theirs as they begin. While it waits for
something (a training, data) it stands `aside`. Nobody waits longer than `PATIENCE` for a turn,
whatever another page does.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

AT_ONCE = 1  # a second would take the lock from the thread that sends what the first has drawn
PATIENCE = 5.0  # seconds

_lock = threading.Lock()
_n_free = AT_ONCE
_first: deque[threading.Event] = deque()  # pages that wait: of visits that have seen nothing yet,
_later: deque[threading.Event] = deque()  # and others; an event says that it is one's turn


class _Here(threading.local):
    """Of this thread: whether a page is drawn in it, whether it is a visit's first, and whether it
    has its turn.
    """

    page = False
    first = False
    turn = False


_here = _Here()


@contextmanager
def page(first: bool = True) -> Iterator[None]:
    """A page is drawn here, the `first` of a visit or a later one; one that is begun inside another
    is the same page.
    """
    if _here.page:
        yield
        return
    _here.page, _here.first = True, first
    try:
        if not first:  # it has words on the screen
            take()
        yield
    finally:
        _give()
        _here.page = False


def newcomers() -> bool:
    """Whether a first page waits for its turn: how far a training is can be said after that."""
    return bool(_first)


def take() -> None:
    """Wait for this page's turn; nothing where it has it."""
    global _n_free
    if not _here.page or _here.turn:
        return
    mine, queue = threading.Event(), _first if _here.first else _later
    with _lock:
        if _n_free:
            _n_free -= 1
            mine.set()
        else:
            queue.append(mine)
    mine.wait(PATIENCE)
    with _lock:
        _here.turn = mine.is_set()
        if not _here.turn:
            queue.remove(mine)


def _give() -> None:
    """Whoever has waited longest is next."""
    global _n_free
    if _here.turn:
        _here.turn = False
        with _lock:
            if queue := _first or _later:
                queue.popleft().set()
            else:
                _n_free += 1


@contextmanager
def aside() -> Iterator[None]:
    """Wait for something in here, while others draw."""
    _give()
    try:
        yield
    finally:
        take()

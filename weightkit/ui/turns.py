"""Pages take turns at being drawn: the threads of a hundred readers would spend more time on
passing Python's lock around than on drawing.

A page says its first words at once, then it takes its turn (`take`), which ends with the page.
While it waits for something (a training, data) it stands `aside`. Nobody waits longer than
`PATIENCE` for a turn, whatever another page does. While a `crowd` waits for theirs, trainings pause
(`jobs`): a page takes hundredths of a second, and what it shows may be there already.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

AT_ONCE = 2  # one draws while another's words are being sent
PATIENCE = 5.0  # seconds
CROWD = 8  # pages that wait for their turn

_free = threading.BoundedSemaphore(AT_ONCE)
_lock = threading.Lock()
_n_pages = 0
_n_waiting = 0


class _Here(threading.local):
    """Of this thread: whether a page is drawn in it, and whether it has its turn."""

    page = False
    turn = False


_here = _Here()


@contextmanager
def page() -> Iterator[None]:
    """A page is drawn here; one that is begun inside another is the same page."""
    global _n_pages
    if _here.page:
        yield
        return
    with _lock:
        _n_pages += 1
    _here.page = True
    try:
        yield
    finally:
        _give()
        _here.page = False
        with _lock:
            _n_pages -= 1


def any_page() -> bool:
    """Whether a page is being drawn, those included that wait."""
    return _n_pages > 0


def crowd() -> bool:
    """Whether so many pages wait for their turn that all else can wait for them."""
    return _n_waiting >= CROWD


def take() -> None:
    """Wait for this page's turn; nothing where it has it."""
    if _here.page and not _here.turn:
        _wait(1)
        try:
            _here.turn = _free.acquire(timeout=PATIENCE)
        finally:
            _wait(-1)


def _wait(more: int) -> None:
    global _n_waiting
    with _lock:
        _n_waiting += more


def _give() -> None:
    if _here.turn:
        _here.turn = False
        _free.release()


@contextmanager
def aside() -> Iterator[None]:
    """Wait for something in here, while others draw."""
    _give()
    try:
        yield
    finally:
        take()

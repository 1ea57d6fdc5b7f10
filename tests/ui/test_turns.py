"""Pages take turns at being drawn; who waits stands aside; nothing keeps a turn for good."""

import threading
import time
from contextlib import contextmanager

import pytest

from weightkit.ui import turns


class Page(threading.Thread):
    """A page that says its first words, takes its turn, and draws until it is told to end."""

    def __init__(self, body=lambda end: end.wait(20), first=True):
        super().__init__(daemon=True)
        self.first = first
        self.said, self.drawn, self.end = (threading.Event() for _ in range(3))
        self._body = body
        self.start()

    def run(self):
        with turns.page(self.first):
            self.said.set()
            turns.take()
            self.drawn.set()
            self._body(self.end)

    def over(self):
        self.end.set()
        self.join(20)
        return not self.is_alive()


def until(true) -> bool:
    """Whether it becomes so within five seconds."""
    end = time.monotonic() + 5
    while not true() and time.monotonic() < end:
        time.sleep(0.005)
    return true()


@contextmanager
def drawing(pages):
    """All of them are told to end, whatever happens, and do."""
    try:
        yield pages
    finally:
        for page in pages:
            page.end.set()
        assert all(page.over() for page in pages)


def test_so_many_draw_at_once_and_the_first_words_wait_for_nobody():
    pages = [Page() for _ in range(turns.AT_ONCE + 2)]
    try:
        assert all(page.said.wait(5) for page in pages)
        assert all(page.drawn.wait(5) for page in pages[: turns.AT_ONCE])
        time.sleep(0.1)
        assert sum(page.drawn.is_set() for page in pages) == turns.AT_ONCE
        assert pages[0].over()
        assert pages[turns.AT_ONCE].drawn.wait(5)
    finally:
        assert all(page.over() for page in pages)


def test_the_first_page_of_a_visit_goes_before_later_ones_and_else_who_came_first():
    with drawing([Page() for _ in range(turns.AT_ONCE)]) as before, drawing([]) as waiting:
        assert all(page.drawn.wait(5) for page in before)
        for first in (False, False, True, True):
            waiting.append(Page(first=first))
            assert until(lambda: len(turns._first) + len(turns._later) == len(waiting))
        order = [waiting[2], waiting[3], waiting[0], waiting[1]]
        for i, page in enumerate([*before, *order][: len(order)]):
            assert turns.newcomers() == (i < 2)
            assert page.over()
            assert order[i].drawn.wait(5)
            time.sleep(0.05)
            assert sum(other.drawn.is_set() for other in waiting) == i + 1


def test_who_waits_for_a_training_gives_others_their_turn():
    def body(end):
        with turns.aside():
            end.wait(20)

    waiting = [Page(body) for _ in range(20)]
    assert all(page.drawn.wait(5) for page in waiting)
    other = Page()
    assert other.drawn.wait(5)
    assert all(page.over() for page in [other, *waiting])


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_page_that_fails_gives_its_turn_back():
    def body(end):
        with turns.aside():
            pass
        raise ValueError("as it may happen")

    for _ in range(3 * turns.AT_ONCE):
        Page(body).join(20)
    pages = [Page() for _ in range(turns.AT_ONCE)]
    assert all(page.drawn.wait(5) for page in pages)
    assert all(page.over() for page in pages)


def test_a_page_inside_another_is_the_same_and_a_thread_without_one_needs_no_turn():
    turns.take()
    with turns.page():
        turns.take()
        with turns.page():
            turns.take()
        others = [Page() for _ in range(turns.AT_ONCE - 1)]
        assert all(page.drawn.wait(5) for page in others)
        late = Page()
        assert not late.drawn.wait(0.2), "the inner page has not given the turn away"
    assert late.drawn.wait(5)
    assert all(page.over() for page in [late, *others])


def test_nobody_waits_for_ever(monkeypatch):
    monkeypatch.setattr(turns, "PATIENCE", 0.1)
    stuck = [Page() for _ in range(turns.AT_ONCE)]
    assert all(page.drawn.wait(5) for page in stuck)
    late = [Page() for _ in range(3)]
    assert all(page.drawn.wait(5) for page in late)
    assert all(page.over() for page in [*late, *stuck])
    free = [Page() for _ in range(turns.AT_ONCE)]
    assert all(page.drawn.wait(5) for page in free)
    assert all(page.over() for page in free)

"""The way through the course: sidebar, the lessons before and after, the score of this visit."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from copy import copy
from functools import lru_cache
from typing import Any

import streamlit as st

from . import predict, seat, turns
from .lessons import LESSONS, Lesson, sections

SEEN = "page_seen"  # in the session: that it has been shown a page


@lru_cache(256)
def page(entry: Lesson, tick: str = "") -> st.Page:
    """The page of this lesson, for links to it; made once, since Streamlit resolves its path."""
    return st.Page(entry.page, title=entry.title + tick)


def front() -> st.Page:
    """The home page, for the way to it."""
    return st.Page(lambda: None, title="weightkit", url_path="", default=True)


_listed: ContextVar[bool] = ContextVar("listed", default=False)  # the pages, in this run


def go(home: Callable[[], None]) -> None:
    """Run the page that is asked for; home: draws the page of the bare address."""
    with turns.page(first=SEEN not in st.session_state):
        asked, listed = _list(home), _listed.set(True)
        try:
            asked.run()
        finally:
            _listed.reset(listed)
            st.session_state[SEEN] = True


def listed() -> None:
    """Begin the page anew where `go` has not begun it: the first page of a cold server is run by
    itself, since Streamlit finds it in the folder of pages, without the list of all pages.
    """
    if not _listed.get():
        go(lambda: None)
        st.stop()


def _list(home: Callable[[], None]) -> st.Page:
    """Send the list of pages, one message; returns the page that is asked for.

    The pages have no icon here: Streamlit would make it the tab's, and each browser ask Google's
    font server for it.
    """
    pages = {"": [st.Page(home, title="weightkit", url_path="", default=True)]}
    scores = predict.scores()
    for heading, entries in sections():
        # Copies: the one that is asked for keeps whether it may be run now.
        pages[heading] = [copy(page(entry, _tick(scores.get(entry.slug)))) for entry in entries]
    alone = st.context.is_embedded or seat.waits()
    return st.navigation(pages, position="hidden" if alone else "sidebar", expanded=True)


def _tick(score: tuple[int, int] | None) -> str:
    """What stands behind a lesson in the sidebar: that it was seen, or how many of its answers were
    right.
    """
    if score is None:
        return ""
    right, total = score
    return f" :green[✓ {right}/{total}]" if total else " :gray[✓]"


def onward(entry: Lesson) -> None:
    """The way on, at the end of a page: the next lesson. The sidebar has all others."""
    after_it = LESSONS[LESSONS.index(entry) + 1 :] if entry in LESSONS else []
    for after in after_it[:1]:
        st.page_link(
            page(after),
            label=f"Next lesson: {after.title}",
            icon=":material/arrow_forward:",
            icon_position="right",
        )


def show_score(place: Any, slug: str = "") -> None:
    """The score of this visit, and of this lesson, once there is one."""
    scores = predict.scores()
    right, total = (sum(each) for each in zip((0, 0), *scores.values(), strict=True))
    mine, asked = scores.get(slug, (0, 0))
    here = f" (here {mine} of {asked})" if asked else ""
    if total:
        place.caption(f"Your predictions so far: {right} of {total} right{here}")

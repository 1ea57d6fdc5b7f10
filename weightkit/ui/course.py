"""The way through the course: sidebar, the lessons before and after, the score of this visit."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from functools import cache
from typing import Any

import streamlit as st

from . import predict
from .lessons import LESSONS, Lesson, sections


@cache
def page(entry: Lesson) -> st.Page:
    """The page of this lesson, for links to it; made once, since Streamlit resolves its path."""
    return st.Page(entry.page, title=entry.title, help=f"{entry.part}: {entry.question}")


def go(home: Callable[[], None]) -> None:
    """Run the page that is asked for; the sidebar's list of pages is one message.

    home: draws the page of the bare address. The pages have no icon here: Streamlit would make it
    the tab's, and each browser ask Google's font server for it.
    """
    pages = {"": [st.Page(home, title="weightkit", default=True)]}
    for heading, entries in sections():  # what runs is marked by Streamlit, and so not shared
        pages[heading] = [copy(page(entry)) for entry in entries]
    embedded = st.context.is_embedded
    st.navigation(pages, position="hidden" if embedded else "sidebar", expanded=True).run()


def neighbours(entry: Lesson) -> None:
    """The way on, at the end of a page: the lesson before and the one after."""
    i = LESSONS.index(entry)
    with st.container(horizontal=True, horizontal_alignment="distribute", key="neighbours"):
        if i > 0:
            st.page_link(
                page(LESSONS[i - 1]),
                label=f"Previous: {LESSONS[i - 1].title}",
                icon=":material/arrow_back:",
            )
        if i + 1 < len(LESSONS):
            after = LESSONS[i + 1]
            st.page_link(
                page(after),
                label=f"Next lesson: {after.title}",
                icon=":material/arrow_forward:",
                icon_position="right",
            )


def show_score(place: Any, slug: str = "") -> None:
    """The score of this visit, and of this lesson, once there is one."""
    right, total = predict.score()
    mine, asked = predict.score(slug) if slug else (0, 0)
    here = f" (here {mine} of {asked})" if asked else ""
    if total:
        place.caption(f"Your predictions so far: {right} of {total} right{here}")

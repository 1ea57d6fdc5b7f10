"""The way through the course: sidebar, the lessons before and after, the score of this visit."""

from __future__ import annotations

from functools import cache
from typing import Any

import streamlit as st

from . import predict
from .lessons import BEYOND, LESSONS, Lesson, sections

HOME = "streamlit_app.py"


@cache
def page(script: str) -> st.Page:
    """The page of this script, for links to it; made once, since Streamlit would resolve the path
    for every link.
    """
    return st.Page(script, default=script == HOME)


def sidebar() -> Any:
    """The way through the course; returns the place for this visit's score (see `show_score`)."""
    with st.sidebar:
        st.page_link(page(HOME), label="**weightkit**", icon=":material/home:")
        for heading, entries in sections():
            if heading == BEYOND:
                st.caption(BEYOND)
            for entry in entries:
                st.page_link(
                    page(entry.page),
                    label=entry.title,
                    icon=entry.icon,
                    help=f"{entry.part}: {entry.question}",
                )
    return st.sidebar


def neighbours(entry: Lesson) -> None:
    """The way on, at the end of a page: the lesson before and the one after."""
    i = LESSONS.index(entry)
    with st.container(horizontal=True, horizontal_alignment="distribute", key="neighbours"):
        if i > 0:
            st.page_link(
                page(LESSONS[i - 1].page),
                label=f"Previous: {LESSONS[i - 1].title}",
                icon=":material/arrow_back:",
            )
        if i + 1 < len(LESSONS):
            after = LESSONS[i + 1]
            st.page_link(
                page(after.page),
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

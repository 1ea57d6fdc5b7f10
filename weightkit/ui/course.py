"""The way through the course: sidebar, the lessons before and after, the score of this visit."""

from __future__ import annotations

from typing import Any

import streamlit as st

from . import predict
from .lessons import LESSONS, Lesson


def sidebar() -> Any:
    """The way through the course; returns the place for this visit's score (see `show_score`)."""
    with st.sidebar:
        st.page_link("streamlit_app.py", label="**weightkit**", icon=":material/home:")
        for entry in LESSONS:
            st.page_link(
                entry.page,
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
                LESSONS[i - 1].page,
                label=f"Previous: {LESSONS[i - 1].title}",
                icon=":material/arrow_back:",
            )
        if i + 1 < len(LESSONS):
            after = LESSONS[i + 1]
            st.page_link(
                after.page,
                label=f"Next lesson: {after.title}",
                icon=":material/arrow_forward:",
                icon_position="right",
            )


def show_score(place: Any, slug: str = "") -> None:
    """The score of this visit, and of this lesson, once there is one."""
    scores = {entry.slug: predict.score(entry.slug) for entry in LESSONS}
    right, total = (sum(column) for column in zip(*scores.values(), strict=True))
    here = f" (here {scores[slug][0]} of {scores[slug][1]})" if slug and scores[slug][1] else ""
    if total:
        place.caption(f"Your predictions so far: {right} of {total} right{here}")

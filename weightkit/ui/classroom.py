"""The home page under the link of a class: the lecturer's desk, or a student's room."""

from __future__ import annotations

import streamlit as st

from . import desk, icon, predict, room, seat, style, turns, visit, warm


def show() -> None:
    """Draw the whole page."""
    sits = seat.here()
    assert sits is not None
    st.set_page_config(
        page_title=f"Class {sits.code}" if sits.code.isalpha() else "Join a class",
        layout="wide" if sits.key else "centered",
        initial_sidebar_state="collapsed",
    )
    style.apply(predict.commits())
    visit.arrive("class")
    if seat.GO in st.session_state:
        seat.go(st.session_state.pop(seat.GO))
    turns.take()
    if sits.key:
        desk.show(sits, bool(st.context.is_embedded))
    else:
        room.show(sits)
    icon.show()
    warm.begin()

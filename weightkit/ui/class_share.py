"""On a lesson's page: start a class with its question, or put it to the class that there is."""

from __future__ import annotations

from typing import Any

import streamlit as st

from ..classes.classes import Refused, classes
from ..classes.store import Trouble
from ..lazy import lazy
from . import room, seat
from .outside import SENTENCE, plain
from .seat import Seat

card: Any = lazy("weightkit.ui.card")
PROBLEM = "class_problem"
OWN = "A class cannot be asked about your own data: they stay in your visit."


def panel(page: Any) -> None:
    """In the Share panel."""
    st.markdown("**Predict together**")
    if page.asked is None:
        st.caption("A class can be started once the page has a question.")
    elif page.own:
        st.caption(OWN)
    else:
        _button(page)


def strip(page: Any, sits: Seat) -> None:
    """On a page that is shown within a class (None: the home page) the way back to it; for the
    lecturer also the way to put the page's question to it.
    """
    if not sits.key:
        room.follow(sits)
    in_slide = page is not None and page.embedded
    if in_slide and (sits.key or page.slide.bare):  # a slide has room for its figure
        return
    with page.left if in_slide else page.head if page is not None else st.container():
        if sits.key and page is not None and page.asked is not None and not page.own:
            _button(page, "strip")
        back = f"Back to class {plain(sits.code)}"
        if st.button(back, icon=":material/groups:", type="tertiary", key="to_class"):
            seat.go(sits)


def _button(page: Any, place: str = "share") -> None:
    sits = seat.here()
    leads = sits is not None and bool(sits.key)
    label = f"Ask class {plain(sits.code)} this" if sits is not None and leads else "Start a class"

    def begin() -> None:
        try:
            view, config = page.asked
            asked = card.asked_about(view, config, page.lesson, page.visit.place, page.pairs())
            if sits is not None and leads:
                classes().ask(sits.code, sits.key, asked)
                to = sits
            else:
                to = Seat(*classes().start(asked))
            seat.take(to)
            st.session_state[seat.GO] = to
        except (Refused, Trouble) as trouble:
            st.session_state[PROBLEM] = str(trouble)

    if problem := st.session_state.get(PROBLEM):
        st.warning(plain(problem, SENTENCE), icon=":material/cloud_off:")
    kind: Any = "primary" if place == "strip" else "secondary"
    icon = ":material/campaign:" if leads else ":material/groups:"
    st.button(label, type=kind, icon=icon, key=f"class_{place}", on_click=begin)
    if place == "share" and not leads:
        st.caption(
            "All answer this page's question on their phones; nobody sees the result until you"
            " reveal it. No names, no accounts."
        )

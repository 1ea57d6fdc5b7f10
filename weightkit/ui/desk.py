"""The lecturer's page: code, answers as they come, close, reveal, the next question, CSV."""

from __future__ import annotations

from typing import Any

import streamlit as st

from ..classes import tables
from ..classes.asked import State
from ..classes.classes import Refused, classes
from ..classes.store import Trouble
from ..lazy import lazy
from . import card, course, room, seat, standing, take_home
from .lessons import LESSONS
from .outside import SENTENCE, plain
from .qr import qr_code, unreachable
from .seat import Seat

datasets: Any = lazy("weightkit.datasets")
BEAT = 1.0  # seconds between two looks at the answers
PHASES = {
    "open": ":blue-badge[:material/how_to_vote: Open]",
    "closed": ":orange-badge[:material/lock: Closed]",
    "revealed": ":green-badge[:material/visibility: Revealed]",
}
SHEET = """<style>
.st-key-desk .standing { font-size: clamp(1.1rem, 1.9vw, 2.4rem); }
.st-key-desk h4 { font-size: clamp(1.25rem, 2.1vw, 2.6rem); line-height: 1.25; }
.st-key-desk_count p { font-size: clamp(1.1rem, 1.9vw, 2.4rem); }
.st-key-desk_code h1 { font-size: clamp(2.4rem, 5vw, 6rem); letter-spacing: .08em; padding: 0; }
</style>"""


def show(sits: Seat, embedded: bool) -> None:
    """The whole page; in a slide without the code and the ways on."""
    try:
        state = seat.find(sits)
        if state is None or not seat.leads(sits):
            st.error("This link does not open a class: it may be over, or the link is not whole.")
            return
        st.html(SHEET)
        if embedded:
            with st.container(key="desk"):
                _live(state, sits)
                _turns(state, sits, embedded)
            return
        left, right = st.columns([7, 3], gap="large")
        with left.container(key="desk"):
            _live(state, sits)
            _turns(state, sits, embedded)
        with right:
            _way_in(sits)
        _next(state, sits)
    except (Refused, Trouble) as trouble:
        st.warning(str(trouble), icon=":material/cloud_off:")
        st.button("Try again", icon=":material/refresh:", key="try_again")


def _live(state: State, sits: Seat) -> None:
    """Question and answers, drawn anew every second until the reveal."""

    def look() -> None:
        try:
            now = classes().state(sits.code)
            if now is None or (now.n, now.phase) != (state.n, state.phase):
                st.rerun()
            answers = [a for a in classes().answers(sits.code, sits.key) if a.n == now.n]
            shown = card.read(classes().revealed(now)[0]) if now.phase == "revealed" else None
        except (Refused, Trouble) as trouble:
            st.caption(f":material/cloud_off: {plain(trouble, SENTENCE)}")
            return
        dark = st.context.theme.type == "dark"
        with st.container(key="desk_count"):
            has = "has" if len(answers) == 1 else "have"
            st.markdown(f"**{len(answers)}** {has} answered {PHASES[now.phase]}")
        truth = shown.truth if shown else None
        st.html(standing.html(now.asked, [a.given for a in answers], dark, truth=truth))
        if shown is not None:
            room.figure(shown, dark)

    st.markdown(f"#### {state.asked.text}")
    st.fragment(look, run_every=BEAT if state.phase != "revealed" else None)()


def _turns(state: State, sits: Seat, embedded: bool) -> None:
    """Close or open, reveal, the CSV."""
    n, key = state.n, sits.key

    def turn(phase: Any) -> None:
        try:
            classes().turn(sits.code, key, n, phase)
        except (Refused, Trouble) as trouble:
            st.session_state["desk_problem"] = str(trouble)

    if problem := st.session_state.pop("desk_problem", ""):
        st.warning(problem, icon=":material/cloud_off:")
    with st.container(horizontal=True, key="desk_turns"):
        reveal = False
        if state.phase == "open":
            st.button(
                "Close the answers",
                icon=":material/lock:",
                key="close",
                on_click=turn,
                args=("closed",),
            )
        elif state.phase == "closed":
            st.button(
                "Open again", icon=":material/lock_open:", key="open", on_click=turn, args=("open",)
            )
        if state.phase != "revealed":
            reveal = st.button(
                "Reveal", icon=":material/visibility:", type="primary", key="reveal_class"
            )
        if not embedded:
            st.download_button(
                "Answers (CSV)",
                lambda: tables.as_csv(
                    classes().questions(sits.code, key), classes().answers(sits.code, key)
                ),
                file_name=f"class-{sits.code}.csv",
                mime="text/csv",
                icon=":material/download:",
                on_click="ignore",
                key="class_csv",
            )
    if reveal:
        _reveal(state, sits)
    elif state.phase != "revealed":
        card.begin(state.asked)


def _reveal(state: State, sits: Seat) -> None:
    try:
        text = card.made(state.asked)
    except (ValueError, datasets.DatasetUnavailable) as problem:
        st.error(plain(problem, SENTENCE))
        return
    if text:
        classes().turn(sits.code, sits.key, state.n, "revealed", text)
        st.rerun()


def _way_in(sits: Seat) -> None:
    """Code, QR code and link for the students."""
    link = seat.link(sits)
    with st.container(key="desk_code"):
        st.title(sits.code, anchor=False)
    code = qr_code(link)
    if warning := unreachable(link):
        st.warning(warning, icon=":material/wifi_off:")
    if code is not None:
        st.image(code, width="stretch", alt=f"QR code of {link}")
    st.code(link, language=None, wrap_lines=True)
    if code is not None and st.button("Full screen", icon=":material/fullscreen:", key="hall"):
        take_home.hall(code, link)


def _next(state: State, sits: Seat) -> None:
    """The way to the next question: any lesson's page, where it is put to the class."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="desk_next"):
        slugs = [entry.slug for entry in LESSONS]
        titles = {entry.slug: entry.title for entry in LESSONS}
        chosen = st.selectbox(
            "Next question: choose a lesson, set its controls, ask the class",
            slugs,
            index=slugs.index(state.asked.slug),
            format_func=titles.__getitem__,
            key="desk_lesson",
            width=420,
        )
        if st.button("Go there", icon=":material/arrow_forward:", key="go_there"):
            entry = next(entry for entry in LESSONS if entry.slug == chosen)
            st.switch_page(course.page(entry), query_params=sits.query)
    with st.expander("For a slide: these answers as they come", icon=":material/slideshow:"):
        st.code(
            take_home.iframe(f"{seat.link(sits, students=False)}&embed=true", f"Class {sits.code}"),
            language="html",
            wrap_lines=True,
        )
        st.caption(
            "This address holds your key: who has it can reveal and see all answers. Keep it out of"
            " slides that you hand out."
        )

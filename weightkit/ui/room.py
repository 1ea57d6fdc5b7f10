"""A student's page: the question of the class, the answer, how many have answered; after the
reveal the result, and where the class stood.

While they wait, a fragment looks at the class every few seconds; it draws one line, and the whole
page only when something has turned.
"""

from __future__ import annotations

import threading
import time
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from ..classes.asked import Given, State
from ..classes.classes import Refused, classes
from ..classes.store import Trouble
from . import card, course, predict, seat, standing
from .lessons import lesson
from .outside import SENTENCE, plain
from .seat import Seat

BEATS = (  # up to so many pages of this server that wait: seconds between looks
    (120, 1.25),
    (240, 1.75),
    (10_000, 2.25),
)
PRESENT = 6.0  # seconds after its last look in which a page is thought to be there


class Present:
    """How many pages of this server look at classes."""

    def __init__(self) -> None:
        self._when: dict[str, float] = {}
        self._lock = threading.Lock()

    def beat(self) -> float:
        """Seconds until this page's next look."""
        context = get_script_run_ctx(suppress_warning=True)
        now = time.monotonic()
        with self._lock:
            self._when[context.session_id if context else ""] = now
            if len(self._when) % 16 == 0:
                self._when = {k: t for k, t in self._when.items() if now - t < PRESENT}
            here = len(self._when)
        return next(seconds for most, seconds in BEATS if here <= most)


present = Present()


SHEET = """<style>
.st-key-room [role="radiogroup"] { gap: 0; }
.st-key-room [role="radiogroup"] label { padding: .55rem 0; margin: 0; }
.st-key-room [role="radiogroup"] label p { font-size: 1.05rem; }
</style>"""
"""Answers large enough for a thumb."""


def show(sits: Seat) -> None:
    """The whole page."""
    st.html(SHEET)
    with st.container(key="room"):
        _room(sits)


def _room(sits: Seat) -> None:
    if not sits.code:
        return _door("")
    try:
        state = seat.find(sits)
        if state is None:
            return _door(f"There is no class “{plain(sits.code)}” here. Is the code right?")
        tab = seat.tab(state)
        own = classes().given(state, tab)
        if state.phase == "revealed":
            _result(state, own)
        else:
            _question(state, tab, own)
        _watch(state)
    except Refused as refused:
        _door(str(refused))
    except Trouble as trouble:
        st.warning(str(trouble), icon=":material/cloud_off:")
        st.button("Try again", icon=":material/refresh:", key="try_again")
    return None


def _door(problem: str) -> None:
    """Ask for the code."""
    st.title("Join a class", anchor=False)
    if problem:
        st.warning(problem, icon=":material/key_off:")
    with st.form("class_door"):
        code = st.text_input("Code of the class", max_chars=8, key="class_code", width=160)
        if st.form_submit_button("Join", type="primary", key="join") and code.strip():
            seat.go(Seat(code.strip().upper()))


def _head(state: State) -> None:
    st.caption(f"Class {state.code} · Question {state.n} · {state.asked.title}")
    st.markdown(f"#### {state.asked.text}")


def _question(state: State, tab: str, own: Given | None) -> None:
    """The question and the form; a committed answer may be changed while the class is open."""
    asked, key = state.asked, f"class_{state.code}_{state.n}"
    _head(state)
    if state.phase == "closed":
        mine = "You have not answered." if own is None else f"Your answer: **{_said(own)}**."
        st.info(
            f"Answers are closed. {mine} The result comes when the lecturer reveals it.",
            icon=":material/lock_clock:",
        )
        return
    if key not in st.session_state and own is not None:
        st.session_state[key] = own if isinstance(own, str) else f"{own:g}"
    problem = st.session_state.pop("class_problem", "")

    def commit() -> None:
        given, missing = predict.answer(st.session_state.get(key), asked.number)
        if given is None:
            st.session_state["class_problem"] = missing
            return
        try:
            classes().answer(state, tab, given)
        except (Refused, Trouble) as refused:
            st.session_state["class_problem"] = str(refused)
        except ValueError:
            st.session_state["class_problem"] = "Choose one of the answers."

    with st.form("class_card"):
        predict.box(asked.options, asked.number, asked.unit, asked.tolerance, key)
        if problem:
            st.warning(problem, icon=":material/edit:")
        label = "Commit" if own is None else "Change my answer"
        kind: Any = "primary" if own is None else "secondary"
        st.form_submit_button(
            label,
            type=kind,
            icon=":material/check:",
            on_click=commit,
            key="commit_class",
            width="stretch",
        )
    if own is not None:
        st.success(
            f"You said **{_said(own)}**. You may change it until the answers are closed.",
            icon=":material/check_circle:",
        )


def _watch(state: State) -> None:
    """How many have answered, and a whole run when the class has turned."""

    def look() -> None:
        present.beat()
        try:
            now = classes().state(state.code)
        except Trouble as trouble:
            st.caption(f":material/cloud_off: {plain(trouble, SENTENCE)}")
            return
        if now is None or (now.n, now.phase) != (state.n, state.phase):
            st.rerun()
        elif now.phase != "revealed":
            st.markdown(f"**{now.answered}** {'has' if now.answered == 1 else 'have'} answered")

    st.fragment(look, run_every=present.beat())()


def _result(state: State, own: Given | None) -> None:
    """Verdict, the class, the result's first figure, and the way to the controls."""
    text, answers = classes().revealed(state)
    shown, asked, dark = card.read(text), state.asked, st.context.theme.type == "dark"
    _head(state)
    _judge(state, shown, own)
    st.markdown(f"##### Where the class stood ({len(answers)})")
    given = [answer.given for answer in answers]
    st.html(standing.html(asked, given, dark, own, shown.truth))
    figure(shown, dark)
    if st.button(
        "Move the controls yourself",
        icon=":material/tune:",
        type="primary",
        key="to_lesson",
        width="stretch",
    ):
        query = [*asked.query, (seat.CODE, state.code)]
        st.switch_page(course.page(lesson(asked.slug)), query_params=query)


def figure(shown: card.Card, dark: bool) -> None:
    """The result's first figure."""
    st.markdown(f"##### {shown.title}")
    st.vega_lite_chart(shown.drawings[dark], alt=shown.alt, key="chart_class")
    st.caption(shown.subtitle)


def _judge(state: State, shown: card.Card, own: Given | None) -> None:
    """The verdict on this tab's answer, which counts in the score of the visit as any other."""
    asked, memory = state.asked, predict.of(state.asked.place)
    if shown.truth is None or own is None:
        memory.about = asked.about
        memory.shown = True
        if own is None:
            memory.skip()
        memory.seen.add(asked.about)
        if shown.truth is not None:
            truth = predict.measured(shown.truth)
            st.info(f"Measured: **{truth}**. {shown.because}", icon=":material/lightbulb:")
        return
    if memory.about != asked.about or not memory.shown:
        memory.commit(own, asked.about)
    verdict = memory.show(asked.about, predict.is_right(own, shown.truth, asked.tolerance))
    if verdict is not None:
        predict.tell(asked.place, verdict, shown.truth, shown.because)


def _said(given: Given) -> str:
    return given if isinstance(given, str) else f"{given:g}"


def follow(sits: Seat) -> None:
    """On a lesson's page after the reveal: back to the room when the next question is asked."""

    def look() -> None:
        try:
            now = classes().state(sits.code)
        except Trouble:
            return
        if now is None or now.phase != "revealed":
            st.rerun()
        present.beat()

    st.fragment(look, run_every=present.beat())()

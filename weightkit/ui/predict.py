"""Predict, then reveal: a committed answer, judged against the reader's own run, and a score for
the visit.
"""

from __future__ import annotations

import hashlib
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import streamlit as st

from . import link
from .outside import SENTENCE, plain

STATE = "predictions"
Verdict = Literal["right", "wrong", "earlier"]


@dataclass
class Prediction:
    """What this visit remembers of the question of one view.

    answer: the committed one, None where the reader skipped; about: what it was asked of, the
        question and the settings;
    shown: the result may be seen; seen: what all that has been seen was about; counts: whether the
        answer came before.
    """

    answer: Any = None
    about: Hashable = None
    shown: bool = False
    counts: bool = False
    commits: int = 0
    judged: bool = False
    problem: str = ""
    right: int = 0
    total: int = 0
    seen: set[Hashable] = field(default_factory=set)

    def commit(self, answer: Any, about: Hashable) -> None:
        """Answer, and let the result be shown."""
        self.answer, self.about, self.shown, self.judged = answer, about, True, False
        self.commits += 1
        self.counts = about not in self.seen

    def skip(self) -> None:
        """Let the result be shown without an answer."""
        self.answer, self.about, self.shown, self.problem = None, None, True, ""

    def again(self) -> None:
        """Hide the result and ask anew."""
        self.answer, self.about, self.shown = None, None, False

    def show(self, about: Hashable, right: bool) -> Verdict | None:
        """The result of `about` is on the screen: what that makes of the answer, which counts once,
        if at all.
        """
        self.seen.add(about)
        if self.answer is None:
            return None
        if about != self.about:
            return "earlier"
        if self.counts and not self.judged:
            self.right += right
            self.total += 1
        self.judged = True
        return "right" if right else "wrong"


def of(place: str) -> Prediction:
    """What this visit remembers of a view (`Visit.place`)."""
    return st.session_state.setdefault(STATE, {}).setdefault(place, Prediction())


def about(question: str, config: Any) -> str:
    """A short name of a question about these settings, the same on every server."""
    return hashlib.sha256(repr((question, config)).encode()).hexdigest()[:16]


def scores() -> dict[str, tuple[int, int]]:
    """{lesson: (right, counted) predictions} of this visit, of lessons whose result it has shown
    or judged.
    """
    found: dict[str, tuple[int, int]] = {}
    for place, p in st.session_state.get(STATE, {}).items():
        if p.shown or p.seen or p.total:
            slug = place.split("/")[0]
            right, total = found.get(slug, (0, 0))
            found[slug] = right + p.right, total + p.total
    return found


def commits() -> int:
    """How many answers this visit has committed."""
    return sum(p.commits for p in st.session_state.get(STATE, {}).values())


def ask(
    place: str,
    question: str,
    about: Hashable,
    options: Sequence[str],
    number: tuple[float, float] | None,
    unit: str,
    tolerance: float,
) -> None:
    """The card with the question: `options` to choose from, or a number from low to high to
    estimate.
    """
    memory, key = of(place), f"{place.split('/')[0]}_prediction"
    if options and st.session_state.get(key) not in options:
        st.session_state.pop(key, None)  # the answer to another question

    def commit() -> None:
        given, memory.problem = answer(st.session_state.get(key), number)
        if given is not None:
            memory.commit(given, about)

    with st.form("predict_card", enter_to_submit=True):
        st.markdown(f"**Predict first.** {question}")
        box(options, number, unit, tolerance, key)
        if memory.problem:
            st.warning(memory.problem, icon=":material/edit:")
        if about in memory.seen:
            st.caption(
                "You have seen this result: an answer counts once you have changed a setting."
            )
        with st.container(horizontal=True):
            st.form_submit_button(
                "Commit and see",
                type="primary",
                icon=":material/check:",
                on_click=commit,
                key="commit",
            )
            st.form_submit_button(
                "Just show me", type="tertiary", on_click=memory.skip, key="just_show"
            )


def box(
    options: Sequence[str],
    number: tuple[float, float] | None,
    unit: str,
    tolerance: float,
    key: str,
) -> None:
    """Where an answer is chosen, or typed."""
    if number:
        low, high = number
        label = f"Your estimate, {low:g} to {high:g}{f' {unit}' if unit else ''}"
        st.text_input(label, key=key, width=220)
        st.caption(
            f"Right is what lies within {tolerance:g} {'points' if unit == '%' else unit} of"
            " the measurement."
        )
    else:
        st.radio("Your answer", options, index=None, key=key, label_visibility="collapsed")


def answer(given: Any, number: tuple[float, float] | None) -> tuple[Any, str]:
    """(the answer, "") or (None, what is missing)."""
    if given is None or given == "":
        return None, "Type your estimate first." if number else "Choose an answer first."
    if not number:
        return given, ""
    low, high = number
    try:
        value = link.number(given.replace("%", ""))
    except ValueError as problem:
        return None, f"{plain(problem, SENTENCE)}."
    if not low <= value <= high:
        return None, f"Your estimate is {value:g}; it must be a number from {low:g} to {high:g}."
    return value, ""


def is_right(answer: Any, truth: str | float, tolerance: float) -> bool:
    """Whether an answer is what was measured, a number to within the tolerance."""
    if isinstance(answer, str) or isinstance(truth, str) or answer is None:
        return answer == truth
    return abs(answer - truth) <= tolerance


def measured(truth: str | float) -> str:
    """What was measured, in words."""
    return truth if isinstance(truth, str) else f"{truth:.3g}"


def tell(place: str, verdict: Verdict, truth: str | float, because: str) -> None:
    """The verdict on the committed answer."""
    memory = of(place)
    said = f"{memory.answer:g}" if isinstance(memory.answer, (int, float)) else memory.answer
    uncounted = "" if memory.counts else " (Not counted: you had seen this result.)"
    if verdict == "earlier":
        st.info(f"You predicted “{said}” for the earlier settings.", icon=":material/history:")
    elif verdict == "right":
        st.success(
            f"You said “{said}”. {because}{uncounted}",
            title="Right",
            icon=":material/check_circle:",
        )
    else:
        st.warning(
            f"You said “{said}”; measured: {measured(truth)}. {because}{uncounted}",
            title="Not this time",
            icon=":material/lightbulb:",
        )

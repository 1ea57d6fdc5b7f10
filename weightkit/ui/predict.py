"""Predict, then reveal: a committed answer, judged against the reader's own run, and a score for the visit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st


def _memory(slug: str) -> dict[str, Any]:
    """What this visit remembers of a lesson: {"answer", "question", "shown", "right", "total", "counted"}."""
    everything = st.session_state.setdefault("predictions", {})
    fresh: dict[str, Any] = {"answer": None, "question": "", "shown": False, "right": 0, "total": 0, "counted": set()}
    return everything.setdefault(slug, fresh)


def score(slug: str) -> tuple[int, int]:
    """(right, asked) predictions of this visit."""
    memory = _memory(slug)
    return memory["right"], memory["total"]


def answer(slug: str) -> Any:
    """The committed answer; None where the reader skipped."""
    return _memory(slug)["answer"]


def question(slug: str) -> str:
    """The question that the committed answer is for: a page may ask another one in another view."""
    return _memory(slug)["question"]


def reveal(slug: str, answer: Any = None, question: str = "") -> None:
    """Show the result, with or without a committed answer (callback)."""
    _memory(slug).update(answer=answer, question=question, shown=True)


def again(slug: str) -> None:
    """Hide the result and ask again (callback)."""
    _memory(slug).update(answer=None, shown=False)


def is_revealed(slug: str) -> bool:
    """Answered, skipped, embedded in a slide, or asked for by the link (?reveal=true)."""
    return _memory(slug)["shown"] or st.context.is_embedded or st.query_params.get("reveal") == "true"


def ask(slug: str, question: str, options: Sequence[str] = (), number: tuple | None = None, unit: str = "") -> None:
    """The card with the question: `options` to choose from, or `number` = (low, high, start) to estimate."""

    def commit() -> None:
        answer = st.session_state.get(f"{slug}_prediction")
        if answer is not None:
            reveal(slug, answer, question)

    with st.container(border=True, key="predict_card"):
        st.markdown(f"**Predict first.** {question}")
        if number:
            low, high, start = number
            st.slider(
                f"Your estimate{f' ({unit})' if unit else ''}",
                low,
                high,
                start,
                (high - low) / 100,
                key=f"{slug}_prediction",
            )
        else:
            st.radio("Your answer", options, index=None, key=f"{slug}_prediction", label_visibility="collapsed")
        with st.container(horizontal=True):
            st.button("Commit and see", type="primary", icon=":material/check:", on_click=commit, key="commit")
            st.button("Just show me", type="tertiary", on_click=reveal, args=(slug,), key="just_show")


def judge(slug: str, right: bool, truth: str, because: str, situation: Any) -> None:
    """The verdict on the committed answer; counted once for each `situation` (settings and question)."""
    memory = _memory(slug)
    answer = memory["answer"]
    if answer is None:
        return
    if situation not in memory["counted"]:
        memory["counted"].add(situation)
        memory["right"] += right
        memory["total"] += 1
    said = f"{answer:g}" if isinstance(answer, (int, float)) else answer
    if right:
        st.success(f"You said “{said}”. {because}", title="Right", icon=":material/check_circle:")
    else:
        st.warning(
            f"You said “{said}”; measured: {truth}. {because}", title="Not this time", icon=":material/lightbulb:"
        )

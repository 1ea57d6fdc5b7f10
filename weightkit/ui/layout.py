"""The places of a page, and the words that stand in them."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import streamlit as st

from ..charts.words import unbroken
from . import glossary, turns
from .lessons import Lesson


class Layout:
    """Title and question, controls on the left, figures beside them; what has no place of its own
    stands below all that there is. `embedded`: inside a slide, where only one chart and its
    controls are shown.
    """

    def __init__(self, entry: Lesson, intro: str):
        self.lesson = entry
        self.embedded = bool(st.context.is_embedded)
        self.figures: list[Any] = []
        self._explained: set[str] = set()  # terms
        if not self.embedded:
            self.head = st.container(horizontal=True, vertical_alignment="center", key="head")
            self.head.title(entry.title, anchor=False)
            self._markdown(st, f"*{entry.place}.* **{entry.question}**\n\n{intro}")
        turns.take()  # these words wait for nobody
        if not self.embedded:
            self._frame = st.container(key="frame")  # see style.FRAME
            self.left = self._frame.container(key="controls")
            self._first_look = self._frame.container(key="first_look")
            self._further_looks: Any = None
        else:
            self.left = st.container(
                horizontal=True, vertical_alignment="bottom", gap="small", key="embed_controls"
            )
            self._first_look = self._further_looks = st.container()
        self._notices = self.main.container()
        self._slide: Any = st.container(key="slide") if self.embedded else None

    @cached_property
    def _verdict(self) -> Any:
        """The place of the verdict, once there is one."""
        return self._notices.container(key="verdict")

    @property
    def own(self) -> bool:
        """Whether what is shown is of the reader's own data, whose words are theirs."""
        return False

    def _markdown(self, place: Any, text: str, small: bool = False) -> None:
        """Markdown (`small`: a caption), terms explained at their first use."""
        text = unbroken(text)
        if not self.own:
            text = glossary.explained(text, self._explained)
        write = place.caption if small else place.markdown
        write(text, unsafe_allow_html=not self.own)

    @property
    def main(self) -> Any:
        """The place beside the controls; on a phone they stand behind the first figure (see
        style.LEAD).
        """
        if not self.figures:
            return self._first_look
        if self._further_looks is None:
            self._further_looks = self._frame.container(key="further_looks")
        return self._further_looks

    def say(self, text: str, beside: bool = False, into: Any = None) -> None:
        """Words between the charts (`beside` the controls, `into` a column, or below); left out in
        a slide.
        """
        if not self.embedded:
            self._markdown(into or (self.main if beside else st), text)

    def conclude(self, *sentences: str, made: str) -> None:
        """What this run shows: sentences whose numbers come from the frames just shown; made: when
        it was trained.
        """
        if not self.embedded:
            with st.container(border=True, key="conclusion"):
                head = f"**What this run shows** :gray[:small[{made}]]"
                self._markdown(st, f"{head}\n\n" + "\n".join(f"- {s}" for s in sentences))

    def notes_slip(self, *sentences: str) -> None:
        """Where the usual explanation or the course notes go wrong, kindly and with evidence."""
        if not self.embedded:
            with st.expander("Where the usual explanation slips", icon=":material/rule:"):
                self._markdown(st, "\n".join(f"- {s}" for s in sentences))

    def code(self, text: str, language: str | None = None, beside: bool = False) -> None:
        """Code or a message, as it is."""
        if not self.embedded:
            wrap = language != "python"  # a line that goes on at the left edge would look dedented
            (self.main if beside else st).code(text, language=language, wrap_lines=wrap)

    def columns(self, n: int) -> list:
        """n columns below, which stack on a phone; a slide has none."""
        return [None] * n if self.embedded else st.columns(n, gap="large")

    def row(self) -> Any:
        """A place below for controls in a row."""
        return st.container(horizontal=True)

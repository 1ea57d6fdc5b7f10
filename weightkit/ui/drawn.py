"""Figures on a page: one beside the controls, the others below, two of them side by side."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from typing import Any

import streamlit as st

from ..lazy import lazy
from . import held, sent
from .outside import SENTENCE, plain
from .panel import Panel

take_home = lazy("weightkit.ui.take_home")


class Drawn(Panel):
    """A page with figures, which it keeps until its end (`figures`)."""

    _view: Any = None  # whose run is told

    @property
    def dark(self) -> bool:
        """Whether the reader has chosen dark paper."""
        return st.context.theme.type == "dark"

    def heading(self, figure: Any) -> str:
        """The figure's title as Markdown; of own data, whose words may be in it, as plain text."""
        return plain(figure.title, SENTENCE) if self.own else figure.title

    def show(
        self, figure: Any, *, first: bool | None = None, into: Any = None, under: str = ""
    ) -> None:
        """Draw a Figure: the finding as a heading, what is drawn, the chart, and the table behind
        it. A slide is drawn when the page is over.

        The first figure goes beside the controls (into `main`), the others below; `first` and
        `into` say otherwise. under: the heading of a part of the page that begins with it.
        """
        if into is None:
            beside = not self.figures if first is None else first
            into = self.main if beside else self.below
        self.draw(figure, into, (figure,), under)

    def draw(self, figure: Any, place: Any, row: Sequence[Any], under: str = "") -> None:
        """Draw a figure of a row; the last has the panel behind them all."""
        lead = not self.figures
        self.figures.append(figure)
        if self.embedded:
            self.slide.offer(figure)
            return
        with place, st.container(key="lead_figure") if lead else nullcontext():
            with st.container(key="lead") if lead else nullcontext():
                above = f"### {under}\n" if under else ""
                caption = "" if lead else f"\n\n{figure.subtitle}"
                self._markdown(st, f"{above}##### {self.heading(figure)}{caption}")
                drawing, was = sent.drawing(figure, self.dark), ""
                if lead and self._view is not None:
                    said = held.in_words(self._controls, self.settings)
                    now = held.Run(self.visit.place, said, sent.prepared(figure))
                    drawing, was = held.compare(now, self.dark)
                st.vega_lite_chart(drawing, alt=figure.alt, key=f"chart_{figure.name}")
            if lead:  # see style.LEAD
                self._markdown(st, figure.subtitle, small=True)
            if figure is row[-1]:
                take_home.behind(self, *row)
            if was:
                icon = ":material/close:"
                words = f"Grey: {was}. Let go"
                st.button(words, on_click=held.let_go, key="let_go", type="tertiary", icon=icon)

    def pair(self, *figures: Any, beside: bool = False) -> None:
        """Figures side by side, `beside` the controls or below; a None is left out. They are one
        row of a slide, and have one panel.
        """
        there = [figure for figure in figures if figure is not None]
        if not there:
            return
        if self.embedded:
            self.figures += there
            self.slide.offer(*there)
            return
        row = self.main if beside else self.below
        if len(there) > 1:
            row = row.container(key=f"{'beside' if beside else 'pair'}_{there[0].name}")
        for figure in there:  # see style.PAIRS
            self.draw(figure, row, there)

    def table(self, frame: Any, description: str) -> None:
        """Numbers to read, below, once they are asked for; left out in a slide."""
        if not self.embedded:
            with self.below:
                take_home.folded(frame, description)

"""Figures on a page: one beside the controls, the others below, two of them side by side."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from functools import cached_property
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
    _without_panel: tuple[Any, ...] = ()  # figures whose tables are in the next one

    @cached_property
    def dark(self) -> bool:
        """Whether the reader has chosen dark paper."""
        return st.context.theme.type == "dark"

    def heading(self, figure: Any) -> str:
        """The figure's title as Markdown; of own data, whose words may be in it, as plain text."""
        return plain(figure.title, SENTENCE) if self.own else figure.title

    def show(
        self,
        figure: Any,
        *,
        first: bool | None = None,
        into: Any = None,
        under: str = "",
        with_next: bool = False,
    ) -> None:
        """Draw a Figure: the finding as a heading, what is drawn, the chart, and the table behind
        it. A slide is drawn when the page is over.

        The first figure goes beside the controls (into `main`), the others stand below what there
        is; `first` and `into` say otherwise. under: the heading of a part of the page that begins
        with it. with_next: its table is in the panel of what is shown next.
        """
        if into is None:
            beside = not self.figures if first is None else first
            into = self.main if beside else None
        self.draw(figure, into, under, not with_next)

    def draw(self, figure: Any, place: Any, under: str = "", last: bool = True) -> None:
        """Draw a figure; the last of several has the panel behind them all."""
        lead = not self.figures
        self.figures.append(figure)
        if self.embedded:
            self.slide.offer(figure)
            return
        with place or nullcontext(), st.container(key="lead") if lead else nullcontext():
            above = f"### {under}\n" if under else ""
            caption = "" if lead else f"\n\n{figure.subtitle}"
            self._markdown(st, f"{above}##### {self.heading(figure)}{caption}")
            drawing, was = sent.drawing(figure, self.dark), ""
            if lead:  # see style.LEAD
                self._markdown(st, figure.subtitle, small=True)
                if self._view is not None:
                    said = held.in_words(self._controls, self.settings)
                    now = held.Run(self.visit.place, said, sent.prepared(figure))
                    drawing, was = held.compare(now, self.dark)
            st.vega_lite_chart(drawing, alt=figure.alt, key=f"chart_{figure.name}")
            self._without_panel += (figure,)
            if last:
                take_home.behind(self, *self._without_panel)
                self._without_panel = ()
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
        row = self.main if beside else None
        if len(there) > 1:
            row = (row or st).container(key=f"{'beside' if beside else 'pair'}_{there[0].name}")
        for figure in there:  # see style.PAIRS
            self.draw(figure, row, last=figure is there[-1])

    def table(self, frame: Callable[[], Any], description: str) -> None:
        """Numbers to read, below, made when they are asked for; left out in a slide."""
        if not self.embedded:
            take_home.folded(frame, description)

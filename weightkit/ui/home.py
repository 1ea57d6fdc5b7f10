"""The home page: what this is, y = Wx in one picture, the course map, where to start."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from ..lazy import lazy
from . import (
    controls,
    course,
    icon,
    seat,
    sent,
    slide,
    style,
    turns,
    visit,
    warm,
)
from .controls import Control
from .lessons import Lesson, lesson, sections

class_share, classroom = lazy("weightkit.ui.class_share"), lazy("weightkit.ui.classroom")

PICTURES = Path(__file__).resolve().parents[2] / "static"
START = {
    "same_value_init": "for a surprise: networks that cannot learn, and why",
    "variance_sweep": "for one slider and one clear picture, the plateau and the cliff",
    "signal_propagation": "if you know the formulas and want to see where they come from",
}


OUTPUT = Control(
    "output",
    "Follow one output",
    1,
    options=(1, 2, 3, 4),
    help=(
        "A layer computes y = Wx: each output y is the dot product of one row of W with the"
        " inputs x."
    ),
)


def show(charts: Any) -> None:
    """Draw the whole page; `charts` is weightkit.charts.home."""
    if seat.CODE in visit.parameters():
        classroom.show()
        return
    st.set_page_config(page_title="weightkit: what a network's weights do", layout="wide")
    style.apply()
    here = visit.arrive("")
    embedded = st.context.is_embedded
    if not embedded:
        course.show_score(st.sidebar)
        if (sits := seat.here()) is not None:
            class_share.strip(None, sits)
        st.title("What a neural network's weights do", anchor=False)
        st.markdown(
            "Nothing here is a recording. Where a page is about learning, networks are **really"
            " trained** while you watch; where it is about drawing numbers, or sending them"
            " through layers, that happens as well. Move a control, and it is done again. First you"
            " predict, then you see. Everything can be linked, embedded in a slide, and taken home"
            " as code."
        )
    picture, start = st.columns([6, 4], gap="large") if not embedded else (st.container(), None)
    turns.take()
    with picture:
        row = controls.draw(OUTPUT, here.enter(OUTPUT))
        here.keep(OUTPUT, row)
        here.write([(OUTPUT, row)], whole=True)
        for problem in here.problems:
            st.warning(problem, icon=":material/link_off:")
        figure, dark = charts.product(row - 1), st.context.theme.type == "dark"
        if not embedded:
            st.markdown(f"##### {figure.title}")
            st.caption(figure.subtitle)
            st.vega_lite_chart(sent.drawing(figure, dark), alt=figure.alt, key="chart_home")
    icon.show()
    if embedded or start is None:
        with st.container(key="slide"):
            slide.Slide(rows=[(figure,)]).draw(dark)
        return
    with start:
        st.markdown("##### Where to start")
        for slug, why in START.items():
            entry = lesson(slug)
            st.page_link(course.page(entry), label=f"**{entry.title}**", icon=entry.icon)
            st.caption(why[:1].upper() + why[1:] + ".")
    for heading, entries in sections():
        st.markdown(f"##### {heading}")
        _map(heading, entries)
    warm.begin()


def _map(heading: str, entries: list[Lesson]) -> None:
    """A card for each lesson of a section, two in a row; with its part, where that says more than
    the section's heading.
    """
    for i in range(0, len(entries), 2):
        for column, entry in zip(st.columns(2), entries[i : i + 2], strict=False):
            with column.container(border=True, height="stretch", key=f"card_{entry.slug}"):
                st.page_link(course.page(entry), label=f"**{entry.title}**", icon=entry.icon)
                part = entry.part.replace(" ", "\u00a0")
                where = "" if entry.part == heading else f" :gray[:small[{part}]]"
                st.markdown(f"{picture_of(entry.slug)}{entry.question}{where}")


@cache
def picture_of(slug: str) -> str:
    """The small picture of what a lesson finds, for its card: `tools/cards.py` draws them; "" where
    there is none yet.
    """
    return f"![](app/static/{slug}.png)\n\n" if (PICTURES / f"{slug}.png").exists() else ""

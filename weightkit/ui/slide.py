"""A slide, which is what `?embed=true` shows: one figure, or one row of a pair, as large as the
frame, under one row of controls. What a link says about it: `show=<names of figures>` and
`controls=none`.
"""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Any

import streamlit as st

from ..charts.words import capital, marks, small
from ..lazy import lazy
from . import link, sent
from .controls import Control
from .lean import spread
from .outside import plain

if TYPE_CHECKING:
    from .visit import Visit

grammar = lazy("weightkit.charts.grammar")
SHOW = Control("show", "Chart", (), most=9)
CONTROLS = Control("controls", "Controls", "row", options=("row", "none"))
MOST = 3
"""Controls that a slide's row has room for, beside the button for the others."""

PLOT = 150
"""Pixels of a plot in a slide of 960 x 540, where each is one and a half; elsewhere it has more."""

LETTER = 12
LEGEND = {"padding": 0, "rowPadding": 2, "columnPadding": 12, "symbolSize": 90}
UPRIGHT = {"orient": "right", "direction": "vertical", "gradientLength": 130, "titleLimit": 90}
SIZES = {
    "axis": {
        "labelFontSize": LETTER,
        "titleFontSize": LETTER,
        "labelPadding": 5,
        "titlePadding": 6,
    },
    "legend": {"labelFontSize": LETTER, "titleFontSize": LETTER} | LEGEND,
    "header": {"labelFontSize": LETTER, "titleFontSize": LETTER},
    "text": {"fontSize": LETTER},
}

SVG = {"usermeta": {"embedOptions": {"renderer": "svg"}}}
"""Streamlit draws more than 2,000 marks on a canvas, which `slide_style` cannot magnify sharply."""


@dataclass
class Slide:
    """What a link says of the slide, and the rows of figures that the page has offered.

    names: of the figures that are asked for, () for the first row; bare: without controls;
    problems: sentences about what cannot be used.
    """

    names: tuple[str, ...] = ()
    bare: bool = False
    problems: list[str] = field(default_factory=list)
    rows: list[tuple[Any, ...]] = field(default_factory=list)

    def offer(self, *figures: Any) -> None:
        """Figures that the page has side by side."""
        self.rows.append(figures)

    def concerns(self, names: Sequence[str]) -> bool:
        """Whether what comes next has one of these figures: by its name, or as the first row."""
        return bool(set(names) & set(self.names)) if self.names else not self.rows

    @property
    def row(self) -> tuple[Any, ...]:
        """The figures to show: those that are asked for, else the first row."""
        known = {figure.name: figure for figure in chain(*self.rows)}
        asked = tuple(known[name] for name in dict.fromkeys(self.names) if name in known)
        return asked or next(iter(self.rows), ())

    def judge(self, figures: Sequence[Any], visit: Visit) -> None:
        """What the link says and cannot be used, which is known when the page has these figures,
        is announced once and leaves it.
        """
        known = list(dict.fromkeys(figure.name for figure in figures))
        unknown = [name for name in self.names if name not in known]
        if unknown:
            self.names = tuple(name for name in self.names if name in known)
            self.problems.append(
                f"The link asks for {SHOW.key}={plain(', '.join(unknown)) or '(nothing)'}, which"
                f" cannot be used: the charts here are {', '.join(known)}."
            )
            visit.link[SHOW.key] = list(self.names)
        if self.problems and not self.bare:
            visit.link.pop(CONTROLS.key, None)
        visit.problems += [text for text in self.problems if text not in visit.problems]
        visit.known |= {SHOW.key, CONTROLS.key}

    @property
    def said(self) -> list[tuple[Control, Any]]:
        """What the address bar says of the slide, as it says what controls say."""
        return [(SHOW, self.names), (CONTROLS, "none" if self.bare else CONTROLS.default)]

    def draw(self, dark: bool) -> None:
        """The row, in the current container."""
        places = st.columns(len(self.row)) if len(self.row) > 1 else [st.container()]
        for place, figure in zip(places, self.row, strict=False):
            with place:
                st.html(heading(figure))
                key, drawn = f"chart_{figure.name}", fitted(sent.drawing(figure, dark))
                st.vega_lite_chart(drawn, alt=figure.alt, key=key, height="stretch")


def asked(parameters: Mapping[str, Sequence[str]]) -> Slide:
    """What the parameters of a link say of the slide."""
    found = Slide(tuple(chain(*(raw.split(",") for raw in parameters.get(SHOW.key, ())))))
    if raw := parameters.get(CONTROLS.key):
        try:
            found.bare = link.read(CONTROLS, raw) == "none"
        except ValueError as problem:
            found.problems.append(str(problem))
    return found


def fitted(drawing: dict[str, Any]) -> dict[str, Any]:
    """The drawing with axes and legend within its height, too, and with letters of its own size:
    Streamlit's grow with the frame, and `slide_style.zooms` lets the whole picture grow.
    """
    config = dict(drawing.get("config", {}))
    for part, sizes in SIZES.items():
        config[part] = config.get(part, {}) | sizes
    fit = {"type": "fit", "contains": "padding"}
    room = {"left": 0, "right": 6, "top": 4, "bottom": 2}
    fitting = {**spread(drawing), "config": config, "autosize": fit, "padding": room, **SVG}
    return _with_legends_of_slides(grammar.respaced(fitting, PLOT))


def _with_legends_of_slides(drawing: Any) -> Any:
    """Twice the columns where there is the room for them, and bars of colour at the right, upright:
    legends are laid out for a phone, where width is scarce and height is not.
    """
    if isinstance(drawing, list):
        return [_with_legends_of_slides(part) for part in drawing]
    if not isinstance(drawing, dict):
        return drawing
    made = {
        key: _with_legends_of_slides(value) for key, value in drawing.items() if key != "datasets"
    }
    legend = drawing.get("legend")
    if isinstance(legend, dict) and "gradientLength" in legend and legend.get("orient") == "top":
        made["legend"] = legend | UPRIGHT
        return drawing | made
    columns = legend.get("columns") if isinstance(legend, dict) else None
    if isinstance(legend, dict) and columns is not None:
        narrow, wide = grammar.columns_of(columns)
        wide = wide if wide > narrow else 2 * narrow
        made["legend"] = legend | {"columns": {"expr": f"width > 500 ? {wide} : {narrow}"}}
    return drawing | made


def heading(figure: Any) -> str:
    """The finding, and in one line what the marks are: whole pieces, as many as fit."""
    first, *others = marks(figure.subtitle)
    pieces = [first if "_" in first.split(" ")[0] else capital(first), *map(small, others)]
    said = "".join(f"<span>{html.escape(piece)}</span>" for piece in pieces)
    return f"<h5>{html.escape(figure.title)}</h5><p>{said}</p>"

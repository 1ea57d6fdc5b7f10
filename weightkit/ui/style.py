"""What the theme in .streamlit/config.toml cannot do: two places where Streamlit's own colours miss
WCAG AA, the order of a phone's page; and what a page needs of the browser (browser.js)."""

from functools import cache
from pathlib import Path

import streamlit as st

from ..charts.paper import PAPER
from . import kept, lessons
from .code_style import code_style
from .slide_style import SLIDE, zooms

DARK_STYLE = """<style>
button[data-testid="stBaseButton-primary"], a[data-testid="stBaseLinkButton-primary"],
button[data-testid="stBaseButton-primaryFormSubmit"], div[data-testid="stMultiSelect"] [data-tag]
{ color: #0F1318; }
[class*="st-key-card_"] img {
  filter: invert(0.93) hue-rotate(180deg); mix-blend-mode: lighten;
}
</style>"""
"""For the dark theme only: Streamlit writes white on its primary colour, which must be light there
to be readable as text on dark paper. The pictures of the cards are on white paper."""

BORDER = {False: "#D5D9DE", True: "#3A424D"}

LEAD = """<style>
@media (max-width: 639px) {
  .st-key-first_look [data-testid="stLayoutWrapper"]:has(> :empty) { display: none; }
  .st-key-frame :is(.st-key-lead, div:has(.st-key-lead)) { display: contents; }
  .st-key-first_look > * { width: 100%; }
  .st-key-frame > :has(> .st-key-controls) { order: 5; }
  .st-key-frame > :has(> .st-key-further_looks) { order: 6; }
  .st-key-first_look > :has(.st-key-lead) ~ * { order: 4; }
  .st-key-lead > * { width: 100%; }
  .st-key-lead > :is(:first-child, :nth-child(3)) {
    position: sticky; top: 3.75rem; z-index: 5; background: PAPER;
  }
  .st-key-lead > :nth-child(3) { top: calc(3.75rem + var(--lead, 3rem)); }
  .st-key-first_look [class*="st-key-beside_"] > * { width: 100%; order: 4; }
  .st-key-lead [data-testid="stVegaLiteChart"] .marks { max-height: 42vh; }
}
</style>"""
"""The first figure of a page: its heading, what is drawn, the chart. Where columns
stack, the question or this figure comes before the controls, and heading and chart stay in sight
while what is drawn, behind them, and the controls scroll by (--lead: browser.js)."""

CAPTION = """<style>
[data-testid="stMarkdownContainer"] h5, .st-key-slide h5 { text-wrap: balance; }
[data-testid="stMarkdownContainer"] > div:has(> h5) ~ p {
  font-size: 0.875rem; opacity: 0.6;
}
</style>"""
"""What is drawn, under the heading of a figure: as Streamlit writes a caption, which would be an
element of its own. The last row of a heading is no single word: all are about equally long.
"""

CARDS = """<style>
[data-testid="stMain"] [data-testid="stPageLink"] :is(span, p) { white-space: normal; }
[class*="st-key-card_"] {
  position: relative;
  a::after { content: ""; position: absolute; inset: 0; }
  a:hover::after, a:focus-visible::after { outline: 2px solid; border-radius: 0.25rem; }
  img {
    width: 100%; height: 6.5rem; padding: 0.25rem; object-fit: contain; background: #FFF;
    border-radius: 0.25rem;
  }
}
</style>"""
"""A card of the home page is a link as a whole; nothing of a link's title is cut."""

FOCUS = """<style>
:is([data-testid="stSidebarNav"], [data-testid="stPageLink"]) a:focus-visible {
  outline: 2px solid; outline-offset: -1px;
}
[class*="st-key-card_"] a:focus-visible { outline: none !important; }
</style>"""
"""Where the keyboard is, on the links that Streamlit marks with a pale ground or not at all; a card
has a frame of its own."""

HALL = """<style>
[role="dialog"]:has(.st-key-hall_screen) { width: 100%; max-width: 100%; margin: 0; }
.st-key-hall_screen img { height: calc(100vh - 19rem); object-fit: contain; background: #FFF; }
.st-key-hall_screen code { font-size: 1.5rem; }
body:has(.st-key-hall_screen) [data-testid="stPopoverBody"] { display: none; }
</style>"""
"""The QR code for the lecture hall takes the whole screen."""

FIT = """<style>
[data-testid="stVegaLiteChart"] .marks { max-width: 100%; }
.mark-rect path { shape-rendering: crispEdges; }
</style>"""
"""When a phone is turned, Streamlit now and then forgets a chart, which keeps its width and makes
the page scroll aside. Between the cells of a map nothing shines through.
"""

FRAME = """<style>
@media (min-width: 640px) {
  [data-testid="stMainBlockContainer"] {
    padding-left: clamp(1rem, 4vw, 5rem); padding-right: clamp(1rem, 4vw, 5rem);
  }
  .st-key-frame {
    display: grid; grid-template: auto 1fr / clamp(13.5rem, 24%, 20rem) minmax(0, 1fr);
    gap: 1rem 2rem;
    > * { width: auto; min-width: 0; }
    > :has(> .st-key-controls) { grid-row: 1 / span 2; }
  }
}
.st-key-share p, [class*="st-key-behind_"] summary p { white-space: nowrap; }
.st-key-preset [data-testid="stWidgetLabel"] p { font-weight: 600; }
</style>"""
"""Controls beside figures."""

PAIRS = "".join(
    """<style>
@media WIDE {
  [class*="st-key-KEY_"] {
    display: grid; grid-auto-columns: minmax(0, 1fr); gap: 1rem 2rem;
    grid-template-rows: auto 1fr;
    > *, .st-key-lead > * { width: auto; min-width: 0; }
    .st-key-lead, :has(> .st-key-lead) { display: contents; }
    > :has(h5) { grid-row: 1 / span 2; }
    .st-key-lead > :first-child { grid-row: 1; }
    .st-key-lead > :nth-child(2) { grid-row: 2; }
    > :has([data-testid="stVegaLiteChart"]), .st-key-lead > :nth-child(3) {
      grid-row: 3; align-self: end;
    }
    > :has([data-testid="stExpander"]) { grid-row: 4; grid-column: 1 / span 2; }
    .st-key-lead > .st-key-let_go { grid-row: 5; }
  }
}
</style>""".replace("WIDE", wide).replace("KEY", key)
    for key, wide in {
        "pair": "(640px <= width < 768px) or (width >= 860px)",
        "beside": "(width >= 1110px)",
    }.items()
)
"""Two figures side by side: heading, what is drawn and chart have a row each, as high as the higher
of them, the charts at its foot, so that plots line up below legends of unequal height; one panel is
behind both. Where a figure would be narrower than 220 pixels, they stack; the
sidebar lies over a page of less than 768.
"""

SEGMENTS = """<style>
[role="radiogroup"]:has(> [data-variant]) { row-gap: 0; }
[role="radiogroup"] > [data-variant] {
  flex: 1 1 auto; padding: 0.25rem 0.65rem; border-radius: 0; margin-bottom: -1px;
}
@media (min-width: 1800px) { [role="radiogroup"] > [data-variant] { padding: 0.25rem 0.6rem; } }
[role="radiogroup"] > [data-variant]:not([data-selected]) { border-color: BORDER !important; }
</style>"""
"""Segments that do not fit into one row fill rows with common borders: Streamlit leaves out that of
a neighbour of the chosen one, which may be in another row. Where controls are widest, the names of
four views fit into one.
"""

HIDDEN = """<style>
.st-key-browser, [data-testid="stStatusWidget"] button { display: none; }
</style>"""
"""The place of browser.js, and Streamlit's own Stop, which leaves a training frozen: a page has one
that can be undone.
"""

_browser = st.components.v2.component(
    "weightkit_browser", js=(Path(__file__).parent / "browser.js").read_text("utf-8")
)


TERM = """<style>
.term {
  font-style: inherit; text-decoration: underline dotted; text-underline-offset: 0.2em;
  cursor: help; anchor-scope: --term;
}
.term > [role="tooltip"] {
  display: none; position: fixed; inset: auto 1rem 1rem; z-index: 1000; padding: 0.5rem 0.75rem;
  border: 1px solid BORDER; border-radius: 0.5rem; background: PAPER;
  font: 400 0.875rem/1.4 "Source Sans", sans-serif; white-space: normal;
}
.term:is(:hover, :focus) { anchor-name: --term; }
.term:is(:hover, :focus) > [role="tooltip"] { display: block; }
@supports (position-area: top) {
  .term > [role="tooltip"] {
    position-anchor: --term; position-area: top span-right; inset: auto; margin: 0.1rem 0;
    width: max-content; max-width: min(20rem, 90vw);
    position-try-fallbacks: flip-inline, flip-block, flip-block flip-inline;
  }
}
</style>"""
"""A term and what it means (glossary), for pointer, finger and keyboard: beside the word, or at the
foot of the window where the browser cannot."""


@cache
def sheet(dark: bool, embedded: bool) -> str:
    """All style sheets of a page, as short as can be: every run of a script sends them."""
    rules = (
        HIDDEN
        + FIT
        + LEAD.replace("PAPER", PAPER[dark])
        + FRAME
        + PAIRS
        + SEGMENTS.replace("BORDER", BORDER[dark])
        + CAPTION
        + CARDS
        + FOCUS
        + HALL
        + TERM.replace("PAPER", PAPER[dark]).replace("BORDER", BORDER[dark])
        + code_style(dark)
        + (DARK_STYLE if dark else "")
        + (SLIDE.replace("ZOOM", zooms()) if embedded else "")
    )
    return " ".join(rules.replace("</style><style>", "").split())


def apply(commits: int = 0) -> None:
    """Put the styles on the page; once per script run, anywhere. commits: how often the reader has
    answered.
    """
    st.html(sheet(st.context.theme.type == "dark", bool(st.context.is_embedded)))
    pages = ["", *(entry.slug for entry in lessons.pages())]
    remembered = {} if st.context.is_embedded else kept.told()
    _browser(
        key="browser",
        # A list: in a dict Streamlit looks for DataFrames, and imports pandas for that.
        data=[{"commits": commits, "pages": pages, **remembered}],
        on_switched_change=lambda: None,
        on_kept_change=kept.brought,
    )

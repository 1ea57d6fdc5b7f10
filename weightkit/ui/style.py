"""What the theme in .streamlit/config.toml cannot do: two places where Streamlit's own colours miss
WCAG AA, the margins of a slide, the order of a phone's page; and what a page needs of the browser
(browser.js)."""

from functools import cache
from pathlib import Path

import streamlit as st

from . import kept, lessons
from .code_style import code_style

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

ZOOMS = [z / 8 for z in range(9, 29)]
SLIDE = """<style>
html:root { font-size: clamp(16px, min(2.15vw, 3.82vh), 40px); }
[data-testid="stMainBlockContainer"] {
  height: 100vh; max-width: none; padding: 0.5rem 0.75rem;
  > [data-testid="stVerticalBlock"] { height: 100%; gap: 0; }
}
[data-testid="stLayoutWrapper"]:has(> :empty) { display: none; }
.st-key-embed_controls {
  flex-wrap: nowrap; overflow-x: auto; padding-bottom: 0.25rem;
  > * { flex: 1 1 10rem; width: auto; min-width: 7rem; max-width: 14rem; }
  > * > * { width: 100% !important; }
  [data-testid="stWidgetLabel"] :is(div, span, p) { min-width: 0; }
  [data-testid="stWidgetLabel"] p {
    white-space: nowrap; overflow: hidden; text-overflow: ellipsis;
  }
}
.st-key-embed_controls:has(> :nth-child(5)) {
  > :has([data-testid="stPopover"]) { flex: 0 0 auto; min-width: 0; }
  > :has([data-testid="stSlider"]) { flex-basis: 7rem; }
  [data-testid="stPopover"] p { font-size: 0; }
}
@media (max-width: 639px) {
  .st-key-embed_controls > * { min-width: 6rem; }
  .st-key-embed_controls > :has([data-testid="stPopover"]) { flex: 0 0 auto; min-width: 0; }
  .st-key-embed_controls [data-testid="stPopover"] p { font-size: 0; }
}
[data-testid="stLayoutWrapper"]:has(> .st-key-slide) { flex: 1 1 0; min-height: 0; }
.st-key-slide {
  height: 100%; --zoom: 1;
  [data-testid="stHorizontalBlock"], [data-testid="stColumn"], [data-testid="stVerticalBlock"],
  [data-testid="stLayoutWrapper"] { height: 100%; min-height: 0; gap: 0 1rem; }
  [data-testid="stElementContainer"]:has([data-testid="stVegaLiteChart"]) {
    flex: 1 1 0; min-height: 0;
  }
  [data-testid="stFullScreenFrame"] {
    width: calc(100% / var(--zoom)); height: calc(100% / var(--zoom));
  }
  svg.marks { transform: scale(var(--zoom)); transform-origin: 0 0; }
  svg.marks text { text-rendering: geometricPrecision; }
  h5 { margin: 0; padding: 0; font-size: 1.05rem; line-height: 1.2; font-weight: 600; }
  p { margin: 0.15rem 0 0; height: 1.4em; line-height: 1.4; overflow: hidden; opacity: 0.7; }
  p { font-size: 0.875rem; }
  span {
    display: inline-block; max-width: 100%; overflow: hidden; text-overflow: ellipsis;
    white-space: nowrap; vertical-align: top;
  }
  span + span::before { content: "; "; white-space: pre; }
  [data-testid="stHorizontalBlock"] {
    display: grid; grid-auto-columns: minmax(0, 1fr); grid-template-rows: auto minmax(0, 1fr);
    grid-auto-flow: column;
    h5 { font-size: 0.95rem; }
  }
  [data-testid="stColumn"], [data-testid="stColumn"] > * { display: contents; }
}
ZOOM
</style>"""
"""A slide has the frame for itself: its letters grow with it, 18 pixels at 960 x 540, and the
chart takes the height that controls and words leave. Streamlit's sizes follow the root's; a chart's
are pixels, so it is drawn smaller and magnified (its place is measured by Streamlit, and stays as
it is)."""


def zooms() -> str:
    """The chart's letters grow as the others do, in steps."""
    return "".join(
        f"@media (min-width:{640 * z:g}px) and (min-height:{360 * z:g}px)"
        f"{{.st-key-slide{{--zoom:{z:g}}}}}"
        for z in ZOOMS
    )


PAPER = {False: "#FFFFFF", True: "#0F1318"}  # as in .streamlit/config.toml
BORDER = {False: "#D5D9DE", True: "#3A424D"}

LEAD = """<style>
[data-testid="stLayoutWrapper"]:has(> .st-key-lead), .st-key-lead { display: contents; }
.st-key-lead > :first-child { order: 1; }
.st-key-lead_figure > [data-testid="stElementContainer"] { order: 2; }
.st-key-lead > :nth-child(2) { order: 3; }
.st-key-lead_figure > [data-testid="stLayoutWrapper"]:not(:has(> .st-key-lead)) { order: 4; }
@media (max-width: 639px) {
  .st-key-first_look .st-key-verdict:empty,
  .st-key-first_look [data-testid="stLayoutWrapper"]:has(> :empty) { display: none; }
  .st-key-frame div:has(.st-key-lead) { display: contents; }
  .st-key-first_look > * { width: 100%; }
  .st-key-frame > :has(> .st-key-controls) { order: 5; }
  .st-key-frame > :has(> .st-key-further_looks) { order: 6; }
  .st-key-first_look > :has(.st-key-lead) ~ * { order: 4; }
  .st-key-lead > * { position: sticky; top: 3.75rem; z-index: 5; background: PAPER; }
  .st-key-lead > :nth-child(2) { top: calc(3.75rem + var(--lead, 3rem)); }
  :is(.st-key-lead_figure, .st-key-lead) > * { width: 100%; }
  .st-key-first_look [class*="st-key-beside_"] > * { width: 100%; order: 4; }
  .st-key-lead [data-testid="stVegaLiteChart"] .marks { max-height: 42vh; }
}
</style>"""
"""The first figure of a page: its heading, what is drawn, the chart, in this order. Where columns
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
    > *, .st-key-lead_figure > *, .st-key-lead > * { width: auto; min-width: 0; }
    .st-key-lead_figure, :has(> .st-key-lead_figure) { display: contents; }
    .st-key-lead_figure > *, .st-key-lead > * { order: 0 !important; }
    > :has(h5) { grid-row: 1 / span 2; }
    .st-key-lead > :first-child { grid-row: 1; }
    .st-key-lead_figure > [data-testid="stElementContainer"] { grid-row: 2; }
    > :has([data-testid="stVegaLiteChart"]), .st-key-lead > :nth-child(2) {
      grid-row: 3; align-self: end;
    }
    > :has([data-testid="stExpander"]) { grid-row: 4; grid-column: 1 / span 2; }
    .st-key-lead_figure > .st-key-let_go { grid-row: 5; }
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

"""What the theme in .streamlit/config.toml cannot do: two places where Streamlit's own colours miss
WCAG AA, the margins of a slide, the order of a phone's page; and what a page needs of the browser
(browser.js)."""

from functools import cache
from pathlib import Path

import streamlit as st

from .lessons import LESSONS

DARK_STYLE = """<style>
button[data-testid="stBaseButton-primary"], a[data-testid="stBaseLinkButton-primary"],
button[data-testid="stBaseButton-primaryFormSubmit"], div[data-testid="stMultiSelect"] [data-tag]
{ color: #0F1318; }
</style>"""
"""For the dark theme only: Streamlit writes white on its primary colour, which must be light there
to be readable as text on dark paper."""

TOKENS = (
    "keyword tag function class-name selector",
    "string char attr-value constant symbol",
    "number regex boolean",
    "operator entity decorator atrule attr-name",
    "builtin property variable important",
    "comment prolog doctype cdata punctuation",
)
CODE_COLOURS = {
    False: ("#0B5C94", "#0A6338", "#00636B", "#8A4300", "#A3201B", "#555D66"),
    True: ("#8CC4F2", "#7FD1A5", "#6FD0D6", "#F0B070", "#F5A3A3", "#A9B1BA"),
}
"""Colours of highlighted code, by `dark`, in the order of TOKENS: Streamlit's are fixed, and too
pale on light paper.
"""


def code_style(dark: bool) -> str:
    """The style sheet of highlighted code."""
    rules = (
        f'body [data-testid="stCode"] :is(.{", .".join(kinds.split())}).token {{color:{colour}}}'
        for kinds, colour in zip(TOKENS, CODE_COLOURS[dark], strict=True)
    )
    return "<style>\n" + "\n".join(rules) + "\n</style>"


SLIDE = """<style>
@media (min-width: 640px) {
  [data-testid="stMainBlockContainer"] { padding-left: 1rem; padding-right: 1rem; }
}
</style>"""
"""In a slide the chart has the whole width; Streamlit leaves a sixth of it empty."""

PAPER = {False: "#FFFFFF", True: "#0F1318"}  # as in .streamlit/config.toml
BORDER = {False: "#D5D9DE", True: "#3A424D"}

LEAD = """<style>
[data-testid="stLayoutWrapper"]:has(> .st-key-lead), .st-key-lead { display: contents; }
.st-key-lead > :first-child { order: 1; }
.st-key-lead_figure > [data-testid="stElementContainer"] { order: 2; }
.st-key-lead > :nth-child(2) { order: 3; }
.st-key-lead_figure > [data-testid="stLayoutWrapper"]:not(:has(> .st-key-lead)) { order: 4; }
@media (max-width: 639px) {
  .st-key-lead_figure > * { order: 0 !important; }
  [data-testid="stHorizontalBlock"]:has(> [data-testid="stColumn"] .st-key-first_look) {
    row-gap: 1rem;
  }
  .st-key-first_look .st-key-verdict:empty,
  .st-key-first_look [data-testid="stLayoutWrapper"]:has(> :empty) { display: none; }
  [data-testid="stColumn"]:has(.st-key-first_look),
  [data-testid="stColumn"]:has(.st-key-first_look) :is(div):has(.st-key-lead) { display: contents; }
  [data-testid="stColumn"]:has(.st-key-first_look) > [data-testid="stVerticalBlock"] {
    display: contents;
  }
  [data-testid="stLayoutWrapper"]:has(> .st-key-first_look), .st-key-first_look > * { width: 100%; }
  [data-testid="stColumn"]:has(.st-key-controls) { order: 1; }
  [data-testid="stLayoutWrapper"]:has(> .st-key-further_looks) { width: 100%; order: 2; }
  [data-testid="stColumn"]:has(.st-key-first_look)
  [data-testid="stLayoutWrapper"]:has(> .st-key-lead) {
    display: block; position: sticky; top: 3.75rem; z-index: 5; width: 100%; background: PAPER;
  }
  .st-key-lead { display: flex; gap: 0.25rem; }
  .st-key-lead [data-testid="stVegaLiteChart"] .marks { max-height: 42vh; }
}
</style>"""
"""The first figure of a page: its heading, what is drawn, the chart, in this order. Where columns
stack, the question or this figure comes before the controls, and heading and chart stay in sight
while the controls scroll by below."""

CAPTION = """<style>
[data-testid="stMarkdownContainer"]:has(> div:first-child > h5) > div:first-child ~ p {
  font-size: 0.875rem; opacity: 0.6;
}
</style>"""
"""What is drawn, under the heading of a figure: as Streamlit writes a caption, which would be an
element of its own.
"""

CARDS = """<style>
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
"""A card of the home page is a link as a whole."""

HALL = """<style>
[role="dialog"]:has(.st-key-hall_screen) { width: 100%; max-width: 100%; margin: 0; }
.st-key-hall_screen img { height: calc(100vh - 19rem); object-fit: contain; background: #FFF; }
.st-key-hall_screen code { font-size: 1.5rem; }
body:has(.st-key-hall_screen) [data-testid="stPopoverBody"] { display: none; }
</style>"""
"""The QR code for the lecture hall takes the whole screen."""

FIT = """<style>[data-testid="stVegaLiteChart"] .marks { max-width: 100%; }</style>"""
"""When a phone is turned, Streamlit now and then forgets a chart, which keeps its width and makes
the page scroll aside.
"""

ROW = (
    '[data-testid="stHorizontalBlock"]:has(> :first-child [data-testid="stVegaLiteChart"])'
    ':has(> :last-child [data-testid="stVegaLiteChart"]):not(:has(.st-key-controls))'
)
"""Columns with a figure in each."""

COLUMNS = """<style>
@media (min-width: 640px) {
  [data-testid="stMainBlockContainer"] {
    padding-left: clamp(1rem, 4vw, 5rem); padding-right: clamp(1rem, 4vw, 5rem);
  }
  [data-testid="stHorizontalBlock"]:has(> * .st-key-controls) { column-gap: 2rem; }
  [data-testid="stColumn"]:has(.st-key-controls) { flex: 0 0 clamp(13.5rem, 24%, 20rem); }
  [data-testid="stColumn"]:has(.st-key-first_look) { flex: 1; min-width: 0; }
  ROW {
    display: grid; gap: 0 2rem;
    grid-template-columns: repeat(auto-fit, minmax(min(14rem, 100%), 1fr));
    &:has(> :nth-child(3)) {
      column-gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(10rem, 1fr));
    }
    > * {
      display: grid; grid-row: span 4; grid-template-rows: subgrid; row-gap: 0; width: auto;
      min-width: 0;
    }
    > * > *, .st-key-lead_figure, :has(> .st-key-lead_figure) { display: contents; }
    > * > * > *, .st-key-lead_figure > *, .st-key-lead > * { margin-bottom: 1rem; min-width: 0; }
    > * > * > :has(h5) { grid-row: 1 / span 2; }
    .st-key-lead > :first-child { grid-row: 1; }
    .st-key-lead_figure > [data-testid="stElementContainer"] { grid-row: 2; }
    > * > * > :has([data-testid="stVegaLiteChart"]), .st-key-lead > :nth-child(2) { grid-row: 3; }
    > * > * > :has([data-testid="stExpander"]),
    .st-key-lead_figure > :has([data-testid="stExpander"]) { grid-row: 4; }
  }
}
.st-key-share p, [class*="st-key-behind_"] summary p { white-space: nowrap; }
</style>"""
"""Controls beside figures, and figures beside each other: heading, what is drawn, chart and table
have a row each, as high as the highest of them; where columns become too narrow, they stack.
"""

SEGMENTS = """<style>
[role="radiogroup"]:has(> [data-variant]) { row-gap: 0; }
[role="radiogroup"] > [data-variant] {
  flex: 1 1 auto; padding: 0.25rem 0.65rem; border-radius: 0; margin-bottom: -1px;
}
[role="radiogroup"] > [data-variant]:not([data-selected]) { border-left-color: BORDER; }
</style>"""
"""Segments that do not fit into one row fill rows with common borders."""

HIDDEN = """<style>
.st-key-browser, .st-key-kept, [data-testid="stStatusWidget"] button { display: none; }
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
  cursor: help;
  anchor-scope: --term;
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
"""A term and what it means (glossary): shown to the pointer, a finger and the keyboard, beside the
word, or at the foot of the window where the browser cannot.
"""


@cache
def sheet(dark: bool, embedded: bool) -> str:
    """All style sheets of a page, as short as can be: every run of a script sends them."""
    rules = (
        HIDDEN
        + FIT
        + LEAD.replace("PAPER", PAPER[dark])
        + COLUMNS.replace("ROW", ROW)
        + SEGMENTS.replace("BORDER", BORDER[dark])
        + CAPTION
        + CARDS
        + HALL
        + TERM.replace("PAPER", PAPER[dark]).replace("BORDER", BORDER[dark])
        + code_style(dark)
        + (DARK_STYLE if dark else "")
        + (SLIDE if embedded else "")
    )
    return " ".join(rules.replace("</style><style>", "").split())


def apply(commits: int = 0) -> None:
    """Put the styles on the page; once per script run, anywhere. commits: how often the reader has
    answered.
    """
    st.html(sheet(st.context.theme.type == "dark", bool(st.context.is_embedded)))
    pages = ["", *(entry.slug for entry in LESSONS)]
    _browser(
        key="browser", data={"commits": commits, "pages": pages}, on_switched_change=lambda: None
    )

"""What the theme in .streamlit/config.toml cannot do: two places where Streamlit's own colours miss WCAG AA, the margins
of a slide, the order of a phone's page, and a theme that is switched while a page is open."""

import streamlit as st

DARK_STYLE = """<style>
button[data-testid="stBaseButton-primary"], a[data-testid="stBaseLinkButton-primary"],
button[data-testid="stBaseButton-primaryFormSubmit"], div[data-testid="stMultiSelect"] [data-tag]
{ color: #0F1318; }
</style>"""
"""For the dark theme only: Streamlit writes white on its primary colour, which must be light there to be readable
as text on dark paper."""

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
"""Colours of highlighted code, by `dark`, in the order of TOKENS: Streamlit's are fixed, and too pale on light paper."""


def code_style(dark: bool) -> str:
    """The style sheet of highlighted code."""
    rules = (
        ", ".join(f'body [data-testid="stCode"] .token.{kind}' for kind in kinds.split()) + f" {{ color: {colour}; }}"
        for kinds, colour in zip(TOKENS, CODE_COLOURS[dark], strict=True)
    )
    return "<style>\n" + "\n".join(rules) + "\n</style>"


WATCH = """export default function ({ setTriggerValue }) {
  const app = document.querySelector("[data-testid=stApp]")
  const paper = () => getComputedStyle(app).backgroundColor
  let drawn = paper()
  const timer = setInterval(() => {
    if (paper() === drawn) return
    drawn = paper()
    setTriggerValue("switched", true)
  }, 500)
  return () => clearInterval(timer)
}"""
"""Asks for a run of the script when the theme is switched (in the menu, or by the system in the evening): Streamlit
repaints its own parts only, and leaves marks and code in the colours of the other theme."""

SLIDE = """<style>
@media (min-width: 640px) { [data-testid="stMainBlockContainer"] { padding-left: 1rem; padding-right: 1rem; } }
</style>"""
"""In a slide the chart has the whole width; Streamlit leaves a sixth of it empty."""

PHONE = """<style>
@media (max-width: 639px) {
  [data-testid="stColumn"]:has(.st-key-first_look),
  [data-testid="stColumn"]:has(.st-key-first_look) > [data-testid="stVerticalBlock"] { display: contents; }
  [data-testid="stLayoutWrapper"]:has(> .st-key-first_look) { width: 100%; }
  [data-testid="stColumn"]:has(.st-key-controls) { order: 1; }
  [data-testid="stLayoutWrapper"]:has(> .st-key-further_looks) { width: 100%; order: 2; }
}
</style>"""
"""Where columns stack, the question or the first chart comes before the controls, and what more is beside them after."""

FIT = """<style>[data-testid="stVegaLiteChart"] .marks { max-width: 100%; }</style>"""
"""When a phone is turned, Streamlit now and then forgets a chart, which keeps its width and makes the page scroll aside."""

HIDDEN = "<style>.st-key-theme { display: none; }</style>"

_watch = st.components.v2.component("weightkit_theme", js=WATCH)


def apply() -> None:
    """Put the styles on the page; once per script run, anywhere."""
    dark = st.context.theme.type == "dark"
    st.html(HIDDEN + FIT + PHONE + code_style(dark) + (DARK_STYLE if dark else "") + (SLIDE if st.context.is_embedded else ""))
    _watch(key="theme", on_switched_change=lambda: None)

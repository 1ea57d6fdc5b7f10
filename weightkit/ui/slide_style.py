"""A slide: its margins, and letters that grow with it."""

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

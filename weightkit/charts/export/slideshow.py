"""A deck as one HTML file that needs no network: reveal.js (MIT licence, in the folder `reveal`, as
its npm package 6.0.2 has it) and Vega are inside, charts keep their sliders.
"""

from __future__ import annotations

import html as markup
import re
from functools import cache
from pathlib import Path
from string import Template
from typing import Any

from .. import qr
from ..figure import Figure
from ..grammar import resolve
from .deck import Deck, plain, slide_picture
from .engine import library
from .files import HEAD, _anchor, _script_json, settings_in_words
from .picture import FONT

REVEAL = Path(__file__).parent / "reveal"


def slideshow(deck: Deck) -> str:
    """The deck as one HTML file: arrow keys go on, S shows the notes, and with `?print-pdf` behind
    its address it prints to PDF, a page for each slide.

    Everything from outside is escaped, as in `html`; charts are drawn in the browser.
    """
    footer = _footer(deck)
    slides = [
        f'<section class="words"><h1>{_text(deck.lesson)}</h1><p>{_text(deck.question)}</p>'
        f"{footer}</section>"
    ]
    if deck.prediction:
        options = "".join(f"<li>{_text(option)}</li>" for option in deck.options)
        listed = f'<ol type="A">{options}</ol>' if options else "<p>What is your estimate?</p>"
        slides.append(
            f'<section class="words"><h2>{_text(deck.prediction)}</h2>{listed}'
            f'<aside class="notes">{_text(deck.answer)}</aside>{footer}</section>'
        )
    notes = "".join(f"<p>{_text(sentence)}</p>" for sentence in deck.shows)
    slides += [_slide(figure, notes, footer) for figure in deck.figures]
    return _SHOW.substitute(
        title=_text(deck.lesson),
        slides="\n".join(slides),
        font=FONT,
        ink=resolve("ink"),
        muted=resolve("muted"),
        style=_vendored("reveal.css"),
        reveal=_vendored("reveal.js"),
        library=library(),
        specs=_script_json([_drawn(figure) for figure in deck.figures]),
    )


def _slide(figure: Figure, notes: str, footer: str) -> str:
    return (
        f"<section><h2>{markup.escape(figure.title)}</h2>"
        f'<p class="subtitle">{markup.escape(figure.subtitle)}</p>'
        f'<figure><div class="chart"></div>'
        f'<figcaption class="offscreen">{markup.escape(figure.alt)}</figcaption></figure>'
        f'<aside class="notes">{notes}</aside>{footer}</section>'
    )


def _drawn(figure: Figure) -> dict[str, Any]:
    """A chart's specification, with its sliders where it has any."""
    return slide_picture(figure, figure.interactive() if figure.interactive else figure.chart)


def _footer(deck: Deck) -> str:
    code = qr.code(deck.link)
    image = "" if code is None else f'<div class="qr">{code.svg_inline(scale=3, border=2)}</div>'
    said = f"{markup.escape(settings_in_words(deck.settings))}<br>{_anchor(deck.link)}"
    return f"<footer><div>{said}</div>{image}</footer>"


def _text(words: str) -> str:
    return markup.escape(plain(words))


@cache
def _vendored(name: str) -> str:
    """A file of reveal.js as it can stand inside <script> or <style>."""
    return re.sub(r"</(?=script|style)", r"<\\/", (REVEAL / name).read_text("utf-8"))


_SHOW = Template(
    HEAD
    + """<style>$style</style>
<style>
html, body { background: #fff; height: 100%; margin: 0; }
.reveal { font-family: $font; color: $ink; font-size: 26px; }
.reveal .slides { text-align: left; }
.reveal .slides section { height: 100%; box-sizing: border-box; padding: 20px 40px; }
.reveal h1 { font-size: 60px; margin: 150px 0 20px; }
.reveal h2 { font-size: 34px; line-height: 1.2; margin: 0 0 8px; }
.reveal .words p, .reveal .words li { font-size: 32px; line-height: 1.4; margin: 0 0 12px; }
.reveal p.subtitle { font-size: 19px; line-height: 1.35; margin: 0 0 10px; color: $muted; }
.reveal figure { margin: 0; }
.reveal .chart.vega-embed, .reveal .chart form { display: block; width: 100%; }
.reveal .chart svg { display: block; width: 100%; height: 430px; }
.vega-bind { display: flex; gap: 12px; align-items: center; font-size: 20px; }
.vega-bind input[type="range"] { flex: 1; }
.vega-bind input[type="range"] + span { display: none; }
.vega-bind select { font: inherit; }
.offscreen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.reveal footer { position: absolute; left: 40px; right: 110px; bottom: 14px; display: flex; }
.reveal footer { gap: 20px; align-items: end; font-size: 14px; line-height: 1.35; color: $muted; }
.reveal footer div:first-child { flex: 1; overflow-wrap: anywhere; }
.reveal footer a { color: #0B5C94; }
.reveal footer svg { display: block; width: 84px; height: 84px; }
</style>
</head>
<body>
<div class="reveal"><div class="slides">
$slides
</div></div>
<script>$reveal</script>
<script>$library</script>
<script>
const specs = $specs;
const places = document.querySelectorAll(".chart");
const options = { renderer: "svg", actions: false, ast: true };
Promise.all(specs.map((spec, i) => vegaEmbed(places[i], spec, options).catch(error => {
  places[i].textContent = "This chart could not be drawn: " + error;
}))).then(() => {
  return Reveal.initialize({
    width: 1280, height: 720, margin: 0, center: false, hash: true, transition: "none",
    pdfSeparateFragments: false, pdfMaxPagesPerSlide: 1,
  });
}).then(() => { document.body.dataset.ready = "yes"; });
</script>
</body>
</html>
"""
)

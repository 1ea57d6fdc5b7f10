"""A lesson as slides: question, prediction, one slide for each chart; as PowerPoint or as one HTML
file.
"""

from __future__ import annotations

import base64
import io
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .. import qr
from ..figure import Figure
from .engine import convert, run_child
from .files import rezipped, settings_in_words
from .picture import WIDTH, spec, with_width

ROOM = 2.5
"""Width over height of what a slide has for a picture."""
AROUND = 70
"""Pixels that axes and a legend take of a picture's height, more or less."""
NARROW, WIDE = 560, 820
"""Least and largest width of a picture in pixels: its letters stay readable on a slide."""


@dataclass(frozen=True)
class Deck:
    """What the slides say, in words and figures; the words are Markdown as lessons write it.

    lesson: its title; question: the one of the lesson; prediction: what is asked before the run,
        with `options` to choose from (none where it is a number); answer: this run's, and why;
    figures: a slide each; shows: what the run shows, a sentence each (the notes); settings, link:
        the footer, as in `export.html`; "" for no link.
    """

    lesson: str
    question: str
    prediction: str
    options: tuple[str, ...]
    answer: str
    figures: tuple[Figure, ...]
    shows: tuple[str, ...]
    settings: Mapping[str, object]
    link: str = ""


def pptx(deck: Deck) -> bytes:
    """The deck as a PowerPoint file, 16 : 9. Raises ExportError.

    Pictures are drawn by one child process and put together by another (python-pptx keeps 30 MB).
    """
    pictures = convert(
        [{"format": "png", "scale": 2, "spec": slide_picture(f)} for f in deck.figures]
    )
    words = {
        "title": plain(deck.lesson),
        "question": plain(deck.question),
        "prediction": plain(deck.prediction),
        "options": [plain(option) for option in deck.options],
        "answer": plain(deck.answer),
        "notes": "\n".join(f"• {plain(sentence)}" for sentence in deck.shows),
        "settings": settings_in_words(deck.settings),
        "link": deck.link,
        "qr": _png(qr.code(deck.link)),
        "slides": [
            {"title": f.title, "subtitle": f.subtitle, "alt": f.alt, "picture": picture}
            for f, picture in zip(deck.figures, pictures, strict=True)
        ],
    }
    script = Path(__file__).parent / "powerpoint.py"
    made = run_child([sys.executable, "-I", str(script)], words, "python-pptx")
    return rezipped(base64.b64decode(made))


def slide_picture(figure: Figure, chart: Any = None) -> dict[str, Any]:
    """The Vega-Lite specification of a figure without its title, in the shape of a slide; chart:
    what stands in for its still one.
    """
    drawn = spec(figure.chart if chart is None else chart)
    height = drawn.get("height")
    width = WIDTH
    if isinstance(height, int | float):
        width = round(min(max(ROOM * (height + AROUND), NARROW), WIDE))
    return with_width(drawn, width) | {"description": figure.alt}


def plain(text: str) -> str:
    """Markdown's marks left out: **bold**, *emphasis*, `code`."""
    for mark in (r"\*\*(.+?)\*\*", r"\*(.+?)\*", r"`(.+?)`"):
        text = re.sub(mark, r"\1", text)
    return text


def _png(code: Any) -> str:
    """A QR code as a PNG in base64; "" for None."""
    buffer = io.BytesIO()
    if code is not None:
        code.save(buffer, kind="png", scale=6, border=2)
    return base64.b64encode(buffer.getvalue()).decode()

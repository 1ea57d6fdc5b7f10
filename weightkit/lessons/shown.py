"""A story as HTML for a notebook: without network and script, so that it is still there where the
notebook is only read.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING

from ..charts import export

if TYPE_CHECKING:
    from ..charts import Figure

_MARKS = ((r"\*\*(.+?)\*\*", "strong"), (r"\*(.+?)\*", "em"), (r"`(.+?)`", "code"))
"""The Markdown that sentences use."""


def page(said: Iterable[str], figures: Iterable[Figure], slips: Iterable[str]) -> str:
    """Paragraphs, pictures, and where the usual explanation goes wrong; without the pictures (and
    saying so) where they cannot be drawn.
    """
    figures, slips = list(figures), list(slips)
    paragraphs = "".join(f"<p>{_marked(text)}</p>" for text in said)
    wrong = "".join(f"<li>{_marked(text)}</li>" for text in slips)
    usual = f"<p>Where the usual explanation goes wrong:</p><ul>{wrong}</ul>" if slips else ""
    return f"<div>{paragraphs}{_pictures(figures)}{usual}</div>"


def _pictures(figures: list[Figure]) -> str:
    try:
        drawn = export.svgs(figures)
    except export.ExportError as error:
        titles = "".join(f"<li>{escape(figure.title)}</li>" for figure in figures)
        return f"<p>The charts could not be drawn: {escape(str(error))}</p><ul>{titles}</ul>"
    return "".join(map(_image, drawn, figures))


def _image(svg: str, figure: Figure) -> str:
    """An image rather than the SVG itself: the names inside two of them would clash."""
    data = base64.b64encode(svg.encode()).decode()
    source = f"data:image/svg+xml;base64,{data}"
    return f'<p><img style="max-width: 100%" alt="{escape(figure.alt)}" src="{source}"></p>'


def _marked(text: str) -> str:
    """A sentence with its Markdown as HTML, everything else in it as text."""
    text = escape(text)
    for pattern, tag in _MARKS:
        text = re.sub(pattern, rf"<{tag}>\1</{tag}>", text)
    return text

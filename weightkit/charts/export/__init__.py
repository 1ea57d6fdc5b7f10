"""Charts that leave the app, always on white paper: `files` writes them, `slider` makes them move,
`engine` draws; `deck` and `slideshow` make slides of a lesson.
"""

from .deck import Deck, pptx
from .engine import ExportError, library
from .files import bundle, csv, html, png, svg, svgs
from .picture import WIDTH, picture, spec
from .slider import HEADING, with_slider
from .slideshow import slideshow

__all__ = [
    "HEADING",
    "WIDTH",
    "Deck",
    "ExportError",
    "bundle",
    "csv",
    "html",
    "library",
    "picture",
    "png",
    "pptx",
    "slideshow",
    "spec",
    "svg",
    "svgs",
    "with_slider",
]

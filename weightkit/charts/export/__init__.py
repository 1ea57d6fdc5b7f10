"""Charts that leave the app, always on white paper: `files` writes them, `slider` makes them move,
`engine` draws.
"""

from .engine import ExportError, library
from .files import bundle, csv, html, png, svg, svgs
from .picture import WIDTH, picture, spec
from .slider import HEADING, with_slider

__all__ = [
    "HEADING",
    "WIDTH",
    "ExportError",
    "bundle",
    "csv",
    "html",
    "library",
    "picture",
    "png",
    "spec",
    "svg",
    "svgs",
    "with_slider",
]

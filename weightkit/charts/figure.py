"""What a chart function returns: the chart, the finding in words, and the rows it draws."""

import json
import re
import textwrap
from collections.abc import Callable
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from typing import Any

import altair
import pandas as pd

from .grammar import resolved
from .specification import specification
from .words import written

TITLE_SIZE = 17
SUBTITLE_SIZE = 13
_WIDE = 0.56
"""Width of an average letter of a sans-serif font, in units of its size (generous: nothing may be
cut).
"""


@dataclass(frozen=True)
class Figure:
    """One chart with its words and its data.

    name: slug for files and anchors (lower-case letters, digits, `-` and `_`).
    title: the finding in words, computed from the data.
    subtitle: what is drawn, and what the band is.
    chart: Altair chart without title and config, as wide as its container; its colours are roles
        (see `grammar.colour`).
    alt: one or two sentences that state what the chart shows, computed from the data; where it is
        the title alone, the subtitle comes to it.
    data: the tidy DataFrame drawn (offered as table and CSV).
    interactive: makes the chart for the HTML export where it has more (`export.with_slider`), which
        is not before a reader asks for that; None: `chart`.

    Raises ValueError for a bad slug or an empty text.
    """

    name: str
    title: str
    subtitle: str
    chart: Any
    alt: str
    data: pd.DataFrame = field(repr=False)
    interactive: Callable[[], Any] | None = None

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z0-9]+([_-][a-z0-9]+)*", self.name):
            raise ValueError(f"name must be a slug such as 'accuracy-by-std', not {self.name!r}")
        for part in ("title", "subtitle", "alt"):
            object.__setattr__(self, part, written(getattr(self, part)))
        if self.alt.rstrip(".") == self.title.rstrip("."):  # which does not say what is drawn
            object.__setattr__(self, "alt", f"{self.title}. {self.subtitle}".strip())
        for part in ("title", "alt"):
            if not getattr(self, part).strip():
                raise ValueError(f"{part} of figure {self.name!r} is empty")

    def drawing(self, dark: bool = False) -> dict[str, Any]:
        """The chart as Streamlit draws it on light or dark paper: a Vega-Lite specification, its
        datasets as DataFrames.

        Made once for both, and once for each.
        """
        made = self.__dict__.setdefault("_drawings", {})
        if None not in made:
            bare, frames = specification(self.chart, validate=False)
            bare["datasets"] = bare.get("datasets", {}) | frames
            bare["padding"] = {
                "right": 6
            }  # Streamlit's is 0, and words are a little wider than Vega expects
            made[None] = bare
        if dark not in made:
            made[dark] = resolved(made[None], dark)
        return made[dark]

    def _repr_mimebundle_(self, *args: Any, **more: Any) -> Any:
        """What a notebook shows: the chart with its words, on white paper."""
        from .export import picture  # which knows figures

        return altair.Chart.from_dict(picture(self))._repr_mimebundle_(*args, **more)

    def save(self, path: str | PathLike[str]) -> None:
        """Write the figure with its words to a file: .png, .svg, .html (needs no network), or .json
        (its Vega-Lite specification).

        ValueError for another suffix, before anything is drawn.
        """
        from . import export

        path = Path(path)
        ways: dict[str, Callable[[], str | bytes]] = {
            ".png": lambda: export.png(self),
            ".svg": lambda: export.svg(self),
            ".html": lambda: export.html(self, {}, ""),
            ".json": lambda: json.dumps(export.picture(self), indent=1),
        }
        if path.suffix.lower() not in ways:
            raise ValueError(
                f"a figure can be saved as {', '.join(ways)}; {path.name!r} ends in {path.suffix!r}"
            )
        drawn = ways[path.suffix.lower()]()
        path.write_bytes(drawn if isinstance(drawn, bytes) else drawn.encode())

    def titled(self, width: int = 760, height: int | None = None) -> altair.TopLevelMixin:
        """The chart with the title and subtitle in it, wrapped to `width` pixels, ready for
        `export`.

        `width` is that of the whole picture. A single view gets `height` where it is given.
        """
        chart = self.chart.copy(deep=True)
        if height is not None and hasattr(chart, "height"):
            chart.height = height
        return chart.properties(title=self.heading(width))

    def heading(self, width: int) -> altair.TitleParams:
        """Title and subtitle as lines that fit into `width` pixels."""
        room = width - 24
        return altair.TitleParams(
            text=wrap(self.title, room, TITLE_SIZE),
            subtitle=wrap(self.subtitle, room, SUBTITLE_SIZE),
            anchor="start",
            frame="bounds",
            fontSize=TITLE_SIZE,
            subtitleFontSize=SUBTITLE_SIZE,
            offset=14,
        )


def wrap(text: str, width: int, size: int) -> list[str]:
    """`text` as lines that fit into `width` pixels at font size `size`; an empty text is no
    line.
    """
    letters = max(int(width / (size * _WIDE)), 12)
    return textwrap.wrap(text, letters)

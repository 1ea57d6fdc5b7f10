"""A figure as a Vega-Lite specification that needs nothing from outside: on white paper, rows and
width in it.
"""

from __future__ import annotations

from typing import Any

from altair.utils.data import to_values

from ..figure import SUBTITLE_SIZE, TITLE_SIZE, Figure
from ..grammar import VIRIDIS, resolve, resolved
from ..specification import AXIS, specification

WIDTH = 760
"""Pixels of a picture, title included."""

MARGIN = 92
"""Pixels beside the plot of one view in a concat or facet (axis, labels), which Vega-Lite adds to a
view's width.
"""

FONT = "'Helvetica Neue', Helvetica, Arial, 'Liberation Sans', sans-serif"

CONFIG = {
    "background": resolve("paper"),
    "font": FONT,
    "padding": 12,
    "view": {"stroke": None},
    "title": {
        "color": resolve("ink"),
        "subtitleColor": resolve("muted"),
        "fontWeight": 600,
        "fontSize": TITLE_SIZE,
        "subtitleFontSize": SUBTITLE_SIZE,
        "subtitlePadding": 6,
    },
    "axis": AXIS
    | {
        "labelColor": resolve("muted"),
        "titleColor": resolve("ink"),
        "titleFontWeight": "normal",
        "labelFontSize": 12,
        "titleFontSize": 13,
        "titlePadding": 8,
        "gridColor": "#E4E7EA",
        "domain": False,
        "ticks": False,
        "labelPadding": 6,
    },
    "legend": {
        "labelColor": resolve("ink"),
        "titleColor": resolve("ink"),
        "labelFontSize": 12,
        "titleFontSize": 12,
    },
    "header": {"labelColor": resolve("ink"), "titleColor": resolve("ink"), "labelFontSize": 12},
    "range": {"ramp": list(VIRIDIS), "heatmap": list(VIRIDIS)},
}
"""Vega-Lite config of every export."""


def picture(figure: Figure, width: int = WIDTH) -> dict[str, Any]:
    """The Vega-Lite specification of a still picture: title inside, width fixed."""
    return with_width(spec(figure.titled(width)), width) | {"description": figure.alt}


def spec(chart: Any) -> dict[str, Any]:
    """The chart as a Vega-Lite specification with all its rows, and `CONFIG` for its config."""
    result, frames = specification(chart)
    result = resolved(result, dark=False)
    result["config"] = CONFIG
    rows = {name: to_values(frame)["values"] for name, frame in frames.items()}
    if rows:
        result["datasets"] = result.get("datasets", {}) | rows
    return result


def with_width(drawn: dict[str, Any], width: int, responsive: bool = False) -> dict[str, Any]:
    """Fixed widths in place of "container": a single view fills `width`, the views of a concat or
    facet share it.

    With `responsive`, a single or layered view stays as wide as its container (only these can, in
    Vega-Lite).
    """
    if not any(
        part in drawn for part in ("hconcat", "vconcat", "concat", "facet", "repeat")
    ) and not _has_facet(drawn):
        fit = {"type": "fit-x", "contains": "padding"}
        return drawn | {"width": "container" if responsive else width, "autosize": fit}
    _share(drawn, width - 24)
    return drawn


def _has_facet(drawn: dict[str, Any]) -> bool:
    return bool({"row", "column", "facet"} & set(drawn.get("encoding", {})))


def _share(drawn: dict[str, Any], width: int) -> None:
    """Gives every view below `drawn` its part of `width`; a width that the author fixed as a number
    stays.
    """
    columns = drawn.get("columns")
    for view in drawn.get("vconcat", []):
        _share(view, width)
    for part in ("hconcat", "concat"):
        views = drawn.get(part, [])
        across = min(columns or len(views), len(views)) if views else 1
        for view in views:
            _share(view, (width - 20 * (across - 1)) // across)
    if "spec" in drawn:
        _share(drawn["spec"], width // (columns or 1) - (10 if columns else 0))
    elif not {"vconcat", "hconcat", "concat"} & set(drawn) and not isinstance(
        drawn.get("width"), int | float
    ):
        across = drawn.get("encoding", {}).get("facet", {}).get("columns", 1)
        drawn["width"] = max((width - MARGIN - 20 * (across - 1)) // across, 60)

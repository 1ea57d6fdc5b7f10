"""A figure in the form in which Streamlit sends it: its frames become Arrow tables once, not in
every run of a script.
"""

from __future__ import annotations

from typing import Any

from ..lazy import lazy

pa = lazy("pyarrow")


def drawing(figure: Any, dark: bool) -> dict[str, Any]:
    """figure.drawing(dark) with pyarrow Tables in place of its DataFrames; kept with the figure.

    Light and dark share the tables. A frame that Arrow cannot take as it is stays one: Streamlit
    mends it.
    """
    kept = figure.__dict__.setdefault("_sent", {})
    if dark not in kept:
        made = figure.drawing(dark)
        if None not in kept:
            kept[None] = {name: _table(frame) for name, frame in made["datasets"].items()}
        kept[dark] = made | {"datasets": kept[None]}
    return kept[dark]


def _table(frame: Any) -> Any:
    """A DataFrame as a table; anything else, and what Arrow refuses, as it is."""
    if not hasattr(frame, "columns"):
        return frame
    try:
        return pa.Table.from_pandas(frame)
    except (pa.ArrowException, OverflowError):
        return frame

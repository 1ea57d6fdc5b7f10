"""A figure in the form in which Streamlit sends it: specification and Arrow bytes are made once,
not in every run of a script.
"""

from __future__ import annotations

from typing import Any

from ..lazy import lazy, pd

dataframe_util = lazy("streamlit.dataframe_util")


def drawing(figure: Any, dark: bool) -> dict[str, Any]:
    """figure.drawing(dark) with Arrow bytes in place of its DataFrames; kept with the figure.

    Light and dark share the bytes.
    """
    return prepared(figure)[dark]


def prepared(figure: Any) -> dict[bool, dict[str, Any]]:
    """The drawings on light and dark paper, by `dark`, made with the first call: before a figure is
    kept, so that it is counted with them.
    """
    if "_sent" not in figure.__dict__:
        in_bytes = dataframe_util.convert_anything_to_arrow_bytes
        made = {dark: figure.drawing(dark) for dark in (False, True)}
        frames = made[False]["datasets"]
        tables = {name: in_bytes(small(frame)) for name, frame in frames.items()}
        sent = {dark: drawing | {"datasets": tables} for dark, drawing in made.items()}
        figure.__dict__["_sent"] = sent
        figure.__dict__.pop("_drawings", None)  # half of a figure's weight, said in bytes now
    return figure.__dict__["_sent"]


def small(frame: Any) -> Any:
    """The same numbers, whole ones in as few bytes as hold them: each run copies and hashes all."""
    whole = frame.select_dtypes("integer")
    return frame.assign(**{n: pd.to_numeric(whole[n], downcast="integer") for n in whole})

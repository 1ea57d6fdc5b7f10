"""A figure in the form in which Streamlit sends it: specification and Arrow bytes are made once,
not in every run of a script.
"""

from __future__ import annotations

import json
from typing import Any

from ..lazy import lazy, pd
from .lean import lean

parcel, dataframe_util = lazy("weightkit.ui.parcel"), lazy("streamlit.dataframe_util")


LONG = 60  # rows from which a list of all texts, and a number in each row, are fewer bytes


def drawing(figure: Any, dark: bool) -> dict[str, Any]:
    """figure.drawing(dark) in fewer words, Arrow bytes in place of its DataFrames; kept with the
    figure.

    Light and dark share the bytes.
    """
    return prepared(figure)[dark]


def prepared(figure: Any) -> dict[bool, dict[str, Any]]:
    """The drawings on light and dark paper, by `dark`, made with the first call: before a figure is
    kept, so that it is counted with them.
    """
    if "_sent" not in figure.__dict__:
        made = {dark: lean(figure.drawing(dark)) for dark in (False, True)}
        frames = made[False]["datasets"]
        asked = json.dumps({k: v for k, v in made[False].items() if k != "datasets"})
        tables = {name: in_bytes(small(frame, asked)) for name, frame in frames.items()}
        sent = {dark: drawing | {"datasets": tables} for dark, drawing in made.items()}
        figure.__dict__["_sent"] = sent
        figure.__dict__.pop("_drawings", None)  # half of a figure's weight, said in bytes now
    return figure.__dict__["_sent"]


def in_bytes(frame: Any) -> bytes:
    """An Arrow IPC stream, as Streamlit makes it of a frame; by its own hand only where a column
    holds values of several types, since its import takes 17 MB of the process that trains.
    """
    try:
        return parcel.written(frame, None)
    except parcel.Unfit:
        return dataframe_util.convert_anything_to_arrow_bytes(frame)


def small(frame: Any, asked: str) -> Any:
    """The same numbers in fewer bytes, since each run copies and hashes them all: the columns whose
    names stand in the specification `asked`, whole numbers in as few bytes as hold them, texts of
    a long table once each, no index.
    """
    drawn = frame[[c for c in frame if str(c) in asked]].reset_index(drop=True)
    whole = drawn.select_dtypes("integer")
    shorter = {n: pd.to_numeric(whole[n], downcast="integer") for n in whole}
    texts = drawn.select_dtypes("str") if len(drawn) >= LONG else ()
    return drawn.assign(**shorter, **{n: drawn[n].astype("category") for n in texts})

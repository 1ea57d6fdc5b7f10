"""Legends, and the scale of what they explain: how many names stand in a row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import altair as alt
import pandas as pd

from .colour import colour_scale, layer_scale

PHONE, BESIDE = 290, 230
"""Pixels that a legend may take on a phone, beside an axis; and in one of two charts that are
themselves beside the controls.
"""
WIDER = {True: ((1024, 370), (1200, 520)), False: ((1260, 405), (1800, 430))}
"""How wide a window is from which on a legend may take more, and how much, by `alone`."""
_WINDOW = "windowSize()[0*width]"


def scale_of(frame: pd.DataFrame, series: str, order: Sequence[Any] | None) -> alt.Scale:
    """Sequential for layers and numbers, the fixed colours for names."""
    values = list(order) if order is not None else list(dict.fromkeys(frame[series]))
    if series == "layer" or pd.api.types.is_numeric_dtype(frame[series]):
        return layer_scale(values if series == "layer" or order is not None else sorted(values))
    return colour_scale(values)


def legend_of(
    names: Iterable[object], lines: bool = False, alone: bool = False, room: int = PHONE
) -> alt.Legend | None:
    """On top, in as many columns as a phone has room for, and more in wider windows, or as `room`,
    less than a phone's, has at any width; none for a single name.
    `lines`: dashes for symbols; `alone`: the chart has no neighbour, and so more room where the
    window is wide (see `WIDER`).

    The window is asked (anew with each `width`), not the plot: that is narrower once it has been
    laid out, and rows that are added then are cut.
    """
    words = list(dict.fromkeys(str(n) for n in names))
    if len(words) < 2:
        return None
    narrow = _columns([max(words, key=len)] * len(words), room)  # where little is left over
    columns: int | alt.ExprRef = narrow
    expression, most = f"{narrow}", narrow
    for window, more in WIDER[alone] if room >= PHONE else ():
        most = max(most, _columns(words, more, 46 if lines else 34))
        expression = f"{_WINDOW}>={window}?{most}:{expression}"
    if most > narrow:
        columns = alt.ExprRef(expression)
    symbol: dict = (
        {"symbolType": "stroke", "symbolSize": 300, "symbolStrokeWidth": 2}
        if lines
        else {"symbolSize": 100, "symbolStrokeWidth": 1.5}
    )
    return alt.Legend(
        title=None,
        orient="top",
        columns=columns,
        symbolLimit=0,
        labelLimit=260,
        symbolOpacity=1,
        **symbol,
    )


def columns_of(columns: int | dict[str, str]) -> tuple[int, int]:
    """The columns that `legend_of` wrote, in a narrow window and in the widest one."""
    if isinstance(columns, dict):
        _, *asked = columns["expr"].split("?")
        return int(asked[-1].rpartition(":")[2]), int(asked[0].partition(":")[0])
    return columns, columns


def _columns(words: list[str], room: int, symbol: int = 34) -> int:
    """The most columns that `room` pixels hold, the rows equally long; symbol: pixels beside a
    word.
    """
    evenly = sorted({-(-len(words) // rows) for rows in range(1, len(words) + 1)}, reverse=True)
    return next(
        n
        for n in evenly
        if n == 1 or sum(7 * max(map(len, words[i::n])) + symbol for i in range(n)) <= room
    )

"""What the charts of several views of the changes share: a log axis with room for infinity."""

from __future__ import annotations

import math

import altair as alt
import numpy as np
import pandas as pd

from ...charts import grammar

ROOM = 1.5  # the axis reaches so many times beyond the place where infinity is drawn


def log_room(known: pd.Series, values: pd.Series) -> tuple[float, float, float | None]:
    """Whole powers of ten around the finite values, and where infinity is drawn above them (None:
    nowhere).
    """
    low, top = grammar.span(known, log=True) if len(known) else [1.0, 10.0]
    return low, top, top * math.sqrt(top / low) ** 0.5 if np.isinf(values).any() else None


def axis_with_infinity(low: float, top: float, ceiling: float | None) -> alt.Axis:
    """Powers of ten, and ∞ at the ceiling."""
    ticks, words = grammar.powers(low, top)
    if ceiling:
        ticks, words = [*ticks, ceiling], f"datum.value > {top * 1.001!r} ? '∞' : {words}"
    return alt.Axis(
        title=grammar.title("condition_number"), values=ticks, labelExpr=words, grid=True
    )

"""An inspection, and a comparison, as figures."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from ...charts import Figure
from ..findings import Changes, Facts
from .ways import flow, moved
from .weights import conditions, reach, shares, stds

__all__ = ["compared", "figures", "reach"]


def figures(
    parameters: pd.DataFrame,
    signals: pd.DataFrame,
    facts: Facts,
    prefix: str = "",
    also: Sequence[float] = (),
) -> tuple[Figure, ...]:
    """What there is to draw of an Inspection; prefix: of the names of the figures; also: what the
    axis of the first holds as well (`reach` of a network beside it).
    """
    made = (
        stds(parameters, facts, prefix, also),
        conditions(parameters, prefix),
        shares(parameters, prefix),
        flow(signals, facts, prefix),
    )
    return tuple(figure for figure in made if figure is not None)


def compared(distances: pd.DataFrame, changes: Changes, prefix: str = "") -> tuple[Figure, ...]:
    """What there is to draw of a Comparison; prefix: of the names of the figures."""
    figure = moved(distances, changes, prefix)
    return () if figure is None else (figure,)

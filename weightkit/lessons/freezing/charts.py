"""What the charts of several views of freezing share: a grid of parameters and epochs."""

from __future__ import annotations

import altair as alt
import pandas as pd

from ...charts import grammar
from ..settings import KINDS

HATCH = "M-1,1L1,-1"
CELL = 24  # pixels per row of a grid


def named(frame: pd.DataFrame) -> pd.DataFrame:
    """Adds `row`, such as "fc1 weights", and `state`."""
    return frame.assign(
        row=frame["layer"] + " " + frame["parameter"].map(KINDS),
        state=frame["requires_grad"].map({True: "learns", False: "frozen"}),
    )


def axes(data: pd.DataFrame) -> tuple[alt.X, alt.Y]:
    quiet = {"ticks": False, "domain": False, "labelAngle": 0, "grid": False}
    x = alt.X("epoch:O", axis=alt.Axis(title="epoch", labelOverlap=True, **quiet))
    y = alt.Y(
        "row:N",
        sort=list(dict.fromkeys(data["row"])),
        axis=alt.Axis(title=None, labelOverlap=False, **quiet),
    )
    return x, y


def hatch(frozen: pd.DataFrame, data: pd.DataFrame) -> list[alt.Chart]:
    """A stroke through every frozen cell; no layer without one, which would be a picture without a
    name.
    """
    if frozen.empty:
        return []
    x, y = axes(data)
    mark = alt.Chart(frozen).mark_point(
        shape=HATCH, size=150, strokeWidth=1.4, filled=False, opacity=0.9
    )
    tips = [
        alt.Tooltip("epoch:O"),
        alt.Tooltip("row:N", title="parameter"),
        alt.Tooltip("state:N", title="state"),
    ]
    return [mark.encode(x=x, y=y, color=alt.ColorValue("muted"), tooltip=tips)]


def cells(data: pd.DataFrame, colour: str) -> alt.LayerChart:
    """requires_grad by parameter and epoch: `colour`, a role, where it learns, faded and hatched
    where frozen.
    """
    x, y = axes(data)
    tips = [
        alt.Tooltip("epoch:O"),
        alt.Tooltip("row:N", title="parameter"),
        alt.Tooltip("state:N", title="state"),
    ]
    paint = alt.condition(
        "datum.requires_grad",
        alt.value(colour),
        alt.value("faint"),
    )
    painted = (
        alt.Chart(data)
        .mark_rect(stroke="paper", strokeWidth=1.5)
        .encode(x=x, y=y, color=paint, tooltip=tips)
    )
    strokes = hatch(data[~data["requires_grad"]], data)
    return alt.layer(painted, *strokes, **grammar.view(CELL * data["row"].nunique()))

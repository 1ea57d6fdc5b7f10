"""Copies among the units: distinct units and ranks by epoch, and W before and after training."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt
import numpy as np
import pandas as pd

from .....charts import Figure, grammar
from .....charts.words import between, capital, plural
from ..looks import Look, look, matrix

if TYPE_CHECKING:
    from ..experiment import Result


MOST_COLUMNS = 64  # of a weight matrix in the microscope; more are thinned evenly
GAP = 3  # columns of space between before and after


def _measured(symmetry: pd.DataFrame, condition: str, measure: str) -> pd.DataFrame:
    """The condition's rows; -1, which stands for "not finite", is no number to draw."""
    data = symmetry[symmetry["condition"] == condition]
    return data.assign(**{measure: data[measure].astype(float).where(data[measure] >= 0)})


def _by_layer(data: pd.DataFrame, measure: str) -> str:
    """ "fc1 9, output 8 to 10": the range over seeds after training."""
    last = data[data["epoch"] == data["epoch"].max()]
    ends = last.groupby("layer", sort=False)[measure].agg(["min", "max", "count", "size"])
    lost = ends["count"] < ends["size"]
    ranges = {layer: between(r["min"], r["max"], ".0f") for layer, r in ends.iterrows()}
    return ", ".join(f"{layer} {'not finite' if lost[layer] else n}" for layer, n in ranges.items())


def distinct(result: Result, condition: str) -> Figure:
    """Distinct units of each layer over the epochs, for one condition."""
    data = _measured(result.symmetry, condition, "distinct_units")
    hidden = data[data["layer"] != "output"]
    alone = (hidden["distinct_units"] == 1).all()
    if alone:
        title = "Every hidden layer is one unit, copied, before training and after every epoch"
    else:
        title = "Units that differ after training: " + _by_layer(data, "distinct_units")
    top = max(float(data["distinct_units"].max()), 2.0)
    chart = _counts(data, "distinct_units", top, "distinct units")
    subtitle = (
        f"“{condition}”: how many units of each layer differ in their weights or bias, by"
        f" epoch{_band(data)}."
    )
    return Figure(
        "distinct-units", title, subtitle, chart, f"{title} (condition {condition}).", data
    )


def ranks(result: Result, condition: str) -> Figure:
    """Rank of each weight matrix over the epochs, for one condition."""
    data = _measured(result.symmetry, condition, "rank")
    told, values = _by_layer(data, "rank"), set(data["rank"])
    if len(values) == 1 and data["rank"].notna().all():
        title = (
            f"Every weight matrix has rank {values.pop():.0f}, before training and after every"
            " epoch"
        )
    elif data.groupby(["seed", "layer"])["rank"].nunique(dropna=False).eq(1).all():
        title = f"The ranks stay what they were: {told}"
    else:
        title = f"Rank after training: {told}"
    top = max(float(data["rank"].max()), 2.0)
    chart = _counts(data, "rank", top, "rank of W")
    subtitle = (
        f"“{condition}”: in how many independent directions each W can look, by epoch{_band(data)}."
    )
    return Figure("ranks", title, subtitle, chart, f"{title} (condition {condition}).", data)


def _counts(data: pd.DataFrame, measure: str, top: float, heading: str) -> alt.LayerChart:
    """Curves by layer of something that is counted: from 0, and no ticks between whole numbers."""
    chart = grammar.curves(
        data, measure, "layer", domain=[0, top * 1.04], y_title=heading, height=230
    )
    axis = chart.layer[0].encoding.y["axis"]
    for name, value in grammar.whole_ticks(0, top).items():
        axis[name] = value
    return chart


def _band(data: pd.DataFrame) -> str:
    return "; band: range over seeds" if data["seed"].nunique() > 1 else ""


def microscope(result: Result, condition: str, layer: str) -> Figure:
    """W of one layer as a heat map, before and after training: equal rows are one unit copied."""
    before, after = (
        matrix(result.parameters, condition, layer, stage) for stage in ("before", "after")
    )
    data, width = _cells({"before": before, "after": after})
    sizes = {"unit": "int16", "column": "int16", "place": "int16", "value": "float32"}
    slim = data.drop(columns="stage").astype(sizes)
    chart = grammar.heatmap(
        slim,
        "place",
        "unit",
        "value",
        midpoint=0.0,
        value_title="weight",
        y_title="unit (row of W)",
        height=260,
    )
    words = {width // 2: "before training", width + GAP + width // 2: "after training"}
    expression = (
        " : ".join(f"datum.value == {place} ? '{word}'" for place, word in words.items()) + " : ''"
    )
    axis = alt.Axis(
        title=None,
        values=list(words),
        labelExpr=expression,
        labelAngle=0,
        labelOverlap=False,
        labelLimit=200,
        ticks=False,
        domain=False,
    )
    at_x = alt.X("place:O", scale=alt.Scale(domain=list(range(2 * width + GAP))), axis=axis)
    tips = [
        alt.Tooltip("stage:N"),
        alt.Tooltip("unit:Q"),
        alt.Tooltip("column:Q", title="input (column)"),
        alt.Tooltip("value:Q", title="weight", format=".4~g"),
    ]
    seamless = alt.ExprRef(
        "scale('color', datum.value)"
    )  # or the gaps between cells make a pattern of their own
    chart.layer = [
        chart.layer[0]
        .mark_rect(stroke=seamless, strokeWidth=0.6)
        .encode(x=at_x, tooltip=tips)
        .transform_calculate(stage=f"datum.place < {width} ? 'before' : 'after'")
    ]
    title = f"{capital(layer)}: {_seen(look(before, after))}"
    thinned = (
        ""
        if before.shape[1] <= MOST_COLUMNS
        else f" Only {width} of {before.shape[1]} columns are drawn."
    )
    subtitle = (
        f"“{condition}”, first seed, the W of {layer}: a row per unit, a column per input. Units"
        f" with equal rows and equal biases are one unit, copied.{thinned}"
    )
    return Figure("microscope", title, subtitle, chart, f"{title}.", data)


def _cells(stages: dict[str, np.ndarray]) -> tuple[pd.DataFrame, int]:
    """[stage, unit, column, place, value], units and columns from 1; and how many columns of one
    matrix are drawn.
    """
    parts, width = [], 0
    for stage, w in stages.items():
        columns = np.unique(
            np.linspace(0, w.shape[1] - 1, min(w.shape[1], MOST_COLUMNS)).round().astype(int)
        )
        width = len(columns)
        unit, place = np.indices((len(w), width))
        shift = 0 if stage == "before" else width + GAP
        parts.append(
            pd.DataFrame(
                {
                    "stage": stage,
                    "unit": unit.ravel() + 1,
                    "column": columns[place.ravel()] + 1,
                    "place": place.ravel() + shift,
                    "value": w[:, columns].ravel(),
                }
            )
        )
    return pd.concat(parts, ignore_index=True), width


def _seen(w: Look) -> str:
    """What happened to the rows and columns of W."""
    start = "all weights equal" if w.equal else plural(w.rows_before, "different row")
    if not w.finite:
        return f"{start} before training, and after it some are no longer finite numbers"
    if not w.moved:
        return f"{start} before training, and not one of them has moved"
    if w.rows == w.columns == 1 and w.equal:
        return f"{start} before training, and all still equal after it, up to rounding"
    if w.n > 1 and w.rows == w.rows_before == 1:
        parted = f", but its {w.m} weights are no longer equal" if w.equal and w.columns > 1 else ""
        return f"after training the {w.n} rows are still one row{parted}"
    if w.m > 1 and w.columns == w.columns_before == 1:
        return (
            f"{plural(w.rows, 'different row')} of {w.n} after training, but each is one number,"
            f" {w.m} times"
        )
    if w.moved < w.n:
        return f"{start} before training; moved since: {w.moved} of {w.n} units"
    if w.n == 1:
        return f"one row, of {w.m} weights, which training has moved"
    return f"{start} before training, {plural(w.rows, 'different row')} of {w.n} after it"

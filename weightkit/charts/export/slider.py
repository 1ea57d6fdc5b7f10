"""A control in a chart for the HTML file, which works without a server."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from ..specification import children, own_frame
from ..words import label, written

HEADING = "heading"
"""The parameter of a chart that says the title of its HTML file as the controls are moved."""


def with_slider(
    chart: Any,
    field: str,
    values: Sequence[object] | None = None,
    *,
    heading: str | None = None,
    start: object = None,
    words: Sequence[str] | None = None,
    titles: Sequence[str] | None = None,
) -> alt.TopLevelMixin:
    """`chart` with a control over the values of `field`, for the HTML export; it works without a
    server.

    Build the chart from rows of all values (`keep=field` in the building blocks). Numbers get a
    slider over their places in order (so that 25 log-spaced values are 25 even steps) and the value
    as text in the plot; names get a list to choose from. `values`: which, in which order; None:
    those in the chart's data. `heading`: words before the control; `start`: the value shown first
    (else the middle one); `words`: what to call each value; `titles`: the figure's title at
    each, where it depends on it.

    Raises ValueError where no data of the chart has `field`, or `start` is none of the values.
    """
    found = _values(chart, field)
    if not found:
        raise ValueError(f"no data of this chart has a column {field!r}")
    values = list(values) if values is not None else _sorted(found)
    numeric = all(isinstance(v, int | float) and not isinstance(v, bool) for v in values)
    words = [str(w) for w in words] if words is not None else [label(v) for v in values]
    place = len(values) // 2 if start is None else _place(values, start, field)
    name = "slider_" + re.sub(r"\W", "_", field)
    heading = field.replace("_", " ") if heading is None else heading
    control: Any
    if numeric:
        control = alt.binding_range(min=0, max=len(values) - 1, step=1, name=heading + " ")
    else:
        control = alt.binding_select(
            options=list(range(len(values))), labels=words, name=heading + " "
        )
    test = f"datum[{json.dumps(field)}] === {json.dumps(values)}[{name}]"
    filtered = _filtered(chart.copy(deep=True, ignore=["data"]), field, test, None)
    if numeric and isinstance(filtered, alt.Chart | alt.LayerChart):
        filtered = _layered(
            filtered, _readout(f"{json.dumps(heading + ' ')} + {json.dumps(words)}[{name}]")
        )
    params = [alt.param(name=name, value=place, bind=control)]
    if titles is not None:
        said = json.dumps([written(title) for title in titles])
        params.append(alt.param(name=HEADING, expr=f"{said}[{name}]"))
    return filtered.add_params(*params)


def _place(values: list, start: object, field: str) -> int:
    if start not in values:
        raise ValueError(f"start must be one of the values of {field!r}, not {start!r}")
    return values.index(start)


def _sorted(values: list) -> list:
    """Numbers in order, names as they came."""
    return sorted(values) if all(isinstance(v, int | float) for v in values) else values


def _layered(chart: alt.Chart | alt.LayerChart, top: alt.LayerChart) -> alt.LayerChart:
    """`top` over `chart`; what only the outermost chart may say (autosize) moves up."""
    autosize, chart.autosize = chart.autosize, alt.Undefined
    both: Any = chart + top
    both.autosize = autosize
    return both


def _readout(expression: str) -> alt.LayerChart:
    """The value of the slider at the top right of the plot, over a halo."""
    base = alt.Chart(alt.InlineData(values=[{"at": 0}])).transform_calculate(words=expression)
    place: dict = {
        "align": "right",
        "baseline": "top",
        "dx": -6,
        "dy": 4,
        "fontSize": 13,
        "fontWeight": 600,
    }
    at: dict = {"x": alt.XValue("width"), "y": alt.YValue(0), "text": alt.Text("words:N")}
    halo = base.mark_text(**place, stroke="paper", strokeWidth=4, opacity=0.9).encode(**at)
    words: Any = halo + base.mark_text(**place, color="ink").encode(**at)
    return words


def _values(chart: Any, field: str, inherited: pd.DataFrame | None = None) -> list:
    """The different values of a column, over all data of a chart, as plain Python values."""
    frame = own_frame(chart, inherited)
    found = [] if frame is None or field not in frame else frame[field].drop_duplicates().tolist()
    for child in children(chart):
        found += _values(child, field, frame)
    return list(dict.fromkeys(found))


def _filtered(chart: Any, field: str, test: str, inherited: pd.DataFrame | None) -> Any:
    """The chart with `test` as first transform of every view whose data has the column."""
    frame = own_frame(chart, inherited)
    inside = children(chart)
    for child in inside:
        _filtered(child, field, test, frame)
    if not inside and frame is not None and field in frame:
        old = [] if chart.transform is alt.Undefined else list(chart.transform)
        chart.transform = [alt.FilterTransform(filter=test), *old]
    return chart

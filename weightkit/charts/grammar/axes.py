"""Axes and their scales: what a column is called, its ticks, how much room it needs."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Any, cast

import altair as alt
import pandas as pd

from ..words import power_of_ten

DASHES = {"train": [1, 0], "test": [6, 4]}

FAR = 1e5  # from here on, the ticks of an axis are powers of ten
TITLES = {
    "accuracy": "accuracy",
    "loss": "loss",
    "epoch": "epoch",
    "std": "standard deviation",
    "index": "parameter index",
    "bin_left": "value, from",
    "bin_right": "value, to",
    "learning_rate": "learning rate",
    "condition_number": "condition number κ",
    "n_labelled": "labelled examples",
    "train_loss": "training loss",
    "train_accuracy": "training accuracy",
    "n_models": "networks",
    "ci_low": "95% interval, from",
    "ci_high": "95% interval, to",
    "fan_in": "fan-in",
    "fan_out": "fan-out",
    "init": "scheme",
    "parametrisation": "parametrization",
    "n_seeds": "networks",
    "test_accuracy": "test accuracy",
    "test_loss": "test loss",
    "std_measured": "standard deviation, measured",
    "std_theory": "standard deviation, formula",
    "bound_theory": "bound, formula",
    "mean_theory": "mean, formula",
    "rms": "root mean square",
    "rms_theory": "root mean square, theory",
    "min": "smallest",
    "max": "largest",
    "n": "how many",
}


def title(column: str) -> str:
    """Words for a column on an axis."""
    return TITLES.get(column, column.replace("_", " "))


def split_dash(legend: bool = True) -> alt.StrokeDash:
    """Encoding of `split`: train solid, test dashed."""
    key = alt.Legend(
        title=None, orient="top", symbolType="stroke", symbolSize=300, symbolStrokeWidth=2
    )
    scale = alt.Scale(domain=list(DASHES), range=list(DASHES.values()))
    return alt.StrokeDash("split:N", scale=scale, legend=key if legend else None)


def powers(low: float, high: float, most: int = 7) -> tuple[list[float], str]:
    """Tick values at powers of ten within [low, high], or around it where it has less than two; a
    step apart that 10⁰ fits into; and the Vega expression that writes them (0.01, 10⁻⁸).
    """
    first, last = math.ceil(math.log10(low) - 1e-9), math.floor(math.log10(high) + 1e-9)
    if last <= first:
        first, last = math.floor(math.log10(low) + 1e-9), math.ceil(math.log10(high) - 1e-9)
    step = max(1, math.ceil((last - first) / most))
    exponents = list(range(-(-first // step) * step, last + 1, step))
    plain = first >= -4 and last <= 4
    words = {str(e): f"{10.0**e:g}" if plain else power_of_ten(e) for e in exponents}
    expression = f"{json.dumps(words, ensure_ascii=False)}[round(log(datum.value) / LN10)]"
    return [10.0**e for e in exponents], expression


def around_zero(low: float, high: float, least: float, most: int = 4) -> dict[str, Any]:
    """Keywords for an axis that is linear near 0 and logarithmic beyond `least`: ticks at 0 and at
    powers of ten on both sides, from ten times `least` on, at most `most` a side.
    """
    reach = max(high, -low)
    first = round(math.log10(least)) + 1
    last = max(first, math.floor(math.log10(reach))) if reach > 0 else first
    exponents = range(last, first - 1, -math.ceil((last - first + 1) / most))
    ticks = [0.0, *(sign * 10.0**e for e in exponents for sign in (1, -1))]
    plain = first >= -4 and last <= 4
    return {
        "values": sorted(t for t in ticks if low <= t <= high),
        "format": ".6~g" if plain else "e",
    }


def counted(low: float, high: float) -> list[int]:
    """Tick values of what is counted, within [low, high]: whole numbers, a step of 1, 2 or 5 times
    a power of ten apart, and as many as a narrow chart has room for; fewer where the last number
    is then one of them (0, 5, 10, 15).
    """
    first, last = math.ceil(low), math.floor(high)
    most = max(2, min(8, 250 // (7 * len(f"{last:,}") + 14)))
    steps = [k * 10**e for e in range(12) for k in (1, 2, 5)]
    fitting = [s for s in steps if last // s - -(-first // s) < most]
    step = next((s for s in fitting if last % s == 0 and last >= 3 * s), fitting[0])
    return list(range(-(-first // step) * step, last + 1, step))


def whole_ticks(low: float, high: float) -> dict[str, Any]:
    """Keywords for the axis of what is counted, all of its ticks shown.

    Streamlit hides labels before it has drawn them, and its Vega every second value where there
    are more than steps of `tickMinStep` (1, with the format "d") fit in: of 0, 1, 2 it leaves 0, 2.
    """
    ticks = counted(low, high)
    first = math.ceil(low)
    if len(ticks) > 1 and 2 * (ticks[0] - first) >= ticks[1] - ticks[0]:
        ticks = [first, *ticks]  # a layer's number begins at 1, which is no multiple of 5
    return {
        "values": ticks,
        "tickCount": len(ticks),  # where they are more, Vega takes every second one
        "format": ",d",
        "tickMinStep": 0.5,
        "labelOverlap": False,
    }


def squared(
    across: float, down: float, least: float = 0, top: bool = False
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Keywords for the scales of x and y under which a cell is as wide as it is high, of a plot of
    `across` by `down` cells, in a corner of the room that there is; at least `least` pixels wide.

    The corner is at the x axis, or, of a plot without one, at the `top`, below what is said of it.
    """
    wide = f"min(width, max({least:.6g}, height * {across / down:.6g}))"
    high = f"min(height, width * {down / across:.6g})"
    below = (
        {"rangeMin": alt.ExprRef(high)} if top else {"rangeMax": alt.ExprRef(f"height - {high}")}
    )
    return {"rangeMax": alt.ExprRef(wide)}, below


def quantity(
    column: str,
    values: pd.Series,
    log: bool = False,
    heading: str | None = None,
    domain: Sequence[float] | None = None,
) -> dict:
    """Keywords for alt.X or alt.Y of a number: plain percent for an accuracy, readable powers on a
    log axis.
    """
    low, high = domain or span(values, log, column)
    heading = title(column) if heading is None else heading
    scale: dict = {"domain": [low, high], "nice": False}
    if log:
        ticks, words = powers(low, high)
        axis = alt.Axis(title=heading, values=ticks, labelExpr=words, grid=True)
        return {"type": "quantitative", "scale": alt.Scale(type="log", **scale), "axis": axis}
    form: dict = {"format": ".2~e"} if max(abs(low), abs(high)) >= FAR else {}
    form = {"format": ".0%"} if is_accuracy(column) else form
    whole = whole_ticks(low, high) if pd.api.types.is_integer_dtype(values) else {}
    axis = alt.Axis(title=heading, **{"tickCount": 6} | form | whole)
    return {"type": "quantitative", "scale": alt.Scale(**scale), "axis": axis}


def span(values: pd.Series, log: bool = False, column: str = "") -> list[float]:
    """The part of the axis that `values` need: 0 to 1 for an accuracy, whole powers on a log axis,
    else 4 % of room.
    """
    known = values[values.abs().lt(math.inf)]
    if log:
        known = known[known > 0]
    if known.empty:
        return [0.1, 1.0] if log else [0.0, 1.0]
    low, high = float(known.min()), float(known.max())
    if log:
        return [
            10.0 ** math.floor(math.log10(low)),
            10.0 ** max(math.ceil(math.log10(high)), math.floor(math.log10(low)) + 1),
        ]
    if is_accuracy(column):
        return [0.0, 1.0]
    if pd.api.types.is_integer_dtype(values):
        return [low, high if high > low else low + 1]
    room = (high - low) * 0.04 or abs(high) * 0.04 or 1.0
    return [0.0 if 0 <= low < 0.2 * high else low - room, high + room]


def positional(
    frame: pd.DataFrame, column: str, log: bool = False, heading: str | None = None
) -> alt.X:
    """alt.X of a number, or of names in the order of the frame (layers)."""
    if pd.api.types.is_numeric_dtype(frame[column]):
        return alt.X(column, **quantity(column, frame[column], log, heading))
    axis = alt.Axis(
        title=title(column) if heading is None else heading,
        labelAngle=0,
        labelOverlap=True,
        grid=False,
    )
    return alt.X(column, type="ordinal", sort=list(dict.fromkeys(frame[column])), axis=axis)


def is_accuracy(column: str) -> bool:
    """Whether a column holds shares of right answers, not what became of them (accuracy_gain_z)."""
    return column.endswith("accuracy")


def tip_form(y: str) -> str:
    """The format of a number of this column beside the pointer."""
    return ".1%" if is_accuracy(y) else ".4~g"


def accuracy_domain(y: str) -> list[float] | None:
    return [0.0, 1.0] if is_accuracy(y) else None


def view(height: int = 240) -> dict:
    """Keywords for the outermost chart: as wide as the page, `height` pixels of plot.

    Without this, Streamlit squeezes axes, legend and plot together into the height.
    """
    return {
        "width": "container",
        "height": height,
        "autosize": alt.AutoSizeParams(type="fit-x", contains="padding"),
    }


def layered(*layers: alt.Chart, height: int) -> alt.LayerChart:
    """The layers over each other; data that all of them share stand once, at the whole.

    Altair does the same, but writes each layer's DataFrame as text for a name that nobody needs: a
    tenth of the time that a chart costs.
    """
    data, first = alt.Undefined, layers[0].data
    plain = all(layer.data is first and layer.params is alt.Undefined for layer in layers)
    if plain and isinstance(first, pd.DataFrame):
        data, layers = first, tuple(_without_data(layer) for layer in layers)
    return cast("alt.LayerChart", alt.layer(*layers, data=data, **view(height)))


def _without_data(layer: alt.Chart) -> alt.Chart:
    bare = layer.copy(deep=False)
    bare.data = alt.Undefined
    return bare

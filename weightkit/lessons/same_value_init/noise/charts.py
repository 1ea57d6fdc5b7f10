"""Charts of a constant start with noise; the axis of the noise is logarithmic, with a place for 0
at its left end.
"""

from __future__ import annotations

import json
import math
from typing import Any, cast

import altair as alt
import pandas as pd

from ....charts import Figure, grammar
from ....charts.words import between, number, percent, plural, power_of_ten
from .config import LEAST, MOST
from .findings import Facts, Level, Shape, Units

HEADING, HEADING_Y = "std e of the noise (log axis, and 0)", "units that differ"
HEIGHT = 300
ZERO = LEAST / 10  # where the axis has its 0


def accuracy(final: pd.DataFrame, f: Facts) -> Figure:
    """Test accuracy against the noise, and beside it that of the network with dropout."""
    title = headline(f)
    band = f"; line: mean; band: range over {plural(f.n_seeds, 'seed')}" if f.n_seeds > 1 else ""
    lost = sum(level.lost for level in (*f.levels, f.dropped))
    subtitle = (
        f"Test accuracy after {plural(f.epochs, 'epoch')} against the noise on weights that all"
        f" start at {f.constant:g}. A point per network{band}; dotted: always giving the commonest"
        f" answer. At the left end, without noise: one network as it is and, as a diamond, one"
        f" with dropout {f.dropout:g}{f'. × {lost} diverged' if lost else ''}."
    )
    alt_text = (
        f"Test accuracy against noise. {title}. Without noise {_ended(f.none)}, with dropout"
        f" {_ended(f.dropped)}, with the most noise, {_e(f.most)}, {_ended(f.most)}."
    )
    chart = _accuracy(final, f.floor)
    return Figure("accuracy-by-noise", title, subtitle, chart, alt_text, final)


def headline(f: Facts) -> str:
    """Where the best noise lies, and how both ends do."""
    none, most = _ended(f.none), f"{_ended(f.most)} with {_e(f.most)}"
    match f.shape:
        case Shape.NOTHING:
            if not f.best.ended:
                return "All networks diverged, whatever the noise"
            return (
                f"No noise makes these networks learn: the best ends at {percent(f.best.mean)},"
                f" always giving the commonest answer reaches {percent(f.floor)}"
            )
        case Shape.BETWEEN:
            return f"{where(f)} does best ({_range(f)}): {none} without any, {most}"
        case Shape.MORE:
            return f"{where(f)} does best ({_range(f)}); without any: {none}"
        case Shape.LESS:
            return f"{where(f)} does best ({_range(f)}); too much costs: {most}"
    if len(f.good) == len(f.levels):
        return f"With and without noise about the same: {_range(f)}"
    return f"No noise ({none}) and the most ({_ended(f.most)}) both do well, some in between do not"


def where(f: Facts) -> str:
    """The noises near the best: one, a range without a gap, or several."""
    good, levels = f.good, f.levels
    if len(good) == 1:
        return f"Noise of {_e(good[0])}" if good[0].noise else "No noise"
    whole = levels.index(good[-1]) - levels.index(good[0]) + 1 == len(good)
    reach = f"{_e(good[0])} to {number(good[-1].noise)}"
    return f"Noise of {reach}" if whole else f"Noise at {len(good)} places from {reach}"


def _range(f: Facts) -> str:
    means = [level.mean for level in f.good]
    return between(min(means), max(means))


def _e(level: Level) -> str:
    """ "e = 0.032"."""
    return f"e = {number(level.noise)}"


def _ended(level: Level) -> str:
    return percent(level.mean) if level.ended else "diverged"


def live(curves: pd.DataFrame) -> Figure:
    """While it trains: test accuracy against noise after the epochs so far."""
    epoch = int(curves["epoch"].max())
    data = curves[(curves["epoch"] == epoch) & (curves["split"] == "test")]
    alt_text = f"Test accuracy by noise after epoch {epoch}."
    return Figure("live", f"After epoch {epoch}", "", _accuracy(data), alt_text, data)


def _accuracy(final: pd.DataFrame, floor: float | None = None) -> alt.LayerChart:
    plain, dropped = (final[(final["dropout"] > 0) == beside] for beside in (False, True))
    chart = _by_noise(plain, "accuracy", None, None, "test accuracy", [0.0, 1.0], HEIGHT)
    y = grammar.quantity("accuracy", final["accuracy"], heading="test accuracy")
    if floor is not None:
        line = alt.Chart(pd.DataFrame({"accuracy": [floor]}))
        rule = line.mark_rule(strokeDash=grammar.DOTTED, color="muted", strokeWidth=1.2)
        chart = chart + rule.encode(y=alt.Y("accuracy", **y))
    words = f"dropout {dropped['dropout'].iloc[0]:g}"
    if dropped["diverged"].any():
        dropped, words = dropped.assign(accuracy=0.0), f"× {words}: diverged"
    return _beside(chart, dropped, "accuracy", y, alt.ColorValue("ink"), words)


def distinct(units: pd.DataFrame, f: Facts) -> Figure:
    """How many units of each hidden layer differ after training, against the noise."""
    hidden = units[units["layer"] != "output"]
    after = hidden[(hidden["stage"] == "after") & (hidden["distinct_units"] >= 0)]
    plain, dropped = (after[(after["dropout"] > 0) == beside] for beside in (False, True))
    title = _copies(f)
    layers, top = list(dict.fromkeys(hidden["layer"])), [0.0, max(f.width) * 1.05]
    chart = _by_noise(plain, "distinct_units", "layer", layers, HEADING_Y, top, 240)
    every = grammar.layer_scale(list(units["layer"]))  # the colours that layers have in every view
    roles = dict(zip(every.domain, every.range, strict=True))
    grammar.painted(chart, {layer: roles[layer] for layer in layers})
    if len(dropped):
        y = grammar.quantity("distinct_units", dropped["distinct_units"], False, HEADING_Y, top)
        legend = grammar.legend_of(
            layers
        )  # the one that the lines have: another would stand beside
        paint = alt.Color("_series:N", scale=chart.layer[0].encoding.color["scale"], legend=legend)
        dropped = dropped.assign(_series=dropped["layer"])
        words = f"dropout {f.dropout:g}"
        chart = _beside(chart, dropped, "distinct_units", y, paint, words)
    subtitle = (
        "After training: how many different units each hidden layer has (copies count once;"
        f" different: by more than a ten-thousandth in a weight or the bias){_band(f)}. With"
        f" dropout and no noise: {_by_layer(f, f.dropped)}."
    )
    alt_text = f"{title}. With the least noise: {_by_layer(f, f.least)}."
    return Figure("distinct-by-noise", title, subtitle, chart, alt_text, hidden)


def _copies(f: Facts) -> str:
    """What it takes for all units to differ."""
    start = {
        Units.COPIES: "Without noise each hidden layer stays one unit, copied",
        Units.APART: "Without noise all units come to differ",
        Units.SOME: f"Without noise {_by_layer(f, f.none)} units differ",
        Units.LOST: "Without noise the network diverged",
    }[f.none.copies]
    if f.apart is None or f.apart is f.none:
        return start
    if f.apart is f.most:
        return f"{start}; with {_e(f.most)} all units differ after training"
    return f"{start}; from {_e(f.apart)} on all units differ after training"


def _by_layer(f: Facts, level: Level) -> str:
    """ "input 1 of 64, fc1 32 of 32"."""
    if level.copies is Units.LOST:
        return "numbers that are not finite"
    names = ("input", "fc1", "fc2")
    return ", ".join(
        f"{name} {number(found)} of {width}" if found >= 0 else f"{name} not finite"
        for name, found, width in zip(names, level.units, f.width, strict=True)
    )


def _band(f: Facts) -> str:
    return f"; band: range over {plural(f.n_seeds, 'seed')}" if f.n_seeds > 1 else ""


# ---------------------------------------------------------------- the axis


def _by_noise(
    data: pd.DataFrame,
    y: str,
    series: str | None,
    order: list[str] | None,
    heading: str,
    domain: list[float],
    height: int,
) -> alt.LayerChart:
    """`points_with_band` on a log axis of the noise, where 0 has a place of its own, a decade left
    of the least noise, with no line from it.
    """
    data = data.assign(place=data["noise"].where(data["noise"] > 0, ZERO), noisy=data["noise"] > 0)
    chart = grammar.points_with_band(
        data,
        "place",
        y,
        series=series,
        order=order,
        keep="noisy",
        domain=domain,
        x_title=HEADING,
        y_title=heading,
        height=height,
    )
    for layer in chart.layer:
        layer.encoding.x = _x()
    return chart


def _beside(
    chart: alt.LayerChart, dropped: pd.DataFrame, y: str, axis: dict, paint: Any, words: str
) -> alt.LayerChart:
    """`chart` and, at noise 0, diamonds for the network with dropout, named beside the highest."""
    data = dropped.assign(place=ZERO, words=words)
    tips = [alt.Tooltip("words:N", title="no noise"), alt.Tooltip(f"{y}:Q", format=".3~g")]
    mark = alt.Chart(data).mark_point(shape="diamond", filled=True, size=140, opacity=1)
    diamonds = mark.encode(x=_x(), y=alt.Y(y, **axis), color=paint, tooltip=tips)
    top = alt.Chart(data.sort_values(y).tail(1)).encode(
        x=_x(), y=alt.Y(y, **axis), text=alt.Text("words:N")
    )
    return cast("alt.LayerChart", chart + alt.layer(diamonds, *grammar.words_beside(top, "left")))


def _x() -> alt.X:
    """Decades from the least to the most noise, and a tick called 0."""
    decades = range(round(math.log10(LEAST)), round(math.log10(MOST)) + 1)
    names = {str(e): f"{10.0**e:g}" if e >= -1 else power_of_ten(e) for e in decades}
    words = (
        f"datum.value < {LEAST / 2!r} ? '0' :"
        f" {json.dumps(names, ensure_ascii=False)}[round(log(datum.value) / LN10)]"
    )
    axis = alt.Axis(title=HEADING, values=[ZERO, *(10.0**e for e in decades)], labelExpr=words)
    scale = alt.Scale(type="log", domain=[ZERO / 2, MOST * 2], nice=False)
    return alt.X("place", type="quantitative", axis=axis, scale=scale)

"""Charts of the same-value starts (part 2)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import altair as alt
import numpy as np
import pandas as pd

from ....charts import Figure, grammar
from ....charts.words import between, listed, plural, quoted
from .config import BASELINE
from .findings import End, Facts
from .looks import Look, Numbers, look, matrix, numbers

if TYPE_CHECKING:
    from .experiment import Result

MOST_COLUMNS = 64  # of a weight matrix in the microscope; more are thinned evenly
GAP = 3  # columns of space between before and after
KINDS = {"weight": "weights", "bias": "biases"}


# ---------------------------------------------------------------- learning


def accuracy(curves: pd.DataFrame, chance: pd.DataFrame, f: Facts) -> Figure:
    """Accuracy of every condition by epoch, train and test, with the share of the commonest
    class.
    """
    order = [o.condition for o in f.outcomes]
    chart = grammar.curves(curves, "accuracy", "condition", order=order, height=300)
    chart = chart + _floor(chance)
    base = f.baseline
    alone = (
        f"The baseline: {base.train:.0%} on the training set, {base.accuracy:.0%} on the test set"
    )
    title = _finding(f) if f.rivals else alone
    subtitle = (
        "Accuracy by epoch; solid: training set, dashed: test set"
        + (f"; band: range over {f.n_seeds} seeds" if f.n_seeds > 1 else "")
        + "; dotted: chance, which is always answering with the commonest class."
    )
    ends = ", ".join(f"{o.condition} {between(o.low, o.high)}" for o in f.outcomes)
    alt_text = f"Test accuracy after {plural(f.epochs, 'epoch')}: {ends}."
    return Figure("accuracy-by-start", title, subtitle, chart, alt_text, curves)


ENDS = {
    End.BETTER: ("does better", "do better"),
    End.NEAR: ("ends close to it", "end close to it"),
    End.BETWEEN: ("is in between", "are in between"),
    End.STUCK: ("hardly leaves chance", "hardly leave chance"),
    End.DIVERGED: ("diverged", "diverged"),
}
NO_BETTER = ("is no better than chance", "are no better than chance")


def _finding(f: Facts) -> str:
    where = "" if f.trained else f", where chance is {f.floor:.0%}"
    reached = f"reaches {f.baseline.accuracy:.0%}{where}"
    parts = [f"The baseline {'diverged' if f.baseline.lost == f.n_seeds else reached}"]
    for end, words in ENDS.items():
        if group := f.ended(end):
            who = listed(quoted(o.condition) for o in group)
            means = [o.accuracy for o in group]
            one, many = NO_BETTER if end is End.STUCK and max(means) <= f.floor else words
            measured = "" if end is End.DIVERGED else f" ({between(min(means), max(means))})"
            parts.append(f"{who} {one if len(group) == 1 else many}{measured}")
    return "; ".join(parts)


def _floor(chance: pd.DataFrame) -> alt.Chart:
    """A dotted line at the share of the commonest class of the test set."""
    data = chance[chance["split"] == "test"]
    y = alt.Y("share:Q", scale=alt.Scale(domain=[0.0, 1.0], nice=False), axis=None)
    return (
        alt.Chart(data)
        .mark_rule(strokeDash=grammar.DOTTED, color="muted", strokeWidth=1.2)
        .encode(y=y)
    )


def live(curves: pd.DataFrame) -> Figure:
    """While it trains: accuracy after the epoch just finished, a point per network."""
    epoch = int(curves["epoch"].max())
    data = curves[(curves["epoch"] == epoch) & (curves["split"] == "test")]
    at_x = alt.X(
        "accuracy:Q", **grammar.quantity("accuracy", data["accuracy"], heading="test accuracy")
    )
    names = list(dict.fromkeys(data["condition"]))
    at_y = alt.Y("condition:N", sort=names, axis=alt.Axis(title=None, labelLimit=200))
    points = (
        alt.Chart(data)
        .mark_point(filled=True, size=60, color="series:xavier")
        .encode(x=at_x, y=at_y)
    )
    chart = points.properties(**grammar.view(300))
    return Figure(
        "live",
        f"After epoch {epoch}",
        "",
        chart,
        f"Test accuracy by start after epoch {epoch}.",
        data,
    )


# ---------------------------------------------------------------- symmetry


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
    step = next(s for s in (1, 2, 5, 10, 20, 50) if top <= 7 * s)
    axis = chart.layer[0].encoding.y["axis"]
    axis.values, axis.format = list(range(0, int(top) + 1, step)), "d"
    return chart


def _band(data: pd.DataFrame) -> str:
    return "; band: range over seeds" if data["seed"].nunique() > 1 else ""


def microscope(result: Result, condition: str, layer: str) -> Figure:
    """W of one layer as a heat map, before and after training: equal rows are one unit copied."""
    before, after = (
        matrix(result.parameters, condition, layer, stage) for stage in ("before", "after")
    )
    data, width = _cells({"before": before, "after": after})
    slim = data.astype({"unit": "int16", "column": "int16", "place": "int16", "value": "float32"})
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
        chart.layer[0].mark_rect(stroke=seamless, strokeWidth=0.6).encode(x=at_x, tooltip=tips)
    ]
    title = f"{layer}: {_seen(look(before, after))}"
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


# ---------------------------------------------------------------- the numbers themselves


def _of(frame: pd.DataFrame, conditions: Sequence[str], layer: str, parameter: str) -> pd.DataFrame:
    """The rows of these conditions, in this order, and this parameter, with plain texts for
    factors.
    """
    chosen = frame[(frame["layer"] == layer) & (frame["parameter"] == parameter)]
    parts = [chosen[chosen["condition"] == name] for name in dict.fromkeys(conditions)]
    data = pd.concat(parts, ignore_index=True)
    return data.astype({"condition": str, "layer": str, "parameter": str, "stage": str})


def histograms(result: Result, condition: str, layer: str, parameter: str) -> Figure:
    """How the numbers of one parameter are spread before and after training, beside the
    baseline's.
    """
    data = _of(result.histograms, [BASELINE, condition], layer, parameter)
    data["shelf"] = data["condition"] + ", " + data["stage"]
    names = list(dict.fromkeys(data["condition"]))
    low, high = float(data["bin_left"].min()), float(data["bin_right"].max())
    room = 0.03 * (high - low)
    chart = grammar.histograms(
        data,
        "condition",
        rows="shelf",
        order=names,
        domain=[low - room, high + room],
        x_title=f"value of the {layer} {KINDS[parameter]}",
    )
    values = _of(result.parameters, names, layer, parameter).groupby(
        ["condition", "stage"], sort=False
    )["value"]
    said = {key: _spread(numbers(group)) for key, group in values}
    words = [_from_to(name, said[name, "before"], said[name, "after"]) for name in names]
    title = f"{layer} {KINDS[parameter]}: {'; '.join(words)}"
    subtitle = (
        "Histograms before and after training, first seed, each scaled to its own peak; std:"
        " standard deviation, how widely the numbers scatter."
    )
    return Figure("histograms", title, subtitle, chart, f"{title}.", data.drop(columns="shelf"))


def _spread(x: Numbers) -> str:
    """“std 0.07”, or the one value that all have."""
    return _described(x, f"std {_plain(x.std)}")


def _described(x: Numbers, said: str) -> str:
    """`said` of numbers that differ; what else there is to say of others."""
    if not x.finite:
        return "no finite number"
    if x.same:
        said = (
            _plain((x.low + x.high) / 2) if x.finite == 1 else f"all {_plain((x.low + x.high) / 2)}"
        )
    return said if x.finite == x.n else f"{said} (of {x.finite} of {x.n} that are finite)"


def _from_to(name: str, before: str, after: str) -> str:
    start = f"{_quoted(name)} {before}"
    return f"{start}, before and after" if before == after else f"{start}, then {after}"


def _quoted(name: str) -> str:
    return name if name == BASELINE else f"“{name}”"


def by_index(result: Result, condition: str, layer: str, parameter: str, stage: str) -> Figure:
    """Every number of one parameter by its index, beside the baseline's; the axis is the same
    before and after.
    """
    both = _of(result.parameters, [BASELINE, condition], layer, parameter)
    data, names = both[both["stage"] == stage], list(dict.fromkeys(both["condition"]))
    known = both["value"][np.isfinite(both["value"])]
    room = 0.04 * float(np.ptp(known)) or 0.5
    slim = data[["condition", "index", "value"]].astype({"index": "int32", "value": "float32"})
    chart = grammar.index_plot(
        slim,
        "condition",
        order=names,
        domain=[float(known.min()) - room, float(known.max()) + room],
        x_title=f"index of the {layer} {parameter}",
        y_title="value",
        height=230,
    )
    found = {name: numbers(data.loc[data["condition"] == name, "value"]) for name in names}
    words = [
        f"{_quoted(n)} {_described(x, between(x.low, x.high, _plain))}" for n, x in found.items()
    ]
    title = f"{stage.capitalize()} training, {layer} {KINDS[parameter]}: {'; '.join(words)}"
    thinned = len(data) > len(names) * grammar.MOST_POINTS
    what = "the index counts along the rows of W" if parameter == "weight" else "one bias per unit"
    subtitle = f"First seed; {what}{'; evenly thinned' if thinned else ''}."
    return Figure(f"by-index-{stage}", title, subtitle, chart, f"{title}.", data)


def _plain(value: float) -> str:
    return f"{value:.2g}".replace("-", "−")

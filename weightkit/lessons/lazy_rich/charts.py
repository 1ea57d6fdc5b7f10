"""Charts of lazy and rich learning."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import altair as alt
import pandas as pd

from ...charts import Figure, grammar
from ...charts.words import line_and_band, percent, plural, share
from ..survivors import answers, aside
from .findings import Facts, Outcome, Scale

if TYPE_CHECKING:
    from .experiment import Result

STARTS = "series:kaiming"
MOST_WORDS = 5  # scales that are named in the chart; of more, the ends and the best


def accuracy(result: Result, f: Facts) -> Figure:
    """Train and test accuracy against the scale, and how far the weights moved."""
    last = result.curves[result.curves["step"] == result.curves["step"].max()]
    title = headline(f)
    subtitle = (
        "Accuracy after the last step against the factor k of the start: solid, the"
        f" {f.n_train:,} examples learned from; dashed, {f.n_test:,} others. A point per network."
        f" {line_and_band(f.n_seeds, 'One network per k.')} At points: how far the weights"
        " moved, of their size." + (" × diverged." if f.lost else "")
    )
    chart = _by_scale(last, [s.k for s in f.scales], _words(f))
    alt_text = f"Train and test accuracy against the factor k of the start. {title}. " + " ".join(
        f"k = {s.k:g}: train {percent(s.train)}, test {percent(s.test)}{_moved(s, ', moved ')}."
        for s in f.scales
    )
    data = last[["scale", "seed", "split", "accuracy", "moved", "diverged"]]
    return Figure("accuracy-by-scale", title, subtitle, chart, alt_text, data)


def headline(f: Facts) -> str:
    """What the largest start costs, in one line."""
    high, best = f.high, f.best
    match f.outcome:
        case Outcome.NOTHING:
            return (
                f"No start has learned the task: of new examples the best gets {percent(best.test)}"
                f" right, always giving the commonest answer {percent(f.chance)}"
            )
        case Outcome.BY_HEART:
            every = f"Every start fits the {f.n_train:,} examples" if f.all_fitted else ""
            fits = every or f"At k = {high.k:g} the {f.n_train:,} examples are fitted"
            return (
                f"{fits}; of others, {percent(high.test)} are right at k = {high.k:g} and"
                f" {percent(best.test)} at k = {best.k:g}"
            )
        case Outcome.UNFINISHED:
            return (
                f"At k = {high.k:g}, {share(high.train)} of the examples are fitted so far, and"
                f" {percent(high.test)} of others are right; at k = {best.k:g},"
                f" {percent(best.test)} are"
            )
        case Outcome.LEVEL if high.k == best.k:
            return (
                f"No start ends above the largest, k = {high.k:g}, on examples it has not seen:"
                f" {percent(high.test)}"
            )
        case Outcome.LEVEL:
            return (
                f"At k = {high.k:g} training ends within 5 points of the best, k = {best.k:g}, on"
                " examples it has not seen"
            )


def size(moved: float) -> str:
    """A distance as a share of the start's size, which may be many times that."""
    return share(moved) if moved < 1 else percent(moved)


def _moved(scale: Scale, before: str) -> str:
    return "" if math.isnan(scale.moved) else f"{before}{size(scale.moved)}"


def _words(f: Facts) -> pd.DataFrame:
    """[scale, test, words]: what stands at the points of the test line."""
    named = f.scales if len(f.scales) <= MOST_WORDS else dict.fromkeys((f.low, f.best, f.high))
    rows = [(s.k, s.test, _moved(s, "moved\n")) for s in named if not math.isnan(s.moved)]
    return pd.DataFrame(rows, columns=["scale", "test", "words"])


def _by_scale(
    data: pd.DataFrame, scales: Sequence[float], words: pd.DataFrame | None = None
) -> alt.LayerChart:
    axis = grammar.quantity("accuracy", data["accuracy"], domain=[0.0, 1.04])
    axis["axis"].values = [0, 0.2, 0.4, 0.6, 0.8, 1]
    at_x, at_y = scale_axis(scales), alt.Y("accuracy:Q", **axis)
    counted = data.drop(columns="diverged")  # as the words do: see `survivors.counted`
    lines = grammar.summarize(counted, ["split", "scale"], "accuracy", "range")
    base = alt.Chart(lines.rename(columns={"mean": "accuracy"})).encode(x=at_x)
    detail = alt.Detail("split:N")
    tips = [
        alt.Tooltip("scale:Q", title="k"),
        alt.Tooltip("seed:N"),
        alt.Tooltip("split:N"),
        alt.Tooltip("accuracy:Q", format=".1%"),
        alt.Tooltip("moved:Q", format=".1%"),
    ]
    known = data[~data["diverged"]]
    points = alt.Chart(known).mark_point(filled=True, size=34, opacity=grammar.DOTS, color=STARTS)
    layers = [
        base.mark_area(opacity=grammar.BAND, color=STARTS).encode(
            y=alt.Y("low:Q", **axis), y2=alt.Y2("high:Q"), detail=detail
        ),
        base.mark_line(strokeWidth=2, color=STARTS).encode(y=at_y, strokeDash=grammar.split_dash()),
        points.encode(x=at_x, y=at_y, tooltip=tips),
    ]
    lost = data[data["diverged"]]
    if len(lost):
        mark = alt.Chart(lost).mark_point(shape=grammar.CROSS, size=80, strokeWidth=2, color=STARTS)
        layers.append(mark.encode(x=at_x, y=at_y, tooltip=tips))
    if words is not None and len(words):
        tests = known[known["split"] == "test"].groupby("scale")["accuracy"].min()
        words = words.assign(test=words["scale"].map(tests))  # below every point
        text = alt.Chart(words).encode(x=at_x, y=alt.Y("test:Q", **axis), text=alt.Text("words:N"))
        place: dict = {"dy": 22, "fontSize": 12, "lineBreak": "\n"}
        halo = text.mark_text(**place, stroke="paper", strokeWidth=4, strokeJoin="round")
        layers += [halo, text.mark_text(**place, color="ink")]
    return alt.layer(*layers, **grammar.view(330))


def scale_axis(scales: Sequence[float]) -> alt.X:
    """k on a log axis with a tick for each, and room for words at both ends."""
    low, high = min(scales), max(scales)
    room = (high / low) ** 0.08
    shown = list(scales) if len(scales) <= MOST_WORDS + 2 else list(scales[::2])
    axis = alt.Axis(
        title="factor k of the start (log axis)", values=shown, format=".3~g", grid=False
    )
    scale = alt.Scale(type="log", base=2, domain=[low / room, high * room], nice=False)
    return alt.X("scale:Q", scale=scale, axis=axis)


def movement(result: Result, f: Facts) -> Figure:
    """Test accuracy of each network against how far its weights moved."""
    data = result.final[~result.final["diverged"]]
    low, high = f.low, f.high
    known = not (math.isnan(low.moved) or math.isnan(high.moved))
    if known and f.moves_less:
        title = (
            f"The larger the start, the less its weights moved: by {size(low.moved)} of their"
            f" size at k = {low.k:g}, by {size(high.moved)} at k = {high.k:g}"
        )
    elif known:
        title = (
            f"The weights moved by {size(low.moved)} of their size at k = {low.k:g}, by"
            f" {size(high.moved)} at k = {high.k:g}"
        )
    else:
        title = "How far the weights moved, of the networks that did not diverge"
    order = [s.k for s in f.scales]
    scale = grammar.layer_scale(order)
    reach = {"type": "quantitative", **_log_share(data["moved"])}
    axis = grammar.quantity("accuracy", data["test_accuracy"], heading="test accuracy")
    named = data.assign(k=[f"{k:.4g}" for k in data["scale"]])
    chart = (
        alt.Chart(named)
        .mark_point(filled=True, size=70, opacity=0.9)
        .encode(
            x=alt.X("moved", **reach),
            y=alt.Y("test_accuracy", **axis),
            color=alt.Color("k:N", scale=scale, legend=_legend(scale, "k")),
            shape=alt.Shape(
                "k:N",
                scale=alt.Scale(
                    domain=scale.domain,
                    range=[grammar.SHAPES[i % len(grammar.SHAPES)] for i in range(len(order))],
                ),
                legend=_legend(scale, "k"),
            ),
            tooltip=[
                alt.Tooltip("k:N"),
                alt.Tooltip("seed:N"),
                alt.Tooltip("moved:Q", format=".1%"),
                alt.Tooltip("test_accuracy:Q", format=".1%"),
            ],
        )
    )
    subtitle = (
        "A point per network: test accuracy after the last step against the distance of all its"
        " weights from their start, as a share of the size (Euclidean norm) of the start."
    )
    return Figure(
        "accuracy-by-movement",
        title,
        subtitle,
        alt.layer(chart, **grammar.view(260)),
        f"{title}. {plural(len(data), 'network')}, a point each.",
        data,
    )


def _legend(scale: alt.Scale, heading: str) -> alt.Legend:
    return alt.Legend(title=heading, orient="top", columns=5, symbolOpacity=1)


def _log_share(values: pd.Series) -> dict:
    """A log axis of shares, ticks at 1, 2 and 5 of each power of ten."""
    known = values[(values > 0) & values.lt(math.inf)]
    low, high = (float(known.min()), float(known.max())) if len(known) else (0.1, 1.0)
    low, high = low / 1.3, high * 1.3
    tens = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    ticks = [d * 10.0**t for t in tens for d in (1, 2, 5) if low <= d * 10.0**t <= high]
    return {
        "scale": alt.Scale(type="log", domain=[low, high], nice=False),
        "axis": alt.Axis(
            title="distance moved, of their size (log axis)",
            values=ticks[:: max(1, len(ticks) // 7)],
            format=".3~%",
        ),
    }


def learning(result: Result, scale: float) -> Figure:
    """Learning curves of one scale, train and test, band over seeds; in the colour that this scale
    has among the points of `movement`.
    """
    name, scales = f"k = {scale:g}", sorted(set(result.curves["scale"]))
    data = result.curves[result.curves["scale"] == scale].assign(series=name)
    last = answers(data, "split", "step")
    title = (
        f"At k = {scale:g} training ends at {percent(last['train'])} on the examples it learned"
        f" from and at {percent(last['test'])} on others{aside(data, 'step')}"
    )
    if math.isnan(last["test"]):
        title = f"At k = {scale:g}{aside(data, 'step').replace(';', ',')}"
    chart = grammar.curves(
        data, "accuracy", "series", x="step", order=[name], y_title="accuracy", height=260
    )
    grammar.painted(chart, {name: grammar.layer_scale(scales).range[scales.index(scale)]})
    subtitle = "By step; solid: training set, dashed: test set; band: range over seeds."
    return Figure("learning-accuracy", title, subtitle, chart, title + ".", data)


def live(curves: pd.DataFrame) -> Figure:
    """While it trains: train and test accuracy against the scale after the steps so far."""
    step = int(curves["step"].max())
    data = curves[curves["step"] == step]
    chart = _by_scale(data, sorted(set(data["scale"])))
    words = f"After step {step}"
    return Figure("live", words, "", chart, f"Accuracy by scale of the start, {words}.", data)

"""Charts of the lottery tickets."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import altair as alt
import pandas as pd

from ...charts import Figure, grammar
from ...charts.words import every, percent, plural, share
from ..survivors import answers, aside
from .config import FRESH, OWN, SHUFFLED
from .findings import Facts, Outcome, after

if TYPE_CHECKING:
    from .experiment import Result

TICKS = (1.0, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005)
HEADING = "share of the weights left (log axis)"
NAMES = {SHUFFLED: "own numbers, shuffled places"}
"""What a chart calls a start, as the page's words do, where frames say it otherwise."""
COLOURS = {
    OWN: "series:xavier",
    FRESH: "series:kaiming",
    NAMES[SHUFFLED]: "series:pytorch",
}


def accuracy(final: pd.DataFrame, f: Facts) -> Figure:
    """Test accuracy against the share of weights left, a line and a band for each start."""
    title = headline(f)
    band = f"; line: mean; band: range over {f.n_seeds} seeds" if f.n_seeds > 1 else ""
    subtitle = (
        f"Test accuracy after {plural(f.epochs, 'epoch')} against the share of weights left, from"
        f" all of them on the left. A point per network{band}"
        + (f"; × {f.lost} diverged." if f.lost else ".")
    )
    alt_text = (
        f"Test accuracy against the share of weights left. {title}. With all weights the mean is"
        f" {percent(f.whole.mean)}."
    )
    return Figure("accuracy-by-kept", title, subtitle, _by_kept(final), alt_text, final)


def headline(f: Facts) -> str:
    """The last round in a line."""
    own, fresh, shuffled = (percent(s.mean) for s in (f.last.own, f.last.fresh, f.last.shuffled))
    at = f"At {share(f.last.kept)} of the weights"
    match f.outcome:
        case Outcome.NOTHING:
            return (
                f"Even with all weights the networks end at {percent(f.whole.mean)}; always giving"
                f" the commonest answer reaches {percent(f.chance)}"
            )
        case Outcome.AHEAD:
            return (
                f"{at} their own first numbers end at {own}, fresh ones at {fresh}, and own numbers"
                f" in shuffled places at {shuffled}"
            )
        case Outcome.BEHIND:
            return f"{at} fresh numbers end higher than their own: {fresh}, not {own}"
        case Outcome.ALIKE:
            return f"{at} own and fresh numbers end within 5 points: {own} and {fresh}"


def live(curves: pd.DataFrame) -> Figure:
    """While it trains: the rounds so far, each after its last epoch so far."""
    test = curves[curves["split"] == "test"]
    data = test.groupby(["round", "kept", "start", "seed"], sort=False).last().reset_index()
    now = test.iloc[-1]
    title = f"Round {now['round']}, after epoch {now['epoch']}"
    words = f"Test accuracy by share of weights left: {title}."
    return Figure("live", title, "", _by_kept(data), words, data)


def _by_kept(data: pd.DataFrame) -> alt.LayerChart:
    data = data.assign(start=data["start"].replace(NAMES))
    chart = grammar.points_with_band(
        data,
        "kept",
        "accuracy",
        series="start",
        order=list(COLOURS),
        y_title="test accuracy",
        height=330,
        alone=True,
        counted=True,
    )
    least = float(data["kept"].min())
    end = max([tick for tick in TICKS if tick <= least], default=TICKS[-1] / 2)
    axis = alt.Axis(title=HEADING, values=[t for t in TICKS if t >= end], format="~%", grid=True)
    scale = alt.Scale(type="log", domain=[min(end, 0.5), 1.05], reverse=True, nice=False)
    for layer in chart.layer:
        layer.encoding.x = alt.X("kept", type="quantitative", axis=axis, scale=scale)
    return grammar.painted(chart, COLOURS)


def inputs(result: Result, number: int) -> Figure:
    """How many of its weights each input keeps after a round: a picture of pixels, or a bar
    each.
    """
    rows = result.inputs[result.inputs["round"] == number]
    keys = ["row", "column", "input"]
    data = rows.groupby(keys, sort=True)["kept"].mean().reset_index()
    image = bool((data["row"] >= 0).all())
    left, seeds = after(result, number), int(rows["seed"].nunique())
    what = "pixel" if image else "input"
    bare, most = int((data["kept"] == 0).sum()), data.loc[data["kept"].idxmax()]
    n, have = len(data), "has" if bare == 1 else "have"
    over = f" in {every(seeds, 'network')}"
    title = (
        f"With {share(left)} of all weights left, {bare} of {n} {what}s {have} lost every"
        f" weight{over}"
        if bare
        else f"With {share(left)} of all weights left, every {what} still has some"
    )
    subtitle = (
        f"The share of its weights that each {what} keeps"
        + (f", mean over {seeds} networks" if seeds > 1 else "")
        + (f"; here {share(float(most['kept']))} at most." if number else ".")
    )
    if image:
        chart = grammar.heatmap(
            data,
            "column",
            "row",
            "kept",
            domain=[0.0, max(float(data["kept"].max()), 1e-9)],
            value_title="share of its weights left",
            form=".0%",
            square=True,
            height=300,
        )
    else:
        chart = _bars(data)
    return Figure("weights-by-input", title, subtitle, chart, f"{title}.", data)


def _bars(data: pd.DataFrame) -> alt.LayerChart:
    top = max(float(data["kept"].max()), 1e-9)
    bars = (
        alt.Chart(data)
        .mark_bar(color="series:xavier")
        .encode(
            x=alt.X("input:O", axis=alt.Axis(title="input", labelAngle=0, labelOverlap=True)),
            y=alt.Y(
                "kept:Q",
                axis=alt.Axis(title="share of its weights left", format="~%"),
                scale=alt.Scale(domain=[0, top], nice=False),
            ),
            tooltip=[alt.Tooltip("input:O"), alt.Tooltip("kept:Q", format=".1%")],
        )
    )
    return cast("alt.LayerChart", alt.layer(bars, **grammar.view(300)))


def learning(result: Result, number: int) -> Figure:
    """Test accuracy by epoch of a round's networks, beside the whole ones."""
    whole = "all the weights"
    test = result.curves[result.curves["split"] == "test"]
    rows = test[test["round"] == number]
    data = rows.assign(series=rows["start"])
    if number:
        data = pd.concat([test[test["round"] == 0].assign(series=whole), data])
    else:
        data = data.assign(series=whole)
    ends = answers(data, "series")
    left = after(result, number)
    title = (
        f"With {share(left)} of the weights, own numbers end at {percent(ends[OWN])}, fresh ones at"
        f" {percent(ends[FRESH])}; with all of them, {percent(ends[whole])}{aside(data)}"
        if number
        else f"With all the weights the networks end at {percent(ends[whole])}{aside(data)}"
    )
    names = [*COLOURS, whole] if number else [whole]
    chart = grammar.curves(
        data.drop(columns="split").assign(series=data["series"].replace(NAMES)),
        "accuracy",
        "series",
        order=names,
        y_title="test accuracy",
        direct=False,
        height=300,
    )
    chart = grammar.painted(chart, {whole: "ink", **(COLOURS if number else {})})
    n = int(result.final["seed"].nunique())
    subtitle = "Test accuracy by epoch" + (f"; band: range over {n} seeds." if n > 1 else ".")
    return Figure("learning-accuracy", title, subtitle, chart, f"{title}.", data)

"""Charts of a contest between two ways to start: the runs, the learning curves."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

import altair as alt
import pandas as pd

from ....charts import Figure, grammar
from ....charts.words import alike, between, listed, p_value, plural, scheme_name
from .findings import FORMS, Comparison, Facts, Gap, gaps

if TYPE_CHECKING:
    from .experiment import Result

METRICS = {
    "train_loss": "Training loss (lower is better)",
    "train_accuracy": "Training accuracy",
    "test_accuracy": "Test accuracy",
}
HEIGHT = 270
CORRECTED = " p is corrected for three comparisons (Holm)."
WIDTH = 0.5  # of a column of points, in units of the distance between two
CUT = 4.0  # a loss is drawn up to so many times its value before training
GOLDEN = 0.6180339887  # multiples of it fill a column evenly, and the same way each time


# ---------------------------------------------------------------- the runs


def runs_name(metric: str) -> str:
    """What the figure of one metric is called."""
    return f"runs-{metric.replace('_', '-')}"


def runs(final: pd.DataFrame, f: Facts, metric: str = "train_loss") -> Figure:
    """Every run as a point for one metric, the mean of each scheme and its 95% interval."""
    data = _with_places(final, metric)
    names = list(dict.fromkeys(data["name"]))
    means = grammar.summarize(data, "name", metric, "ci95").assign(
        at=lambda t: t["name"].map(names.index)
    )
    title = _runs_title(metric, names, f.of(metric))
    form = FORMS[metric]
    alt_text = f"{title}. {_runs_alt(means, form)}"
    subtitle = (
        f"{METRICS[metric]} after the last epoch. A point per run; diamond and bar: mean and its"
        " 95% interval." + ("" if math.isnan(f.of(metric).p) else CORRECTED)
    )
    chart = alt.layer(*_run_layers(data, means, metric, names, form.replace("g", "~g"))).properties(
        **grammar.view(HEIGHT)
    )
    columns = ["init", "run", "seed", metric]
    return Figure(runs_name(metric), title, subtitle, chart, alt_text, data[columns])


def _runs_alt(means: pd.DataFrame, form: str) -> str:
    """Mean and interval of each scheme that has a run left."""
    parts = []
    for row in means.itertuples():
        if not row.n:
            parts.append(f"{row.name}: all runs diverged")
            continue
        interval = between(row.low, row.high, form)
        parts.append(
            f"{row.name}: mean {row.mean:{form}} of {plural(row.n, 'run')} (95% interval"
            f" {interval})"
        )
    return "; ".join(parts) + "."


def _runs_title(metric: str, names: list[str], c: Comparison) -> str:
    """The finding of one metric."""
    what = METRICS[metric].split(" (")[0]
    if math.isnan(c.p):
        return f"{what}: no test, since runs diverged"
    if c.printed[0] == c.printed[1]:
        return f"{what}: {c.printed[0]} on average for both, as far as it is printed"
    if not c.sure:
        return f"{what}: no sure difference ({p_value(c.p)}, corrected)"
    size = f"{abs(c.difference):.2g}"
    if metric != "train_loss":
        size = f"{100 * abs(c.difference):.2g}"
        size += " point" if size == "1" else " points"
    lower = names[1] if c.difference > 0 else names[0]
    return f"{what}: {lower} is lower by {size} ({p_value(c.p)}, corrected)"


def _with_places(final: pd.DataFrame, metric: str) -> pd.DataFrame:
    """[init, seed, metric, run, name, place]; place: across the chart, scattered around 0 and 1."""
    data = final[["init", "seed", metric]].copy()
    data["run"] = data.groupby("init").cumcount() + 1
    data["name"] = data["init"].map(scheme_name)
    names = list(dict.fromkeys(data["name"]))
    data["place"] = data["name"].map(names.index) + WIDTH * ((data["run"] * GOLDEN) % 1 - 0.5)
    return data


def _run_layers(
    data: pd.DataFrame, means: pd.DataFrame, metric: str, names: list[str], form: str
) -> list[alt.Chart]:
    known = pd.concat([data[metric], means["low"], means["high"]]).dropna()
    words = json.dumps(
        {str(i): name.split(" ", 1) for i, name in enumerate(names)}
    )  # on two lines: columns are narrow
    axis = alt.Axis(
        title=None,
        values=[0, 1],
        labelExpr=f"{words}[datum.value]",
        ticks=False,
        domain=False,
        grid=False,
        labelLimit=140,
        labelOverlap=False,
    )
    scale = alt.Scale(domain=[-0.5, 1.5], nice=False)
    at_y = grammar.quantity(metric, known, heading="", domain=_room(known))
    at_y["axis"].format = "~g" if metric == "train_loss" else ".1~%"
    paint = alt.Color("name:N", scale=grammar.colour_scale(names), legend=None)
    who = alt.Tooltip("name:N", title="scheme")
    tips = [
        who,
        alt.Tooltip("run:Q"),
        alt.Tooltip("seed:Q"),
        alt.Tooltip(f"{metric}:Q", title=grammar.title(metric), format=form),
    ]
    points = alt.Chart(grammar.finite(data, metric)).mark_point(
        filled=True, size=34, opacity=grammar.DOTS
    )
    points = points.encode(
        x=alt.X("place:Q", scale=scale, axis=axis),
        y=alt.Y(f"{metric}:Q", **at_y),
        color=paint,
        tooltip=tips,
    )
    tips = [
        who,
        alt.Tooltip("mean:Q", format=form),
        alt.Tooltip("low:Q", title="95% interval from", format=form),
        alt.Tooltip("high:Q", title="to", format=form),
    ]
    at_x = alt.X("at:Q", scale=scale, axis=axis)
    base = alt.Chart(means).encode(x=at_x, color=alt.ColorValue("ink"))
    bar = base.mark_rule(strokeWidth=2.5).encode(y=alt.Y("low:Q", **at_y), y2=alt.Y2("high:Q"))
    diamond = base.mark_point(shape="diamond", size=150, filled=True, opacity=1).encode(
        y=alt.Y("mean:Q", **at_y), color=paint, stroke=alt.StrokeValue("ink"), tooltip=tips
    )
    return [points, bar, diamond, *_lost(data, metric, at_x, at_y)]


def _room(known: pd.Series) -> list[float]:
    if known.empty:
        return [0.0, 1.0]
    low, high = float(known.min()), float(known.max())
    spread = high - low
    room = 0.05 * (spread if spread > 1e-9 * abs(high) else abs(high) or 1.0)
    return [low - room, high + room]


def _lost(data: pd.DataFrame, metric: str, at_x: alt.X, at_y: dict) -> list[alt.Chart]:
    """A cross and a count at the top for a scheme some of whose networks diverged."""
    lost = data[data[metric].isna()]
    if lost.empty:
        return []
    total = data.groupby("name").size()
    table = lost.groupby("name", as_index=False).agg(n=("run", "size"), place=("place", "mean"))
    table["words"] = [
        f"× {n} of {total[name]} diverged"
        for name, n in zip(table["name"], table["n"], strict=True)
    ]
    table = table.assign(at=table["place"].round(), top=at_y["scale"].domain[1])
    mark = alt.Chart(table).mark_text(
        baseline="top", dy=2, fontSize=12, fontWeight=600, color="muted"
    )
    return [mark.encode(x=at_x, y=alt.Y("top:Q", **at_y), text=alt.Text("words:N"))]


# ---------------------------------------------------------------- learning curves


def learning(result: Result, measure: str = "loss", pair: int = 0) -> Figure:
    """Loss or accuracy by epoch: mean of all runs and its 95% interval, or (`pair` > 0) that run
    of each scheme.
    """
    data = result.curves.assign(scheme=result.curves["init"].map(scheme_name))
    if pair:
        data = data[data.groupby(["init", "epoch", "split"]).cumcount() + 1 == pair]
    ok = grammar.finite(data, measure)
    window = _window(ok, measure)
    highest = float(ok.groupby(["init", "split", "epoch"])[measure].mean().max())
    band = None if pair else "ci95"
    chart = grammar.curves(data, measure, "scheme", band=band, domain=window, height=270)
    ends, epochs = gaps(data, measure), int(data["epoch"].max())
    subtitle = " ".join(_learning_notes(ends, measure, pair, window, highest))
    schemes = list(dict.fromkeys(data["init"]))
    title = _learning_title(ends, schemes, measure, epochs)
    form = LEARNING_FORMS[measure]
    final = "; ".join(
        f"{scheme_name(e.scheme)} {e.train:{form}} on the training set, {e.test:{form}} on the"
        " test set"
        for e in ends
    )
    after = f"After {plural(epochs, 'epoch')}: {final or 'all diverged'}."
    alt_text = f"{measure.capitalize()} by epoch. {after}"
    rows = data.drop(columns="scheme")
    return Figure(f"learning-{measure}", title, subtitle, chart, alt_text, rows)


LEARNING_FORMS = {"loss": ".3g", "accuracy": ".1%"}


def _learning_notes(
    ends: tuple[Gap, ...], measure: str, pair: int, window: list[float] | None, highest: float
) -> Iterator[str]:
    """Whose curves these are, and what is not in the picture."""
    lost = any(e.lost for e in ends)
    if pair:
        yield f"Run {pair} of each scheme."
    elif lost:
        yield "Mean of the runs that have not diverged; band: 95% interval of the mean."
    else:
        yield "Mean of all runs; band: 95% interval of the mean."
    yield "Solid: training set, dashed: test set."
    if window and highest > window[1]:
        yield f"The axis is cut: the mean {measure} rose to {highest:.2g}."


def _learning_title(ends: tuple[Gap, ...], schemes: list[str], measure: str, epochs: int) -> str:
    after = f"After {plural(epochs, 'epoch')}"
    form = LEARNING_FORMS[measure]
    sizes = {
        e.scheme: f"{e.gap:.2g}" if measure == "loss" else f"{100 * e.gap:.1f} points" for e in ends
    }
    # a gap is one where both ends can be told apart in print
    apart = [e for e in ends if e.gap > 0 and not alike((e.train, e.test), form)]
    if not ends:
        return "All networks diverged"
    left = "" if len(ends) == len(schemes) else ", as far as they have not diverged"
    if not apart:
        return f"{after} the networks do no better on the training set than on the test set{left}"
    widest = max(apart, key=lambda e: e.gap)
    name = scheme_name(widest.scheme)
    if len(ends) == 1:
        gone = listed(scheme_name(s) for s in schemes if s != widest.scheme)
        return (
            f"{after} {name} does better in training {measure} than in test {measure} by"
            f" {sizes[widest.scheme]}; {gone} diverged"
        )
    if len(set(sizes.values())) == 1:
        return (
            f"{after} the gap between training and test {measure} is {sizes[widest.scheme]} for"
            " both"
        )
    return (
        f"{after} the gap between training and test {measure} is widest for {name}:"
        f" {sizes[widest.scheme]}"
    )


def _window(ok: pd.DataFrame, measure: str) -> list[float] | None:
    """The part of the axis where something happens: an accuracy near 1 would be a flat line on 0 to
    1.
    """
    if ok.empty:
        return None
    means = ok.groupby(["init", "split", "epoch"])[measure].mean()
    epochs = means.index.get_level_values("epoch")
    if measure == "accuracy":
        later = means[epochs >= ok["epoch"].max() * 0.05]
        return [max(0.0, math.floor((float(later.min()) - 0.02) * 20) / 20), 1.0]
    start = float(means[epochs == epochs.min()].max())
    return [0.0, 1.05 * max(start, min(float(means.max()), CUT * start))]


def live(curves: pd.DataFrame) -> Figure:
    """While it trains: the loss so far."""
    data = curves.assign(scheme=curves["init"].map(scheme_name))
    ok = grammar.finite(data, "loss")
    chart = grammar.curves(
        data, "loss", "scheme", band=None, domain=_window(ok, "loss"), height=300
    )
    return Figure(
        "live", f"Epoch {int(curves['epoch'].max())}", "", chart, "Loss by epoch so far.", curves
    )

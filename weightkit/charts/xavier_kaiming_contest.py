"""Charts of a contest between two ways to start (part 5): the runs, the learning curves, the differences."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass

import altair as alt
import pandas as pd

from . import grammar
from .figure import Figure
from .remembered import remembered
from .words import listed, p_value, scheme_name

ALPHA = 0.05
METRICS = {
    "train_loss": "Training loss (lower is better)",
    "train_accuracy": "Training accuracy",
    "test_accuracy": "Test accuracy",
}
HEIGHT = 270
WIDTH = 0.5  # of a column of points, in units of the distance between two
CUT = 4.0  # a loss is drawn up to so many times its value before training
GOLDEN = 0.6180339887  # multiples of it fill a column evenly, and the same way each time


@dataclass(frozen=True)
class Outcome:
    """Who is ahead. loss, test: the scheme that is better with p < 0.05 (None: no difference shows).

    lost: {scheme: networks that diverged}; where there are any, nothing was tested.
    """

    first: str
    second: str
    loss: str | None
    test: str | None
    lost: dict[str, int]
    n: int

    @property
    def sentence(self) -> str:
        """The finding in words."""
        if any(self.lost.values()):
            words = listed(f"{n} of {self.n} {scheme_name(s)} runs" for s, n in self.lost.items() if n)
            return f"{words} diverged, so there is nothing to test"
        loss, test = (scheme_name(s) if s else None for s in (self.loss, self.test))
        if loss and test:
            if loss == test:
                return f"{loss} does better on the training set and on the test set"
            return f"{loss} fits the training set better; on the test set {test} is ahead"
        if loss:
            return f"{loss} fits the training set better; on the test set nobody wins"
        if test:
            return f"Both fit the training set alike; on the test set {test} is ahead"
        return "Nobody wins: neither set shows a difference"


def outcome(final: pd.DataFrame, tests: pd.DataFrame) -> Outcome:
    """What `final` and `tests` of a contest say; the first scheme of `final` is the test's first sample."""
    first, second = dict.fromkeys(final["init"])
    table = tests.set_index("metric")

    def better(metric: str, sign: int) -> str | None:
        p, difference = table.loc[metric, "p"], table.loc[metric, "difference"]
        if not p < ALPHA:
            return None
        return first if sign * difference > 0 else second

    lost = final["train_loss"].isna().groupby(final["init"]).sum()
    return Outcome(
        first, second, better("train_loss", -1), better("test_accuracy", 1),
        {s: int(lost[s]) for s in (first, second)}, int((final["init"] == first).sum()),
    )  # fmt: skip



# ---------------------------------------------------------------- the runs


@remembered
def runs(final: pd.DataFrame, tests: pd.DataFrame, metric: str = "train_loss") -> Figure:
    """Every run as a point for one metric, the mean of each scheme and its 95 % interval."""
    data = _with_places(final, metric)
    row = tests.set_index("metric").loc[metric]
    names = list(dict.fromkeys(data["name"]))
    means = grammar.summarise(data, "name", metric, "ci95").assign(at=lambda t: t["name"].map(names.index))
    title = _runs_title(metric, names, row)
    form = ".4f" if metric == "train_loss" else ".1%"
    alt_text = f"{title}. " + "; ".join(
        f"{name}: mean {mean:{form}} of {n} runs (95 % interval {low:{form}} to {high:{form}})"
        for name, mean, low, high, n in means[["name", "mean", "low", "high", "n"]].itertuples(index=False)
    ) + "."  # fmt: skip
    subtitle = f"{METRICS[metric]} after the last epoch. A point per run; diamond and bar: mean and its 95 % interval."
    chart = alt.layer(*_run_layers(data, means, metric, names, form)).properties(**grammar.view(HEIGHT))
    columns = ["init", "run", "seed", metric]
    return Figure(f"runs-{metric.replace('_', '-')}", title, subtitle, chart, alt_text, data[columns])


def _runs_title(metric: str, names: list[str], row: pd.Series) -> str:
    """The finding of one metric."""
    what = METRICS[metric].split(" (")[0]
    if math.isnan(row["p"]):
        return f"{what}: no test, since runs diverged"
    if not row["p"] < ALPHA:
        return f"{what}: no sure difference ({p_value(row['p'])})"
    size = f"{abs(row['difference']):.2g}" if metric == "train_loss" else f"{100 * abs(row['difference']):.2g} points"
    lower = names[1] if row["difference"] > 0 else names[0]
    return f"{what}: {lower} is lower by {size} ({p_value(row['p'])})"


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
    words = json.dumps({str(i): name.split(" ", 1) for i, name in enumerate(names)})  # on two lines: columns are narrow
    axis = alt.Axis(
        title=None, values=[0, 1], labelExpr=f"{words}[datum.value]", ticks=False, domain=False, grid=False,
        labelLimit=140, labelOverlap=False,
    )  # fmt: skip
    scale = alt.Scale(domain=[-0.5, 1.5], nice=False)
    at_y = grammar.quantity(metric, known, heading="", domain=_room(known))
    at_y["axis"].format = "~g" if metric == "train_loss" else ".1~%"
    paint = alt.Color("name:N", scale=grammar.colour_scale(names), legend=None)
    who = alt.Tooltip("name:N", title="scheme")
    tips = [who, alt.Tooltip("run:Q"), alt.Tooltip("seed:Q"), alt.Tooltip(f"{metric}:Q", title=grammar.title(metric), format=form)]
    points = alt.Chart(grammar.finite(data, metric)).mark_point(filled=True, size=34, opacity=0.45)
    points = points.encode(
        x=alt.X("place:Q", scale=scale, axis=axis), y=alt.Y(f"{metric}:Q", **at_y), color=paint, tooltip=tips
    )
    tips = [
        who, alt.Tooltip("mean:Q", format=form), alt.Tooltip("low:Q", title="95 % interval from", format=form),
        alt.Tooltip("high:Q", title="to", format=form),
    ]  # fmt: skip
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
    table["words"] = [f"× {n} of {total[name]} diverged" for name, n in zip(table["name"], table["n"], strict=True)]
    table = table.assign(at=table["place"].round(), top=at_y["scale"].domain[1])
    mark = alt.Chart(table).mark_text(baseline="top", dy=2, fontSize=12, fontWeight=600, color="muted")
    return [mark.encode(x=at_x, y=alt.Y("top:Q", **at_y), text=alt.Text("words:N"))]


# ---------------------------------------------------------------- learning curves


@remembered
def learning(curves: pd.DataFrame, measure: str = "loss", pair: int = 0) -> Figure:
    """Loss or accuracy by epoch: mean of all runs and its 95 % interval, or (`pair` > 0) that run of each scheme."""
    data = curves.assign(scheme=curves["init"].map(scheme_name))
    place = data.groupby(["init", "epoch", "split"]).cumcount() + 1
    if pair:
        data = data[place == pair]
    ok = grammar.finite(data, measure)
    last = ok[ok["epoch"] == data["epoch"].max()].groupby(["scheme", "split"], sort=False)[measure].mean()
    form = "{:.1%}" if measure == "accuracy" else "{:.3g}"
    ends = "; ".join(
        f"{s} {form.format(last[s, 'train'])} on the training set, {form.format(last[s, 'test'])} on the test set"
        for s in dict.fromkeys(data["scheme"]) if (s, "train") in last.index
    )  # fmt: skip
    epochs = int(data["epoch"].max())
    window = _window(ok, measure)
    highest = ok.groupby(["init", "split", "epoch"])[measure].mean().max()
    chart = grammar.curves(data, measure, "scheme", band=None if pair else "ci95", domain=window, height=270)
    whose = f"Run {pair} of each scheme" if pair else "Mean of all runs; band: 95 % interval of the mean"
    subtitle = f"{whose}. Solid: training set, dashed: test set."
    if window and highest > window[1]:
        subtitle += f" The axis is cut: the mean {measure} rose to {highest:.2g}."
    title = _learning_title(last, measure, epochs)
    alt_text = f"{measure.capitalize()} by epoch. After epoch {epochs}: {ends or 'all diverged'}."
    return Figure(f"learning-{measure}", title, subtitle, chart, alt_text, data.drop(columns="scheme"))


def _learning_title(last: pd.Series, measure: str, epochs: int) -> str:
    if last.empty:
        return "All networks diverged"
    table = last.unstack(sort=False)
    gap = (table["test"] - table["train"]) * (1 if measure == "loss" else -1)
    widest = gap.idxmax()
    if gap[widest] <= 0:
        return f"After {epochs} epochs nobody does better on the training set than on the test set"
    size = f"{gap[widest]:.2g}" if measure == "loss" else f"{100 * gap[widest]:.1f} points"
    return f"After {epochs} epochs the gap between training and test {measure} is widest for {widest}: {size}"


def _window(ok: pd.DataFrame, measure: str) -> list[float] | None:
    """The part of the axis where something happens: an accuracy near 1 would be a flat line on 0 to 1."""
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
    chart = grammar.curves(data, "loss", "scheme", band=None, domain=_window(ok, "loss"), height=300)
    return Figure("live", f"Epoch {int(curves['epoch'].max())}", "", chart, "Loss by epoch so far.", curves)


# ---------------------------------------------------------------- one thing at a time


@remembered
def apart(tests: pd.DataFrame) -> Figure:
    """Differences of the training loss with their 95 % intervals, for the pairs of three schemes."""
    data = tests[tests["metric"] == "train_loss"].drop(columns="metric")
    pairs = list(zip(data["first"], data["second"], strict=True))
    data["pair"] = [f"{scheme_name(a)} − {scheme_name(b)}" for a, b in pairs]
    data["what"] = [_difference(a, b) for a, b in pairs]
    data["row"] = data["what"] + ": " + data["pair"]
    shown = grammar.finite(data, "difference")
    edges = pd.concat([shown["ci_low"], shown["ci_high"], pd.Series([0.0])])
    room = 0.06 * float(edges.max() - edges.min()) or 0.01
    domain = [float(edges.min()) - room, float(edges.max()) + room]
    at_x = grammar.quantity("difference", edges, heading="difference of the mean training loss", domain=domain)
    rows = alt.Axis(title=None, labelExpr="split(datum.label, ': ')", labelLimit=260, ticks=False, domain=False)
    base = alt.Chart(shown).encode(y=alt.Y("row:N", sort=list(data["row"]), axis=rows))
    tips = [
        alt.Tooltip("pair:N"), alt.Tooltip("difference:Q", format=".4f"), alt.Tooltip("ci_low:Q", format=".4f"),
        alt.Tooltip("ci_high:Q", format=".4f"), alt.Tooltip("p:Q", format=".2~g"),
    ]  # fmt: skip
    ink = "ink"
    bar = base.mark_rule(strokeWidth=3, color=ink).encode(x=alt.X("ci_low:Q", **at_x), x2=alt.X2("ci_high:Q"))
    dot = base.mark_point(shape="diamond", filled=True, size=130, opacity=1, color=ink)
    dot = dot.encode(x=alt.X("difference:Q", **at_x), tooltip=tips)
    zero = alt.Chart(pd.DataFrame({"zero": [0.0]})).mark_rule(color="muted", strokeDash=[3, 3])
    chart = alt.layer(zero.encode(x=alt.X("zero:Q")), bar, dot).properties(**grammar.view(170))
    title = _apart_title(data)
    alt_text = f"{title}. " + "; ".join(
        f"{r.what}, {r.pair}: {r.difference:.4f} ({r.ci_low:.4f} to {r.ci_high:.4f}), {p_value(r.p)}"
        for r in data.itertuples()
    ) + "."  # fmt: skip
    subtitle = (
        "Diamond and bar: difference of the mean training loss, first minus second, and its 95 % interval; "
        "dashed: no difference."
    )
    return Figure("formula-or-shape", title, subtitle, chart, alt_text, data.drop(columns="row"))


def _difference(first: str, second: str) -> str:
    """What two schemes differ in: their name is formula_shape."""
    formula, shape = (a != b for a, b in zip(first.split("_"), second.split("_"), strict=True))
    return "formula and shape" if formula and shape else "the formula alone" if formula else "the shape alone"


def _apart_title(data: pd.DataFrame) -> str:
    if data["p"].isna().any():
        return "Some networks diverged, so there is nothing to test"
    p = data.set_index("what")["p"]
    formula, shape = p["the formula alone"] < ALPHA, p["the shape alone"] < ALPHA
    if formula and not shape:
        return "The formula makes the difference; the shape alone shows none"
    if shape and not formula:
        return "Here the shape makes the difference; the formula alone shows none"
    if formula:
        return "Formula and shape each make a difference of their own"
    return "Neither the formula nor the shape alone makes a sure difference"

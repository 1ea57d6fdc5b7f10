"""Charts of the view on biases."""

from __future__ import annotations

import altair as alt
import pandas as pd

from ....charts import Figure, grammar
from ....charts.words import between, percent, plural, span, with_minus
from .config import CONSTANT, NO_WEIGHTS, RANDOM
from .findings import End, Facts

ZERO = "biases zero"
NAMES = {CONSTANT: ZERO, RANDOM: "biases random", NO_WEIGHTS: NO_WEIGHTS}
"""What the strip of the three starts calls them: of the constants, only zero is in it."""
HEADING = "where all hidden biases start"
HEIGHT = 300


def accuracy(final: pd.DataFrame, f: Facts) -> Figure:
    """Test accuracy against the constant bias."""
    data = final[final["start"] == CONSTANT]
    title = headline(f)
    lost = int(data["diverged"].sum())
    band = f"; line: mean; band: range over {plural(f.n_seeds, 'seed')}" if f.n_seeds > 1 else ""
    subtitle = (
        f"Test accuracy after {plural(f.epochs, 'epoch')} against the constant at which all hidden"
        f" biases start, under Kaiming's random weights. A point per network{band}; dotted: always"
        f" giving the commonest answer{f'. × {lost} diverged' if lost else ''}."
    )
    alt_text = (
        f"Test accuracy against hidden bias. {title}. At {with_minus(f.lowest.bias)}:"
        f" {ended(f.lowest)}, at 0: {ended(f.zero)}, at {with_minus(f.highest.bias)}:"
        f" {ended(f.highest)}."
    )
    chart = _accuracy(data) + _floor(f.floor)
    return Figure("accuracy-by-bias", title, subtitle, chart, alt_text, data)


def headline(f: Facts) -> str:
    """Where biases do no harm, and what both ends cost."""
    ends = [x for x in (f.lowest, f.highest) if not f.near(x)]
    outside = "; ".join(f"{ended(x)} at {with_minus(x.bias)}" for x in ends)
    if not f.best.ended:
        return "All networks diverged, whatever the bias"
    if not f.learned:
        return (
            f"No bias makes these networks learn: the best ends at {percent(f.best.mean)}, always"
            f" giving the commonest answer reaches {percent(f.floor)}"
        )
    if len(f.good) == len(f.levels):
        return f"All biases do about equally well ({_range(f)})"
    return f"{_where(f)} ({_range(f)})" + (f"; {outside}" if outside else "")


def _where(f: Facts) -> str:
    """The constants near the best, as the start of a title."""
    good = f.good
    if len(good) == 1:
        return f"A bias of {with_minus(good[0].bias)} does best"
    reach = f"{with_minus(good[0].bias)} to {with_minus(good[-1].bias)}"
    return (
        f"Biases from {reach} do best"
        if f.neighbours(f.good)
        else f"{len(good)} biases from {reach} do best"
    )


def _range(f: Facts) -> str:
    means = [level.mean for level in f.good]
    return between(min(means), max(means))


def ended(end: End) -> str:
    """Its mean accuracy."""
    return percent(end.mean) if end.ended else "diverged"


def live(curves: pd.DataFrame) -> Figure:
    """While it trains: test accuracy against the constant bias after the epochs so far."""
    epoch = int(curves["epoch"].max())
    data = curves[(curves["epoch"] == epoch) & (curves["split"] == "test")]
    data = data[data["start"] == CONSTANT]
    alt_text = f"Test accuracy by bias after epoch {epoch}."
    return Figure("live", f"After epoch {epoch}", "", _accuracy(data), alt_text, data)


def _accuracy(data: pd.DataFrame) -> alt.LayerChart:
    return grammar.points_with_band(
        data,
        "bias",
        "accuracy",
        log_x=False,
        x_title=HEADING,
        y_title="test accuracy",
        height=HEIGHT,
    )


def _floor(share: float) -> alt.Chart:
    line = pd.DataFrame({"accuracy": [share]})
    y = grammar.quantity("accuracy", line["accuracy"], heading="test accuracy")
    rule = alt.Chart(line).mark_rule(strokeDash=grammar.DOTTED, color="muted", strokeWidth=1.2)
    return rule.encode(y=alt.Y("accuracy", **y))


def dead(frame: pd.DataFrame, final: pd.DataFrame, f: Facts) -> Figure:
    """Share of the hidden units that are dead, before and after training, against the bias."""
    data = frame[frame["start"] == CONSTANT].merge(
        final[["start", "bias", "seed", "diverged"]], on=["start", "bias", "seed"]
    )
    # before training no network has diverged
    data["diverged"] &= data["stage"] == "after"
    networks = data.groupby(["bias", "seed", "stage", "diverged"], as_index=False, sort=False)
    drawn = networks[["dead", "units"]].sum()
    drawn["share"] = drawn["dead"] / drawn["units"]
    drawn["when"] = [f"{stage} training" for stage in drawn["stage"]]
    low, high = (_dead(x) for x in (f.lowest, f.highest))
    title = f"Dead hidden units: {low}; {high}"
    subtitle = (
        "Share of all hidden units that give zero for every training example"
        + (f"; line: mean, band: range over {plural(f.n_seeds, 'seed')}" if f.n_seeds > 1 else "")
        + f". {_cut(f)}"
    )
    chart = grammar.points_with_band(
        drawn,
        "bias",
        "share",
        series="when",
        log_x=False,
        domain=[0.0, 1.0],
        x_title=HEADING,
        y_title="dead hidden units",
        height=230,
    )
    chart.layer[0].encoding.y["axis"].format = ".0%"
    alt_text = f"{title}; {_dead(f.zero)}."
    return Figure("dead-by-bias", title, subtitle, chart, alt_text, data)


def _dead(x: End) -> str:
    """ "9% at 2 before training, 20% after it"."""
    start = f"{percent(x.dead_before)} at {with_minus(x.bias)}"
    if not x.ended:
        return f"{start} before training, after which all diverged"
    if percent(x.dead) == percent(x.dead_before):
        return f"{start} before and after training"
    return f"{start} before training, {percent(x.dead)} after it"


def _cut(f: Facts) -> str:
    """Where nothing passes at all."""
    if not f.cut:
        return "At no bias has every network a hidden layer that is all dead from the start."
    first, last = f.cut[0], f.cut[-1]
    if first is last:
        places = f"At {with_minus(first.bias)}"
    elif f.neighbours(f.cut):
        places = f"From {with_minus(first.bias)} to {with_minus(last.bias)}"
    else:
        places = f"At {len(f.cut)} of the biases"
    return f"{places} every network has a hidden layer that is all dead from the start."


def starts(final: pd.DataFrame, f: Facts) -> Figure:
    """Zero against random biases under the same weights, and random biases without weights."""
    data = final[(final["start"] != CONSTANT) | (final["bias"] == 0)]
    data = data.assign(name=data["start"].map(NAMES))
    title = (
        f"Under the same random weights, biases zero: {ended(f.zero)}, random: {ended(f.random)};"
        f" with all weights zero and biases random: {ended(f.blank)}"
    )
    subtitle = (
        f"Test accuracy after {plural(f.epochs, 'epoch')}, a point per network"
        + ("; bar: mean" if f.n_seeds > 1 else "")
        + ". Random biases are drawn as PyTorch does, evenly between ±1/√fan_in."
    )
    spreads = "; ".join(
        f"{name}: {span(rows['accuracy'], percent)}"
        for name, rows in data[~data["diverged"]].groupby("name", sort=False)
    )
    alt_text = f"{title}. Ranges: {spreads or 'none, all diverged'}."
    return Figure("three-starts", title, subtitle, _strip(data), alt_text, data)


def _strip(data: pd.DataFrame) -> alt.LayerChart:
    """A row per start: its networks as points, their mean as a bar."""
    order = list(NAMES.values())
    kept = grammar.finite(data, "accuracy")
    x = grammar.quantity("accuracy", data["accuracy"], heading="test accuracy")
    x["axis"].values = [0, 0.25, 0.5, 0.75, 1]
    y = alt.Y(
        "name:N",
        sort=order,
        axis=alt.Axis(title=None, labelLimit=200),
        scale=alt.Scale(domain=order),
    )
    tips = [
        alt.Tooltip("name:N", title="start"),
        alt.Tooltip("seed:N"),
        alt.Tooltip("accuracy:Q", format=".1%"),
    ]
    points = (
        alt.Chart(kept)
        .mark_point(filled=True, size=60, opacity=grammar.DOTS, color="series:xavier")
        .encode(x=alt.X("accuracy", **x), y=y, tooltip=tips)
    )
    layers: list = []
    means = grammar.summarize(data, "name", "accuracy", None)
    if len(means) and means["n"].max() > 1:
        bars = alt.Chart(means).mark_tick(thickness=2.5, size=26, color="ink")
        layers.append(bars.encode(x=alt.X("mean", **x), y=y))
    layers.append(points)
    lost = data[data["diverged"].astype(bool)].groupby("name", as_index=False).size()
    if len(lost):
        lost["words"] = [f"× {n} diverged" for n in lost["size"]]
        words = alt.Chart(lost).mark_text(align="left", dx=6, color="muted", fontSize=12)
        layers.append(words.encode(x=alt.XValue(0), y=y, text=alt.Text("words:N")))
    return alt.layer(*layers, **grammar.view(230))

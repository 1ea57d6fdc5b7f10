"""Charts of the learning rates by width."""

from __future__ import annotations

import math
from collections.abc import Sequence

import altair as alt
import pandas as pd

from ....charts import Figure, grammar
from ....charts.words import number, plural
from .config import MUP, PARAMETRISATIONS, STANDARD
from .findings import Facts, Outcome, Parametrisation, good

COLOURS = {STANDARD: "series:kaiming", MUP: "ink"}
"""No colour of the scale from the least width to the largest, which the charts beside have."""
Y = "training loss (log axis)"


def valley(final: pd.DataFrame, f: Facts, parametrisation: str) -> Figure:
    """Training loss against learning rate, a line for each width, in one parametrization."""
    one = {STANDARD: f.standard, MUP: f.mup}[parametrisation]
    title = f"{_name(parametrisation)}: {shift(one, f)}"
    subtitle = (
        "Mean training loss at the end against the learning rate, by width"
        + (f"; band: range over {f.n_seeds} seeds" if f.n_seeds > 1 else "")
        + ("; × diverged." if f.lost else ".")
    )
    data = final[final["parametrisation"] == parametrisation]
    chart = _valley(data, _span(final))
    words = ", ".join(f"{width} {_rate(rate)}" for width, rate in one.best.items())
    name = {STANDARD: "valley-standard", MUP: "valley-mup"}[parametrisation]
    return Figure(name, title, subtitle, chart, f"{title}. Best rate by width: {words}.", data)


def _name(parametrisation: str) -> str:
    return {STANDARD: "Standard parametrization", MUP: "muP"}[parametrisation]


def _rate(rate: float) -> str:
    """A rate of the scan."""
    return "none" if math.isnan(rate) else number(rate)


def shift(one: Parametrisation, f: Facts) -> str:
    """The best rate at the base and at the largest width."""
    small, large = one.tuned, one.best[f.largest]
    if math.isnan(small) or math.isnan(large):
        return "not every width has a rate that leaves a finite loss"
    if small == large:
        return f"the best rate is {_rate(small)} at width {f.base} and at {f.largest}"
    return (
        f"the best rate goes from {_rate(small)} at width {f.base} to {_rate(large)} at {f.largest}"
    )


def headline(f: Facts) -> str:
    """The standard parametrization's shift, and what the tuned rate costs in both."""
    if f.outcome is Outcome.NOTHING:
        return "Not every width has a rate that leaves a finite loss"
    words = {
        Outcome.SMALLER: "needs a smaller rate than",
        Outcome.SAME: "has the same best rate as",
        Outcome.LARGER: "has a larger best rate than",
    }[f.outcome]
    small, large = _rate(f.standard.tuned), _rate(f.standard.best[f.largest])
    rates = small if f.outcome is Outcome.SAME else f"{large}, not {small}"
    return f"In the standard parametrization width {f.largest} {words} width {f.base}: {rates}"


def rates(final: pd.DataFrame, f: Facts) -> Figure:
    """The good learning rates of every width in both parametrizations, the best ones large."""
    data = good(final).merge(
        pd.DataFrame({"parametrisation": PARAMETRISATIONS, "aside": [1 / 1.12, 1.12]})
    )
    data["place"] = data["width"] * data["aside"]
    widths = sorted(set(final["width"]))
    paint = alt.Color(
        "parametrisation:N",
        scale=alt.Scale(domain=list(COLOURS), range=list(COLOURS.values())),
        legend=grammar.legend_of(PARAMETRISATIONS),
    )
    shape = alt.Shape(
        "parametrisation:N",
        scale=alt.Scale(domain=list(COLOURS), range=["circle", "square"]),
        legend=grammar.legend_of(PARAMETRISATIONS),
    )
    x = alt.X(
        "place:Q",
        axis=alt.Axis(title="width (log axis)", values=widths, format="d", grid=False),
        scale=alt.Scale(type="log", domain=[widths[0] / 1.4, widths[-1] * 1.4], nice=False),
    )
    y = alt.Y("learning_rate:Q", axis=_ticks(f.rates), scale=_scale(f.rates))
    tips = [alt.Tooltip(c, format=".3~g") for c in ("width", "learning_rate", "train_loss")]
    dots = alt.Chart(data).mark_point(filled=True, opacity=1)
    dots = dots.encode(
        x=x,
        y=y,
        color=paint,
        shape=shape,
        size=alt.Size(
            "best:N", scale=alt.Scale(domain=[False, True], range=[35, 190]), legend=None
        ),
        tooltip=[alt.Tooltip("parametrisation:N", title=grammar.title("parametrisation")), *tips],
    )
    layers = [dots]
    if not math.isnan(f.standard.tuned):
        line = alt.Chart(pd.DataFrame({"learning_rate": [f.standard.tuned]}))
        rule = line.mark_rule(strokeDash=grammar.DOTTED, color="muted", strokeWidth=1.4)
        layers.append(rule.encode(y=y))
    chart = alt.layer(*layers, **grammar.view(330))
    title = _carried(f)
    subtitle = (
        "Large points: the best learning rate of a width; small points: training loss within 25%"
        f" of its; dotted: the rate tuned at width {f.base}. There both parametrizations are the"
        f" same.{f' Losses: mean over {f.n_seeds} seeds.' if f.n_seeds > 1 else ''}"
    )
    return Figure("good-rates-by-width", title, subtitle, chart, f"{title}.", data)


def _ticks(rates: Sequence[float]) -> alt.Axis:
    return alt.Axis(
        title="learning rate (log axis)", values=list(rates), format=".2~g", labelOverlap=True
    )


def _scale(rates: Sequence[float]) -> alt.Scale:
    return alt.Scale(type="log", domain=[min(rates) / 1.3, max(rates) * 1.3], nice=False)


def _carried(f: Facts) -> str:
    """What the rate tuned at the base costs at the largest width."""

    def costs(one: Parametrisation) -> str:
        if not (math.isfinite(one.loss) and math.isfinite(one.least)):
            return "no finite loss"
        return f"loss {number(one.loss)} (best {number(one.least)})"

    return (
        f"The rate tuned at width {f.base} gives width {f.largest} in the standard parametrization"
        f" {costs(f.standard)}, in muP {costs(f.mup)}"
    )


def live(curves: pd.DataFrame) -> Figure:
    """While it trains: the valleys of the standard parametrization so far."""
    data = curves[curves["parametrisation"] == STANDARD]
    networks = plural(len(data), "network")
    words = f"Training loss by learning rate and width, of {networks} so far."
    return Figure(
        "live", f"Standard parametrization, {networks} so far", "", _valley(data), words, data
    )


def _valley(data: pd.DataFrame, span: list[float] | None = None):
    chart = grammar.points_with_band(
        data,
        "learning_rate",
        "train_loss",
        series="width",
        log_y=True,
        domain=span or _span(data),
        y_title=Y,
        height=300,
    )
    rates = sorted(set(data["learning_rate"]))
    for layer in chart.layer:
        layer.encoding.x = alt.X(
            "learning_rate", type="quantitative", axis=_ticks(rates), scale=_scale(rates)
        )
    for layer in chart.layer:
        for paint in (layer.encoding.color, layer.encoding.shape):
            if paint is not alt.Undefined and paint["legend"]:
                paint["legend"].title, paint["legend"].titleOrient = "width", "left"
    return chart


def _span(final: pd.DataFrame) -> list[float]:
    """The losses worth a place: up to 10, and down to 1, 2 or 5 times the power of ten below them,
    where two powers of ten are left.
    """
    known = final["train_loss"][final["train_loss"].lt(math.inf) & final["train_loss"].gt(0)]
    if known.empty:
        return [0.1, 10.0]
    least = float(known.min())
    low = 10 ** math.floor(math.log10(least))
    high = max(10 * low, min(10 ** math.ceil(math.log10(known.max())), 10.0))
    near = max(low * k for k in (1, 2, 5) if low * k <= least)
    return [near if high > 10 * low else low, high]

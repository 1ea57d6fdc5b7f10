"""Charts of the learning rates by width."""

from __future__ import annotations

import math

import pandas as pd

from ....charts import Figure, grammar
from ....charts.words import number, plural
from .config import MUP, PARAMETRISATIONS, STANDARD
from .findings import Facts, Outcome, Parametrisation, means

COLOURS = {STANDARD: "series:kaiming", MUP: "series:xavier"}
X, Y = "learning rate (log axis)", "training loss (log axis)"


def valley(final: pd.DataFrame, f: Facts, parametrisation: str) -> Figure:
    """Training loss against learning rate, a line for each width, in one parametrisation."""
    one = {STANDARD: f.standard, MUP: f.mup}[parametrisation]
    title = f"{_name(parametrisation)}: {_shift(one, f)}"
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
    return {STANDARD: "Standard parametrisation", MUP: "muP"}[parametrisation]


def _rate(rate: float) -> str:
    """A rate of the scan."""
    return "none" if math.isnan(rate) else f"{rate:.3g}"


def _shift(one: Parametrisation, f: Facts) -> str:
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
    """The standard parametrisation's shift, and what the tuned rate costs in both."""
    if f.outcome is Outcome.NOTHING:
        return "Not every width has a rate that leaves a finite loss"
    words = {
        Outcome.SMALLER: "needs a smaller rate than",
        Outcome.SAME: "has the same best rate as",
        Outcome.LARGER: "has a larger best rate than",
    }[f.outcome]
    small, large = _rate(f.standard.tuned), _rate(f.standard.best[f.largest])
    rates = small if f.outcome is Outcome.SAME else f"{large}, not {small}"
    return f"In the standard parametrisation width {f.largest} {words} width {f.base}: {rates}"


def best(final: pd.DataFrame, f: Facts) -> Figure:
    """The best learning rate of every width, a line for each parametrisation."""
    rows = [
        (name, width, rate)
        for name, one in zip(PARAMETRISATIONS, (f.standard, f.mup), strict=True)
        for width, rate in one.best.items()
    ]
    data = pd.DataFrame(rows, columns=["parametrisation", "width", "learning_rate"])
    chart = grammar.points_with_band(
        data,
        "width",
        "learning_rate",
        series="parametrisation",
        order=PARAMETRISATIONS,
        band=None,
        log_y=True,
        domain=[f.rates[0] / 1.5, f.rates[-1] * 1.5],
        x_title="width (log axis)",
        y_title="best learning rate (log axis)",
        height=280,
    )
    chart = grammar.painted(_by_twos(chart, sorted(set(data["width"]))), COLOURS)
    title = _carried(f)
    subtitle = (
        f"The rate, of {len(f.rates)} from {_rate(f.rates[0])} to {_rate(f.rates[-1])}, with the"
        f" least training loss{f' (mean over {f.n_seeds} seeds)' if f.n_seeds > 1 else ''}. At"
        f" width {f.base} both are the same networks."
    )
    return Figure("best-rate-by-width", title, subtitle, chart, f"{title}.", data)


def _carried(f: Facts) -> str:
    """What the rate tuned at the base costs at the largest width."""

    def costs(one: Parametrisation) -> str:
        if not (math.isfinite(one.loss) and math.isfinite(one.least)):
            return "no finite loss"
        return f"loss {number(one.loss)} (best {number(one.least)})"

    return (
        f"The rate tuned at width {f.base} gives width {f.largest} in the standard parametrisation"
        f" {costs(f.standard)}, in muP {costs(f.mup)}"
    )


def live(curves: pd.DataFrame) -> Figure:
    """While it trains: the valleys of the standard parametrisation so far."""
    data = curves[curves["parametrisation"] == STANDARD]
    data = data.groupby(["width", "learning_rate", "seed"], sort=False).last().reset_index()
    networks = plural(len(data), "network")
    words = f"Training loss by learning rate and width, of {networks} so far."
    return Figure(
        "live", f"Standard parametrisation, {networks} so far", "", _valley(data), words, data
    )


def _valley(data: pd.DataFrame, span: list[float] | None = None):
    chart = grammar.points_with_band(
        data,
        "learning_rate",
        "train_loss",
        series="width",
        log_y=True,
        domain=span or _span(data),
        x_title=X,
        y_title=Y,
        height=300,
    )
    rates = data["learning_rate"]
    low, high = float(rates.min()) / 1.3, float(rates.max()) * 1.3
    for layer in chart.layer:
        layer.encoding.x.scale.domain = [low, high]
    return chart


def _span(final: pd.DataFrame) -> list[float]:
    """The losses worth a place: up to ten times the smallest median."""
    known = final["train_loss"][final["train_loss"].lt(math.inf) & final["train_loss"].gt(0)]
    if known.empty:
        return [0.1, 10.0]
    low = 10 ** math.floor(math.log10(known.min()))
    return [low, max(10 * low, min(10 ** math.ceil(math.log10(known.max())), 10.0))]


def _by_twos(chart, widths: list[int]):
    """An axis of widths with a tick for each."""
    for layer in chart.layer:
        layer.encoding.x.scale.domain = [widths[0] / 1.2, widths[-1] * 1.2]
        layer.encoding.x.axis.values = widths
        layer.encoding.x.axis.labelExpr = "datum.label"
        layer.encoding.x.axis.format = "d"
    return chart


__all__ = ["best", "headline", "live", "means", "valley"]

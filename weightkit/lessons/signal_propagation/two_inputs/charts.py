"""Charts of two inputs: their correlation, what is common and what differs, and who learns."""

from __future__ import annotations

import math

import altair as alt
import pandas as pd

from ....charts import Figure, grammar
from ....charts.words import between, label, listed, number, percent, plural
from ..settings import LAYERS
from .findings import GONE, Facts, Scale

HEIGHT, LOWER = 300, 240
HEADING = "std of the weights × √N"
WHAT = {
    "rms": ("root mean square of z", "size-by-layer"),
    "spread": ("spread of z over inputs", "spread-by-layer"),
}


def correlation(layers: pd.DataFrame, f: Facts, height: int = HEIGHT) -> Figure:
    """Correlation of two inputs by layer, a colour per std, theory dotted."""
    known = _known(layers)
    title = correlation_title(f)
    subtitle = (
        f"Correlation of two inputs' pre-activations in {_networks(f)}, before training. Dotted:"
        " theory of very wide layers."
    )
    chart = _lines(known, "correlation", "correlation of two inputs", _reach(known), height=height)
    ends = listed(f"{label(one.scale)}: {_end(one)}" for one in f.scales)
    alt_text = f"{title}. In the last layer, by {HEADING}: {ends}."
    return Figure("correlation-by-layer", title, subtitle, chart, alt_text, layers)


def _end(one: Scale) -> str:
    if one.kind in ("zero", "overflow"):
        return "none" if one.kind == "zero" else "overflow"
    return correlated(one.correlation)


def correlated(value: float) -> str:
    """A correlation in two digits, "nearly 1" where these would say 1."""
    return "nearly 1" if f"{value:.2f}" == "1.00" else f"{value:.2f}"


def _networks(f: Facts) -> str:
    many = f"mean of {f.n_seeds} networks" if f.n_seeds > 1 else "one network"
    return f"{plural(f.depth, LAYERS[f.activation] + ' layer')} ({many} per std)"


def _known(layers: pd.DataFrame) -> pd.DataFrame:
    """The rows that say something of two inputs: with numbers that float32 can hold."""
    return layers[layers["correlation"].notna()]


def _reach(known: pd.DataFrame) -> list[float]:
    low = known[["correlation", "correlation_theory"]].min().min() if len(known) else 0.0
    return [min(0.0, math.floor(10 * low) / 10), 1.02]


def correlation_title(f: Facts) -> str:
    """At which stds all inputs end alike, and at which they do not."""
    apart, rest = f.apart, f.of("faint", "gone")
    where = f"After {plural(f.depth, 'layer')}"
    if not apart and not rest:
        return f"{where} nothing is left that two inputs could be told apart by"
    if not rest:
        return f"{where} two inputs are still told apart at {_scales(apart, f)}"
    if not apart:
        return f"{where} two inputs are hardly told apart at {_scales(rest, f)}"
    return (
        f"{where} two inputs differ by less than a hundredth of their size at std × √N ="
        f" {f.span(rest)}, and by more at {f.span(apart)}"
    )


def _scales(some: list[Scale], f: Facts) -> str:
    return "every std" if len(some) == len(f.scales) > 1 else f"std × √N = {f.span(some)}"


def sizes(layers: pd.DataFrame, f: Facts, which: str, height: int = LOWER) -> Figure:
    """Root mean square ("rms") or spread over inputs ("spread") by layer, on one log axis."""
    heading, name = WHAT[which]
    known = _known(layers)
    known = known[known["spread"] >= GONE * known["rms"]] if which == "spread" else known
    low, high = _axis(layers)
    drawn = known[known[which].between(low, high)]
    title = sizes_title(f, which)
    subtitle = {
        "rms": "Root of the mean square over units and inputs: what is the same for all inputs"
        " counts, too.",
        "spread": "Root of the variance over inputs, averaged over units: only what differs"
        " counts. A line ends where that is below a millionth of the size, float32's rounding.",
    }[which] + " Both charts have the same axis."
    chart = _lines(drawn, which, heading, [low, high], log_y=True, height=height)
    ends = listed(f"{label(one.scale)}: {number(getattr(one, which))}" for one in f.scales)
    alt_text = f"{title}. In the last layer, by {HEADING}: {ends}."
    return Figure(name, title, subtitle, chart, alt_text, layers)


def _axis(layers: pd.DataFrame) -> tuple[float, float]:
    """Whole powers of ten that hold what both charts show."""
    known = _known(layers)
    spread = known["spread"].where(known["spread"] >= GONE * known["rms"])
    values = pd.concat([known["rms"], spread]).dropna()
    values = values[values > 0]
    if values.empty:
        return 0.1, 1.0
    low, high = grammar.span(values, log=True)
    return float(low), float(high)


def sizes_title(f: Facts, which: str) -> str:
    """From the smallest to the largest std: what the last layer's number is."""
    known = [one for one in f.scales if one.kind not in ("zero", "overflow")]
    what = "root mean square" if which == "rms" else "spread over inputs"
    if not known:
        return f"No {what} that float32 can hold is left"
    rest = f.of("gone") if which == "spread" else []  # of which the chart draws nothing
    values = [getattr(one, which) for one in known if one not in rest]
    where = f"{'The size' if which == 'rms' else 'What differs'}: in layer {f.depth},"
    if not values:
        return f"{where} no {what} beyond float32's rounding"
    only = f"; at std × √N = {f.span(rest)} only float32's rounding" if rest else ""
    return f"{where} a {what} of {between(min(values), max(values), number)}{only}"


def limits(layers: pd.DataFrame, theory: pd.DataFrame, f: Facts) -> Figure:
    """Correlation in the last layer against the std, and the theory's fixed point."""
    last = layers[layers["layer"] == f.depth].dropna(subset=["correlation"])
    fixed = theory.dropna(subset=["correlation"])
    values = pd.concat([last["correlation"], fixed["correlation"]])
    domain = [min(0.0, math.floor(10 * values.min()) / 10) if len(values) else 0.0, 1.02]
    heading = "correlation in the last layer"
    chart = grammar.points_with_band(
        last,
        "scale",
        "correlation",
        domain=domain,
        x_title=HEADING,
        y_title=heading,
        height=LOWER,
    )
    at_y = grammar.quantity("correlation", values, heading=heading, domain=domain)
    dots = (
        alt.Chart(fixed)
        .mark_line(strokeDash=grammar.DOTTED, strokeWidth=1.6, color="ink", clip=True)
        .encode(x=alt.X("scale:Q"), y=alt.Y("correlation", **at_y))
    )
    chart = _on_scales(chart + dots if len(fixed) > 1 else chart, theory["scale"])
    title = limits_title(f)
    subtitle = (
        f"After {plural(f.depth, 'layer')}: a point per network, line: mean. Dotted: the fixed"
        " point of the correlation in theory, after ever more layers, where there is one."
    )
    return Figure("correlation-by-std", title, subtitle, chart, title + ".", last)


def limits_title(f: Facts) -> str:
    """On which side theory makes all inputs alike."""
    alike = [one for one in f.scales if one.slope < 1]
    differ = [one for one in f.scales if one.slope > 1]
    if alike and differ:
        return (
            f"In theory all inputs end alike up to std × √N = {label(alike[-1].scale)}, and none"
            f" from {label(differ[0].scale)} on"
        )
    if alike:
        return "In theory a small difference fades at every std that has a limit"
    if differ:
        return "In theory a small difference grows at every std that has a limit"
    return "Theory has no limit here: the numbers fade, grow or take very long to settle"


def trainability(final: pd.DataFrame, f: Facts) -> Figure:
    """Test accuracy after training against the std."""
    data = final[final["split"] == "test"].drop(columns="split")
    chart = grammar.points_with_band(
        data,
        "scale",
        "accuracy",
        x_title=HEADING,
        y_title="test accuracy",
        height=LOWER,
        counted=True,
    )
    line = pd.DataFrame({"accuracy": [f.chance]})
    at_y = grammar.quantity("accuracy", line["accuracy"], heading="test accuracy")
    rule = (
        alt.Chart(line)
        .mark_rule(strokeDash=[3, 3], color="muted")
        .encode(y=alt.Y("accuracy", **at_y))
    )
    chart = _on_scales(chart + rule, data["scale"])
    title = trained_title(f)
    subtitle = (
        f"Test accuracy after {plural(f.epochs, 'epoch')}: a point per network, line: mean"
        + ("; band: their range" if f.n_seeds > 1 else "")
        + f". Dashed: always giving the commonest answer, {percent(f.chance)}."
    )
    return Figure("trainability-by-std", title, subtitle, chart, title + ".", data)


def trained_title(f: Facts) -> str:
    """At which stds networks learn."""
    if not f.learned:
        one = len(f.scales) == 1
        return (
            "At this std no network learns" if one else "At none of these stds does a network learn"
        )
    if len(f.learned) == len(f.scales):
        return "Networks learn at every std" if len(f.scales) > 1 else "Networks learn at this std"
    return f"Networks learn at std × √N = {f.span(f.learned)}, and at no other of these"


def live(curves: pd.DataFrame) -> Figure:
    """While it trains: the test accuracy by std after the newest epoch."""
    epoch = int(curves["epoch"].max())
    data = curves[(curves["split"] == "test") & (curves["epoch"] == epoch)].drop(columns="split")
    chart = grammar.points_with_band(
        data,
        "scale",
        "accuracy",
        x_title=HEADING,
        y_title="test accuracy",
        counted=True,
        height=HEIGHT,
    )
    chart = _on_scales(chart, data["scale"])
    text = f"Test accuracy by std of the weights after epoch {epoch}."
    return Figure("live", f"After epoch {epoch}", "", chart, text, data)


def _lines(
    known: pd.DataFrame,
    y: str,
    heading: str,
    domain: list[float],
    log_y: bool = False,
    height: int = HEIGHT,
) -> alt.LayerChart:
    """A line per std; a single layer makes points."""
    if known.empty:
        words = pd.DataFrame({"words": ["Nothing is left that float32 can hold"]})
        text = alt.Chart(words).mark_text(fontSize=14, color="muted").encode(text="words:N")
        return alt.layer(text, **grammar.view(height))
    order = sorted(set(known["scale"]))
    chart = grammar.curves(
        known,
        y,
        "scale",
        x="layer",
        order=order,
        theory=f"{y}_theory",
        log_y=log_y,
        domain=domain,
        x_title="layer",
        y_title=heading,
        direct=False,
        key_title=HEADING,
        height=height,
    )
    if known["layer"].nunique() > 1:
        return chart
    points = alt.Chart(known.assign(_series=[label(s) for s in known["scale"]]))
    scale = grammar.layer_scale(order)
    return chart + points.mark_point(filled=True, size=60).encode(
        x=alt.X("layer:Q"),
        y=alt.Y(f"{y}:Q", axis=None),
        color=alt.Color("_series:N", scale=scale, legend=None),
    )


def _on_scales(chart: alt.LayerChart, scales: pd.Series) -> alt.LayerChart:
    """The x axis of every layer from the smallest to the largest std, with ticks at doublings."""
    low, high = float(scales.min()), float(scales.max())
    low, high = (low / 1.1, high * 1.1) if low < high else (low / 2, high * 2)
    ticks = [2.0**e for e in range(math.ceil(math.log2(low)), math.floor(math.log2(high)) + 1)]
    for layer in chart.layer:
        x = getattr(layer.encoding, "x", alt.Undefined)
        if x is not alt.Undefined and not isinstance(x, alt.XValue):
            x.scale = alt.Scale(type="log", domain=[low, high], nice=False)
            x.axis = alt.Axis(title=HEADING, values=ticks, format="~g", grid=True)
    return chart

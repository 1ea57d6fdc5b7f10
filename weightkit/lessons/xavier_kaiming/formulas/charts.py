"""What every scheme draws, with the theory over the measurement."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import altair as alt
import pandas as pd

from ....charts import Figure, grammar
from ....charts.words import alike, between, bound, capital, listed, scheme_name
from .config import DEFAULT
from .findings import PARAMETERS, Shape, agreement, layers, rows_of, spread

if TYPE_CHECKING:
    from .experiment import Distributions

BINS = ["bin_left", "bin_right"]
SAME = {"zeros": "All zero", "ones": "All one"}  # as words before "weights"
LAYERS = 330  # pixels of what has a row per layer, or per scheme and stands beside that
MOST_TALLER = 4  # a chart beside one that is taller by more has heights of its own
DOTTED = "Dotted: what the formula expects."


def reach(moments: pd.DataFrame, schemes: Iterable[str], drawing: str = "densities") -> list[float]:
    """One x axis that holds the numbers of all these schemes, with a little room at both ends."""
    rows = moments[moments["scheme"].isin(list(schemes))]
    if drawing != "densities":
        rows = rows[rows["parameter"] == PARAMETERS[drawing]]
    low, high = min(rows["min"].min(), 0.0), max(rows["max"].max(), 0.0)
    room = 0.06 * ((high - low) or 1.0)
    return [low - room, high + room]


def overall(
    result: Distributions, scheme: str, drawing: str = "densities", beside: Sequence[str] = ()
) -> Figure:
    """All weights and all biases of one scheme: both as densities, or the counts of one of them.

    beside: the schemes with which it shares its axes; that of heights only where all can be seen.
    """
    kinds = list(PARAMETERS) if drawing == "densities" else [drawing]
    data = _of(result, scheme, kinds)
    density = drawing == "densities"
    peaks = [_peak(_of(result, one, kinds), density) for one in (scheme, *beside)]
    common = max(peaks) <= MOST_TALLER * min(peaks)
    domain = reach(result.moments, beside or [scheme], drawing)
    top = 1.04 * max(peaks) if common else None
    measured = grammar.histograms(
        data, "numbers", density=density, domain=domain, height=250, top=top, room=grammar.BESIDE
    )
    chart = _painted(measured, scheme) + _theory_lines(data, ["numbers"], density)
    sizes = {kind: spread(result.moments, scheme, PARAMETERS[kind]) for kind in kinds}
    what = listed(f"all {s.n:,} {kind}" for kind, s in sizes.items())
    units = "as densities (area 1), so that few and many can be compared" if density else "counted"
    title = _shape(result.moments, scheme, kinds[0])
    apart = "" if common else " The two charts have heights of their own."
    subtitle = f"{capital(what)}, {units}.{apart} {DOTTED}"
    alt_text = " ".join(
        f"{_whose(scheme, kind)}: {between(s.low, s.high, '.3g')}, standard deviation {s.std:.3g}"
        f" measured, {s.theory:.3g} by the formula."
        for kind, s in sizes.items()
    )
    return Figure(f"numbers-{_slug(scheme)}-{drawing}", title, subtitle, chart, alt_text, data)


def _painted(chart: alt.LayerChart, scheme: str) -> alt.LayerChart:
    """Biases, which are PyTorch's under every scheme, in one colour beside whatever weights."""
    weights, biases = _whose(scheme, "weights"), _whose(scheme, "biases")
    mine = grammar.colours([scheme])[scheme]
    table = {weights: mine, biases: "series:pytorch/2"}
    shown = chart.layer[0].encoding.color["scale"].domain
    return grammar.painted(chart, {name: table[name] for name in shown})


def by_layer_name(scheme: str, kind: str) -> str:
    """What the figure of a scheme's weights or biases by layer is called."""
    return f"layers-{_slug(scheme)}-{kind}"


def by_layer(
    result: Distributions, scheme: str, kind: str = "weights", beside: Sequence[str] = ()
) -> Figure:
    """The same layer by layer, one shelf each, from input to output."""
    parameter = PARAMETERS[kind]
    keys = ["layer", *BINS]
    data = rows_of(result.values, scheme, parameter)[[*keys, "count"]].merge(
        rows_of(result.theory, scheme, parameter)[[*keys, "expected"]], on=keys, how="left"
    )
    rows = rows_of(result.moments, scheme, parameter)
    domain = reach(result.moments, beside or [scheme], kind)
    measured = grammar.histograms(data, rows="layer", density=True, domain=domain, height=LAYERS)
    chart = measured + _theory_lines(data, ["layer"], True, shelves=list(rows["layer"]))
    title = _layers_title(rows, scheme, kind)
    subtitle = (
        f"{_whose(scheme, kind)} by layer, as densities, each layer drawn to its own height."
        f" {DOTTED}"
    )
    stds = ", ".join(
        f"{name} {std:.3g} (formula {law:.3g})"
        for name, std, law in zip(
            rows["layer"], rows["std_measured"], rows["std_theory"], strict=True
        )
    )
    alt_text = f"{title}. Measured: {stds}."
    return Figure(by_layer_name(scheme, kind), title, subtitle, chart, alt_text, data)


def every_scheme(moments: pd.DataFrame) -> Figure:
    """Measured against theoretical std of the weights, for every scheme and layer."""
    data = moments[moments["parameter"] == "weight"].copy()
    data["name"] = data["scheme"].map(scheme_name)
    found = agreement(moments)
    title = (
        f"Every formula keeps its promise: within {bound(found.off, '.1%')} where a layer has"
        f" {found.n_largest:,} weights"
    )
    order = list(dict.fromkeys(data["name"]))
    y = alt.Y(
        "name:N",
        sort=order,
        axis=alt.Axis(title=None, labelLimit=160, ticks=False, domain=False, grid=True),
    )
    high = float(data[["std_theory", "std_measured"]].max(axis=None)) * 1.06
    at_x = grammar.quantity(
        "std", data["std_measured"], heading="standard deviation of the weights", domain=[0.0, high]
    )
    at_x["axis"].tickCount = 4  # two digits and a point each, in half of a narrow page
    tips = [
        alt.Tooltip("name:N", title="scheme"),
        alt.Tooltip("layer:N"),
        alt.Tooltip("fan_in:Q"),
        alt.Tooltip("fan_out:Q"),
        alt.Tooltip("std_theory:Q", title="formula", format=".4~g"),
        alt.Tooltip("std_measured:Q", title="measured", format=".4~g"),
    ]
    base = alt.Chart(data)
    colour = alt.Color(
        "layer:N",
        scale=grammar.layer_scale(data["layer"]),
        legend=grammar.legend_of(data["layer"]),
    )
    ticks = base.mark_tick(thickness=1.6, size=20, color="ink").encode(
        x=alt.X("std_theory", **at_x), y=y
    )
    points = base.mark_point(filled=True, size=60, opacity=0.85).encode(
        x=alt.X("std_measured", **at_x), y=y, color=colour, tooltip=tips
    )
    chart = alt.layer(points, ticks).properties(**grammar.view(LAYERS))
    subtitle = (
        "Points: measured, one per layer; upright line: what the formula says. The network is"
        " always the same."
    )
    names, where = listed(map(scheme_name, found.schemes)), listed(found.layers)
    alt_text = f"{title}. Widest by its formula, {found.widest:.3g}: {names}, in layer {where}."
    return Figure("std-of-every-scheme", title, subtitle, chart, alt_text, moments)


# ---------------------------------------------------------------- rows


def _of(result: Distributions, scheme: str, kinds: Sequence[str]) -> pd.DataFrame:
    """What `_summed` says of weights, biases or both, by `numbers`, who drew them."""
    parts = [_summed(result, scheme, kind).assign(numbers=_whose(scheme, kind)) for kind in kinds]
    return pd.concat(parts, ignore_index=True)


def _peak(data: pd.DataFrame, density: bool) -> float:
    """The height of the highest bin, measured or by the formula."""
    drawn = (data, data.assign(count=data["expected"]))
    return max(float(grammar.outline(d, ["numbers"], density)["value"].max()) for d in drawn)


def _summed(result: Distributions, scheme: str, kind: str) -> pd.DataFrame:
    """[bin_left, bin_right, count, expected] over all layers."""
    values, theory = (
        rows_of(frame, scheme, PARAMETERS[kind]) for frame in (result.values, result.theory)
    )
    counts = values.groupby(BINS, as_index=False)["count"].sum()
    hoped = theory.groupby(BINS, as_index=False)["expected"].sum()
    return counts.merge(hoped, on=BINS)


def _theory_lines(
    data: pd.DataFrame, by: list[str], density: bool, shelves: list[str] | None = None
) -> alt.Chart:
    """The expected counts as dotted steps, in the units (and on the shelves) of
    `grammar.histograms`.
    """
    steps = grammar.outline(data.assign(count=data["expected"]), by, density)
    if shelves is not None:
        peak = grammar.outline(data, by, density).groupby("layer")["value"].max()
        low = steps.layer.map({layer: len(shelves) - 1 - i for i, layer in enumerate(shelves)})
        steps.value = low + 0.9 * steps.value / steps.layer.map(peak)
    steps = steps.rename(columns={"value": "_high"})
    mark = alt.Chart(steps).mark_line(
        interpolate="step-after", strokeDash=grammar.DOTTED, strokeWidth=1.4, clip=True, color="ink"
    )
    return mark.encode(
        x=alt.X("bin_left:Q"), y=alt.Y("_high:Q"), detail=[alt.Detail(f"{c}:N") for c in by]
    )


# ---------------------------------------------------------------- words


def _slug(scheme: str) -> str:
    return scheme.replace("_", "-")


def _whose(scheme: str, kind: str) -> str:
    """Who drew them: the biases are PyTorch's own under every scheme."""
    scheme = scheme if kind == "weights" else DEFAULT
    return f"{SAME.get(scheme) or scheme_name(scheme)} {kind}"


def _shape(moments: pd.DataFrame, scheme: str, kind: str) -> str:
    """One sentence on the shape and size of these numbers."""
    s = spread(moments, scheme, PARAMETERS[kind])
    who = _whose(scheme, kind)
    many = "in each layer, wider in some; together "  # a mixture is not of its parts' shape
    size = f"a standard deviation of {s.std:.3g}"
    match s.shape:
        case Shape.SAME:
            return f"{who}: all {s.n:,} are {s.high:.3g}"
        case Shape.BELL:
            return (
                f"{who}: a bell {'with ' if s.one_law else many}{size}; the largest is"
                f" {s.largest:.2g}"
            )
        case Shape.ROWS:
            lines = "rows or columns" if s.columns else "rows"
            return (
                f"{who}: a bell {'with ' if s.one_law else many}{size}, from {lines} at right"
                " angles to each other"
            )
        case Shape.EVEN if s.one_law:
            return f"{who}: spread evenly up to ±{s.bound:.3g}, which makes {size}"
        case Shape.EVEN:
            ends = between(s.bound_least, s.bound, ".3g")
            return f"{who}: spread evenly in each layer, up to a bound of ±{ends}; together {size}"


def _layers_title(rows: pd.DataFrame, scheme: str, kind: str) -> str:
    found, who = layers(rows), _whose(scheme, kind)
    if found.wide == 0:
        return f"{who}: the same single value in every layer"
    if found.one_law or alike((found.wide, found.narrow), ".3g"):
        return f"{who}: by its formula, every layer has the same spread, {found.wide:.3g}"
    return (
        f"{who}: by its formula widest in {listed(found.widest)} ({found.wide:.3g}), narrowest in "
        f"{listed(found.narrowest)} ({found.narrow:.3g})"
    )

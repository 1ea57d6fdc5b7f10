"""Charts of the two formulas (part 4): what every scheme draws, with the theory over the measurement."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import altair as alt
import numpy as np
import pandas as pd

from . import grammar
from .figure import Figure
from .remembered import remembered
from .words import capital, listed, scheme_name
from .xavier_kaiming_contest import apart, learning, live, outcome, runs

__all__ = [
    "DRAWINGS", "apart", "by_layer", "every_scheme", "learning", "live", "outcome", "overall", "reach", "runs",
    "scheme_name", "spread",
]  # fmt: skip

DRAWINGS = ("densities", "biases", "weights")
PARAMETERS = {"weights": "weight", "biases": "bias"}
BINS = ["bin_left", "bin_right"]
SAME = {"zeros": "All zero", "ones": "All one"}  # as words before "weights"
DOTTED = "Dotted: what the formula expects."


@dataclass(frozen=True)
class Spread:
    """All layers of a scheme together. std (measured) and theory: root mean squares of the layers' standard
    deviations, weighted by their sizes; low, high: extremes; bound: the largest there is (NaN: none)."""

    n: int
    std: float
    theory: float
    low: float
    high: float
    bound: float


def spread(moments: pd.DataFrame, scheme: str, parameter: str) -> Spread:
    """The size of all weights, or all biases, of a scheme."""
    rows = _of(moments, scheme, parameter)
    n = rows.fan_out * (rows.fan_in if parameter == "weight" else 1)
    std, law = (math.sqrt((rows[column] ** 2 * n).sum() / n.sum()) for column in ("std_measured", "std_theory"))
    bound = rows.bound_theory.max(skipna=False)
    return Spread(int(n.sum()), std, law, float(rows["min"].min()), float(rows["max"].max()), float(bound))


def reach(moments: pd.DataFrame, schemes: Iterable[str], drawing: str = "densities") -> list[float]:
    """One x axis that holds the numbers of all these schemes, with a little room at both ends."""
    rows = moments[moments["scheme"].isin(list(schemes))]
    if drawing != "densities":
        rows = rows[rows["parameter"] == PARAMETERS[drawing]]
    low, high = min(rows["min"].min(), 0.0), max(rows["max"].max(), 0.0)
    room = 0.06 * ((high - low) or 1.0)
    return [low - room, high + room]


@remembered
def overall(
    values: pd.DataFrame, theory: pd.DataFrame, moments: pd.DataFrame, scheme: str, drawing: str = "densities",
    domain: Sequence[float] | None = None,
) -> Figure:  # fmt: skip
    """All weights and all biases of one scheme: both as densities, or the counts of one of them."""
    kinds = list(PARAMETERS) if drawing == "densities" else [drawing]
    parts = [_summed(values, theory, scheme, PARAMETERS[kind]).assign(numbers=_whose(scheme, kind)) for kind in kinds]
    data = pd.concat(parts, ignore_index=True)
    density = drawing == "densities"
    chart = grammar.histograms(
        data, "numbers", density=density, domain=domain or reach(moments, [scheme], drawing), height=250
    ) + _theory_lines(data, ["numbers"], density)
    sizes = {kind: spread(moments, scheme, PARAMETERS[kind]) for kind in kinds}
    what = listed(f"all {s.n:,} {kind}" for kind, s in sizes.items())
    units = "as densities (area 1), so that few and many can be compared" if density else "counted"
    title = " ".join(_shape(moments, scheme, kind) for kind in kinds[:1])
    subtitle = f"{capital(what)}, {units}. {DOTTED}"
    alt_text = " ".join(
        f"{_whose(scheme, kind)}: {s.low:.3g} to {s.high:.3g}, standard deviation {s.std:.3g} measured, "
        f"{s.theory:.3g} by the formula." for kind, s in sizes.items()
    )  # fmt: skip
    return Figure(f"numbers-{_slug(scheme)}-{drawing}", title, subtitle, chart, alt_text, data)


@remembered
def by_layer(
    values: pd.DataFrame, theory: pd.DataFrame, moments: pd.DataFrame, scheme: str, kind: str = "weights",
    domain: Sequence[float] | None = None,
) -> Figure:  # fmt: skip
    """The same layer by layer, one shelf each, from input to output."""
    parameter = PARAMETERS[kind]
    keys = ["layer", *BINS]
    data = _of(values, scheme, parameter)[[*keys, "count"]].merge(
        _of(theory, scheme, parameter)[[*keys, "expected"]], on=keys, how="left"
    )
    rows = _of(moments, scheme, parameter)
    chart = grammar.histograms(
        data, rows="layer", density=True, domain=domain or reach(moments, [scheme], kind), height=270
    ) + _theory_lines(data, ["layer"], True, shelves=list(rows.layer))
    title = _layers_title(rows, scheme, kind)
    subtitle = f"{_whose(scheme, kind)} by layer, as densities, each layer drawn to its own height. {DOTTED}"
    alt_text = f"{title}. Measured: " + ", ".join(
        f"{r.layer} {r.std_measured:.3g} (formula {r.std_theory:.3g})" for r in rows.itertuples()
    ) + "."  # fmt: skip
    return Figure(f"layers-{_slug(scheme)}-{kind}", title, subtitle, chart, alt_text, data)


@remembered
def every_scheme(moments: pd.DataFrame) -> Figure:
    """Measured against theoretical std of the weights, for every scheme and layer."""
    data = moments[moments.parameter == "weight"].copy()
    data["n"] = data["fan_in"] * data["fan_out"]
    data["name"] = data["scheme"].map(scheme_name)
    random = data[data["std_theory"] > 0]
    off = (random["std_measured"] / random["std_theory"] - 1).abs()
    large = off[random["n"] == random["n"].max()].max()
    widest = random.loc[random["std_theory"].idxmax()]
    title = f"Every formula keeps its promise: within {large:.1%} where a layer has {random['n'].max():,} weights"
    order = list(dict.fromkeys(data["name"]))
    y = alt.Y("name:N", sort=order, axis=alt.Axis(title=None, labelLimit=160, ticks=False, domain=False, grid=True))
    high = float(data[["std_theory", "std_measured"]].max(axis=None)) * 1.06
    at_x = grammar.quantity("std", data["std_measured"], heading="standard deviation of the weights", domain=[0.0, high])
    tips = [
        alt.Tooltip("name:N", title="scheme"), alt.Tooltip("layer:N"), alt.Tooltip("fan_in:Q"), alt.Tooltip("fan_out:Q"),
        alt.Tooltip("std_theory:Q", title="formula", format=".4~g"),
        alt.Tooltip("std_measured:Q", title="measured", format=".4~g"),
    ]  # fmt: skip
    base = alt.Chart(data)
    colour = alt.Color("layer:N", scale=grammar.layer_scale(data["layer"]), legend=alt.Legend(title=None, orient="top", columns=3))
    ticks = base.mark_tick(thickness=1.6, size=20, color="ink").encode(x=alt.X("std_theory", **at_x), y=y)
    points = base.mark_point(filled=True, size=60, opacity=0.85).encode(
        x=alt.X("std_measured", **at_x), y=y, color=colour, tooltip=tips
    )
    chart = alt.layer(points, ticks).properties(**grammar.view(30 * len(order) + 30))
    subtitle = "Points: measured, one per layer; upright line: what the formula says. The network is always the same."
    alt_text = f"{title}. Widest: {widest['name']}, {widest['std_measured']:.3g} measured in layer {widest['layer']}."
    return Figure("std-of-every-scheme", title, subtitle, chart, alt_text, moments)


# ---------------------------------------------------------------- rows


def _of(frame: pd.DataFrame, scheme: str, parameter: str) -> pd.DataFrame:
    return frame[(frame["scheme"] == scheme) & (frame["parameter"] == parameter)]


def _summed(values: pd.DataFrame, theory: pd.DataFrame, scheme: str, parameter: str) -> pd.DataFrame:
    """[bin_left, bin_right, count, expected] over all layers."""
    counts = _of(values, scheme, parameter).groupby(BINS, as_index=False)["count"].sum()
    hoped = _of(theory, scheme, parameter).groupby(BINS, as_index=False)["expected"].sum()
    return counts.merge(hoped, on=BINS)


def _theory_lines(
    data: pd.DataFrame, by: list[str], density: bool, shelves: list[str] | None = None
) -> alt.Chart:
    """The expected counts as dotted steps, in the units (and on the shelves) of `grammar.histograms`."""
    steps = grammar.outline(data.assign(count=data["expected"]), by, density)
    if shelves is not None:
        peak = grammar.outline(data, by, density).groupby("layer")["value"].max()
        low = steps.layer.map({layer: len(shelves) - 1 - i for i, layer in enumerate(shelves)})
        steps.value = low + 0.9 * steps.value / steps.layer.map(peak)
    steps = steps.rename(columns={"value": "_high"})
    mark = alt.Chart(steps).mark_line(
        interpolate="step-after", strokeDash=grammar.DOTTED, strokeWidth=1.4, clip=True, color="ink"
    )
    return mark.encode(x=alt.X("bin_left:Q"), y=alt.Y("_high:Q"), detail=[alt.Detail(f"{c}:N") for c in by])


# ---------------------------------------------------------------- words


def _slug(scheme: str) -> str:
    return scheme.replace("_", "-")


def _whose(scheme: str, kind: str) -> str:
    """Who drew them: the biases are PyTorch's own under every scheme."""
    scheme = scheme if kind == "weights" else "pytorch_default"
    return f"{SAME.get(scheme) or scheme_name(scheme)} {kind}"


def _shape(moments: pd.DataFrame, scheme: str, kind: str) -> str:
    """One sentence on the shape and size of these numbers."""
    s = spread(moments, scheme, PARAMETERS[kind])
    who = _whose(scheme, kind)
    if s.high == s.low:
        return f"{who}: all {s.n:,} are {s.high:.3g}"
    if np.isnan(s.bound):
        return f"{who}: a bell with a standard deviation of {s.std:.3g}; the largest is {max(s.high, -s.low):.2g}"
    if s.bound >= 2 * s.theory:
        return f"{who}: a bell with a standard deviation of {s.std:.3g}, from rows at right angles to each other"
    return f"{who}: spread evenly up to ±{s.bound:.3g}, which makes a standard deviation of {s.std:.3g}"


def _layers_title(rows: pd.DataFrame, scheme: str, kind: str) -> str:
    theory = rows.std_theory
    who = _whose(scheme, kind)
    if theory.max() == 0:
        return f"{who}: the same single value in every layer"
    if np.isclose(theory.min(), theory.max()):
        return f"{who}: by its formula, every layer has the same spread, {theory.iloc[0]:.3g}"
    wide, narrow = rows.loc[theory.idxmax()], rows.loc[theory.idxmin()]
    widest, narrowest = (f"{row['layer']} ({row['std_measured']:.3g})" for row in (wide, narrow))
    return f"{who}: widest in {widest}, narrowest in {narrowest}"

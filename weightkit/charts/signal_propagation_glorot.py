"""Glorot and Bengio 2010, figures 6 and 7: distributions of activations and gradients, a row per layer."""

from __future__ import annotations

import pandas as pd

from . import theme
from .figure import Figure
from .remembered import remembered
from .signal_propagation_words import ACTIVATIONS, join, name, named, number

QUANTITIES = {
    "activation": ("activations a = φ(z)", "activation"),
    "gradient": ("back-propagated gradients dL/dz, one example's loss", "gradient at z"),
}


def widths(moments: pd.DataFrame, quantity: str) -> pd.DataFrame:
    """Mean std by layer (rows) and scheme (columns)."""
    one = moments[moments["quantity"] == quantity]
    return one.pivot_table(index="layer", columns="init", values="std", sort=False)


@remembered
def distributions(
    histograms: pd.DataFrame, moments: pd.DataFrame, quantity: str, activation: str, dark: bool = False
) -> Figure:
    """Histograms of one quantity, a shelf per layer, schemes in colour."""
    data = named(histograms[histograms["quantity"] == quantity])
    data = data.assign(layer="layer " + data["layer"].astype(str))
    words, axis = QUANTITIES[quantity]
    order = list(dict.fromkeys(data["init"]))
    chart = theme.histograms(
        data, "init", rows="layer", order=order, domain=_reach(data), x_title=axis, dark=dark,
        height=46 * data["layer"].nunique() + 20,
    )  # fmt: skip
    title = _title(widths(moments, quantity), quantity)
    subtitle = (
        f"Histograms of {words} in each {ACTIVATIONS[activation]} layer before training, in the same bins; every row is "
        "scaled to its own peak, and what lies outside is in the outermost bins."
    )
    spread = widths(moments, quantity)
    ends = [f"{name(str(i))} {number(spread[i].iloc[0])} in layer 1, {number(spread[i].iloc[-1])} in layer {len(spread)}" for i in spread]
    return Figure(f"{quantity}-histograms", title, subtitle, chart, f"{title}. Root mean squares: {join(ends)}.", data)


def _title(spread: pd.DataFrame, quantity: str) -> str:
    """How the width changes from the first to the last layer."""
    if len(spread) == 1:
        return "One layer: nothing to compare"
    up = quantity == "activation"
    parts = []
    for init in spread:
        first, last = spread[init].iloc[0], spread[init].iloc[-1]
        entry, end = (first, last) if up else (last, first)
        if entry == 0:
            parts.append(f"{name(str(init))} has none")
            continue
        change = end / entry
        kind = (
            f"{1 / change:.1f} times narrower" if change < 0.8 else f"{change:.1f} times wider" if change > 1.25 else "about as wide"
        )
        parts.append(f"{kind} with {name(str(init))}")
    where = f"Activations in layer {len(spread)}, against layer 1" if up else f"Gradients in layer 1, against layer {len(spread)}"
    return f"{where}: {join(parts)}"


def _reach(data: pd.DataFrame) -> list[float]:
    """The part of the axis that holds all but the outermost bins."""
    return [float(data["bin_left"].min()), float(data["bin_right"].max())]


def sentences(moments: pd.DataFrame) -> list[str]:
    """Widths of the first and the last layer by scheme."""
    found = []
    for quantity, words in (("activation", "activations"), ("gradient", "gradients")):
        spread = widths(moments, quantity)
        for init in spread:
            found.append(
                f"**{name(str(init))}**, {words}: root mean square {number(spread[init].iloc[0])} in layer 1 and "
                f"{number(spread[init].iloc[-1])} in layer {len(spread)}."
            )
    return found


def peaks(histograms: pd.DataFrame, init: str, quantity: str) -> str:
    """Whether the share of values in the bin around zero "increases", "decreases" or is "mixed" from layer to layer."""
    one = histograms[(histograms["init"] == init) & (histograms["quantity"] == quantity)]
    middle = one[(one["bin_left"] < 0) & (one["bin_right"] > 0)].sort_values("layer")["count"]
    if middle.is_monotonic_increasing:
        return "increases"
    return "decreases" if middle.is_monotonic_decreasing else "neither only grows nor only shrinks"


def ratio(moments: pd.DataFrame, init: str) -> float:
    """Width of the activations in the last layer over that in the first; nan where there is no width."""
    spread = widths(moments, "activation")[init]
    return float(spread.iloc[-1] / spread.iloc[0]) if spread.iloc[0] else float("nan")


def because(moments: pd.DataFrame, init: str) -> str:
    """The measured widths behind `ratio`."""
    spread = widths(moments, "activation")[init]
    return (
        f"Measured root mean squares with {name(init)}: {number(spread.iloc[0])} in layer 1, {number(spread.iloc[-1])} in layer "
        f"{len(spread)}."
    )


def paper(histograms: pd.DataFrame, moments: pd.DataFrame, activation: str) -> str:
    """The paper's own words beside what is seen here, in Markdown; only for the paper's pair of schemes and tanh."""
    if activation != "tanh" or not {"pytorch_default", "xavier_uniform"} <= set(moments["init"]):
        return "Choose tanh, PyTorch's default and Xavier uniform to compare with Glorot and Bengio's figures 6 and 7."
    up, down = (peaks(histograms, "pytorch_default", q) for q in ("activation", "gradient"))
    return (
        "**The paper** (Glorot and Bengio 2010), below figure 6, with the standard initialisation on top: “0-peak increases for "
        "higher layers”; below figure 7: “0-peak decreases for higher layers”. **Here**, with the same standard initialisation "
        f"(PyTorch's default), the share of activations in the bin around 0 {up} from layer to layer, and that of gradients {down}. "
        "“Normalised initialisation” is the paper's name for what others named after its first author: Xavier."
    )

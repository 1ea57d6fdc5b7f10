"""Glorot and Bengio 2010, figures 6 and 7: distributions of activations and gradients, a row per layer."""

from __future__ import annotations

from typing import Any

import pandas as pd

from . import grammar
from .export import with_slider
from .figure import Figure
from .remembered import remembered
from .signal_propagation_words import ACTIVATIONS, named
from .words import listed, number, scheme_name

QUANTITIES = {
    "activation": ("activations a = φ(z)", "activation"),
    "gradient": ("gradients dL/dz of single examples", "gradient at z"),
}
ALIKE = 0.8  # widths whose ratio is nearer to 1 than this count as alike
TALLEST = 280  # pixels of all shelves: what a laptop has beside the controls
COLUMN = 200  # pixels of a plot in one of two columns beside the controls


def widths(moments: pd.DataFrame, quantity: str) -> pd.DataFrame:
    """Mean std by layer (rows) and scheme (columns)."""
    one = moments[moments["quantity"] == quantity]
    return one.pivot_table(index="layer", columns="init", values="std", sort=False)


@remembered
def distributions(
    histograms: pd.DataFrame, moments: pd.DataFrame, quantity: str, activation: str
) -> Figure:
    """Histograms of one quantity, a shelf per layer, schemes in colour."""
    rows = named(histograms[histograms["quantity"] == quantity])
    data = rows.assign(layer="layer " + rows["layer"].astype(str))
    words, axis = QUANTITIES[quantity]
    order = list(dict.fromkeys(data["init"]))
    chart = grammar.histograms(
        data, "init", rows="layer", order=order, domain=_reach(data), x_title=axis,
        height=min(46 * data["layer"].nunique(), TALLEST) + 20, room=COLUMN,
    )  # fmt: skip
    for part in chart.layer:
        part.encoding.x["axis"]["format"] = ".2~g"  # widths of 10¹⁵ happen
    title = _title(widths(moments, quantity), quantity)
    subtitle = (
        f"Histograms of {words} by {ACTIVATIONS[activation]} layer, before training. Each row is scaled to its own peak; its ends "
        "hold what lies beyond."
    )
    spread = widths(moments, quantity)
    ends = [f"{scheme_name(str(i))} {number(spread[i].iloc[0])} in layer 1, {number(spread[i].iloc[-1])} in layer {len(spread)}" for i in spread]
    alt_text = f"{title}. Root mean squares: {listed(ends)}."

    def moving() -> Any:
        every = grammar.histograms(rows, rows="init", domain=_reach(data), x_title=axis, keep="layer", height=200)
        return with_slider(every, "layer", start=1)

    return Figure(f"{quantity}-histograms", title, subtitle, chart, alt_text, data, interactive=moving)


def _title(spread: pd.DataFrame, quantity: str) -> str:
    """How the width changes in the direction of the pass: forward for activations, backward for gradients."""
    if len(spread) == 1:
        return "One layer: nothing to compare"
    up = quantity == "activation"
    kinds: dict[str, list[str]] = {"shrink": [], "grow": [], "keep their width": [], "are all 0": []}
    for init in spread:
        entry, end = (spread[init].iloc[0], spread[init].iloc[-1])[:: 1 if up else -1]
        if not entry or not end:
            kinds["are all 0"].append(f"with {scheme_name(str(init))}")
        elif ALIKE <= end / entry <= 1 / ALIKE:
            kinds["keep their width"].append(f"with {scheme_name(str(init))}")
        else:
            fold = max(end / entry, entry / end)
            kinds["shrink" if end < entry else "grow"].append(f"{number(fold)} times with {scheme_name(str(init))}")
    parts = [f"{kind} {listed(who)}" for kind, who in kinds.items() if who]
    return (f"Up to layer {len(spread)}, activations " if up else "Down to layer 1, gradients ") + listed(parts)


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
                f"**{scheme_name(str(init))}**, {words}: root mean square {number(spread[init].iloc[0])} in layer 1 and "
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


ANSWERS = ("Wider", "About as wide", "Two to five times narrower", "More than five times narrower")


def asked(inits: tuple[str, ...]) -> str:
    """The scheme that the question is about."""
    return "pytorch_default" if "pytorch_default" in inits else inits[0]


def question(config: Any) -> tuple[str, tuple[str, ...]]:
    """What to predict, and the answers to choose from."""
    return (
        f"Real images enter {config.depth} {ACTIVATIONS[config.activation]} layers that start as in “{scheme_name(asked(config.inits))}”. "
        "How wide are the activations scattered in the last of these layers, compared with the first?"
    ), ANSWERS


def verdict(moments: pd.DataFrame, config: Any) -> tuple[str, str]:
    """The answer that this run gives, and the measured widths behind it."""
    init = asked(config.inits)
    spread = widths(moments, "activation")[init]
    first, last = float(spread.iloc[0]), float(spread.iloc[-1])
    ratio = last / first if first else 1.0
    answer = ANSWERS[0 if ratio > 1.5 else 1 if ratio > 0.5 else 2 if ratio > 0.2 else 3]
    return answer, (
        f"Measured root mean squares with {scheme_name(init)}: {number(first)} in layer 1, {number(last)} in layer {len(spread)}."
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

"""Glorot and Bengio 2010, figures 6 and 7: distributions of activations and gradients, a row per
layer.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from ....charts import Figure, grammar
from ....charts.export import with_slider
from ....charts.words import listed, number, scheme_name
from ..settings import LAYERS, named
from .findings import Facts

QUANTITIES = {
    "activation": ("Activations a = φ(z)", "activation"),
    "gradient": ("Gradients dL/dz", "gradient at z"),
}
TALLEST = 280  # pixels of all shelves: what a laptop has beside the controls


def distributions(histograms: pd.DataFrame, f: Facts, quantity: str) -> Figure:
    """Histograms of one quantity, a shelf per layer, schemes in colour."""
    rows = named(histograms[histograms["quantity"] == quantity])
    data = rows.assign(layer="layer " + rows["layer"].astype(str))
    words, axis = QUANTITIES[quantity]
    order = list(dict.fromkeys(data["init"]))
    chart = grammar.histograms(
        data,
        "init",
        rows="layer",
        order=order,
        domain=_reach(data),
        x_title=axis,
        height=min(46 * data["layer"].nunique(), TALLEST) + 20,
        room=grammar.BESIDE,
    )
    for part in chart.layer:
        part.encoding.x["axis"]["format"] = ".2~g"  # widths of 10¹⁵ happen
    title = title_of(f, quantity)
    subtitle = (
        f"{words} by {LAYERS[f.activation]} layer,"
        f"{' each of a single example,' if quantity == 'gradient' else ''} before training. Each"
        " row is scaled to its own peak; its ends hold what lies beyond."
    )
    ends = [
        f"{scheme_name(w.init)} {number(w.first)} in layer 1, {number(w.last)} in layer {f.depth}"
        for w in f.of(quantity)
    ]
    alt_text = f"{title}. Root mean squares: {listed(ends)}."

    def moving() -> Any:
        every = grammar.histograms(
            rows, rows="init", domain=_reach(data), x_title=axis, keep="layer", height=200
        )
        return with_slider(every, "layer", start=1)

    return Figure(
        f"{quantity}-histograms", title, subtitle, chart, alt_text, data, interactive=moving
    )


def title_of(f: Facts, quantity: str) -> str:
    """How the width changes in the direction of the pass: forward for activations, backward for
    gradients.
    """
    if f.depth == 1:
        return "One layer: nothing to compare"
    kinds: dict[str, list[str]] = {"shrunk": [], "grown": [], "kept": [], "zero": []}
    for w in f.of(quantity):
        many = f"{number(max(w.ratio, 1 / w.ratio))}-fold " if w.kind in ("shrunk", "grown") else ""
        kinds[w.kind].append(f"{many}with {scheme_name(w.init)}")
    verbs = {
        "shrunk": "shrink",
        "grown": "grow",
        "kept": "keep their width",
        "zero": "end at exactly 0",
    }
    parts = [f"{verbs[kind]} {listed(who)}" for kind, who in kinds.items() if who]
    start = (
        f"From layer 1 to layer {f.depth}, activations "
        if quantity == "activation"
        else f"From layer {f.depth} back to layer 1, gradients "
    )
    return start + listed(parts)


def _reach(data: pd.DataFrame) -> list[float]:
    """The part of the axis that holds all but the outermost bins."""
    return [float(data["bin_left"].min()), float(data["bin_right"].max())]

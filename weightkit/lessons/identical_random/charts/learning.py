"""Learning curves of the four networks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt
import numpy as np
import pandas as pd

from ....charts import Figure, grammar
from ....charts.words import capital
from ..findings import names

if TYPE_CHECKING:
    from ..experiment import Result


def training(result: Result, split: str = "train", measure: str = "loss") -> Figure:
    """Learning curves of the four networks on one split; a broad and pale, so that b is seen inside
    of it.
    """
    return _curves(result.training, split, measure)


SPLITS = {"train": "training", "test": "test"}


def _curves(frame: pd.DataFrame, split: str, measure: str) -> Figure:
    order = names(frame)
    a, b = order[:2]
    data = frame[frame["split"] == split]
    one, other = (data[data["network"] == n].sort_values("epoch") for n in (a, b))
    x, y = one[measure].to_numpy(), other[measure].to_numpy()
    epochs, finite = one["epoch"].to_numpy(), np.isfinite(x) & np.isfinite(y)
    parted = epochs[~np.isclose(x, y, rtol=0, atol=0, equal_nan=True)]
    last = int(data["epoch"].max())
    what = f"{SPLITS[split]} {measure}"
    if not len(parted):
        title = f"{a} and {b} have the same {what} to the last bit, from epoch 0 to {last}"
    elif parted[0]:
        title = f"{a} and {b} start with the same {what} and part in epoch {parted[0]}"
    else:
        title = f"{a} and {b} differ from the start"
    if not finite.all():
        title += f" (from epoch {epochs[~finite][0]} on not both finite)"
    domain = [0.0, 1.0] if measure == "accuracy" else None
    axis = grammar.quantity(measure, data[measure], domain=domain)
    broad = (
        alt.Chart(one)
        .mark_line(strokeWidth=9, opacity=0.35, strokeCap="round", color=grammar.colours(order)[a])
        .encode(x=alt.X("epoch:Q"), y=alt.Y(f"{measure}:Q", **axis))
    )
    chart = grammar.curves(
        data, measure, "network", band=None, order=order, height=280, domain=axis["scale"].domain
    )
    chart.layer[0].encoding.y.axis = None  # of two, Vega draws the lines of the first alone
    chart.layer = [broad, *chart.layer]  # beneath the thin ones
    subtitle = (
        f"{capital(what)} by epoch. Broad and pale: {a}; thin: the others, {b}"
        " inside of it while they are equal."
    )
    values = data[data["epoch"] == last].set_index("network")[measure]
    ends = "; ".join(
        f"{n} {values[n]:.3g}" if np.isfinite(values[n]) else f"{n} not finite" for n in order
    )
    alt_text = f"{capital(title)}. After epoch {last}: {ends}."
    return Figure(f"training-{measure}", capital(title), subtitle, chart, alt_text, data)


def live(frame: pd.DataFrame) -> Figure:
    """While it trains: the loss so far."""
    return _curves(frame, "train", "loss")

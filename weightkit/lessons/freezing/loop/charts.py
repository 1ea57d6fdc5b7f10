"""Charts of the notes' loop (part 7): what the loops left, and what the optimizers do with leftover
gradients.
"""

from __future__ import annotations

import altair as alt
import pandas as pd

from ....charts import Figure, grammar
from ....charts.words import listed
from ..charts import cells, named
from .findings import Facts, Loop

CLEARED = ("gradient None", "gradient zeros")


def loop(frame: pd.DataFrame, f: Loop) -> Figure:
    """requires_grad over epochs as one of the two loops left it, measured on a real nn.Module."""
    data = named(frame[frame["loop"] == f.name])
    title = f"The loop {f.name} " + (
        f"freezes all but the output up to epoch {f.frozen_epochs[-1]}, then everything learns"
        if f.frozen
        else f"freezes nothing: requires_grad is True {f.total} of {f.total} times"
    )
    subtitle = "By parameter and epoch, as the loop left it. Blue: requires_grad is True" + (
        "; grey with a stroke: False." if f.frozen else "."
    )
    alt_text = f"{title}. Frozen parameters moved by {f.travelled:g} in all."
    slug = "loop-" + f.name.replace(" ", "-")
    return Figure(
        slug,
        title,
        subtitle,
        cells(data, "series:xavier"),
        alt_text,
        data.drop(columns=["row", "state"]),
    )


def leftovers(frame: pd.DataFrame, f: Facts) -> Figure:
    """How far a frozen matrix drifts per epoch, by optimizer, with gradients cleared to None or to
    zeros.
    """
    data = (
        frame[frame["frozen"]]
        .groupby(["optimizer", "gradient"], sort=False)["distance"]
        .mean()
        .reset_index()
    )
    none, drifting = max(d.none for d in f.drifts), [d.optimizer for d in f.drifts if d.zeros > 0]
    title = (
        f"With a gradient of None a frozen matrix moves by {none:g}; with zeros it drifts on under"
        f" {listed(drifting)}"
        if drifting
        else f"A frozen matrix moves by {none:g} either way"
    )
    subtitle = (
        "fc1's weights with requires_grad = False in mid-run, under torch.optim; mean distance per"
        " epoch while frozen. None: zero_grad(); zeros: zero_grad(set_to_none=False)."
    )
    drifts = ", ".join(f"{d.optimizer} {d.zeros:.2g}" for d in f.drifts)
    alt_text = f"{title}. Mean drift per epoch with gradients of zeros: {drifts}."
    return Figure(
        "leftover-gradients", title, subtitle, _bars(data), alt_text, data.drop(columns="cleared")
    )


def _bars(data: pd.DataFrame) -> alt.LayerChart:
    scale = grammar.colour_scale(CLEARED)
    roles = grammar.colours(CLEARED)
    data["cleared"] = "gradient " + data["gradient"]
    top = float(data["distance"].max()) or 1.0
    base = alt.Chart(data).encode(
        y=alt.Y(
            "optimizer:N",
            sort=list(dict.fromkeys(data["optimizer"])),
            axis=alt.Axis(title=None, ticks=False, domain=False, labelLimit=200),
        ),
        yOffset=alt.YOffset("cleared:N", sort=list(CLEARED)),
        x=alt.X(
            "distance:Q",
            axis=alt.Axis(title="distance moved per frozen epoch", tickCount=5),
            scale=alt.Scale(domain=[0, top * 1.15]),
        ),
        tooltip=[
            alt.Tooltip("optimizer"),
            alt.Tooltip("gradient"),
            alt.Tooltip("distance:Q", format=".3~g"),
        ],
    )
    key = grammar.legend_of(scale.domain)
    if key is not None:  # a phone has little room beside the names of optimizers
        key.labelExpr = "replace(datum.label, 'gradient ', '')"
    bars = base.mark_bar().encode(color=alt.Color("cleared:N", scale=scale, legend=key))
    words = base.mark_text(align="left", dx=4, fontSize=12).encode(
        text=alt.Text("distance:Q", format=".2~g"),
        color=alt.condition(  # a bar of 0 has no colour of its own
            f"datum.cleared == '{CLEARED[0]}'",
            *(alt.value(f"text:{roles[name]}") for name in CLEARED),
        ),
    )
    return alt.layer(bars, words, **grammar.view(36 * data["optimizer"].nunique()))

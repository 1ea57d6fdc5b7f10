"""Histograms of each layer by epoch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from .....charts import Figure, grammar
from .....charts.export import with_slider
from .....charts.words import alike, number
from ..findings import growth

if TYPE_CHECKING:
    from ..experiment import Result


def histograms(result: Result, epoch: int) -> Figure:
    """The weights of each layer after `epoch` beside those at the start; a shelf per layer."""
    frame = result.histograms
    epoch = int(min(max(epoch, frame["epoch"].min()), frame["epoch"].max()))
    now = f"epoch {epoch}"
    parts = [frame[frame["epoch"] == 0].assign(when="start")]
    if epoch:
        parts.append(frame[frame["epoch"] == epoch].assign(when=now))
    data = pd.concat(parts, ignore_index=True)
    order = ["start", now] if epoch else ["start"]
    domain = _reach(frame)
    chart = grammar.histograms(
        data,
        "when",
        rows="layer",
        order=order,
        domain=domain,
        x_title="value of a weight",
        height=300,
    )
    title = histogram_title(growth(result.layers, epoch), epoch)
    subtitle = (
        "All weights of each layer of the first network, in the same bins at all epochs; every row"
        " is scaled to its own peak."
    )
    alt_text = title + ". Histograms, one row per layer."

    def moving() -> Any:
        start, after = frame[frame["epoch"] == 0], frame[frame["epoch"] > 0]
        epochs = sorted(set(frame["epoch"]))
        begun = [start.assign(when="start", epoch=e) for e in epochs]  # beside each epoch
        every = grammar.histograms(
            pd.concat([*begun, after.assign(when="after the epoch")], ignore_index=True),
            "when",
            rows="layer",
            order=["start", "after the epoch"],
            domain=domain,
            x_title="value of a weight",
            keep="epoch",
            height=300,
        )
        titles = [histogram_title(growth(result.layers, e), e) for e in epochs]
        return with_slider(every, "epoch", heading="epoch", start=epoch, titles=titles)

    return Figure("histograms", title, subtitle, chart, alt_text, data, interactive=moving)


def _reach(frame: pd.DataFrame) -> list[float]:
    """The part of the axis that any epoch needs."""
    used = frame[frame["count"] > 0]
    if used.empty:
        return [float(frame["bin_left"].min()), float(frame["bin_right"].max())]
    return [float(used["bin_left"].min()), float(used["bin_right"].max())]


def histogram_title(grown: dict[str, float] | None, epoch: int) -> str:
    """How the spread of the layers has changed. grown: see `findings.growth`."""
    if not epoch:
        return "Before training: each layer with the spread that the scheme gave it"
    if grown is None:
        return f"After epoch {epoch} the weights of this network are no longer numbers"
    if not grown:
        return f"Epoch {epoch}, after a start where all weights of a layer were equal"
    most, least = max(grown, key=grown.__getitem__), min(grown, key=grown.__getitem__)
    if grown[most] < 0.1:
        return (
            f"After epoch {epoch} all weights have collapsed to a small fraction of their spread at"
            " the start"
        )
    same = number(grown[most]) == "1"
    wide = (
        "as wide as at the start"
        if same
        else f"{number(grown[most])} times as wide as at the start"
    )
    if alike(grown.values()):
        who = "every layer" if len(grown) > 1 else most
        return f"After epoch {epoch}, {who} spreads {wide}"
    small = number(grown[least])
    other = "as at the start" if small == "1" else f"{small} times as wide"
    return f"After epoch {epoch}, {most} spreads {wide}, {least} {other}"

"""Charts of the frozen block (part 7): what of it has moved, its outputs and the accuracy by
epoch.
"""

from __future__ import annotations

import math

import altair as alt
import pandas as pd

from ....charts import Figure, grammar
from ....charts.words import alike, listed, percent, times
from ..charts import HATCH
from .config import CASES, EVALUATED, FROZEN, ZEROS
from .findings import ANSWERS, GROUPS, Case, Facts, grouped

ROW = 34  # pixels of a case
LINES = (
    "indexof(datum.label, ' ') < 0 ? ['', datum.label] : split(replace(datum.label, ' ', '|'), '|')"
)
"""Two lines of a long name, since phones are narrow; a short one stands at its cells."""
EXACTLY = "exactly 0"
MOVED = "has moved"
GONE = "All networks diverged before the freezing"


def moved(case: Case, group: str) -> str:
    """How far it moved, as a share of its size: "0" where it is exactly that, "3.1%", "190%",
    "12 times".
    """
    share = case.moved[group]
    if case.exact[group]:
        return "0"
    if math.isnan(share):
        return "no finite amount"
    if share >= 10:
        return times(share)
    if share < 0.0001:
        return "under 0.01%"
    return f"{share:.0%}" if share >= 0.0995 else f"{100 * share:.2g}%"


def grid(f: Facts) -> Figure:
    """A row per case, a column per group: how far it moved."""
    rows = [
        (case.name, group, case.moved[group], moved(case, group))
        for case in f.cases
        for group in GROUPS
    ]
    data = pd.DataFrame(rows, columns=["case", "part of the block", "share", "words"])
    data["state"] = [EXACTLY if c.exact[g] else MOVED for c in f.cases for g in GROUPS]
    title = grid_title(f)
    after = "one epoch" if f.epochs == 1 else f"{f.epochs} epochs"
    subtitle = (
        f"How far the block (the input layer and a BatchNorm behind it) is, {after} after the"
        " freezing, from where it was, as a share of its size"
        + (f", mean of {f.networks - f.gone} networks" if f.networks - f.gone > 1 else "")
        + ". Grey with strokes: exactly 0 in every network and epoch."
    )
    still = listed(case.name for case in f.cases if case.still) or "none of them"
    alt_text = f"{title}. Cases in which nothing of the block moved: {still}."
    return Figure("what-moved", title, subtitle, _grid(data), alt_text, data)


def grid_title(f: Facts) -> str:
    """What is enough to keep the block as it is."""
    if f.gone == f.networks:
        return GONE
    frozen, evaluated, both = f.enough
    if frozen and evaluated:
        return "Each of the two keeps the block exactly as it is"
    if frozen or evaluated:
        return f"{FROZEN if frozen else EVALUATED} alone keeps the block exactly as it is"
    left = {name: listed(g for g in GROUPS[:2] if not f.of(name).exact[g]) for name in CASES}
    if not both:
        return "Not even both together keep the block exactly as it is"
    fed = "" if f.of(ZEROS).still else ", unless the optimizer is given zeros for gradients"
    return (
        f"Neither alone freezes the block: {FROZEN} leaves {left[FROZEN]} moving, {EVALUATED}"
        f" leaves {left[EVALUATED]}; both together do{fed}"
    )


def _grid(data: pd.DataFrame) -> alt.LayerChart:
    quiet = {"ticks": False, "domain": False, "labelAngle": 0, "grid": False}
    at = {
        "x": alt.X(
            "part of the block:N",
            sort=list(GROUPS),
            axis=alt.Axis(
                title=None,
                orient="top",
                labelExpr=LINES,
                labelOverlap=False,
                labelPadding=18,
                **quiet,
            ),
        ),
        "y": alt.Y(
            "case:N",
            sort=list(dict.fromkeys(data["case"])),
            axis=alt.Axis(title=None, labelLimit=200, labelOverlap=False, **quiet),
        ),
    }
    tips = [alt.Tooltip(f"{c}:N") for c in ("case", "part of the block")]
    tips.append(alt.Tooltip("words:N", title="moved by"))
    paint = alt.Color(
        "state:N",
        scale=alt.Scale(domain=[MOVED, EXACTLY], range=["tint:series:kaiming", "faint"]),
        legend=None,
    )
    base = alt.Chart(data).encode(**at)
    cells = base.mark_rect(stroke="paper", strokeWidth=2).encode(color=paint, tooltip=tips)
    layers = [cells]
    still = data[data["state"] == EXACTLY]
    if len(still):
        stroke = alt.Chart(still).mark_point(
            shape=HATCH, size=260, strokeWidth=1.2, filled=False, opacity=0.8, xOffset=-24
        )
        layers.append(stroke.encode(**at, color=alt.ColorValue("muted"), tooltip=tips))
    layers.append(base.mark_text(fontSize=13, color="ink").encode(text=alt.Text("words:N")))
    return alt.layer(*layers, **grammar.view(ROW * data["case"].nunique()))


def outputs(movement: pd.DataFrame, curves: pd.DataFrame, f: Facts) -> Figure:
    """How far the outputs of the block are from those at the freezing, by epoch."""
    data = grouped(movement)
    data = data[data["group"] == ANSWERS].drop(columns=["group", "distance"])
    lost = curves.groupby(["case", "seed", "epoch"], sort=False)["diverged"].max().reset_index()
    data = data.merge(lost, on=["case", "seed", "epoch"]).reset_index(drop=True)
    title = outputs_title(f)
    subtitle = (
        "Distance between the block's outputs for the test samples now and at the freezing, as a"
        " share of their size then, with the running statistics. " + _spread(f)
    )
    chart = _curves(data, "share", "distance of the outputs")
    top = chart.layer[0].encoding.y["axis"]
    top["format"] = ".0%" if data["share"].max() < 100 else ".1~e"
    return Figure("outputs", title, subtitle, chart, title + ".", data)


def outputs_title(f: Facts) -> str:
    """How far they moved under each of the two switches."""
    if f.gone == f.networks:
        return GONE
    frozen, evaluated = (f.of(name) for name in (FROZEN, EVALUATED))
    return (
        f"With {FROZEN} the block's outputs change by {moved(frozen, ANSWERS)}, with {EVALUATED} by"
        f" {moved(evaluated, ANSWERS)}"
    )


def accuracy(curves: pd.DataFrame, f: Facts) -> Figure:
    """Test accuracy by epoch."""
    data = curves[curves["split"] == "test"].drop(columns="split").reset_index(drop=True)
    title = accuracy_title(f.cases)
    lost = sum(case.lost for case in f.cases)
    subtitle = (
        "Share of right answers on the test set by epoch after the freezing, with the running"
        " statistics. "
        + _spread(f)
        + (f" × {lost} of {f.networks * len(f.cases)} networks diverged." if lost else "")
    )
    chart = _curves(data, "accuracy", "test accuracy")
    return Figure("accuracy", title, subtitle, chart, title + ".", data)


def accuracy_title(cases: tuple[Case, ...]) -> str:
    """From where to where it ends."""
    known = [case for case in cases if not math.isnan(case.accuracy)]
    if not known:
        return "All networks diverged: their answers mean nothing"
    low, high = (pick(case.accuracy for case in known) for pick in (min, max))
    if alike([low, high], percent):
        return f"Test accuracy ends at {percent(high)} in every case"
    best = [case.name for case in known if alike([case.accuracy, high], percent)]
    first = f", highest with {listed(best)}" if len(best) < 3 else ""
    return f"Test accuracy ends at {percent(low)} to {percent(high)}{first}"


def live(curves: pd.DataFrame) -> Figure:
    """While it trains: test accuracy so far."""
    data = curves[curves["split"] == "test"].drop(columns="split")
    epoch = int(data["epoch"].max())
    title = f"Epoch {epoch} after the freezing" if epoch else "At the freezing"
    chart = _curves(data, "accuracy", "test accuracy")
    return Figure("live", title, "", chart, f"Test accuracy up to epoch {epoch}.", data)


def _curves(data: pd.DataFrame, column: str, heading: str) -> alt.LayerChart:
    order = [case for case in CASES if case in set(data["case"])]
    return grammar.curves(data, column, "case", order=order, direct=False, y_title=heading)


def _spread(f: Facts) -> str:
    return (
        f"Line: mean of {f.networks} networks; band: their range."
        if f.networks > 1
        else "One network of each kind."
    )

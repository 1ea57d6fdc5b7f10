"""Whether accuracy follows the weights: z-scores against each other, and by epoch."""

from __future__ import annotations

import altair as alt
import pandas as pd

from .....charts import Figure, grammar
from .....charts.words import between, listed, span
from ..findings import Facts
from .learning import spread

HEIGHT = 280
SAME = "the weights or the accuracy change by the same in every epoch, or are no numbers"


def alignment(frame: pd.DataFrame, f: Facts) -> Figure:
    """Accuracy gain against weight change, both z-scored: a point per epoch and network, epoch 1
    ringed.
    """
    known = frame.dropna()
    at_x, at_y = (
        grammar.quantity(c, known[c], heading=t)
        for c, t in (
            ("weight_change_z", "weight change (z)"),
            ("accuracy_gain_z", "gain of training accuracy (z)"),
        )
    )
    base = alt.Chart(known).encode(
        x=alt.X("weight_change_z", **at_x), y=alt.Y("accuracy_gain_z", **at_y)
    )
    tips = [
        alt.Tooltip("seed:N"),
        alt.Tooltip("epoch:Q"),
        *(alt.Tooltip(f"{c}:Q", format=".2f") for c in ("weight_change_z", "accuracy_gain_z")),
    ]
    key = alt.Legend(
        title="epoch", orient="top", gradientLength=160, gradientThickness=10, tickMinStep=1
    )
    paint = alt.Color(
        "epoch:Q", scale=alt.Scale(range=list(grammar.SEQUENCE), interpolate="rgb"), legend=key
    )
    dots = base.mark_point(filled=True, size=45, opacity=0.75).encode(color=paint, tooltip=tips)
    rings = base.mark_point(size=130, strokeWidth=1.6, color="ink", opacity=1)
    chart = alt.layer(
        dots, rings.properties(data=known[known["epoch"] == 1]), **grammar.view(HEIGHT)
    )
    title = r_title(f)
    subtitle = (
        "A point per epoch and network; r: the correlation of the two, 1 in step, 0 unrelated."
        " Ringed: epoch 1."
    )
    return Figure("alignment", title, subtitle, chart, title + ".", frame)


def r_title(f: Facts) -> str:
    """Whether accuracy follows the weights."""
    if not f.links:
        return "Nothing to correlate: " + ("it takes four epochs" if f.epochs < 4 else SAME)
    r, n = span([link.r for link in f.links], ".2f"), len(f.links)
    above, below = sum(link.low > 0 for link in f.links), sum(link.high < 0 for link in f.links)
    if above == n:
        verdict = "Accuracy gains and weight changes go together"
    elif below == n:
        verdict = "Accuracy gains most when the weights change least"
    elif n == 1 or not above + below:
        verdict = "No clear link between accuracy gains and weight changes"
    elif all(link.r > 0 for link in f.links):
        verdict = "Accuracy gains and weight changes go together, but loosely"
    else:
        verdict = "Accuracy gains and weight changes do not reliably go together"
    if n == 1:
        interval = between(f.links[0].low, f.links[0].high, ".2f")
        return f"{verdict}: r = {r} (95% interval {interval})"
    if not above + below:
        return f"{verdict}: r = {r}; no 95% interval of {n} networks leaves out 0"
    side, count = ("below", below) if below > above else ("above", above)
    return f"{verdict}: r = {r}; the 95% interval is {side} 0 in {count} of {n} networks"


def alignment_by_epoch(frame: pd.DataFrame, f: Facts) -> Figure:
    """The same two z-scores as lines over the epochs, mean and range over networks."""
    names = {"accuracy_gain_z": "accuracy gain", "weight_change_z": "weight change"}
    data = frame.rename(columns=names).melt(["seed", "epoch"], list(names.values()), "measure", "z")
    title = peaks_title(f)
    chart = grammar.curves(
        data,
        "z",
        "measure",
        order=list(names.values()),
        y_title="z-score over epochs",
        height=HEIGHT,
    )
    subtitle = (
        "Change of the training accuracy, and distance to the previous epoch (mean over layers),"
        " z-scored over the epochs of their network. " + spread(frame)
    )
    return Figure("alignment-by-epoch", title, subtitle, chart, title + ".", data)


def _in_the_mean(f: Facts) -> str:
    """What the mean over networks says of the peaks where it is not what z-scores say, which count
    every network alike.
    """
    longest, steepest = f.movement.peak, f.learning.steepest
    there = []
    if longest not in (None, f.change_peak):
        there.append(f"the longest step comes in epoch {longest}")
    if steepest != f.gain_peak:
        there.append(f"the steepest climb {'' if there else 'comes '}in epoch {steepest}")
    return f"; in the mean over networks {listed(there)}" if there else ""


def peaks_title(f: Facts) -> str:
    """Whether both have their peak in the same epoch."""
    if f.gain_peak is None:
        return "Nothing to compare: " + ("there is one epoch only" if f.epochs == 1 else SAME)
    mean = _in_the_mean(f)
    if f.gain_peak != f.change_peak:
        return (
            f"{'In z-scores a' if mean else 'A'}ccuracy gains most in epoch {f.gain_peak}, the"
            f" weights change most in epoch {f.change_peak}{mean}"
        )
    if mean or not f.learning.learned:
        little = "" if f.learning.learned else ", though hardly anything was learned"
        both = "In z-scores both" if mean else "Both"
        return f"{both} peak in epoch {f.gain_peak}{little}{mean}"
    return f"Both peak in epoch {f.gain_peak}: the burst of learning is a burst of weight changes"

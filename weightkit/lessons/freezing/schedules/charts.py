"""Charts of the schedules (part 7): accuracy by schedule, what may learn, what moved."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt
import pandas as pd

from ....charts import Figure, grammar
from ....charts.words import alike, capital, line_and_band, listed, number
from ..charts import CELL, axes, cells, hatch, named
from .config import CONDITIONS, HALF, NOTHING
from .findings import Condition, Facts, Moved, Off, facts, moved, off

if TYPE_CHECKING:
    from .config import Config
    from .experiment import Result

HEIGHT = 300


# ---------------------------------------------------------------- accuracy


def lead(result: Result, config: Config) -> Figure:
    """The page's first figure as it is at first."""
    return accuracy(result)


def accuracy(result: Result, splits: str = "test", height: int = HEIGHT) -> Figure:
    """Accuracy by epoch and condition, with the switch marked; splits: test, train or both."""
    curves, f = result.curves, facts(result.curves, result.movement, result.status)
    data = curves if splits == "both" else curves[curves["split"] == splits]
    chart = _by_epoch(data, height)
    if f.half and HALF in {c.name for c in f.conditions}:
        chart = chart + _switch(f.half, height)
    which = {
        "both": "solid: training set, dashed: test set",
        "train": "on the training set",
        "test": "on the test set",
    }
    subtitle = f"Share of right answers after each epoch, {which[splits]}. "
    subtitle += line_and_band(f.n_seeds, "One network per condition.")
    title = accuracy_title(f)
    alt_text = f"{title}. Test accuracy at the end: {_ends(f)}." if f.known else f"{title}."
    return Figure("accuracy", title, subtitle, chart, alt_text, data)


def _by_epoch(data: pd.DataFrame, height: int) -> alt.LayerChart:
    """Dashes tell the test set from the training set; of one of them alone lines are solid."""
    if data["split"].nunique() == 1:
        data = data.drop(columns="split")
    return grammar.curves(
        data, "accuracy", "condition", order=CONDITIONS, y_title="accuracy", height=height
    )


def _ends(f: Facts) -> str:
    return ", ".join(f"{c.name} {c.end:.0%}" for c in f.known)


def _switch(half: int, height: int) -> alt.LayerChart:
    """A line at the epoch after which all layers learn, with words at its foot, below the
    curves.
    """
    text = f"“{HALF}”:\nall layers are switched on"
    base = alt.Chart(pd.DataFrame({"x": [half], "text": [text]})).encode(x=alt.X("x:Q"))
    paint = f"text:{grammar.colours(CONDITIONS)[HALF]}"  # the switch is in one of the lines only
    rule = base.mark_rule(color="muted", strokeWidth=1, strokeDash=[3, 3])
    words = base.mark_text(
        align="left", dx=5, dy=-24, fontSize=12, lineBreak="\n", lineHeight=14, color=paint
    )
    return alt.layer(rule, words.encode(y=alt.YValue("height"), text=alt.Text("text:N")))


def accuracy_title(f: Facts) -> str:
    """The finding: what the switch did, or what each condition reached."""
    if not f.known:
        return "All networks diverged: their answers mean nothing"
    free = f.of(NOTHING)
    if (held := f.switched) is not None:
        same = alike([held.half, held.after], ".0%")
        change = (
            f"stays at {held.half:.0%}" if same else f"from {held.half:.0%} to {held.after:.0%}"
        )
        return f"{capital(HALF)}: {change} in one epoch with all layers on" + (
            f"; {_against(held, free)}" if free else ""
        )
    if free is not None and len(f.known) > 1:
        others = ", ".join(f"{c.name}: {c.end:.0%}" for c in f.known if c is not free)
        return f"Nothing frozen: {free.end:.0%}; {others}"
    return f"At the end: {_ends(f)}"


def _against(held: Condition, free: Condition) -> str:
    if alike([held.end, free.end], ".0%"):
        return f"at the end {held.end:.0%}, as with nothing frozen"
    return f"at the end {held.end:.0%}, against {free.end:.0%} with nothing frozen"


def live(curves: pd.DataFrame) -> Figure:
    """While it trains: test accuracy so far."""
    data = curves[curves["split"] == "test"]
    chart = _by_epoch(data, HEIGHT)
    epoch = int(curves["epoch"].max())
    return Figure(
        "live",
        f"After epoch {epoch}",
        "",
        chart,
        f"Test accuracy by condition up to epoch {epoch}.",
        data,
    )


# ---------------------------------------------------------------- what may learn, what moved


def grid(result: Result, condition: str) -> Figure:
    """requires_grad of every parameter in every epoch, for one condition."""
    status = result.status[result.status["condition"] == condition]
    data, when = named(status), off(status)
    title = f"“{condition}”: {grid_words(when)}"
    subtitle = (
        "requires_grad by parameter and epoch. Coloured: True, it learns; grey with a stroke:"
        " False, it is frozen."
    )
    alt_text = f"{title}. {when.cells} of {when.total} cells are frozen."
    paint = grammar.colours(CONDITIONS)[condition]  # as in the curves above
    return Figure(
        "requires-grad",
        title,
        subtitle,
        cells(data, paint),
        alt_text,
        data.drop(columns=["row", "state"]),
    )


def grid_words(when: Off) -> str:
    """What is frozen, and when."""
    if not when.cells:
        return "every requires_grad is True in " + (
            "every epoch" if when.epochs > 1 else "the one epoch"
        )
    names = (
        listed(when.rows)
        if len(when.rows) <= 2
        else f"{len(when.rows)} of {when.parameters} parameters"
    )
    if not when.solid:
        return (
            f"requires_grad is False for {names} in some epochs, {when.cells} of {when.total} cells"
        )
    if (when.first, when.last) == (1, when.epochs):
        return f"requires_grad is False for {names} all the time"
    span = (
        f"in epochs {when.first} to {when.last}"
        if when.first < when.last
        else f"in epoch {when.first}"
    )
    return f"requires_grad is False for {names} {span}"


def movement(result: Result, condition: str) -> Figure:
    """How far each parameter moved in each epoch, mean over seeds; where frozen, exactly 0 and so
    without a colour.
    """
    keys = ["epoch", "layer", "parameter"]
    mine = result.movement[result.movement["condition"] == condition]
    status = result.status[result.status["condition"] == condition]
    means = grammar.summarize(mine, keys, "distance", None).rename(columns={"mean": "distance"})[
        [*keys, "distance"]
    ]
    data = named(status.merge(means, on=keys, how="left"))
    frozen = mine.merge(status[~status["requires_grad"]], on=["condition", *keys])["distance"]
    title, n = movement_title(moved(frozen, data)), mine["seed"].nunique()
    subtitle = (
        f"“{condition}”: Euclidean distance that each epoch moved a parameter"
        + (f", mean over {n} networks" if n > 1 else "")
        + ", on a log scale. A stroke: exactly 0."
    )
    return Figure(
        "movement", title, subtitle, _moves(data), f"{title}.", data.drop(columns=["row", "state"])
    )


def _moves(data: pd.DataFrame) -> alt.LayerChart:
    still = data[data["distance"] == 0].assign(state="moved by exactly 0")
    x, y = axes(data)
    low, high = grammar.span(data["distance"], log=True)
    ticks, words = grammar.powers(low, high, most=2)
    key = alt.Legend(
        title="distance moved",
        orient="top",
        gradientLength=110,
        gradientThickness=10,
        values=ticks,
        labelExpr=words,
    )
    scale = alt.Scale(
        type="log", domain=[low, high], range=list(grammar.VIRIDIS), interpolate="rgb"
    )
    tips = [
        alt.Tooltip("epoch:O"),
        alt.Tooltip("row:N", title="parameter"),
        alt.Tooltip("distance:Q", format=".3~g"),
    ]
    drawn = alt.Chart(data[data["distance"] > 0]).mark_rect(stroke="paper", strokeWidth=1.5)
    drawn = drawn.encode(
        x=x, y=y, color=alt.Color("distance:Q", scale=scale, legend=key), tooltip=tips
    )
    return alt.layer(drawn, *hatch(still, data), **grammar.view(CELL * data["row"].nunique()))


def movement_title(m: Moved) -> str:
    """Whether anything frozen moved, and what moved most."""
    words = (
        f"{m.row} moved most, by {number(m.most)} in epoch {m.epoch}" if m.row else "nothing moved"
    )
    if m.frozen:
        return f"Frozen parameters moved by up to {number(m.frozen)}; {words}"
    if m.frozen == 0:
        return f"What is frozen moved by exactly 0; {words}"
    if not m.free:
        return "Nothing is frozen, and no distance is finite: the networks diverged"
    if not m.row:
        return "Nothing is frozen, and yet nothing moved"
    if m.still:
        return f"Nothing is frozen, and yet {m.still} of {m.free} steps are exactly 0; {words}"
    return f"Nothing is frozen, everything moves; {words}"

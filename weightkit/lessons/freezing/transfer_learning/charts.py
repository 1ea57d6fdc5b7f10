"""Charts of transfer learning (part 7): accuracy and advantage by the number of labelled examples."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import altair as alt
import pandas as pd

from ....charts import Figure, grammar
from ....charts.words import listed
from .config import FROZEN, TRANSFERS, TUNED
from .findings import Facts, against_scratch, last

if TYPE_CHECKING:
    from .experiment import TransferResult

GAIN = "gain over from scratch"
EXAMPLES = "labelled examples per class (log axis)"


def _examples_axis(chart: alt.LayerChart, counts: list[int]) -> alt.LayerChart:
    """The numbers of examples themselves as ticks."""
    for layer in chart.layer:
        x = layer.encoding.x
        if x is not alt.Undefined:
            x.axis = alt.Axis(title=EXAMPLES, values=counts, format="d", grid=True, labelOverlap=True)
            x.scale = alt.Scale(type="log", domain=[counts[0] * 0.85, counts[-1] * 1.18], nice=False)
    return chart


def _levels(data: pd.DataFrame) -> alt.LayerChart:
    counts = sorted(int(n) for n in data["n_labelled"].unique())
    chart = grammar.points_with_band(
        data, "n_labelled", "accuracy", series="condition", order=TRANSFERS, y_title="test accuracy", height=300
    )
    return _examples_axis(chart, counts)


def transfer(curves: pd.DataFrame, f: Facts) -> Figure:
    """Test accuracy on the new task against the number of labelled examples, by condition."""
    data = last(curves)
    subtitle = "Accuracy on unseen images of the new task. " + (
        f"A point per network, line: mean; band: range over {f.n_seeds} seeds, each with its own labelled examples."
        if f.n_seeds > 1
        else "One network and one choice of examples per point."
    )
    ends = f.levels if len(f.levels) == 1 else (f.levels[0], f.levels[-1])
    alt_text = " ".join(
        f"At {level.n_labelled} per class: " + ", ".join(f"{c} {value:.0%}" for c, value in level.accuracy) + "."
        for level in ends
        if level.accuracy
    )
    title = transfer_title(f)
    return Figure("transfer", title, subtitle, _levels(data), f"{title}. {alt_text}", data.drop(columns="diverged"))


def transfer_title(f: Facts) -> str:
    """Where taking over paid, and where it cost."""
    better, worse = [g for g in f.gains if g.better], [g for g in f.gains if g.worse]
    if better:
        best = max(better, key=lambda g: g.mean)
        title = (
            f"Transfer pays where labels are few: {100 * best.mean:.0f} points more than from scratch at "
            f"{best.n_labelled} per class ({best.condition})"
        )
        lost = [g for g in worse if g.n_labelled > best.n_labelled]
        if lost:
            most = min(lost, key=lambda g: g.mean)
            title += f"; {-100 * most.mean:.0f} fewer at {most.n_labelled} ({most.condition})"
        return title
    if worse:
        most = min(worse, key=lambda g: g.mean)
        return (
            f"Here transfer does not pay: {-100 * most.mean:.0f} points fewer than from scratch at {most.n_labelled} "
            f"per class ({most.condition}), and clearly more nowhere"
        )
    return "No clear difference between taking over and starting from scratch"


def advantage(curves: pd.DataFrame, f: Facts) -> Figure:
    """Gain over "from scratch", paired by seed, with its 95 % interval."""
    data = against_scratch(curves)
    counts = sorted(int(n) for n in data["n_labelled"].unique())
    reach = max(0.05, float(data["accuracy_gain"].abs().max()) * 1.05)
    chart = grammar.points_with_band(
        data, "n_labelled", "accuracy_gain", series="condition", order=TRANSFERS[:2], band="ci95",
        domain=[-reach, reach], y_title=GAIN, height=260,
    )  # fmt: skip
    axis = grammar.quantity("accuracy_gain", data["accuracy_gain"], heading=GAIN, domain=[-reach, reach])
    zero = alt.Chart(pd.DataFrame({"zero": [0.0]})).mark_rule(color="ink", strokeWidth=1)
    chart = _examples_axis(chart, counts) + zero.encode(y=alt.Y("zero", **axis))
    title = "Against from scratch, " + "; ".join(_clear(f, condition) for condition in (FROZEN, TUNED))
    subtitle = (
        "Test accuracy minus that of the network trained from scratch on the same examples, in percentage points. "
        "A point per seed; line: mean; band: 95 % interval of the mean."
    )
    return Figure("transfer-advantage", title, subtitle, chart, f"{title} labelled examples per class.", data)


def _clear(f: Facts, condition: str) -> str:
    where = {
        "better": [g.n_labelled for g in f.of(condition) if g.better],
        "worse": [g.n_labelled for g in f.of(condition) if g.worse],
    }
    words = [f"{verdict} at {listed(counts)}" for verdict, counts in where.items() if counts]
    return f"{condition}: " + (listed(words) if words else "no clear difference")


def learning(result: TransferResult, n_labelled: int) -> Figure:
    """Accuracy by epoch for one number of labelled examples."""
    data = result.curves[result.curves["n_labelled"] == n_labelled]
    data = data.assign(diverged=~data["loss"].abs().lt(math.inf))
    chart = grammar.curves(data, "accuracy", "condition", order=TRANSFERS, height=260)
    ends = grammar.finite(data[data["epoch"] == data["epoch"].max()], "accuracy")
    means = ends.groupby(["split", "condition"])["accuracy"].mean()
    title = "All networks diverged"
    if "test" in means:
        best = means["test"].idxmax()
        title = (
            f"{n_labelled} per class: {best} ends best, at {means['test', best]:.0%} on unseen images and "
            f"{means['train', best]:.0%} on its few training images"
        )
    subtitle = "By pass over the labelled examples; solid: those examples, dashed: unseen images; band: range over seeds."
    return Figure("transfer-learning", title, subtitle, chart, f"{title}.", data.drop(columns="diverged"))


def live(curves: pd.DataFrame) -> Figure:
    """While it trains: the numbers of examples done so far."""
    data = last(curves)
    return Figure("live", "So far", "", _levels(data), "Transfer accuracy so far.", data.drop(columns="diverged"))

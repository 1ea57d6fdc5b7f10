"""Charts of transfer learning (part 7): accuracy and advantage by the number of labelled examples."""

from __future__ import annotations

import math

import altair as alt
import pandas as pd

from . import grammar
from .figure import Figure
from .remembered import remembered
from .words import listed

FROZEN, TUNED, SCRATCH = "frozen features", "full fine-tuning", "from scratch"
ORDER = (FROZEN, TUNED, SCRATCH)
GAIN = "gain over from scratch"
EXAMPLES = "labelled examples per class (log axis)"


def last(curves: pd.DataFrame) -> pd.DataFrame:
    """Test rows of the last epoch, with `diverged` where the loss is not a finite number."""
    rows = curves[(curves["epoch"] == curves["epoch"].max()) & (curves["split"] == "test")]
    return rows.assign(diverged=~rows["loss"].abs().lt(math.inf))


def against_scratch(curves: pd.DataFrame) -> pd.DataFrame:
    """[n_labelled, seed, condition, accuracy_gain]: test accuracy minus that of "from scratch" on the same examples."""
    ends = grammar.finite(last(curves), "accuracy")
    wide = ends.pivot(index=["n_labelled", "seed"], columns="condition", values="accuracy").reindex(columns=ORDER)
    gains = wide[[FROZEN, TUNED]].sub(wide[SCRATCH], axis=0)
    return gains.melt(ignore_index=False, value_name="accuracy_gain").reset_index().dropna()


def _examples_axis(chart: alt.LayerChart, counts: list[int]) -> alt.LayerChart:
    """The numbers of examples themselves as ticks."""
    for layer in chart.layer:
        x = layer.encoding.x
        if x is not alt.Undefined:
            x.axis = alt.Axis(title=EXAMPLES, values=counts, format="d", grid=True, labelOverlap=True)
            x.scale = alt.Scale(type="log", domain=[counts[0] * 0.85, counts[-1] * 1.18], nice=False)
    return chart


@remembered
def transfer(curves: pd.DataFrame) -> Figure:
    """Test accuracy on the new task against the number of labelled examples, by condition."""
    data = last(curves)
    counts = sorted(int(n) for n in data["n_labelled"].unique())
    chart = grammar.points_with_band(
        data, "n_labelled", "accuracy", series="condition", order=ORDER, y_title="test accuracy", height=300
    )
    n = data["seed"].nunique()
    subtitle = "Accuracy on unseen images of the new task. " + (
        f"A point per network, line: mean; band: range over {n} seeds, each with its own labelled examples."
        if n > 1
        else "One network and one choice of examples per point."
    )
    means = grammar.finite(data, "accuracy").groupby(["condition", "n_labelled"])["accuracy"].mean().unstack(0)
    alt_text = " ".join(
        f"At {count} per class: " + ", ".join(f"{c} {means.loc[count, c]:.0%}" for c in ORDER if c in means) + "."
        for count in (counts if len(counts) == 1 else [counts[0], counts[-1]])
        if count in means.index
    )
    title = _title(curves)
    chart = _examples_axis(chart, counts)
    return Figure("transfer", title, subtitle, chart, f"{title}. {alt_text}", data.drop(columns="diverged"))


def verdicts(curves: pd.DataFrame) -> pd.DataFrame:
    """[condition, n_labelled, mean, low, high, n, verdict]: paired 95 % interval of the gain over "from scratch".

    verdict: "better" or "worse" where the interval leaves out 0 (one seed has none: "open"), else "open".
    """
    table = grammar.summarise(against_scratch(curves), ["condition", "n_labelled"], "accuracy_gain", "ci95")
    table["verdict"] = "open"
    several = table["n"] > 1
    table.loc[several & (table["low"] > 0), "verdict"] = "better"
    table.loc[several & (table["high"] < 0), "verdict"] = "worse"
    return table


def _title(curves: pd.DataFrame) -> str:
    found = verdicts(curves)
    better, worse = found[found["verdict"] == "better"], found[found["verdict"] == "worse"]
    if len(better):
        best = better.loc[better["mean"].idxmax()]
        title = (
            f"Transfer pays where labels are few: {100 * best['mean']:.0f} points more than from scratch at "
            f"{best['n_labelled']} per class ({best['condition']})"
        )
        lost = worse[worse["n_labelled"] > best["n_labelled"]]
        if len(lost):
            most = lost.loc[lost["mean"].idxmin()]
            title += f"; {-100 * most['mean']:.0f} fewer at {most['n_labelled']} ({most['condition']})"
        return title
    if len(worse):
        most = worse.loc[worse["mean"].idxmin()]
        return (
            f"Here transfer does not pay: {-100 * most['mean']:.0f} points fewer than from scratch at {most['n_labelled']} "
            f"per class ({most['condition']}), and clearly more nowhere"
        )
    return "No clear difference between taking over and starting from scratch"


@remembered
def advantage(curves: pd.DataFrame) -> Figure:
    """Gain over "from scratch", paired by seed, with its 95 % interval."""
    data = against_scratch(curves)
    counts = sorted(int(n) for n in data["n_labelled"].unique())
    reach = max(0.05, float(data["accuracy_gain"].abs().max()) * 1.05)
    chart = grammar.points_with_band(
        data, "n_labelled", "accuracy_gain", series="condition", order=ORDER[:2], band="ci95",
        domain=[-reach, reach], y_title=GAIN, height=260,
    )  # fmt: skip
    axis = grammar.quantity("accuracy_gain", data["accuracy_gain"], heading=GAIN, domain=[-reach, reach])
    zero = alt.Chart(pd.DataFrame({"zero": [0.0]})).mark_rule(color="ink", strokeWidth=1)
    chart = _examples_axis(chart, counts) + zero.encode(y=alt.Y("zero", **axis))
    found = verdicts(curves)
    parts = []
    for condition in (FROZEN, TUNED):
        mine = found[found["condition"] == condition]
        words = [
            f"{verdict} at {listed(mine.loc[mine['verdict'] == verdict, 'n_labelled'])}"
            for verdict in ("better", "worse")
            if (mine["verdict"] == verdict).any()
        ]
        parts.append(f"{condition}: " + (listed(words) if words else "no clear difference"))
    title = "Against from scratch, " + "; ".join(parts)
    subtitle = (
        "Test accuracy minus that of the network trained from scratch on the same examples, in percentage points. "
        "A point per seed; line: mean; band: 95 % interval of the mean."
    )
    return Figure("transfer-advantage", title, subtitle, chart, f"{title} labelled examples per class.", data)



@remembered
def learning(curves: pd.DataFrame, n_labelled: int) -> Figure:
    """Accuracy by epoch for one number of labelled examples."""
    data = curves[curves["n_labelled"] == n_labelled]
    data = data.assign(diverged=~data["loss"].abs().lt(math.inf))
    chart = grammar.curves(data, "accuracy", "condition", order=ORDER, height=260)
    ends = grammar.finite(data[data["epoch"] == data["epoch"].max()], "accuracy")
    means = ends.groupby(["split", "condition"])["accuracy"].mean()
    best = means["test"].idxmax() if "test" in means else SCRATCH
    title = (
        f"{n_labelled} per class: {best} ends best, at {means['test', best]:.0%} on unseen images and "
        f"{means['train', best]:.0%} on its few training images"
        if "test" in means
        else "All networks diverged"
    )
    subtitle = "By pass over the labelled examples; solid: those examples, dashed: unseen images; band: range over seeds."
    return Figure("transfer-learning", title, subtitle, chart, f"{title}.", data.drop(columns="diverged"))


def live_transfer(curves: pd.DataFrame) -> Figure:
    """While it trains: the numbers of examples done so far."""
    figure = transfer(curves)
    return Figure("live", "So far", "", figure.chart, "Transfer accuracy so far.", figure.data)

"""Charts of transfer learning (part 7): accuracy and advantage by the number of labelled
examples.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import altair as alt
import pandas as pd

from ....charts import Figure, grammar
from ....charts.words import alike, listed, plural
from .config import FROZEN, TRANSFERS, TUNED
from .findings import Facts, Gain, against_scratch, last
from .story import points_of

if TYPE_CHECKING:
    from .experiment import TransferResult

GAIN = "gain over from scratch, in points"
EXAMPLES = "labelled examples per class (log axis)"


def _examples_axis(chart: alt.LayerChart, counts: list[int]) -> alt.LayerChart:
    """The numbers of examples themselves as ticks."""
    for layer in chart.layer:
        x = layer.encoding.x
        if x is not alt.Undefined:
            x.axis = alt.Axis(
                title=EXAMPLES, values=counts, format="d", grid=True, labelOverlap=True
            )
            x.scale = alt.Scale(
                type="log", domain=[counts[0] * 0.85, counts[-1] * 1.18], nice=False
            )
    return chart


def _levels(data: pd.DataFrame) -> alt.LayerChart:
    counts = sorted(int(n) for n in data["n_labelled"].unique())
    chart = grammar.points_with_band(
        data,
        "n_labelled",
        "accuracy",
        series="condition",
        order=TRANSFERS,
        y_title="test accuracy",
        height=300,
        alone=True,
    )
    return _examples_axis(chart, counts)


def transfer(curves: pd.DataFrame, pixels: pd.DataFrame, f: Facts) -> Figure:
    """Test accuracy on the new task against the number of labelled examples, by condition."""
    data = last(curves)
    subtitle = "Accuracy on unseen images of the new task. " + (
        f"A point per network, line: mean; band: range over {f.n_seeds} seeds. Each seed draws"
        " labelled examples, test images and random numbers anew."
        if f.n_seeds > 1
        else "One network and one choice of examples per point."
    )
    chart = _levels(data)
    known = pixels[pixels["loss"].abs().lt(math.inf)]
    if len(known):
        chart = _examples_axis(chart + _baseline(known), [level.n_labelled for level in f.levels])
        subtitle += " Dotted, with crosses: logistic regression on the pixels, mean."
    ends = f.levels if len(f.levels) == 1 else (f.levels[0], f.levels[-1])
    alt_text = " ".join(
        f"At {level.n_labelled} per class: "
        + ", ".join(f"{c} {value:.0%}" for c, value in level.accuracy)
        + "."
        for level in ends
        if level.accuracy
    )
    title = transfer_title(f)
    return Figure(
        "transfer",
        title,
        subtitle,
        chart,
        f"{title}. {alt_text}".strip(),
        data.drop(columns="diverged"),
    )


def _baseline(pixels: pd.DataFrame) -> alt.Chart:
    means = pixels.groupby("n_labelled")["accuracy"].mean().reset_index()
    cross = alt.OverlayMarkDef(shape="cross", size=40, filled=True, color="ink")
    line = alt.Chart(means).mark_line(
        strokeDash=grammar.DOTTED, strokeWidth=1.4, color="ink", point=cross
    )
    return line.encode(x=alt.X("n_labelled:Q"), y=alt.Y("accuracy:Q"))


def transfer_title(f: Facts) -> str:
    """Where taking over paid, and where it cost."""
    what = "Transfer" if f.pretrained else "Taking over untrained layers"
    better, worse = [g for g in f.gains if g.better], [g for g in f.gains if g.worse]
    if not f.gains:
        return "The networks diverged: there is nothing to compare"
    if f.n_seeds == 1:
        return "One network of each kind cannot tell whether taking over pays: let several run"
    if better:
        best = max(better, key=lambda g: g.mean)
        pays = f"{what} pays where labels are few" if f.few else f"{what} pays"
        cost = f"; {_less(worse)}" if worse else ""
        return (
            f"{pays}: {points_of(best.mean)} more than from scratch at {best.n_labelled} per class"
            f" ({best.condition}){cost}"
        )
    if worse:
        most = min(worse, key=lambda g: g.mean)
        return (
            f"Here {what[0].lower() + what[1:]} does not pay: {points_of(most.mean)} fewer than"
            f" from scratch at {most.n_labelled} per class ({most.condition}), and nowhere clearly"
            " more"
        )
    return f"{f.n_seeds} seeds do not settle whether taking over beats starting from scratch"


def _less(worse: list[Gain]) -> str:
    most = min(worse, key=lambda g: g.mean)
    return f"{points_of(most.mean)} fewer at {most.n_labelled} ({most.condition})"


def advantage(curves: pd.DataFrame, f: Facts) -> Figure:
    """Gain over "from scratch", paired by seed, with its 95% interval."""
    data = against_scratch(curves)
    counts = [level.n_labelled for level in f.levels]
    drawn = data.assign(points=100 * data["accuracy_gain"])
    domain = _gains_axis(drawn["points"], f)
    chart = grammar.points_with_band(
        drawn,
        "n_labelled",
        "points",
        series="condition",
        order=TRANSFERS[:2],
        band="ci95",
        domain=domain,
        y_title=GAIN,
        height=260,
    )
    axis = grammar.quantity("points", drawn["points"], heading=GAIN, domain=domain)
    zero = alt.Chart(pd.DataFrame({"zero": [0.0]})).mark_rule(color="ink", strokeWidth=1)
    chart = _examples_axis(chart, counts) + zero.encode(y=alt.Y("zero", **axis))
    title = advantage_title(f)
    subtitle = (
        "Test accuracy minus that from scratch on the same examples, for as many epochs. A point"
        " per seed; line: mean" + (_corrected(f) if f.n_seeds > 1 else ".")
    )
    return Figure("transfer-advantage", title, subtitle, chart, f"{title}.", data)


def _gains_axis(points: pd.Series, f: Facts) -> list[float]:
    """From the lowest point or interval to the highest, and 5 points at least on both sides of
    0.
    """
    ends = [100 * end for g in f.gains for end in (g.low, g.high) if math.isfinite(end)]
    values = [*points[points.abs().lt(math.inf)], *ends]
    return [1.05 * min([-5.0, *values]), 1.05 * max([5.0, *values])]


def _corrected(f: Facts) -> str:
    """Why the title may call undecided what a band leaves out 0 for."""
    return (
        "; band: its 95% interval, each by itself. The title speaks after Holm's correction for"
        f" {plural(f.compared, 'comparison')}."
    )


def advantage_title(f: Facts) -> str:
    """Where each condition is clearly better or worse."""
    if not f.gains:
        return "The networks diverged: there is nothing to compare"
    if f.n_seeds == 1:
        return "Gains of one network each, without an interval"
    return "Against from scratch, " + "; ".join(
        _clear(f, condition) for condition in (FROZEN, TUNED)
    )


def _clear(f: Facts, condition: str) -> str:
    where = {
        "better": [g.n_labelled for g in f.of(condition) if g.better],
        "worse": [g.n_labelled for g in f.of(condition) if g.worse],
    }
    words = [
        f"{verdict} at {listed(counts)} per class" for verdict, counts in where.items() if counts
    ]
    return f"{condition}: " + (listed(words) if words else "undecided")


def learning(result: TransferResult, n_labelled: int) -> Figure:
    """Accuracy by epoch for one number of labelled examples."""
    data = result.curves[result.curves["n_labelled"] == n_labelled]
    data = data.assign(diverged=~data["loss"].abs().lt(math.inf))
    chart = grammar.curves(data, "accuracy", "condition", order=TRANSFERS, height=260)
    title = learning_title(data, n_labelled)
    subtitle = (
        "By pass over the labelled examples; solid: those examples, dashed: unseen images; "
        + ("band: range over seeds." if data["seed"].nunique() > 1 else "one network of each kind.")
    )
    return Figure(
        "transfer-learning", title, subtitle, chart, f"{title}.", data.drop(columns="diverged")
    )


def learning_title(data: pd.DataFrame, n_labelled: int) -> str:
    """Who ends with the highest mean accuracy on unseen images."""
    ends = grammar.finite(data[data["epoch"] == data["epoch"].max()], "accuracy")
    means = ends.groupby(["split", "condition"])["accuracy"].mean()
    if "test" not in means:
        return "All networks diverged"
    test, best = means["test"], means["test"].max()
    first = [name for name in TRANSFERS if name in test and alike([test[name], best], ".0%")]
    if len(first) > 1:
        return f"{n_labelled} per class: {listed(first)} end alike, at {best:.0%} on unseen images"
    learned = f"{means['train', first[0]]:.0%} on the images it learned from"
    ahead = "ends best, " if len(test) > 1 else "ends "
    return f"{n_labelled} per class: {first[0]} {ahead}at {best:.0%} on unseen images and {learned}"


def live(curves: pd.DataFrame) -> Figure:
    """While it trains: the numbers of examples done so far."""
    data = last(curves)
    return Figure(
        "live",
        "So far",
        "",
        _levels(data),
        "Transfer accuracy so far.",
        data.drop(columns="diverged"),
    )

"""Accuracy of every start by epoch."""

from __future__ import annotations

import altair as alt
import pandas as pd

from .....charts import Figure, grammar
from .....charts.words import between, listed, plural, quoted
from ..findings import End, Facts, Outcome


def accuracy(curves: pd.DataFrame, chance: pd.DataFrame, f: Facts) -> Figure:
    """Accuracy of every condition by epoch, train and test, with the share of the commonest
    class.
    """
    order = [o.condition for o in f.outcomes]
    chart = grammar.curves(curves, "accuracy", "condition", order=order, height=300)
    chart = chart + _floor(chance)
    base = f.baseline
    alone = (
        f"The baseline: {base.train:.0%} on the training set, {base.accuracy:.0%} on the test set"
    )
    title = accuracy_title(f) if f.rivals else alone
    subtitle = (
        "Accuracy by epoch; solid: training set, dashed: test set"
        + (f"; band: range over {f.n_seeds} seeds" if f.n_seeds > 1 else "")
        + "; dotted: chance, which is always giving the commonest answer."
    )
    ends = ", ".join(f"{o.condition} {reached(o, f)}" for o in f.outcomes)
    alt_text = f"Test accuracy after {plural(f.epochs, 'epoch')}: {ends}."
    return Figure("accuracy-by-start", title, subtitle, chart, alt_text, curves)


def reached(o: Outcome, f: Facts) -> str:
    """From where to where the test accuracies of a start's networks end."""
    return "diverged" if o.lost == f.n_seeds else between(o.low, o.high)


ENDS = {
    End.BETTER: ("does better", "do better"),
    End.NEAR: ("ends close to it", "end close to it"),
    End.BETWEEN: ("is in between", "are in between"),
    End.STUCK: ("hardly leaves chance", "hardly leave chance"),
    End.DIVERGED: ("diverged", "diverged"),
}
NO_BETTER = ("is no better than chance", "are no better than chance")


def accuracy_title(f: Facts) -> str:
    """How every start ends, group by group."""
    where = "" if f.trained else f", where chance is {f.floor:.0%}"
    reached = f"reaches {f.baseline.accuracy:.0%}{where}"
    parts = [f"The baseline {'diverged' if f.baseline.lost == f.n_seeds else reached}"]
    for end, words in ENDS.items():
        if group := f.ended(end):
            who = listed(quoted(o.condition) for o in group)
            means = [o.accuracy for o in group]
            one, many = NO_BETTER if end is End.STUCK and max(means) <= f.floor else words
            measured = "" if end is End.DIVERGED else f" ({between(min(means), max(means))})"
            parts.append(f"{who} {one if len(group) == 1 else many}{measured}")
    return "; ".join(parts)


def _floor(chance: pd.DataFrame) -> alt.Chart:
    """A dotted line at the share of the commonest class of the test set."""
    data = chance[chance["split"] == "test"]
    y = alt.Y("share:Q", scale=alt.Scale(domain=[0.0, 1.0], nice=False), axis=None)
    return (
        alt.Chart(data)
        .mark_rule(strokeDash=grammar.DOTTED, color="muted", strokeWidth=1.2)
        .encode(y=y)
    )


def live(curves: pd.DataFrame) -> Figure:
    """While it trains: accuracy after the epoch just finished, a point per network."""
    epoch = int(curves["epoch"].max())
    data = curves[(curves["epoch"] == epoch) & (curves["split"] == "test")]
    at_x = alt.X(
        "accuracy:Q", **grammar.quantity("accuracy", data["accuracy"], heading="test accuracy")
    )
    names = list(dict.fromkeys(data["condition"]))
    at_y = alt.Y("condition:N", sort=names, axis=alt.Axis(title=None, labelLimit=200))
    points = (
        alt.Chart(data)
        .mark_point(filled=True, size=60, color="series:xavier")
        .encode(x=at_x, y=at_y)
    )
    chart = points.properties(**grammar.view(300))
    return Figure(
        "live",
        f"After epoch {epoch}",
        "",
        chart,
        f"Test accuracy by start after epoch {epoch}.",
        data,
    )

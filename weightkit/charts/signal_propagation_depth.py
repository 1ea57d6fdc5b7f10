"""Charts of the depth contest (He et al. 2015, figure 3) and of the map of where networks train."""

from __future__ import annotations

import altair as alt
import pandas as pd

from . import grammar
from .figure import Figure
from .remembered import remembered
from .signal_propagation_depth_words import contest_title, final, loss_title, reach, scheme_title, std_title
from .signal_propagation_words import named
from .words import label, listed, scheme_name, span

HEIGHT = 300


@remembered
def contest(curves: pd.DataFrame, chance: pd.DataFrame, height: int = HEIGHT) -> Figure:
    """Test accuracy by epoch: mean and range over seeds, and what a constant answer would get."""
    data = named(curves[curves["split"] == "test"]).drop(columns="split")
    share = float(chance.set_index("split")["share"]["test"])
    chart = _lines(data, "accuracy", "test accuracy", height)
    line = pd.DataFrame({"share": [share], "words": [f"commonest class, {share:.0%}"]})
    rule = alt.Chart(line).mark_rule(strokeDash=[3, 3], color="muted").encode(y=alt.Y("share:Q", axis=None))
    words = alt.Chart(line).mark_text(align="right", dx=-4, dy=-7, color="muted", fontSize=12)
    chart = chart + rule + words.encode(x=alt.XValue("width"), y=alt.Y("share:Q", axis=None), text=alt.Text("words:N"))
    title = contest_title(curves, chance)
    seeds = curves["seed"].nunique()
    ends = [f"{scheme_name(str(i))} {span(one['accuracy'])}" for i, one in final(curves).groupby("init", sort=False)]
    alt_text = f"{title}. Test accuracy after {curves['epoch'].max()} epochs: {listed(ends)}."
    subtitle = "Test accuracy by epoch. " + (
        f"Line: mean over {seeds} networks per scheme; band: their range." if seeds > 1 else "One network per scheme."
    )
    return Figure("depth-contest", title, subtitle, chart, alt_text, curves)


def live(curves: pd.DataFrame) -> Figure:
    """While it trains: test accuracy so far."""
    data = named(curves[curves["split"] == "test"]).drop(columns="split")
    epoch = int(curves["epoch"].max())
    chart = _lines(data, "accuracy", "test accuracy", HEIGHT)
    return Figure("live", f"After epoch {epoch}", "", chart, f"Test accuracy up to epoch {epoch}.", data)


@remembered
def loss(curves: pd.DataFrame, chance: pd.DataFrame) -> Figure:
    """Training loss by epoch."""
    data = named(curves[curves["split"] == "train"]).drop(columns="split")
    title = loss_title(curves, chance)
    top = float(grammar.finite(data, "loss")["loss"].quantile(0.99)) if len(grammar.finite(data, "loss")) else 1.0
    chart = _lines(data, "loss", "training loss", 240, [0.0, max(3.0, 1.1 * min(top, 10.0))])
    subtitle = "Cross-entropy on the training set by epoch; line: mean, band: range over networks."
    return Figure("depth-contest-loss", title, subtitle, chart, title + ".", curves[curves["split"] == "train"])


def _lines(
    data: pd.DataFrame, y: str, heading: str, height: int, domain: list[float] | None = None
) -> alt.LayerChart:
    order = list(dict.fromkeys(data["init"]))
    return grammar.curves(data, y, "init", order=order, y_title=heading, height=height, domain=domain)


@remembered
def trainability(table: pd.DataFrame, chance: pd.DataFrame, by: str) -> Figure:
    """Test accuracy as colour, over depth and scheme (`by` = "scheme") or standard deviation ("std")."""
    row = "init" if by == "scheme" else "std"
    mean = table.groupby(["init", "std", "depth"], sort=False)["accuracy"].mean().reset_index()
    if row == "init":
        mean = named(mean)
        shown = reach(named(table), chance, "init").sort_values(ascending=False, kind="stable")
        mean = mean.set_index("init").loc[list(shown.index)].reset_index()
        heading = ""
    else:
        mean = mean.sort_values(["std", "depth"], ascending=[False, True])
        mean["std"] = [label(float(s)) for s in mean["std"]]
        heading = "standard deviation of the weights"
    chart = grammar.heatmap(
        mean, "depth", row, "accuracy", domain=[0.0, 1.0], x_title="weight layers", y_title=heading,
        value_title="test accuracy", height=max(200, 30 * mean[row].nunique()),
    )  # fmt: skip
    chart.layer[0].encoding.color["legend"]["format"] = ".0%"
    title = scheme_title(table, chance) if row == "init" else std_title(table, chance)
    seeds = table["seed"].nunique()
    subtitle = (
        f"Test accuracy after training, {'one network' if seeds == 1 else f'mean of {seeds} networks'} per cell. To learn is to get "
        "more than halfway from chance to 100%. "
    ) + (
        "" if row == "init" else f"Kaiming's standard deviation for this width is {_middle(table):g}, the middle row."
    )
    alt_text = f"{title}. Accuracies run from {mean['accuracy'].min():.0%} to {mean['accuracy'].max():.0%}."
    return Figure(f"map-by-{by}", title, subtitle.strip(), chart, alt_text, table)


def _middle(table: pd.DataFrame) -> float:
    stds = sorted(set(table["std"]))
    return stds[len(stds) // 2]

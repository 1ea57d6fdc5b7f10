"""Charts of the depth contest (He et al. 2015, figure 3) and of the map of where networks train."""

from __future__ import annotations

import altair as alt
import pandas as pd

from . import theme
from .figure import Figure
from .remembered import remembered
from .signal_propagation_words import at_chance, contest_title, final, join, name, named, percent, reach

HEIGHT = 300


@remembered
def contest(curves: pd.DataFrame, chance: pd.DataFrame, dark: bool = False) -> Figure:
    """Test accuracy by epoch: mean and range over seeds, and what a constant answer would get."""
    data = named(curves[curves["split"] == "test"]).drop(columns="split")
    share = float(chance.set_index("split")["share"]["test"])
    chart = _lines(data, "accuracy", "test accuracy", dark, HEIGHT)
    line = pd.DataFrame({"share": [share], "words": [f"commonest class, {share:.0%}"]})
    rule = alt.Chart(line).mark_rule(strokeDash=[3, 3], color=theme.MUTED[dark]).encode(y=alt.Y("share:Q", axis=None))
    words = alt.Chart(line).mark_text(align="right", dx=-4, dy=-7, color=theme.MUTED[dark], fontSize=12)
    chart = chart + rule + words.encode(x=alt.value("width"), y=alt.Y("share:Q", axis=None), text="words:N")
    title = contest_title(curves, chance)
    seeds = curves["seed"].nunique()
    ends = [f"{name(str(i))} {percent(one['accuracy'])}" for i, one in final(curves).groupby("init", sort=False)]
    alt_text = f"{title}. Test accuracy after {curves['epoch'].max()} epochs: {join(ends)}."
    subtitle = "Test accuracy by epoch. " + (
        f"Line: mean over {seeds} networks per scheme; band: their range." if seeds > 1 else "One network per scheme."
    )
    return Figure("depth-contest", title, subtitle, chart, alt_text, curves)


def live(curves: pd.DataFrame) -> Figure:
    """While it trains: test accuracy so far."""
    data = named(curves[curves["split"] == "test"]).drop(columns="split")
    epoch = int(curves["epoch"].max())
    chart = _lines(data, "accuracy", "test accuracy", False, HEIGHT)
    return Figure("live", f"After epoch {epoch}", "", chart, f"Test accuracy up to epoch {epoch}.", data)


@remembered
def loss(curves: pd.DataFrame, dark: bool = False) -> Figure:
    """Training loss by epoch."""
    data = named(curves[curves["split"] == "train"]).drop(columns="split")
    first, last = (data[data["epoch"] == e] for e in (data["epoch"].min(), data["epoch"].max()))
    moved = (first.groupby("init", sort=False)["loss"].median() - last.groupby("init", sort=False)["loss"].median()).abs()
    still = [str(i) for i, change in moved.items() if change < 0.05]
    title = (
        f"The training loss of {join(still)} does not move: this is not overfitting, it is not learning at all"
        if still
        else f"The training loss falls with {join(map(str, moved.index))}"
    )
    top = float(theme.finite(data, "loss")["loss"].quantile(0.99)) if len(theme.finite(data, "loss")) else 1.0
    chart = _lines(data, "loss", "training loss", dark, 240, [0.0, max(3.0, 1.1 * min(top, 10.0))])
    subtitle = "Cross-entropy on the training set by epoch; line: mean, band: range over networks."
    return Figure("depth-contest-loss", title, subtitle, chart, title + ".", curves[curves["split"] == "train"])


def _lines(
    data: pd.DataFrame, y: str, heading: str, dark: bool, height: int, domain: list[float] | None = None
) -> alt.LayerChart:
    order = list(dict.fromkeys(data["init"]))
    return theme.curves(data, y, "init", order=order, y_title=heading, dark=dark, height=height, domain=domain)


@remembered
def trainability(table: pd.DataFrame, chance: pd.DataFrame, by: str, dark: bool = False) -> Figure:
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
        mean["std"] = [theme.label(float(s)) for s in mean["std"]]
        heading = "standard deviation of the weights"
    chart = theme.heatmap(
        mean, "depth", row, "accuracy", domain=[0.0, 1.0], x_title="weight layers", y_title=heading,
        value_title="test accuracy", dark=dark, height=max(200, 30 * mean[row].nunique()),
    )  # fmt: skip
    title = _scheme_title(table, chance) if row == "init" else _std_title(table, chance)
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


def _scheme_title(table: pd.DataFrame, chance: pd.DataFrame) -> str:
    deepest = reach(table, chance, "init")
    parts = [f"{name(str(i))} to {d:.0f}" if d else f"{name(str(i))} never" for i, d in deepest.sort_values(ascending=False).items()]
    return f"Down to how many layers each scheme learns: {', '.join(parts)}"


def _std_title(table: pd.DataFrame, chance: pd.DataFrame) -> str:
    share = float(chance.set_index("split")["share"]["test"])
    mean = table.groupby(["depth", "std"])["accuracy"].mean().reset_index()
    good = mean[mean["accuracy"] > share + (1 - share) / 2]
    if good.empty:
        return "No cell of this map learns"
    spans = good.groupby("depth")["std"].agg(["min", "max", "count"])
    shallow, deep = spans.index[0], spans.index[-1]
    first, last = spans.loc[shallow], spans.loc[deep]
    narrow = f"only {last['min']:g}" if last["count"] == 1 else f"from {last['min']:g} to {last['max']:g}"
    title = f"At {shallow} layers every std from {first['min']:g} to {first['max']:g} learns; at {deep} {narrow}"
    beyond = [d for d in sorted(set(table["depth"])) if d > deep]
    return title + (f"; at {beyond[0]} none" if beyond else "")


def map_sentences(table: pd.DataFrame, chance: pd.DataFrame, by: str) -> list[str]:
    """Deepest trained network of each row."""
    row = "init" if by == "scheme" else "std"
    share = float(chance.set_index("split")["share"]["test"])
    found = []
    for value, depth in reach(table, chance, row).items():
        who = name(str(value)) if row == "init" else f"std {value:g}"
        deepest = table[(table[row] == value) & (table["depth"] == table["depth"].max())]["accuracy"]
        end = "at chance" if at_chance(deepest, share) else percent(deepest)
        learned = f"learns up to {depth:.0f} layers" if depth else "does not learn at any of these depths"
        found.append(f"**{who}** {learned}; at {table['depth'].max()} layers: {end}.")
    return found




def map_theory(width: int) -> str:
    """Why there is an edge, in Markdown."""
    return (
        "**Why there is an edge.** A ReLU layer multiplies the signal's mean square by $N\\,\\mathrm{Var}(w) / 2$, here with "
        f"$N = {width}$. After $L$ layers the factor has been applied $L$ times, so that the deeper the network, the nearer to 1 it "
        f"must be; it is 1 at std $\\sqrt{{2 / {width}}} = {(2 / width) ** 0.5:.3f}$, which is Kaiming's."
    )

"""Charts of the map of where networks train."""

from __future__ import annotations

import altair as alt
import pandas as pd

from ....charts import Figure, grammar
from ....charts.words import label, listed, percent, plural, scheme_name, span
from ..settings import named
from .findings import Facts


def trainability(table: pd.DataFrame, f: Facts, about: str = "") -> Figure:
    """Test accuracy as colour, over depth and scheme (`f.by` = "scheme") or standard deviation
    ("std").
    """
    row = f.row
    mean = _cells(table, row)
    if row == "init":
        deepest = sorted(f.rows, key=lambda one: -one.reach)
        mean = mean.set_index("init").loc[[scheme_name(one.init) for one in deepest]].reset_index()
    chart = _colours(mean, row)
    title = scheme_title(f) if row == "init" else std_title(f)
    subtitle = (
        f"Test accuracy after {plural(f.epochs, 'epoch')},"
        f" {'one network' if f.n_seeds == 1 else f'mean of {f.n_seeds} networks'} per cell. To"
        " learn is to get more than halfway from chance to 100%. "
        + (
            ""
            if row == "init"
            else (
                f"Kaiming's standard deviation for this width is {f.stds[len(f.stds) // 2]:g}, the"
                " middle row."
            )
        )
    )
    subtitle = f"{subtitle.strip()} {about}"
    alt_text = f"{title}. Accuracies: {span(mean['accuracy'], percent)}."
    return Figure(f"map-by-{f.by}", title, subtitle.strip(), chart, alt_text, table)


def live(curves: pd.DataFrame) -> Figure:
    """While it trains: the columns of the map that are there, the shallowest networks first."""
    row = "std" if set(curves["init"]) == {"normal"} else "init"
    mean = _cells(curves, row)
    depths = listed([f"{depth:g}" for depth in dict.fromkeys(curves["depth"])])
    words = f"Test accuracy of networks with {depths} layers, which are through."
    return Figure("live", f"So far: {depths} layers", "", _colours(mean, row), words, curves)


def _cells(table: pd.DataFrame, row: str) -> pd.DataFrame:
    """The mean over seeds of each cell, the rows named, the largest std first."""
    mean = table.groupby(["init", "std", "depth"], sort=False)["accuracy"].mean().reset_index()
    if row == "init":
        return named(mean)
    mean = mean.sort_values(["std", "depth"], ascending=[False, True])
    return mean.assign(std=[label(float(s)) for s in mean["std"]])


def _colours(mean: pd.DataFrame, row: str) -> alt.LayerChart:
    return grammar.heatmap(
        mean,
        "depth",
        row,
        "accuracy",
        domain=[0.0, 1.0],
        x_title="weight layers",
        y_title="" if row == "init" else "standard deviation of the weights",
        value_title="test accuracy",
        form=".0%",
        numbers=True,
        height=max(200, 30 * mean[row].nunique()),
    )


def scheme_title(f: Facts) -> str:
    """The largest depth at which each scheme learns, the deepest first."""
    depths = sorted({one.reach for one in f.rows if one.reach}, reverse=True)
    if not depths:
        return "No scheme learns at any of these depths"
    who = [[scheme_name(one.init) for one in f.rows if one.reach == depth] for depth in depths]
    first = (
        f"{listed(who[0])} still {'learns' if len(who[0]) == 1 else 'learn'} with {depths[0]}"
        " layers"
    )
    rest = [
        f"{listed(group)} with {depth}" for group, depth in zip(who[1:], depths[1:], strict=True)
    ]
    never = [scheme_name(one.init) for one in f.rows if not one.reach]
    return "; ".join([first, *rest]) + (f"; {listed(never)} with none" if never else "")


def std_title(f: Facts) -> str:
    """Which standard deviations learn at the smallest depth, at the largest at which any does, and
    where none does.
    """
    good = {depth: [one.std for one in f.rows if depth in one.learned] for depth in f.depths}
    deep = [depth for depth, found in good.items() if found]
    if not deep:
        return "No cell of this map learns"
    title = f"At {deep[0]} layers {_stds(good[deep[0]], f.stds)}"
    title += f"; at {deep[-1]} {_stds(good[deep[-1]], f.stds)}" if len(deep) > 1 else ""
    beyond = [depth for depth in good if depth > deep[-1]]
    return title + (f"; at {beyond[0]} none" if beyond else "")


def _stds(found: list[float], stds: tuple[float, ...]) -> str:
    """The standard deviations that learn, among those that were tried."""
    if len(found) == 1:
        return f"only std {found[0]:g} learns"
    gap = stds.index(found[-1]) - stds.index(found[0]) + 1 > len(found)
    reach = f"from {found[0]:g} to {found[-1]:g}"
    return f"{len(found)} stds {reach} learn" if gap else f"every std {reach} learns"

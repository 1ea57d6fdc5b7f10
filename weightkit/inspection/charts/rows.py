"""A row for each parameter, the most telling ones where there are many."""

from __future__ import annotations

import math
from collections.abc import Sequence

import altair as alt
import pandas as pd

from ...charts import Figure, grammar
from ...charts.words import capital

MOST = 12  # parameters of a figure: what a slide and a phone have room for
LETTERS = 24  # of a name on an axis
ROW = 24  # pixels
CROSS_SIZE = 70
PHONE = 330  # pixels of a chart with its names
FEW = 50  # an axis that spans less has ticks at 1, 2 and 5 of each power of ten


def short(name: str, letters: int = 50) -> str:
    """The name, its middle left out where it is long: its end tells most."""
    if len(name) <= letters:
        return name
    return name[: letters // 3 - 1] + "…" + name[-(letters - letters // 3) :]


def first_of(names: Sequence[str]) -> str:
    more = len(names) - 1
    return short(names[0]) + (f" and {more:,} more" if more else "")


def most_telling(rows: pd.DataFrame, by: pd.Series, which: str) -> tuple[pd.DataFrame, list[str]]:
    """At most MOST rows, those with the largest `by`, in their order, each with a short `name` of
    its own; and what to say where some are left out.
    """
    chosen = by.astype(float).sort_values(ascending=False, kind="stable").index[:MOST]
    shown = rows[rows.index.isin(chosen)]
    names: list[str] = []
    for place, name in enumerate(_without_common(shown["parameter"].tolist())):
        brief = short(_abbreviated(name), LETTERS)
        names.append(brief if brief not in names else f"{place + 1}: {brief}")
    said = [f"The {MOST} {which}, of {len(rows):,}"] if len(rows) > MOST else []
    return shown.assign(name=names, shape=[_shape(s) for s in shown["shape"]]), said


def _abbreviated(name: str) -> str:
    """The name with its first parts as one letter each, as many as must be: m.l.0.self_attn.k_proj;
    numbers stay, which say the layer.
    """
    parts = name.split(".")
    for place, part in enumerate(parts[:-1]):
        if len(".".join(parts)) <= LETTERS:
            break
        parts[place] = part if part.isdecimal() else part[:1]
    return ".".join(parts)


def _without_common(names: list[str]) -> list[str]:
    """The names without the parts, between dots, that all of them begin or end with."""
    parts = [name.split(".") for name in names]
    for end in (0, -1):
        while len({p[end] for p in parts}) == 1 and all(len(p) > 1 for p in parts) and names[1:]:
            parts = [p[1:] if end == 0 else p[:-1] for p in parts]
    return [".".join(p) for p in parts]


def _shape(shape: Sequence[int]) -> str:
    return " x ".join(map(str, shape)) or "one number"


def legend_beside(names: Sequence[str], shown: pd.DataFrame) -> alt.Legend | None:
    """A legend over the plot, in what a phone leaves beside the names of these rows."""
    return grammar.legend_of(names, room=PHONE - 6 * max(map(len, shown["name"])))


def rows_of(shown: pd.DataFrame) -> alt.Y:
    axis = alt.Axis(
        title=None,
        ticks=False,
        domain=False,
        labelLimit=190,
        labelOverlap=False,
        labelPadding=9,
        grid=True,
    )
    return alt.Y("name:O", sort=list(shown["name"]), axis=axis)


def log_axis(column: str, values: pd.Series, heading: str, also: Sequence[float]) -> dict:
    """Keywords of a log axis on which these lie, with room at both ends."""
    known = values[(values > 0) & (values < math.inf)]
    ends = grammar.span(pd.Series([*known, *also], dtype=float), log=True)
    keywords = grammar.quantity(column, values, log=True, heading=heading, domain=ends)
    if ends[1] / ends[0] < FEW:
        tens = [ends[0] * 10.0**e for e in range(round(math.log10(ends[1] / ends[0])) + 1)]
        ticks = [d * ten for ten in tens for d in (1, 2, 5) if d * ten <= ends[1] * 1.001]
        keywords["axis"].values, keywords["axis"].format = ticks, ".3~g"
        keywords["axis"].labelExpr = alt.Undefined
    return keywords


def dots(data: pd.DataFrame, shown: pd.DataFrame, x: alt.X, *tips: alt.Tooltip) -> alt.Chart:
    """A point for each row, all of one kind."""
    return (
        alt.Chart(data)
        .mark_point(size=60, filled=True, opacity=0.9, color="series:xavier")
        .encode(y=rows_of(shown), x=x, tooltip=[alt.Tooltip("parameter:N"), *tips])
    )


def rule(x: dict, at: float, dash: Sequence[int] = (1, 0)) -> alt.Chart:
    rule = alt.Chart(pd.DataFrame({"at": [at]})).mark_rule(color="muted", strokeDash=list(dash))
    return rule.encode(x=alt.X("at", **x))


def crosses_of(rows: pd.DataFrame, shown: pd.DataFrame, x: dict, end: int) -> list[alt.Chart]:
    """A cross at one end of the axis for rows without a place on it, and words beside it."""
    if rows.empty:
        return []
    at = rows.assign(at=float(x["scale"].domain[end]))
    base = alt.Chart(at).encode(y=rows_of(shown), x=alt.X("at", **x))
    tips = [alt.Tooltip("parameter:N"), alt.Tooltip("shape:N")]
    mark = base.mark_point(
        shape=grammar.CROSS, size=CROSS_SIZE, strokeWidth=2, color="ink", opacity=1, filled=False
    )
    layers = [mark.encode(tooltip=tips)]
    if "words" in at:
        place: dict = {
            "align": "left" if end == 0 else "right",
            "dx": -9 if end else 9,
            "fontSize": 12,
        }
        named = base.encode(text=alt.Text("words:N"))
        halo = named.mark_text(**place, stroke="paper", strokeWidth=4, strokeJoin="round")
        layers += [halo, named.mark_text(**place, color="muted")]  # a grid line is behind it
    return layers


def figure_of(
    name: str, title: str, subtitle: str, layers: Sequence[alt.Chart], n: int, data: pd.DataFrame
) -> Figure:
    title = capital(title)
    chart = alt.layer(*layers, **grammar.view(max(3, n) * ROW))
    return Figure(name, title, subtitle, chart, f"{title}. {subtitle}", data.drop(columns="name"))

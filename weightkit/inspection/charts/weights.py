"""How the weights are: their std, what a matrix does to lengths, zeros and equal rows."""

from __future__ import annotations

import math
from collections.abc import Sequence

import altair as alt
import pandas as pd

from ...charts import Figure, grammar
from ...charts.words import number, plural, share
from ..findings import FAR, Facts
from ..sentences import NAMES
from .rows import (
    crosses_of,
    dots,
    figure_of,
    first_of,
    legend_beside,
    log_axis,
    most_telling,
    rows_of,
    rule,
    short,
)

LEGEND = {"kaiming": "Kaiming", "xavier": "Xavier", "pytorch_default": "PyTorch"}


def _judged(p: pd.DataFrame, facts: Facts) -> pd.DataFrame:
    """The parameters whose std has one to compare it with."""
    constant = p["parameter"].isin(facts.constant) & p["kaiming"].notna()
    judged = p["parameter"].isin([name for name, *_ in (*facts.large, *facts.small)])
    usual = p["times_nearest"].astype(float).between(1 / FAR, FAR) & p["known"].astype(bool)
    return p[p["known"].astype(bool) & (constant | judged | usual)]


def _times(rows: pd.DataFrame, scheme: str) -> pd.Series:
    """The std over what a scheme would give; of what is equal there is no place on a log axis."""
    return rows["std"].where(rows["std"] > 0) / rows[scheme].where(rows[scheme] > 0)


def reach(parameters: pd.DataFrame, facts: Facts) -> tuple[float, ...]:
    """The least and the largest of what `stds` draws, so that another may have the same axis."""
    there = _judged(parameters, facts)
    found = pd.concat([_times(there, s) for s in LEGEND]).dropna()
    return (float(found.min()), float(found.max())) if len(found) else ()


def stds(
    parameters: pd.DataFrame, facts: Facts, prefix: str = "", also: Sequence[float] = ()
) -> Figure | None:
    """The std of each weight over what each scheme would give, around 1; also: values that the
    axis holds as well.
    """
    there = _judged(parameters, facts)
    if there.empty:
        return None
    away = (
        there["times_nearest"].astype(float).map(lambda t: math.inf if t != t else abs(math.log(t)))
    )
    shown, left_out = most_telling(there, away, "furthest from every scheme")
    drawn = pd.concat(
        shown.assign(scheme=name, times=_times(shown, s)) for s, name in LEGEND.items()
    )
    drawn = drawn[["name", "parameter", "shape", "std", "scheme", "times"]]
    data = drawn[drawn["times"] > 0]
    x = log_axis("times", data["times"], "std / std of the scheme", (1 / FAR, FAR, *also))
    base = alt.Chart(data).encode(y=rows_of(shown))
    scale = grammar.colour_scale(list(LEGEND.values()))
    shapes = alt.Scale(domain=scale.domain, range=list(grammar.SHAPES[:3]))
    legend = legend_beside(scale.domain, shown)
    layers = [rule(x, 1.0), *(rule(x, at, [3, 3]) for at in (1 / FAR, FAR))]
    if len(data):
        layers.append(
            base.mark_point(size=60, filled=True, opacity=0.9).encode(
                x=alt.X("times", **x),
                color=alt.Color("scheme:N", scale=scale, legend=legend),
                shape=alt.Shape("scheme:N", scale=shapes, legend=legend),
                tooltip=[
                    alt.Tooltip("parameter:N"),
                    alt.Tooltip("shape:N"),
                    alt.Tooltip("std:Q", format=".3~g", title="std"),
                    alt.Tooltip("scheme:N", title="over that of"),
                    alt.Tooltip("times:Q", format=".3~g", title="times"),
                ],
            )
        )
    flat = shown[shown["name"].isin(set(shown["name"]) - set(data["name"]))]
    layers += crosses_of(flat.assign(words="all equal"), shown, x, 0)
    crosses = ["×: all its numbers are equal"] if len(flat) else []
    dashes = f"dashed: {FAR:g} times as large and as small"
    title = _of_stds(facts, there["parameter"].tolist())
    told = "; ".join(["Points: std of a weight, divided by that of each scheme", dashes, *crosses])
    subtitle = f"{'. '.join([told, 'PyTorch: its default', *left_out])}."
    return figure_of(prefix + "std-by-parameter", title, subtitle, layers, len(shown), drawn)


def _of_stds(facts: Facts, names: list[str]) -> str:
    n, off = len(names), [*facts.large, *facts.small]
    if constant := [name for name in facts.constant if name in names]:
        equal = f"All numbers are equal in {first_of(constant)}"
        return equal if not off else f"{equal}; {plural(len(off), 'more std', 'more stds')} far off"
    if not off:
        return f"{'The one weight has' if n == 1 else f'All {n:,} weights have'} a usual std"
    name, scheme, times = max(off, key=lambda row: abs(math.log(row[2])))
    way, factor = ("above", times) if times > 1 else ("below", 1 / times)
    which = f"{len(off):,} of {plural(n, 'weight')} {'is' if len(off) == 1 else 'are'} far off"
    return f"{which}: the std of {short(name)} is {number(factor)} times {way} {NAMES[scheme]}"


def conditions(parameters: pd.DataFrame, prefix: str = "") -> Figure | None:
    """The condition number of each matrix; of singular ones the rank."""
    p = parameters
    there = p[(p["rank"] >= 0) & (p["full_rank"] > 1)]
    if there.empty:
        return None
    conditions = there["condition_number"].astype(float)
    missing = 1 - there["rank"] / there["full_rank"]
    shown, left_out = most_telling(
        there, conditions.where(conditions < math.inf, 1e300) * (1 + missing), "with the largest"
    )
    drawn = shown[["name", "parameter", "shape", "condition_number", "rank", "full_rank"]]
    data = drawn[drawn["condition_number"].astype(float) < math.inf]
    x = log_axis(
        "condition_number", data["condition_number"].astype(float), "condition number κ", (1, 10)
    )
    layers = []
    if len(data):
        tip = alt.Tooltip("condition_number:Q", format=".3~g", title="condition number")
        layers.append(dots(data, shown, alt.X("condition_number", **x), tip))
    singular = drawn[drawn["condition_number"].astype(float) == math.inf]
    said = [
        f"rank {r:,} of {n:,}" for r, n in zip(singular["rank"], singular["full_rank"], strict=True)
    ]
    layers += crosses_of(singular.assign(words=said), shown, x, 1)
    crosses = ["×: singular, with its rank"] if len(singular) else []
    told = "Points: largest singular value divided by the smallest"
    subtitle = f"{'. '.join(['; '.join([told, *crosses]), *left_out])}."
    short_of = there[there["rank"] < there["full_rank"]]
    if len(short_of):
        worst = short_of.loc[(short_of["rank"] / short_of["full_rank"]).idxmin()]
        rank = f"{short(worst['parameter'])} has rank {worst['rank']:,} of {worst['full_rank']:,}"
        of_all = plural(len(there), "matrix", "matrices")
        title = f"{len(short_of):,} of {of_all} below full rank: {rank}"
    else:
        worst = there.loc[conditions.idxmax()]
        title = (
            f"Every rank is full; the largest condition number is {number(conditions.max())},"
            f" of {short(worst['parameter'])}"
        )
    return figure_of(prefix + "condition-numbers", title, subtitle, layers, len(shown), drawn)


def shares(parameters: pd.DataFrame, prefix: str = "") -> Figure | None:
    """Exact zeros, and rows that repeat another, of the weights that have some."""
    p = parameters[parameters["rows"].astype(int) > 0]
    repeated = (1 - p["distinct_rows"] / p["rows"]).where(p["distinct_rows"] >= 0, 0.0)
    p = p.assign(zeros=p["share_zero"].astype(float).fillna(0.0), repeated=repeated.astype(float))
    there = p[(p["zeros"] > 0) | (p["repeated"] > 0)]
    if there.empty:
        return None
    most = there[["zeros", "repeated"]].max(axis=1)
    shown, left_out = most_telling(there, most, "with the largest shares")
    kinds = {"zeros": "exact zeros", "repeated": "repeated rows"}
    drawn = pd.concat(shown.assign(what=said, part=shown[kind]) for kind, said in kinds.items())
    drawn = drawn[["name", "parameter", "shape", "what", "part"]]
    scale = alt.Scale(domain=list(kinds.values()), range=["series:constant", "series:kaiming"])
    shapes = alt.Scale(domain=scale.domain, range=["square", "circle"])
    legend = legend_beside(scale.domain, shown)
    axis = alt.Axis(title="share", format=".0%", tickCount=5, grid=True)
    points = (
        alt.Chart(drawn)
        .mark_point(size=60, filled=True, opacity=0.9)
        .encode(
            y=rows_of(shown),
            x=alt.X("part:Q", scale=alt.Scale(domain=[0, 1]), axis=axis),
            color=alt.Color("what:N", scale=scale, legend=legend),
            shape=alt.Shape("what:N", scale=shapes, legend=legend),
            tooltip=[
                alt.Tooltip("parameter:N"),
                alt.Tooltip("what:N", title="share of"),
                alt.Tooltip("part:Q", format=".2%", title="share"),
            ],
        )
    )
    top = there.loc[most.idxmax()]
    what = "rows" if top["repeated"] >= top["zeros"] else "numbers"
    how = "repeat another" if what == "rows" else "are exactly 0"
    title = f"{share(most.max())} of the {what} of {short(top['parameter'])} {how}"
    which = "the one weight that has" if len(there) == 1 else "each weight that has"
    said = f"Points: the share of exact zeros and of repeated rows in {which} some"
    subtitle = f"{'. '.join([said, *left_out])}."
    return figure_of(prefix + "zeros-and-rows", title, subtitle, [points], len(shown), drawn)

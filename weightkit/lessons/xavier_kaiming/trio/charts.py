"""Formula and shape one at a time: the differences with their intervals."""

from __future__ import annotations

import altair as alt
import pandas as pd

from ....charts import Figure, grammar
from ....charts.words import between, p_value, scheme_name
from ..contest.charts import live
from .findings import Facts, Part

__all__ = ["apart", "live"]


def apart(tests: pd.DataFrame, f: Facts) -> Figure:
    """Differences of the training loss with their 95% intervals, for the pairs of three
    schemes.
    """
    data = tests[tests["metric"] == "train_loss"].drop(columns="metric")
    data["pair"] = [f"{scheme_name(p.first)} − {scheme_name(p.second)}" for p in f.pairs]
    data["what"] = [p.part.value for p in f.pairs]
    data["row"] = data["what"] + ": " + data["pair"]
    shown = grammar.finite(data, "difference")
    edges = pd.concat([shown["ci_low"], shown["ci_high"], pd.Series([0.0])])
    room = 0.06 * float(edges.max() - edges.min()) or 0.01
    domain = [float(edges.min()) - room, float(edges.max()) + room]
    at_x = grammar.quantity(
        "difference", edges, heading="difference of the mean training loss", domain=domain
    )
    rows = alt.Axis(
        title=None, labelExpr="split(datum.label, ': ')", labelLimit=260, ticks=False, domain=False
    )
    base = alt.Chart(shown).encode(y=alt.Y("row:N", sort=list(data["row"]), axis=rows))
    tips = [
        alt.Tooltip("pair:N"),
        alt.Tooltip("difference:Q", format=".4f"),
        alt.Tooltip("ci_low:Q", format=".4f"),
        alt.Tooltip("ci_high:Q", format=".4f"),
        alt.Tooltip("p:Q", format=".2~g"),
    ]
    ink = "ink"
    bar = base.mark_rule(strokeWidth=3, color=ink).encode(
        x=alt.X("ci_low:Q", **at_x), x2=alt.X2("ci_high:Q")
    )
    dot = base.mark_point(shape="diamond", filled=True, size=130, opacity=1, color=ink)
    dot = dot.encode(x=alt.X("difference:Q", **at_x), tooltip=tips)
    zero = alt.Chart(pd.DataFrame({"zero": [0.0]})).mark_rule(color="muted", strokeDash=[3, 3])
    chart = alt.layer(zero.encode(x=alt.X("zero:Q")), bar, dot).properties(**grammar.view(170))
    title = _title(f)
    alt_text = f"{title}. {_alt(f)}" if f.tested else f"{title}."
    subtitle = (
        "Diamond and bar: difference of the mean training loss, first minus second, and its 95%"
        " interval; dashed: no difference. Sure: p below 0.05, corrected for three comparisons."
    )
    return Figure("formula-or-shape", title, subtitle, chart, alt_text, data.drop(columns="row"))


def _title(f: Facts) -> str:
    if not f.tested:
        return "Some networks diverged, so there is nothing to test"
    match f.of(Part.FORMULA).sure, f.of(Part.SHAPE).sure:
        case True, False:
            return "The formula alone makes a sure difference; the shape alone shows none that is"
        case False, True:
            return "The shape alone makes a sure difference; the formula alone shows none that is"
        case True, True:
            return "Formula and shape each make a sure difference of their own"
        case _:
            return "Neither the formula nor the shape alone makes a sure difference"


def _alt(f: Facts) -> str:
    parts = [
        f"{p.part.value}, {scheme_name(p.first)} − {scheme_name(p.second)}: {p.difference:.2g} "
        f"(95% interval {between(p.low, p.high, '.2g')}; corrected, {p_value(p.p)})"
        for p in f.pairs
    ]
    return "; ".join(parts) + "."

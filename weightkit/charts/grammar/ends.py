"""Names at the right ends of lines."""

from __future__ import annotations

import json
import math
from typing import Any

import altair as alt
import pandas as pd

from .statistics import nudge

MOST_LABELS, LONGEST_LABEL, LABEL_GAP = 6, 22, 15.0
"""Direct labels: how many lines at most, how many letters each, and pixels between two of them."""
ONE_ROW, MOST_ROWS = 14, 3
"""So many letters stand in one row; longer names of so few lines in two, where all have a space:
beside another chart they would leave little of the plot.
"""

SIGNS = "●■▲♦+▼►◄"
"""`points.SHAPES` as letters that Helvetica and its like have (see `export.engine`)."""

NEAR = 0.03  # of the axis: lines that are nearer than this lie over each other


def crowded(lines: pd.DataFrame, x: str, scale: alt.Scale) -> bool:
    """Whether some of three lines or more lie over each other in most places, so that colour alone
    does not tell which is which.
    """
    if lines["_series"].nunique() < 3:
        return False
    last = lines[lines["split"] == lines["split"].iloc[-1]] if "split" in lines else lines
    table = last.pivot_table(index=x, columns="_series", values="mean")
    low, high = scale.domain
    if scale.to_dict().get("type") == "log":
        table = table.where(table > 0).map(math.log10)
        low, high = math.log10(low), math.log10(high)
    near = NEAR * (high - low)
    return any(
        ((table[one] - table[other]).abs() < near).mean() > 0.5
        for i, one in enumerate(table)
        for other in list(table)[i + 1 :]
    )


def _crossed(lines: pd.DataFrame) -> bool:
    """Whether training and test lines end in different orders: a name then says which it is of."""
    if "split" not in lines or lines["split"].nunique() < 2:
        return False
    last = lines.groupby(["split", "_series"], sort=False)["mean"].last().unstack("split")
    one, other = (list(last[split].sort_values(kind="stable").index) for split in last)
    return one != other


def _ends(lines: pd.DataFrame) -> pd.DataFrame:
    """The last point of every series; of its test line where there are two."""
    if "split" in lines:
        lines = lines.sort_values("split", key=lambda s: s.eq("test"), kind="stable")
        return lines.groupby("_series", sort=False).last().reset_index()
    return lines.groupby("_series", sort=False).last().reset_index()


def end_labels(
    lines: pd.DataFrame,
    scale: alt.Scale,
    axis: dict,
    height: float,
    shaped: bool,
    alone: bool = False,
) -> alt.Chart:
    """Names at the right end of the lines, drawn as the labels of a second y axis.

    An axis, because Vega measures axis labels when it lays the chart out (a text mark would be cut
    at the edge). `shaped`: the shapes on the lines stand before the names; `alone`: the chart has
    no neighbour, and so the room for names in one row.
    """
    ends = _ends(lines)
    low, high = axis["scale"].domain
    log = axis["scale"].to_dict().get("type") == "log"
    to, back = (math.log10, lambda v: 10**v) if log else (float, float)
    a, b = to(low), to(high)
    shares = [(to(max(v, low) if log else v) - a) / (b - a) for v in ends["mean"]]
    table = dict(zip(scale.domain, scale.range, strict=True))
    names = [str(v) for v in ends["_series"]]
    signs = {n: f"{SIGNS[i % len(SIGNS)]} " if shaped else "" for i, n in enumerate(scale.domain)}
    which = ", test" if _crossed(lines) else ""
    said = [signs[n] + n + which for n in names]
    twice = not alone and _two_rows(said)
    gap = LABEL_GAP * (1 + twice)
    places = [back(a + (b - a) * p) for p in nudge(shares, gap / height)]
    tests = [_test(p) for p in places]
    words = (
        " : ".join(
            f"{t} ? {json.dumps(_halves(one) if twice else one, ensure_ascii=False)}"
            for t, one in zip(tests, said, strict=True)
        )
        + " : ''"
    )
    paint = [{"test": t, "value": f"text:{table[n]}"} for t, n in zip(tests, names, strict=True)]
    right = alt.Axis(
        orient="right",
        values=places,
        labelExpr=words,
        labelColor={"condition": paint, "value": "ink"},
        title=None,
        domain=False,
        ticks=False,
        grid=False,
        labelLimit=0,
        labelOverlap=False,
        labelFlush=False,
        labelBound=False,
        labelPadding=6,
        labelFontSize=12,
        **({"labelOffset": -LABEL_GAP / 2} if twice else {}),
    )
    mark = alt.Chart(ends).mark_point(opacity=0, size=1)
    return mark.encode(y=alt.Y("mean", type="quantitative", scale=axis["scale"], axis=right))


def _two_rows(words: list[str]) -> bool:
    return (
        len(words) <= MOST_ROWS
        and max(map(len, words)) > ONE_ROW
        and all(" " in word.strip(SIGNS + " ") for word in words)
    )


def _halves(words: str) -> list[str]:
    """The text in two rows, as equally long as its spaces allow; a sign stays before its name."""
    spaces = [i for i, letter in enumerate(words) if letter == " " and words[:i].strip(SIGNS)]
    middle = min(spaces, key=lambda i: abs(2 * i - len(words)))
    return [words[:middle], words[middle + 1 :]]


def _test(place: float) -> str:
    """The Vega expression that tells the label of this place."""
    return f"abs(datum.value / {place!r} - 1) < 1e-9" if place else "datum.value == 0"


def respaced(drawing: dict[str, Any], height: float) -> dict[str, Any]:
    """A drawing whose labels at line ends keep their distance in a plot of another height."""
    layers = drawing.get("layer", ())
    return (
        drawing | {"layer": [_respaced(layer, height) for layer in layers]} if layers else drawing
    )


def _respaced(layer: dict[str, Any], height: float) -> dict[str, Any]:
    if "layer" in layer:
        return respaced(layer, height)
    y = layer.get("encoding", {}).get("y", {})
    axis = y.get("axis") or {}
    if axis.get("orient") != "right" or "labelExpr" not in axis or "domain" not in y["scale"]:
        return layer
    low, high = y["scale"]["domain"]
    to, back = (math.log10, lambda v: 10**v) if y["scale"].get("type") == "log" else (float, float)
    a, b = to(low), to(high)
    places: list[float] = axis["values"]
    shares = [(to(place) - a) / (b - a) for place in places]
    gap = LABEL_GAP * (2 if "labelOffset" in axis else 1)
    moved = [back(a + (b - a) * share) for share in nudge(shares, gap / height)]
    text = json.dumps({"expr": axis["labelExpr"], "paint": axis["labelColor"]})
    for i, place in enumerate(places):  # by way of names: a new place may be an old one of another
        text = text.replace(_test(place), f"\ue000{i}\ue000")
    for i, place in enumerate(moved):
        text = text.replace(f"\ue000{i}\ue000", _test(place))
    said = json.loads(text)
    new = axis | {"values": moved, "labelExpr": said["expr"], "labelColor": said["paint"]}
    return layer | {"encoding": layer["encoding"] | {"y": y | {"axis": new}}}

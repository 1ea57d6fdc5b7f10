"""Mean lines with bands over epochs or layers, named at their ends."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, cast

import altair as alt
import pandas as pd

from ..words import label
from .axes import accuracy_domain, layered, positional, quantity, split_dash, tip_form, title
from .colour import BAND
from .crosses import cross_layers
from .ends import LONGEST_LABEL, MOST_LABELS, crowded, end_labels
from .legends import legend_of, scale_of
from .points import SHAPES, words_beside
from .statistics import summarize

DOTTED = [1.5, 3.5]


def curves(
    data: pd.DataFrame,
    y: str,
    series: str,
    *,
    x: str = "epoch",
    band: str | None = "range",
    order: Sequence[Any] | None = None,
    theory: str | None = None,
    log_x: bool = False,
    log_y: bool = False,
    domain: Sequence[float] | None = None,
    x_title: str | None = None,
    y_title: str | None = None,
    direct: bool = True,
    alone: bool = False,
    key_title: str | None = None,
    keep: str | None = None,
    height: int = 240,
) -> alt.LayerChart:
    """Mean lines over seeds with a band: one colour per `series`, train solid, test dashed.

    `data`: one row per seed; columns x, y, `series`, and where there are any: split, seed,
    diverged, and the column named by `theory` (drawn thin and dotted). Up to 6 series are named at
    the right end of their line (of the test line, where there are both), with a shape where lines
    lie over each other; more, or `direct=False`, get a legend on top (headed by `key_title`; see
    `legend_of` for `alone`) and a shape beside the colour. A network that diverged ends in a cross
    at its last finite value, with a text. `domain` fixes the y axis. Add your own layers with `+`
    (give them `y=alt.Y(..., axis=None)` or no y), for example `marker(...)`. `keep`: a further
    factor whose values stay apart in the rows, for `export.with_slider`.
    """
    data = data.assign(_series=[label(v) for v in data[series]])
    apart = ["_series", *([keep] if keep else [])]
    keys = [*apart, *(["split"] if "split" in data else []), x]
    lines = summarize(data, keys, y, band)
    scale = scale_of(data, series, order)
    at_x = positional(data, x, log_x, x_title)
    axis = quantity(y, _drawn(lines, data, theory), log_y, y_title, domain or accuracy_domain(y))
    lines = _within_reach(lines, domain)
    n = len(set(lines["_series"]))
    direct = (
        direct
        and not keep
        and n <= MOST_LABELS
        and max((len(s) for s in lines["_series"]), default=0) <= LONGEST_LABEL
    )
    both = "split" in data and data["split"].nunique() > 1
    shaped = n > 1 and (not direct or crowded(lines, x, axis["scale"]))
    if shaped:
        lines = _spread_marks(lines, x, 4 if direct else 6)
    key = None if direct else legend_of(scale.domain, alone=alone)
    if key is not None and key_title:
        key.title = key_title
    paint = alt.Color("_series:N", scale=scale, legend=key)
    at_y = alt.Y("mean", **axis)
    dash = {"strokeDash": split_dash(both)} if "split" in data else {}
    base = alt.Chart(lines).encode(x=at_x, color=paint)
    layers: list = []
    if band:
        area = base.mark_area(opacity=BAND, clip=True)
        layers.append(
            area.encode(y=alt.Y("low", **axis), y2=alt.Y2("high"), detail=_detail(data, keep))
        )
    layers.append(
        base.mark_line(strokeWidth=2, clip=True).encode(y=at_y, detail=_detail(data, keep), **dash)
    )
    if theory:
        layers.append(_theory_layer(data, [*apart, x], theory, at_x, axis))
    if shaped:
        layers.append(_shape_layer(lines, at_x, axis, paint, scale, key))
    layers.append(_hover_layer(base, axis, x, y, series, "split" in data, band))
    layers += cross_layers(data, lines, x, y, series, at_x, axis, scale, keep, height)
    for layer in layers[1:]:
        layer.encoding.y.axis = None
    layers[0].encoding.y.axis = axis["axis"]
    if direct and n > 1:
        layers.append(end_labels(lines, scale, axis, height, shaped, alone))
    return layered(*layers, height=height).resolve_axis(y="independent")


def _within_reach(lines: pd.DataFrame, domain: Sequence[float] | None) -> pd.DataFrame:
    """Lines that leave a fixed domain, cut far outside of it: renderers fail at coordinates such as
    1e35.
    """
    if domain is None:
        return lines
    far = 20 * (domain[1] - domain[0])
    drawn = ["mean", "low", "high"]
    return lines.assign(**lines[drawn].clip(domain[0] - far, domain[1] + far))


def _drawn(lines: pd.DataFrame, data: pd.DataFrame, theory: str | None) -> pd.Series:
    """Every value that the y axis must hold."""
    parts = [lines["low"], lines["high"]] + ([data[theory]] if theory else [])
    return pd.concat(parts, ignore_index=True).astype(float)


def _detail(data: pd.DataFrame, keep: str | None) -> list[alt.Detail]:
    """What else tells two lines apart."""
    return [
        alt.Detail(f"{c}:N")
        for c in [*(["split"] if "split" in data else []), *([keep] if keep else [])]
    ]


def _spread_marks(lines: pd.DataFrame, x: str, most: int = 6) -> pd.DataFrame:
    """Adds `_mark`: true at about `most` places of each line, where a shape is drawn; those of the
    lines take turns, so that they are told apart where they lie over each other.
    """
    places = {place: i for i, place in enumerate(dict.fromkeys(lines[x]))}
    turns = {name: i for i, name in enumerate(dict.fromkeys(lines["_series"]))}
    step = max(1, math.ceil(len(places) / most), min(len(turns), len(places) // 2))
    turn = lines["_series"].map(turns) * step // len(turns)
    return lines.assign(_mark=lines[x].map(places) % step == (step // 2 + turn) % step)


def _theory_layer(
    data: pd.DataFrame, keys: list[str], theory: str, at_x: alt.X, axis: dict
) -> alt.Chart:
    """In ink, so that the dots are seen on a line they agree with."""
    drawn = summarize(data.drop(columns="diverged", errors="ignore"), keys, theory, None)
    mark = alt.Chart(drawn).mark_line(strokeDash=DOTTED, strokeWidth=1.4, clip=True, color="ink")
    return mark.encode(x=at_x, y=alt.Y("mean", **axis), detail=alt.Detail("_series:N"))


def _shape_layer(
    lines: pd.DataFrame,
    at_x: alt.X,
    axis: dict,
    paint: alt.Color,
    scale: alt.Scale,
    key: alt.Legend | None,
) -> alt.Chart:
    shapes = [SHAPES[i % len(SHAPES)] for i in range(len(scale.domain))]
    shape = alt.Shape(
        "_series:N",
        scale=alt.Scale(domain=scale.domain, range=shapes),
        legend=key,
    )
    mark = alt.Chart(lines[lines["_mark"]]).mark_point(size=45, filled=True, opacity=1)
    return mark.encode(x=at_x, y=alt.Y("mean", **axis), color=paint, shape=shape)


def _hover_layer(
    base: alt.Chart, axis: dict, x: str, y: str, series: str, split: bool, band: str | None
) -> alt.Chart:
    """Invisible points that answer the pointer."""
    tips = [alt.Tooltip("_series:N", title=title(series)), alt.Tooltip(x, title=title(x))]
    tips += [alt.Tooltip("split:N")] if split else []
    tips += [alt.Tooltip("mean:Q", title=title(y), format=tip_form(y))]
    if band:
        tips += [alt.Tooltip(f"{c}:Q", title=c, format=tip_form(y)) for c in ("low", "high")]
        tips += [alt.Tooltip("n:Q", title="seeds")]
    return base.mark_point(size=90, opacity=0, filled=True, clip=True).encode(
        y=alt.Y("mean", **axis), tooltip=tips
    )


def marker(x: float, text: str) -> alt.LayerChart:
    """A thin vertical line at `x` with a text at its top, to add to `curves(...)` with `+`."""
    data = pd.DataFrame({"x": [x], "text": [text]})
    at_x = alt.X("x:Q")
    rule = alt.Chart(data).mark_rule(color="muted", strokeWidth=1, strokeDash=[3, 3]).encode(x=at_x)
    words = alt.Chart(data).encode(x=at_x, y=alt.YValue(14), text=alt.Text("text:N"))
    return cast("alt.LayerChart", alt.layer(rule, *words_beside(words, "left")))

"""One look for every chart: who has which colour, and the building blocks the lessons draw with.

Palette: Okabe and Ito (2008), safe for colour-blind readers. A colour never stands alone: a dash, a shape or
a direct label says the same. Train is solid, test is dashed, theory is thin and dotted. A chart carries no
title, no `config` and no fixed width, so the page (or `export`) gives it its surroundings. Averaging happens
here, in pandas.
"""

import json
import math
import re
from collections.abc import Iterable, Sequence
from typing import Any, cast

import altair as alt
import pandas as pd

from .words import label, power_of_ten

COLOURS = {
    "xavier": "#0072B2",
    "kaiming": "#D55E00",
    "pytorch": "#009E73",
    "orthogonal": "#CC79A7",
    "constant": "#6B6B6B",
    "normal": "#56B4E9",
    "uniform": "#E69F00",
}
"""Okabe-Ito colour of each family of things; `baseline` is the ink of the theme."""

EXTRA = ("#56B4E9", "#E69F00", "#CC79A7", "#009E73", "#D55E00", "#0072B2", "#8A6BBE", "#B3A600")
"""For names that belong to no family, in this order, skipping what a family already took."""

FAMILIES = (
    ("xavier", r"xavier|glorot|normali[sz]ed"),
    ("kaiming", r"kaiming|he\b|he_"),
    ("pytorch", r"pytorch|default|standard"),
    ("orthogonal", r"orthogonal"),
    ("constant", r"zeros?$|ones?$|all zero|all one|constant|same value"),
    ("baseline", r"baseline|nothing frozen"),
    ("normal", r"normal|std\b|fixed std|gaussian"),
    ("uniform", r"uniform"),
)
"""Family and the pattern its names begin with; the first that fits wins."""

PAPER = {False: "#FFFFFF", True: "#0F1318"}
INK = {False: "#111111", True: "#FDFDFD"}  # not pure white, so that `export` can tell ink from white
MUTED = {False: "#59616A", True: "#A9B1BA"}
"""Background, baseline ink, and secondary text, by `dark`. Held equal to .streamlit/config.toml by a test."""

VIRIDIS = (
    "#440154",
    "#482878",
    "#3E4989",
    "#31688E",
    "#26828E",
    "#1F9E89",
    "#35B779",
    "#6ECE58",
    "#B5DE2B",
    "#FDE725",
)
SEQUENCE = ("#8A4FC9", "#5F6ED2", "#2F84BF", "#1D938F", "#3E9A56", "#7F9722", "#BC8B06")
"""Input to output: hue runs as in viridis, lightness stays where both white and dark paper give 3 : 1."""

DASHES = {"train": [1, 0], "test": [6, 4]}
DOTTED = [1.5, 3.5]
SHAPES = (
    "circle",
    "square",
    "triangle-up",
    "diamond",
    "cross",
    "triangle-down",
    "triangle-right",
    "triangle-left",
)
MOST_LABELS = 6
LONGEST_LABEL = 22
LABEL_GAP = 15.0
"""Direct labels: how many lines at most, how many letters each, and pixels between two of them."""

PHONE = 330
"""Pixels that a legend may take where nobody says otherwise: what a phone has."""

MOST_POINTS = 4000
"""`index_plot` draws at most so many points per series, evenly thinned."""

TITLES = {
    "accuracy": "accuracy",
    "loss": "loss",
    "epoch": "epoch",
    "std": "standard deviation",
    "index": "parameter index",
    "bin_left": "value",
    "learning_rate": "learning rate",
    "condition_number": "condition number κ",
    "n_labelled": "labelled examples",
}
BANDS = {
    "range": "band: range over seeds",
    "ci95": "band: 95 % interval of the mean over seeds",
    None: "",
}
"""Words for a subtitle, by the `band` that was asked for."""


# ---------------------------------------------------------------- colour


def luminance(colour: str) -> float:
    """Relative luminance of "#RRGGBB", 0 (black) to 1 (white). Source: WCAG 2.2, "relative luminance"."""
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    r, g, b = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21. Source: WCAG 2.2, "contrast ratio"."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def mix(colour: str, other: str, share: float) -> str:
    """`colour` with `share` (0 to 1) of `other` in it."""
    pairs = ((int(colour[i : i + 2], 16), int(other[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{round(a + (b - a) * share):02X}" for a, b in pairs)


def readable(colour: str, dark: bool = False, ratio: float = 4.5) -> str:
    """`colour`, moved towards the ink just far enough to reach `ratio` on the theme's paper."""
    for step in range(21):
        moved = mix(colour, INK[dark], step / 20)
        if contrast(moved, PAPER[dark]) >= ratio:
            return moved
    return INK[dark]


def family(name: object) -> str | None:
    """The family of a condition or scheme ("xavier_uniform" -> "xavier"), None if it has none."""
    text = str(name).lower().strip()
    return next((key for key, pattern in FAMILIES if re.match(pattern, text)), None)


def colours(names: Sequence[object], dark: bool = False) -> dict[str, str]:
    """Name -> "#RRGGBB". A family keeps its colour; its further variants in one chart move towards the ink.

    "normal" variants come before "uniform" ones, so `xavier_normal` is the pure blue wherever both are shown.
    Names without a family take EXTRA in the order given. Every colour has 3 : 1 on the theme's paper.
    """
    wanted = list(dict.fromkeys(str(n) for n in names))
    found = {name: family(name) for name in wanted}
    variants: dict[str, list[str]] = {}
    for name in sorted(wanted, key=lambda n: "uniform" in n.lower()):
        if key := found[name]:
            variants.setdefault(key, []).append(name)
    taken = {COLOURS[key] for key in variants if key in COLOURS}
    spare = [c for c in EXTRA if c not in taken] or list(EXTRA)
    result, unknown = {}, 0
    for name in wanted:
        key = found[name]
        if key is None:
            plain, unknown = spare[unknown % len(spare)], unknown + 1
        else:
            plain = _variant(key, variants[key].index(name), dark)
        result[name] = readable(plain, dark, 3.0)
    return result


def _variant(key: str, place: int, dark: bool) -> str:
    plain = INK[dark] if key == "baseline" else COLOURS[key]
    if key == "constant" and dark:
        plain = "#A3A3A3"
    return mix(plain, INK[dark] if key != "baseline" else MUTED[dark], (0.0, 0.4, 0.65)[place % 3])


def colour_scale(names: Sequence[object], dark: bool = False) -> alt.Scale:
    """Scale(domain, range) that gives every name of `names` its colour; see `colours`."""
    table = colours(names, dark)
    return alt.Scale(domain=list(table), range=list(table.values()))


def sequence(n: int) -> list[str]:
    """`n` colours from the first to the last of SEQUENCE, evenly spaced."""
    if n == 1:
        return [SEQUENCE[2]]
    places = [i * (len(SEQUENCE) - 1) / (n - 1) for i in range(n)]
    return [mix(SEQUENCE[int(p)], SEQUENCE[min(int(p) + 1, len(SEQUENCE) - 1)], p - int(p)) for p in places]


def layer_scale(layers: Sequence[object]) -> alt.Scale:
    """One sequential scale from input (violet) to output (ochre); also for any other ordered series (std,
    depth).
    """
    names = list(dict.fromkeys(label(v) for v in layers))
    return alt.Scale(domain=names, range=sequence(len(names)))


# ---------------------------------------------------------------- statistics


def summarise(
    frame: pd.DataFrame, by: str | Sequence[str], value: str, band: str | None = "range"
) -> pd.DataFrame:
    """Mean and band of `value` over the other factors (the seeds): columns `by`, mean, low, high, n.

    `band`: "range" (smallest to largest), "ci95" (t interval of the mean; scipy.special is imported only for
    this; one seed gives no interval, low = high = mean) or None. Rows that are not finite, or `diverged`, are
    left out; n counts what is left, groups with nothing left are dropped. Groups keep their order.
    """
    if band not in BANDS:
        raise ValueError(f"band must be one of {list(BANDS)}, not {band!r}")
    keys = [by] if isinstance(by, str) else list(by)
    groups = finite(frame, value).groupby(keys, sort=False, observed=True)[value]
    table = groups.agg(mean="mean", low="min", high="max", sd="std", n="count").reset_index()
    if band == "ci95":
        half = _t_half_width(table["sd"], table["n"])
        table["low"], table["high"] = table["mean"] - half, table["mean"] + half
    return table.drop(columns="sd")


def _t_half_width(sd: pd.Series, n: pd.Series) -> pd.Series:
    """Half the 95 % interval of a mean: t(0.975, n - 1) * sd / sqrt(n); 0 where n = 1."""
    from scipy import special  # only here: a chart with a plain range needs no scipy

    quantile = n.map(lambda k: float(special.stdtrit(k - 1, 0.975)) if k > 1 else 0.0)
    return quantile * sd.fillna(0.0) / n**0.5


def finite(frame: pd.DataFrame, value: str) -> pd.DataFrame:
    """The rows whose `value` is a number and whose network has not diverged."""
    keep = frame[value].abs().lt(math.inf)
    if "diverged" in frame:
        keep &= ~frame["diverged"].astype(bool)
    return frame[keep]


def last_finite(frame: pd.DataFrame, x: str, y: str, by: Sequence[str]) -> pd.DataFrame:
    """Where each diverged network was last seen: columns `by`, x, y; one row per network (and split) that
    diverged.

    y is NaN for a network that was never finite; x is then the first one of the frame.
    """
    factors = [c for c in dict.fromkeys([*by, "seed", "split"]) if c in frame]
    bad = frame["diverged"].astype(bool) if "diverged" in frame else ~frame[y].abs().lt(math.inf)
    lost = frame.loc[bad, factors].drop_duplicates()
    seen = (
        finite(frame, y)
        .sort_values(x, kind="stable")
        .groupby(factors, observed=True)[[x, y]]
        .last()
        .reset_index()
    )
    table = lost.merge(seen, on=factors, how="left")
    table[x] = table[x].fillna(frame[x].iloc[0])
    return table


def nudge(places: Sequence[float], gap: float, low: float = 0.0, high: float = 1.0) -> list[float]:
    """`places` moved as little as needed so that no two are nearer than `gap`; order kept, all within [low,
    high].
    """
    order = sorted(range(len(places)), key=lambda i: places[i])
    gap = min(gap, (high - low) / max(len(places) - 1, 1))
    moved = [min(max(places[i], low), high) for i in order]
    for _ in range(100):
        pushes = [max(0.0, gap - (b - a)) for a, b in zip(moved, moved[1:], strict=False)]
        if max(pushes, default=0.0) < 1e-9:
            break
        for i, push in enumerate(pushes):
            moved[i], moved[i + 1] = moved[i] - push / 2, moved[i + 1] + push / 2
        moved = [min(max(v, low), high) for v in moved]
    for i in range(1, len(moved)):
        moved[i] = max(moved[i], min(moved[i - 1] + gap, high))
    for i in range(len(moved) - 2, -1, -1):
        moved[i] = min(moved[i], max(moved[i + 1] - gap, low))
    result = [0.0] * len(places)
    for place, i in zip(moved, order, strict=True):
        result[i] = place
    return result


# ---------------------------------------------------------------- encodings and axes


def title(column: str) -> str:
    """Words for a column on an axis."""
    return TITLES.get(column, column.replace("_", " "))


def split_dash(legend: bool = True) -> alt.StrokeDash:
    """Encoding of `split`: train solid, test dashed."""
    key = alt.Legend(title=None, orient="top", symbolType="stroke", symbolSize=300, symbolStrokeWidth=2)
    scale = alt.Scale(domain=list(DASHES), range=list(DASHES.values()))
    return alt.StrokeDash("split:N", scale=scale, legend=key if legend else None)


def powers(low: float, high: float, most: int = 7) -> tuple[list[float], str]:
    """Tick values at powers of ten within [low, high], and the Vega expression that writes them (0.01,
    10⁻⁸).
    """
    first, last = math.floor(math.log10(low) + 1e-9), math.ceil(math.log10(high) - 1e-9)
    step = max(1, math.ceil((last - first) / most))
    exponents = list(range(first, last + 1, step))
    plain = first >= -4 and last <= 4
    words = {str(e): f"{10.0**e:g}" if plain else power_of_ten(e) for e in exponents}
    expression = f"{json.dumps(words, ensure_ascii=False)}[round(log(datum.value) / LN10)]"
    return [10.0**e for e in exponents], expression


def quantity(
    column: str,
    values: pd.Series,
    log: bool = False,
    heading: str | None = None,
    domain: Sequence[float] | None = None,
) -> dict:
    """Keywords for alt.X or alt.Y of a number: plain percent for an accuracy, readable powers on a log
    axis.
    """
    low, high = domain or span(values, log, column)
    heading = title(column) if heading is None else heading
    scale: dict = {"domain": [low, high], "nice": False}
    if log:
        ticks, words = powers(low, high)
        axis = alt.Axis(title=heading, values=ticks, labelExpr=words, grid=True)
        return {"type": "quantitative", "scale": alt.Scale(type="log", **scale), "axis": axis}
    form: dict = {"format": ".0%"} if "accuracy" in column else {}
    whole: dict = {"tickMinStep": 1} if pd.api.types.is_integer_dtype(values) else {}
    axis = alt.Axis(title=heading, tickCount=6, **form, **whole)
    return {"type": "quantitative", "scale": alt.Scale(**scale), "axis": axis}


def span(values: pd.Series, log: bool = False, column: str = "") -> list[float]:
    """The part of the axis that `values` need: 0 to 1 for an accuracy, whole powers on a log axis, else 4 %
    of room.
    """
    known = values[values.abs().lt(math.inf)]
    if log:
        known = known[known > 0]
    if known.empty:
        return [0.1, 1.0] if log else [0.0, 1.0]
    low, high = float(known.min()), float(known.max())
    if log:
        return [
            10.0 ** math.floor(math.log10(low)),
            10.0 ** max(math.ceil(math.log10(high)), math.floor(math.log10(low)) + 1),
        ]
    if "accuracy" in column:
        return [0.0, 1.0]
    if pd.api.types.is_integer_dtype(values):
        return [low, high if high > low else low + 1]
    room = (high - low) * 0.04 or abs(high) * 0.04 or 1.0
    return [0.0 if 0 <= low < 0.2 * high else low - room, high + room]


def _positional(frame: pd.DataFrame, column: str, log: bool = False, heading: str | None = None) -> alt.X:
    """alt.X of a number, or of names in the order of the frame (layers)."""
    if pd.api.types.is_numeric_dtype(frame[column]):
        return alt.X(column, **quantity(column, frame[column], log, heading))
    axis = alt.Axis(
        title=title(column) if heading is None else heading, labelAngle=0, labelOverlap=True, grid=False
    )
    return alt.X(column, type="ordinal", sort=list(dict.fromkeys(frame[column])), axis=axis)


def _scale_of(frame: pd.DataFrame, series: str, dark: bool, order: Sequence[Any] | None) -> alt.Scale:
    """Sequential for layers and numbers, the fixed colours for names."""
    values = list(order) if order is not None else list(dict.fromkeys(frame[series]))
    if series == "layer" or pd.api.types.is_numeric_dtype(frame[series]):
        return layer_scale(values if series == "layer" or order is not None else sorted(values))
    return colour_scale(values, dark)


def _legend(names: Iterable[object], lines: bool = False, room: int = PHONE) -> alt.Legend | None:
    """On top, in as many columns as `room` pixels hold; none for a single name. `lines`: dashes for symbols."""
    words = list(dict.fromkeys(str(n) for n in names))
    if len(words) < 2:
        return None
    columns = max(1, min(len(words), room // (7 * max(len(w) for w in words) + 34)))
    symbol: dict = {"symbolType": "stroke", "symbolSize": 300, "symbolStrokeWidth": 2} if lines else {}
    return alt.Legend(
        title=None, orient="top", columns=columns, symbolLimit=0, labelLimit=260, symbolOpacity=1, **symbol
    )


def _end_labels(
    ends: pd.DataFrame, y: str, scale: alt.Scale, axis: dict, dark: bool, height: float
) -> alt.Chart:
    """Names at the right end of the lines, drawn as the labels of a second y axis.

    An axis, because Vega measures axis labels when it lays the chart out (a text mark would be cut at the
    edge).
    """
    low, high = axis["scale"].domain
    log = axis["scale"].to_dict().get("type") == "log"
    to, back = (math.log10, lambda v: 10**v) if log else (float, float)
    a, b = to(low), to(high)
    shares = [(to(max(v, low) if log else v) - a) / (b - a) for v in ends[y]]
    places = [back(a + (b - a) * p) for p in nudge(shares, LABEL_GAP / height)]
    table = dict(zip(scale.domain, scale.range, strict=True))
    names = [str(v) for v in ends["_series"]]
    tests = [f"abs(datum.value / {p!r} - 1) < 1e-9" if p else "datum.value == 0" for p in places]
    words = " : ".join(f"{t} ? {json.dumps(n)}" for t, n in zip(tests, names, strict=True)) + " : ''"
    paint = [{"test": t, "value": readable(table[n], dark)} for t, n in zip(tests, names, strict=True)]
    right = alt.Axis(
        orient="right", values=places, labelExpr=words, labelColor={"condition": paint, "value": INK[dark]},
        title=None, domain=False, ticks=False, grid=False, labelLimit=0, labelOverlap=False, labelFlush=False,
        labelBound=False, labelPadding=6, labelFontSize=12,
    )  # fmt: skip
    mark = alt.Chart(ends).mark_point(opacity=0, size=1)
    return mark.encode(y=alt.Y(y, type="quantitative", scale=axis["scale"], axis=right))


def view(height: int = 240) -> dict:
    """Keywords for the outermost chart: as wide as the page, `height` pixels of plot.

    Without this, Streamlit squeezes axes, legend and plot together into the height.
    """
    return {
        "width": "container",
        "height": height,
        "autosize": alt.AutoSizeParams(type="fit-x", contains="padding"),
    }


def _layer(*layers: alt.Chart, height: int) -> alt.LayerChart:
    return cast("alt.LayerChart", alt.layer(*layers, **view(height)))


# ---------------------------------------------------------------- building blocks


def curves(
    data: pd.DataFrame,
    y: str,
    series: str,
    *,
    dark: bool = False,
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
    keep: str | None = None,
    height: int = 240,
) -> alt.LayerChart:
    """Mean lines over seeds with a band: one colour per `series`, train solid, test dashed.

    `data`: one row per seed; columns x, y, `series`, and where there are any: split, seed, diverged, and the
    column named by `theory` (drawn thin and dotted). Up to 6 series are named at the right end of their line
    (of the test line, where there are both); more, or `direct=False`, get a legend on top and a shape beside
    the colour. A network that diverged ends in a cross at its last finite value, with a text. `domain` fixes
    the y axis. Add your own layers with `+` (give them `y=alt.Y(..., axis=None)` or no y), for example
    `marker(...)`. `keep`: a further factor whose values stay apart in the rows, for `export.with_slider`.
    """
    data = data.assign(_series=[label(v) for v in data[series]])
    apart = ["_series", *([keep] if keep else [])]
    keys = [*apart, *(["split"] if "split" in data else []), x]
    lines = summarise(data, keys, y, band)
    scale = _scale_of(data, series, dark, order)
    at_x = _positional(data, x, log_x, x_title)
    crosses = last_finite(data, x, y, [series, *apart])
    axis = quantity(y, _drawn(lines, data, theory), log_y, y_title, domain or _accuracy_domain(y))
    lines = _within_reach(lines, domain)
    n = len(set(lines["_series"]))
    direct = (
        direct
        and not keep
        and n <= MOST_LABELS
        and max((len(s) for s in lines["_series"]), default=0) <= LONGEST_LABEL
    )
    both = "split" in data and data["split"].nunique() > 1
    if not direct:
        lines = _spread_marks(lines, x)
    paint = alt.Color("_series:N", scale=scale, legend=None if direct else _legend(scale.domain))
    at_y = alt.Y("mean", **axis)
    dash = {"strokeDash": split_dash(both)} if "split" in data else {}
    base = alt.Chart(lines).encode(x=at_x, color=paint)
    layers: list = []
    if band:
        area = base.mark_area(opacity=0.22 if dark else 0.16, clip=True)
        layers.append(area.encode(y=alt.Y("low", **axis), y2=alt.Y2("high"), detail=_detail(data, keep)))
    layers.append(base.mark_line(strokeWidth=2, clip=True).encode(y=at_y, detail=_detail(data, keep), **dash))
    if theory:
        layers.append(_theory_layer(data, [*apart, x], theory, at_x, axis, dark))
    if not direct and n > 1:
        layers.append(_shape_layer(lines, at_x, axis, paint, scale))
    layers.append(_hover_layer(base, axis, x, y, series, "split" in data, band))
    layers += _cross_layers(crosses, data, x, y, at_x, axis, scale, dark, keep)
    for layer in layers[1:]:
        layer.encoding.y.axis = None
    layers[0].encoding.y.axis = axis["axis"]
    if direct and n > 1:
        ends = _ends(lines, x)
        layers.append(_end_labels(ends, "mean", scale, axis, dark, height))
    return _layer(*layers, height=height).resolve_axis(y="independent")


def _within_reach(lines: pd.DataFrame, domain: Sequence[float] | None) -> pd.DataFrame:
    """Lines that leave a fixed domain, cut far outside of it: renderers fail at coordinates such as 1e35."""
    if domain is None:
        return lines
    far = 20 * (domain[1] - domain[0])
    drawn = ["mean", "low", "high"]
    return lines.assign(**lines[drawn].clip(domain[0] - far, domain[1] + far))


def _accuracy_domain(y: str) -> list[float] | None:
    return [0.0, 1.0] if "accuracy" in y else None


def _drawn(lines: pd.DataFrame, data: pd.DataFrame, theory: str | None) -> pd.Series:
    """Every value that the y axis must hold."""
    parts = [lines["low"], lines["high"]] + ([data[theory]] if theory else [])
    return pd.concat(parts, ignore_index=True).astype(float)


def _detail(data: pd.DataFrame, keep: str | None) -> list[alt.Detail]:
    """What else tells two lines apart."""
    return [alt.Detail(f"{c}:N") for c in [*(["split"] if "split" in data else []), *([keep] if keep else [])]]


def _ends(lines: pd.DataFrame, x: str) -> pd.DataFrame:
    """The last point of every series; of its test line where there are two."""
    if "split" in lines:
        lines = lines.sort_values("split", key=lambda s: s.eq("test"), kind="stable")
        return lines.groupby("_series", sort=False).last().reset_index()
    return lines.groupby("_series", sort=False).last().reset_index()


def _spread_marks(lines: pd.DataFrame, x: str, most: int = 6) -> pd.DataFrame:
    """Adds `_mark`: true at about `most` evenly spaced places of the x axis, where a shape is drawn."""
    places = list(dict.fromkeys(lines[x]))
    step = max(1, math.ceil(len(places) / most))
    return lines.assign(_mark=lines[x].isin(places[step // 2 :: step]))


def _theory_layer(
    data: pd.DataFrame, keys: list[str], theory: str, at_x: alt.X, axis: dict, dark: bool
) -> alt.Chart:
    """In ink, so that the dots are seen on a line they agree with."""
    drawn = summarise(data.drop(columns="diverged", errors="ignore"), keys, theory, None)
    mark = alt.Chart(drawn).mark_line(strokeDash=DOTTED, strokeWidth=1.4, clip=True, color=INK[dark])
    return mark.encode(x=at_x, y=alt.Y("mean", **axis), detail=alt.Detail("_series:N"))


def _shape_layer(
    lines: pd.DataFrame, at_x: alt.X, axis: dict, paint: alt.Color, scale: alt.Scale
) -> alt.Chart:
    shapes = [SHAPES[i % len(SHAPES)] for i in range(len(scale.domain))]
    shape = alt.Shape(
        "_series:N", scale=alt.Scale(domain=scale.domain, range=shapes), legend=_legend(scale.domain)
    )
    mark = alt.Chart(lines[lines["_mark"]]).mark_point(size=45, filled=True, opacity=1)
    return mark.encode(x=at_x, y=alt.Y("mean", **axis), color=paint, shape=shape)


def _hover_layer(
    base: alt.Chart, axis: dict, x: str, y: str, series: str, split: bool, band: str | None
) -> alt.Chart:
    """Invisible points that answer the pointer."""
    form = ".1%" if "accuracy" in y else ".4~g"
    tips = [alt.Tooltip("_series:N", title=title(series)), alt.Tooltip(x, title=title(x))]
    tips += [alt.Tooltip("split:N")] if split else []
    tips += [alt.Tooltip("mean:Q", title=title(y), format=form)]
    if band:
        tips += [alt.Tooltip(f"{c}:Q", title=c, format=form) for c in ("low", "high")]
        tips += [alt.Tooltip("n:Q", title="seeds")]
    return base.mark_point(size=90, opacity=0, filled=True, clip=True).encode(y=alt.Y("mean", **axis), tooltip=tips)


def _cross_layers(
    crosses: pd.DataFrame,
    data: pd.DataFrame,
    x: str,
    y: str,
    at_x: alt.X,
    axis: dict,
    scale: alt.Scale,
    dark: bool,
    keep: str | None,
) -> list[alt.Chart]:
    """A cross per diverged network, and one text per series that says how many of its networks diverged."""
    if crosses.empty:
        return []
    low, high = axis["scale"].domain
    crosses = crosses.assign(**{y: crosses[y].fillna(low).clip(low, high)})
    paint = alt.Color("_series:N", scale=scale, legend=None)
    tips = [
        alt.Tooltip("_series:N", title="diverged"),
        *([alt.Tooltip("seed:N")] if "seed" in crosses else []),
    ]
    tips.append(alt.Tooltip(x, title=f"last finite {title(x)}"))
    at_y = alt.Y(y, **axis)
    mark = alt.Chart(crosses).mark_point(shape=CROSS, size=90, strokeWidth=2.2, filled=False, opacity=1)
    words = _diverged_words(crosses, data, x, y, keep)
    half = list(dict.fromkeys(data[x]))[len(set(data[x])) // 2]
    on_left = words[x] < half if pd.api.types.is_numeric_dtype(words[x]) else words[x].eq(words[x])
    layers = [mark.encode(x=at_x, y=at_y, color=paint, tooltip=tips)]
    for part, align in ((words[on_left], "left"), (words[~on_left], "right")):
        if len(part):
            layers += _words(alt.Chart(part).encode(x=at_x, y=alt.Y(y, **axis), text=alt.Text("words:N")), align, dark)
    return layers


CROSS = "M-0.8,-0.8L0.8,0.8M-0.8,0.8L0.8,-0.8"


def _words(base: alt.Chart, align: str, dark: bool) -> list[alt.Chart]:
    """A text beside a mark, over a halo of paper that keeps it readable across lines."""
    place: dict = {"align": align, "dx": 9 if align == "left" else -9, "dy": -9, "fontSize": 12}
    halo = base.mark_text(**place, stroke=PAPER[dark], strokeWidth=4, strokeJoin="round", opacity=0.9)
    return [halo, base.mark_text(**place, color=MUTED[dark])]


def _diverged_words(
    crosses: pd.DataFrame, data: pd.DataFrame, x: str, y: str, keep: str | None
) -> pd.DataFrame:
    """One row per series with diverged networks: x, y of its highest cross, words ("2 of 5 diverged")."""
    keys = ["_series", *([keep] if keep else [])]
    seeds = "seed" if "seed" in data else "_series"
    total = data.groupby(keys, observed=True)[seeds].nunique()
    lost = crosses.groupby(keys, observed=True)[seeds].nunique()
    top = crosses.sort_values(y).groupby(keys, observed=True)[[x, y]].last()
    counts = [(lost[key], total[key]) for key in top.index]
    words = ["diverged" if of == 1 else f"{n} of {of} diverged" for n, of in counts]
    return top.assign(words=words).reset_index()


def marker(x: float, text: str, dark: bool = False) -> alt.LayerChart:
    """A thin vertical line at `x` with a text at its top, to add to `curves(...)` with `+`."""
    data = pd.DataFrame({"x": [x], "text": [text]})
    at_x = alt.X("x:Q")
    rule = alt.Chart(data).mark_rule(color=MUTED[dark], strokeWidth=1, strokeDash=[3, 3]).encode(x=at_x)
    words = alt.Chart(data).encode(x=at_x, y=alt.YValue(14), text=alt.Text("text:N"))
    return cast("alt.LayerChart", alt.layer(rule, *_words(words, "left", dark)))


def points_with_band(
    data: pd.DataFrame,
    x: str,
    y: str,
    *,
    series: str | None = None,
    dark: bool = False,
    band: str | None = "range",
    order: Sequence[Any] | None = None,
    log_x: bool = True,
    log_y: bool = False,
    domain: Sequence[float] | None = None,
    x_title: str | None = None,
    y_title: str | None = None,
    keep: str | None = None,
    height: int = 240,
) -> alt.LayerChart:
    """One point per seed, the mean as a line, the band behind it; x is numeric, on a log axis unless told
    otherwise.

    `data`: one row per seed; columns x, y, and where there are any: `series` (colour and shape), seed,
    diverged. A run that diverged is a cross: at its value, or on the floor of the chart where it has none.
    `keep` as in `curves`.
    """
    names = data[series] if series else pd.Series("", index=data.index)
    data = data.assign(_series=[label(v) for v in names])
    axis = quantity(y, data[y].astype(float), log_y, y_title, domain or _accuracy_domain(y))
    scale = (
        _scale_of(data, series, dark, order) if series else alt.Scale(domain=[""], range=[COLOURS["xavier"]])
    )
    n = data["_series"].nunique()
    at_x, at_y = _positional(data, x, log_x, x_title), alt.Y("mean", **axis)
    paint = alt.Color("_series:N", scale=scale, legend=_legend(scale.domain))
    apart = ["_series", *([keep] if keep else [])]
    lines = summarise(data, [*apart, x], y, band).sort_values([*apart, x], kind="stable")
    base = alt.Chart(lines).encode(x=at_x, color=paint, detail=[alt.Detail(f"{keep}:N")] if keep else [])
    layers: list = []
    if band:
        layers.append(
            base.mark_area(opacity=0.22 if dark else 0.16, clip=True).encode(y=alt.Y("low", **axis), y2=alt.Y2("high"))
        )
    layers.append(base.mark_line(strokeWidth=2, clip=True).encode(y=at_y))
    layers.append(_seed_points(finite(data, y), x, y, at_x, axis, paint, scale, n))
    lost = data[~data.index.isin(finite(data, y).index)]
    if len(lost):
        low, high = axis["scale"].domain
        lost = lost.assign(
            **{y: lost[y].where(lost[y].abs().lt(math.inf), low).clip(low, high), "words": "diverged"}
        )
        mark = alt.Chart(lost).mark_point(shape=CROSS, size=80, strokeWidth=2, filled=False, opacity=1)
        tips = [alt.Tooltip("words:N", title="result"), alt.Tooltip(x, title=title(x), format=".4~g")]
        layers.append(mark.encode(x=at_x, y=alt.Y(y, **axis), color=paint, tooltip=tips))
        first = lost.sort_values(x).iloc[[0]].assign(words="× diverged")
        layers += _words(alt.Chart(first).encode(x=at_x, y=alt.Y(y, **axis), text=alt.Text("words:N")), "right", dark)
    return _layer(*layers, height=height)


def _seed_points(
    data: pd.DataFrame, x: str, y: str, at_x: alt.X, axis: dict, paint: alt.Color, scale: alt.Scale, n: int
) -> alt.Chart:
    shapes = [SHAPES[i % len(SHAPES)] for i in range(len(scale.domain))]
    shape = alt.Shape(
        "_series:N", scale=alt.Scale(domain=scale.domain, range=shapes), legend=_legend(scale.domain)
    )
    tips = [alt.Tooltip("_series:N", title="series")] if n > 1 else []
    tips += [alt.Tooltip("seed:N")] if "seed" in data else []
    tips += [alt.Tooltip(x, title=title(x), format=".4~g")]
    tips += [alt.Tooltip(y, title=title(y), format=".1%" if "accuracy" in y else ".4~g")]
    mark = alt.Chart(data).mark_point(size=30, filled=True, opacity=0.55)
    return mark.encode(x=at_x, y=alt.Y(y, **axis), color=paint, shape=shape, tooltip=tips)


def outline(data: pd.DataFrame, by: Sequence[str], density: bool) -> pd.DataFrame:
    """Corners of step histograms: columns `by`, bin_left, bin_right, count, value; drawn with "step-after".

    `data` has bin_left, bin_right, count (bins of one group side by side). `value` is the count, or with
    `density` count / (n * width), whose area is 1. Each group is closed with zeros at both ends.
    """
    group = data.groupby(list(by), sort=False, observed=True).ngroup() if by else 0
    steps = data.assign(_group=group).sort_values(["_group", "bin_left"], kind="stable")
    total = steps.groupby("_group")["count"].transform("sum")
    area = total * (steps["bin_right"] - steps["bin_left"])
    steps["value"] = steps["count"] / area.where(total > 0, 1.0) if density else steps["count"].astype(float)
    first = steps.drop_duplicates("_group").assign(value=0.0)
    last = steps.drop_duplicates("_group", keep="last")
    last = last.assign(bin_left=last["bin_right"], value=0.0)
    closed = pd.concat([first, steps, last]).sort_values("_group", kind="stable", ignore_index=True)
    return closed.drop(columns="_group")


def histograms(
    data: pd.DataFrame,
    series: str | None = None,
    *,
    rows: str | None = None,
    density: bool = False,
    dark: bool = False,
    order: Sequence[Any] | None = None,
    domain: Sequence[float] | None = None,
    x_title: str = "value",
    keep: str | None = None,
    height: int | None = None,
    room: int = PHONE,
) -> alt.LayerChart:
    """Step histograms of bin_left, bin_right, count: overlaid by `series` (colour), one shelf per `rows`
    value.

    With `rows` (layers, stages, standard deviations), every row has its own shelf in one chart, first on top,
    as wide as the page, each scaled to its own peak (the tooltip has the numbers). `density`: area 1 instead
    of counts. `keep` as in `curves`. `room`: pixels that the legend may take.
    """
    by = [c for c in (rows, series, keep) if c]
    steps = outline(data, by, density)
    colour = series or rows
    steps["_series"] = [label(v) for v in steps[colour]] if colour else ""
    scale = (
        _scale_of(data, colour, dark, order) if colour else alt.Scale(domain=[""], range=[COLOURS["xavier"]])
    )
    n = steps["_series"].nunique()
    legend = _legend(scale.domain, lines=True, room=room) if series else None
    what = "density" if density else "count"
    domain = domain or [float(data["bin_left"].min()), float(data["bin_right"].max())]
    at_x = alt.X("bin_left", **quantity("bin_left", steps["bin_left"], heading=x_title, domain=domain))
    if rows:
        steps, shelves = _shelves(steps, rows, keep)
        axis = _shelf_axis(shelves)
        height = height or max(120, 46 * len(shelves) + 20)
    else:
        steps = steps.assign(_low=0.0, _high=steps["value"])
        axis = {"scale": alt.Scale(), "axis": alt.Axis(title=what, tickCount=5)}
    base = alt.Chart(steps).encode(
        x=at_x, color=alt.Color("_series:N", scale=scale, legend=legend), detail=[alt.Detail(f"{c}:N") for c in by]
    )
    form = ".3~g" if density else ",.0f"
    tips = [alt.Tooltip(f"{c}:N", title=title(c)) for c in by]
    tips += [
        alt.Tooltip("bin_left:Q", title="from", format=".3~g"),
        alt.Tooltip("bin_right:Q", title="to", format=".3~g"),
    ]
    tips += [alt.Tooltip("value:Q", title=what, format=form)]
    at_y = alt.Y("_high:Q", **axis)
    area = base.mark_area(interpolate="step-after", opacity=0.3, clip=True).encode(y=at_y, y2=alt.Y2("_low:Q"))
    line = base.mark_line(interpolate="step-after", strokeWidth=1.6, clip=True).encode(y=at_y)
    if series and n > 1:
        line = line.encode(strokeDash=_variant_dash(scale, legend))
    hover = base.mark_point(size=120, opacity=0, filled=True, clip=True).encode(y=at_y, tooltip=tips)
    return _layer(area, line, hover, height=height or 240)


def _variant_dash(scale: alt.Scale, legend: alt.Legend | None) -> alt.StrokeDash:
    """A second sign beside the colour where outlines lie over each other."""
    dashes = ([1, 0], [5, 3], [2, 2], [8, 3, 2, 3], [10, 3], [3, 1])
    ranges = [list(dashes[i % len(dashes)]) for i in range(len(scale.domain))]
    return alt.StrokeDash("_series:N", scale=alt.Scale(domain=scale.domain, range=ranges), legend=legend)


def _shelves(steps: pd.DataFrame, rows: str, keep: str | None) -> tuple[pd.DataFrame, dict[str, int]]:
    """Adds `_low` (the shelf's height, first row on top) and `_high` (shelf + value / the row's peak)."""
    names = list(dict.fromkeys(label(v) for v in steps[rows]))
    shelves = {name: len(names) - 1 - i for i, name in enumerate(names)}
    low = steps[rows].map(lambda v: float(shelves[label(v)]))
    peak = (
        steps.groupby([rows, keep] if keep else rows, observed=True)["value"]
        .transform("max")
        .replace(0.0, 1.0)
    )
    return steps.assign(_low=low, _high=low + 0.9 * steps["value"] / peak), shelves


def _shelf_axis(shelves: dict[str, int]) -> dict:
    words = json.dumps({str(place): name for name, place in shelves.items()}, ensure_ascii=False)
    axis = alt.Axis(
        title=None, values=list(shelves.values()), labelExpr=f"{words}[datum.value]", ticks=False, domain=False,
        labelLimit=160, labelOverlap=False, labelBaseline="bottom", labelFlush=False,
    )  # fmt: skip
    return {"scale": alt.Scale(domain=[0, len(shelves)], nice=False), "axis": axis}


def heatmap(
    data: pd.DataFrame,
    x: str,
    y: str,
    value: str,
    *,
    dark: bool = False,
    midpoint: float | None = None,
    domain: Sequence[float] | None = None,
    x_title: str | None = None,
    y_title: str | None = None,
    value_title: str | None = None,
    height: int = 240,
) -> alt.LayerChart:
    """A cell per (x, y), coloured by `value`: viridis, or with `midpoint` blue (below), paper, vermilion
    (above).

    Rows and columns keep the order of the frame. Cells without a finite value stay empty.
    """
    drawn = data[data[value].abs().lt(math.inf)]
    if midpoint is None:
        low, high = domain or (float(drawn[value].min()), float(drawn[value].max()))
        scale = alt.Scale(domain=[low, high], range=list(VIRIDIS), interpolate="rgb")
    else:
        reach = max(abs(v - midpoint) for v in (domain or (drawn[value].min(), drawn[value].max()))) or 1.0
        middle = mix(PAPER[dark], INK[dark], 0.06)
        ends = [COLOURS["xavier"], middle, COLOURS["kaiming"]]
        scale = alt.Scale(
            domain=[midpoint - reach, midpoint, midpoint + reach], range=ends, interpolate="rgb"
        )
    quiet: dict = {"ticks": False, "domain": False, "labelOverlap": True, "labelAngle": 0}
    key = alt.Legend(
        title=value_title or title(value),
        orient="top",
        gradientLength=180,
        gradientThickness=10,
        format=".3~g",
    )
    tips = [alt.Tooltip(f"{c}:N", title=title(c)) for c in (x, y)]
    tips.append(alt.Tooltip(f"{value}:Q", title=value_title or title(value), format=".4~g"))
    orders = {c: list(dict.fromkeys(drawn[c])) for c in (x, y)}
    head_x, head_y = (title(c) if h is None else h for c, h in ((x, x_title), (y, y_title)))
    cells = alt.Chart(drawn).mark_rect()
    cells = cells.encode(
        x=alt.X(f"{x}:O", sort=orders[x], axis=alt.Axis(title=head_x, **quiet)),
        y=alt.Y(f"{y}:O", sort=orders[y], axis=alt.Axis(title=head_y, **quiet)),
        color=alt.Color(f"{value}:Q", scale=scale, legend=key),
        tooltip=tips,
    )
    return _layer(cells, height=height)


def thin(data: pd.DataFrame, by: Iterable[str], most: int = MOST_POINTS) -> pd.DataFrame:
    """Every k-th row of each group, so that a group has at most `most` rows."""
    keys = list(by)
    place = (
        data.groupby(keys, sort=False, observed=True).cumcount()
        if keys
        else pd.Series(range(len(data)), data.index)
    )
    size = (
        place.groupby([data[k] for k in keys], observed=True).transform("size")
        if keys
        else pd.Series(len(data), data.index)
    )
    step = -(-size // most)
    return data[place % step == 0]


def index_plot(
    data: pd.DataFrame,
    series: str | None = None,
    *,
    x: str = "index",
    y: str = "value",
    dark: bool = False,
    order: Sequence[Any] | None = None,
    domain: Sequence[float] | None = None,
    x_title: str | None = None,
    y_title: str | None = None,
    keep: str | None = None,
    height: int = 220,
) -> alt.LayerChart:
    """Every parameter as a point, value against index; colour and shape by `series`.

    `data`: columns index, value (finite ones are drawn) and the series. More than 4000 points of a series are
    thinned evenly (say so in the subtitle if it matters). `keep` as in `curves`.
    """
    drawn = thin(data[data[y].abs().lt(math.inf)], [c for c in (series, keep) if c])
    drawn = drawn.assign(_series=[label(v) for v in drawn[series]] if series else "")
    scale = (
        _scale_of(drawn, series, dark, order) if series else alt.Scale(domain=[""], range=[COLOURS["xavier"]])
    )
    legend = _legend(scale.domain)
    shapes = [SHAPES[i % len(SHAPES)] for i in range(len(scale.domain))]
    tips = [alt.Tooltip(f"{series}:N", title=title(series))] if series else []
    tips += [alt.Tooltip(f"{x}:Q", title=title(x)), alt.Tooltip(f"{y}:Q", title=title(y), format=".4~g")]
    few = len(drawn) <= 300
    points = alt.Chart(drawn).mark_point(filled=True, size=36 if few else 12, opacity=0.8 if few else 0.5)
    points = points.encode(
        x=alt.X(x, **quantity(x, drawn[x], heading=x_title)),
        y=alt.Y(y, **quantity(y, drawn[y].astype(float), heading=y_title, domain=domain)),
        color=alt.Color("_series:N", scale=scale, legend=legend),
        shape=alt.Shape("_series:N", scale=alt.Scale(domain=scale.domain, range=shapes), legend=legend),
        tooltip=tips,
    )
    return _layer(points, height=height)

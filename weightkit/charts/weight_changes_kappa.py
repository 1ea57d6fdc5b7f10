"""Charts of the condition number (part 8): by epoch, at the start, as an ellipse, and against sparsity."""

from __future__ import annotations

import math

import altair as alt
import numpy as np
import pandas as pd

from . import grammar
from .figure import Figure
from .remembered import remembered
from .weight_changes_words import NAMES, broken, n_networks
from .words import listed, number, percent, scheme_name

HEIGHT = 240
TALL = 280
ROOM = 1.5  # the axis reaches so many times beyond the place where infinity is drawn


@remembered
def condition_numbers(layers: pd.DataFrame) -> Figure:
    """Condition number of each layer by epoch on a log axis; infinite ones are marks on the ceiling, with a text."""
    data = layers[["seed", "epoch", "layer", "condition_number"]].assign(diverged=broken(layers))
    known = grammar.finite(data, "condition_number")
    scale = grammar.layer_scale(list(dict.fromkeys(data["layer"])))
    low, top, ceiling = _log_room(known["condition_number"], data["condition_number"])
    y_scale = alt.Scale(type="log", domain=[low, ceiling * ROOM if ceiling else top], nice=False)
    axis = _axis_with_infinity(low, top, ceiling)
    infinite = data[np.isinf(data["condition_number"]) & ~data["diverged"]]
    parts: list = []
    if len(known):
        parts.append(_kappa_band(known, y_scale, scale))
    if ceiling is not None and len(infinite):
        parts += _on_the_ceiling(infinite, data, ceiling, y_scale, scale, None if len(known) else axis)
    if data["diverged"].any():
        parts.append(_lost_mark(data[data["diverged"]], data))
    chart = alt.layer(*parts, **grammar.view(HEIGHT)) if known.empty else _kappa_lines(known, y_scale, axis, scale)
    if len(known):
        for part in parts:
            chart = chart + part
    title = _kappa_title(data)
    subtitle = (
        "κ = largest / smallest singular value of each weight matrix, on a log axis, so that every layer is seen. "
        + (f"Line: median of {n_networks(data)} networks; band: their range." if n_networks(data) > 1 else "One network.")
        + (" ▲ at ∞: singular, W flattens some direction to nothing." if len(infinite) else "")
    )
    return Figure("condition-number", title, subtitle, chart, _kappa_alt(data, title), data)


def _kappa_lines(
    known: pd.DataFrame, y_scale: alt.Scale, axis: alt.Axis, scale: alt.Scale
) -> alt.LayerChart:
    """The median over networks: a mean would be that of the largest few. Names at the lines, if all reach the end."""
    centre = known.groupby(["layer", "epoch"], sort=False)["condition_number"].median().reset_index()
    reach = centre.groupby("layer")["epoch"].max()
    chart = grammar.curves(
        centre, "condition_number", "layer", band=None, log_y=True, domain=y_scale.domain, order=list(scale.domain),
        direct=set(reach.index) == set(scale.domain) and reach.nunique() == 1, height=HEIGHT,
    )  # fmt: skip
    chart.layer[0].encoding.y.axis = axis
    return chart


def _log_room(known: pd.Series, values: pd.Series) -> tuple[float, float, float | None]:
    """Whole powers of ten around the finite values, and where infinity is drawn above them (None: nowhere)."""
    low, top = grammar.span(known, log=True) if len(known) else [1.0, 10.0]
    return low, top, top * math.sqrt(top / low) ** 0.5 if np.isinf(values).any() else None


def _axis_with_infinity(
    low: float, top: float, ceiling: float | None, heading: str | None = None
) -> alt.Axis:
    ticks, words = grammar.powers(low, top)
    if ceiling:
        ticks, words = [*ticks, ceiling], f"datum.value > {top * 1.001!r} ? '∞' : {words}"
    return alt.Axis(
        title=heading or grammar.title("condition_number"), values=ticks, labelExpr=words, grid=True
    )


def _kappa_band(known: pd.DataFrame, y_scale: alt.Scale, scale: alt.Scale) -> alt.Chart:
    groups = known.groupby(["layer", "epoch"], sort=False)["condition_number"]
    band = groups.agg(low="min", high="max").reset_index()
    area = alt.Chart(band).mark_area(opacity=grammar.BAND)
    return area.encode(
        x=alt.X("epoch:Q"), y=alt.Y("low:Q", scale=y_scale, axis=None), y2=alt.Y2("high:Q"),
        color=alt.Color("layer:N", scale=scale, legend=None),
    )  # fmt: skip


def _on_the_ceiling(
    infinite: pd.DataFrame, data: pd.DataFrame, ceiling: float, y_scale: alt.Scale, scale: alt.Scale,
    axis: alt.Axis | None,
) -> list[alt.Chart]:  # fmt: skip
    """A triangle per layer and epoch with an infinite kappa, the layers a few pixels apart, and who they are."""
    layers = list(dict.fromkeys(infinite["layer"]))
    marks = infinite.groupby(["layer", "epoch"], sort=False)["seed"].nunique().reset_index(name="networks")
    span = [int(data["epoch"].min()), max(int(data["epoch"].max()), 1)]
    at_x = alt.X(
        "epoch:Q", scale=alt.Scale(domain=span, nice=False), axis=alt.Axis(title="epoch", tickMinStep=1)
    )
    # the lines, where there are any, bring the legend
    key = alt.Legend(title=None, orient="top", symbolOpacity=1) if axis else None
    charts = []
    for i, layer in enumerate(layers):
        mark = alt.Chart(marks[marks["layer"] == layer]).mark_point(
            shape="triangle-up", filled=True, size=42, opacity=1, yOffset=5 * (i - (len(layers) - 1) / 2)
        )
        tips = [alt.Tooltip("layer:N"), alt.Tooltip("epoch:Q"), alt.Tooltip("networks:Q", title="networks with κ = ∞")]
        at_y = alt.Y("at:Q", scale=y_scale, axis=axis if i == 0 else None)
        charts.append(
            mark.transform_calculate(at=repr(ceiling)).encode(
                x=at_x,
                y=at_y,
                color=alt.Color("layer:N", scale=scale, legend=key if i == 0 else None),
                tooltip=tips,
            )
        )
    low, high = (math.log(v) for v in y_scale.domain)
    below = HEIGHT * (high - math.log(ceiling)) / (high - low) + 2.5 * len(layers) + 7
    words = pd.DataFrame({"words": [f"▲ κ = ∞: {_counts(infinite, data)}"]})
    text = alt.Chart(words).mark_text(align="left", baseline="top", dx=6, fontSize=12, color="ink")
    charts.append(text.encode(x=alt.XValue(0), y=alt.YValue(below), text=alt.Text("words:N")))
    return charts


def _counts(infinite: pd.DataFrame, data: pd.DataFrame) -> str:
    """ "fc1 (3 of 5 networks), fc2 (1)"."""
    n = n_networks(data)
    found = infinite.groupby("layer", sort=False)["seed"].nunique()
    if n == 1:
        return ", ".join(found.index)
    if found.eq(n).all() and len(found) == data["layer"].nunique():
        return "every layer of every network"
    return ", ".join(f"{layer} ({k} of {n})" for layer, k in found.items())


def _lost_mark(lost: pd.DataFrame, data: pd.DataFrame) -> alt.Chart:
    words = pd.DataFrame({"words": [f"× {lost['seed'].nunique()} of {n_networks(data)} networks diverged, from epoch "
                                    f"{lost['epoch'].min()} on: no κ"]})  # fmt: skip
    text = alt.Chart(words).mark_text(
        align="left", baseline="bottom", dx=6, fontSize=12, color="ink"
    )
    return text.encode(x=alt.XValue(0), y=alt.YValue(HEIGHT - 8), text=alt.Text("words:N"))


def _kappa_title(data: pd.DataFrame) -> str:
    last = data[(data["epoch"] == data["epoch"].max()) & ~data["diverged"]]
    if last.empty:
        return "All networks diverged: their weights have no condition number"
    singular = last[np.isinf(last["condition_number"])]
    if len(singular) == len(last):
        return "Every weight matrix is singular: κ is infinite"
    if len(singular):
        return f"Training leaves singular matrices, κ = ∞: {_counts(singular, data)}"
    ends = last.groupby("layer", sort=False)["condition_number"].median()
    starts = data[data["epoch"] == 0].groupby("layer", sort=False)["condition_number"].median()
    low, high = ends.idxmin(), ends.idxmax()
    words = [f"from {number(starts[layer])} to {number(ends[layer])} in {layer}" for layer in (high, low)]
    end = ": the shape of W counts for more than training" if _apart(starts, ends) else ""
    return f"κ goes {', '.join(words)}{end}"


def _apart(starts: pd.Series, ends: pd.Series) -> bool:
    """Whether the layers differ by a larger factor at the start than any of them changes."""
    if not (np.isfinite(starts).all() and np.isfinite(ends).all()):
        return False
    change = np.maximum(ends / starts, starts / ends).max()
    return bool(starts.max() / starts.min() > change)


def _kappa_alt(data: pd.DataFrame, title: str) -> str:
    last = (
        data[data["epoch"] == data["epoch"].max()].groupby("layer", sort=False)["condition_number"].median()
    )
    ends = ", ".join(f"{layer} {number(value)}" for layer, value in last.items())
    return f"{title}. Median condition number after the last epoch: {ends}."


@remembered
def starts(frame: pd.DataFrame) -> Figure:
    """Condition numbers of untrained networks by scheme: the median of each layer, with the range over seeds."""
    labels = {init: scheme_name(init) for init in dict.fromkeys(frame["init"])}
    groups = frame.groupby(["init", "layer"], sort=False)["condition_number"]
    table = groups.agg(median="median", low="min", high="max", n="count").reset_index()
    shapes = frame.drop_duplicates("layer").set_index("layer")
    names = {layer: f"{layer} {row['fan_out']}×{row['fan_in']}" for layer, row in shapes.iterrows()}
    table["init"] = table["init"].map(labels)
    table["_layer"] = table["layer"].map(names)
    scale = grammar.layer_scale(list(names.values()))
    axis = grammar.quantity(
        "median", pd.concat([table["low"], table["high"]]), log=True, heading="κ at the start"
    )
    rows = alt.Y(
        "init:N",
        sort=list(labels.values()),
        axis=alt.Axis(title=None, labelLimit=140, offset=10),
        scale=alt.Scale(padding=0.4),
    )
    key = alt.Legend(title=None, orient="top", columns=2, symbolOpacity=1)
    base = alt.Chart(table).encode(
        y=rows, yOffset=alt.YOffset("_layer:N", sort=list(names.values())),
        color=alt.Color("_layer:N", scale=scale, legend=key),
    )  # fmt: skip
    tips = [
        alt.Tooltip("init:N"),
        alt.Tooltip("layer:N"),
        *(alt.Tooltip(f"{c}:Q", format=".4~g") for c in ("median", "low", "high", "n")),
    ]
    rule = base.mark_rule(strokeWidth=1.5).encode(
        x=alt.X("low:Q", **_no_type(axis)), x2=alt.X2("high:Q")
    )
    shape = alt.Shape(
        "_layer:N", scale=alt.Scale(domain=scale.domain, range=list(grammar.SHAPES[: len(names)])), legend=key
    )
    dots = base.mark_point(filled=True, size=48, opacity=1).encode(
        x=alt.X("median:Q", **_no_type(axis)), shape=shape, tooltip=tips
    )
    chart = alt.layer(rule, dots, **grammar.view(40 * len(labels)))
    title = _starts_title(frame)
    subtitle = (
        f"κ of untrained weights, {frame['seed'].nunique()} networks per scheme, the same seeds for all. Mark: median; "
        "line: smallest to largest; log axis. Sizes: outputs × inputs. Orthogonal matrices have κ = 1 by construction."
    )
    alt_text = (
        f"{title}. One row per scheme, one mark per layer; the rows look alike except the orthogonal one."
    )
    return Figure("kappa-at-the-start", title, subtitle, chart, alt_text, frame)


def _starts_title(frame: pd.DataFrame) -> str:
    random = frame[frame["init"] != "orthogonal"]
    medians = random.groupby(["layer", "init"], sort=False)["condition_number"].median().unstack()
    square = frame.drop_duplicates("layer").set_index("layer").eval("fan_in == fan_out")
    stds = random.groupby(["layer", "init"])["std"].median().unstack()
    times = (stds.max(axis=1) / stds.min(axis=1)).max()
    squares, others = medians[square.reindex(medians.index)], medians[~square.reindex(medians.index)]
    near = f"square layers start near {number(squares.median(axis=None))}, " if len(squares) else ""
    return (
        f"Before training only the shape counts: {near}the others at {number(others.min(axis=None))} to "
        f"{number(others.max(axis=None))}, though the schemes' stds differ up to {times:.0f}-fold"
    )


# ---------------------------------------------------------------- circle to ellipse


@remembered
def circle_to_ellipse(frame: pd.DataFrame) -> Figure:
    """The unit circle and its image, equally scaled in x and y, with the two directions that W only stretches."""
    tips = frame[(frame["part"] != "outline") & (frame["index"] == 1) & (frame["shape"] == "ellipse")]
    long, short = sorted(np.hypot(tips["x"], tips["y"]), reverse=True)
    kappa = math.inf if short <= 1e-12 * max(long, 1e-300) else long / short
    title, what = _ellipse_words(long, short, kappa)
    chart = _plane(frame, max(1.0, float(np.hypot(frame["x"], frame["y"]).max())))
    subtitle = (
        "Dashed: all vectors x of length 1. Solid: W x for each of them. The arms are the two directions that W only "
        "stretches, by its singular values σ1 and σ2; κ is the longer over the shorter."
    )
    alt_text = f"A unit circle and {what} with half-axes {long:.3g} and {short:.3g}: κ = {number(kappa)}."
    return Figure("circle-to-ellipse", title, subtitle, chart, alt_text, frame, interactive=_draggable)


def _ellipse_words(long: float, short: float, kappa: float) -> tuple[str, str]:
    if math.isinf(kappa):
        lost = "everything" if long == 0 else "one direction"
        return (
            f"κ = ∞: W flattens {lost} to nothing, so y cannot tell what x was",
            "a point" if long == 0 else "a line",
        )
    if kappa < 1.0005:
        return f"κ = 1: the circle stays a circle, {long:.3g} times as large", "a circle"
    return f"κ = {number(kappa)}: one direction is stretched {number(kappa)} times as much as the other", "an ellipse"


def _plane(frame: pd.DataFrame, reach: float) -> alt.LayerChart:
    reach *= 1.12
    at_x, at_y = _equal_axes(reach)
    arm_colours = ["text:series:kaiming", "text:series:xavier"]
    paint = alt.Color("part:N", legend=None, scale=alt.Scale(domain=["axis 1", "axis 2"], range=arm_colours))
    base = alt.Chart(frame).encode(x=at_x, y=at_y, order=alt.Order("index:Q"), detail=[alt.Detail("shape:N"), alt.Detail("part:N")])
    circle = base.transform_filter("datum.shape == 'circle' && datum.part == 'outline'").mark_line(
        strokeDash=[4, 4], strokeWidth=1.5, color="muted"
    )
    image = base.transform_filter("datum.shape == 'ellipse' && datum.part == 'outline'").mark_line(
        strokeWidth=2.5, color="ink"
    )
    arms = base.transform_filter("datum.shape == 'ellipse' && datum.part != 'outline'").mark_line(
        strokeWidth=3, point=alt.OverlayMarkDef(size=60, filled=True)
    ).encode(color=paint)  # fmt: skip
    ends = frame[(frame["shape"] == "ellipse") & (frame["part"] != "outline") & (frame["index"] == 1)].copy()
    ends["words"] = "σ" + ends["part"].str[-1] + " = " + np.hypot(ends["x"], ends["y"]).map("{:.3g}".format)
    names = [_tip(end, at_x, at_y, paint) for _, end in ends.iterrows()]
    return alt.layer(circle, image, arms, *names, **grammar.view(TALL))


def _tip(end: pd.Series, at_x: alt.X, at_y: alt.Y, paint: alt.Color) -> alt.Chart:
    """The name of an arm, just beyond its tip."""
    side, up = (1 if end["x"] > -1e-9 else -1), (1 if end["y"] > 1e-9 else -1)
    mark = alt.Chart(pd.DataFrame([end])).mark_text(
        align="left" if side > 0 else "right", dx=8 * side, dy=-10 * up, fontSize=13, fontWeight=600
    )
    return mark.encode(x=at_x, y=at_y, text=alt.Text("words:N"), color=paint)


def _equal_axes(reach: float) -> tuple[alt.X, alt.Y]:
    """Axes on which one unit is as long in x as in y, at any width of the page."""
    wide = f"{reach!r} * width / height"
    across = alt.Scale(domainMin=alt.ExprRef(f"-{wide}"), domainMax=alt.ExprRef(wide), nice=False, zero=False)
    up = alt.Scale(domain=[-reach, reach], nice=False)
    quiet = alt.Axis(title=None, grid=True, tickCount=5)
    return alt.X("x:Q", scale=across, axis=quiet), alt.Y("y:Q", scale=up, axis=quiet)


def _draggable() -> alt.LayerChart:
    """The same picture for the HTML export, with its own sliders for the singular values; needs no server."""
    one = alt.param(name="sigma_1", value=2, bind=alt.binding_range(min=0, max=4, step=0.05, name="σ1 "))
    two = alt.param(name="sigma_2", value=1, bind=alt.binding_range(min=0, max=4, step=0.05, name="σ2 "))
    at_x, at_y = _equal_axes(4.4)
    c, s = math.cos(math.radians(30)), math.sin(math.radians(30))
    angles = alt.Chart(alt.sequence(0, 6.3, 0.05, as_="t"))
    circle = angles.transform_calculate(x="cos(datum.t)", y="sin(datum.t)").mark_line(
        strokeDash=[4, 4], strokeWidth=1.5, color="muted"
    ).encode(x=at_x, y=at_y, order=alt.Order("t:Q"))  # fmt: skip
    image = angles.transform_calculate(
        x=f"{c!r} * sigma_1 * cos(datum.t) - {s!r} * sigma_2 * sin(datum.t)",
        y=f"{s!r} * sigma_1 * cos(datum.t) + {c!r} * sigma_2 * sin(datum.t)",
    ).mark_line(strokeWidth=2.5, color="ink").encode(x=at_x, y=at_y, order=alt.Order("t:Q"))  # fmt: skip
    ratio = "max(sigma_1, sigma_2) / min(sigma_1, sigma_2)"
    words = f"'κ = ' + (min(sigma_1, sigma_2) == 0 ? '∞' : format({ratio}, '.3~g'))"
    text = alt.Chart(alt.InlineData(values=[{"at": 0}])).transform_calculate(words=words).mark_text(
        align="left", baseline="top", fontSize=15, fontWeight=600, color="ink"
    ).encode(x=alt.XValue(8), y=alt.YValue(4), text=alt.Text("words:N"))  # fmt: skip
    return alt.layer(circle, image, text, **grammar.view(320)).add_params(one, two)


# ---------------------------------------------------------------- against sparsity


@remembered
def regularised_kappa(final: pd.DataFrame) -> Figure:
    """Condition numbers after training by layer and regularisation; below, the share of weights near zero."""
    data = final.assign(regularisation=final["regularisation"].map(NAMES))
    known = data[np.isfinite(data["condition_number"])]
    low, top, ceiling = _log_room(known["condition_number"], data["condition_number"])
    drawn = data.dropna(subset=["condition_number"]).assign(infinite=np.isinf(data["condition_number"]))
    drawn["at"] = drawn["condition_number"].where(~drawn["infinite"], ceiling)
    order = list(NAMES.values())
    layers = list(dict.fromkeys(data["layer"]))
    floor = low / (top / low) ** 0.24  # room for the shares below
    y_scale = alt.Scale(type="log", domain=[floor, ceiling * ROOM if ceiling else top], nice=False)
    at_x = alt.X(
        "layer:N", sort=layers, axis=alt.Axis(title=None, labelAngle=0), scale=alt.Scale(paddingInner=0.25)
    )
    aside = alt.XOffset("regularisation:N", sort=order)
    key = alt.Legend(title=None, orient="top", columns=3, symbolOpacity=1)
    roles = grammar.colours(order)
    paint = alt.Color("regularisation:N", scale=grammar.colour_scale(order), legend=key)
    shape = alt.Shape(
        "regularisation:N",
        legend=key,
        scale=alt.Scale(domain=order, range=["circle", "square", "triangle-up"]),
    )
    tips = [alt.Tooltip("regularisation:N"), alt.Tooltip("layer:N"), alt.Tooltip("seed:N"), alt.Tooltip("condition_number:Q", format=".4~g"),
            alt.Tooltip("share_near_zero:Q", format=".1%")]  # fmt: skip
    base = alt.Chart(drawn).encode(x=at_x, xOffset=aside, color=paint)
    dots = base.mark_point(filled=True, size=42, opacity=0.75).encode(
        y=alt.Y("at:Q", scale=y_scale, axis=_axis_with_infinity(low, top, ceiling)), shape=shape, tooltip=tips
    )
    shares = data.groupby(["layer", "regularisation"], sort=False)["share_near_zero"].median().reset_index()
    rows = [
        alt.Chart(shares[shares["regularisation"] == name]).mark_text(fontSize=11, baseline="bottom").encode(
            x=at_x, color=alt.ColorValue(f"text:{roles[name]}"), y=alt.YValue(TALL - 3 - 13 * (len(order) - 1 - i)),
            text=alt.Text("share_near_zero:Q", format=".0%"),
        )
        for i, name in enumerate(order)
    ]  # fmt: skip
    chart = alt.layer(dots, *rows, **grammar.view(TALL))
    medians = final.groupby("regularisation", sort=False)["share_near_zero"].median()
    title = f"{percent(medians['L1'])} of the weights near zero with L1, {percent(medians['none'])} without: "
    title += _kappa_verdict(final)
    subtitle = (
        "κ after training, a mark per network, on a log axis. Written below: share of the layer's weights that are "
        "nearer to 0 than 0.01 (median)."
    )
    return Figure("regularisation-kappa", title, subtitle, chart, title + ".", final)


def _kappa_verdict(final: pd.DataFrame) -> str:
    medians = final.groupby(["layer", "regularisation"], sort=False)["condition_number"].median().unstack()
    lower = medians.index[medians["L1"] < medians["none"]]
    if len(lower) == len(medians):
        return "yet its κ is lower in every layer"
    if len(lower):
        return f"its κ is lower in {listed(lower)} and higher in {listed(medians.index.difference(lower, sort=False))}"
    return "its κ is higher in every layer here"


# ---------------------------------------------------------------- words


def _no_type(axis: dict) -> dict:
    return {k: v for k, v in axis.items() if k != "type"}

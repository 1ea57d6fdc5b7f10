"""The unit circle and what a matrix makes of it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import altair as alt
import numpy as np
import pandas as pd

from .....charts import Figure, grammar
from .....charts.export import HEADING
from .....charts.words import number
from .....condition import ellipse

if TYPE_CHECKING:
    from ..experiment import Shapes

TALL = 280


def circle_to_ellipse(result: Shapes, sigma_1: float, sigma_2: float) -> Figure:
    """The unit circle and its image, equally scaled in x and y, with the two directions that W only
    stretches.
    """
    frame = ellipse(sigma_1, sigma_2)
    tips = frame[
        (frame["part"] != "outline") & (frame["index"] == 1) & (frame["shape"] == "ellipse")
    ]
    long, short = sorted(np.hypot(tips["x"], tips["y"]), reverse=True)
    kappa = math.inf if short <= 1e-12 * max(long, 1e-300) else long / short
    title, what = _ellipse_words(long, short, kappa)
    chart = _plane(frame, max(1.0, float(np.hypot(frame["x"], frame["y"]).max())))
    subtitle = (
        "Dashed: all vectors x of length 1. Solid: W x for each of them. The arms are the two"
        " directions that W only stretches, by its singular values σ1 and σ2; κ is the longer over"
        " the shorter."
    )
    alt_text = (
        f"A unit circle and {what} with half-axes {long:.3g} and {short:.3g}: κ = {_kappa(kappa)}."
    )
    return Figure(
        "circle-to-ellipse",
        title,
        subtitle,
        chart,
        alt_text,
        frame,
        interactive=lambda: _draggable(sigma_1, sigma_2),
    )


def _ellipse_words(long: float, short: float, kappa: float) -> tuple[str, str]:
    if math.isinf(kappa):
        lost = "everything" if long == 0 else "one direction"
        return (
            FLAT.format(lost),
            "a point" if long == 0 else "a line",
        )
    if kappa < 1.0005:
        large = "as large as before" if f"{long:.3g}" == "1" else f"{long:.3g} times as large"
        return f"κ = 1: the circle stays a circle, {large}", "a circle"
    return (
        (
            f"κ = {_kappa(kappa)}: one direction is stretched {_kappa(kappa)} times as much as the"
            " other"
        ),
        "an ellipse",
    )


def _kappa(kappa: float) -> str:
    """Near 1 with more digits, so that it is not called 1."""
    return f"{kappa:.4g}" if kappa < 1.1 else number(kappa)


def _plane(frame: pd.DataFrame, reach: float) -> alt.LayerChart:
    reach *= 1.12
    at_x, at_y = _equal_axes(reach)
    arm_colours = ["text:series:kaiming", "text:series:xavier"]
    paint = alt.Color(
        "part:N", legend=None, scale=alt.Scale(domain=["axis 1", "axis 2"], range=arm_colours)
    )
    base = alt.Chart(frame).encode(
        x=at_x,
        y=at_y,
        order=alt.Order("index:Q"),
        detail=[alt.Detail("shape:N"), alt.Detail("part:N")],
    )
    circle = base.transform_filter("datum.shape == 'circle' && datum.part == 'outline'").mark_line(
        strokeDash=[4, 4], strokeWidth=1.5, color="muted"
    )
    image = base.transform_filter("datum.shape == 'ellipse' && datum.part == 'outline'").mark_line(
        strokeWidth=2.5, color="ink"
    )
    arms = (
        base.transform_filter("datum.shape == 'ellipse' && datum.part != 'outline'")
        .mark_line(strokeWidth=3, point=alt.OverlayMarkDef(size=60, filled=True))
        .encode(color=paint)
    )
    ends = frame[
        (frame["shape"] == "ellipse") & (frame["part"] != "outline") & (frame["index"] == 1)
    ].copy()
    ends["words"] = (
        "σ" + ends["part"].str[-1] + " = " + np.hypot(ends["x"], ends["y"]).map("{:.3g}".format)
    )
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
    across = alt.Scale(
        domainMin=alt.ExprRef(f"-{wide}"), domainMax=alt.ExprRef(wide), nice=False, zero=False
    )
    up = alt.Scale(domain=[-reach, reach], nice=False)
    quiet = alt.Axis(title=None, grid=True, tickCount=5)
    return alt.X("x:Q", scale=across, axis=quiet), alt.Y("y:Q", scale=up, axis=quiet)


LONG, SHORT = "max(sigma_1, sigma_2)", "min(sigma_1, sigma_2)"
KAPPA = f"({LONG} / {SHORT} < 1.1 ? format({LONG} / {SHORT}, '.4~r') : {LONG} / {SHORT} < 9.95"
KAPPA += f" ? format({LONG} / {SHORT}, '.2~r') : format({LONG} / {SHORT}, ',.0f'))"
FLAT = "κ = ∞: W flattens {} to nothing, so y cannot tell what x was"
HEAD = (
    f"{SHORT} == 0 ? ({LONG} == 0 ? '{FLAT.format('everything')}'"
    f" : '{FLAT.format('one direction')}')"
    f" : {LONG} / {SHORT} < 1.0005 ? 'κ = 1: the circle stays a circle, '"
    f" + (format({LONG}, '.3~r') == '1' ? 'as large as before' : format({LONG}, '.3~r')"
    " + ' times as large')"
    f" : 'κ = ' + {KAPPA} + ': one direction is stretched ' + {KAPPA}"
    " + ' times as much as the other'"
)
"""`_ellipse_words` in Vega's language, for a picture that moves without a server."""


def _draggable(sigma_1: float, sigma_2: float) -> alt.LayerChart:
    """The same picture for the HTML export, with its own sliders for the singular values; needs no
    server.
    """
    one, two = (
        alt.param(
            name=f"sigma_{i}",
            value=value,
            bind=alt.binding_range(min=0, max=4, step=0.05, name=f"σ{i} "),
        )
        for i, value in ((1, sigma_1), (2, sigma_2))
    )
    at_x, at_y = _equal_axes(4.4)
    c, s = math.cos(math.radians(30)), math.sin(math.radians(30))
    angles = alt.Chart(alt.sequence(0, 6.3, 0.05, as_="t"))
    circle = (
        angles.transform_calculate(x="cos(datum.t)", y="sin(datum.t)")
        .mark_line(strokeDash=[4, 4], strokeWidth=1.5, color="muted")
        .encode(x=at_x, y=at_y, order=alt.Order("t:Q"))
    )
    image = (
        angles.transform_calculate(
            x=f"{c!r} * sigma_1 * cos(datum.t) - {s!r} * sigma_2 * sin(datum.t)",
            y=f"{s!r} * sigma_1 * cos(datum.t) + {c!r} * sigma_2 * sin(datum.t)",
        )
        .mark_line(strokeWidth=2.5, color="ink")
        .encode(x=at_x, y=at_y, order=alt.Order("t:Q"))
    )
    words = f"'κ = ' + ({SHORT} == 0 ? '∞' : {KAPPA})"
    text = (
        alt.Chart(alt.InlineData(values=[{"at": 0}]))
        .transform_calculate(words=words)
        .mark_text(align="left", baseline="top", fontSize=15, fontWeight=600, color="ink")
        .encode(x=alt.XValue(8), y=alt.YValue(4), text=alt.Text("words:N"))
    )
    return alt.layer(circle, image, text, **grammar.view(320)).add_params(
        one, two, alt.param(name=HEADING, expr=HEAD)
    )

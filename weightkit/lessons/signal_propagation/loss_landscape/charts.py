"""Charts of the loss on a plane around a same-value and a random start."""

from __future__ import annotations

import math

import altair as alt
import pandas as pd

from ....charts import Figure, grammar
from ....charts.words import alike, between, listed, number, share
from .findings import Facts, Start
from .story import start_name

HEIGHT = 220
_AND_MORE = "(datum.value > {!r} ? '≥ ' : '') + datum.label"
HUGE = 1e4  # from here on, a loss is told by its size
KINDS = {"flat": "a salt flat", "slopes": "a landscape with slopes", "gorge": "a narrow gorge"}


def plane(surface: pd.DataFrame, path: pd.DataFrame, f: Facts, start: Start) -> Figure:
    """The loss around one start as colour, with the training path on it. Both starts share the
    colour scale.
    """
    data = surface[surface["init"] == start.init]
    walked = path[path["init"] == start.init]
    reach = float(data["alpha"].max())
    low, high = float(surface["loss"].min()), f.ceiling
    rects = _cells(data, [low, high], reach, cut=bool((surface["loss"] > high).any()))
    chart = alt.layer(rects, *_path(walked), **grammar.view(HEIGHT))
    title = (
        f"Around {start_name(start.init, f.value)} lies {KINDS[start.kind]}: nearby, the loss"
        f" {runs(start)}"
    )
    subtitle = "○ the start; line: the path of training as far as it lies in this plane" + (
        f" ({share(start.in_plane)} of its squared length)."
        if start.steps and math.isfinite(start.in_plane)
        else "."
    )
    ends = f" Training goes from a loss of {start.first:.3g} to {start.last:.3g}."
    if start.diverged:
        ends = " Training diverges."
    elif alike((start.first, start.last), ".3g"):
        ends = f" After training the loss is {start.last:.3g}, as before."
    name = "constant" if start.init == "constant" else "random"
    return Figure(f"plane-{name}", title, subtitle, chart, f"{title}.{ends}", data)


def live(curves: pd.DataFrame) -> Figure:
    """While they are found: the points of the plane that is under way."""
    data = curves[curves["init"] == curves["init"].iloc[-1]]
    known = data["loss"][data["loss"].abs().lt(math.inf)]
    span = [float(known.min()), float(known.max())] if len(known) else [0.0, 1.0]
    cells = _cells(data, span, float(curves["alpha"].abs().max()))
    title = f"{len(curves)} points so far"
    words = f"The loss at the {title}, on one of the two planes."
    return Figure("live", title, "", alt.layer(cells, **grammar.view(HEIGHT)), words, data)


def _cells(data: pd.DataFrame, span: list[float], reach: float, cut: bool = False) -> alt.Chart:
    """The loss as colour on the square from -reach to reach, `span` the ends of the scale; cut:
    whether there are losses beyond it.
    """
    half = (data["beta"].drop_duplicates().sort_values().diff().max()) / 2
    cells = data.assign(
        a0=data["alpha"] - half,
        a1=data["alpha"] + half * 1.08,
        b0=data["beta"] - half,
        b1=data["beta"] + half * 1.08,
    )
    room = [-reach - half, reach + half]
    wide, high = grammar.squared(1, 1)
    at_x = alt.X(
        "a0:Q",
        scale=alt.Scale(domain=room, nice=False, **wide),
        axis=alt.Axis(title="α, along direction 1", tickCount=5),
    )
    at_y = alt.Y(
        "b0:Q",
        scale=alt.Scale(domain=room, nice=False, **high),
        axis=alt.Axis(title="β, along direction 2", tickCount=5),
    )
    colour = alt.Color(
        "loss:Q",
        scale=alt.Scale(domain=span, range=list(grammar.VIRIDIS), interpolate="rgb", clamp=True),
        legend=alt.Legend(
            title="loss",
            orient="top",
            gradientLength=160,
            gradientThickness=10,
            format=".2~g",
            **({"labelExpr": _AND_MORE.format(0.999 * span[1])} if cut else {}),
        ),
    )
    tips = [
        alt.Tooltip("alpha:Q", format=".2f"),
        alt.Tooltip("beta:Q", format=".2f"),
        alt.Tooltip("loss:Q", format=".4~g"),
    ]
    return (
        alt.Chart(cells)
        .mark_rect(clip=True)
        .encode(x=at_x, x2=alt.X2("a1:Q"), y=at_y, y2=alt.Y2("b1:Q"), color=colour, tooltip=tips)
    )


def loss_of(value: float, digits: int) -> str:
    """A loss with so many digits behind the point; a huge one by its size, ∞ where it is none."""
    return f"{value:.{digits}f}" if abs(value) < HUGE else number(value)


def digits_of(start: Start) -> int:
    """As many digits as show that the loss nearby has a range, where it has."""
    for digits in (2, 3, 4):
        if loss_of(start.low, digits) != loss_of(start.high, digits):
            return digits
    return 6


def span_of(start: Start) -> str:
    """The range of the loss nearby."""
    return between(start.low, start.high, lambda value: loss_of(value, digits_of(start)))


def runs(start: Start) -> str:
    """What the loss does nearby, as a verb."""
    span = span_of(start)
    return f"runs from {span}" if " to " in span else f"is {span} everywhere"


def _path(walked: pd.DataFrame) -> list[alt.Chart]:
    """White over black, so that it is seen on every colour of the scale."""
    at = {"x": alt.X("alpha:Q"), "y": alt.Y("beta:Q")}
    base = alt.Chart(walked).encode(**at, order=alt.Order("epoch:Q"))
    start = alt.Chart(walked[walked["epoch"] == 0]).encode(**at)
    tips = [
        alt.Tooltip("epoch"),
        alt.Tooltip("loss:Q", format=".3g"),
        alt.Tooltip("distance:Q", format=".3g"),
    ]
    return [
        base.mark_line(color="#000000", strokeWidth=4, clip=True),
        base.mark_line(color="#FFFFFF", strokeWidth=2, clip=True),
        base.mark_point(
            filled=True,
            size=26,
            color="#FFFFFF",
            stroke="#000000",
            strokeWidth=1,
            opacity=1,
            clip=True,
        ).encode(tooltip=tips),
        start.mark_point(size=110, color="#000000", strokeWidth=4),
        start.mark_point(size=110, color="#FFFFFF", strokeWidth=2),
    ]


def profile(surface: pd.DataFrame, f: Facts, about: str = "") -> Figure:
    """A cut through both planes along the first direction."""
    data = surface[surface["beta"].abs() < 1e-9]
    data = data.assign(start=[start_name(i, f.value) for i in data["init"]])
    families = {start_name(i, f.value): i for i in dict.fromkeys(data["init"])}
    paint = alt.Color(
        "start:N",
        legend=grammar.legend_of(families, lines=True, alone=True),
        scale=alt.Scale(
            domain=list(families), range=list(grammar.colours(list(families.values())).values())
        ),
    )
    top = f.ceiling * 1.2
    known = data[data["loss"].abs().lt(float("inf"))].assign(
        loss=lambda frame: frame["loss"].clip(upper=top * 3)
    )
    at_y = alt.Y(
        "loss:Q",
        scale=alt.Scale(domain=[0, max(top, 3.0)], nice=False),
        axis=alt.Axis(title="training loss", tickCount=5),
    )
    base = alt.Chart(known).encode(
        x=alt.X(
            "alpha:Q",
            scale=alt.Scale(nice=False),
            axis=alt.Axis(title="α, along direction 1", tickCount=5),
        ),
        y=at_y,
        color=paint,
    )
    dash = alt.StrokeDash(
        "start:N",
        scale=alt.Scale(domain=list(families), range=[[6, 3], [1, 0]][: len(families)]),
        legend=None,
    )
    ends = pd.DataFrame({"alpha": [-f.near, f.near]})
    near = alt.Chart(ends).mark_rule(color="muted", strokeDash=[3, 3]).encode(x=alt.X("alpha:Q"))
    chart = alt.layer(
        near,
        base.mark_line(strokeWidth=2, clip=True).encode(strokeDash=dash),
        base.mark_point(opacity=0, size=80, clip=True).encode(
            tooltip=[
                alt.Tooltip("start"),
                alt.Tooltip("alpha", format=".2f"),
                alt.Tooltip("loss", format=".4g"),
            ]
        ),
        **grammar.view(HEIGHT),
    )
    title = profile_title(f)
    return Figure(
        "landscape-profile",
        title,
        "Training loss along the middle of both planes (β = 0); between the upright lines: nearby,"
        f" |α| up to {f.near:.2g}. {about}".strip(),
        chart,
        title + ".",
        data,
    )


def profile_title(f: Facts) -> str:
    """By how much the loss changes near each start, on the line that is drawn."""
    return f"Nearby on this line, the loss changes {_by(f, [s.along for s in f.starts])}"


def nearby(f: Facts) -> str:
    """The same in the whole plane."""
    return (
        f"In the plane, with |α| and |β| up to {f.near:.2g}, the loss changes"
        f" {_by(f, [(s.low, s.high) for s in f.starts])}"
    )


def _by(f: Facts, ends: list[tuple[float, float]]) -> str:
    return listed(
        f"by {number(high - low)} around {start_name(start.init, f.value)}"
        for start, (low, high) in zip(f.starts, ends, strict=True)
    )

"""The 2-2-1 network: its numbers in a drawing, its gradient step in formulas, its two units on
their way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt
import pandas as pd

from ....charts import Figure, grammar
from ....charts.words import alike, plural, with_minus
from .findings import Facts, Parameter, facts

if TYPE_CHECKING:
    from .config import SymmetryConfig
    from .experiment import SymmetryResult

PLACES = {"x1": (0, 3), "x2": (0, 1), "h1": (1.5, 3), "h2": (1.5, 1), "y": (3, 2)}
EDGES = {
    "w11": ("x1", "h1", 0.5),
    "w12": ("x2", "h1", 0.3),
    "w21": ("x1", "h2", 0.3),
    "w22": ("x2", "h2", 0.5),
    "v1": ("h1", "y", 0.4),
    "v2": ("h2", "y", 0.4),
}
UNITS = {"unit 1": "series:kaiming", "unit 2": "series:xavier"}
HEIGHT = 200


def network(
    parameters: pd.DataFrame, f: Facts, config: SymmetryConfig, height: int = HEIGHT
) -> Figure:
    """The network drawn with all its numbers: what learns has its value and, after the arrow, that
    of one step later.
    """
    p = f.parameters
    edges = pd.DataFrame(
        [
            {
                "x": PLACES[a][0],
                "y": PLACES[a][1],
                "x2": PLACES[b][0],
                "y2": PLACES[b][1],
                "at_x": PLACES[a][0] + share * (PLACES[b][0] - PLACES[a][0]),
                "at_y": PLACES[a][1] + share * (PLACES[b][1] - PLACES[a][1]),
                "words": _moved(p[e]),
                "unit": "unit 1" if e in ("w11", "w12", "v1") else "unit 2",
                "gradient": p[e].gradient,
            }
            for e, (a, b, share) in EDGES.items()
        ]
    )
    nodes = pd.DataFrame([{"x": x, "y": y, "words": n} for n, (x, y) in PLACES.items()])
    scale = {
        "x": alt.Scale(domain=[-0.5, 3.7], nice=False),
        "y": alt.Scale(domain=[0.1, 3.9], nice=False),
    }
    at = {axis: {"scale": s, "axis": None} for axis, s in scale.items()}
    paint = alt.Color("unit:N", scale=_scale(), legend=None)
    lines = (
        alt.Chart(edges)
        .mark_rule(strokeWidth=2)
        .encode(
            x=alt.X("x:Q", **at["x"]),
            y=alt.Y("y:Q", **at["y"]),
            x2=alt.X2("x2:Q"),
            y2=alt.Y2("y2:Q"),
            color=paint,
            tooltip=[alt.Tooltip("words"), alt.Tooltip("gradient", format=".4~g")],
        )
    )
    label = alt.Chart(edges).encode(
        x=alt.X("at_x:Q", **at["x"]), y=alt.Y("at_y:Q", **at["y"]), text=alt.Text("words:N")
    )
    dots = alt.Chart(nodes).encode(x=alt.X("x:Q", **at["x"]), y=alt.Y("y:Q", **at["y"]))
    halo = {"stroke": "paper", "strokeWidth": 5, "strokeJoin": "round", "opacity": 0.95}
    chart = alt.layer(
        lines,
        label.mark_text(dy=-9, fontSize=12, **halo),
        label.mark_text(dy=-9, fontSize=12, color="ink"),
        dots.mark_point(size=800, filled=True, color="paper", opacity=1),
        dots.mark_point(size=800, color="ink", strokeWidth=1.5),
        dots.encode(text=alt.Text("words:N")).mark_text(fontSize=12, color="ink"),
        *_beside(f, config, at),
        **grammar.view(height),
    )
    title = network_title(f)
    subtitle = "Orange: hidden unit 1; blue: 2, all numbers before → after one gradient step."
    changes = ", ".join(f"{one.name} {_change(one)}" for one in p.values())
    return Figure("two-two-one", title, subtitle, chart, f"{title}. {changes}.", parameters)


def resized(result: SymmetryResult, config: SymmetryConfig, height: int) -> Figure:
    """`network` at another height: its words are placed for it."""
    return network(
        result.parameters, facts(result.parameters, result.quantities, result.path), config, height
    )


def network_title(f: Facts) -> str:
    """Whether the units part."""
    if f.equal_before:
        return "Equal before the step, equal after it: one unit, counted twice"
    if f.equal_after:
        return "The two units differ, and this step happens to make them equal"
    if f.equal_gradients:
        return "The two units differ, but get the same gradient: the difference stays as it is"
    return "The two units differ, so they get different gradients"


def _change(one: Parameter) -> str:
    if alike((one.before, one.after), ".3g"):
        return f"{one.after:.3g} before and after"
    return f"{one.before:.3g} to {one.after:.3g}"


def _moved(one: Parameter) -> str:
    return f"{one.name} {_digits(one.before)} → {_digits(one.after)}"


def _digits(value: float) -> str:
    """Three digits: −0.714."""
    return with_minus(float(f"{value:.3g}"))


def _beside(f: Facts, config: SymmetryConfig, at: dict) -> list[alt.Chart]:
    """Each circle's output and, where it has one, its bias: inputs on the left, the rest above or
    below, clear of the lines.
    """
    p, q = f.parameters, f.quantities
    texts = {
        "x1": ([_digits(config.x1)], "right", -22, 0),
        "x2": ([_digits(config.x2)], "right", -22, 0),
        "h1": ([f"h1 = {_digits(q['h1'])}", _moved(p["b1"])], "center", 0, -42),
        "h2": ([f"h2 = {_digits(q['h2'])}", _moved(p["b2"])], "center", 0, 28),
        "y": ([f"y = {_digits(q['y'])}"], "left", 22, 0),
        "t": ([f"target {_digits(config.t)}", _moved(p["c"])], "center", 0, 32),
    }
    at_node = PLACES | {"t": PLACES["y"]}
    return [
        alt.Chart(
            pd.DataFrame({"x": [at_node[n][0]], "y": [at_node[n][1]], "words": ["\n".join(lines)]})
        )
        .mark_text(align=align, dx=dx, dy=dy, fontSize=12, lineBreak="\n", color="muted")
        .encode(x=alt.X("x:Q", **at["x"]), y=alt.Y("y:Q", **at["y"]), text=alt.Text("words:N"))
        for n, (lines, align, dx, dy) in texts.items()
    ]


def _scale() -> alt.Scale:
    return alt.Scale(domain=list(UNITS), range=list(UNITS.values()))


def paths(path: pd.DataFrame, f: Facts) -> Figure:
    """Both hidden units on the plane of their two incoming weights, step by step."""
    data = path.assign(unit="unit " + path["unit"].astype(str))
    steps = f.steps
    if f.widest == 0:
        title = f"After {plural(steps, 'step')} the units are still exactly equal"
    elif alike((f.first_gap, f.last_gap), ".3g"):
        title = f"The units began {f.first_gap:.3g} apart and are as far apart at the end"
    else:
        title = f"The units began {f.first_gap:.3g} apart and end {f.last_gap:.3g} apart"
    still = alike((f.first_loss, f.last_loss), ".3g")
    title += (
        f"; the loss {'stayed at' if still else f'went from {f.first_loss:.3g} to'}"
        f" {f.last_loss:.3g}"
    )
    room = {c: [float(data[c].min()), float(data[c].max())] for c in ("w1", "w2")}
    at_x = alt.X(
        "w1:Q",
        **grammar.quantity("w1", data["w1"], heading="weight from x1", domain=_padded(room["w1"])),
    )
    at_y = alt.Y(
        "w2:Q",
        **grammar.quantity("w2", data["w2"], heading="weight from x2", domain=_padded(room["w2"])),
    )
    paint = alt.Color("unit:N", scale=_scale(), legend=grammar.legend_of(UNITS))
    shape = alt.Shape(
        "unit:N",
        scale=alt.Scale(domain=list(UNITS), range=["circle", "square"]),
        legend=grammar.legend_of(UNITS),
    )
    base = alt.Chart(data).encode(x=at_x, y=at_y, color=paint)
    marked = alt.Chart(data[data["step"] % max(1, steps // 10) == 0]).encode(
        x=at_x, y=at_y, color=paint
    )
    size = alt.Size("unit:N", scale=alt.Scale(domain=list(UNITS), range=[30, 90]), legend=None)
    tips = [
        alt.Tooltip("unit"),
        alt.Tooltip("step"),
        *(alt.Tooltip(c, format=".4~g") for c in ("w1", "w2", "b", "v", "loss")),
    ]
    chart = alt.layer(
        base.mark_line(strokeWidth=1.5).encode(order=alt.Order("step:Q")),
        marked.mark_point(filled=False, strokeWidth=1.6, opacity=0.9).encode(
            shape=shape, size=size, tooltip=tips
        ),
        *_starts(data, at_x, at_y),
        **grammar.view(300),
    )
    subtitle = (
        f"Incoming weights of both hidden units over {plural(steps, 'gradient step')}; circles:"
        " unit 1, larger squares: unit 2."
    )
    return Figure("two-units", title, subtitle, chart, title + ".", path)


def _starts(data: pd.DataFrame, at_x: alt.X, at_y: alt.Y) -> list[alt.Chart]:
    """The word at each unit's first point, where the chart has more room: left or right of it."""
    middle = (data["w1"].min() + data["w1"].max()) / 2
    first = data[data["step"] == 0].drop_duplicates(["w1", "w2"])
    return [
        alt.Chart(some)
        .mark_text(align=align, dx=dx, fontSize=12, color="ink")
        .encode(x=at_x, y=at_y, text=alt.TextValue("start"))
        for some, align, dx in (
            (first[first["w1"] > middle], "right", -10),
            (first[first["w1"] <= middle], "left", 10),
        )
        if len(some)
    ]


def _padded(ends: list[float]) -> list[float]:
    """Room for the marks: a sixth of what the units walk, where they walk at all."""
    room = max((ends[1] - ends[0]) / 6, 0.002) if ends[1] > ends[0] else 0.05
    return [ends[0] - room, ends[1] + room]

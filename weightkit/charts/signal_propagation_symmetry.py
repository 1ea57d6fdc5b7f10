"""The 2-2-1 network: its numbers in a drawing, its gradient step in formulas, its two units on their way."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from . import grammar
from .figure import Figure
from .remembered import remembered
from .signal_propagation_words import ACTIVATIONS

PLACES = {"x1": (0, 3), "x2": (0, 1), "h1": (1.5, 3), "h2": (1.5, 1), "y": (3, 2)}
EDGES = {
    "w11": ("x1", "h1", 0.5), "w12": ("x2", "h1", 0.3), "w21": ("x1", "h2", 0.3), "w22": ("x2", "h2", 0.5),
    "v1": ("h1", "y", 0.4), "v2": ("h2", "y", 0.4),
}  # fmt: skip
UNITS = {"unit 1": "series:kaiming", "unit 2": "series:xavier"}
HEIGHT = 200
OWN = ("w{}1", "w{}2", "b{}", "v{}")


def twins(parameters: pd.DataFrame, column: str = "before") -> bool:
    """Whether the two hidden units are equal in all their numbers."""
    value = parameters.set_index("parameter")[column]
    return all(value[n.format(1)] == value[n.format(2)] for n in OWN)


@remembered
def network(
    parameters: pd.DataFrame, quantities: pd.DataFrame, config: Any, height: int = HEIGHT
) -> Figure:
    """The network drawn with all its numbers: what learns has its value and, after the arrow, that of one step later."""
    p, q = parameters.set_index("parameter"), quantities.set_index("quantity")["value"]
    edges = pd.DataFrame(
        [
            {
                "x": PLACES[a][0], "y": PLACES[a][1], "x2": PLACES[b][0], "y2": PLACES[b][1],
                "at_x": PLACES[a][0] + share * (PLACES[b][0] - PLACES[a][0]),
                "at_y": PLACES[a][1] + share * (PLACES[b][1] - PLACES[a][1]),
                "words": _moved(p, e), "unit": "unit 1" if e in ("w11", "w12", "v1") else "unit 2",
                "gradient": p["gradient"][e],
            }
            for e, (a, b, share) in EDGES.items()
        ]
    )  # fmt: skip
    nodes = pd.DataFrame([{"x": x, "y": y, "words": n} for n, (x, y) in PLACES.items()])
    scale = {"x": alt.Scale(domain=[-0.5, 3.7], nice=False), "y": alt.Scale(domain=[0.1, 3.9], nice=False)}
    at = {axis: {"scale": s, "axis": None} for axis, s in scale.items()}
    paint = alt.Color("unit:N", scale=_scale(), legend=None)
    lines = alt.Chart(edges).mark_rule(strokeWidth=2).encode(
        x=alt.X("x:Q", **at["x"]), y=alt.Y("y:Q", **at["y"]), x2=alt.X2("x2:Q"), y2=alt.Y2("y2:Q"), color=paint,
        tooltip=[alt.Tooltip("words"), alt.Tooltip("gradient", format=".4~g")],
    )  # fmt: skip
    label = alt.Chart(edges).encode(x=alt.X("at_x:Q", **at["x"]), y=alt.Y("at_y:Q", **at["y"]), text=alt.Text("words:N"))
    dots = alt.Chart(nodes).encode(x=alt.X("x:Q", **at["x"]), y=alt.Y("y:Q", **at["y"]))
    halo = {"stroke": "paper", "strokeWidth": 5, "strokeJoin": "round", "opacity": 0.95}
    chart = alt.layer(
        lines, label.mark_text(dy=-9, fontSize=12, **halo), label.mark_text(dy=-9, fontSize=12, color="ink"),
        dots.mark_point(size=800, filled=True, color="paper", opacity=1),
        dots.mark_point(size=800, color="ink", strokeWidth=1.5),
        dots.encode(text=alt.Text("words:N")).mark_text(fontSize=12, color="ink"),
        *_beside(p, q, config, at), **grammar.view(height),
    )  # fmt: skip
    title = _network_title(parameters)
    subtitle = "w, v, b, c: before → after one gradient step. Orange: hidden unit 1; blue: 2."
    changes = ", ".join(f"{r.parameter} {r.before:.3g} to {r.after:.3g}" for r in parameters.itertuples())
    return Figure("two-two-one", title, subtitle, chart, f"{title}. {changes}.", parameters)


def _network_title(parameters: pd.DataFrame) -> str:
    same, after, alike = (twins(parameters, column) for column in ("before", "after", "gradient"))
    if same:
        return "Equal before the step, equal after it: one unit, counted twice"
    if after:
        return "The two units differ, and this step happens to make them equal"
    if alike:
        return "The two units differ, but get the same gradient: the difference stays as it is"
    return "The two units differ, so they get different gradients"


def _moved(p: pd.DataFrame, name: str) -> str:
    return f"{name} {p['before'][name]:.3g} → {p['after'][name]:.3g}"


def _beside(p: pd.DataFrame, q: pd.Series, config: Any, at: dict) -> list[alt.Chart]:
    """Each circle's output and, where it has one, its bias: inputs on the left, the rest above or below, clear of the lines."""
    texts = {
        "x1": ([f"{config.x1:.3g}"], "right", -22, 0), "x2": ([f"{config.x2:.3g}"], "right", -22, 0),
        "h1": ([f"{q['h1']:.3g} · {_moved(p, 'b1')}"], "center", 0, -28), "h2": ([f"{q['h2']:.3g} · {_moved(p, 'b2')}"], "center", 0, 28),
        "y": ([f"{q['y']:.3g}"], "left", 22, 0), "t": ([f"target {config.t:.3g}", _moved(p, "c")], "center", 0, 32),
    }  # fmt: skip
    at_node = PLACES | {"t": PLACES["y"]}
    return [
        alt.Chart(pd.DataFrame({"x": [at_node[n][0]], "y": [at_node[n][1]], "words": ["\n".join(lines)]}))
        .mark_text(align=align, dx=dx, dy=dy, fontSize=12, lineBreak="\n", color="muted")
        .encode(x=alt.X("x:Q", **at["x"]), y=alt.Y("y:Q", **at["y"]), text=alt.Text("words:N"))
        for n, (lines, align, dx, dy) in texts.items()
    ]


def _scale() -> alt.Scale:
    return alt.Scale(domain=list(UNITS), range=list(UNITS.values()))


@remembered
def paths(path: pd.DataFrame) -> Figure:
    """Both hidden units on the plane of their two incoming weights, step by step."""
    data = path.assign(unit="unit " + path["unit"].astype(str))
    wide = path.pivot_table(index="step", columns="unit", values=["w1", "w2", "b", "v"])
    gap = sum((wide[c][1] - wide[c][2]) ** 2 for c in ("w1", "w2", "b", "v")) ** 0.5
    steps = int(path["step"].max())
    end = path[path["step"] == steps]
    if gap.max() == 0:
        title = f"After {steps} steps the units are still exactly equal"
    else:
        title = f"The units began {gap.iloc[0]:.2g} apart and end {gap.iloc[-1]:.2g} apart"
    title += f"; the loss went from {path['loss'].iloc[0]:.2g} to {end['loss'].iloc[0]:.2g}"
    room = {c: grammar.span(data[c]) for c in ("w1", "w2")}
    at_x = alt.X("w1:Q", **grammar.quantity("w1", data["w1"], heading="weight from x1", domain=_padded(room["w1"])))
    at_y = alt.Y("w2:Q", **grammar.quantity("w2", data["w2"], heading="weight from x2", domain=_padded(room["w2"])))
    paint = alt.Color("unit:N", scale=_scale(), legend=alt.Legend(title=None, orient="top"))
    shape = alt.Shape(
        "unit:N", scale=alt.Scale(domain=list(UNITS), range=["circle", "square"]), legend=alt.Legend(title=None, orient="top")
    )  # fmt: skip
    base = alt.Chart(data).encode(x=at_x, y=at_y, color=paint)
    marked = alt.Chart(data[data["step"] % max(1, steps // 10) == 0]).encode(x=at_x, y=at_y, color=paint)
    size = alt.Size("unit:N", scale=alt.Scale(domain=list(UNITS), range=[30, 90]), legend=None)
    tips = [alt.Tooltip("unit"), alt.Tooltip("step"), *(alt.Tooltip(c, format=".4~g") for c in ("w1", "w2", "b", "v", "loss"))]
    chart = alt.layer(
        base.mark_line(strokeWidth=1.5).encode(order=alt.Order("step:Q")),
        marked.mark_point(filled=False, strokeWidth=1.6, opacity=0.9).encode(shape=shape, size=size, tooltip=tips),
        **grammar.view(300),
    )  # fmt: skip
    subtitle = f"Incoming weights of both hidden units over {steps} gradient steps; circles: unit 1, larger squares: unit 2."
    return Figure("two-units", title, subtitle, chart, title + ".", path)


def _padded(span: list[float]) -> list[float]:
    room = max(0.06 * (span[1] - span[0]), 0.05)
    return [span[0] - room, span[1] + room]


def algebra(parameters: pd.DataFrame, quantities: pd.DataFrame, config: Any) -> tuple[str, str, str]:
    """One gradient step as Markdown, formulas with their numbers: unit 1, unit 2, and the output where they meet."""
    b, g = (parameters.set_index("parameter")[c] for c in ("before", "gradient"))
    q = quantities.set_index("quantity")["value"]
    x1, x2, t, rate = config.x1, config.x2, config.t, config.learning_rate
    units = []
    for i in (1, 2):
        w1, w2, v, error, delta = b[f"w{i}1"], b[f"w{i}2"], b[f"v{i}"], q["dy"], q[f"dz{i}"]
        forward = [
            (rf"z_{i}", rf"w_{{{i}1}} x_1 + w_{{{i}2}} x_2 + b_{i}", rf"{n(w1)} \cdot {n(x1)} + {n(w2)} \cdot {n(x2)} + {n(b[f'b{i}'])}", q[f"z{i}"]),
            (rf"h_{i}", rf"\varphi(z_{i})", "", q[f"h{i}"]),
        ]  # fmt: skip
        backward = [
            (rf"\tfrac{{\partial L}}{{\partial v_{i}}}", rf"(y - t)\,h_{i}", rf"{n(error)} \cdot {n(q[f'h{i}'])}", q[f"dv{i}"]),
            (rf"\delta_{i}", rf"(y - t)\,v_{i}\,\varphi'(z_{i})", rf"{n(error)} \cdot {n(v)} \cdot \varphi'({n(q[f'z{i}'])})", delta),
        ]  # fmt: skip
        moves = [(f"w{i}1", rf"\delta_{i}\,x_1"), (f"w{i}2", rf"\delta_{i}\,x_2"), (f"b{i}", rf"\delta_{i}"),
                 (f"v{i}", rf"\tfrac{{\partial L}}{{\partial v_{i}}}")]  # fmt: skip
        step = [
            (_tex(p), rf"{_tex(p)} - \eta\,{by}", rf"{n(b[p])} - {n(rate)} \cdot {n(g[p])}", b[p] - rate * g[p]) for p, by in moves
        ]
        units.append(
            f"#### Unit {i}, one step worked out\n\n**Forward**, with φ = {ACTIVATIONS[config.activation]}\n\n{_aligned(forward)}\n\n"
            f"**Backward**\n\n{_aligned(backward)}\n\n**Step**, with learning rate η\n\n{_aligned(step, 'leftarrow')}"
        )
    output = [
        ("y", "v_1 h_1 + v_2 h_2 + c", rf"{n(b['v1'])} \cdot {n(q['h1'])} + {n(b['v2'])} \cdot {n(q['h2'])} + {n(b['c'])}", q["y"]),
        ("L", r"\tfrac12 (y - t)^2", rf"\tfrac12 ({n(q['y'])} - {n(t)})^2", q["loss"]),
    ]  # fmt: skip
    return units[0], units[1], f"**The two meet in the output y**, with target t, and nowhere else:\n\n{_aligned(output)}"


def _tex(parameter: str) -> str:
    return f"{parameter[0]}_{{{parameter[1:]}}}"


def _aligned(lines: list[tuple[str, str, str, float]], sign: str = "") -> str:
    """Formulas (left, right, the same in numbers, value), two short lines each: a phone must hold them."""
    sign = rf"\{sign}" if sign else "="
    rows = [
        rf"{left} &{sign} {right} = {n(value)}" if not numbers else rf"{left} &{sign} {right} \\ &= {numbers} = {n(value)}"
        for left, right, numbers, value in lines
    ]
    return "$$\n\\begin{aligned}\n" + " \\\\\n".join(rows) + "\n\\end{aligned}\n$$"


def n(value: float) -> str:
    """A number inside a formula: three digits, negative ones in brackets."""
    text = f"{value:.3g}"
    if "e" in text:
        mantissa, exponent = text.split("e")
        text = rf"{mantissa} \cdot 10^{{{int(exponent)}}}"
    return f"({text})" if value < 0 else text


ANSWERS = ("Exactly equal", "Different")


def question(config: Any) -> tuple[str, tuple[str, ...]]:
    """What to predict, and the answers to choose from."""
    same = all(getattr(config, n.format(1)) == getattr(config, n.format(2)) for n in OWN)
    return (
        f"Two hidden units start with {'the same' if same else 'different'} numbers: weights in, bias, weight out. What are they "
        "after one step of gradient descent?"
    ), ANSWERS


def verdict(parameters: pd.DataFrame) -> tuple[str, str]:
    """Whether the units are equal after one step, and where they differ most."""
    value = parameters.set_index("parameter")["after"]
    gaps = {name.format("i"): abs(value[name.format(1)] - value[name.format(2)]) for name in OWN}
    largest = max(gaps, key=lambda name: gaps[name])
    if not any(gaps.values()):
        return ANSWERS[0], "In all four of their numbers the units are equal after the step, to the last digit."
    return ANSWERS[1], f"After the step they differ most in {largest}: by {gaps[largest]:.3g}."


def sentences(parameters: pd.DataFrame, path: pd.DataFrame) -> list[str]:
    """What moved, and what the units have become after all steps."""
    moved = parameters[parameters["before"] != parameters["after"]]["parameter"].tolist()
    last = path[path["step"] == path["step"].max()].set_index("unit")
    gap = sum((last[c][1] - last[c][2]) ** 2 for c in ("w1", "w2", "b", "v")) ** 0.5
    learned = "all nine numbers" if len(moved) == 9 else ", ".join(moved) or "nothing"
    return [
        f"One step moves {learned}.",
        f"After {path['step'].max()} steps the units are {gap:.3g} apart (Euclidean distance over their four numbers); the loss is "
        f"{last['loss'].iloc[0]:.3g}, from {path['loss'].iloc[0]:.3g}.",
    ]


PROOF = (
    "**The argument, step by step**\n\n"
    "1. *Forward.* Unit $i$ computes $h_i = \\varphi(z_i)$ with $z_i = w_{i1} x_1 + w_{i2} x_2 + b_i$. Equal $w$ and $b$: equal $z$ and $h$.\n"
    "1. *Backward.* Its gradients are $\\partial L / \\partial v_i = (y - t)\\,h_i$ and, with "
    "$\\delta_i = (y - t)\\,v_i\\,\\varphi'(z_i)$, $\\partial L / \\partial w_{ij} = \\delta_i\\,x_j$ and $\\partial L / \\partial b_i = \\delta_i$. "
    "The other unit appears in them only through $y$, which both share. Equal $v$ as well: equal gradients.\n"
    "1. *Step.* Equal numbers minus equal steps are equal. And so after every further step.\n"
    "1. So the units must *differ* at the start, to learn different things. That is all that randomness has to provide."
)

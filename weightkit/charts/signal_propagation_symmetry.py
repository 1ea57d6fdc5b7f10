"""The 2-2-1 network: its numbers in a drawing, its gradient step in formulas, its two units on their way."""

from __future__ import annotations

import altair as alt
import pandas as pd

from . import theme
from .figure import Figure
from .remembered import remembered
from .signal_propagation_words import ACTIVATIONS

PLACES = {"x1": (0, 3), "x2": (0, 1), "h1": (1.5, 3), "h2": (1.5, 1), "y": (3, 2)}
EDGES = {
    "w11": ("x1", "h1", 0.5), "w12": ("x2", "h1", 0.3), "w21": ("x1", "h2", 0.3), "w22": ("x2", "h2", 0.5),
    "v1": ("h1", "y", 0.5), "v2": ("h2", "y", 0.5),
}  # fmt: skip
UNITS = {"unit 1": theme.COLOURS["kaiming"], "unit 2": theme.COLOURS["xavier"]}
OWN = ("w{}1", "w{}2", "b{}", "v{}")


def twins(parameters: pd.DataFrame, column: str = "before") -> bool:
    """Whether the two hidden units are equal in all their numbers."""
    value = parameters.set_index("parameter")[column]
    return all(value[n.format(1)] == value[n.format(2)] for n in OWN)


@remembered
def network(parameters: pd.DataFrame, quantities: pd.DataFrame, dark: bool = False) -> Figure:
    """The network drawn: each weight's value and, after the arrow, its value one step later."""
    p, q = parameters.set_index("parameter"), quantities.set_index("quantity")["value"]
    edges = pd.DataFrame(
        [
            {
                "x": PLACES[a][0], "y": PLACES[a][1], "x2": PLACES[b][0], "y2": PLACES[b][1],
                "at_x": PLACES[a][0] + share * (PLACES[b][0] - PLACES[a][0]),
                "at_y": PLACES[a][1] + share * (PLACES[b][1] - PLACES[a][1]) + 0.12,
                "words": f"{e} {p['before'][e]:.3g} → {p['after'][e]:.3g}", "unit": "unit 1" if e in ("w11", "w12", "v1") else "unit 2",
                "gradient": p["gradient"][e],
            }
            for e, (a, b, share) in EDGES.items()
        ]
    )  # fmt: skip
    names = {"h1": f"h1 = {q['h1']:.3g}", "h2": f"h2 = {q['h2']:.3g}", "y": f"y = {q['y']:.3g}", "x1": "x1", "x2": "x2"}
    nodes = pd.DataFrame([{"x": x, "y": y, "words": names[n]} for n, (x, y) in PLACES.items()])
    scale = {"x": alt.Scale(domain=[-0.4, 3.6], nice=False), "y": alt.Scale(domain=[0.3, 3.8], nice=False)}
    at = {axis: {"scale": s, "axis": None} for axis, s in scale.items()}
    paint = alt.Color("unit:N", scale=_scale(dark), legend=None)
    lines = alt.Chart(edges).mark_rule(strokeWidth=2).encode(
        x=alt.X("x:Q", **at["x"]), y=alt.Y("y:Q", **at["y"]), x2="x2:Q", y2="y2:Q", color=paint,
        tooltip=["words", alt.Tooltip("gradient", format=".4~g")],
    )  # fmt: skip
    label = alt.Chart(edges).encode(x=alt.X("at_x:Q", **at["x"]), y=alt.Y("at_y:Q", **at["y"]), text="words:N")
    dots = alt.Chart(nodes).encode(x=alt.X("x:Q", **at["x"]), y=alt.Y("y:Q", **at["y"]))
    halo = {"stroke": theme.PAPER[dark], "strokeWidth": 5, "strokeJoin": "round", "opacity": 0.95}
    chart = alt.layer(
        lines, label.mark_text(fontSize=12, **halo), label.mark_text(fontSize=12, color=theme.INK[dark]),
        dots.mark_point(size=700, filled=True, color=theme.PAPER[dark], opacity=1),
        dots.mark_point(size=700, color=theme.INK[dark], strokeWidth=1.5),
        dots.encode(text="words:N").mark_text(dy=32, fontSize=12, color=theme.MUTED[dark]),
        **theme.view(300),
    )  # fmt: skip
    same, after = twins(parameters), twins(parameters, "after")
    title = (
        "Equal before the step, equal after it: the two hidden units are one unit, counted twice"
        if same
        else "The two units meet by this step" if after else "The two units differ, so their gradients differ, so they part"
    )  # fmt: skip
    subtitle = "Each weight before → after one gradient step; orange belongs to hidden unit 1, blue to hidden unit 2."
    changes = ", ".join(f"{r.parameter} {r.before:.3g} to {r.after:.3g}" for r in parameters.itertuples())
    return Figure("two-two-one", title, subtitle, chart, f"{title}. {changes}.", parameters)


def _scale(dark: bool) -> alt.Scale:
    return alt.Scale(domain=list(UNITS), range=[theme.readable(c, dark, 3.0) for c in UNITS.values()])


@remembered
def paths(path: pd.DataFrame, dark: bool = False) -> Figure:
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
    room = {c: theme.span(data[c]) for c in ("w1", "w2")}
    at_x = alt.X("w1:Q", **theme.quantity("w1", data["w1"], heading="weight from x1", domain=_padded(room["w1"])))
    at_y = alt.Y("w2:Q", **theme.quantity("w2", data["w2"], heading="weight from x2", domain=_padded(room["w2"])))
    paint = alt.Color("unit:N", scale=_scale(dark), legend=alt.Legend(title=None, orient="top"))
    shape = alt.Shape(
        "unit:N", scale=alt.Scale(domain=list(UNITS), range=["circle", "square"]), legend=alt.Legend(title=None, orient="top")
    )  # fmt: skip
    base = alt.Chart(data).encode(x=at_x, y=at_y, color=paint)
    marked = alt.Chart(data[data["step"] % max(1, steps // 10) == 0]).encode(x=at_x, y=at_y, color=paint)
    size = alt.Size("unit:N", scale=alt.Scale(domain=list(UNITS), range=[30, 90]), legend=None)
    tips = ["unit", "step", *(alt.Tooltip(c, format=".4~g") for c in ("w1", "w2", "b", "v", "loss"))]
    chart = alt.layer(
        base.mark_line(strokeWidth=1.5).encode(order="step:Q"),
        marked.mark_point(filled=False, strokeWidth=1.6, opacity=0.9).encode(shape=shape, size=size, tooltip=tips),
        **theme.view(300),
    )  # fmt: skip
    subtitle = f"Incoming weights of both hidden units over {steps} gradient steps; circles: unit 1, larger squares: unit 2."
    return Figure("two-units", title, subtitle, chart, title + ".", path)


def _padded(span: list[float]) -> list[float]:
    room = max(0.06 * (span[1] - span[0]), 0.05)
    return [span[0] - room, span[1] + room]


def algebra(parameters: pd.DataFrame, quantities: pd.DataFrame, config: object) -> list[str]:
    """One gradient step as LaTeX, each formula with its numbers: forward, backward, update."""
    b, g = (parameters.set_index("parameter")[c] for c in ("before", "gradient"))
    q = quantities.set_index("quantity")["value"]
    x1, x2, t, rate = (getattr(config, n) for n in ("x1", "x2", "t", "learning_rate"))
    phi = ACTIVATIONS[getattr(config, "activation")]  # noqa: B009
    forward, backward, update = [], [], []
    for i in (1, 2):
        w1, w2 = b[f"w{i}1"], b[f"w{i}2"]
        forward.append(
            rf"z_{i} &= w_{{{i}1}} x_1 + w_{{{i}2}} x_2 + b_{i} = {n(w1)} \cdot {n(x1)} + {n(w2)} \cdot {n(x2)} + {n(b[f'b{i}'])} "
            rf"= {n(q[f'z{i}'])}, & h_{i} &= \varphi(z_{i}) = {n(q[f'h{i}'])}"
        )
        slope = rf"\varphi'(z_{i})"
        backward.append(
            rf"\frac{{\partial L}}{{\partial v_{i}}} &= (y - t)\,h_{i} = {n(q[f'dv{i}'])}, & "
            rf"\delta_{i} &= \frac{{\partial L}}{{\partial z_{i}}} = (y - t)\,v_{i}\,{slope} = {n(q[f'dz{i}'])}"
        )
        update.append(
            rf"w_{{{i}1}} &\leftarrow w_{{{i}1}} - \eta\,\delta_{i}\,x_1 = {n(w1)} - {n(rate)} \cdot {n(g[f'w{i}1'])} = "
            rf"{n(w1 - rate * g[f'w{i}1'])}, & w_{{{i}2}} &\leftarrow {n(w2)} - {n(rate)} \cdot {n(g[f'w{i}2'])} = "
            rf"{n(w2 - rate * g[f'w{i}2'])}"
        )
    output = (
        rf"y &= v_1 h_1 + v_2 h_2 + c = {n(q['y'])}, & L &= \tfrac12 (y - t)^2 = \tfrac12 ({n(q['y'])} - {n(t)})^2 = {n(q['loss'])}"
    )
    return [
        f"**Forward**, with φ = {phi}\n\n$$\n{_aligned([*forward, output])}\n$$",
        f"**Backward**, by the chain rule\n\n$$\n{_aligned(backward)}\n$$",
        f"**Step**, with learning rate η\n\n$$\n{_aligned(update)}\n$$",
    ]


def _aligned(lines: list[str]) -> str:
    return "\\begin{aligned}\n" + " \\\\\n".join(lines) + "\n\\end{aligned}"


def n(value: float) -> str:
    """A number inside a formula: three digits, negative ones in brackets."""
    text = f"{value:.3g}"
    if "e" in text:
        mantissa, exponent = text.split("e")
        text = rf"{mantissa} \cdot 10^{{{int(exponent)}}}"
    return f"({text})" if value < 0 else text


def outcome(parameters: pd.DataFrame) -> tuple[int, str]:
    """After one step: 0 and a sentence where the units are equal, 1 where they differ."""
    value = parameters.set_index("parameter")["after"]
    gaps = {name.format("i"): abs(value[name.format(1)] - value[name.format(2)]) for name in OWN}
    largest = max(gaps, key=lambda name: gaps[name])
    if not any(gaps.values()):
        return 0, "In all four of their numbers the units are equal after the step, to the last digit."
    return 1, f"After the step they differ most in {largest}: by {gaps[largest]:.3g}."


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
    "**The argument.** Unit $i$ appears in its own gradients only through its own numbers: $\\partial L / \\partial v_i = (y - t)\\,h_i$ "
    "and $\\partial L / \\partial w_{ij} = (y - t)\\,v_i\\,\\varphi'(z_i)\\,x_j$. Two units with equal $w$, $b$ and $v$ have equal $z$ and "
    "$h$, so they get equal gradients, so they are equal after the step, and by the same argument after every step. Units that "
    "differ can get different gradients and learn different things: that is all that randomness has to provide."
)

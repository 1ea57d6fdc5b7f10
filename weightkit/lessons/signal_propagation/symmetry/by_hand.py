"""The symmetry argument, and one gradient step in formulas with their numbers, in Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..settings import LAYERS

if TYPE_CHECKING:
    from .config import SymmetryConfig
    from .findings import Facts

PROOF = (
    "**The argument, step by step**\n\n1. *Forward.* Unit $i$ computes $h_i = \\varphi(z_i)$ with"
    " $z_i = w_{i1} x_1 + w_{i2} x_2 + b_i$. Equal $w$ and $b$: equal $z$ and $h$.\n1. *Backward.*"
    " Its gradients are $\\partial L / \\partial v_i = (y - t)\\,h_i$ and, with $\\delta_i = (y -"
    " t)\\,v_i\\,\\varphi'(z_i)$, $\\partial L / \\partial w_{ij} = \\delta_i\\,x_j$ and $\\partial"
    " L / \\partial b_i = \\delta_i$. The other unit appears in them only through $y$, which both"
    " share. Equal $v$ as well: equal gradients.\n1. *Step.* Equal numbers minus equal steps are"
    " equal. And so after every further step.\n1. So, trained like this, the units must *differ* at"
    " the start to learn different things. (What treats them differently in a step, as dropout"
    " does, breaks the symmetry as well.)"
)


def algebra(f: Facts, config: SymmetryConfig) -> tuple[str, str, str]:
    """One gradient step as Markdown, formulas with their numbers: unit 1, unit 2, and the output
    where they meet.
    """
    b, g = (
        {name: getattr(one, part) for name, one in f.parameters.items()}
        for part in ("before", "gradient")
    )
    q = f.quantities
    x1, x2, t, rate = config.x1, config.x2, config.t, config.learning_rate
    units = []
    for i in (1, 2):
        w1, w2, v, error, delta = b[f"w{i}1"], b[f"w{i}2"], b[f"v{i}"], q["dy"], q[f"dz{i}"]
        forward = [
            (
                rf"z_{i}",
                rf"w_{{{i}1}} x_1 + w_{{{i}2}} x_2 + b_{i}",
                rf"{n(w1)} \cdot {n(x1)} + {n(w2)} \cdot {n(x2)} + {n(b[f'b{i}'])}",
                q[f"z{i}"],
            ),
            (rf"h_{i}", rf"\varphi(z_{i})", "", q[f"h{i}"]),
        ]
        backward = [
            (
                rf"\tfrac{{\partial L}}{{\partial v_{i}}}",
                rf"(y - t)\,h_{i}",
                rf"{n(error)} \cdot {n(q[f'h{i}'])}",
                q[f"dv{i}"],
            ),
            (
                rf"\delta_{i}",
                rf"(y - t)\,v_{i}\,\varphi'(z_{i})",
                rf"{n(error)} \cdot {n(v)} \cdot \varphi'({n(q[f'z{i}'])})",
                delta,
            ),
        ]
        moves = [
            (f"w{i}1", rf"\delta_{i}\,x_1"),
            (f"w{i}2", rf"\delta_{i}\,x_2"),
            (f"b{i}", rf"\delta_{i}"),
            (f"v{i}", rf"\tfrac{{\partial L}}{{\partial v_{i}}}"),
        ]
        step = [
            (
                _tex(p),
                rf"{_tex(p)} - \eta\,{by}",
                rf"{n(b[p])} - {n(rate)} \cdot {n(g[p])}",
                b[p] - rate * g[p],
            )
            for p, by in moves
        ]
        units.append(
            f"#### Unit {i}, one step worked out\n\n**Forward**, with φ ="
            f" {LAYERS[config.activation]}\n\n{_aligned(forward)}\n\n**Backward**\n\n"
            f"{_aligned(backward)}\n\n**Step**, with learning rate η\n\n"
            f"{_aligned(step, 'leftarrow')}"
        )
    output = [
        (
            "y",
            "v_1 h_1 + v_2 h_2 + c",
            rf"{n(b['v1'])} \cdot {n(q['h1'])} + {n(b['v2'])} \cdot {n(q['h2'])} + {n(b['c'])}",
            q["y"],
        ),
        ("L", r"\tfrac12 (y - t)^2", rf"\tfrac12 ({n(q['y'])} - {n(t)})^2", q["loss"]),
    ]
    return (
        units[0],
        units[1],
        f"**The two meet in the output y**, with target t, and nowhere else:\n\n{_aligned(output)}",
    )


def _tex(parameter: str) -> str:
    return f"{parameter[0]}_{{{parameter[1:]}}}"


def _aligned(lines: list[tuple[str, str, str, float]], sign: str = "") -> str:
    """Formulas (left, right, the same in numbers, value), two short lines each: a phone must hold
    them.
    """
    sign = rf"\{sign}" if sign else "="
    rows = [
        (
            rf"{left} &{sign} {right} = {n(value)}"
            if not numbers
            else rf"{left} &{sign} {right} \\ &= {numbers} = {n(value)}"
        )
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

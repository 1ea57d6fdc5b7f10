"""The symmetry argument in algebra: a 2-2-1 network small enough to follow one gradient step by
hand.

    z_i = w_i1 x_1 + w_i2 x_2 + b_i     h_i = phi(z_i)     y = v_1 h_1 + v_2 h_2 + c     L = (y -
    t)^2 / 2

    dL/dv_i = (y - t) h_i     dL/dz_i = (y - t) v_i phi'(z_i)     dL/dw_ij = dL/dz_i x_j     dL/db_i
    = dL/dz_i

Unit i appears in its own formulas only through w_i, b_i and v_i. So two units that are equal in
these get equal gradients, stay equal after the step, and by induction after every step.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields

import pandas as pd

from ....activations import SLOPE
from ....frames import Frames
from .config import PARAMETERS, SymmetryConfig


@dataclass(frozen=True, repr=False)
class SymmetryResult(Frames):
    """One gradient step in full, and the path of many.

    quantities: [quantity, value]: z1, z2, h1, h2, y, loss, then the derivatives of the loss by y,
        v1, v2, c, h1, h2, z1, z2 as dy, dv1, ... (the derivatives by w_ij and b_i are in
        `parameters`).
    parameters: [parameter, before, gradient, after] for the nine of PARAMETERS; after = before -
        learning_rate * gradient.
    path: [step, unit, w1, w2, b, v, y, loss]: both hidden units before step 1 and after each step;
        a path whose numbers pass 1e12 ends there.
    """

    quantities: pd.DataFrame
    parameters: pd.DataFrame
    path: pd.DataFrame


def symmetry_steps(config: SymmetryConfig = SymmetryConfig()) -> SymmetryResult:
    """Work out one gradient step, then repeat it."""
    start = {f.name: float(getattr(config, f.name)) for f in fields(config) if f.name in PARAMETERS}
    found, gradients = gradient_step(start, config)
    after = {name: value - config.learning_rate * gradients[name] for name, value in start.items()}
    parameters = [(name, start[name], gradients[name], after[name]) for name in PARAMETERS]
    return SymmetryResult(
        pd.DataFrame(found.items(), columns=["quantity", "value"]),
        pd.DataFrame(parameters, columns=["parameter", "before", "gradient", "after"]),
        _path(start, config),
    )


def gradient_step(
    p: dict[str, float], config: SymmetryConfig
) -> tuple[dict[str, float], dict[str, float]]:
    """What happens on the way there and back: {quantity: value} and {parameter: dL/dparameter} at
    the parameters p.
    """
    x1, x2 = config.x1, config.x2
    z1, z2 = (p[f"w{i}1"] * x1 + p[f"w{i}2"] * x2 + p[f"b{i}"] for i in (1, 2))
    (h1, slope1), (h2, slope2) = activate(config.activation, z1), activate(config.activation, z2)
    y = p["v1"] * h1 + p["v2"] * h2 + p["c"]
    dy = y - config.t
    dh1, dh2 = dy * p["v1"], dy * p["v2"]
    dz1, dz2 = dh1 * slope1, dh2 * slope2
    quantities = {
        "z1": z1,
        "z2": z2,
        "h1": h1,
        "h2": h2,
        "y": y,
        "loss": dy * dy / 2,
        "dy": dy,
        "dv1": dy * h1,
        "dv2": dy * h2,
        "dc": dy,
        "dh1": dh1,
        "dh2": dh2,
        "dz1": dz1,
        "dz2": dz2,
    }
    gradients = {
        "w11": dz1 * x1,
        "w12": dz1 * x2,
        "b1": dz1,
        "v1": dy * h1,
        "w21": dz2 * x1,
        "w22": dz2 * x2,
        "b2": dz2,
        "v2": dy * h2,
        "c": dy,
    }
    return quantities, gradients


def activate(activation: str, z: float) -> tuple[float, float]:
    """The activation's output and slope at z, in plain Python."""
    if activation == "relu":
        return max(z, 0.0), float(z > 0)
    if activation == "leaky_relu":
        return (z, 1.0) if z > 0 else (SLOPE * z, SLOPE)
    if activation == "tanh":
        return math.tanh(z), 1 - math.tanh(z) ** 2
    if activation == "sigmoid":
        s = 0.5 * (1 + math.tanh(z / 2))  # 1 / (1 + exp(-z)) without its overflow
        return s, s * (1 - s)
    return z, 1.0


def _path(p: dict[str, float], config: SymmetryConfig) -> pd.DataFrame:
    rows = []
    for step in range(config.steps + 1):
        found, gradients = gradient_step(p, config)
        rows += [
            (
                step,
                unit,
                *(p[name.format(unit)] for name in ("w{}1", "w{}2", "b{}", "v{}")),
                found["y"],
                found["loss"],
            )
            for unit in (1, 2)
        ]
        p = {name: value - config.learning_rate * gradients[name] for name, value in p.items()}
        if max(map(abs, p.values())) > 1e12:
            break
    return pd.DataFrame(rows, columns=["step", "unit", "w1", "w2", "b", "v", "y", "loss"])


run = symmetry_steps

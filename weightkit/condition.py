"""The condition number by hand: a 2x2 matrix of chosen singular values, and matrices that tell
kappa from sparsity.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

LARGEST = 1e6
POINTS = 180  # of an outline, without the repeated last one
SPREAD = 1000.0  # condition number of the stretched counterexamples
IDENTITY, TURNED_IDENTITY = "identity", "rotated identity"
DIAGONAL, TURNED_DIAGONAL = "diagonal, 1 to 1000", "rotated diagonal"


def matrix(sigma_1: float, sigma_2: float, angle: float = 0.0, turn: float = 0.0) -> np.ndarray:
    """W = U diag(sigma_1, sigma_2) V^T, float64 (2, 2): U turns by `angle` and V by `turn` degrees.

    W takes the direction at `turn` degrees to the direction at `angle` degrees, stretched by
    sigma_1, and the one at right angles to it to the one at right angles to that, stretched by
    sigma_2. Raises ValueError for a singular value that is not a number from 0 to 1e6, or an angle
    that is not finite.
    """
    for name, value in (("sigma_1", sigma_1), ("sigma_2", sigma_2)):
        if not (isinstance(value, (int, float)) and 0 <= value <= LARGEST):
            raise ValueError(f"{name} is {value!r}; it must be a number from 0 to {LARGEST:g}")
    for name, value in (("angle", angle), ("turn", turn)):
        if not (isinstance(value, (int, float)) and math.isfinite(value)):
            raise ValueError(f"{name} is {value!r}; it must be a finite number of degrees")
    return _rotation(angle) @ np.diag([float(sigma_1), float(sigma_2)]) @ _rotation(turn).T


def kappa(w: np.ndarray) -> float:
    """Condition number of one matrix, largest over smallest singular value; inf where it is
    singular.
    """
    values = np.linalg.svd(w, compute_uv=False)
    singular = values[-1] <= np.finfo(float).eps * max(w.shape) * values[0]
    return math.inf if singular else float(values[0] / values[-1])


def ellipse(
    sigma_1: float = 2.0,
    sigma_2: float = 1.0,
    angle: float = 30.0,
    turn: float = 0.0,
    n_points: int = POINTS,
) -> pd.DataFrame:
    """The unit circle and its image under W = matrix(sigma_1, sigma_2, angle, turn).

    [shape, part, index, x, y]: shape "circle" or "ellipse"; part "outline" (n_points + 1 points,
    the last one equal to the first; point i of the circle becomes point i of the ellipse), or "axis
    1" and "axis 2" (two points each, from the centre to the tip): the directions that W only
    stretches, by sigma_1 and sigma_2, and what becomes of them.
    """
    if isinstance(n_points, bool) or not isinstance(n_points, int) or not 4 <= n_points <= 10_000:
        raise ValueError(f"n_points is {n_points!r}; it must be a whole number from 4 to 10000")
    w = matrix(sigma_1, sigma_2, angle, turn)
    t = np.linspace(0.0, 2.0 * np.pi, n_points + 1)
    circle = {"outline": np.array([np.cos(t), np.sin(t)])}
    for i in (0, 1):
        circle[f"axis {i + 1}"] = np.column_stack([np.zeros(2), _rotation(turn)[:, i]])
    parts = []
    for shape, image in (("circle", np.eye(2)), ("ellipse", w)):
        for part, xy in circle.items():
            x, y = image @ xy
            parts.append(
                pd.DataFrame({"shape": shape, "part": part, "index": range(len(x)), "x": x, "y": y})
            )
    return pd.concat(parts, ignore_index=True)


def _rotation(degrees: float) -> np.ndarray:
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return np.array([[c, -s], [s, c]])


def sparsity(n: int = 64) -> pd.DataFrame:
    """Four n x n matrices in which sparse or dense, and kappa 1 or 1000, occur in every
    combination.

    [matrix, share_zero, condition_number], measured. n is a power of two. The dense ones are the
    sparse ones times a Hadamard matrix / sqrt(n) (all entries +-1, rows orthogonal; Sylvester
    1867): a rotation, which fills every entry and leaves every singular value as it is.
    """
    if isinstance(n, bool) or not isinstance(n, int) or n not in [2**k for k in range(1, 11)]:
        raise ValueError(f"n is {n!r}; it must be a power of two from 2 to 1024")
    rotation = np.ones((1, 1))
    while len(rotation) < n:
        rotation = np.block([[rotation, rotation], [rotation, -rotation]])
    rotation = rotation / math.sqrt(n)
    stretch = np.diag(np.geomspace(1.0, SPREAD, n))
    found = {
        IDENTITY: np.eye(n),
        TURNED_IDENTITY: rotation,
        DIAGONAL: stretch,
        TURNED_DIAGONAL: rotation @ stretch,
    }
    rows = [(name, float((w == 0).mean()), kappa(w)) for name, w in found.items()]
    return pd.DataFrame(rows, columns=["matrix", "share_zero", "condition_number"])

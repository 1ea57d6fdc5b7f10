"""Where the 2 and the slope a of Kaiming's formula come from: what a (leaky) ReLU leaves of a mean
square.
"""

from __future__ import annotations

from functools import cache

import pandas as pd

from ....lazy import torch
from ....training import one_thread

SLOPES = tuple(round(0.1 * i, 1) for i in range(11))
SEEDS = 5
DRAWS = 2_000


@cache
@one_thread()
def slope_factors(seed: int = 0) -> pd.DataFrame:
    """[slope, seed, factor, factor_theory]: mean square after the activation over that before it,
    for z ~ N(0, 1).

    The theory is (1 + slope^2) / 2 (He et al. 2015, section 2.2): the positive half keeps its mean
    square, the negative half keeps slope^2 of it. Kaiming's gain is the square root of the inverse.
    """
    rows = []
    for s in range(seed, seed + SEEDS):
        z = torch.randn(DRAWS, generator=torch.Generator().manual_seed(s), dtype=torch.float64)
        for slope in SLOPES:
            kept = torch.nn.functional.leaky_relu(z, slope).square().mean() / z.square().mean()
            rows.append((slope, s, float(kept), (1 + slope**2) / 2))
    return pd.DataFrame(rows, columns=["slope", "seed", "factor", "factor_theory"])

"""What all views of the changes ask of a frame."""

from __future__ import annotations

import math

import pandas as pd


def broken(layers: pd.DataFrame) -> pd.Series:
    """Rows of networks whose weights are no longer numbers."""
    return ~layers["std"].abs().lt(math.inf)


def n_networks(frame: pd.DataFrame) -> int:
    return int(frame["seed"].nunique())


def n_lost(layers: pd.DataFrame) -> int:
    """Networks whose weights stopped being numbers."""
    return int(layers.loc[broken(layers), "seed"].nunique())

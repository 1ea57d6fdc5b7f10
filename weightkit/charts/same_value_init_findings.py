"""What a run of part 2 shows, as small tables and numbers: for the titles of its charts and the words of its page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from . import words
from .words import between

__all__ = ["BASELINE", "SAME", "between", "copies", "distinct_rows", "listed", "matrix", "moved", "outcomes", "sleepers"]

BASELINE = "baseline"
NEAR, STUCK = 0.9, 0.1
"""Shares of the way from chance to the baseline: from NEAR on a start does no harm, up to STUCK nothing was learned."""

SAME = 1e-4  # units (rows) and inputs (columns) this near to each other, of the longest one, count as one


def outcomes(curves: pd.DataFrame, chance: pd.DataFrame) -> pd.DataFrame:
    """How each condition ended, on the test split: [condition, accuracy, low, high, diverged, verdict], over seeds.

    verdict: "baseline"; "near" (as good as the baseline, nearly), "stuck" (at chance) or "between".
    """
    last = curves[(curves["split"] == "test") & (curves["epoch"] == curves["epoch"].max())]
    groups = last.groupby("condition", sort=False)
    table = groups["accuracy"].agg(accuracy="mean", low="min", high="max").reset_index()
    table["diverged"] = groups["diverged"].max().to_numpy()
    floor = float(chance.loc[chance["split"] == "test", "share"].iloc[0])
    top = float(table.loc[table["condition"] == BASELINE, "accuracy"].iloc[0])
    way = (table["accuracy"] - floor) / max(top - floor, 1e-9)
    table["verdict"] = np.select([way >= NEAR, way <= STUCK], ["near", "stuck"], "between")
    table.loc[table["condition"] == BASELINE, "verdict"] = BASELINE
    return table


def listed(names: Sequence[str]) -> str:
    """“a”, “b” and “c”."""
    return words.listed(map(words.quoted, names))



def matrix(parameters: pd.DataFrame, condition: str, layer: str, stage: str) -> np.ndarray:
    """W of one layer, (fan_out, fan_in), from the long frame."""
    data = parameters[(parameters["condition"] == condition) & (parameters["layer"] == layer)]
    data = data[data["stage"] == stage]
    weights = data[data["parameter"] == "weight"].sort_values("index")["value"].to_numpy()
    return weights.reshape(int((data["parameter"] == "bias").sum()), -1)


def distinct_rows(w: np.ndarray) -> int:
    """Rows that differ from every row before them by more than SAME of the longest; 0 where not finite."""
    if not np.isfinite(w).all():
        return 0
    squares = (w * w).sum(1)
    distances = squares[:, None] + squares - 2 * w @ w.T
    return int((~np.tril(distances <= SAME**2 * squares.max(), -1).any(1)).sum())


def copies(symmetry: pd.DataFrame) -> list[str]:
    """The conditions whose every hidden layer is one unit, copied, in every network at every epoch."""
    hidden = symmetry[symmetry["layer"] != "output"]
    alone = hidden["distinct_units"].eq(1).groupby(hidden["condition"], sort=False).all()
    return list(alone.index[alone])


def moved(parameters: pd.DataFrame) -> pd.DataFrame:
    """How many numbers training has changed: [condition, layer, parameter, moved, n], first seed."""
    before, after = (parameters[parameters["stage"] == stage].reset_index(drop=True) for stage in ("before", "after"))
    keys = ["condition", "layer", "parameter"]
    table = before[keys].astype(str).assign(moved=before["value"] != after["value"])
    return table.groupby(keys, sort=False)["moved"].agg(["sum", "size"]).set_axis(["moved", "n"], axis=1).reset_index()


@dataclass(frozen=True)
class Sleepers:
    """Units of a layer whose weights training never moved (asleep), and how many of those began with a negative bias."""

    units: int
    asleep: int
    negative: int


def sleepers(parameters: pd.DataFrame, condition: str, layer: str) -> Sleepers:
    """Of one layer of the first seed's network."""
    before, after = (matrix(parameters, condition, layer, stage) for stage in ("before", "after"))
    chosen = (parameters["condition"] == condition) & (parameters["layer"] == layer) & (parameters["stage"] == "before")
    bias = parameters[chosen & (parameters["parameter"] == "bias")].sort_values("index")["value"].to_numpy()
    asleep = (before == after).all(1)
    return Sleepers(len(before), int(asleep.sum()), int((asleep & (bias < 0)).sum()))

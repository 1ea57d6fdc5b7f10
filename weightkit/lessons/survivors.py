"""Whose answers count where some networks of a group have diverged."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..charts.words import plural

if TYPE_CHECKING:
    import pandas as pd


def survivors(frame: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """The rows of networks that have not `diverged`, which is what lines and bands of charts are
    made of; of a group (columns `by`) in which all have, all rows.
    """
    lost = frame["diverged"].astype(bool)
    every = lost.groupby([frame[key] for key in by]).transform("all")
    return frame[~lost | every]


def counted(lost: int, networks: int) -> str:
    """The sentence about `lost` networks that diverged where means count them as well."""
    who = "it counts with the accuracy that it has"
    if lost > 1:
        who = "they count with the accuracy that they have"
    return (
        f"{lost} of {plural(networks, 'network')} diverged (a loss or a weight that is no finite"
        f" number); {who}."
    )


def answers(curves: pd.DataFrame, by: str, x: str = "epoch") -> pd.Series:
    """Mean accuracy at the end of learning curves, without networks that diverged, by a column; nan
    where all have.
    """
    last = curves[curves[x] == curves[x].max()]
    known = last["accuracy"].where(~last["diverged"].astype(bool))
    return known.groupby(last[by]).mean()


def aside(curves: pd.DataFrame, x: str = "epoch") -> str:
    """ "; 1 of 3 networks diverged", behind what is said of learning curves."""
    last = curves[(curves[x] == curves[x].max()) & (curves["split"] == "test")]
    lost = int(last["diverged"].sum())
    return f"; {lost} of {plural(len(last), 'network')} diverged" if lost else ""

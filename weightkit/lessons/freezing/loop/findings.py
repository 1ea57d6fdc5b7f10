"""What the two loops and the optimizers did, as typed facts."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class Loop:
    """One loop: requires_grad was False in `frozen` of `total` (parameter and epoch), in the epochs
    `frozen_epochs`.

    shortest: step of a parameter that could learn (nan: none could); longest, travelled: of frozen
    ones, in one epoch and in all (0 where nothing was frozen).
    """

    name: str
    frozen: int
    total: int
    frozen_epochs: tuple[int, ...]
    shortest: float
    longest: float
    travelled: float


@dataclass(frozen=True)
class Drift:
    """How far a frozen matrix moved per epoch under one optimizer, gradients cleared to None and to
    zeros.
    """

    optimizer: str
    none: float
    zeros: float


@dataclass(frozen=True)
class Facts:
    """epochs: of both loops; loops: as in the notes, as meant; drifts: by optimizer; frozen_for:
    epochs of it."""

    epochs: int
    loops: tuple[Loop, ...]
    drifts: tuple[Drift, ...]
    frozen_for: int


def facts(loops: pd.DataFrame, leftovers: pd.DataFrame) -> Facts:
    """The facts of a run's frames (see `experiment.Result`)."""
    frozen = leftovers[leftovers["frozen"]]
    return Facts(
        epochs=int(loops["epoch"].max()),
        loops=tuple(_loop(str(name), mine) for name, mine in loops.groupby("loop", sort=False)),
        drifts=tuple(
            _drift(str(name), mine) for name, mine in frozen.groupby("optimizer", sort=False)
        ),
        frozen_for=int(frozen["epoch"].nunique()),
    )


def _loop(name: str, frame: pd.DataFrame) -> Loop:
    on, off = frame[frame["requires_grad"]], frame[~frame["requires_grad"]]
    return Loop(
        name,
        len(off),
        len(frame),
        tuple(sorted(int(e) for e in off["epoch"].unique())),
        float(on["distance"].min()) if len(on) else math.nan,
        float(off["distance"].max()) if len(off) else 0.0,
        float(off["distance"].sum()),
    )


def _drift(name: str, frozen: pd.DataFrame) -> Drift:
    mean = frozen.groupby("gradient")["distance"].mean()
    return Drift(name, *(float(mean[g]) for g in ("None", "zeros")))

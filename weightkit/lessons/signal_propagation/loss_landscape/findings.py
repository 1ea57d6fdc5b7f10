"""What the loss around two starts shows, as typed facts."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

# how far from the start counts as near, in units of alpha and beta; at least one step of the grid
NEAR = 0.4


@dataclass(frozen=True)
class Start:
    """One start. centre: the loss there; low, high: the smallest and the largest loss near it;
    along: these two on the line through it along the first direction;
    first, last: the loss before and after training, distance: how far training went (both up to the
    last finite loss); in_plane: share of its squared length that lies in the plane (nan where it
    did not move); steps: epochs walked; diverged: whether it was to walk more than these.
    """

    init: str
    centre: float
    low: float
    high: float
    along: tuple[float, float]
    first: float
    last: float
    distance: float
    in_plane: float
    steps: int
    diverged: bool = False

    @property
    def spread(self) -> float:
        """By how much the loss changes nearby."""
        return self.high - self.low

    @property
    def kind(self) -> str:
        """ "flat", "slopes" or "gorge", by the range of the loss near the start."""
        spread = self.spread / self.centre
        return "flat" if spread < 0.05 else "slopes" if spread < 1.5 else "gorge"


@dataclass(frozen=True)
class Facts:
    """Both starts. value: that of all parameters of the same-value start; ceiling: the loss where
    the colour scale ends;
    near: how far from a start counts as nearby, in units of alpha and beta.
    """

    value: float
    activation: str
    constant: Start
    random: Start
    ceiling: float
    near: float

    @property
    def starts(self) -> tuple[Start, Start]:
        """The same-value start and the random one."""
        return self.constant, self.random


def facts(
    surface: pd.DataFrame, path: pd.DataFrame, value: float, activation: str, epochs: int
) -> Facts:
    """The facts of a run's frames (see `experiment.Landscape`) of so many epochs."""
    near = max(NEAR, float(surface["alpha"].drop_duplicates().sort_values().diff().min()))
    constant, random = (
        _start(str(init), surface, path, near, epochs) for init in dict.fromkeys(surface["init"])
    )
    return Facts(value, activation, constant, random, _ceiling(surface), near)


def _start(init: str, surface: pd.DataFrame, path: pd.DataFrame, near: float, epochs: int) -> Start:
    mine, walked = surface[surface["init"] == init], path[path["init"] == init]
    bad = ~walked["loss"].abs().lt(math.inf)
    walked = walked[~bad.cummax() | (walked["epoch"] == 0)]
    close = mine[mine["alpha"].abs().le(near + 1e-9) & mine["beta"].abs().le(near + 1e-9)]["loss"]
    line = mine[mine["alpha"].abs().le(near + 1e-9) & mine["beta"].abs().lt(1e-9)]["loss"]
    nearest = mine.loc[(mine["alpha"].abs() + mine["beta"].abs()).idxmin()]
    return Start(
        init=init,
        centre=float(nearest["loss"]),
        low=float(close.min()),
        high=float(close.max()),
        along=(float(line.min()), float(line.max())),
        first=float(walked["loss"].iloc[0]),
        last=float(walked["loss"].iloc[-1]),
        distance=float(walked["distance"].iloc[-1]),
        in_plane=float(walked["in_plane"].iloc[-1]),
        steps=len(walked) - 1,
        diverged=len(walked) <= epochs,
    )


def _ceiling(surface: pd.DataFrame) -> float:
    """The loss where the colour scale ends: near the starts it must still show differences."""
    known = surface[surface["loss"].abs().lt(float("inf"))]["loss"]
    return float(min(known.max(), max(known.median() * 1.6, known.min() * 2, 1e-6)))

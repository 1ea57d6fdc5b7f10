"""Frames of an inspection -> facts: what is true of this module, and of two."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum

import pandas as pd

FAR = 3.0
"""A std this many times above or below that of the nearest scheme is called large or small."""
FADING = 10.0
"""A signal or gradient that changes by this factor through the network fades or grows."""
SPARSE = 0.5
BY_CHANCE = 64
"""Numbers below which a std says little of what drew them."""


class Drift(Enum):
    """How a std goes from the first layer to the last that a signal (or gradient) passes."""

    STEADY = "stays"
    FADES = "fades"
    GROWS = "grows"
    VANISHES = "is zero"
    BREAKS = "is not finite"


@dataclass(frozen=True)
class Passage:
    """A signal forward, or a gradient backward: its std where it sets out, and where it arrives."""

    drift: Drift
    start: float
    end: float


@dataclass(frozen=True)
class Signals:
    """What a batch shows. calls: how often layers gave numbers; backward: None where no
    gradient came back. dead, saturated: (layer, units so, units) of each layer that has some.
    """

    calls: int
    forward: Passage
    backward: Passage | None
    dead: tuple[tuple[str, int, int], ...]
    saturated: tuple[tuple[str, int, int], ...]


@dataclass(frozen=True)
class Facts:
    """What is true of a module's parameters; those named are maps (two dimensions and more) unless
    said otherwise.

    n: numbers in all, each shared one counted once; arrays: how many parameters. shared: any of
    several names. broken: any with numbers that are not finite. unmeasured: any whose numbers could
    not be read. constant: all numbers equal. repeated: (name, distinct rows, rows) of others with
    equal rows. deficient: (name, rank, full rank) of what is neither. large, small: (name, scheme,
    times its std) of those beyond FAR, of layers that are known. usual: how many of known layers
    are within FAR. sparse: (name, share of zeros), of at least SPARSE, not constant.
    signals: None without a batch, or where no layer gave numbers. unranked: how many matrices were
    too large for rank and condition number. Of tensors without a module, assumed: (kind, how many),
    what they were taken for; statistics: how many more of them are no weights.
    """

    n: int
    arrays: int
    shared: tuple[str, ...]
    broken: tuple[str, ...]
    unmeasured: tuple[str, ...]
    constant: tuple[str, ...]
    repeated: tuple[tuple[str, int, int], ...]
    deficient: tuple[tuple[str, int, int], ...]
    large: tuple[tuple[str, str, float], ...]
    small: tuple[tuple[str, str, float], ...]
    usual: int
    sparse: tuple[tuple[str, float], ...]
    signals: Signals | None
    unranked: int = 0
    assumed: tuple[tuple[str, int], ...] | None = None
    statistics: int = 0


def facts(parameters: pd.DataFrame, signals: pd.DataFrame) -> Facts:
    """Of the frames of an Inspection."""
    p = parameters
    broken, unmeasured = p["share_not_finite"] > 0, p["share_not_finite"].isna() & (p["n"] > 0)
    constant = (p["full_rank"] > 0) & (p["std"] == 0) & (p["n"] > 1)
    repeated = ~constant & (p["distinct_rows"] >= 0) & (p["distinct_rows"] < p["rows"])
    deficient = ~constant & ~repeated & (p["rank"] >= 0) & (p["rank"] < p["full_rank"])
    judged = p["known"].astype(bool) & (p["nearest"] != "") & (p["n"] >= BY_CHANCE)
    times = p["times_nearest"].astype(float)
    sparse = ~constant & (p["rows"] > 0) & (p["share_zero"] >= SPARSE)
    off = ["parameter", "nearest", "times_nearest"]
    return Facts(
        n=int(p["n"].sum()),
        arrays=len(p),
        shared=_names(p[p["shared_with"] != ""]),
        broken=_names(p[broken]),
        unmeasured=_names(p[unmeasured]),
        constant=_names(p[constant]),
        repeated=_rows(p[repeated], ["parameter", "distinct_rows", "rows"]),
        deficient=_rows(p[deficient], ["parameter", "rank", "full_rank"]),
        large=_rows(p[judged & (times > FAR)], off),
        small=_rows(p[judged & (times < 1 / FAR)], off),
        usual=int((judged & times.between(1 / FAR, FAR)).sum()),
        sparse=_rows(p[sparse], ["parameter", "share_zero"]),
        signals=_signals(signals) if len(signals) else None,
        unranked=int(((p["full_rank"] > 0) & (p["rank"] < 0) & ~broken).sum()),
    )


def _names(rows: pd.DataFrame) -> tuple[str, ...]:
    return tuple(rows["parameter"])


def _rows(rows: pd.DataFrame, columns: list[str]) -> tuple:
    return tuple(rows[columns].itertuples(index=False, name=None))


def _signals(s: pd.DataFrame) -> Signals:
    gradients = s.loc[s["gradient_arrives"].astype(bool), "gradient_std"].tolist()
    stds = s["signal_std"].tolist()
    return Signals(
        calls=len(s),
        forward=passage(stds[0], stds[-1], stds),
        backward=passage(gradients[-1], gradients[0], gradients) if gradients else None,
        dead=_rows(s[s["dead"] > 0], ["layer", "dead", "units"]),
        saturated=_rows(s[s["saturated"] > 0], ["layer", "saturated", "units"]),
    )


def passage(start: float, end: float, stds: list[float]) -> Passage:
    """From `start` to `end`, over all `stds` on the way."""
    if not all(map(math.isfinite, stds)):
        drift = Drift.BREAKS
    elif end == 0:
        drift = Drift.VANISHES
    elif start * FADING < end:
        drift = Drift.GROWS
    elif end * FADING < start:
        drift = Drift.FADES
    else:
        drift = Drift.STEADY
    return Passage(drift, start, end)


@dataclass(frozen=True)
class Changes:
    """What is true of two modules: how many parameters could be compared; which are equal bit for
    bit; (name, relative distance) of the one that has moved furthest of those where this is finite,
    None where there is none; what only one has, or has in another shape.
    """

    compared: int
    frozen: tuple[str, ...]
    furthest: tuple[str, float] | None
    only_first: tuple[str, ...]
    only_second: tuple[str, ...]
    reshaped: tuple[str, ...]


def changes(distances: pd.DataFrame) -> Changes:
    """Of the frame of a Comparison."""
    d = distances
    status = d["status"]
    both = d[status == "both"]
    moved = both[~both["frozen"].astype(bool)]
    apart = [
        (name, float(distance))
        for name, distance in zip(moved["parameter"], moved["relative_distance"], strict=True)
        if math.isfinite(distance)
    ]
    return Changes(
        compared=len(both),
        frozen=_names(both[both["frozen"].astype(bool)]),
        furthest=max(apart, key=lambda pair: pair[1], default=None),
        only_first=_names(d[status == "only first"]),
        only_second=_names(d[status == "only second"]),
        reshaped=_names(d[status == "other shape"]),
    )

"""What four copies of a network have in common, as typed facts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd


class Alike(StrEnum):
    """What networks a and b have in common before training."""

    BOTH = "both"
    WEIGHTS = "weights"
    BIASES = "biases"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Facts:
    """names: the networks a, b, the other seed, no seed; all differences are those of a and b, the
    largest absolute ones.

    weights_off, biases_off: before training; outputs_before, outputs_after: of the logits over all
    points, at epoch 0 and after `epochs` (NaN or inf where one has diverged); parted: the first
    epoch at which they differ (None: never);
    loss_low, loss_high: training loss after training, of the networks where it is finite; lost:
    where not; stuck: see `stuck`; ways_off: over the ways to seed the biases, the layers in the
    same order; sequences: different ones among the ways to ask one seed.
    """

    names: tuple[str, str, str, str]
    epochs: int
    weights_off: float
    biases_off: float
    outputs_before: float
    outputs_after: float
    parted: int | None
    loss_low: float
    loss_high: float
    lost: tuple[str, ...]
    stuck: tuple[str, ...]
    ways_off: float
    sequences: int

    @property
    def alike(self) -> Alike:
        """What a and b have in common."""
        weights, biases = self.weights_off == 0, self.biases_off == 0
        if weights and biases:
            return Alike.BOTH
        return Alike.WEIGHTS if weights else Alike.BIASES if biases else Alike.NOTHING


def facts(
    differences: pd.DataFrame,
    training: pd.DataFrame,
    outputs: pd.DataFrame,
    checks: pd.DataFrame,
    calls: pd.DataFrame,
) -> Facts:
    """The facts of a run's frames (see `experiment.Result`)."""
    pair = differences["pair"].iloc[0]
    apart = outputs[outputs["pair"] == pair].set_index("epoch")["difference"].sort_index()
    parted = apart.index[apart != 0]
    last = training[training["epoch"] == training["epoch"].max()]
    ends = last[last["split"] == "train"].set_index("network")["loss"]
    known = ends[np.isfinite(ends)]
    seeded = checks["biases"].isin(("seeded together", "seeded apart"))
    ways = checks[seeded & (checks["draw_order"] == "same")]
    return Facts(
        names=names(training),
        epochs=int(apart.index[-1]),
        weights_off=largest(differences, "weight"),
        biases_off=largest(differences, "bias"),
        outputs_before=float(apart.iloc[0]),
        outputs_after=float(apart.iloc[-1]),
        parted=int(parted[0]) if len(parted) else None,
        loss_low=float(known.min()),
        loss_high=float(known.max()),
        lost=tuple(ends.index.difference(known.index, sort=False)),
        stuck=stuck(training),
        ways_off=float(ways["difference"].max()),
        sequences=len(set(sequences(calls).values())),
    )


def names(frame: pd.DataFrame) -> tuple[str, str, str, str]:
    """The networks of a frame in the order of the legend: a, b, the other seed, no seed."""
    unseeded, a, other, b = dict.fromkeys(frame["network"])
    return a, b, other, unseeded


def largest(differences: pd.DataFrame, parameter: str) -> float:
    """The largest absolute difference of a and b, the first pair, in weights ("weight") or biases
    ("bias").
    """
    mine = differences["pair"] == differences["pair"].iloc[0]
    rows = differences[mine & (differences["parameter"] == parameter)]
    return float(rows["difference"].abs().max())


def stuck(training: pd.DataFrame) -> tuple[str, ...]:
    """The networks whose training loss ends at ln 2 = 0.693 (within 1 %): what always answering
    "fifty-fifty" costs.
    """
    last = training["epoch"] == training["epoch"].max()
    ends = training[last & (training["split"] == "train")]
    return tuple(ends[ends["loss"].between(0.687, 0.7)]["network"])


def sequences(calls: pd.DataFrame) -> dict[str, int]:
    """{way to ask: number of the sequence it gives}, equal sequences having equal numbers, from
    1.
    """
    seen: dict[tuple, int] = {}
    return {
        call: seen.setdefault(tuple(rows["value"].round(6)), len(seen) + 1)
        for call, rows in calls.groupby("call", sort=False)
    }

"""What the depth contest shows, as typed facts."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from ...survivors import survivors
from ..chance import at_chance, share_of

STILL = 0.05  # a training loss that changed by less has not moved
GAINED = 0.05  # a mean test accuracy that rose by less, in fractions, may be luck of the draw


@dataclass(frozen=True)
class Scheme:
    """How one scheme's networks end. mean, low, high: test accuracy of those that have not diverged
    (of all, where all have), fractions; networks, diverged: how many.

    kind: "learned" (at least one network beats a constant answer), "stuck" or "diverged" (all of
    them). loss: what the training loss did, "fell", "settled" (to that of a constant answer),
    "still", "rose" or "lost" (a network diverged). gain: by how much training has raised the mean
    test accuracy.
    """

    init: str
    mean: float
    low: float
    high: float
    networks: int
    diverged: int
    kind: str
    loss: str
    gain: float


@dataclass(frozen=True)
class Facts:
    """One contest. chance: the commonest class's share of the test set."""

    depth: int
    epochs: int
    n_seeds: int
    chance: float
    schemes: tuple[Scheme, ...]

    def of(self, kind: str) -> list[str]:
        """The schemes of one kind."""
        return [s.init for s in self.schemes if s.kind == kind]

    @property
    def took(self) -> list[str]:
        """The schemes that do better than guessing because they were trained."""
        return [
            s.init
            for s in self.schemes
            if s.kind == "learned" and (s.loss == "fell" or s.gain >= GAINED)
        ]

    @property
    def lost(self) -> int:
        """How many networks diverged."""
        return sum(s.diverged for s in self.schemes)

    @property
    def networks(self) -> int:
        """How many there are."""
        return sum(s.networks for s in self.schemes)


def facts(curves: pd.DataFrame, chance: pd.DataFrame) -> Facts:
    """The facts of a run's frames (see `experiment.DepthResult`)."""
    losses = _losses(curves, share_of(chance, "train"))
    share = share_of(chance)
    untrained = curves[(curves["split"] == "test") & (curves["epoch"] == 0)]
    starts = untrained.groupby("init")["accuracy"].mean()
    return Facts(
        depth=int(curves["depth"].iloc[0]),
        epochs=int(curves["epoch"].max()),
        n_seeds=int(curves["seed"].nunique()),
        chance=share,
        schemes=tuple(
            _scheme(str(init), one, share, losses[str(init)], starts[init])
            for init, one in final(curves).groupby("init", sort=False)
        ),
    )


def final(frame: pd.DataFrame, split: str = "test") -> pd.DataFrame:
    """The rows of the last epoch of a split."""
    return frame[(frame["split"] == split) & (frame["epoch"] == frame["epoch"].max())]


def _scheme(init: str, one: pd.DataFrame, share: float, loss: str, start: float) -> Scheme:
    accuracy = survivors(one, ["init"])["accuracy"]
    stuck = at_chance(accuracy, share)
    return Scheme(
        init=init,
        mean=float(accuracy.mean()),
        low=float(accuracy.min()),
        high=float(accuracy.max()),
        networks=len(one),
        diverged=int(one["diverged"].sum()),
        kind=("diverged" if one["diverged"].all() else "stuck") if stuck else "learned",
        loss=loss,
        gain=float(accuracy.mean() - start),
    )


def _losses(curves: pd.DataFrame, share: float) -> dict[str, str]:
    """What each scheme's training loss did. It can fall from a bad start to that of a constant
    answer.
    """
    train = curves[curves["split"] == "train"]
    first = (
        train[train["epoch"] == train["epoch"].min()].groupby("init", sort=False)["loss"].median()
    )
    last = final(curves, "train").groupby("init", sort=False)
    ends, lost = last["loss"].median(), last["diverged"].any()
    stuck = {init for init, one in last["accuracy"] if at_chance(one, share)}
    found = {}
    for init in first.index:
        change = ends[init] - first[init]
        fell = "settled" if init in stuck else "fell"
        found[str(init)] = (
            "lost"
            if lost[init]
            else "still"
            if abs(change) < STILL
            else fell
            if change < 0
            else "rose"
        )
    return found

"""What of a frozen block has moved, as typed facts."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from .config import BLOCK, BOTH, EVALUATED, FROZEN, OUTPUTS, STATISTICS

GROUPS = PARAMETERS, MEANS, ANSWERS = ("weights and biases", "running statistics", "outputs")
OF = dict.fromkeys(BLOCK, PARAMETERS) | dict.fromkeys(STATISTICS, MEANS) | {OUTPUTS: ANSWERS}


@dataclass(frozen=True)
class Case:
    """One way to freeze. moved: by group, the distance from the moment of the freezing after the
    last epoch, as a share of the size then, mean over networks (nan: none is finite); exact: by
    group, whether it was 0 in every network and epoch; accuracy: mean test accuracy in the end of
    the networks that did not diverge (nan: all did); lost: those that did.
    """

    name: str
    moved: dict[str, float]
    exact: dict[str, bool]
    accuracy: float
    lost: int

    @property
    def still(self) -> bool:
        """Whether nothing of the block has moved at all."""
        return all(self.exact.values())


@dataclass(frozen=True)
class Facts:
    """cases: in order; epochs: after the freezing; gone: of the networks (of each case), those
    whose block was no longer finite when it was frozen: they are not counted.
    """

    epochs: int
    networks: int
    gone: int
    cases: tuple[Case, ...]

    def of(self, name: str) -> Case:
        return next(case for case in self.cases if case.name == name)

    @property
    def enough(self) -> tuple[bool, bool, bool]:
        """Whether requires_grad = False alone, eval() alone, and both kept the block as it was."""
        frozen, evaluated, both = (self.of(name).still for name in (FROZEN, EVALUATED, BOTH))
        return frozen, evaluated, both


def facts(curves: pd.DataFrame, movement: pd.DataFrame) -> Facts:
    """The facts of a run's frames (see `experiment.Result`)."""
    gone = set(movement.loc[~movement["size"].abs().lt(math.inf), "seed"])
    groups = grouped(movement[~movement["seed"].isin(gone)])
    return Facts(
        epochs=int(curves["epoch"].max()),
        networks=int(curves["seed"].nunique()),
        gone=len(gone),
        cases=tuple(
            _case(str(name), mine, groups[groups["case"] == name])
            for name, mine in curves.groupby("case", sort=False)
        ),
    )


def grouped(movement: pd.DataFrame) -> pd.DataFrame:
    """[case, seed, epoch, group, distance, share]: the parts of a group as one long vector; share:
    of its size at the freezing.
    """
    squares = movement.assign(
        group=movement["part"].map(OF),
        distance=movement["distance"] ** 2,
        size=movement["size"] ** 2,
    )
    keys = ["case", "seed", "epoch", "group"]
    sums = squares.groupby(keys, sort=False)[["distance", "size"]].sum(min_count=1, skipna=False)
    rooted = sums.pow(0.5).reset_index()
    share = rooted["distance"] / rooted["size"].where(rooted["size"] > 0)
    share = share.where(rooted["distance"] != 0, 0.0)
    return rooted.assign(share=share).drop(columns="size")


def _case(name: str, curves: pd.DataFrame, groups: pd.DataFrame) -> Case:
    last = groups[(groups["epoch"] == groups["epoch"].max()) & groups["share"].abs().lt(math.inf)]
    means = last.groupby("group")["share"].mean()
    exact = groups.assign(zero=groups["distance"] == 0).groupby("group")["zero"].all()
    lost = curves.groupby("seed")["diverged"].max()
    ends = curves[(curves["epoch"] == curves["epoch"].max()) & (curves["split"] == "test")]
    ends = ends[~ends["seed"].map(lost).astype(bool)]
    return Case(
        name,
        {group: float(means.get(group, math.nan)) for group in GROUPS},
        {group: bool(exact.get(group, False)) for group in GROUPS},
        float(ends["accuracy"].mean()),
        int(lost.sum()),
    )

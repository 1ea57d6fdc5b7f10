"""What gradient steps of a 2-2-1 network show, as typed facts."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

OWN = ("w{}1", "w{}2", "b{}", "v{}")  # the four numbers of unit {}


@dataclass(frozen=True)
class Parameter:
    """One of the nine numbers that learn, in one step."""

    name: str
    before: float
    gradient: float
    after: float


@dataclass(frozen=True)
class Facts:
    """parameters: the nine, by name; quantities: what they make, by name (see
    `experiment.SymmetryResult`). gaps: by how much the units differ after one step in each of their
    four numbers; first_gap, last_gap, widest: Euclidean distance of the units over these before the
    first step, after the last and at most; steps: how many were made.
    """

    parameters: dict[str, Parameter]
    quantities: dict[str, float]
    gaps: dict[str, float]
    first_gap: float
    last_gap: float
    widest: float
    first_loss: float
    last_loss: float
    steps: int

    @property
    def equal_before(self) -> bool:
        """Whether the two hidden units are equal in all their numbers."""
        return self._twins("before")

    @property
    def equal_after(self) -> bool:
        """The same after one step."""
        return self._twins("after")

    @property
    def equal_gradients(self) -> bool:
        """Whether they get the same gradient."""
        return self._twins("gradient")

    @property
    def step_gap(self) -> float:
        """The units' distance after one step."""
        return math.hypot(*self.gaps.values())

    @property
    def moved(self) -> list[str]:
        """The numbers that one step changes."""
        return [one.name for one in self.parameters.values() if one.before != one.after]

    def _twins(self, part: str) -> bool:
        pairs = ((self.parameters[name.format(unit)] for unit in (1, 2)) for name in OWN)
        return all(getattr(one, part) == getattr(two, part) for one, two in pairs)


def facts(parameters: pd.DataFrame, quantities: pd.DataFrame, path: pd.DataFrame) -> Facts:
    """The facts of a run's frames."""
    found = {
        str(r.parameter): Parameter(
            str(r.parameter), float(r.before), float(r.gradient), float(r.after)
        )
        for r in parameters.itertuples()
    }
    wide = path.pivot_table(index="step", columns="unit", values=["w1", "w2", "b", "v"])
    gap = sum((wide[c][1] - wide[c][2]) ** 2 for c in ("w1", "w2", "b", "v")) ** 0.5
    return Facts(
        parameters=found,
        quantities={str(r.quantity): float(r.value) for r in quantities.itertuples()},
        gaps={n.format("i"): abs(found[n.format(1)].after - found[n.format(2)].after) for n in OWN},
        first_gap=float(gap.iloc[0]),
        last_gap=float(gap.iloc[-1]),
        widest=float(gap.max()),
        first_loss=float(path["loss"].iloc[0]),
        last_loss=float(path["loss"].iloc[-1]),
        steps=int(path["step"].max()),
    )

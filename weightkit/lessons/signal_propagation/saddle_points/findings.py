"""How the loss curves at zero, at random starts and after training, as typed facts."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class Place:
    """Networks with so many random units, at one stage, over the seeds that have not diverged.

    loss: mean; negative: the fewest and the most negative eigenvalues of a network; share: their
    mean number as a share of all; flat, positive: mean numbers; depth: the largest size of a
    network's most negative eigenvalue as a share of its largest in size, 0 where none is
    negative; gradient: the largest norm; weights_gradient: that without the output's biases.
    networks: how many have numbers; diverged: how many have not.
    """

    random_units: int
    stage: str
    loss: float
    negative: tuple[int, int]
    share: float
    flat: float
    positive: float
    depth: float
    gradient: float
    weights_gradient: float
    networks: int
    diverged: int


@dataclass(frozen=True)
class Facts:
    """One run. parameters: of a network; zero, random: the starts; trained is None where
    all networks have diverged; levels: what training ended in, by the number of random
    units, where a network has numbers; order: what the share of negative eigenvalues does over
    `levels` from the lowest loss to the highest, "rises", "falls", "mixed", or "none" where there
    are fewer than two to compare; steps: of training; networks: how many were
    trained; lost: how many of them diverged.
    """

    parameters: int
    width: int
    outputs: int
    steps: int
    tolerance: float
    zero: Place
    random: Place
    trained: Place | None
    levels: tuple[Place, ...]
    order: str
    networks: int
    lost: int

    @property
    def places(self) -> list[Place]:
        """The three that are told apart: zero, the random start, after training from there."""
        return [place for place in (self.zero, self.random, self.trained) if place]


def facts(points: pd.DataFrame, width: int, outputs: int, steps: int, tolerance: float) -> Facts:
    """The facts of a run's frames (see `experiment.SaddlesResult`)."""
    found = {key: _place(key, one) for key, one in points.groupby(["random_units", "stage"])}
    ends = [found[k, "end"] for k in sorted({k for k, _ in found})]
    levels = tuple(place for place in ends if place.networks)
    zero = found[0, "start"]
    first = points.iloc[0]
    return Facts(
        parameters=int(first["negative"] + first["flat"] + first["positive"]),
        width=width,
        outputs=outputs,
        steps=steps,
        tolerance=tolerance,
        zero=zero,
        random=found[width, "start"],
        trained=_known(found[width, "end"]),
        levels=levels,
        order=_order(levels),
        networks=sum(place.networks + place.diverged for place in ends),
        lost=sum(place.diverged for place in ends),
    )


def _known(place: Place) -> Place | None:
    return place if place.networks else None


def _place(key: tuple, one: pd.DataFrame) -> Place:
    random_units, stage = key
    fine = one[~one["diverged"]]
    negative, size = fine["negative"], fine[["smallest", "largest"]].abs().max(axis=1)
    count = fine[["negative", "flat", "positive"]].sum(axis=1)
    deep = (-fine["smallest"] / size).where(negative > 0, 0.0)
    return Place(
        random_units=int(random_units),
        stage=str(stage),
        loss=float(fine["loss"].mean()),
        negative=(int(negative.min()), int(negative.max())) if len(fine) else (0, 0),
        share=float((negative / count).mean()),
        flat=float(fine["flat"].mean()),
        positive=float(fine["positive"].mean()),
        depth=float(deep.max()),
        gradient=float(fine["gradient"].max()),
        weights_gradient=float(fine["weights_gradient"].max()),
        networks=len(fine),
        diverged=len(one) - len(fine),
    )


def _order(levels: tuple[Place, ...]) -> str:
    """What the share of negative eigenvalues does as the loss rises."""
    if len(levels) < 2:
        return "none"
    ranked = sorted(levels, key=lambda place: place.loss)
    pairs = list(zip(ranked, ranked[1:], strict=False))
    if any(f"{a.loss:.3g}" == f"{b.loss:.3g}" for a, b in pairs):
        return "mixed"  # equal as printed: no order to speak of
    if all(a.share < b.share for a, b in pairs):
        return "rises"
    return "falls" if all(a.share > b.share for a, b in pairs) else "mixed"

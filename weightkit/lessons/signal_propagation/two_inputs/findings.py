"""What random networks leave of the difference between two inputs, as typed facts."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from ..chance import at_chance, share_of

TOLD = 0.01  # inputs whose spread is at least this share of the size count as told apart
GONE = 1e-6  # below this share, what is left is the rounding of float32


@dataclass(frozen=True)
class Scale:
    """One std of the weights, times sqrt(width). rms, spread, correlation: of the last layer, mean
    over networks.

    kind: "apart" (the spread is at least a hundredth of the size), "faint", "gone" (below what
    float32 can tell), "zero" (no number is left in a network) or "overflow" (one leaves float32);
    lost: the first layer in which it is below a hundredth, None where in none; slope: chi, nan
    where theory has no fixed point. accuracy, low, high: on the test split after training, of
    networks that have one; learned: their mean is more than halfway from chance to 100 %; stuck:
    none beats chance; diverged: how many networks did.
    """

    scale: float
    rms: float
    spread: float
    correlation: float
    kind: str
    lost: int | None
    slope: float
    accuracy: float
    low: float
    high: float
    learned: bool
    stuck: bool
    diverged: int


@dataclass(frozen=True)
class Facts:
    """One run. scales: ascending; agreement: the largest difference of the measured correlation,
    mean over networks, from the theory's, nan where there is none; chance: the commonest class's
    share of the test set; n_seeds: networks per scale.
    """

    activation: str
    depth: int
    width: int
    epochs: int
    n_seeds: int
    scales: tuple[Scale, ...]
    agreement: float
    chance: float

    def of(self, *kinds: str) -> list[Scale]:
        """The scales of these kinds."""
        return [one for one in self.scales if one.kind in kinds]

    def span(self, some: list[Scale]) -> str:
        """Their numbers; three and more neighbours as a range: "0.25 to 0.707 and 4"."""
        places = [self.scales.index(one) for one in some]
        runs: list[list[int]] = []
        for place in places:
            if runs and place == runs[-1][-1] + 1:
                runs[-1].append(place)
            else:
                runs.append([place])
        words = []
        for run in runs:
            names = [f"{self.scales[i].scale:.3g}" for i in run]
            words += [f"{names[0]} to {names[-1]}"] if len(run) > 2 else names
        return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))

    @property
    def apart(self) -> list[Scale]:
        """Those at which two inputs are told apart in the last layer."""
        return self.of("apart")

    @property
    def learned(self) -> list[Scale]:
        """Those at which networks learn."""
        return [one for one in self.scales if one.learned]

    @property
    def best(self) -> Scale | None:
        """The one with the highest accuracy; None where none has learned."""
        return max(self.learned, key=lambda one: one.accuracy, default=None)

    @property
    def lost(self) -> int:
        """How many networks diverged in training."""
        return sum(one.diverged for one in self.scales)


def facts(
    layers: pd.DataFrame,
    limits: pd.DataFrame,
    final: pd.DataFrame,
    chance: pd.DataFrame,
    activation: str,
    width: int,
) -> Facts:
    """The facts of a run's frames (see `experiment.InputsResult`)."""
    share = share_of(chance)
    test = final[final["split"] == "test"]
    slope = limits.set_index("scale")["slope"]
    ends = dict(list(test.groupby("scale")))
    return Facts(
        activation=activation,
        depth=int(layers["layer"].max()),
        width=width,
        epochs=int(final["epoch"].max()),
        n_seeds=int(layers["seed"].nunique()),
        scales=tuple(
            _scale(float(scale), one, float(slope[scale]), ends[scale], share)
            for scale, one in layers.groupby("scale")
        ),
        agreement=agreement(layers),
        chance=share,
    )


def _scale(
    scale: float, one: pd.DataFrame, slope: float, test: pd.DataFrame, share: float
) -> Scale:
    last = one[one["layer"] == one["layer"].max()]
    mean = one.groupby("layer")[["rms", "spread"]].mean()
    below = mean.index[mean["spread"] < TOLD * mean["rms"]]
    known = test["accuracy"].dropna()
    accuracy = float(known.mean())
    return Scale(
        scale=scale,
        rms=float(last["rms"].mean()),
        spread=float(last["spread"].mean()),
        correlation=float(last["correlation"].mean()),
        kind=_kind(last),
        lost=int(below[0]) if len(below) else None,
        slope=slope,
        accuracy=accuracy,
        low=float(known.min()),
        high=float(known.max()),
        learned=bool(accuracy > share + (1 - share) / 2),
        stuck=at_chance(known, share),
        diverged=int(test["diverged"].sum()),
    )


def _kind(last: pd.DataFrame) -> str:
    size, spread = float(last["rms"].mean()), float(last["spread"].mean())
    if math.isinf(size):
        return "overflow"
    if not last["rms"].all():
        return "zero"
    return "apart" if spread >= TOLD * size else "gone" if spread < GONE * size else "faint"


def agreement(layers: pd.DataFrame) -> float:
    """Largest difference of the measured correlation, mean over networks, from the theory's."""
    mean = layers.groupby(["scale", "layer"])[["correlation", "correlation_theory"]].mean()
    return float((mean["correlation"] - mean["correlation_theory"]).abs().max())

"""What one pass through a deep network shows, as typed facts."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

KEPT = 10.0  # a signal that ends within this factor of where it began counts as kept
CONSTANT = 0.01  # a spread over inputs below this share of the size leaves nearly a constant
NEAR_ONE = 0.1  # a factor per layer this near to 1 counts as keeping the size
FLAT = {
    "relu": "fraction_zero",
    "tanh": "fraction_saturated",
    "sigmoid": "fraction_saturated",
}
"""Column of the share of activations on a flat part, for the activations that have one."""


@dataclass(frozen=True)
class Fate:
    """What became of one scheme's signal in one pass, over all seeds.

    kind: "kept" (within a factor of ten from entry to exit of the pass, and nearly so from layer to
    layer), "faded" or "grown", "overflow" or "underflow", where it left float32 in
    at least one network, or "missing", where a network has no gradient since its forward pass
    overflowed; layer: the first where that happened; ratio: std at the exit over that at the entry,
    geometric mean over networks (nan where the signal was lost).
    """

    init: str
    kind: str
    ratio: float
    layer: int | None = None


@dataclass(frozen=True)
class Factor:
    """What one layer multiplies a scheme's mean square by on the way forward: geometric mean over
    seeds, and in theory.
    """

    init: str
    measured: float
    theory: float

    @property
    def kept(self) -> bool:
        """Whether this keeps the mean square."""
        return abs(self.measured - 1) <= NEAR_ONE


@dataclass(frozen=True)
class Strays:
    """Spread over networks of the logarithm of Kaiming's mean square in the last layer: a standard
    deviation.
    """

    measured: float
    expected: float
    networks: int


@dataclass(frozen=True)
class Held:
    """One scheme's pre-activations in the last layer, means over seeds: their root mean square, and
    their spread over inputs.
    """

    init: str
    rms: float
    spread: float

    @property
    def share(self) -> float:
        """The spread as a share of the root mean square."""
        return self.spread / self.rms

    @property
    def constant(self) -> bool:
        """Whether less than a hundredth of the size differs from input to input."""
        return self.share < CONSTANT


@dataclass(frozen=True)
class Facts:
    """One run. entry: mean std of the first layer, by scheme; agreement: largest deviation of the
    measured from the theoretical std, as a share; flat: (scheme, mean share of activations on a
    flat part), None where the activation has none; strays: None where theory has no formula or
    there are too few networks; held: of the schemes
    whose last layer has numbers that float32 can hold; empty where a single input was sent.
    """

    activation: str
    depth: int
    width: int
    n_seeds: int
    forward: tuple[Fate, ...]
    backward: tuple[Fate, ...]
    factors: tuple[Factor, ...]
    entry: dict[str, float]
    agreement: float
    flat: tuple[tuple[str, float], ...] | None
    strays: Strays | None
    held: tuple[Held, ...]

    def fates(self, which: str) -> tuple[Fate, ...]:
        """Those of the pass `which` ("forward" or "backward")."""
        return self.forward if which == "forward" else self.backward

    def fate_of(self, init: str) -> Fate:
        """The fate of one scheme's signal."""
        return next(f for f in self.forward if f.init == init)


def facts(layers: pd.DataFrame, factors: pd.DataFrame, width: int, biases: str) -> Facts:
    """The facts of a run's frames (see `experiment.Result`)."""
    return Facts(
        activation=str(layers["activation"].iloc[0]),
        depth=int(layers["layer"].max()),
        width=width,
        n_seeds=int(layers["seed"].nunique()),
        forward=fates(layers, "forward"),
        backward=fates(layers, "backward"),
        factors=_factors(factors),
        entry=_entry(layers),
        agreement=agreement(layers),
        flat=_flat(layers),
        strays=_strays(layers, width, biases),
        held=_held(layers),
    )


def _held(layers: pd.DataFrame) -> tuple[Held, ...]:
    last = layers[(layers["pass"] == "forward") & (layers["layer"] == layers["layer"].max())]
    mean = last.groupby("init", sort=False)[["std", "spread"]].mean()
    mean = mean[mean["std"].gt(0) & mean["std"].lt(math.inf) & mean["spread"].lt(math.inf)]
    return tuple(
        Held(str(init), float(row["std"]), float(row["spread"])) for init, row in mean.iterrows()
    )


def fates(layers: pd.DataFrame, which: str) -> tuple[Fate, ...]:
    """The fate of each scheme in the pass `which` ("forward" or "backward")."""
    groups = layers[layers["pass"] == which].groupby("init", sort=False)
    return tuple(_fate(str(init), one, which) for init, one in groups)


def _fate(init: str, one: pd.DataFrame, which: str) -> Fate:
    gone, burst = one[one["std"] == 0]["layer"], one[one["std"] == math.inf]["layer"]
    if one["std"].isna().any():
        return Fate(init, "missing", math.nan)
    if len(burst):
        return Fate(init, "overflow", math.nan, _first(burst, which))
    if len(gone):
        return Fate(init, "underflow", math.nan, _first(gone, which))
    stds = one.pivot(index="layer", columns="seed", values="std").sort_index()
    begin, end = (stds.iloc[0], stds.iloc[-1])[:: 1 if which == "forward" else -1]
    ratio = math.exp(np.log(end / begin).mean())  # what multiplies is averaged as a factor
    per_layer = ratio ** (2 / max(1, len(stds) - 1))
    kept = 1 / KEPT <= ratio <= KEPT and abs(per_layer - 1) <= NEAR_ONE
    return Fate(init, "kept" if kept else "faded" if ratio < 1 else "grown", ratio)


def _entry(layers: pd.DataFrame) -> dict[str, float]:
    first = layers[(layers["pass"] == "forward") & (layers["layer"] == 1)]
    return {
        str(init): float(std)
        for init, std in first.groupby("init", sort=False)["std"].mean().items()
    }


def _first(layers: pd.Series, which: str) -> int:
    return int(layers.min() if which == "forward" else layers.max())


def _factors(factors: pd.DataFrame) -> tuple[Factor, ...]:
    forward = factors[factors["pass"] == "forward"].set_index("init")[["factor", "factor_theory"]]
    mean = np.exp(np.log(forward).groupby(level=0, sort=False).mean()).dropna()
    return tuple(
        Factor(str(init), float(row["factor"]), float(row["factor_theory"]))
        for init, row in mean.iterrows()
    )


def agreement(layers: pd.DataFrame) -> float:
    """Largest deviation of the measured from the theoretical std, as a share; over schemes, layers
    and passes.

    Measured: the root of the mean square over seeds. Rows that left float32 are left out.
    """
    known = layers[layers["std"].gt(1e-35) & layers["std"].lt(math.inf)]
    square = known.assign(square=known["std"] ** 2).groupby(["init", "pass", "layer"])
    ratio = square["square"].mean() ** 0.5 / square["std_theory"].first()
    return float((ratio - 1).abs().max())


def _flat(layers: pd.DataFrame) -> tuple[tuple[str, float], ...] | None:
    column = FLAT.get(str(layers["activation"].iloc[0]))
    if column is None:
        return None
    mean = layers[layers["pass"] == "forward"].groupby("init", sort=False)[column].mean()
    return tuple((str(init), float(share)) for init, share in mean.items())


def _strays(layers: pd.DataFrame, width: int, biases: str) -> Strays | None:
    depth = int(layers["layer"].max())
    last = layers[
        (layers["pass"] == "forward") & (layers["init"] == "kaiming_normal") & layers["std"].gt(0)
    ]
    last = last[last["layer"] == depth]
    told = str(layers["activation"].iloc[0]) == "relu" and biases == "zeros"
    if not told or len(last) <= 2 or depth <= 1:
        return None
    return Strays(
        measured=float((2 * last["std"].map(math.log)).std()),
        expected=math.sqrt(2 / width + (depth - 1) * math.log1p(5 / width)),
        networks=len(last),
    )

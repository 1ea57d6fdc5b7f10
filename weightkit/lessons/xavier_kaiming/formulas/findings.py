"""What the schemes draw, as typed facts."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum

import pandas as pd

from .config import DEFAULT

PARAMETERS = {"weights": "weight", "biases": "bias"}
SIZE_AWARE = ("xavier", "kaiming", "orthogonal")
"""What the name of a scheme that looks at the layer's size begins with."""


class Shape(Enum):
    """What a scheme's numbers look like, all layers together."""

    SAME = "all the same number"
    BELL = "a bell without a bound"
    ROWS = "a bell, from rows at right angles"
    EVEN = "spread evenly up to a bound"


@dataclass(frozen=True)
class Spread:
    """All layers of a scheme together. std (measured) and theory: root mean squares of the layers' standard
    deviations, weighted by their sizes; low, high: extremes; bound: the largest there is (NaN: none)."""

    n: int
    std: float
    theory: float
    low: float
    high: float
    bound: float

    @property
    def largest(self) -> float:
        """The largest distance from zero."""
        return max(self.high, -self.low)

    @property
    def shape(self) -> Shape:
        if self.high == self.low:
            return Shape.SAME
        if math.isnan(self.bound):
            return Shape.BELL
        return Shape.ROWS if self.bound >= 2 * self.theory else Shape.EVEN


@dataclass(frozen=True)
class Layer:
    """One parameter of one layer: its sizes, and its standard deviation by the formula and as measured."""

    name: str
    fan_in: int
    fan_out: int
    theory: float
    std: float
    low: float
    high: float
    bound: float

    @property
    def largest(self) -> float:
        """The largest distance from zero."""
        return max(self.high, -self.low)


@dataclass(frozen=True)
class Facts:
    """scheme: the one looked at. weights: its; default, biases: PyTorch's. narrowest: whether PyTorch's weights are
    narrower than those of every other scheme that looks at the size of the layer. xavier, kaiming, plain: the weights of
    the input layer under the normal schemes and PyTorch's default; bias: PyTorch's of fc1; slope: Kaiming's a.
    """

    scheme: str
    weights: Spread
    default: Spread
    biases: Spread
    narrowest: bool
    xavier: Layer
    kaiming: Layer
    plain: Layer
    bias: Layer
    slope: float

    @property
    def ratio(self) -> float:
        """Kaiming's variance over Xavier's in the input layer."""
        return (self.kaiming.std / self.xavier.std) ** 2


def facts(moments: pd.DataFrame, scheme: str, slope: float) -> Facts:
    """The facts of a run's frame `moments` (see `experiment.Distributions`) about one scheme."""
    default = spread(moments, DEFAULT, "weight")
    others = [
        spread(moments, s, "weight").std
        for s in moments["scheme"].unique()
        if s.startswith(SIZE_AWARE)
    ]
    return Facts(
        scheme=scheme,
        weights=spread(moments, scheme, "weight"),
        default=default,
        biases=spread(moments, scheme, "bias"),
        narrowest=default.std < min(others),
        xavier=layer(moments, "xavier_normal", "weight", "input"),
        kaiming=layer(moments, "kaiming_normal", "weight", "input"),
        plain=layer(moments, DEFAULT, "weight", "input"),
        bias=layer(moments, DEFAULT, "bias", "fc1"),
        slope=slope,
    )


def rows_of(frame: pd.DataFrame, scheme: str, parameter: str) -> pd.DataFrame:
    """The rows of one scheme and parameter."""
    return frame[(frame["scheme"] == scheme) & (frame["parameter"] == parameter)]


def moments_of(moments: pd.DataFrame, scheme: str) -> pd.DataFrame:
    """The moments of one scheme."""
    return moments[moments["scheme"] == scheme].drop(columns="scheme")


def spread(moments: pd.DataFrame, scheme: str, parameter: str) -> Spread:
    """The size of all weights, or all biases, of a scheme."""
    rows = rows_of(moments, scheme, parameter)
    n = rows["fan_out"] * (rows["fan_in"] if parameter == "weight" else 1)
    std, law = (
        math.sqrt((rows[column] ** 2 * n).sum() / n.sum())
        for column in ("std_measured", "std_theory")
    )
    bound = float(rows["bound_theory"].max(skipna=False))
    return Spread(
        int(n.sum()), std, law, float(rows["min"].min()), float(rows["max"].max()), bound
    )


def layer(moments: pd.DataFrame, scheme: str, parameter: str, name: str) -> Layer:
    """One layer's numbers."""
    rows = rows_of(moments, scheme, parameter)
    row = rows[rows["layer"] == name].iloc[0]
    return Layer(
        name=name,
        fan_in=int(row["fan_in"]),
        fan_out=int(row["fan_out"]),
        theory=float(row["std_theory"]),
        std=float(row["std_measured"]),
        low=float(row["min"]),
        high=float(row["max"]),
        bound=float(row["bound_theory"]),
    )

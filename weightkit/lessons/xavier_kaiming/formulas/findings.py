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
    """What a scheme's numbers look like in each layer."""

    SAME = "all the same number"
    BELL = "a bell without a bound"
    ROWS = "a bell, from rows (or columns) at right angles"
    EVEN = "spread evenly up to a bound"


@dataclass(frozen=True)
class Spread:
    """All layers of a scheme together. std (measured) and theory: root mean squares of the layers'
    standard deviations, weighted by their sizes; low, high: extremes; bound: the largest there is
    (NaN: none), bound_least: the smallest; shape: of each layer's numbers; one_law: whether the
    formula is the same number in every layer, else the numbers of all layers are a mixture;
    columns: whether a layer has more outputs than inputs."""

    n: int
    std: float
    theory: float
    low: float
    high: float
    bound: float
    bound_least: float
    shape: Shape
    one_law: bool
    columns: bool

    @property
    def largest(self) -> float:
        """The largest distance from zero."""
        return max(self.high, -self.low)


@dataclass(frozen=True)
class Layer:
    """One parameter of one layer: its sizes, and its standard deviation by the formula and as
    measured.
    """

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
    """scheme: the one looked at. weights: its; default, biases: PyTorch's. narrowest: whether
    PyTorch's weights are, as printed, narrower than those of every other scheme that looks at the
    size of the layer. xavier, kaiming, plain: the weights of the input layer under the normal
    schemes and PyTorch's default; bias: PyTorch's of fc1; slope: Kaiming's a.
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
        narrowest=all(default.std < std and f"{default.std:.4f}" != f"{std:.4f}" for std in others),
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
    laws, bounds = rows["std_theory"].to_numpy(), rows["bound_theory"].to_numpy()
    return Spread(
        n=int(n.sum()),
        std=std,
        theory=law,
        low=float(rows["min"].min()),
        high=float(rows["max"].max()),
        bound=float(bounds.max()),
        bound_least=float(bounds.min()),
        shape=_shape(float(laws[0]), float(bounds[0])),
        one_law=math.isclose(laws.min(), laws.max()),
        columns=bool((rows["fan_out"] > rows["fan_in"]).any()),
    )


def _shape(std: float, bound: float) -> Shape:
    """The shape of one layer's numbers, from their formulas: std and bound (NaN: none)."""
    if std == 0:
        return Shape.SAME
    if math.isnan(bound):
        return Shape.BELL
    return Shape.EVEN if math.isclose(bound, std * math.sqrt(3)) else Shape.ROWS


@dataclass(frozen=True)
class Layers:
    """The layers whose spread is largest and smallest by the formula, with that spread; all of them
    where one_law.
    """

    widest: tuple[str, ...]
    wide: float
    narrowest: tuple[str, ...]
    narrow: float

    @property
    def one_law(self) -> bool:
        return math.isclose(self.wide, self.narrow)


def layers(rows: pd.DataFrame) -> Layers:
    """Of the moments of one scheme and parameter."""
    law = rows["std_theory"]
    wide, narrow = float(law.max()), float(law.min())

    def named(value: float) -> tuple[str, ...]:
        return tuple(n for n, v in zip(rows["layer"], law, strict=True) if math.isclose(v, value))

    return Layers(named(wide), wide, named(narrow), narrow)


@dataclass(frozen=True)
class Agreement:
    """All schemes' weights: the largest relative error of a measured std among the layers with most
    weights (n_largest), and the widest by the formula, (schemes, layers)."""

    off: float
    n_largest: int
    widest: float
    schemes: tuple[str, ...]
    layers: tuple[str, ...]


def agreement(moments: pd.DataFrame) -> Agreement:
    """How near measured and promised standard deviations are."""
    data = moments[moments["parameter"] == "weight"]
    n = data["fan_in"] * data["fan_out"]
    drawn = data["std_theory"] > 0
    off = (data["std_measured"] / data["std_theory"].where(drawn) - 1).abs()
    widest = float(data["std_theory"].max())
    rows = data[data["std_theory"] > widest * (1 - 1e-9)]
    return Agreement(
        off=float(off[n == n.max()].max()),
        n_largest=int(n.max()),
        widest=widest,
        schemes=tuple(dict.fromkeys(rows["scheme"])),
        layers=tuple(dict.fromkeys(rows["layer"])),
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

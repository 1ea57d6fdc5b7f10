"""What became of the condition numbers, as typed facts."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from ..findings import broken, n_lost, n_networks


@dataclass(frozen=True)
class Layer:
    """Median condition number of one layer over the networks, before training and after the last
    epoch (nan: all of them diverged); singular: networks whose last one is infinite."""

    name: str
    before: float
    after: float
    singular: int


@dataclass(frozen=True)
class Starts:
    """Untrained networks by scheme. square: lowest and highest median of a square layer (nan: there
    is none); others: of the other layers, orthogonal left out of both; stds: how many times as
    large one scheme's std is as another's, at most;
    factor, off: Kaiming against std 0.01 from the same random numbers: how much larger, and how
    much kappa changes (relative, half of all: rounding).
    """

    square: tuple[float, float]
    others: tuple[float, float]
    stds: float
    factor: float
    off: float


@dataclass(frozen=True)
class Matrix:
    """One of the matrices that tell sparsity from kappa."""

    share_zero: float
    condition_number: float


@dataclass(frozen=True)
class Facts:
    """layers: in order; lost of networks diverged; matrices: by name, see `condition.sparsity`."""

    epochs: int
    networks: int
    lost: int
    layers: tuple[Layer, ...]
    starts: Starts
    matrices: tuple[tuple[str, Matrix], ...]

    def matrix(self, name: str) -> Matrix:
        return dict(self.matrices)[name]

    def beyond(self, end: float) -> tuple[str, ...]:
        """The layers whose median lies beyond `end` before or after training."""
        return tuple(layer.name for layer in self.layers if layer.before > end or layer.after > end)

    @property
    def singular(self) -> int:
        """Matrices that are singular after the last epoch."""
        return sum(layer.singular for layer in self.layers)

    @property
    def grown_singular(self) -> bool:
        """Whether no median was infinite before training: what is singular became so."""
        return all(math.isfinite(layer.before) for layer in self.layers)

    @property
    def apart(self) -> bool:
        """Whether the layers differ by a larger factor at the start than any of them changes."""
        values = [(layer.before, layer.after) for layer in self.layers]
        if not all(math.isfinite(v) for pair in values for v in pair):
            return False
        starts = [before for before, _ in values]
        return max(starts) / min(starts) > max(max(a / b, b / a) for a, b in values)


def facts(layers: pd.DataFrame, starts: pd.DataFrame, sparsity: pd.DataFrame) -> Facts:
    """The facts of a run's frames (see `experiment.Shapes`)."""
    return Facts(
        epochs=int(layers["epoch"].max()),
        networks=n_networks(layers),
        lost=n_lost(layers),
        layers=by_layer(layers),
        starts=started(starts),
        matrices=tuple(
            (str(r.matrix), Matrix(r.share_zero, r.condition_number)) for r in sparsity.itertuples()
        ),
    )


def by_layer(layers: pd.DataFrame) -> tuple[Layer, ...]:
    """Every layer; diverged networks are left out."""
    before, after = medians(layers, 0), medians(layers, int(layers["epoch"].max()))
    last = layers[(layers["epoch"] == layers["epoch"].max()) & ~broken(layers)]
    singular = last[last["condition_number"] == math.inf].groupby("layer")["seed"].nunique()
    return tuple(
        Layer(
            name,
            float(before.get(name, math.nan)),
            float(after.get(name, math.nan)),
            int(singular.get(name, 0)),
        )
        for name in dict.fromkeys(layers["layer"])
    )


def medians(layers: pd.DataFrame, epoch: int) -> pd.Series:
    """Median condition number of each layer after an epoch, diverged networks left out; index
    layer, in order.
    """
    rows = layers[(layers["epoch"] == epoch) & ~broken(layers)]
    return rows.groupby("layer", sort=False)["condition_number"].median()


def started(frame: pd.DataFrame) -> Starts:
    """What the untrained networks show; see `experiment.starts`."""
    random = frame[frame["init"] != "orthogonal"]
    groups = random.groupby(["layer", "init"], sort=False)
    kappa, std = (groups[column].median().unstack() for column in ("condition_number", "std"))
    square = (
        frame.drop_duplicates("layer")
        .set_index("layer")
        .eval("fan_in == fan_out")
        .reindex(kappa.index)
    )
    return Starts(
        _range(kappa[square]),
        _range(kappa[~square]),
        float((std.max(axis=1) / std.min(axis=1)).max()),
        *rescaled(frame),
    )


def _range(table: pd.DataFrame) -> tuple[float, float]:
    return (
        (float(table.min(axis=None)), float(table.max(axis=None)))
        if len(table)
        else (math.nan, math.nan)
    )


def rescaled(starts: pd.DataFrame) -> tuple[float, float]:
    """Kaiming against std 0.01, the same random numbers: by which factor the std grows, and how
    much of kappa changes.

    Medians over layers and seeds, of the factor and of the relative change (the rounding of W,
    which kappa magnifies).
    """
    std, kappa = (
        starts.pivot_table(c, ["seed", "layer"], "init") for c in ("std", "condition_number")
    )
    factor = (std["kaiming_normal"] / std["normal"]).median()
    return float(factor), float((kappa["kaiming_normal"] / kappa["normal"] - 1).abs().median())

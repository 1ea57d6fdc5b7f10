"""What a chain shows, as typed facts: where it breaks, and how it can be mended."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from ..config import Chain


@dataclass(frozen=True)
class Joint:
    """The joint before a layer: the features that it receives and those that it expects."""

    layer: str
    place: int
    receives: int
    expects: int


@dataclass(frozen=True)
class Facts:
    """broken: the first joint that does not fit (None: the chain holds); leaves: shape of what leaves a chain that
    holds; message: PyTorch's own (None: it ran); ways: chains that mend it.
    """

    broken: Joint | None
    leaves: str
    n_samples: int
    n_features: int
    message: str | None
    ways: tuple[Chain, ...]


def facts(
    checked: pd.DataFrame, error: pd.DataFrame, layers: Chain, n_samples: int, n_features: int
) -> Facts:
    """The facts of a run's frames `chain` and `error` (see `experiment.Result`)."""
    return Facts(
        broken=first_broken(checked),
        leaves=str(checked["output_shape"].iloc[-1]),
        n_samples=n_samples,
        n_features=n_features,
        message=str(error["message"].iloc[0]) if len(error) else None,
        ways=tuple(mend(layers, n_features)),
    )


def first_broken(checked: pd.DataFrame) -> Joint | None:
    """The first joint that does not fit; place: of its layer, counted from 0."""
    for place, row in enumerate(checked.itertuples()):
        if not row.ok:
            return Joint(str(row.layer), place, int(row.receives), int(row.expects))
    return None


def mend(layers: Chain, n_features: int) -> list[tuple[tuple[int, int], ...]]:
    """The two ways to mend the first broken joint: let the former layer give, or the latter expect, the other's number.

    Empty for a chain that fits; only the second way where the batch itself does not fit the first layer.
    """
    receives = n_features
    for i, (expects, gives) in enumerate(layers):
        if expects != receives:
            later = [*layers[:i], (receives, gives), *layers[i + 1 :]]
            former = [*layers[: i - 1], (layers[i - 1][0], expects), *layers[i:]] if i else None
            return [tuple(way) for way in (former, later) if way is not None]
        receives = gives
    return []

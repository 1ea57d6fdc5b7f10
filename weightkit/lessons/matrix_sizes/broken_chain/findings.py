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
    """broken: the first joint that does not fit (None: the chain holds), and n_broken, how many
    there are; leaves: shape of what leaves a chain that holds; message: PyTorch's own (None: it
    ran); ways: chains that mend it, see `mend`.
    """

    broken: Joint | None
    n_broken: int
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
        n_broken=int((~checked["ok"]).sum()),
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
    """Chains in which every joint fits: each layer gives what the next expects; or each expects
    what it receives.

    Empty for a chain that fits; only one where the two are the same (the batch itself does not fit
    the first layer, which alone can give way).
    """
    expects, gives = [a for a, _ in layers], [b for _, b in layers]
    if all(a == b for a, b in zip(expects, [n_features, *gives], strict=False)):
        return []
    expects[0] = n_features
    giving = tuple(zip(expects, [*expects[1:], gives[-1]], strict=True))
    expecting = tuple(zip([n_features, *gives[:-1]], gives, strict=True))
    return list(dict.fromkeys((giving, expecting)))

"""The same networks without regularization, with L2 and with L1."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import pandas as pd

from .... import datasets
from ....costs import limit
from ....frames import Frames
from ....lazy import torch
from ....models import MLP
from ....training import one_thread
from ..config import NEAR_ZERO, Config, strengths
from ..steps.experiment import train_networks
from .config import ComparedConfig

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True, repr=False)
class Comparison(Frames):
    """Three runs that differ in their regularization only: "none", "L2", "L1".

    curves, layers: as in `steps.Result`, with the factor `regularization` in front.
    final: [regularization, seed, layer, share_near_zero, share_zero, condition_number]: after the
        last epoch; the shares of weights smaller in magnitude than a tenth of their layer's root
        mean square (whatever the scale: of normal numbers 8 %), and of weights that are exactly 0.
    commonest: share of the commonest class in the training set, what a constant answer gets.
    """

    curves: pd.DataFrame
    layers: pd.DataFrame
    final: pd.DataFrame
    commonest: float


@one_thread()
def compare(
    config: Config = ComparedConfig(),
    *,
    on_epoch: Callable | None = None,
    on_curves: Callable | None = None,
) -> Comparison:
    """The same networks without regularization, with L2 and with L1, of `strengths(config)`.

    on_epoch(done, total) counts the epochs of all three, on_curves(frame) gets the curves of each.
    ValueError where they are too much for one run (`costs.limit`).
    """
    if not isinstance(config, ComparedConfig):  # which says the cost of all three itself
        limit(config, lambda c: c.cost.times(3))
    asked, same = strengths(config), {f.name: getattr(config, f.name) for f in fields(Config)}
    free = Config(**same | {"l2": 0.0, "l1": 0.0})
    plans = {"none": free}
    for name, value in asked.items():
        penalty: Any = {name: value}
        plans[name.upper()] = replace(free, **penalty)
    frames: dict[str, list[pd.DataFrame]] = {"curves": [], "layers": [], "final": []}
    for i, (name, plan) in enumerate(plans.items()):
        trained = train_networks(
            plan,
            _counted(on_epoch, i * config.epochs, len(plans) * config.epochs),
            on_curves and partial(_passed_on, on_curves, name),
        )
        parts = {
            "curves": trained.curves,
            "layers": trained.layers,
            "final": _final(trained.layers, trained.mlp),
        }
        for key, frame in parts.items():
            frames[key].append(_labelled(frame, name))
    labels = datasets.load(config.dataset).y_train
    commonest = float(labels.unique(return_counts=True)[1].max()) / len(labels)
    return Comparison(
        **{key: pd.concat(parts, ignore_index=True) for key, parts in frames.items()},
        commonest=commonest,
    )


run = compare
"""What every view calls its run."""


def _counted(on_epoch, before: int, total: int):
    """on_epoch of one part of a longer run."""
    return None if on_epoch is None else lambda done, _: on_epoch(before + done, total)


def _passed_on(on_curves: Callable, name: str, frame: pd.DataFrame) -> None:
    on_curves(_labelled(frame, name))


def _labelled(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    frame = frame.copy()
    frame.insert(0, "regularization", name)
    return frame


def _final(layers: pd.DataFrame, mlp: MLP) -> pd.DataFrame:
    last = layers[layers["epoch"] == layers["epoch"].max()][["seed", "layer", "condition_number"]]
    for place, (name, bound) in enumerate(
        (("share_near_zero", NEAR_ZERO), ("share_zero", 0.0)), start=2
    ):
        shares = torch.stack([_share_below(mlp.weight[layer], bound) for layer in mlp.layers], 1)
        last.insert(place, name, shares.flatten().numpy())
    return last


def _share_below(w: Tensor, bound: float) -> Tensor:
    """Share of weights below `bound` times their root mean square in magnitude (of zeros, for 0).

    (n_models, fan_out, fan_in) -> (n_models,); nan where not all weights are finite.
    """
    w = w.flatten(1).double().abs()
    small = (w < bound * w.square().mean(1, keepdim=True).sqrt()) | (w == 0)
    return torch.where(w.isfinite().all(1), small.double().mean(1), torch.nan)

"""What the units of a pair of networks have in common, and what a new order of units changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from ...datasets import Dataset
from ...frames import Frames
from ...lazy import torch
from ...models import MLP
from .config import Config
from .matching import cosines, matched, reordered, shifted

if TYPE_CHECKING:
    from torch import Tensor


SHOWN = 4  # pairs of units whose rows are shown
DRAWN = 300  # weights, and outputs, that are drawn
ANSWERED = 100  # examples of the test split, at most, whose outputs are compared


@dataclass(frozen=True, repr=False)
class Units(Frames):
    """Frames of `experiment.Result`."""

    matching: pd.DataFrame
    cosines: pd.DataFrame
    rows: pd.DataFrame
    permuted: pd.DataFrame
    invariance: pd.DataFrame


def measured_units(config: Config, both: MLP, start: MLP, data: Dataset) -> Units:
    """The frames of all pairs of finite networks; `start`: the networks before training."""
    tables = [_pair(both, start, i, seed) for i, seed in enumerate(config.first_seeds)]
    known = [table for table in tables if table is not None]
    columns = ["seed", "layer", "unit", "partner", "same_place", "matched", "untrained"]
    units = pd.concat(known, ignore_index=True) if known else pd.DataFrame(columns=columns)
    moved = units.assign(moved=units["unit"] != units["partner"])
    shares = moved.groupby(["layer", "seed"], sort=False, as_index=False)["moved"].mean()
    rows = pd.DataFrame(columns=["seed", "unit", "partner", "network", "input", "value"])
    drawn = pd.DataFrame(columns=["quantity", "index", "before", "after"])
    same: list[tuple] = []
    for i, seed in enumerate(config.first_seeds):
        first = both.weights_of(2 * i)
        if not finite(first):
            continue
        moved_on = reordered(first, shifted(first))
        before, after = (_outputs(both, w, data.x_test[:ANSWERED]) for w in (first, moved_on))
        pairs = [(_flat(first), _flat(moved_on)), (before.flatten(), after.flatten())]
        if not same:
            drawn = _drawn(pairs)
        same.append((seed, *_changed(*pairs)))
    if known:
        rows = _rows(both, config, known[0])
    names = ["seed", "weights", "changed", "outputs", "largest", "difference"]
    return Units(shares, units, rows, drawn, pd.DataFrame(same, columns=names))


def finite(weights: list[Tensor]) -> bool:
    """Whether all are numbers."""
    return all(bool(matrix.isfinite().all()) for matrix in weights)


def _pair(both: MLP, start: MLP, i: int, seed: int) -> pd.DataFrame | None:
    first, second = both.weights_of(2 * i), both.weights_of(2 * i + 1)
    if not finite([*first, *second]):
        return None
    orders = matched(first, second)
    own = [torch.arange(len(order)) for order in orders]
    old = start.weights_of(2 * i), start.weights_of(2 * i + 1)
    old_orders = matched(*old)
    parts = [
        pd.DataFrame(
            {
                "seed": seed,
                "layer": both.layers[layer],
                "unit": own[layer].numpy(),
                "partner": order.numpy(),
                "same_place": cosines(first, second, own, layer).numpy(),
                "matched": cosines(first, second, orders, layer).numpy(),
                "untrained": cosines(*old, old_orders, layer).numpy(),
            }
        )
        for layer, order in enumerate(orders)
    ]
    return pd.concat(parts, ignore_index=True)


def _rows(both: MLP, config: Config, units: pd.DataFrame) -> pd.DataFrame:
    """Rows of the first W of the units that are most alike."""
    of = units[units["layer"] == both.layers[0]]
    best = of.sort_values("matched", ascending=False, kind="stable").head(SHOWN)
    i = config.first_seeds.index(int(best["seed"].iloc[0]))
    parts = []
    for unit in best.itertuples():
        for network, row, place in (("first", 0, unit.unit), ("second", 1, unit.partner)):
            values = both.weights_of(2 * i + row)[0][place, :-1]
            parts.append(
                pd.DataFrame(
                    {
                        "seed": unit.seed,
                        "unit": unit.unit,
                        "partner": unit.partner,
                        "network": network,
                        "input": range(len(values)),
                        "value": values.double().numpy(),
                    }
                )
            )
    return pd.concat(parts, ignore_index=True)


def _outputs(like: MLP, weights: list[Tensor], x: Tensor) -> Tensor:
    """Logits (samples, outputs) of a network with these weights."""
    alone = MLP(like.sizes, like.activation)
    for layer, matrix in zip(alone.layers, weights, strict=True):
        alone.matrix[layer][0] = matrix
    with torch.inference_mode():
        return alone(x)[0]


def _flat(weights: list[Tensor]) -> Tensor:
    """All weights, without biases."""
    return torch.cat([matrix[:, :-1].flatten() for matrix in weights])


def _changed(
    weights: tuple[Tensor, Tensor], outputs: tuple[Tensor, Tensor]
) -> tuple[int, float, int, float, float]:
    """(weights, share with another value, outputs, the largest, the largest difference)."""
    (one, other), (before, after) = weights, outputs
    return (
        len(one),
        float((one != other).double().mean()),
        len(before),
        float(before.abs().max()),
        float((before - after).abs().max()),
    )


def _drawn(pairs: list[tuple[Tensor, Tensor]]) -> pd.DataFrame:
    """Every k-th of the weights and of the outputs, so that at most DRAWN of each are left."""
    parts = []
    for quantity, (before, after) in zip(("weight", "output"), pairs, strict=True):
        step = -(-len(before) // DRAWN)
        values = {"before": before[::step].double(), "after": after[::step].double()}
        parts.append(
            pd.DataFrame(
                {
                    "quantity": quantity,
                    "index": range(0, len(before), step),
                    **{name: tensor.numpy() for name, tensor in values.items()},
                }
            )
        )
    return pd.concat(parts, ignore_index=True)

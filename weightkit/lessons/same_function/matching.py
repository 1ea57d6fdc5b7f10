"""Hidden units in another order, and the order in which two networks are nearest.

The weights of a network are a list with a matrix (fan_out, fan_in + 1) for each layer, biases in
the last column, as the rows of `MLP.matrix` are. An order is a tensor of unit numbers for each
hidden layer: order[i] is the unit that stands at place i.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ...lazy import lazy, torch
from ...stopping import check
from .config import SWEEPS

if TYPE_CHECKING:
    from torch import Tensor

    Weights = Sequence[Tensor]
    Orders = Sequence[Tensor]


optimize = lazy("scipy.optimize")  # 23 MB that no other lesson needs


def reordered(weights: Weights, orders: Orders) -> list[Tensor]:
    """The weights with the units of each hidden layer in another order: rows of its matrix, and
    columns of the next. The network computes the same.
    """
    return [_placed(weights, orders, layer) for layer in range(len(weights))]


def _placed(weights: Weights, orders: Orders, layer: int, rows: bool = True) -> Tensor:
    """One matrix with its columns, and if asked its rows, in the order of the units."""
    matrix = weights[layer]
    if layer > 0:
        matrix = torch.cat([matrix[:, :-1][:, orders[layer - 1]], matrix[:, -1:]], 1)
    return matrix[orders[layer]] if rows and layer < len(orders) else matrix


def shifted(weights: Weights) -> list[Tensor]:
    """Every hidden unit one place on, the last one first."""
    units = [len(matrix) for matrix in weights[:-1]]
    return [torch.arange(n).roll(1) for n in units]


def matched(first: Weights, second: Weights) -> list[Tensor]:
    """The orders of the second network's units that bring its weights nearest to the first's.

    Weight matching (Ainsworth et al. 2023, algorithm 1): layer by layer the assignment of units
    that maximizes the sum of products of all weights and biases that go in and out, until no layer
    changes. A local optimum; the layers are taken from the first to the last. In double precision:
    weights that are numbers yet may have products that float32 cannot hold.
    """
    first, second = ([matrix.double() for matrix in weights] for weights in (first, second))
    orders = [torch.arange(len(matrix)) for matrix in second[:-1]]
    for _ in range(SWEEPS):
        changed = False
        for layer in range(len(orders)):
            check()
            gain = _likeness(first, second, orders, layer)
            rows, columns = optimize.linear_sum_assignment(gain.numpy(), maximize=True)
            best = torch.from_numpy(columns)
            now = gain[torch.from_numpy(rows), orders[layer]].sum()
            if gain[torch.from_numpy(rows), best].sum() > now + 1e-6 * now.abs():
                orders[layer], changed = best, True
        if not changed:
            break
    return orders


def _likeness(first: Weights, second: Weights, orders: Orders, layer: int) -> Tensor:
    """(units, units): what putting unit j of the second network at place i adds to the sum of
    products.
    """
    into = first[layer] @ _placed(second, orders, layer, rows=False).t()
    rows = layer + 1 < len(orders)
    onward = second[layer + 1][orders[layer + 1]] if rows else second[layer + 1]
    return into + first[layer + 1][:, :-1].t() @ onward[:, :-1]


def cosines(first: Weights, second: Weights, orders: Orders, layer: int) -> Tensor:
    """Cosine of the weights that enter unit i of the first network and its partner of the second:
    (units,) float64; 0 where all weights of one are 0.
    """
    one = first[layer][:, :-1].double()
    other = _placed(second, orders, layer)[:, :-1].double()
    size = one.norm(dim=1) * other.norm(dim=1)
    return (one * other).sum(1) / size.clamp_min(1e-300)

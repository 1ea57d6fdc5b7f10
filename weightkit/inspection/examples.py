"""Three small networks to look at, by their tensors alone: a usual start, a bad one, and what
training makes of the first.
"""

from __future__ import annotations

from torch import Tensor

from .. import datasets
from ..initializers import initialize_
from ..models import MLP
from ..training import Freeze, TrainConfig, train

SIZES = (64, 64, 64, 32, 10)
EPOCHS = 5
FROZEN = "fc1"
BAD = {
    ("input", "weight"): ("normal", 2.0),
    ("fc1", "weight"): ("constant", 0.1),
    ("output", "weight"): ("normal", 0.005),
}
"""What is wrong with the second: too large, all equal, too small."""


def networks(seed: int = 0) -> tuple[dict[str, Tensor], dict[str, Tensor], dict[str, Tensor]]:
    """(good, bad, trained): {name: tensor} of a start by Kaiming's formula, one with BAD, and the
    first after EPOCHS epochs on the digits with layer FROZEN held still.
    """
    mlp = MLP(SIZES, n_models=2)
    initialize_(mlp, "kaiming_normal", seeds=seed, overrides=[None, BAD])
    good, bad = _tensors(mlp, 0), _tensors(mlp, 1)
    held = tuple(Freeze(FROZEN, parameter) for parameter in ("weight", "bias"))
    for _ in train(mlp, datasets.load("digits"), TrainConfig(epochs=EPOCHS, freeze=held)):
        pass
    return good, bad, _tensors(mlp, 0)


def _tensors(mlp: MLP, model: int) -> dict[str, Tensor]:
    found = {}
    for layer in mlp.layers:
        found[f"{layer}.weight"] = mlp.weight[layer][model].clone()
        found[f"{layer}.bias"] = mlp.bias[layer][model].clone()
    return found

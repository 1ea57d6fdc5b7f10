"""The notes' loop that should freeze layers, the loop that was meant, and what PyTorch's optimizers
do with leftovers.

All of it runs on real torch.nn modules with torch.optim's own updates, see `plain`.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from .... import datasets
from ....frames import Frames
from ....lazy import torch
from ....stopping import check
from ....training import one_thread
from ..plain import Updates, network
from .config import EPOCHS, FLAVOURS, FROZEN, LOOPS, SGD, LoopConfig


@dataclass(frozen=True, repr=False)
class Result(Frames):
    """loops: see `compare_loops`; leftovers: see `leftovers`."""

    loops: pd.DataFrame
    leftovers: pd.DataFrame


def run(config: LoopConfig = LoopConfig()) -> Result:
    """Both loops, and what is left of a frozen parameter's learning under each optimizer."""
    return Result(compare_loops(config.epochs), leftovers(config.epochs))


@one_thread()
def compare_loops(epochs: int = EPOCHS) -> pd.DataFrame:
    """Run both loops: [loop, epoch, layer, parameter, requires_grad, distance], epochs from 1.

    One step of plain SGD on the training digits per epoch; distance: Frobenius norm of what it
    changed.
    """
    rows = []
    for loop, switch in LOOPS.items():
        net = network()
        updates = Updates(net.parameters(), *FLAVOURS[SGD])
        for epoch in range(epochs):  # from 0, as in the notes
            switch(net, epoch, epochs)
            rows += [(loop, epoch + 1, *moved) for moved in _step(net, updates)]
    columns = ["loop", "epoch", "layer", "parameter", "requires_grad", "distance"]
    return pd.DataFrame(rows, columns=columns)


@one_thread()
def leftovers(epochs: int = EPOCHS) -> pd.DataFrame:
    """How far fc1's weights move per epoch while they are frozen: [optimizer, gradient, epoch,
    frozen, distance].

    requires_grad is False in the epochs FROZEN. gradient: "None" clears gradients with zero_grad(),
    PyTorch's way since version 2.0; "zeros" with zero_grad(set_to_none=False), its way before. A
    gradient of zeros is a gradient: the optimizer goes on with momentum and weight decay; a
    gradient of None makes it skip the parameter.
    """
    rows = []
    for flavour, how in FLAVOURS.items():
        for gradient in ("None", "zeros"):
            net = network()
            updates = Updates(net.parameters(), *how)
            for epoch in range(1, epochs + 1):
                frozen = FROZEN[0] <= epoch <= FROZEN[1]
                net.fc1.weight.requires_grad = not frozen
                for layer, parameter, _, moved in _step(net, updates, gradient == "None"):
                    if (layer, parameter) == ("fc1", "weight"):
                        rows.append((flavour, gradient, epoch, frozen, moved))
    return pd.DataFrame(rows, columns=["optimizer", "gradient", "epoch", "frozen", "distance"])


def _step(net: torch.nn.Module, updates: Updates, set_to_none: bool = True) -> list[tuple]:
    """One update on all training digits: (layer, parameter, requires_grad, distance) of each."""
    check()
    data = datasets.load("digits")
    before = {name: p.detach().clone() for name, p in net.named_parameters()}
    net.zero_grad(set_to_none=set_to_none)
    torch.nn.functional.cross_entropy(net(data.x_train), data.y_train).backward()
    updates.step()
    return [
        (*name.split("."), p.requires_grad, float((p.detach() - before[name]).norm()))
        for name, p in net.named_parameters()
    ]

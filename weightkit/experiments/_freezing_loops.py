"""The notes' loop that should freeze layers, the loop that was meant, and what PyTorch's optimisers do with leftovers.

All of it runs on real torch.nn modules with torch.optim: the point is what PyTorch does, not what weightkit does.
"""

from __future__ import annotations

import inspect
import textwrap
from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING

from .. import datasets
from ..lazy import lazy
from ..models import bare_linear

if TYPE_CHECKING:
    import pandas as pd
    import torch
    from torch import nn
else:
    pd, torch, nn = lazy("pandas"), lazy("torch"), lazy("torch.nn")

EPOCHS = 10
FROZEN = (4, 7)  # epochs in which `leftovers` freezes fc1
FLAVOURS = ("SGD", "SGD with weight decay", "SGD with momentum", "Adam")
"""torch.optim settings that `leftovers` tries."""


# fmt: off
def as_in_the_notes(net, epoch, epochs):
    if epoch < epochs / 2:
        for name, parameter in net.named_parameters():
            if "output" not in name:
                parameter.requires_grad = False
            else:
                for _, each in net.named_parameters():
                    each.requires_grad = True


def as_meant(net, epoch, epochs):
    if epoch < epochs / 2:
        for name, parameter in net.named_parameters():
            if "output" not in name:
                parameter.requires_grad = False
    else:
        for _, each in net.named_parameters():
            each.requires_grad = True
# fmt: on


LOOPS: dict[str, Callable] = {"as in the notes": as_in_the_notes, "as meant": as_meant}


def source(loop: str) -> str:
    """The lines of LOOPS[loop], as they ran: without the def line, indented from 0."""
    return textwrap.dedent("".join(inspect.getsourcelines(LOOPS[loop])[0][1:]))


def compare_loops(epochs: int = EPOCHS) -> pd.DataFrame:
    """Run both loops: [loop, epoch, layer, parameter, requires_grad, distance], epochs from 1.

    One step of plain SGD on the training digits per epoch; distance: Frobenius norm of what it changed.
    """
    parts = []
    for loop, switch in LOOPS.items():
        net = _network()
        optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
        for epoch in range(epochs):  # from 0, as in the notes
            switch(net, epoch, epochs)
            parts.append(_step(net, optimizer).assign(loop=loop, epoch=epoch + 1))
    frame = pd.concat(parts, ignore_index=True)
    return frame[["loop", "epoch", "layer", "parameter", "requires_grad", "distance"]]


def leftovers(epochs: int = EPOCHS) -> pd.DataFrame:
    """How far fc1's weights move per epoch while they are frozen: [optimizer, gradient, epoch, frozen, distance].

    requires_grad is False in the epochs FROZEN. gradient: "None" clears gradients with zero_grad(), PyTorch's way
    since version 2.0; "zeros" with zero_grad(set_to_none=False), its way before. A gradient of zeros is a gradient: the
    optimiser goes on with momentum and weight decay; a gradient of None makes it skip the parameter.
    """
    parts = []
    for flavour in FLAVOURS:
        for gradient in ("None", "zeros"):
            net = _network()
            optimizer = _optimizer(flavour, net)
            for epoch in range(1, epochs + 1):
                frozen = FROZEN[0] <= epoch <= FROZEN[1]
                net.fc1.weight.requires_grad = not frozen
                moved = _step(net, optimizer, set_to_none=gradient == "None")
                moved = moved[(moved["layer"] == "fc1") & (moved["parameter"] == "weight")]
                parts.append(moved.assign(optimizer=flavour, gradient=gradient, epoch=epoch, frozen=frozen))
    return pd.concat(parts, ignore_index=True)[["optimizer", "gradient", "epoch", "frozen", "distance"]]


def _optimizer(flavour: str, net: nn.Module) -> torch.optim.Optimizer:
    if flavour == "Adam":
        return torch.optim.Adam(net.parameters(), lr=0.005)
    extra = {"SGD with weight decay": {"weight_decay": 0.01}, "SGD with momentum": {"momentum": 0.9}}.get(flavour, {})
    return torch.optim.SGD(net.parameters(), lr=0.1, **extra)


def _network() -> nn.Module:
    """64-64-32-32-10 with the course's names; its numbers come from a generator of its own."""
    sizes = (64, 64, 32, 32, 10)
    modules: list[tuple[str, nn.Module]] = []
    generator = torch.Generator().manual_seed(0)
    for i, name in enumerate(("input", "fc1", "fc2", "output")):
        linear = bare_linear(sizes[i], sizes[i + 1])
        with torch.no_grad():
            for parameter in (linear.weight, linear.bias):
                parameter.uniform_(-(sizes[i] ** -0.5), sizes[i] ** -0.5, generator=generator)
        modules += [(name, linear), (f"relu{i}", nn.ReLU())]
    return nn.Sequential(OrderedDict(modules[:-1]))


def _step(net: nn.Module, optimizer: torch.optim.Optimizer, set_to_none: bool = True) -> pd.DataFrame:
    """One update on all training digits: [layer, parameter, requires_grad, distance]."""
    data = datasets.load("digits")
    before = {name: p.detach().clone() for name, p in net.named_parameters()}
    optimizer.zero_grad(set_to_none=set_to_none)
    nn.functional.cross_entropy(net(data.x_train), data.y_train).backward()
    optimizer.step()
    rows = [
        (*name.split("."), p.requires_grad, float((p.detach() - before[name]).norm()))
        for name, p in net.named_parameters()
    ]
    return pd.DataFrame(rows, columns=["layer", "parameter", "requires_grad", "distance"])

"""The notes' loop that should freeze layers, the loop that was meant, and what PyTorch's optimisers do with leftovers.

All of it runs on real torch.nn modules with torch.optim's own updates: the point is what PyTorch does, not what
weightkit does. The updates are called through torch.optim's functional interface, since the first torch.optim.Optimizer
of a process imports torch._dynamo: 64 MB and seconds of a small server. The lesson's recipe uses the classes, and a test
holds its numbers equal to these.
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
from ..stopping import check
from ..training import one_thread

if TYPE_CHECKING:
    import pandas as pd
    import torch
    import torch.optim.adam as adam
    import torch.optim.sgd as sgd
    from torch import nn
else:
    pd, torch, nn = lazy("pandas"), lazy("torch"), lazy("torch.nn")
    adam, sgd = lazy("torch.optim.adam"), lazy("torch.optim.sgd")

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


@one_thread()
def compare_loops(epochs: int = EPOCHS) -> pd.DataFrame:
    """Run both loops: [loop, epoch, layer, parameter, requires_grad, distance], epochs from 1.

    One step of plain SGD on the training digits per epoch; distance: Frobenius norm of what it changed.
    """
    parts = []
    for loop, switch in LOOPS.items():
        net = _network()
        step = _optimizer("SGD", net)
        for epoch in range(epochs):  # from 0, as in the notes
            switch(net, epoch, epochs)
            parts.append(_step(net, step).assign(loop=loop, epoch=epoch + 1))
    frame = pd.concat(parts, ignore_index=True)
    return frame[["loop", "epoch", "layer", "parameter", "requires_grad", "distance"]]


@one_thread()
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
            step = _optimizer(flavour, net)
            for epoch in range(1, epochs + 1):
                frozen = FROZEN[0] <= epoch <= FROZEN[1]
                net.fc1.weight.requires_grad = not frozen
                moved = _step(net, step, set_to_none=gradient == "None")
                moved = moved[(moved["layer"] == "fc1") & (moved["parameter"] == "weight")]
                parts.append(moved.assign(optimizer=flavour, gradient=gradient, epoch=epoch, frozen=frozen))
    return pd.concat(parts, ignore_index=True)[["optimizer", "gradient", "epoch", "frozen", "distance"]]


def _optimizer(flavour: str, net: nn.Module) -> Callable[[], None]:
    """The step of torch.optim.SGD (lr 0.1) or Adam (lr 0.005): a parameter whose gradient is None is left out."""
    decay = 0.01 if flavour == "SGD with weight decay" else 0.0
    momentum = 0.9 if flavour == "SGD with momentum" else 0.0
    state: dict[str, list] = {name: [None, *(torch.zeros_like(p) for _ in range(2)), torch.zeros(())]
                              for name, p in net.named_parameters()}  # fmt: skip

    @torch.no_grad()
    def step() -> None:
        for name, p in net.named_parameters():
            if p.grad is None:
                continue
            velocity, first, second, count = state[name]
            if flavour == "Adam":
                adam.adam(
                    [p], [p.grad], [first], [second], [], [count], amsgrad=False, beta1=0.9, beta2=0.999, lr=0.005,
                    weight_decay=0.0, eps=1e-8, maximize=False,
                )  # fmt: skip
                continue
            velocities = [velocity]
            sgd.sgd(
                [p], [p.grad], velocities, weight_decay=decay, momentum=momentum, lr=0.1, dampening=0.0,
                nesterov=False, maximize=False,
            )  # fmt: skip
            state[name][0] = velocities[0]

    return step


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


def _step(net: nn.Module, step: Callable[[], None], set_to_none: bool = True) -> pd.DataFrame:
    """One update on all training digits: [layer, parameter, requires_grad, distance]."""
    check()
    data = datasets.load("digits")
    before = {name: p.detach().clone() for name, p in net.named_parameters()}
    net.zero_grad(set_to_none=set_to_none)
    nn.functional.cross_entropy(net(data.x_train), data.y_train).backward()
    step()
    rows = [
        (*name.split("."), p.requires_grad, float((p.detach() - before[name]).norm()))
        for name, p in net.named_parameters()
    ]
    return pd.DataFrame(rows, columns=["layer", "parameter", "requires_grad", "distance"])

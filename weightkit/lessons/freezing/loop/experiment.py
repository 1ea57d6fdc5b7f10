"""The notes' loop that should freeze layers, the loop that was meant, and what PyTorch's optimisers
do with leftovers.

All of it runs on real torch.nn modules with torch.optim's own updates: the point is what PyTorch
does, not what weightkit does. The updates are called through torch.optim's functional interface,
since the first torch.optim.Optimizer of a process imports torch._dynamo: 64 MB and seconds of a
small server. The lesson's recipe uses the classes, and a test holds its numbers equal to these.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd
import torch
import torch.optim.adam as adam
import torch.optim.sgd as sgd
from torch import nn

from .... import datasets
from ....models import bare_linear
from ....stopping import check
from ....training import one_thread
from ..config import HIDDEN, LAYERS
from .config import (
    ADAM,
    DECAY,
    EPOCHS,
    EVALUATED,
    FLAVOURS,
    FROZEN,
    FROZEN_NORM,
    LOOPS,
    MOMENTUM,
    SWITCHES,
    LoopConfig,
)


@dataclass(frozen=True)
class Result:
    """loops: see `compare_loops`; leftovers: see `leftovers`; normalisation: see
    `normalisation`.
    """

    loops: pd.DataFrame
    leftovers: pd.DataFrame
    normalisation: pd.DataFrame


def run(config: LoopConfig = LoopConfig()) -> Result:
    """Both loops, what is left of a frozen parameter's learning under each optimiser, and a frozen
    BatchNorm layer.
    """
    return Result(compare_loops(config.epochs), leftovers(config.epochs), normalisation())


@one_thread()
def compare_loops(epochs: int = EPOCHS) -> pd.DataFrame:
    """Run both loops: [loop, epoch, layer, parameter, requires_grad, distance], epochs from 1.

    One step of plain SGD on the training digits per epoch; distance: Frobenius norm of what it
    changed.
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
    """How far fc1's weights move per epoch while they are frozen: [optimizer, gradient, epoch,
    frozen, distance].

    requires_grad is False in the epochs FROZEN. gradient: "None" clears gradients with zero_grad(),
    PyTorch's way since version 2.0; "zeros" with zero_grad(set_to_none=False), its way before. A
    gradient of zeros is a gradient: the optimiser goes on with momentum and weight decay; a
    gradient of None makes it skip the parameter.
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
                parts.append(
                    moved.assign(optimizer=flavour, gradient=gradient, epoch=epoch, frozen=frozen)
                )
    return pd.concat(parts, ignore_index=True)[
        ["optimizer", "gradient", "epoch", "frozen", "distance"]
    ]


def normalisation() -> pd.DataFrame:
    """How far a BatchNorm layer behind the input layer moves in one step of SGD: [switch, part,
    distance].

    switch: requires_grad = False for its parameters, in training mode, or eval() and nothing
    frozen; part: its parameters weight and bias, and its statistics running_mean and running_var,
    which are none.
    """
    check()
    data, rows = datasets.load("digits"), []
    for switch in SWITCHES:
        first, *rest = _network()
        norm = nn.BatchNorm1d(HIDDEN[0])
        net = nn.Sequential(first, norm, *rest)
        norm.requires_grad_(switch != FROZEN_NORM).train(switch != EVALUATED)
        before = {name: value.clone() for name, value in norm.state_dict().items()}
        nn.functional.cross_entropy(net(data.x_train), data.y_train).backward()
        with torch.no_grad():
            for p in net.parameters():
                if p.grad is not None:
                    p.add_(p.grad, alpha=-0.1)
        parts = ("weight", "bias", "running_mean", "running_var")
        rows += [
            (switch, part, float((norm.state_dict()[part] - before[part]).norm())) for part in parts
        ]
    return pd.DataFrame(rows, columns=["switch", "part", "distance"])


def _optimizer(flavour: str, net: nn.Module) -> Callable[[], None]:
    """The step of torch.optim.SGD (lr 0.1) or Adam (lr 0.005): a parameter whose gradient is None
    is left out.
    """
    decay = 0.01 if flavour == DECAY else 0.0
    momentum = 0.9 if flavour == MOMENTUM else 0.0
    state: dict[str, list] = {
        name: [None, *(torch.zeros_like(p) for _ in range(2)), torch.zeros(())]
        for name, p in net.named_parameters()
    }

    @torch.no_grad()
    def step() -> None:
        for name, p in net.named_parameters():
            if p.grad is None:
                continue
            velocity, first, second, count = state[name]
            if flavour == ADAM:
                adam.adam(
                    [p],
                    [p.grad],
                    [first],
                    [second],
                    [],
                    [count],
                    amsgrad=False,
                    beta1=0.9,
                    beta2=0.999,
                    lr=0.005,
                    weight_decay=0.0,
                    eps=1e-8,
                    maximize=False,
                )
                continue
            velocities = [velocity]
            sgd.sgd(
                [p],
                [p.grad],
                velocities,
                weight_decay=decay,
                momentum=momentum,
                lr=0.1,
                dampening=0.0,
                nesterov=False,
                maximize=False,
            )
            state[name][0] = velocities[0]

    return step


def _network() -> nn.Sequential:
    """64-64-32-32-10 with the course's names; its numbers come from a generator of its own."""
    sizes = (64, *HIDDEN, 10)
    modules: list[tuple[str, nn.Module]] = []
    generator = torch.Generator().manual_seed(0)
    for i, name in enumerate(LAYERS):
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

"""What the views of freezing that show PyTorch itself share: a real torch.nn network, and
torch.optim's updates.

The point of these views is what PyTorch does, not what weightkit does, so that they train no stack.
The updates are called through torch.optim's functional interface, since the first
torch.optim.Optimizer of a process imports torch._dynamo: 64 MB and seconds of a small server. The
recipes use the classes, and tests hold their numbers equal to these.
"""

from __future__ import annotations

import copy
from collections import OrderedDict
from collections.abc import Iterable
from typing import TYPE_CHECKING

from ...lazy import lazy, torch
from ...models import bare_linear
from .config import HIDDEN, LAYERS

if TYPE_CHECKING:
    from torch import nn

adam, sgd = lazy("torch.optim.adam"), lazy("torch.optim.sgd")

MOMENTUM = {"sgd": 0.0, "momentum": 0.9}


class Updates:
    """The step of torch.optim.SGD or Adam on some parameters; one whose gradient is None is left
    out.
    """

    def __init__(
        self,
        parameters: Iterable[nn.Parameter],
        optimizer: str,
        learning_rate: float,
        weight_decay: float = 0.0,
    ):
        self.parameters = list(parameters)
        self.settings = optimizer, learning_rate, weight_decay
        self.velocity: list[torch.Tensor | None] = [None] * len(self.parameters)
        self.moments = [
            (torch.zeros_like(p), torch.zeros_like(p), torch.zeros(())) for p in self.parameters
        ]

    def of(self, parameters: Iterable[nn.Parameter]) -> Updates:
        """The same, with all it remembers, for the parameters of a copy of the network."""
        mine = copy.copy(self)
        mine.parameters = list(parameters)
        mine.velocity, mine.moments = copy.deepcopy((self.velocity, self.moments))
        return mine

    def step(self) -> None:
        """Move every parameter that has a gradient, all in one call: what torch.optim does around
        it takes longer than the arithmetic.
        """
        optimizer, rate, decay = self.settings
        places = [i for i, p in enumerate(self.parameters) if p.grad is not None]
        if not places:
            return
        moving = [self.parameters[i] for i in places]
        gradients = [p.grad for p in moving]
        with torch.no_grad():
            if optimizer == "adam":
                first, second, counts = zip(*(self.moments[i] for i in places), strict=True)
                adam.adam(
                    moving,
                    gradients,
                    list(first),
                    list(second),
                    [],
                    list(counts),
                    foreach=True,
                    amsgrad=False,
                    beta1=0.9,
                    beta2=0.999,
                    lr=rate,
                    weight_decay=decay,
                    eps=1e-8,
                    maximize=False,
                )
                return
            velocities = [self.velocity[i] for i in places]
            sgd.sgd(
                moving,
                gradients,
                velocities,
                foreach=True,
                weight_decay=decay,
                momentum=MOMENTUM[optimizer],
                lr=rate,
                dampening=0.0,
                nesterov=False,
                maximize=False,
            )
        for i, velocity in zip(places, velocities, strict=True):
            self.velocity[i] = velocity


def network(n_features: int = 64, n_outputs: int = 10, seed: int = 0) -> nn.Sequential:
    """The course's network, its numbers from a generator of its own; layers are called as in
    LAYERS.
    """
    sizes = (n_features, *HIDDEN, n_outputs)
    modules: list[tuple[str, nn.Module]] = []
    generator = torch.Generator().manual_seed(seed)
    for i, name in enumerate(LAYERS):
        linear = bare_linear(sizes[i], sizes[i + 1])
        with torch.no_grad():
            for parameter in (linear.weight, linear.bias):
                parameter.uniform_(-(sizes[i] ** -0.5), sizes[i] ** -0.5, generator=generator)
        modules += [(name, linear), (f"relu{i}", torch.nn.ReLU())]
    return torch.nn.Sequential(OrderedDict(modules[:-1]))

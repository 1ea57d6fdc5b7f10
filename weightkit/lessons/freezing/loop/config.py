"""The settings of the loops, and the loops themselves: the page shows their source before they
run.
"""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Callable
from dataclasses import dataclass

from ....configs import number, validate
from ....costs import BASE, Cost

EPOCHS = 10
FROZEN = (4, 7)  # epochs in which `leftovers` freezes fc1
SGD, DECAY, MOMENTUM, ADAM = "SGD", "SGD with weight decay", "SGD with momentum", "Adam"
FLAVOURS = {
    SGD: ("sgd", 0.1, 0.0),
    DECAY: ("sgd", 0.1, 0.01),
    MOMENTUM: ("momentum", 0.1, 0.0),
    ADAM: ("adam", 0.005, 0.0),
}
"""What `leftovers` tries: optimizer, learning rate, weight decay."""


def as_in_the_notes(net, epoch, epochs):
    if epoch < epochs / 2:
        for name, p in net.named_parameters():
            if "output" not in name:
                p.requires_grad = False
            else:
                for each in net.parameters():
                    each.requires_grad = True


def as_meant(net, epoch, epochs):
    if epoch < epochs / 2:
        for name, p in net.named_parameters():
            if "output" not in name:
                p.requires_grad = False
    else:
        for each in net.parameters():
            each.requires_grad = True


LOOPS: dict[str, Callable] = {"as in the notes": as_in_the_notes, "as meant": as_meant}


def source(loop: str) -> str:
    """The lines of LOOPS[loop], as they ran: without the def line, indented from 0."""
    return textwrap.dedent("".join(inspect.getsourcelines(LOOPS[loop])[0][1:]))


@dataclass(frozen=True)
class LoopConfig:
    """How long the loops run: one step on all training digits per epoch."""

    epochs: int = number(EPOCHS, FROZEN[0], 100, "Steps, one per epoch.")

    def __post_init__(self) -> None:
        validate(self)

    @property
    def cost(self) -> Cost:
        """Of `run`: two loops and two of each flavour, a step of some 3 ms an epoch; measured."""
        return Cost(BASE + 5e6, 0.2 + 3e-3 * (2 + 2 * len(FLAVOURS)) * self.epochs)

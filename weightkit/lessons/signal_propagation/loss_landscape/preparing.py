"""Where landscapes are drawn: the starts, the paths of training from them, and two directions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .... import datasets
from ....datasets import Dataset
from ....initializers import initialize_
from ....lazy import torch
from ....models import MLP
from ....training import TrainConfig, train
from ..settings import spec
from .config import LandscapeConfig
from .rows import read, write

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True)
class Prepared:
    """Per init: the start (parameters,) and two directions, float64; the path (epochs + 1,
    parameters), float32.
    """

    data: Dataset
    starts: dict[str, Tensor]
    paths: dict[str, Tensor]
    directions: dict[str, tuple[Tensor, Tensor]]


def prepare_landscape(
    config: LandscapeConfig, epochs: int | None = None, tick: Callable = lambda: None
) -> Prepared:
    """Starts, directions, and paths of so many epochs (None: of config.epochs); tick() is called
    after each.
    """
    data = datasets.load(config.dataset)
    mlp = network(config, data, 2)
    initialize_(
        mlp,
        [("constant", config.constant), spec(config, config.init)],
        config.seed,
        biases=[("constant", config.constant), "zeros"],
    )
    names = ("constant", config.init)
    how = TrainConfig(
        epochs=config.epochs if epochs is None else epochs,
        batch_size=config.batch_size,
        optimizer=config.optimizer,
        learning_rate=config.learning_rate,
        seed=config.seed,
    )
    found = torch.zeros(2, how.epochs + 1, mlp.n_parameters)
    read(mlp, found[:, 0])
    for epoch in train(mlp, data, how) if how.epochs else ():
        if epoch.epoch:
            read(mlp, found[:, epoch.epoch])
            tick()
    paths = {init: _while_finite(path) for init, path in zip(names, found, strict=True)}
    starts = {init: path[0].double() for init, path in paths.items()}
    if config.plane == "random":
        one, two = (
            _filter_normalised(config, data, starts[config.init], stream) for stream in (1, 2)
        )
        directions = dict.fromkeys(names, (one, two))
    else:
        directions = {init: _principal(path) for init, path in paths.items()}
    return Prepared(data, starts, paths, directions)


def _while_finite(path: Tensor) -> Tensor:
    """The path up to the epoch before it diverges."""
    bad = ~path.isfinite().all(1)
    return path[: int(bad.long().argmax())] if bad.any() else path


def network(config: LandscapeConfig, data: Dataset, n_models: int) -> MLP:
    return MLP(
        (data.n_features, *[config.width] * (config.depth - 1), data.n_outputs),
        config.activation,
        n_models,
    )


def _filter_normalised(
    config: LandscapeConfig, data: Dataset, start: Tensor, stream: int
) -> Tensor:
    """A Gaussian direction whose rows have the norms of the rows of `start`; zero along the
    biases.
    """
    like, direction = network(config, data, 1), network(config, data, 1)
    write(like, start[None].float())
    # A stream of its own, so that a direction is not the start itself.
    generator = torch.Generator().manual_seed(10_007 * (config.seed + 1) + stream)
    for layer, weight in direction.weight.items():
        weight.copy_(torch.randn(weight.shape, generator=generator))
        weight.mul_(like.weight[layer].norm(dim=2, keepdim=True) / weight.norm(dim=2, keepdim=True))
    row = torch.empty(1, direction.n_parameters)
    read(direction, row)
    return row[0].double()


def _principal(path: Tensor) -> tuple[Tensor, Tensor]:
    """The two directions, through the start, that hold most of a path; each as long as the path
    reaches.
    """
    moved = path.double() - path[0].double()
    reach, end = moved.norm(dim=1).max(), moved[-1].clone()
    moved = torch.cat([moved, torch.zeros_like(moved[:1])])  # at least two rows
    one, two = torch.linalg.svd(moved, full_matrices=False).Vh[:2].clone()
    one = one * torch.sign(one @ end)  # training runs to the right
    return one * reach, two * reach

"""Salt flats against badlands: the loss on a plane through parameter space, around a same-value and a random start.

Li et al. 2018, "Visualizing the Loss Landscape of Neural Nets": L(alpha, beta) = loss(start + alpha d1 + beta d2).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from .. import datasets
from ..activations import ACTIVATIONS
from ..configs import choice, limit_work, number, validate
from ..datasets import DATASETS, Dataset
from ..initializers import initialize_
from ..lazy import lazy
from ..models import MLP
from ..optimizers import OPTIMIZERS
from ..training import TrainConfig, evaluate, one_thread, train
from ._schemes import RANDOM, spec

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    import torch
    from torch import Tensor
else:
    np, pd, torch = lazy("numpy"), lazy("pandas"), lazy("torch")

PLANES = ("random", "path")
ROWS_AT_ONCE = 128  # networks evaluated together: enough to be quick, few enough for the cache


@dataclass(frozen=True)
class LandscapeConfig:
    """Two starts of the same network: all parameters `constant`, and random weights with zero biases."""

    init: str = choice("kaiming_normal", RANDOM, "How the random start is drawn.")
    constant: float = number(0.0, -1.0, 1.0, "The value of every weight and bias of the same-value start.")
    plane: str = choice("random", PLANES, "Random directions, or those in which training moves the most.")
    resolution: int = number(31, 5, 61, "Points along each side of the square.")
    extent: float = number(1.0, 0.05, 3.0, "Half a side: 1 is as long as the random start's own weights.")
    std: float = number(0.01, 1e-4, 10.0, "Standard deviation of the schemes with a fixed one.")
    activation: str = choice("relu", ACTIVATIONS, "What follows each hidden layer's weighted sum.")
    depth: int = number(4, 2, 10, "Weight layers, the output layer included.")
    width: int = number(32, 4, 64, "Units in every hidden layer.")
    dataset: str = choice("digits", DATASETS, "The data.")
    samples: int = number(200, 20, 1000, "Training examples on which the plane's losses are computed.")
    epochs: int = number(10, 1, 50, "Passes over the training set, for the path.")
    batch_size: int = number(32, 8, 512, "Samples per update.")
    optimizer: str = choice("sgd", OPTIMIZERS, "The rule of the update.")
    learning_rate: float = number(0.05, 1e-5, 1.0, "Step size.")
    seed: int = number(0, 0, 10_000, "Of the random start, the directions and the order of the batches.")

    def __post_init__(self):
        validate(self)
        parameters = self.width * (784 + 10 + (self.depth - 2) * self.width)
        limit_work(2.0 * parameters * self.samples * self.resolution**2)


def landscape(config: LandscapeConfig = LandscapeConfig()) -> pd.DataFrame:
    """The loss on a square of the plane around each start: [init, alpha, beta, loss].

    `init` is "constant" or the name of the random scheme; alpha and beta are the steps along the two directions. With
    plane="random", both are Gaussian, the same for both starts, and filter-normalised (Li et al. 2018, section 4): each
    unit's row of weights has the norm of that unit's row in the random start, biases stay where they are. (A constant's
    own rows would not do: those of zero have no direction's length to give.) With plane="path", the directions are
    the first two principal components of the path that training takes from that start (Li et al. 2018, section 7.2),
    and 1 is the path's largest distance from its start.
    """
    made = prepare_landscape(config)
    n = config.resolution
    side = (torch.arange(n, dtype=torch.float64) - (n - 1) / 2) * (2 * config.extent / (n - 1))  # an exact 0 in the middle
    alpha, beta = (g.flatten() for g in torch.meshgrid(side, side, indexing="ij"))
    frames = []
    for init, start in made.starts.items():
        one, two = made.directions[init]
        points = start + alpha[:, None] * one + beta[:, None] * two
        loss = _losses(config, made.data, points.float())
        frames.append(pd.DataFrame({"init": init, "alpha": alpha.numpy(), "beta": beta.numpy(), "loss": loss.numpy()}))
    return pd.concat(frames, ignore_index=True)


def landscape_path(config: LandscapeConfig = LandscapeConfig()) -> pd.DataFrame:
    """Training from each start, projected on its plane: [init, epoch, alpha, beta, distance, in_plane, loss].

    distance: Euclidean, from the start, over all parameters; in_plane: the share of the squared distance that lies in
    the plane (nan where the distance is 0); loss: on the examples of `landscape`, at the network's true place and not
    at its shadow. A path that diverges ends before it does.
    """
    made = prepare_landscape(config)
    frames = []
    for init, path in made.paths.items():
        moved = path - path[0]
        basis = torch.stack(made.directions[init], 1)
        steps = torch.linalg.lstsq(basis, moved.T).solution  # the point of the plane nearest to the network
        distance = moved.norm(dim=1)
        frames.append(
            pd.DataFrame(
                {
                    "init": init,
                    "epoch": range(len(path)),
                    "alpha": steps[0].numpy(),
                    "beta": steps[1].numpy(),
                    "distance": distance.numpy(),
                    "in_plane": ((basis @ steps).norm(dim=0) ** 2 / distance**2).numpy(),
                    "loss": _losses(config, made.data, path.float()).numpy(),
                }
            )
        )
    return pd.concat(frames, ignore_index=True)


@dataclass(frozen=True)
class Prepared:
    """Per init: the start (parameters,), the path (epochs + 1, parameters) and two directions; all float64."""

    data: Dataset
    starts: dict[str, Tensor]
    paths: dict[str, Tensor]
    directions: dict[str, tuple[Tensor, Tensor]]


def prepare_landscape(config: LandscapeConfig) -> Prepared:
    data = datasets.load(config.dataset)
    mlp = _network(config, data, 2)
    initialize_(mlp, [("constant", config.constant), spec(config, config.init)], config.seed,
                biases=[("constant", config.constant), "zeros"])  # fmt: skip
    names = ("constant", config.init)
    found = [_rows(mlp)]
    how = TrainConfig(
        epochs=config.epochs, batch_size=config.batch_size, optimizer=config.optimizer,
        learning_rate=config.learning_rate, seed=config.seed,
    )  # fmt: skip
    found += [_rows(mlp) for epoch in train(mlp, data, how) if epoch.epoch]
    paths = {init: _while_finite(torch.stack([rows[i] for rows in found])) for i, init in enumerate(names)}
    starts = {init: path[0] for init, path in paths.items()}
    if config.plane == "random":
        one, two = (_filter_normalised(config, data, starts[config.init], stream) for stream in (1, 2))
        directions = dict.fromkeys(names, (one, two))
    else:
        directions = {init: _principal(path) for init, path in paths.items()}
    return Prepared(data, starts, paths, directions)


def _while_finite(path: Tensor) -> Tensor:
    """The path up to the epoch before it diverges."""
    bad = ~path.isfinite().all(1)
    return path[: int(bad.long().argmax())] if bad.any() else path


def _network(config: LandscapeConfig, data: Dataset, n_models: int) -> MLP:
    return MLP((data.n_features, *[config.width] * (config.depth - 1), data.n_outputs), config.activation, n_models)


def _rows(mlp: MLP) -> Tensor:
    """All parameters of each model, as float64 (n_models, n_parameters), in the order of `mlp.parameters()`."""
    return torch.cat([p.flatten(1) for p in mlp.parameters().values()], 1).double()


def _write(mlp: MLP, rows: Tensor) -> None:
    """The inverse of `_rows`: give each model of the stack its row."""
    start = 0
    for parameter in mlp.parameters().values():
        size = parameter[0].numel()
        parameter.copy_(rows[:, start : start + size].view_as(parameter))
        start += size


def _losses(config: LandscapeConfig, data: Dataset, rows: Tensor) -> Tensor:
    """Mean training loss of the network with each row of parameters, float64 (n,)."""
    x, y = data.x_train[: config.samples], data.y_train[: config.samples]
    examples = replace(data, x_train=x, y_train=y, x_test=x[:1], y_test=y[:1])
    found = []
    for part in rows.split(ROWS_AT_ONCE):
        with one_thread():
            mlp = _network(config, data, len(part))
            _write(mlp, part)
            found.append(evaluate(mlp, examples).loss["train"])
    return torch.cat(found)


def _filter_normalised(config: LandscapeConfig, data: Dataset, start: Tensor, stream: int) -> Tensor:
    """A Gaussian direction whose rows have the norms of the rows of `start`; zero along the biases."""
    like, direction = _network(config, data, 1), _network(config, data, 1)
    _write(like, start[None].float())
    # A stream of its own, so that a direction is not the start itself.
    generator = torch.Generator().manual_seed(10_007 * (config.seed + 1) + stream)
    for layer, weight in direction.weight.items():
        weight.copy_(torch.randn(weight.shape, generator=generator))
        weight.mul_(like.weight[layer].norm(dim=2, keepdim=True) / weight.norm(dim=2, keepdim=True))
    return _rows(direction)[0]


def _principal(path: Tensor) -> tuple[Tensor, Tensor]:
    """The two directions, through the start, that hold most of a path; each as long as the path reaches."""
    moved = path - path[0]
    steps = torch.cat([moved, torch.zeros_like(moved[:1])])  # at least two rows
    one, two = torch.linalg.svd(steps, full_matrices=False).Vh[:2]
    reach = moved.norm(dim=1).max()
    one = one * torch.sign(one @ moved[-1])  # training runs to the right
    return one * reach, two * reach

"""Salt flats against badlands: the loss on a plane through parameter space, around a same-value and
a random start.

Li et al. 2018, "Visualizing the Loss Landscape of Neural Nets": L(alpha, beta) = loss(start + alpha
d1 + beta d2).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import pandas as pd
import torch
from torch import Tensor

from .... import datasets
from ....datasets import Dataset
from ....initializers import initialize_
from ....models import MLP
from ....stopping import check
from ....training import TrainConfig, evaluate, one_thread, train
from ..settings import spec
from .config import ROWS_AT_ONCE, WRITTEN, LandscapeConfig


@dataclass(frozen=True)
class Landscape:
    """surface: what `landscape` gives; path: what `landscape_path` gives."""

    surface: pd.DataFrame
    path: pd.DataFrame


def run(
    config: LandscapeConfig = LandscapeConfig(), *, on_epoch: Callable | None = None
) -> Landscape:
    """The plane around each start, and the way of training on it. on_epoch(done, total) counts
    both.
    """
    tick = _Ticker(_steps(config) + config.epochs, on_epoch)

    def count(done: int, total: int) -> None:
        tick()

    surface = landscape(config, on_epoch=count)
    return Landscape(surface, landscape_path(config, on_epoch=count))


def _steps(config: LandscapeConfig) -> int:
    """What `landscape` counts: epochs of the path where it is needed, and parts of the grid around
    both starts.
    """
    return (config.epochs if config.plane == "path" else 0) + len(_parts(config.resolution**2)) * 2


@one_thread()
def landscape(config: LandscapeConfig = LandscapeConfig(), *, on_epoch=None) -> pd.DataFrame:
    """The loss on a square of the plane around each start: [init, alpha, beta, loss].

    `init` is "constant" or the name of the random scheme; alpha and beta are the steps along the
    two directions. With plane="random", both are Gaussian, the same for both starts, and
    filter-normalised (Li et al. 2018, section 4): each unit's row of weights has the norm of that
    unit's row in the random start, biases stay where they are. (A constant's own rows would not do:
    those of zero have no direction's length to give.) With plane="path", the directions are the
    first two principal components of the path that training takes from that start (Li et al. 2018,
    section 7.2), and 1 is the path's largest distance from its start.

    on_epoch(done, total) counts the epochs of the path, where it is needed, and then some points at
    a time.
    """
    walked = config.epochs if config.plane == "path" else 0
    tick = _Ticker(_steps(config), on_epoch)
    made = prepare_landscape(config, walked, tick)
    n = config.resolution
    side = (torch.arange(n, dtype=torch.float64) - (n - 1) / 2) * (
        2 * config.extent / (n - 1)
    )  # an exact 0 in the middle
    alpha, beta = (g.flatten() for g in torch.meshgrid(side, side, indexing="ij"))
    frames = []
    for init, start in made.starts.items():
        one, two = made.directions[init]

        def points(some: slice) -> Tensor:
            return start + alpha[some, None] * one + beta[some, None] * two  # noqa: B023 (called in this round)

        loss = _losses(config, made.data, points, n * n, tick)
        frames.append(
            pd.DataFrame(
                {"init": init, "alpha": alpha.numpy(), "beta": beta.numpy(), "loss": loss.numpy()}
            )
        )
    return pd.concat(frames, ignore_index=True)


@one_thread()
def landscape_path(config: LandscapeConfig = LandscapeConfig(), *, on_epoch=None) -> pd.DataFrame:
    """Training from each start, projected on its plane: [init, epoch, alpha, beta, distance,
    in_plane, loss].

    distance: Euclidean, from the start, over all parameters; in_plane: the share of the squared
    distance that lies in the plane (nan where the distance is 0); loss: on the examples of
    `landscape`, at the network's true place and not at its shadow. A path that diverges ends before
    it does. on_epoch(done, total) is called after every epoch.
    """
    made = prepare_landscape(config, config.epochs, _Ticker(config.epochs, on_epoch))
    frames = []
    for init, path in made.paths.items():
        loss = _losses(config, made.data, path.__getitem__, len(path))
        moved = path.double() - path[0].double()
        alpha, beta, length = _shadow(moved, *made.directions[init])
        distance = moved.norm(dim=1)
        frames.append(
            pd.DataFrame(
                {
                    "init": init,
                    "epoch": range(len(path)),
                    "alpha": alpha.numpy(),
                    "beta": beta.numpy(),
                    "distance": distance.numpy(),
                    "in_plane": (length / distance**2).numpy(),
                    "loss": loss.numpy(),
                }
            )
        )
    return pd.concat(frames, ignore_index=True)


def _shadow(moved: Tensor, one: Tensor, two: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """The point alpha one + beta two of the plane nearest to each row of `moved`: alpha, beta, its
    squared length.

    Least squares by its two normal equations: LAPACK's last digits depend on where in memory the
    numbers lie.
    """
    a, b, c = (one * one).sum(), (one * two).sum(), (two * two).sum()
    p, q = (moved * one).sum(1), (moved * two).sum(1)
    whole = a * c - b * b
    if not whole:  # a path that never moved has no plane
        return torch.zeros_like(p), torch.zeros_like(p), torch.zeros_like(p)
    alpha, beta = (c * p - b * q) / whole, (a * q - b * p) / whole
    return alpha, beta, a * alpha**2 + 2 * b * alpha * beta + c * beta**2


class _Ticker:
    """on_epoch(done, total) for a run that counts more than epochs."""

    def __init__(self, total: int, on_epoch: Callable | None):
        self.done, self.total, self.on_epoch = 0, total, on_epoch

    def __call__(self) -> None:
        self.done += 1
        if self.on_epoch is not None:
            self.on_epoch(self.done, self.total)


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
    mlp = _network(config, data, 2)
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
    _read(mlp, found[:, 0])
    for epoch in train(mlp, data, how) if how.epochs else ():
        if epoch.epoch:
            _read(mlp, found[:, epoch.epoch])
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


def _network(config: LandscapeConfig, data: Dataset, n_models: int) -> MLP:
    return MLP(
        (data.n_features, *[config.width] * (config.depth - 1), data.n_outputs),
        config.activation,
        n_models,
    )


def _columns(mlp: MLP) -> Iterator[tuple[Tensor, slice]]:
    """Each parameter (n_models, ...), and its place in a row of all parameters of a model."""
    start = 0
    for parameter in mlp.parameters().values():
        stop = start + parameter[0].numel()
        yield parameter, slice(start, stop)
        start = stop


def _read(mlp: MLP, rows: Tensor) -> None:
    """Put all parameters of each model into its row: (n_models, n_parameters)."""
    for parameter, place in _columns(mlp):
        rows[:, place] = parameter.flatten(1)


def _write(mlp: MLP, rows: Tensor, first: int = 0) -> None:
    """The inverse of `_read`, for the models from `first` on."""
    for parameter, place in _columns(mlp):
        some = parameter[first : first + len(rows)]
        some.copy_(rows[:, place].view_as(some))


def _parts(n: int, size: int = ROWS_AT_ONCE, start: int = 0) -> list[slice]:
    return [slice(i, min(i + size, n)) for i in range(start, n, size)]


def _losses(
    config: LandscapeConfig,
    data: Dataset,
    points: Callable[[slice], Tensor],
    n: int,
    tick: Callable = lambda: None,
) -> Tensor:
    """Mean training loss of the networks with the parameters points(some), float64 (n,); tick()
    after each part.

    The parameters are made for a few networks at a time: in float64, those of a whole grid are
    gigabytes.
    """
    x, y = data.x_train[: config.samples], data.y_train[: config.samples]
    examples = replace(data, x_train=x, y_train=y, x_test=x[:1], y_test=y[:1])
    found, mlp = [], _network(config, data, 1)
    for part in _parts(n):
        if mlp.n_models != part.stop - part.start:
            del mlp  # before the next one takes its memory
            mlp = _network(config, data, part.stop - part.start)
        for some in _parts(part.stop, max(1, WRITTEN // mlp.n_parameters), part.start):
            check()
            _write(mlp, points(some).float(), some.start - part.start)
        found.append(evaluate(mlp, examples).loss["train"])
        tick()
    return torch.cat(found)


def _filter_normalised(
    config: LandscapeConfig, data: Dataset, start: Tensor, stream: int
) -> Tensor:
    """A Gaussian direction whose rows have the norms of the rows of `start`; zero along the
    biases.
    """
    like, direction = _network(config, data, 1), _network(config, data, 1)
    _write(like, start[None].float())
    # A stream of its own, so that a direction is not the start itself.
    generator = torch.Generator().manual_seed(10_007 * (config.seed + 1) + stream)
    for layer, weight in direction.weight.items():
        weight.copy_(torch.randn(weight.shape, generator=generator))
        weight.mul_(like.weight[layer].norm(dim=2, keepdim=True) / weight.norm(dim=2, keepdim=True))
    row = torch.empty(1, direction.n_parameters)
    _read(direction, row)
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

"""Salt flats against badlands: the loss on a plane through parameter space, around a same-value and
a random start.

Li et al. 2018, "Visualizing the Loss Landscape of Neural Nets": L(alpha, beta) = loss(start + alpha
d1 + beta d2).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pandas as pd

from ....datasets import Dataset
from ....frames import Frames
from ....lazy import torch
from ....stopping import check
from ....training import evaluate, one_thread
from .config import ROWS_AT_ONCE, WRITTEN, LandscapeConfig
from .preparing import network, prepare_landscape
from .rows import write

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True, repr=False)
class Landscape(Frames):
    """surface: what `landscape` gives; path: what `landscape_path` gives."""

    surface: pd.DataFrame
    path: pd.DataFrame


def run(
    config: LandscapeConfig = LandscapeConfig(),
    *,
    on_epoch: Callable | None = None,
    on_curves: Callable | None = None,
) -> Landscape:
    """The plane around each start, and the way of training on it. on_epoch(done, total) counts
    both; on_curves(frame) gets the points of the planes as they are found.
    """
    tick = _Ticker(_steps(config) + config.epochs, on_epoch)

    def count(done: int, total: int) -> None:
        tick()

    surface = landscape(config, on_epoch=count, on_curves=on_curves)
    return Landscape(surface, landscape_path(config, on_epoch=count))


def _steps(config: LandscapeConfig) -> int:
    """What `landscape` counts: epochs of the path where it is needed, and parts of the grid around
    both starts.
    """
    return (config.epochs if config.plane == "path" else 0) + len(_parts(config.resolution**2)) * 2


@one_thread()
def landscape(
    config: LandscapeConfig = LandscapeConfig(), *, on_epoch=None, on_curves=None
) -> pd.DataFrame:
    """The loss on a square of the plane around each start: [init, alpha, beta, loss].

    `init` is "constant" or the name of the random scheme; alpha and beta are the steps along the
    two directions. With plane="random", both are Gaussian, the same for both starts, and
    filter-normalized (Li et al. 2018, section 4): each unit's row of weights has the norm of that
    unit's row in the random start, biases stay where they are. (A constant's own rows would not do:
    those of zero have no direction's length to give.) With plane="path", the directions are the
    first two principal components of the path that training takes from that start (Li et al. 2018,
    section 7.2), and 1 is the path's largest distance from its start.

    on_epoch(done, total) counts the epochs of the path, where it is needed, and then some points at
    a time; on_curves(frame) gets these points.
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

        parts = []
        for some, loss in _losses(config, made.data, points, n * n):
            at = {"alpha": alpha[some].numpy(), "beta": beta[some].numpy()}
            parts.append(pd.DataFrame({"init": init, **at, "loss": loss.numpy()}))
            if on_curves is not None:
                on_curves(parts[-1])
            tick()
        frames.append(pd.concat(parts, ignore_index=True))
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
        parts = _losses(config, made.data, path.__getitem__, len(path))
        loss = torch.cat([part for _, part in parts])
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


def _parts(n: int, size: int = ROWS_AT_ONCE, start: int = 0) -> list[slice]:
    return [slice(i, min(i + size, n)) for i in range(start, n, size)]


def _losses(
    config: LandscapeConfig,
    data: Dataset,
    points: Callable[[slice], Tensor],
    n: int,
) -> Iterator[tuple[slice, Tensor]]:
    """Mean training loss of n networks with the parameters points(some), part by part: which, and
    float64 numbers.

    The parameters are made for a few networks at a time: in float64, those of a whole grid are
    gigabytes.
    """
    x, y = data.x_train[: config.samples], data.y_train[: config.samples]
    examples = replace(data, x_train=x, y_train=y, x_test=x[:1], y_test=y[:1])
    mlp = network(config, data, 1)
    for part in _parts(n):
        if mlp.n_models != part.stop - part.start:
            del mlp  # before the next one takes its memory
            mlp = network(config, data, part.stop - part.start)
        for some in _parts(part.stop, max(1, WRITTEN // mlp.n_parameters), part.start):
            check()
            write(mlp, points(some).float(), some.start - part.start)
        yield part, evaluate(mlp, examples).loss["train"]

"""He et al. 2015, figure 3: does a deep network learn at all?"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from .... import datasets
from ....frames import Frames
from ....training import one_thread
from ..deep_training import chance, trained
from ..settings import spec
from .config import DepthConfig


@dataclass(frozen=True, repr=False)
class DepthResult(Frames):
    """What one training of all schemes and seeds shows.

    curves: [init, depth, seed, epoch, split, loss, accuracy, diverged], one row per network, epoch
        and split.
    chance: [split, share]: the commonest class's share of each split, what a constant answer gets
        at best.
    """

    curves: pd.DataFrame
    chance: pd.DataFrame


@one_thread()
def depth_contest(
    config: DepthConfig = DepthConfig(), *, on_epoch=None, on_curves=None
) -> DepthResult:
    """Train every scheme and seed side by side. on_epoch(done, total), on_curves(frame) are called
    after every epoch.
    """
    data = datasets.load(config.dataset)
    frames = []
    for frame in trained(config, data, config.depth, [spec(config, init) for init in config.inits]):
        frames.append(frame.drop(columns="std"))
        if on_curves is not None:
            on_curves(frames[-1])
        if on_epoch is not None and len(frames) > 1:
            on_epoch(len(frames) - 1, config.epochs)
    return DepthResult(pd.concat(frames, ignore_index=True), chance(data))


run = depth_contest

"""The map of where networks train, over depth and scheme or depth and scale."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from .... import datasets
from ....frames import Frames
from ....training import one_thread
from ..deep_training import chance, trained
from .config import MapConfig


@dataclass(frozen=True, repr=False)
class MapResult(Frames):
    """What training leaves at each depth.

    map: [init, std, depth, seed, loss, accuracy, diverged]: the test split after the last epoch.
        `std` is that of the weights between hidden layers, by the scheme's formula.
    chance: [split, share] as in `DepthResult`.
    """

    map: pd.DataFrame
    chance: pd.DataFrame


@one_thread()
def depth_map(config: MapConfig = MapConfig(), *, on_epoch=None) -> MapResult:
    """Train networks of each depth. on_epoch(done, total) counts the epochs of all depths."""
    data = datasets.load(config.dataset)
    frames, done, total = [], 0, len(config.depths) * config.epochs
    for depth in config.depths:
        for epoch, frame in enumerate(trained(config, data, depth, config.specs)):
            last = frame
            if on_epoch is not None and epoch:
                on_epoch(done + epoch, total)
        done += config.epochs
        frames.append(last[last["split"] == "test"].drop(columns=["epoch", "split"]))
    return MapResult(pd.concat(frames, ignore_index=True), chance(data))


run = depth_map

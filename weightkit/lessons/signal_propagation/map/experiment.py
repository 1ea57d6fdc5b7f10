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
def depth_map(config: MapConfig = MapConfig(), *, on_epoch=None, on_curves=None) -> MapResult:
    """Train networks of each depth. on_epoch(done, total) counts the epochs of all depths,
    on_curves(frame) gets the cells of each, as in `MapResult.map`; both once a depth is through.
    """
    data = datasets.load(config.dataset)
    frames: list[pd.DataFrame] = []
    for depth in config.depths:
        *_, last = trained(config, data, depth, config.specs)
        frames.append(last[last["split"] == "test"].drop(columns=["epoch", "split"]))
        if on_curves is not None:
            on_curves(frames[-1])
        if on_epoch is not None:
            on_epoch(len(frames) * config.epochs, len(config.depths) * config.epochs)
    return MapResult(pd.concat(frames, ignore_index=True), chance(data))


run = depth_map

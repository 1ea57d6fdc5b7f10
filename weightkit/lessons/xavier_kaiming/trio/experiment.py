"""Train the three schemes between which the course's pair lies, and compare all pairs."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import pandas as pd

from ....costs import limit
from ....frames import Frames
from ....training import one_thread
from ..contest.config import TRIO, Config
from ..contest.experiment import final_of, trained
from ..contest.welch import compared


@dataclass(frozen=True, repr=False)
class Apart(Frames):
    """The course's pair taken apart: the three schemes of TRIO, n_seeds runs each, and all three
    pairs of them.

    final: as in `Result`; tests: [first, second, metric, t, p, difference, ci_low, ci_high].
    """

    final: pd.DataFrame
    tests: pd.DataFrame


@one_thread()
def apart(config: Config = Config(), *, on_epoch=None, on_curves=None) -> Apart:
    """Formula and shape one at a time: TRIO instead of config's `first` and `second`, in one stack.

    ValueError where that is too much for one run (`costs.limit`).
    """
    limit(config, lambda c: c.cost_of(len(TRIO)))
    final = final_of(trained(config, TRIO, on_epoch, on_curves))
    tests = []
    for first, second in combinations(TRIO, 2):
        pair = compared(final, first, second)
        pair.insert(0, "first", first)
        pair.insert(1, "second", second)
        tests.append(pair)
    return Apart(final, pd.concat(tests, ignore_index=True))


run = apart

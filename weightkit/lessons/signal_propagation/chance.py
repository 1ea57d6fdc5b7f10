"""What a constant answer gets, and who is no better: what the contest and the map share."""

from __future__ import annotations

import pandas as pd

STUCK = 0.03  # a network this near to the share of the commonest class counts as being at chance


def share_of(chance: pd.DataFrame, split: str = "test") -> float:
    """The commonest class's share of a split."""
    return float(chance.set_index("split")["share"][split])


def at_chance(accuracy: pd.Series, share: float) -> bool:
    """Whether every network is no better than a constant answer."""
    return not bool(accuracy.max() > share + STUCK)  # of networks that diverged it may be no number

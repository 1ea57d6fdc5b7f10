"""What the checks of facts recompute them with: plain Python, not what findings use."""

from collections.abc import Iterable


def mean(values: Iterable[float]) -> float:
    """Of at least one number."""
    values = list(values)
    return sum(values) / len(values)

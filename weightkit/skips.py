"""Skips: where the sums of a residual network meet those of some layers before."""

from collections.abc import Sequence


def joins(sizes: Sequence[int], skip: int | None) -> frozenset[int]:
    """The layers, counted from 0, whose sums are those of `skip` layers before and what is added to
    them, and the first; ValueError where the hidden layers cannot be cut so.
    """
    if skip is None:
        return frozenset()
    hidden = sizes[1:-1]
    if isinstance(skip, bool) or not isinstance(skip, int) or skip < 1:
        raise ValueError(f"skip is {skip!r}; it must be None or a whole number of at least 1")
    if not hidden or len(set(hidden)) > 1 or (len(hidden) - 1) % skip:
        raise ValueError(
            f"skip is {skip}; the hidden layers must have one width and be 1 + a multiple of"
            f" {skip}, found {', '.join(map(str, hidden)) or 'none'}"
        )
    return frozenset(range(0, len(hidden), skip))

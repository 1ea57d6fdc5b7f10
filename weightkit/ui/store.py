"""Finished results, kept up to so many bytes, and what a result is counted with."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import fields, is_dataclass
from typing import Any

import pandas as pd

OVERHEAD = 1024  # bytes of a result beside its frames: the key, the dataclass, the bookkeeping
FRAME = 4096  # bytes of a frame beside its columns: the frame, its index, its manager
# bytes of a column beside its values: its array, its block, its name, and what the allocator
# loses
COLUMN = 2048
MISSING = object()


def size_of(result: Any) -> int:
    """Bytes that a result is counted with: its DataFrames (deep), also inside dataclasses and
    containers.
    """
    if isinstance(result, pd.DataFrame):
        columns = result.shape[1] * COLUMN
        return OVERHEAD + FRAME + columns + int(result.memory_usage(deep=True).sum())
    if is_dataclass(result):
        return OVERHEAD + sum(_frames_in(getattr(result, field.name)) for field in fields(result))
    return OVERHEAD + _frames_in(result)


def _frames_in(value: Any) -> int:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        return sum(_frames_in(item) for item in value)
    return size_of(value) if isinstance(value, pd.DataFrame) or is_dataclass(value) else 0


class Store:
    """Results up to `max_bytes`, least recently used dropped first; pinned ones stay and do not
    count.

    Not thread safe by itself: the runner holds its lock.
    """

    def __init__(self, max_bytes: int):
        self.max_bytes = max_bytes
        self.bytes = 0
        self.pinned_bytes = 0
        self._kept: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._pinned: dict[Hashable, tuple[Any, int]] = {}

    def __len__(self) -> int:
        return len(self._kept) + len(self._pinned)

    def get(self, key: Hashable) -> Any:
        """The result, now the most recently used, or `MISSING`."""
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key][0]
        return self._pinned[key][0] if key in self._pinned else MISSING

    def put(self, key: Hashable, result: Any, size: int) -> None:
        """Keep a result of `size` bytes unless it is bigger than the whole store."""
        if key in self._pinned:
            return
        self._drop(key)
        if size > self.max_bytes:
            return
        self._kept[key] = (result, size)
        self.bytes += size
        while self.bytes > self.max_bytes:
            self._drop(next(iter(self._kept)))

    def pin(self, key: Hashable, result: Any, size: int) -> None:
        """Keep a result for good, outside the bound."""
        self._drop(key)
        if key not in self._pinned:
            self._pinned[key] = (result, size)
            self.pinned_bytes += size

    def _drop(self, key: Hashable) -> None:
        if key in self._kept:
            self.bytes -= self._kept.pop(key)[1]

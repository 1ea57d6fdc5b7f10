"""Finished results, kept up to so many bytes, and what a result is counted with."""

from __future__ import annotations

import gc
import sys
from collections import OrderedDict
from collections.abc import Hashable
from types import BuiltinFunctionType, CodeType, FunctionType, MethodType, ModuleType
from typing import Any

from ..lazy import pd

OVERHEAD = 1024  # bytes of a result beside what it holds: the key, the bookkeeping
FRAME = 4096  # bytes of a frame beside its columns: the frame, its index, its manager
# bytes of a column beside its values: its array, its block, its name, and what the allocator
# loses
COLUMN = 2048
MISSING = object()
SHARED = (type, ModuleType, CodeType, BuiltinFunctionType, type(None), bool)
"""What belongs to the program and not to a result."""


def size_of(result: Any) -> int:
    """Bytes that a result is counted with: all that can be reached from it, each object once.

    DataFrames count with their values (deep), also those that a chart draws; specifications, charts
    and what is sent of them with their Python objects; functions with what they hold only.
    """
    total, seen, waiting = OVERHEAD, set[int](), [result]
    while waiting:
        value = waiting.pop()
        if id(value) in seen or isinstance(value, SHARED):
            continue
        seen.add(id(value))
        if isinstance(value, (pd.DataFrame, pd.Series)):
            total += _frame(value)
        elif isinstance(value, FunctionType):
            waiting += [*(value.__closure__ or ()), *(value.__defaults__ or ())]
        elif isinstance(value, MethodType):
            waiting.append(value.__self__)
        else:
            total += sys.getsizeof(value)
            waiting += gc.get_referents(value)
    return total


def _frame(frame: pd.DataFrame | pd.Series) -> int:
    used = frame.memory_usage(deep=True)
    columns = frame.shape[1] if isinstance(frame, pd.DataFrame) else 1
    return FRAME + columns * COLUMN + int(used if isinstance(used, int) else used.sum())


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

    def hold(self, key: Hashable) -> None:
        """Keep for good what is kept."""
        if key in self._kept:
            self.pin(key, *self._kept[key])

    def _drop(self, key: Hashable) -> None:
        if key in self._kept:
            self.bytes -= self._kept.pop(key)[1]

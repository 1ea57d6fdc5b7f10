"""Memory of a small server: ask the C library not to hoard what trainings and pictures have given back.

glibc keeps one arena of free memory per thread by default, and each visitor and each training is a thread. Both calls
exist only in glibc (Linux); elsewhere nothing happens. See mallopt(3) and malloc_trim(3).
"""

from __future__ import annotations

import ctypes
import threading
import time
from functools import cache
from typing import Any

M_ARENA_MAX, M_MMAP_THRESHOLD, M_TRIM_THRESHOLD = -8, -3, -1  # <malloc.h>
ARENAS = 2
LARGE = 256 * 1024  # bytes of a block that goes back to the system as soon as it is free
PAUSE = 2.0  # seconds between two clean-ups: each takes some milliseconds

_lock = threading.Lock()
_last = 0.0


@cache
def _glibc() -> Any:
    try:
        library = ctypes.CDLL("libc.so.6")
        return library if hasattr(library, "mallopt") and hasattr(library, "malloc_trim") else None
    except OSError:
        return None


def frugal() -> None:
    """Fewer arenas, and large blocks on pages of their own from now on. Call it early, before the threads are there.

    Without a fixed threshold glibc learns to keep ever larger blocks (up to 32 MB) in its arenas, where small ones that
    stay pin them: after nine pages 265 MB of 441 were free, and 60 MB of those still took memory (measured).
    """
    if _glibc():
        _glibc().mallopt(M_ARENA_MAX, ARENAS)
        _glibc().mallopt(M_MMAP_THRESHOLD, LARGE)
        _glibc().mallopt(M_TRIM_THRESHOLD, LARGE)


def give_back() -> None:
    """Return free memory to the system, at most once in `PAUSE` seconds."""
    global _last
    with _lock:
        if not _glibc() or time.monotonic() - _last < PAUSE:
            return
        _last = time.monotonic()
    _glibc().malloc_trim(0)

"""Memory of a small server: what is free goes back to the system, and what stays is not looked at
again and again.

glibc keeps one arena of free memory per thread by default, and each visitor and each training is a
thread. `frugal` and
`give_back` work only there (Linux); elsewhere they do nothing. See mallopt(3) and malloc_trim(3).
"""

from __future__ import annotations

import gc
import threading
import time
from contextlib import suppress
from functools import cache
from typing import Any

MADV_DONTNEED = 4  # <sys/mman.h>
M_ARENA_MAX, M_MMAP_THRESHOLD, M_TRIM_THRESHOLD = -8, -3, -1  # <malloc.h>
ARENAS = 2
LARGE = 256 * 1024  # bytes of a block that goes back to the system as soon as it is free
PAUSE = 2.0  # seconds between two clean-ups: each takes some milliseconds

_lock = threading.Lock()
_last = 0.0
_asked = False  # a clean-up is due as soon as the pause is over


@cache
def _glibc() -> Any:
    import ctypes  # after the first page's text and controls

    try:
        library = ctypes.CDLL("libc.so.6")
        return library if hasattr(library, "mallopt") and hasattr(library, "malloc_trim") else None
    except OSError:
        return None


def frugal() -> None:
    """Fewer arenas, and large blocks on pages of their own from now on. Call it early, before the
    threads are there.

    Without a fixed threshold glibc learns to keep ever larger blocks (up to 32 MB) in its arenas,
    where small ones that stay pin them: after nine pages 265 MB of 441 were free, and 60 MB of
    those still took memory (measured). Arrow, which holds the texts of all frames, is to use them
    too (`weightkit/ui/__init__.py`).
    """
    if _glibc():
        _glibc().mallopt(M_ARENA_MAX, ARENAS)
        _glibc().mallopt(M_MMAP_THRESHOLD, LARGE)
        _glibc().mallopt(M_TRIM_THRESHOLD, LARGE)


def give_back() -> None:
    """Collect what a training has left in cycles, return free memory to the system; at most once in
    `PAUSE` seconds, and once more after them where it was asked for meanwhile.

    Streamlit's own collection after every run of a script is off (.streamlit/config.toml:
    `postScriptGC`).
    """
    global _last, _asked
    with _lock:
        wait = _last + PAUSE - time.monotonic()
        if not _glibc() or (wait > 0 and _asked):
            return
        _asked = wait > 0
        if not _asked:
            _last = time.monotonic()
    if wait > 0:
        later = threading.Timer(wait, _later)
        later.daemon = True
        later.start()
        return
    gc.collect()
    _glibc().malloc_trim(0)


def _later() -> None:
    global _asked
    with _lock:
        _asked = False
    give_back()


def set_aside() -> None:
    """Spare the garbage collector what there is now: modules, classes and functions, which stay as
    long as the server; and let go of the code that only importing them has run.

    A full collection holds Python's lock: 150 ms once torch, pandas and altair are imported, 1 ms
    after this (`gc.freeze`). Garbage in cycles that is there now stays as
    well, so call it when libraries have just been imported, and seldom.
    """
    gc.freeze()
    forget_code()


def forget_code() -> None:
    """Take the machine code of all libraries out of this process's memory, into which what is run
    again comes back from the system's file cache, page by page.

    Importing torch touches 92 MB of code, training 50 MB of it (measured). Linux only: madvise(2),
    MADV_DONTNEED, on the mappings of /proc/self/maps that are private, executable, of a file and
    never written; others (also those that were written while libraries were loaded) are left alone.
    """
    if not _glibc():
        return
    import ctypes

    with suppress(OSError), open("/proc/self/maps", encoding="utf-8") as maps:
        for line in maps:
            place, rights, *_, name = line.split(maxsplit=5)
            if rights == "r-xp" and name.startswith("/"):
                start, end = (int(edge, 16) for edge in place.split("-"))
                _glibc().madvise(
                    ctypes.c_void_p(start), ctypes.c_size_t(end - start), MADV_DONTNEED
                )

"""Bytes that are held once, and can be looked at by the process that trains (`apart`) as well."""

from __future__ import annotations

import os
import weakref
from pathlib import Path


class SharedBytes:
    """A copy of some bytes in memory that has a path (Linux: memfd_create(2)), as long as this
    lives; elsewhere the bytes themselves, which are then sent. `given`: the path, or the bytes, as
    `inspection.files.read` takes them.
    """

    def __init__(self, data: bytes):
        self.size = len(data)
        self.given: Path | bytes = data
        if hasattr(os, "memfd_create"):
            place = os.memfd_create("weightkit")
            self._close = weakref.finalize(self, os.close, place)
            view = memoryview(data)
            while view:
                view = view[os.write(place, view) :]
            self.given = Path(f"/proc/{os.getpid()}/fd/{place}")

    def drop(self) -> None:
        """Let go of them."""
        self.size, self.given = 0, b""
        if hasattr(self, "_close"):
            self._close()

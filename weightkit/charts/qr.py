"""A link as a QR code, on pages and on slides."""

from __future__ import annotations

from typing import Any

from ..lazy import lazy

segno = lazy("segno")
BYTES = 2331  # the most that a QR code of medium error correction holds


def code(link: str) -> Any:
    """The link as a QR code of segno; None where there is no link, or it is too long for one."""
    return segno.make(link, error="m") if 0 < len(link.encode()) <= BYTES else None

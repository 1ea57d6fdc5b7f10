"""A link as a QR code for the lecture hall."""

from __future__ import annotations

from ..lazy import lazy

segno = lazy("segno")
BYTES = 2331  # the most that a QR code of medium error correction holds


def qr_code(link: str) -> str | None:
    """The link as a QR code, an SVG text with a white margin so that it can be read on a dark page.

    None for a link that is too long for one.
    """
    if len(link.encode()) > BYTES:
        return None
    return segno.make(link, error="m").svg_inline(scale=6, border=3, dark="#000", light="#fff")

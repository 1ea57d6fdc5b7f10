"""A link as a QR code for the lecture hall, and who cannot open it."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from ..charts.qr import code


def qr_code(link: str) -> str | None:
    """The link as a QR code, an SVG text with a white margin so that it can be read on a dark page.

    None for a link that is too long for one.
    """
    made = code(link)
    return made and made.svg_inline(scale=6, border=3, dark="#000", light="#fff")


def unreachable(link: str) -> str:
    """Who cannot open this link, in a sentence: its address is of this computer alone, or of this
    network; "" where neither can be told from it.
    """
    host = urlsplit(link).hostname or ""
    if not host:
        return ""
    try:
        address = ip_address(host)
        alone, near = address.is_loopback or address.is_unspecified, address.is_private
    except ValueError:
        alone = host == "localhost" or host.endswith(".localhost")
        near = "." not in host or host.endswith((".local", ".lan", ".home.arpa", ".internal"))
    if alone:
        return (
            f"{host} is this computer's name for itself: no other device can open this link. Open"
            " the page by an address that the others can reach, then share it."
        )
    if near:
        return f"{host} is an address inside this network: others cannot open it."
    return ""

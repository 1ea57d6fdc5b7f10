"""A freezing schedule as a short text that fits into a link: "fc1.weight:1-5,output.bias:3-10"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ....training import Freeze
from ..config import PARAMETERS

LAST_EPOCH = 2000
MAX_LENGTH = 400
EXAMPLE = ", such as fc1.weight:1-5"
FORM = "layer.parameter:first-last" + EXAMPLE
ENTRY = re.compile(
    r"(?P<layer>[^.:]+)(?:\.(?P<parameter>[^.:]+))?(?::(?P<first>\d+)(?P<dash>-)?(?P<last>\d+)?)?"
)


def parse_schedule(text: str, layers: Sequence[str]) -> tuple[Freeze, ...]:
    """The Freezes that `text` asks for, one per parameter of each entry; entries are separated by
    commas.

    layer: one of `layers`; parameter: weight or bias, both if it is left out; epochs: first-last,
    both included, from 1; "5" is epoch 5 alone, "5-" is from 5 to the end, nothing is all the time.
    An empty text freezes nothing. Raises ValueError that quotes the entry and says what is allowed.
    """
    if not isinstance(text, str) or len(text) > MAX_LENGTH:
        raise ValueError(
            f"schedule is “{str(text)[:40]}...”; it must be a text of at most {MAX_LENGTH} letters"
        )
    found: list[Freeze] = []
    for entry in text.replace(" ", "").split(","):
        if entry:
            found += _entry(entry, layers)
    return tuple(found)


def _entry(entry: str, layers: Sequence[str]) -> list[Freeze]:
    match = ENTRY.fullmatch(entry)
    if match is None or (match["last"] and not match["dash"]):
        raise ValueError(f"schedule has “{entry[:40]}”; each entry must have the form {FORM}")
    if match["layer"] not in layers:
        raise ValueError(
            f"schedule has “{entry[:40]}”; the layer must be one of {', '.join(layers)}{EXAMPLE}"
        )
    if match["parameter"] not in (None, *PARAMETERS):
        raise ValueError(
            f"schedule has “{entry[:40]}”; after the dot there must be weight or bias{EXAMPLE}"
        )
    first, last = _interval(entry, match)
    parameters = PARAMETERS if match["parameter"] is None else (match["parameter"],)
    return [Freeze(match["layer"], parameter, first, last) for parameter in parameters]


def _interval(entry: str, match: re.Match) -> tuple[int, int | None]:
    first = int(match["first"] or 1)
    last: int | None
    if match["last"]:
        last = int(match["last"])
    else:
        last = first if match["first"] and not match["dash"] else None
    if not 1 <= first <= (last or LAST_EPOCH) <= LAST_EPOCH:
        raise ValueError(
            f"schedule has “{entry[:40]}”; epochs must be whole numbers from 1 to {LAST_EPOCH}, the"
            f" first not after the last{EXAMPLE}"
        )
    return first, last


def format_schedule(freezes: Sequence[Freeze]) -> str:
    """The shortest text that `parse_schedule` reads as these Freezes (order aside; `models` is left
    out).
    """
    intervals: dict[tuple[str, int, int | None], set[str]] = {}
    for f in freezes:
        intervals.setdefault((f.layer, f.first, f.last), set()).add(f.parameter)
    return ",".join(
        layer
        + ("" if len(parameters) == 2 else f".{parameters.copy().pop()}")
        + _epochs(first, last)
        for (layer, first, last), parameters in intervals.items()
    )


def _epochs(first: int, last: int | None) -> str:
    if last is None:
        return "" if first == 1 else f":{first}-"
    return f":{first}" if last == first else f":{first}-{last}"

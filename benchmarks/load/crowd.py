"""A lecture hall: many visitors open the pages at once, and each moves one control."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .client import PATIENCE, Lost, Session
from .widgets import SETTABLE, Widget

AVOID = ("mnist", "wine", "your own")  # options that need data from outside
N_VALUES = (
    3  # how many values of one control the crowd spreads over: readers do meet on the same settings
)
REVEAL = {"reveal": "true"}  # the link that shows the result without asking for a prediction first


@dataclass
class Visit:
    """What one visitor saw.

    first: seconds from opening the page to its result; move: from moving a control to the new
    result; None where it did not come. when: the clock at the first result. problems: exceptions,
    error boxes, a result without a chart.
    """

    page: str
    first: float | None = None
    move: float | None = None
    when: float = math.nan
    moved: str = ""
    seen: dict[str, float] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    lost: str | None = None
    n_bytes: int = 0


def pages_of(app: Path) -> list[str]:
    """URL paths of the app beside `app`: its pages, and last the home page (an empty path)."""
    return [*sorted(path.stem for path in (app.parent / "pages").glob("[!_]*.py")), ""]


def choices(session: Session, avoid: Sequence[str] = AVOID) -> list[tuple[Widget, list[Any]]]:
    """The controls that a reader can move at once, and where to; texts and forms are left alone."""
    found = []
    for widget in session.widgets():
        if widget.kind in SETTABLE and not widget.in_form:
            others = widget.others(session.value(widget))
            values = [v for v in others if not any(word in str(v).lower() for word in avoid)]
            if values:
                found.append((widget, values[:N_VALUES]))
    return found


async def visit(
    url: str, page: str, number: int, timeout: float = PATIENCE, looks: float = 0.0
) -> tuple[Visit, Session]:
    """Open a page, wait for its result, look at it for so many seconds, move a control, wait again;
    the session stays open.

    `number` decides which control and which value; visitors with the same number ask for the same
    thing.
    """
    record, session = Visit(page), Session(url, page, REVEAL if page else None)
    try:
        record.first = await _timed(session, session.open(), timeout)
        record.when = time.monotonic()
        _check(record, session)
        offered = choices(session)
        await asyncio.sleep(looks)
        if offered:
            widget, values = offered[number % len(offered)]
            value = values[number // len(offered) % len(values)]
            record.moved = f"{widget.label} to {value}"
            record.move = await _timed(session, session.set(widget, value), timeout)
            _check(record, session)
    except Lost as reason:
        record.lost = str(reason)
    record.problems += session.problems
    record.seen, record.n_bytes = session.seen, session.n_bytes
    return record, session


async def _timed(session: Session, request: Any, timeout: float) -> float:
    start = time.monotonic()
    await request
    await session.settled(timeout)
    return time.monotonic() - start


def _check(record: Visit, session: Session) -> None:
    if record.page and not session.charts():
        record.problems.append(f"no chart on {record.page!r} ({record.moved or 'as opened'})")


async def crowd(
    url: str,
    pages: Sequence[str],
    sessions: int,
    ramp: float = 0.0,
    alike: int | None = None,
    looks: float = 0.0,
    then: Callable[[Sequence[Session]], Awaitable[None]] | None = None,
) -> list[Visit]:
    """Visits spread over all pages, arriving within `ramp` seconds; all stay until the last is
    served.

    alike: everybody is this number, and moves the same control to the same value; looks: seconds
    between the first result and the move; then: what happens to them all before they leave.
    """

    async def arrive(i: int) -> tuple[Visit, Session]:
        await asyncio.sleep(ramp * i / sessions)
        number = i // len(pages) if alike is None else alike
        return await visit(url, pages[i % len(pages)], number, looks=looks)

    visits = await asyncio.gather(*(arrive(i) for i in range(sessions)))
    for record, session in visits:
        record.lost = record.lost or session.lost
    if then is not None:
        await then([session for record, session in visits if not record.lost])
    await asyncio.gather(*(session.close() for _, session in visits))
    return [record for record, _ in visits]


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` of all values do not exceed (nearest rank); nan for
    none.
    """
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else math.nan

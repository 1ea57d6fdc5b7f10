"""python -m benchmarks.memory [PAGE ...]: what one reader who tries everything, and hundreds who
each ask for something of their own, leave in the server's memory.

The reader opens every view of every page, moves each of its controls (once, or `--values` times)
and back, and clicks each preset. The hundreds come one after another, each with a seed that nobody
else has, see the result and leave: `--visits`, 0 for none. Resident memory in MB (10**6 bytes) as
/proc says (Linux); exit code 1 where its peak is over BOUND.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import quote

from tools import live

from .load.client import Session
from .load.crowd import REVEAL, choices, pages_of
from .load.server import Server, serve

BOUND = 600.0  # MB
VIEW = "view"  # the key of the control that chooses a view of a page
BLOCK = 100  # visits between two lines
ASKED = ("variance_sweep", {"n_stds": "2", "n_seeds": "1", "epochs": "1"})
"""The page and the settings of the hundreds: the cheapest run there is that keeps as much."""


def said(server: Server, what: str) -> None:
    memory = server.memory_mb()
    print(f"{what:<52}{memory['now']:>7.0f}{memory['peak']:>7.0f}", flush=True)


async def views(url: str, page: str) -> list[str]:
    """The views that a page offers; none where it has one only."""
    async with Session(url, page, REVEAL) as session:
        await session.settled()
        chooser = [widget for widget in session.widgets() if widget.key == VIEW]
        return list(chooser[0].options) if chooser else []


async def try_all(server: Server, page: str, view: str | None, values: int) -> int:
    """Every control of a view, one after another, from its default and back; how many moves."""
    query, moves = REVEAL | ({VIEW: view} if view else {}), 0
    async with Session(server.url, page, query) as session:
        await session.settled()
        offered = [(w.id, others[:values]) for w, others in choices(session) if w.key != VIEW]
        for name, others in offered:
            for value in _and_back(session, name, others):
                widget = next((w for w in session.widgets() if w.id == name), None)
                if widget is not None:  # some controls are there for some settings only
                    await session.set(widget, value)
                    await session.settled()
                    moves += 1
        assert not session.problems, session.problems
    return moves


def _and_back(session: Session, name: str, others: Sequence) -> Iterator:
    first = next((session.value(w) for w in session.widgets() if w.id == name), None)
    yield from others
    if first is not None:
        yield first


async def one_reader(server: Server, pages: Sequence[str], values: int) -> None:
    for page in pages:
        for view in await views(server.url, page) or [None]:
            moves = await try_all(server, page, view, values)
            said(server, f"{page}{f' / {view}' if view else ''}, {moves} moves")


async def hundreds(server: Server, n: int) -> None:
    page, settings = ASKED
    for i in range(n):
        query = REVEAL | settings | {"seed": quote(str(10_000 + i))}
        async with Session(server.url, page, query) as session:
            await session.settled()
            assert session.charts() and not session.problems, session.problems
        if (i + 1) % BLOCK == 0:
            said(server, f"{i + 1} visits, no two alike")


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.memory",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("pages", nargs="*", help="default: all; none where it is ''")
    parser.add_argument("--values", type=int, default=1, help="of each control")
    parser.add_argument("--visits", type=int, default=600)
    options = parser.parse_args()
    pages = [p for p in options.pages or pages_of(live.APP) if p]
    with tempfile.TemporaryDirectory() as folder, serve(live.APP, Path(folder)) as server:
        print(f"{'resident memory, MB':<52}{'now':>7}{'peak':>7}")
        asyncio.run(one_reader(server, pages, options.values))
        asyncio.run(hundreds(server, options.visits))
        wrong = server.troubles()
        peak = server.memory_mb()["peak"]
    print(*wrong, sep="\n")
    return 1 if wrong or peak > BOUND else 0


if __name__ == "__main__":
    sys.exit(main())

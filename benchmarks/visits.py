"""python -m benchmarks.visits [PAGE ...]: what a cached visit costs the server, and what visits
leave in its memory.

A cached visit is one more run of a page's script for a reader who has it open: the result is kept,
so nothing is trained. Its cost is the CPU time of the server's process, all threads, until the
answer is there; an empty Streamlit page (title, slider, text) is measured in turn with each page,
on a server of its own with the same settings. Exit code 1 where a page costs more than GOAL empty
ones. Linux: it reads the CPU clock of another process.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from .load.client import Session
from .load.crowd import REVEAL, pages_of
from .load.server import Server, serve

ROOT = Path(__file__).parents[1]
GOAL = 6.0
EMPTY = """import streamlit as st

st.title("Empty")
n = st.slider("Number", 0, 10, 5)
st.write("The number is", n)
"""
COLLECT = "STREAMLIT_RUNNER_POST_SCRIPT_GC"
BLOCK = 10  # reruns of the empty page, then as many of ours, and so on: both meet the same machine
WARM_UP = 3  # reruns that are not counted


@dataclass(frozen=True)
class Cost:
    """Of one rerun, on average: milliseconds of CPU, those of the empty page, kilobytes sent; and
    elements on the page.
    """

    page: str
    empty_ms: float
    ms: float
    kilobytes: float
    elements: int

    @property
    def ratio(self) -> float:
        return self.ms / self.empty_ms

    def __str__(self) -> str:
        kept = "" if self.ratio <= GOAL else f"   over {GOAL:g}"
        return (
            f"{self.page or 'home':<20}{self.elements:>9}{self.kilobytes:>8.1f}"
            f"{self.empty_ms:>10.1f}{self.ms:>8.1f}{self.ratio:>7.1f}{kept}"
        )


HEAD = f"{'page':<20}{'elements':>9}{'kB':>8}{'empty ms':>10}{'ms':>8}{'ratio':>7}"


async def calm(server: Server, patience: float = 300.0) -> None:
    """Wait until the server has no work of its own any more (imports, default results): a second at
    under 3 % of a core.
    """
    until = time.monotonic() + patience
    while time.monotonic() < until:
        before = server.cpu_seconds()
        await asyncio.sleep(1.0)
        if server.cpu_seconds() - before < 0.03:
            return
    raise TimeoutError(f"the server is still at work after {patience:.0f} s")


async def reruns(server: Server, session: Session, n: int) -> float:
    """CPU seconds of the server for `n` runs of the page that the session has open, one after
    another.
    """
    before = server.cpu_seconds()
    for _ in range(n):
        await session.rerun()
        await session.settled()
    return server.cpu_seconds() - before


async def cost(empty: Server, app: Server, page: str, n: int) -> Cost:
    """What a cached visit of the page costs, from `n` reruns in blocks, in turn with the empty
    page.
    """
    async with (
        Session(empty.url) as base,
        Session(app.url, page, REVEAL if page else None) as session,
    ):
        for each in (base, session):
            await each.settled()
        await calm(app)
        await reruns(empty, base, WARM_UP)
        await reruns(app, session, WARM_UP)
        sent, spent = session.n_bytes, [0.0, 0.0]
        for _ in range(n // BLOCK):
            spent[0] += await reruns(empty, base, BLOCK)
            spent[1] += await reruns(app, session, BLOCK)
        assert not session.problems, session.problems
        assert not page or session.charts(), f"no chart on {page!r}"
        runs = n // BLOCK * BLOCK
        return Cost(
            page,
            spent[0] / runs * 1000,
            spent[1] / runs * 1000,
            (session.n_bytes - sent) / runs / 1000,
            len(list(session._sorted())),
        )


async def come_and_go(server: Server, pages: Sequence[str], n: int) -> None:
    """`n` new visitors, one after another, each to the next page; each sees the result and
    leaves.
    """
    for i in range(n):
        page = pages[i % len(pages)]
        async with Session(server.url, page, REVEAL if page else None) as session:
            await session.settled()
            assert not session.problems, session.problems


def memory(app: Path, pages: Sequence[str], n: int, collect: bool) -> str:
    """One line: memory before and after `n` visits, and CPU per visit, with or without a collection
    after every run.
    """
    with (
        tempfile.TemporaryDirectory() as folder,
        serve(app, Path(folder), **{COLLECT: str(collect).lower()}) as server,
    ):
        asyncio.run(come_and_go(server, pages, len(pages)))
        asyncio.run(calm(server))
        before, spent = server.memory_mb()["now"], server.cpu_seconds()
        asyncio.run(come_and_go(server, pages, n))
        spent = server.cpu_seconds() - spent
        after = server.memory_mb()
    return (
        f"{'on' if collect else 'off':<14}{before:>8.0f}{after['now']:>8.0f}{after['peak']:>8.0f}"
        f"{after['now'] - before:>+8.0f}{spent / n * 1000:>14.0f}"
    )


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.visits", description=__doc__)
    parser.add_argument("pages", nargs="*", help="default: all, and the home page")
    parser.add_argument(
        "--reruns", type=int, default=40, help=f"of each page; a multiple of {BLOCK}"
    )
    parser.add_argument("--visits", type=int, default=300, help="for the memory; 0: not measured")
    parser.add_argument("--app", type=Path, default=ROOT / "streamlit_app.py")
    options = parser.parse_args()
    app = options.app.resolve()
    pages = [page if page != "home" else "" for page in options.pages] or pages_of(app)
    costs = []
    with ExitStack() as stack:
        folders = [Path(stack.enter_context(tempfile.TemporaryDirectory())) for _ in range(2)]
        script = folders[0] / "streamlit_app.py"
        script.write_text(EMPTY, encoding="utf-8")
        # trainings of idle time are no visit
        alone = {COLLECT: "false", "WEIGHTKIT_IDLE": "0"}
        empty = stack.enter_context(serve(script, folders[0], **alone))
        ours = stack.enter_context(serve(app, folders[1], **alone))
        print(HEAD)
        for page in pages:
            costs.append(asyncio.run(cost(empty, ours, page, options.reruns)))
            print(costs[-1], flush=True)
    if options.visits:
        print(
            f"\n{options.visits} visits, MB of resident memory\n"
            f"{'postScriptGC':<14}{'before':>8}{'after':>8}{'peak':>8}{'grown':>8}"
            f"{'ms per visit':>14}"
        )
        for collect in (False, True):
            print(memory(app, pages, options.visits, collect), flush=True)
    return 1 if any(cost.ratio > GOAL for cost in costs) else 0


if __name__ == "__main__":
    sys.exit(main())

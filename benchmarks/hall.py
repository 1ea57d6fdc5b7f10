"""python -m benchmarks.hall --sessions 100 --ramp 0 --page variance_sweep --replicas 1

A hall of readers on a server (or on two behind HAProxy and Redis), and right after it as many on
an empty Streamlit app with as many elements: seconds to the first text, the first result and a
moved control, CPU of the servers per visit, memory. Exit code 1 if anybody was lost.

    --page ''     all pages, home too
    --kept        the result is there before the hall comes
    --moves one   everybody moves the same control to the same value (default: over values)
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tools import live

from .load.client import Session
from .load.crowd import REVEAL, Visit, crowd, pages_of, percentile
from .load.replicas import hall
from .load.server import Server, serve

TICK = os.sysconf("SC_CLK_TCK")
EMPTY = """
import streamlit as st
st.title("Empty")
st.slider("n", 0, 10)
for i in range({n}):
    st.text(f"line {{i}}")
"""


@dataclass(frozen=True)
class Place:
    """What readers go to: one address, the servers behind it."""

    url: str
    servers: tuple[Server, ...]

    def cpu(self) -> float:
        """Seconds of processor time of all servers since their start."""
        return sum(_cpu(server.process.pid) for server in self.servers)

    def memory(self, which: str) -> float:
        """MB of resident memory of the largest server: `now` or `peak`."""
        return max(server.memory_mb()[which] for server in self.servers)


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICK


@contextmanager
def ours(folder: Path, replicas: int) -> Iterator[Place]:
    """The app: one server, or two behind HAProxy."""
    if replicas == 1:
        with serve(live.APP, folder) as server:
            yield Place(server.url, (server,))
    else:
        with hall(folder) as running:
            yield Place(running.url, running.replicas)


@contextmanager
def empty(folder: Path, elements: int) -> Iterator[Place]:
    """A Streamlit app that does nothing, with so many elements."""
    app = folder / "empty.py"
    app.write_text(EMPTY.format(n=max(0, elements - 2)))
    with serve(app, folder) as server:
        yield Place(server.url, (server,))


async def size_of(url: str, page: str) -> int:
    """How many elements a page has; it is shown once, with its result."""
    session = Session(url, page, REVEAL if page else None)
    await session.open()
    await session.settled()
    n = session.n_elements
    await session.close()
    return n


def row(name: str, values: Sequence[float]) -> str:
    """A line of the table: how many, median, 95th percentile, slowest."""
    shown = (percentile(values, 0.5), percentile(values, 0.95), max(values, default=float("nan")))
    return f"{name:<22}{len(values):>6}" + "".join(f"{value:>9.2f}" for value in shown)


def report(name: str, place: Place, visits: Sequence[Visit], cpu: float) -> list[float]:
    """Print the table of one hall; the seconds of all first results."""
    first = [v.first for v in visits if v.first is not None]
    print(f"\n{name:<22}{'n':>6}{'p50':>9}{'p95':>9}{'worst':>9}   seconds")
    print(row("first text", [v.seen["text"] for v in visits if "text" in v.seen]))
    print(row("first result", first))
    print(row("control moved", [v.move for v in visits if v.move is not None]))
    print(
        f"CPU {(place.cpu() - cpu) / len(visits):.3f} s a visit; memory peak"
        f" {place.memory('peak'):.0f} MB, now {place.memory('now'):.0f} MB"
    )
    return first


def run(arguments: argparse.Namespace) -> int:
    """Both halls; how many visitors were lost or saw something wrong."""
    pages = [arguments.page] if arguments.page else pages_of(live.APP)
    counts = arguments.sessions, arguments.ramp
    with tempfile.TemporaryDirectory() as folder:
        with ours(Path(folder), arguments.replicas) as place:
            if arguments.kept:
                asyncio.run(size_of(place.url, pages[0]))
            cpu = place.cpu()
            alike = 1 if arguments.moves == "one" else None
            visits = asyncio.run(crowd(place.url, pages, *counts, alike=alike))
            first = report("weightkit", place, visits, cpu)
            jobs = [line for server in place.servers for line in server.jobs()]
            started = [line["key"] for line in jobs if line["event"] == "started"]
            print(f"trainings: {len(started)} started for {len(set(started))} different requests")
            elements = asyncio.run(size_of(place.url, pages[0]))
        bare = Path(folder) / "bare"
        bare.mkdir()
        with empty(bare, elements) as place:
            asyncio.run(size_of(place.url, ""))
            cpu = place.cpu()
            others = asyncio.run(crowd(place.url, [""], *counts))
            than = report(f"empty, {elements} elements", place, others, cpu)
    ratio = percentile(first, 0.95) / percentile(than, 0.95)
    print(f"\nfirst result, p95: {ratio:.2f} times the empty app's")
    wrong = [v.lost or v.problems[0] for v in [*visits, *others] if v.lost or v.problems]
    print(f"lost or wrong: {len(wrong)}", *sorted(set(wrong)), sep="\n  ")
    return len(wrong)


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.hall",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--sessions", type=int, default=100)
    parser.add_argument("--ramp", type=float, default=0.0, help="seconds within which all arrive")
    parser.add_argument("--page", default="variance_sweep")
    parser.add_argument("--replicas", type=int, choices=(1, 2), default=1)
    parser.add_argument("--kept", action="store_true")
    parser.add_argument("--moves", choices=("one", "many"), default="many")
    return 1 if run(parser.parse_args()) else 0


if __name__ == "__main__":
    sys.exit(main())

"""python -m benchmarks.hall --sessions 100 --ramp 0 --page variance_sweep --replicas 1

A hall of readers on a server (or on two behind HAProxy and Redis), and right after it as many on
an empty Streamlit app with as many elements: seconds to the first text, the first result and a
moved control, CPU of the servers per visit and up to the first result (which does not depend on
what else the machine does), memory. Exit code 1 if anybody was lost.

    --page ''     all pages, home too
    --kept        the result is there before the hall comes
    --moves one   everybody moves the same control to the same value (default: over values)
    --looks S     seconds that everybody looks at their result before they move a control
    --kill        of two replicas, one is killed at the end, then Redis
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tools import live

from .load.client import Lost, Session
from .load.crowd import REVEAL, Visit, choices, crowd, pages_of, percentile
from .load.replicas import Hall, hall
from .load.server import Server, serve
from .visits import COLLECT, calm

EMPTY = """
import streamlit as st
st.title("Empty")
st.slider("n", 0, 10)
for i in range({n}):
    st.text(f"line {{i}}")
"""


@dataclass(frozen=True)
class Place:
    """What readers go to: one address, the servers behind it; `hall`: of several, all there is."""

    url: str
    servers: tuple[Server, ...]
    hall: Hall | None = None

    def cpu(self) -> float:
        """Seconds of processor time of all servers since their start."""
        return sum(server.cpu_seconds() for server in self.servers if _there(server))

    def memory(self, which: str) -> float:
        """MB of resident memory of the largest server: `now` or `peak`."""
        return max(server.memory_mb()[which] for server in self.servers if _there(server))


def _there(server: Server) -> bool:
    return server.process.poll() is None


@contextmanager
def ours(folder: Path, replicas: int) -> Iterator[Place]:
    """The app: one server, or two behind HAProxy."""
    if replicas == 1:
        with serve(live.APP, folder) as server:
            yield Place(server.url, (server,))
    else:
        with hall(folder) as running:
            yield Place(running.url, running.replicas, running)


@contextmanager
def empty(folder: Path, elements: int) -> Iterator[Place]:
    """A Streamlit app that does nothing, with so many elements."""
    app = folder / "empty.py"
    app.write_text(EMPTY.format(n=max(0, elements - 2)))
    with serve(app, folder, **{COLLECT: "false"}) as server:  # as ours: .streamlit/config.toml
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


def report(name: str, place: Place, visits: Sequence[Visit], before: Clocks) -> list[float]:
    """Print the table of one hall; the seconds of all first results."""
    first = [v.first for v in visits if v.first is not None]
    servers, clients = place.cpu() - before.servers, time.process_time() - before.clients
    print(f"\n{name:<22}{'n':>6}{'p50':>9}{'p95':>9}{'worst':>9}   seconds")
    print(row("first text", [v.seen["text"] for v in visits if "text" in v.seen]))
    print(row("first result", first))
    print(row("control moved", [v.move for v in visits if v.move is not None]))
    spent = [before.spent_at(v.when) for v in visits if v.first is not None]
    print(row("  CPU at first result", spent))
    print(
        f"CPU {servers / len(visits):.3f} s a visit, the clients' {clients / len(visits):.3f};"
        f" {(servers + clients) / (time.monotonic() - before.clock):.2f} cores;"
        f" memory peak {place.memory('peak'):.0f} MB, now {place.memory('now'):.0f} MB"
    )
    return first


class Clocks:
    """Where clocks stood before a hall: of the servers' processors, the clients', the wall; and how
    the first of them went on, which says what a machine of our own would have needed.
    """

    def __init__(self, place: Place):
        self.servers, self.clients, self.clock = place.cpu(), time.process_time(), time.monotonic()
        self._place, self._over = place, threading.Event()
        self._seen = [(self.clock, 0.0)]
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        while not self._over.wait(0.02):
            with suppress(OSError):  # a server that is killed just now
                self._seen.append((time.monotonic(), self._place.cpu() - self.servers))

    def spent_at(self, when: float) -> float:
        """Seconds of the servers' processors from the start up to this moment."""
        self._over.set()
        return next((spent for at, spent in self._seen if at >= when), self._seen[-1][1])


def trainings(place: Place) -> str:
    """How many trainings there were for how many requests; of replicas, how many results were put
    into Redis.
    """
    jobs = [line for server in place.servers for line in server.jobs()]
    started = [line["key"] for line in jobs if line["event"] == "started"]
    with suppress(OSError):  # Redis may have been killed
        if place.hall is not None:
            return f"trainings: {place.hall.shared()} for {len(set(started))} different requests"
    return f"trainings: {len(started)} started for {len(set(started))} different requests"


async def after_kills(running: Hall, sessions: Sequence[Session]) -> None:
    """One of two replicas is killed, then Redis: prints how soon its readers are back, with what
    they had set, and how long everybody's next move takes.
    """
    asked = [(session.session_id, session.query_string) for session in sessions]
    running.replicas[0].process.kill()
    killed = time.monotonic()
    await asyncio.sleep(0.5)
    gone = [i for i, session in enumerate(sessions) if session.lost]
    others = [session for session in sessions if not session.lost]

    async def back(session: Session) -> float:
        while True:  # as a browser does
            with suppress(Lost):
                await session.come_back()
                await session.settled()
                return time.monotonic() - killed
            await asyncio.sleep(0.5)

    seconds = await asyncio.gather(*(back(sessions[i]) for i in gone))
    print(f"\n{'a replica is killed':<22}{'n':>6}{'p50':>9}{'p95':>9}{'worst':>9}   seconds")
    print(row("back, result seen", seconds))
    changed = [asked[i] for i in gone if sessions[i].query_string != asked[i][1]]
    bare = [i for i in gone if sessions[i].page and not sessions[i].charts()]
    print(f"settings lost: {len(changed)}; without a chart: {len(bare)}; others: {len(others)}")
    running.redis_process.kill()
    movers = [session for session in sessions if choices(session)]  # home has no controls
    moved = await asyncio.gather(*(move(session) for session in movers))
    print(row("moved, without Redis", [s for s in moved if s is not None]))
    print(f"lost: {sum(s is None for s in moved)}")


async def move(session: Session) -> float | None:
    """Seconds until the answer to a control that is moved; None where none comes."""
    widget, values = choices(session)[-1]
    began = time.monotonic()
    with suppress(Lost):
        await session.set(widget, values[0])
        await session.settled()
        return time.monotonic() - began
    return None


def run(arguments: argparse.Namespace) -> int:
    """Both halls; how many visitors were lost or saw something wrong."""
    pages = [arguments.page] if arguments.page else pages_of(live.APP)
    counts = arguments.sessions, arguments.ramp
    more = {"alike": 1 if arguments.moves == "one" else None, "looks": arguments.looks}
    with tempfile.TemporaryDirectory() as folder:
        with ours(Path(folder), arguments.replicas) as place:
            if arguments.kept:
                asyncio.run(size_of(place.url, pages[0]))
                for server in place.servers:
                    asyncio.run(calm(server))
            then = partial(after_kills, place.hall) if arguments.kill else None
            clocks = Clocks(place)
            visits = asyncio.run(crowd(place.url, pages, *counts, **more, then=then))
            first = report("weightkit", place, visits, clocks)
            print(trainings(place))
            elements = asyncio.run(size_of(place.url, pages[0]))
        bare = Path(folder) / "bare"
        bare.mkdir()
        with empty(bare, elements) as place:
            asyncio.run(size_of(place.url, ""))
            clocks = Clocks(place)
            others = asyncio.run(crowd(place.url, [""], *counts, **more))
            than = report(f"empty, {elements} elements", place, others, clocks)
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
    parser.add_argument("--looks", type=float, default=0.0)
    parser.add_argument("--kill", action="store_true")
    arguments = parser.parse_args()
    if arguments.kill and arguments.replicas < 2:
        parser.error("--kill needs --replicas 2")
    return 1 if run(arguments) else 0


if __name__ == "__main__":
    sys.exit(main())

"""What bad neighbours do to a server: python -m benchmarks.hostile [queue reruns uploads messages
sessions stops] [--write]

Everything goes to a server of its own on 127.0.0.1 and is bounded in number and time. Prints a
table; `--write` puts it into docs/hostile.md. Exit code 1 where a limit is not kept.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from .load import hostile
from .load.client import Session
from .load.ends import APP, stopped
from .load.server import Server, serve

TABLE = Path(__file__).parents[1] / "docs" / "hostile.md"
HEAD = """# Bad neighbours

Made by `python -m benchmarks.hostile --write`: what one client or many do to a server of ours, and
what a visitor beside them has to wait for. Seconds, and megabytes of resident memory; the machine
had {cores} cores, and others worked on it. The longest runs are known as such by the `cost` of
their Config.

| what is done | measured | limit | kept |
|---|---|---|---|
"""


@dataclass(frozen=True)
class Line:
    """One line of the table."""

    what: str
    measured: str
    limit: str
    kept: bool

    def __str__(self) -> str:
        return (
            f"| {self.what} | {self.measured} | {self.limit} | {'yes' if self.kept else '**no**'} |"
        )


def fresh(stack: ExitStack, warm: bool = False) -> Server:
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    return stack.enter_context(serve(APP, folder, WEIGHTKIT_WARM="1" if warm else "0"))


def waits(what: str, seconds: list[float], limit: float) -> Line:
    """The last of the waits counts: the first has the imports of a cold server in it, and is
    shown.
    """
    shown = ", ".join(f"{second:.1f}" for second in seconds)
    return Line(what, f"{shown} s", f"{limit:g} s, once imported", max(seconds[1:]) < limit)


def queue() -> list[Line]:
    with ExitStack() as stack:
        seconds = asyncio.run(hostile.beside_long_runs(fresh(stack), 20, 6))
    return [
        waits("20 sessions ask for the longest; a visitor's quick run, six times", seconds, 5.0)
    ]


def reruns() -> list[Line]:
    with ExitStack() as stack:
        seconds = asyncio.run(hostile.beside_reruns(fresh(stack), 50, 4))
    return [
        waits(
            "one session reruns 50 times a second on a cold server; a visitor's quick run, four"
            " times",
            seconds,
            5.0,
        )
    ]


def uploads() -> list[Line]:
    with ExitStack() as stack:
        server = fresh(stack)
        asyncio.run(hostile.uploads(server, 2, 5))
        before = server.memory_mb()["now"]
        answers = asyncio.run(hostile.uploads(server, 60, 5)) + asyncio.run(
            hostile.uploads(server, 20, 5, chunked=True)
        )
        grown = server.memory_mb()["now"] - before
    measured = f"{grown:+.0f} MB; answers {', '.join(map(str, sorted(set(answers))))}"
    return [
        Line(
            "60 PUTs of 5 MB, 20 more without a length",
            measured,
            "413, 20 MB",
            {413} == set(answers) and grown < 20,
        )
    ]


def messages() -> list[Line]:
    with ExitStack() as stack:
        server = fresh(stack)
        listens = {size: asyncio.run(hostile.message(server, size)) for size in (2.0, 25.0)}
        before = server.memory_mb()["now"]
        for _ in range(40):
            asyncio.run(hostile.message(server, 15.0))
        grown = server.memory_mb()["now"] - before
    said = "refused" if not any(listens.values()) else "taken"
    return [
        Line("messages of 2 and 25 MB", said, "refused", not any(listens.values())),
        Line("40 messages of 15 MB", f"{grown:+.0f} MB", "40 MB", grown < 40),
    ]


def sessions() -> list[Line]:
    """What closed sessions hold: Streamlit keeps 128 of them."""

    async def come_and_go(server: Server, n: int) -> None:
        for _ in range(n):
            async with Session(server.url, "variance_sweep", {"reveal": "true"}) as session:
                await session.settled(60)

    with ExitStack() as stack:
        server = fresh(stack)
        asyncio.run(come_and_go(server, 10))
        before = server.memory_mb()["now"]
        asyncio.run(come_and_go(server, 128))
        grown = server.memory_mb()["now"] - before
    return [
        Line("128 visitors come, see a result, and go", f"{grown:+.0f} MB", "60 MB", grown < 60)
    ]


def stops() -> list[Line]:
    ends = [
        stopped(signal.SIGTERM if i % 2 else signal.SIGINT, after=0.3 + 0.1 * i) for i in range(20)
    ]
    aborted = sum(end.code != 0 for end in ends)
    slowest = max(end.seconds for end in ends)
    measured = f"{aborted} aborts, {slowest:.1f} s at most"
    return [
        Line(
            "20 stops (SIGTERM, Ctrl-C) while a training runs",
            measured,
            "0 aborts, 6 s",
            not aborted and slowest < 6,
        )
    ]


PARTS: dict[str, Callable[[], list[Line]]] = {
    part.__name__: part for part in (queue, reruns, uploads, messages, sessions, stops)
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.hostile", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help="default: all")
    parser.add_argument("--write", action="store_true", help="put the table into docs/hostile.md")
    options = parser.parse_args()
    lines, start = [], time.monotonic()
    for name in options.parts or PARTS:
        for line in PARTS[name]():
            lines.append(line)
            print(line, flush=True)
    print(f"{time.monotonic() - start:.0f} s")
    if options.write:
        TABLE.parent.mkdir(exist_ok=True)
        TABLE.write_text(
            HEAD.format(cores=os.cpu_count()) + "\n".join(map(str, lines)) + "\n", encoding="utf-8"
        )
    return 0 if all(line.kept for line in lines) else 1


if __name__ == "__main__":
    sys.exit(main())

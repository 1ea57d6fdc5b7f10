"""python -m benchmarks.load.cold: how long a cold server keeps its first visitor waiting, against
an empty Streamlit app.

Every measurement starts a server and opens one page of it as soon as it is healthy; the empty app
is measured again before each visit, so that both meet the same machine. Python's bytecode is there,
as after any earlier start: the first visit of a page is not counted. Prints seconds (medians)
and their ratio; exit code 1 where text and controls (`both`) take more than LIMIT times as long as
the empty app's.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path
from statistics import median

from .client import Session
from .crowd import pages_of
from .server import serve

ROOT = Path(__file__).parents[2]
LIMIT = 1.5
EMPTY = 'import streamlit as st\n\nst.title("Empty")\nst.slider("Number", 0, 10, 5)\n'
MOMENTS = ("text", "control", "both", "settled")


def first_visit(app: Path, page: str) -> dict[str, float]:
    """Seconds until the first text, the first control, both, and the end of the script, on a new
    server.
    """

    async def look(url: str) -> dict[str, float]:
        async with Session(url, page) as session:
            await session.settled()
            seen: dict[str, float] = {
                name: session.seen[name] for name in ("text", "control") if name in session.seen
            }
            return {**seen, "both": max(seen.values()), "settled": session.age}

    with tempfile.TemporaryDirectory() as folder, serve(app, Path(folder)) as server:
        return asyncio.run(look(server.url))


def compare(app: Path, empty: Path, page: str, rounds: int) -> dict[str, tuple[float, float]]:
    """For each moment: median seconds of the empty app and of the page (without moments that the
    page has not).
    """
    pairs = [(first_visit(empty, ""), first_visit(app, page)) for _ in range(rounds)]
    return {
        moment: (median(e[moment] for e, _ in pairs), median(p[moment] for _, p in pairs))
        for moment in MOMENTS
        if all(moment in p for _, p in pairs)
    }


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load.cold", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--app", type=Path, default=ROOT / "streamlit_app.py")
    parser.add_argument("pages", nargs="*", help="default: all, and the home page")
    options = parser.parse_args()
    app, slow = options.app.resolve(), 0
    with tempfile.TemporaryDirectory() as folder:
        empty = Path(folder) / "streamlit_app.py"
        empty.write_text(EMPTY, encoding="utf-8")
        print(
            f"{'seconds: empty app, page, ratio':<24}"
            + "".join(f"{moment:^26}" for moment in MOMENTS)
        )
        for page in options.pages or pages_of(app):
            first_visit(app, page)
            line = f"{page or 'home':<24}"
            for moment, (base, ours) in compare(app, empty, page, options.rounds).items():
                line += f"{base:>9.2f}{ours:>8.2f}{ours / base:>7.2f}  "
                slow += moment == "both" and ours > LIMIT * base
            print(line, flush=True)
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())

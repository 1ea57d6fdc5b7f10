"""python -m benchmarks.load --sessions 100 [--url http://host:8501]: exit code 1 if anything went
wrong.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from .crowd import Visit, crowd, pages_of, percentile
from .server import Server, run_twice, serve, still_running

ROOT = Path(__file__).parents[2]
QUIET = 120.0  # seconds in which trainings that nobody follows any more must have ended


def times(name: str, values: Sequence[float]) -> str:
    """One line of the table: how many, median, 95th percentile, slowest."""
    return (
        f"{name:<34} {len(values):>5} {percentile(values, 0.5):>8.2f}"
        f" {percentile(values, 0.95):>8.2f} {max(values, default=float('nan')):>8.2f}"
    )


def report_times(visits: Sequence[Visit], pages: Sequence[str]) -> None:
    """Times of the whole crowd, then by page."""
    print(f"\n{'seconds':<34} {'n':>5} {'p50':>8} {'p95':>8} {'max':>8}")
    for what in ("text", "control", "chart"):
        print(times(f"first {what}", [v.seen[what] for v in visits if what in v.seen]))
    print(times("first load, with its result", [v.first for v in visits if v.first is not None]))
    print(times("control moved, with its result", [v.move for v in visits if v.move is not None]))
    for page in pages:
        here = [v for v in visits if v.page == page]
        print(times(f"  {page or 'home'}: load", [v.first for v in here if v.first is not None]))
        moves = [v.move for v in here if v.move is not None]
        if moves:
            print(times(f"  {page or 'home'}: move", moves))
    print(f"{sum(v.n_bytes for v in visits) / 1e6:.1f} MB sent to {len(visits)} visitors")


def report_server(server: Server, idle: float) -> list[str]:
    """Memory and trainings; what is wrong with them."""
    memory, lines = server.memory_mb(), server.wait_for_quiet(QUIET)
    events = Counter(line["event"] for line in lines)
    keys = {line["key"] for line in lines}
    print(
        f"\nserver memory: {idle:.0f} MB before the first visitor, peak {memory['peak']:.0f} MB, "
        f"{memory['now']:.0f} MB now"
    )
    print(
        f"trainings: {dict(events)} for {len(keys)} different requests, "
        f"at most {max((line['running'] for line in lines), default=0)} at once"
    )
    wrong = [f"server log: {line}" for line in server.troubles()]
    wrong += [f"trained twice at once: {key}" for key in run_twice(lines)]
    wrong += [f"left running: {key}" for key in still_running(lines).values()]
    return wrong


def report_failures(visits: Sequence[Visit], wrong: Sequence[str]) -> int:
    """Everything that went wrong, the same thing once; how many things."""
    lost = [f"lost session on {v.page!r}: {v.lost}" for v in visits if v.lost]
    problems = [problem for v in visits for problem in v.problems]
    print(
        f"\nlost sessions: {len(lost)}; exceptions, missing results: {len(problems)}; other:"
        f" {len(wrong)}"
    )
    for what, n in Counter([*lost, *problems, *wrong]).most_common():
        print(f"{n:>4} x {what}")
    return len(lost) + len(problems) + len(wrong)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description=__doc__)
    parser.add_argument("--sessions", type=int, default=100)
    parser.add_argument(
        "--url", help="a running server; without it one is started, its memory reported"
    )
    parser.add_argument("--app", type=Path, default=ROOT / "streamlit_app.py")
    parser.add_argument(
        "--ramp", type=float, default=0.0, help="seconds within which the visitors arrive"
    )
    parser.add_argument(
        "--head-start", type=float, default=0.0, help="seconds before the first visitor"
    )
    options = parser.parse_args()
    pages = pages_of(options.app.resolve())
    print(f"{options.sessions} sessions on {len(pages)} pages, arriving within {options.ramp:g} s")
    if options.url:
        visits = asyncio.run(crowd(options.url, pages, options.sessions, options.ramp))
        report_times(visits, pages)
        return 1 if report_failures(visits, []) else 0
    with (
        tempfile.TemporaryDirectory() as folder,
        serve(options.app.resolve(), Path(folder)) as server,
    ):
        time.sleep(options.head_start)
        idle = server.memory_mb()["now"]
        visits = asyncio.run(crowd(server.url, pages, options.sessions, options.ramp))
        report_times(visits, pages)
        wrong = report_server(server, idle)
        if wrong:
            print(server.log.read_text(encoding="utf-8", errors="replace")[-4000:])
    return 1 if report_failures(visits, wrong) else 0


if __name__ == "__main__":
    sys.exit(main())

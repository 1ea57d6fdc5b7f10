"""python -m benchmarks.moves [VIEW ...]: what one reader waits for every one-step move of every
control of every view.

A move is a view's default, shown, and then one step of one control: the next or the last rung of a
slider, another entry of a list, one more or one less of several, or a preset. Each is run alone, in
the app's runner, told and encoded as a page does it. "First" is when the first live picture is
there, not before the page would show one; "whole" when the story is. What the browser draws, and
the script of the page (docs/performance.md, a cached visit), come on top; a view that is made of
another's run counts as that one.

Of each view the default is timed, its dearest moves as estimated, and of the others every so many,
so that all views take about ten minutes on two quiet cores: the shares are rather too high than too
low. --all times every move. A move is left after 20 s, and stands in the table with what it had
taken.

A time is that of the clock or of the processors, whichever is less: on an idle machine the clock,
on a busy one nearly an upper bound of it. What a training does side by side on two cores counts by
what two cores are worth (`costs.TWO_CORES`), not twice. Without VIEW, the table in
docs/performance.md is written anew.
"""

from __future__ import annotations

import argparse
import logging
import os
import re
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields, is_dataclass
from itertools import groupby
from pathlib import Path
from typing import Any
from unittest.mock import patch

from tools.presets import opened, pages_seen
from tools.presets import views as views_of
from weightkit import costs, datasets
from weightkit.ui import budget, idle, jobs, libraries, memory, running
from weightkit.ui.lessons import LESSONS

PAGE = Path(__file__).resolve().parents[1] / "docs" / "performance.md"
BEGIN, END = "<!-- moves: begin -->", "<!-- moves: end -->"
LIMITS = (1.0, 2.0, 5.0)
MOST, DEAREST = 10, 3  # moves of a view that are timed, and those of them that are dearest
LONGEST = 20.0  # seconds after which a move is left
GOALS = "the whole within 2 s for nine of ten, none over 5 s, something on screen within 0.5 s"


@dataclass(frozen=True)
class Move:
    """From the default of a view to `config`; what: the control and its new value, or a preset."""

    view: str
    what: str
    module: Any
    config: Any


@dataclass(frozen=True)
class Waited:
    """Seconds until the first picture and until the whole; moved: what was asked for."""

    move: Move
    first: float
    whole: float


def moves(wanted: list[str]) -> Iterator[Move]:
    """Every move of every view, as the pages offer them; the default itself comes first."""
    looks: list[tuple[Any, Any, Any]] = []
    with (
        pages_seen(),
        patch.object(idle, "look", lambda *seen: looks.append(seen)),
    ):
        for lesson in LESSONS:
            for title in views_of(opened(lesson.slug)):
                name = f"{lesson.slug}: {title}" if title else lesson.slug
                if wanted and not any(word in name for word in wanted):
                    continue
                looks.clear()
                asked = {"view": title} if title else {}
                opened(lesson.slug, reveal="true", **asked)
                for module, config, likely in looks[-1:]:
                    yield Move(name, "the default", module, config)
                    for what, other in steps(*likely.args):
                        yield Move(name, what, module, other)


def steps(
    config: Any = None, controls: Any = (), prefix: str = "", presets: Any = None, fixed: Any = None
) -> Iterator[tuple[str, Any]]:
    """(what, Config) of one step of each control, then of the presets, as `panel.likely`; and of
    several chosen at once, one more and one less.
    """
    names = {f.name for f in fields(config)} if is_dataclass(config) else set()
    for control in controls:
        name = control.key.removeprefix(prefix)
        if name not in names:
            continue
        held = getattr(config, name)
        near = several(control, held) if control.most else control.near(held)
        for value in near:
            with suppress(ValueError, TypeError):
                other = budget.moved(config, controls, prefix, name, value)
                yield f"{name} = {said(value)}", other
    for title, preset in (presets or {}).items():
        if all(key.startswith(prefix) for key in preset if key != "view"):
            known = {k.removeprefix(prefix): v for k, v in preset.items()}
            known = {k: v for k, v in known.items() if k in names}
            with suppress(ValueError, TypeError):
                yield f"preset “{title}”", type(config)(**known | dict(fixed or {}))


def sample(found: list[Move]) -> list[Move]:
    """MOST moves of one view, the default first: its dearest, and of the others every so many."""
    if len(found) <= MOST:
        return found
    rest = sorted(found[1:], key=lambda move: -(running.cost_of(move.config) or 0.0))
    dear, others = rest[:DEAREST], [move for move in found[1:] if move not in rest[:DEAREST]]
    room = MOST - 1 - DEAREST
    return [found[0], *dear, *(others[i * len(others) // room] for i in range(room))]


def several(control: Any, held: tuple) -> Iterator[tuple]:
    """One of the chosen left out, or one more of the others."""
    for one in held if len(held) > 1 else ():
        yield tuple(value for value in held if value != one)
    for one in control.options if len(held) < control.most else ():
        if one not in held:
            yield (*held, one)


def said(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def wait_for(move: Move) -> Waited:
    """Run a move as a page does, on a runner that has kept nothing."""
    name = getattr(move.config, "dataset", None)
    if isinstance(name, str) and name in datasets.DATASETS:
        datasets.load(name)
    first, whole = follow(running.telling(move.module), move.config, move.module)
    return Waited(move, first, whole)


def follow(work: Any, config: Any, module: Any) -> tuple[float, float]:
    """Seconds to the first picture, and to the whole."""
    live = getattr(getattr(module, "charts", None), "live", None)
    runner = jobs.JobRunner(max_bytes=2**20)
    key = running.key_of(work, config)
    clock, cpu, own = time.perf_counter(), time.process_time(), time.thread_time()
    main: list[int] = []  # of the run: the clock of its thread

    def begun(on_epoch: Any, on_curves: Any) -> Any:
        main.append(time.pthread_getcpuclockid(threading.get_ident()))
        try:
            return running.as_work(work, config)(on_epoch, on_curves)
        finally:
            spent.append(time.thread_time())

    spent: list[float] = []  # the same at the end, when the thread may be gone

    def now() -> float:
        alone = time.thread_time() - own
        alone += spent[0] if spent else time.clock_gettime(main[0]) if main else 0.0
        beside = max(0.0, time.process_time() - cpu - alone)
        return min(time.perf_counter() - clock, alone + beside / costs.TWO_CORES)

    first = None
    with runner.follow(key, begun, running.cost_of(config)) as job:
        done = job.wait(running.PATIENCE)
        while not done and now() < LONGEST:
            if first is None and live is not None and job.drawn(live, 0.0) is not None:
                first = max(now(), running.PATIENCE)
            done = job.wait(running.BEAT)
        whole = now()
    if job.error is not None:
        raise job.error
    runner.close()
    return whole if first is None else min(first, whole), whole


def table(found: list[Waited]) -> str:
    """A row for each view: its moves, the slowest, and the shares over the limits."""
    lines = [
        "| view | moves | default, s | first picture at most, s | slowest move | s |"
        " over 1 s | over 2 s | over 5 s |",
        "|---|--:|--:|--:|---|--:|--:|--:|--:|",
    ]
    for view in dict.fromkeys(one.move.view for one in found):
        of = [one for one in found if one.move.view == view]
        slowest = max(of, key=lambda one: one.whole)
        over = " | ".join(str(sum(one.whole > limit for one in of)) for limit in LIMITS)
        lines.append(
            f"| {view} | {len(of)} | {of[0].whole:.1f} | {max(one.first for one in of):.1f} |"
            f" {slowest.move.what} | {slowest.whole:.1f} | {over} |"
        )
    return "\n".join(lines)


def summary(found: list[Waited], left_out: Sequence[Move] = ()) -> str:
    """The shares over the limits, and how many moves are not among them."""
    n, load = len(found), os.getloadavg()[1]
    counts = [sum(one.whole > limit for one in found) for limit in LIMITS]
    shares = ", ".join(
        f"{count} ({count / n:.0%}) over {limit:g} s"
        for count, limit in zip(counts, LIMITS, strict=True)
    )
    without = (
        f" {len(left_out)} more were left out, since their data are not on this machine."
        if left_out
        else ""
    )
    late = sum(one.first > 0.5 + running.BEAT for one in found)
    return (
        f"{n} moves of {len({one.move.view for one in found})} views: {shares}; nothing on screen"
        f" after half a second in {late}.{without} Load of the machine at the end: {load:.1f}."
        f" The goal: {GOALS}."
    )


def write(found: list[Waited], left_out: Sequence[Move] = ()) -> None:
    """The marked section of docs/performance.md anew."""
    text = PAGE.read_text(encoding="utf-8")
    slow = [one for one in found if one.whole > LIMITS[1]]
    rows = "\n".join(
        f"| {one.move.view} | {one.move.what} | {one.first:.1f} | {one.whole:.1f} |"
        for one in sorted(slow, key=lambda one: -one.whole)
    )
    made = (
        f"{BEGIN}\n{summary(found, left_out)}\n\n{table(found)}\n\nMoves over {LIMITS[1]:g} s:\n\n"
        f"| view | move | first, s | whole, s |\n|---|---|--:|--:|\n{rows}\n{END}"
    )
    assert BEGIN in text and END in text, f"{PAGE} has no section for the moves"
    made = re.sub(f"{BEGIN}.*{END}", lambda _: made, text, flags=re.S)
    PAGE.write_text(made, encoding="utf-8")


def chosen(options: argparse.Namespace) -> Iterator[Move]:
    """The moves that are asked for, view by view."""
    for _, found in groupby(moves(options.views), key=lambda move: move.view):
        of = list(found)
        if options.presets:
            yield from (move for move in of if "=" not in move.what.split("“")[0])
        else:
            yield from of if options.all else sample(of)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.moves", description=__doc__)
    parser.add_argument("views", nargs="*", help="words of the names of views; default: all")
    parser.add_argument("--presets", action="store_true", help="the defaults and presets alone")
    parser.add_argument("--all", action="store_true", help="every move, not a sample of each view")
    options = parser.parse_args()
    memory.frugal()
    logging.getLogger("streamlit").setLevel(logging.ERROR)  # it misses a browser
    libraries.unchecked()
    found: list[Waited] = []
    left_out: list[Move] = []
    for move in chosen(options):
        try:
            if move.what == "the default":
                with suppress(ValueError):
                    wait_for(move)  # imports, and what is made once
            waited = wait_for(move)
        except datasets.DatasetUnavailable:
            left_out.append(move)
            print(f"{move.view:<40} {move.what:<50} left out: the data are not here", flush=True)
            continue
        found.append(waited)
        print(
            f"{move.view:<40} {move.what:<50} {waited.first:6.2f} {waited.whole:6.2f}", flush=True
        )
        if not options.views and not options.presets:
            write(found, left_out)
    print(summary(found, left_out))
    return int(any(one.whole > LIMITS[-1] for one in found))


if __name__ == "__main__":
    sys.exit(main())

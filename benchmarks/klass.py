"""A class of a hundred: all answer, some change their mind, the lecturer closes and reveals.

    python -m benchmarks.klass --students 100

Prints what a waiting page costs the server (CPU, which does not depend on what else the machine
does), how soon after the lecturer's click each student saw the result, and whether every answer was
counted exactly once. Exit code 1 where one was not, or anybody saw an exception.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tools import live
from weightkit.classes.asked import Answer
from weightkit.classes.classes import Classes
from weightkit.classes.sqlite import Sqlite
from weightkit.lessons import variance_sweep as sweep
from weightkit.ui import card
from weightkit.ui.lessons import lesson

from .load.client import Lost, Session
from .load.crowd import percentile
from .load.server import Server, serve
from .load.widgets import Widget

CONFIG = sweep.Config(n_stds=6, n_seeds=1, epochs=2)
WAIT = 20.0  # seconds for which pages wait while the server's CPU is measured


class Phone(Session):
    """A session whose fragments run by themselves, as in a browser."""

    def __init__(self, *arguments: Any, **more: Any):
        super().__init__(*arguments, **more)
        self._beats: dict[str, asyncio.Task] = {}

    def _take(self, message: Any) -> None:
        kind = message.WhichOneof("type")
        if kind == "new_session" and not message.metadata.run.fragment_ids:
            self._rest()  # a run of the whole page says anew which there are
        if kind == "auto_rerun":
            rerun = message.auto_rerun
            if old := self._beats.pop(rerun.fragment_id, None):
                old.cancel()
            self._beats[rerun.fragment_id] = asyncio.create_task(
                self._beat(rerun.fragment_id, rerun.interval)
            )
            return
        super()._take(message)

    async def _beat(self, fragment: str, interval: float) -> None:
        with suppress(Lost):
            while True:
                await asyncio.sleep(interval)
                await self.rerun(fragment=fragment)

    def _rest(self) -> None:
        for beat in self._beats.values():
            beat.cancel()
        self._beats.clear()

    async def close(self) -> None:
        self._rest()
        await super().close()

    def choose(self, widget: Widget, value: Any) -> None:
        """Set a widget of a form, which goes to the server with the form's button."""
        self._values[widget.id] = value

    def says(self, words: str) -> bool:
        """Whether the page has these words."""
        return words in self.text()


@dataclass
class Report:
    """What came of one question.

    joined, committed, revealed: seconds of each student, the last from the lecturer's click;
    waiting, bare: seconds of the server's CPU in a second, with all pages waiting and with none;
    revealing: of its CPU from the click to the last student's result;
    answers: as counted; problems: whatever went wrong.
    """

    joined: list[float] = field(default_factory=list)
    committed: list[float] = field(default_factory=list)
    revealed: list[float] = field(default_factory=list)
    waiting: float = 0.0
    bare: float = 0.0
    revealing: float = 0.0
    answers: list[Answer] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def a_page(self) -> float:
        """Seconds of CPU per second that one waiting page costs."""
        return (self.waiting - self.bare) / max(len(self.joined), 1)


async def join(url: str, code: str) -> tuple[Phone, float]:
    """A student's page with the question on it, and how long that took."""
    began = time.monotonic()
    phone = Phone(url, "", {"class": code})
    await phone.open()
    await phone.until(lambda: phone.says("answered"))
    await phone.settled()
    return phone, time.monotonic() - began


async def commit(phone: Phone, which: int) -> float:
    """Seconds until an answer that is committed, or changed, is confirmed."""
    began = time.monotonic()
    radio = next(w for w in phone.widgets() if w.kind == "radio")
    answer = radio.options[which % len(radio.options)]
    phone.choose(radio, answer)
    button = next(w for w in phone.widgets() if w.label in ("Commit", "Change my answer"))
    await phone.click(button)
    await phone.until(lambda: phone.says(f"You said **{answer}**"))
    return time.monotonic() - began


async def trained(server: Server, patience: float = 60.0) -> None:
    """Wait until the result that is to be revealed is there."""
    until = time.monotonic() + patience
    while time.monotonic() < until:
        if any(line["event"] == "finished" for line in server.jobs()):
            return
        await asyncio.sleep(0.2)


async def cost(server: Server, seconds: float) -> float:
    """CPU of the server per second."""
    before, began = server.cpu_seconds(), time.monotonic()
    await asyncio.sleep(seconds)
    return (server.cpu_seconds() - before) / (time.monotonic() - began)


async def lecture(server: Server, home: Path, students: int, seconds: float) -> Report:
    """One question, from the link to the reveal."""
    report, held = Report(), Classes(Sqlite(home))
    query = [("n_stds", "6"), ("n_seeds", "1"), ("epochs", "2")]
    asked = card.asked_about(sweep, CONFIG, lesson("variance_sweep"), "variance_sweep", query)
    code, key = held.start(asked)
    lecturer = Phone(server.url, "", {"class": code, "key": key})
    await lecturer.open()
    await lecturer.until(lambda: any(w.label == "Reveal" for w in lecturer.widgets()))
    await trained(server)
    report.bare = await cost(server, seconds / 2)
    joined = await asyncio.gather(*(join(server.url, code) for _ in range(students)))
    phones = [phone for phone, _ in joined]
    report.joined = [took for _, took in joined]
    report.committed = await asyncio.gather(*(commit(p, i) for i, p in enumerate(phones)))
    again = phones[: students // 4]  # some change their minds
    report.committed += await asyncio.gather(*(commit(p, i + 1) for i, p in enumerate(again)))
    await asyncio.gather(*(p.until(lambda p=p: p.says(f"**{students}** have")) for p in phones))
    report.waiting = await cost(server, seconds)
    await lecturer.click(lecturer.widget("Close the answers"))
    await asyncio.gather(*(p.until(lambda p=p: p.says("have answered")) for p in phones))
    await lecturer.until(lambda: any(w.label == "Open again" for w in lecturer.widgets()))
    await lecturer.settled()
    began, before = time.monotonic(), server.cpu_seconds()

    async def seen(phone: Phone) -> float:
        await phone.until(lambda: phone.says("Where the class stood") and phone.charts())
        return time.monotonic() - began

    watched = [asyncio.create_task(seen(phone)) for phone in phones]
    await lecturer.click(lecturer.widget("Reveal"))
    report.revealed = list(await asyncio.gather(*watched))
    report.revealing = server.cpu_seconds() - before
    report.answers = held.answers(code, key)
    for phone in (lecturer, *phones):
        report.problems += phone.problems + ([phone.lost] if phone.lost else [])
    report.problems += server.troubles() + miscounted(report, students)
    await asyncio.gather(*(phone.close() for phone in (lecturer, *phones)))
    return report


def miscounted(report: Report, students: int) -> list[str]:
    """What is wrong with the count: each tab once, with its last answer."""
    options = sweep.ask(CONFIG).options
    last = [(i + 1 if i < students // 4 else i) % len(options) for i in range(students)]
    wanted = sorted(options[i] for i in last)
    found = sorted(str(answer.given) for answer in report.answers)
    n_tabs = len({answer.who for answer in report.answers})
    right = found == wanted and n_tabs == students
    return [] if right else [f"{len(found)} answers of {n_tabs} tabs, {students} were given"]


def run(students: int, seconds: float) -> Report:
    """A server of its own, and one question."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        settings = {"WEIGHTKIT_HOME": str(home), "WEIGHTKIT_WARM": "0", "WEIGHTKIT_IDLE": "0"}
        with serve(live.APP, Path(folder), **settings) as server:
            return asyncio.run(lecture(server, home, students, seconds))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.klass", description=__doc__)
    parser.add_argument("--students", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=WAIT)
    arguments = parser.parse_args()
    report = run(arguments.students, arguments.seconds)
    print(f"{'':<12}{'n':>6}{'p50':>9}{'p95':>9}{'worst':>9}   seconds")
    for name in ("joined", "committed", "revealed"):
        values = getattr(report, name)
        shown = (percentile(values, 0.5), percentile(values, 0.95), max(values))
        print(f"{name:<12}{len(values):>6}" + "".join(f"{value:>9.2f}" for value in shown))
    print(
        f"a waiting page: {1000 * report.a_page:.2f} ms of CPU a second (all"
        f" {report.waiting:.3f}, the lecturer's alone {report.bare:.3f})"
    )
    print(f"CPU from the click to the last result: {report.revealing:.2f} s")
    print("wrong:", len(report.problems), *sorted(set(report.problems)), sep="\n  ")
    return len(report.problems)


if __name__ == "__main__":
    sys.exit(main())

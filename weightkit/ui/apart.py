"""Trainings in a process of their own (`trainer`): small networks are trained by many short
operations, each of which takes Python's lock, which pages then wait for. It has a core of its own
where there are two, and the server, which draws pages, never imports torch.

    call(function, *args, hooks={"on_epoch": ...})

calls a function there and waits for what it returns. Both sides talk in pickles through the pipes
of the process, which nobody else has. The caller says ten times a second that it still wants the
work, which stands still without that (`trainer.LEASE`): so it waits where its caller waits
(`stopping.check`), and ends with it. A process that dies is replaced with the next call.
"""

from __future__ import annotations

import itertools
import logging
import os
import pickle
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from streamlit import runtime

from ..stopping import check
from .trainer import LAST

BEAT = 0.1  # seconds between two words that the work is still wanted
ENDING = 2.0  # seconds that work which is not wanted any more has to end
logger = logging.getLogger(__name__)


class Gone(RuntimeError):
    """The process that trains has ended."""


class Apart:
    """One process, in which functions are called, several at once if need be."""

    def __init__(self, process: subprocess.Popen) -> None:
        self._process = process
        self._numbers = itertools.count()
        self._answers: dict[int, SimpleQueue] = {}
        self._sending = threading.Lock()
        threading.Thread(target=self._listen, name="weightkit-apart", daemon=True).start()

    @property
    def alive(self) -> bool:
        """Whether it can be asked."""
        return self._process.poll() is None

    def call(
        self, function: Callable, *args: Any, hooks: Mapping[str, Callable] | None = None
    ) -> Any:
        """function(*args, **hooks) there: what it returns, or raises. `function` and all arguments
        can be pickled; what it gives the hooks comes here.

        Raises `Gone` where the process dies meanwhile, and what `stopping.check` raises here.
        """
        hooks = hooks or {}
        number, answers = next(self._numbers), SimpleQueue[tuple[str, bytes]]()
        self._answers[number] = answers
        try:
            self._say(number, "call", pickle.dumps((function, args, tuple(hooks))))
            kind, value = self._answer(number, answers, hooks)
        except BaseException:
            self._end(number, answers)
            raise
        finally:
            del self._answers[number]
        if kind == "raised":
            raise pickle.loads(value)
        return pickle.loads(value)

    def _answer(
        self, number: int, answers: SimpleQueue, hooks: Mapping[str, Callable]
    ) -> tuple[str, bytes]:
        """Its last word, one of `LAST`, and what that is of."""
        said = time.monotonic()
        while True:
            try:
                kind, value = answers.get(timeout=BEAT)
            except Empty:
                kind, value = "", b""
            if kind in LAST:
                return kind, value
            if time.monotonic() - said >= BEAT:
                check()
                self._say(number, "wanted")
                said = time.monotonic()
            if kind:
                hooks[kind](*pickle.loads(value))

    def _end(self, number: int, answers: SimpleQueue) -> None:
        """It is not wanted any more: wait a little for its end, since it takes memory."""
        until = time.monotonic() + ENDING
        try:
            self._say(number, "unwanted")
            while answers.get(timeout=max(0.0, until - time.monotonic()))[0] not in LAST:
                pass
        except (Empty, Gone):
            pass

    def _say(self, number: int, word: str, value: bytes = b"") -> None:
        try:
            with self._sending:
                pickle.dump((number, word, value), self._process.stdin)  # type: ignore[arg-type]
                self._process.stdin.flush()  # type: ignore[union-attr]
        except (OSError, ValueError) as error:
            with suppress(OSError):  # what could not be written
                self._process.stdin.close()  # type: ignore[union-attr]
            raise Gone("the process that trains has ended") from error

    def _listen(self) -> None:
        try:
            while True:
                number, kind, value = pickle.load(self._process.stdout)  # type: ignore[arg-type]
                if number in self._answers:
                    self._answers[number].put((kind, value))
        except (OSError, EOFError, ValueError, pickle.UnpicklingError):
            self._process.kill()
            status = self._process.wait()
            logger.error("the process that trains has ended with %d", status)
            gone = pickle.dumps(Gone("the process that trains has ended"))
            for answers in list(self._answers.values()):
                answers.put(("raised", gone))
            self._process.stdout.close()  # type: ignore[union-attr]


def started() -> subprocess.Popen:
    """A process that trains, in the folder of this one, where data may be; OSError where the system
    gives none.
    """
    paths = [str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", "")]
    return subprocess.Popen(
        [sys.executable, "-m", "weightkit.ui.trainer"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, paths))},
    )


_starting = threading.Lock()
_apart: Apart | None = None


def call(function: Callable, *args: Any, hooks: Mapping[str, Callable] | None = None) -> Any:
    """function(*args, **hooks), in the process of this server where there is one."""
    there = apart()
    return (
        function(*args, **hooks or {})
        if there is None
        else there.call(function, *args, hooks=hooks)
    )


def apart() -> Apart | None:
    """The one of this server; None where there is no server (tests of pages, notebooks), and where
    the system gives no process: then trainings are threads.
    """
    global _apart
    if not runtime.exists() or type(runtime.get_instance()) is not runtime.Runtime:
        return None  # AppTest's passes for an instance
    with _starting:
        if _apart is None or not _apart.alive:
            try:
                _apart = Apart(started())
            except OSError as error:
                logger.warning("no process for the trainings (%s): they are threads", error)
                return None
        return _apart

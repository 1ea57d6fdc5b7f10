"""python -m weightkit.ui.trainer: the process in which a server trains. `apart` starts it and talks
to it, through its standard input and output.
"""

from __future__ import annotations

import logging
import os
import pickle
import signal
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any, BinaryIO

from .. import cores
from ..stopping import stoppable
from . import libraries, memory

LAST = ("returned", "raised")  # the words that end a call
LEASE = 0.5  # seconds that work goes on without a word that it is wanted
NICE = 10  # where both want the same core, pages go first: they take hundredths of a second
logger = logging.getLogger(__name__)


class Unwanted(Exception):
    """Raised inside the work, between two batches, when nobody wants it any more."""


class Call:
    """A function that the server has called."""

    def __init__(self, say: Callable[[str, bytes], None]):
        self._say = say
        self._news = threading.Condition()
        self._until = time.monotonic() + LEASE
        self._unwanted = False

    def hear(self, wanted: bool) -> None:
        """Whether its caller (still) wants it."""
        with self._news:
            self._until, self._unwanted = time.monotonic() + LEASE, not wanted
            self._news.notify_all()

    def look(self) -> None:
        """Called between any two batches: stand still while the caller says nothing, end what it
        does not want.
        """
        if self._unwanted or time.monotonic() > self._until:
            with self._news:
                self._news.wait_for(lambda: self._unwanted or time.monotonic() <= self._until)
            if self._unwanted:
                raise Unwanted

    def run(self, asked: bytes) -> None:
        """The body of its thread."""
        try:
            function, args, hooks = pickle.loads(asked)
            cores.stay_on_one_core()
            with stoppable(self.look):
                said = {hook: partial(self._tell, hook) for hook in hooks}
                self._say("returned", pickle.dumps(function(*args, **said)))
        except BaseException as error:  # whoever waits must hear of it
            self._say("raised", _pickled(error))
        finally:
            memory.give_back()
            memory.forget_code()  # 20 to 40 MB, until the next training

    def _tell(self, hook: str, *values: Any) -> None:
        self._say(hook, pickle.dumps(values))
        self.look()


def _pickled(error: BaseException) -> bytes:
    """An error; where it cannot be read again, its words."""
    if not isinstance(error, (ValueError, Unwanted)):  # those are answers
        logger.error("a call has failed", exc_info=error)
    try:
        made = pickle.dumps(error)
        pickle.loads(made)
    except Exception:
        return pickle.dumps(RuntimeError(f"{type(error).__name__}: {error}"))
    return made


def serve(asked: BinaryIO, answers: BinaryIO) -> None:
    """Do what is asked, each in a thread of its own, until nothing can be asked any more."""
    saying = threading.Lock()
    calls: dict[int, Call] = {}

    def say(number: int, kind: str, value: bytes) -> None:
        with saying:
            pickle.dump((number, kind, value), answers)
            answers.flush()
        if kind in LAST:
            calls.pop(number, None)

    while True:
        try:
            number, word, value = pickle.load(asked)
        except EOFError:
            return
        if word == "call":
            calls[number] = call = Call(partial(say, number))
            threading.Thread(target=call.run, args=(value,), daemon=True).start()
        elif number in calls:
            calls[number].hear(word == "wanted")


def main() -> None:
    """Until the server is gone: what is under way then is not waited for."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the server's
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what is printed goes to the log
    if hasattr(os, "nice"):
        os.nice(NICE)
    memory.frugal()
    libraries.bring(libraries.TRAINING)
    serve(sys.stdin.buffer, answers)
    os._exit(0)


if __name__ == "__main__":
    main()

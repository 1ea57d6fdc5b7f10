"""Who may do what in a class: anybody with the code answers, the lecturer's key opens the rest."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from functools import cache

from .asked import Answer, Asked, Given, Phase, State
from .redis import Redis
from .sqlite import Sqlite, home
from .store import Store, Trouble

LETTERS = "BCDFGHJKMNPRSTVWXYZ"  # none to be taken for another (I, L, O, Q), no vowel: no words
CODE = 4  # letters
AGE = 0.4  # seconds for which all pages of a server share one look at a class
TIDY = 600.0  # seconds between two looks for what has been kept long enough
WRONG = 10, 60.0  # codes that do not exist, of one session: so many in so many seconds
WRONG_HERE = 300, 60.0  # of all sessions of this process
STARTS = 120, 3600.0  # classes of this process


class Refused(Exception):
    """A reader may not do this, or not now: a sentence for them."""


TOO_MANY = Refused(
    "Too many wrong codes: wait a minute, then type the code as the lecturer shows it."
)


class Pace:
    """At most `most` of something in `seconds`."""

    def __init__(self, most: int, seconds: float):
        self._most, self._seconds = most, seconds
        self._when: deque[float] = deque()
        self._lock = threading.Lock()

    def full(self) -> bool:
        """Whether there has been as much of it as there may be."""
        with self._lock:
            while self._when and self._when[0] <= time.monotonic() - self._seconds:
                self._when.popleft()
            return len(self._when) >= self._most

    def count(self) -> None:
        """One more."""
        with self._lock:
            self._when.append(time.monotonic())


class Classes:
    """All classes of a store. Everything that asks for `key` raises Refused with a wrong one, and
    everything may raise Trouble.
    """

    def __init__(self, store: Store, clock: Callable[[], float] = time.time):
        self._store, self._clock = store, clock
        self._looking = threading.Lock()
        self._seen: dict[str, tuple[float, State]] = {}  # code -> when looked at, what was there
        self._wrong, self._starts = Pace(*WRONG_HERE), Pace(*STARTS)

    # The lecturer

    def start(self, asked: Asked) -> tuple[str, str]:
        """(code, key) of a new class with this first question."""
        if self._starts.full():
            raise Refused("This server has started many classes in the last hour: try later.")
        self._starts.count()
        key = secrets.token_urlsafe(16)
        for _ in range(20):
            code = "".join(secrets.choice(LETTERS) for _ in range(CODE))
            if self._store.begin(code, _digest(key), asked, self._clock()):
                return code, key
        raise Refused("No code is free on this server: try again.")

    def leads(self, code: str, key: str) -> bool:
        """Whether this is the key of that class."""
        lock = self._store.lock(code, self._clock())
        return lock is not None and secrets.compare_digest(lock, _digest(key))

    def ask(self, code: str, key: str, asked: Asked) -> None:
        """Put the next question to the class."""
        self._check(code, key)
        if not self._store.ask(code, asked, self._clock()):
            raise Refused("This class has been asked very many questions: start a new one.")
        self._forget(code)

    def turn(self, code: str, key: str, n: int, phase: Phase, card: str = "") -> None:
        """Close, open again or reveal the n-th question; card: what is shown of its result."""
        self._check(code, key)
        self._store.turn(code, n, phase, card)
        self._forget(code)

    def answers(self, code: str, key: str) -> list[Answer]:
        """All answers so far, before they are revealed too."""
        self._check(code, key)
        return self._store.answers(code)

    def questions(self, code: str, key: str) -> list[Asked]:
        """All questions so far."""
        self._check(code, key)
        return self._store.questions(code)

    def _check(self, code: str, key: str) -> None:
        if not self.leads(code, key):
            raise Refused(f"This is not the lecturer's link of class {code}.")

    # Everybody

    def find(self, code: str, wrong: Pace) -> State | None:
        """`state` for one who has typed the code; wrong: their own wrong ones so far. Raises
        Refused where there were too many, of theirs or of all.
        """
        if wrong.full() or self._wrong.full():
            raise TOO_MANY
        state = self.state(code)
        if state is None:
            wrong.count()
            self._wrong.count()
        return state

    def state(self, code: str) -> State | None:
        """What all may know of the class, at most `AGE` seconds old; None where there is none."""
        with self._looking:
            at, seen = self._seen.get(code, (0.0, None))
            if seen is not None and time.monotonic() - at < AGE:
                return seen
            now = self._store.state(code, self._clock()) if _is_code(code) else None
            self._seen.pop(code, None)
            if now is not None:
                self._seen[code] = (time.monotonic(), now)
                for oldest in list(self._seen)[:-100]:
                    del self._seen[oldest]
            return now

    def answer(self, state: State, tab: str, given: object) -> None:
        """Commit this tab's answer to the question of `state`, or change it; ValueError where it is
        none.
        """
        answer = state.asked.checked(given)
        who = who_is(state.code, tab)
        if not self._store.answer(state.code, state.n, who, answer, self._clock()):
            raise Refused("Answers to this question are no longer taken.")
        self._forget(state.code)

    def given(self, state: State, tab: str) -> Given | None:
        """What this tab has answered to the question of `state`."""
        return self._store.given(state.code, state.n, who_is(state.code, tab))

    def move(self, state: State, old: str, new: str) -> None:
        """A tab that was taken for a new one has answered: it was the one that it says it is."""
        self._store.move(state.code, state.n, who_is(state.code, old), who_is(state.code, new))

    def revealed(self, state: State) -> tuple[str, list[Answer]]:
        """(what is shown of the result, all answers) of a question that is revealed; Refused before
        that.
        """
        if state.phase != "revealed":
            raise Refused("The lecturer has not revealed this result.")
        said = [a for a in self._store.answers(state.code) if a.n == state.n]
        return self._store.card(state.code, state.n), said

    def tidy(self) -> None:
        """Delete what has been kept long enough."""
        self._store.tidy(self._clock())

    def _forget(self, code: str) -> None:
        with self._looking:
            self._seen.pop(code, None)


def who_is(code: str, tab: str) -> str:
    """The random id that stands for a tab in one class: the tab's own is written nowhere."""
    return _digest(f"{code} {tab}")[:12]


def new_tab() -> str:
    """An id for a tab."""
    return secrets.token_urlsafe(12)


def is_tab(text: object) -> bool:
    """Whether a tab may call itself so: as `new_tab` does."""
    return isinstance(text, str) and re.fullmatch("[A-Za-z0-9_-]{16}", text) is not None


@cache
def classes() -> Classes:
    """Those of this server: in Redis where WEIGHTKIT_REDIS_URL is set, else in a file."""
    url = os.environ.get("WEIGHTKIT_REDIS_URL")
    held = Classes(Redis(url) if url else Sqlite(home()))
    threading.Thread(target=_tidy, args=(held,), daemon=True, name="weightkit-classes").start()
    return held


def _tidy(held: Classes) -> None:
    while True:
        with suppress(Trouble):  # said to whoever uses it
            held.tidy()
        time.sleep(TIDY)


def _is_code(text: str) -> bool:
    return len(text) == CODE and set(text) <= set(LETTERS)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()

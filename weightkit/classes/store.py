"""Where classes are kept: one interface, two homes."""

from __future__ import annotations

from typing import Protocol

from .asked import Answer, Asked, Given, Phase, State

LIFE = 24 * 3600  # seconds after its last answer (or its start) in which a class is kept
MOST_ANSWERS = 2000  # to one question
MOST_QUESTIONS = 200  # to one class


class Trouble(Exception):
    """The store does not do what it is asked: a sentence for a reader."""


class Store(Protocol):
    """What `sqlite` and `redis` do. `n` counts the questions of a class, from 1; `lock` is a digest
    of the lecturer's key; `who` is one tab; `now` are seconds since 1970. All raise Trouble.
    """

    def begin(self, code: str, lock: str, asked: Asked, now: float) -> bool:
        """Put a class with its first question, open; False where the code is taken."""

    def lock(self, code: str, now: float) -> str | None:
        """The digest of the key of this class; None where there is no such class."""

    def state(self, code: str, now: float) -> State | None:
        """What all may know of it; None where there is no such class."""

    def ask(self, code: str, asked: Asked, now: float) -> bool:
        """The next question, open; False where there are MOST_QUESTIONS."""

    def turn(self, code: str, n: int, phase: Phase, card: str = "") -> None:
        """Close, open or reveal the n-th question, where that is the present one and not revealed;
        card: what is shown of its result.
        """

    def card(self, code: str, n: int) -> str:
        """What is shown of the n-th question's result; "" where it is not revealed."""

    def answer(self, code: str, n: int, who: str, given: Given, now: float) -> bool:
        """Put or change an answer; False where it is too late, or there are MOST_ANSWERS."""

    def move(self, code: str, n: int, old: str, new: str) -> None:
        """What `old` has answered is the answer of `new`."""

    def given(self, code: str, n: int, who: str) -> Given | None:
        """What this tab has answered to the n-th question."""

    def answers(self, code: str) -> list[Answer]:
        """All answers, by question and time."""

    def questions(self, code: str) -> list[Asked]:
        """All questions so far, in their order."""

    def tidy(self, now: float) -> None:
        """Delete what has been kept for long enough."""

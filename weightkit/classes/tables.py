"""All answers as a table, and how many gave which."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Sequence

from .asked import Answer, Asked, Given


def as_csv(questions: Sequence[Asked], answers: Sequence[Answer]) -> bytes:
    """question, answer, seconds, id: a row for each answer, as UTF-8 that spreadsheets know."""
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(["question", "answer", "seconds", "id"])
    for a in answers:
        text = f"{a.n}. {questions[a.n - 1].text}"
        table.writerow([text, a.given, f"{a.seconds:.1f}", a.who])
    return out.getvalue().encode("utf-8-sig")


def counts(asked: Asked, given: Sequence[Given]) -> list[int]:
    """How many answers there are of each option, in the order of the options."""
    found = Counter(given)
    return [found[option] for option in asked.options]


def stacks(asked: Asked, given: Sequence[Given], columns: int) -> list[int]:
    """How many numbers lie in each of so many equal parts of the question's range."""
    found = [0] * columns
    if asked.number is None:
        return found
    low, high = asked.number
    for value in given:
        if not isinstance(value, str):
            found[min(int((value - low) / (high - low) * columns), columns - 1)] += 1
    return found

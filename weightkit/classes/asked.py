"""What a class is asked, and what everybody may know of a class."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal

Phase = Literal["open", "closed", "revealed"]
Given = str | float


@dataclass(frozen=True)
class Asked:
    """A question about a view of a lesson with some settings, in words and as what is run.

    text, options, number, unit, tolerance: as in `lessons.story.Question`; about: the question and
    the settings as one short name (`ui.predict.about`); title: of the lesson; slug: of its page;
    place: of the view (`Visit.place`); query: what the page's link says, (name, value) each; view
    and config: the modules' names (`module:Class` of a Config), settings: the Config's fields.
    """

    text: str
    options: tuple[str, ...]
    number: tuple[float, float] | None
    unit: str
    tolerance: float
    about: str
    title: str
    slug: str
    place: str
    query: tuple[tuple[str, str], ...]
    view: str
    config: str
    settings: dict[str, Any]

    def checked(self, given: object) -> Given:
        """The answer, one of the options or a number of the range; ValueError for anything else."""
        if self.number is None:
            if isinstance(given, str) and given in self.options:
                return given
        elif isinstance(given, (int, float)) and not isinstance(given, bool):
            low, high = self.number
            if math.isfinite(given) and low <= given <= high:
                return float(given)
        raise ValueError("this is not an answer to the question")

    def spelled(self) -> str:
        """As JSON."""
        return json.dumps(asdict(self))

    @classmethod
    def read(cls, text: str) -> Asked:
        """What `spelled` has written."""
        said = json.loads(text)
        return cls(**{field.name: _tuples(said[field.name]) for field in fields(cls)})


@dataclass(frozen=True)
class State:
    """What everybody may know of a class: its question (the n-th, from 1), since when it is asked
    (seconds since 1970), whether answers are taken, and how many there are.
    """

    code: str
    n: int
    phase: Phase
    since: float
    asked: Asked
    answered: int


@dataclass(frozen=True)
class Answer:
    """One tab's answer to the n-th question, `seconds` after it was asked."""

    n: int
    who: str
    given: Given
    seconds: float


def _tuples(value: Any) -> Any:
    """JSON's lists as the tuples that they were."""
    if isinstance(value, list):
        return tuple(map(_tuples, value))
    if isinstance(value, dict):
        return {key: _tuples(inner) for key, inner in value.items()}
    return value

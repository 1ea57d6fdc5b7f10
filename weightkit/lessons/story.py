"""What a lesson asks before a run and tells after it: made once, by the worker that trained, from
typed facts; numbers are `written` as people write them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..charts.words import written

if TYPE_CHECKING:
    from ..charts import Figure  # a question needs no Altair


@dataclass(frozen=True)
class Question:
    """What a reader predicts: one of `options`, or a number of the range `number` to within
    `tolerance`.
    """

    text: str
    options: tuple[str, ...] = ()
    number: tuple[float, float] | None = None
    unit: str = ""
    tolerance: float = 0.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", written(self.text))
        object.__setattr__(self, "options", tuple(map(written, self.options)))


@dataclass(frozen=True)
class Verdict:
    """The answer that this run gives to the question, one of its options or a number, and why."""

    truth: str | float
    because: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "because", written(self.because))
        if isinstance(self.truth, str):
            object.__setattr__(self, "truth", written(self.truth))


@dataclass(frozen=True, repr=False)
class Story:
    """What is true of one run: facts, and the words and figures made from them.

    verdict: None where nothing was asked; headline: words for a place between the figures; facts: a
    dataclass of the lesson's `findings`; shows: what this run shows, a sentence each; slips: where
    the usual explanation goes wrong, with this run's evidence.
    """

    verdict: Verdict | None
    figures: tuple[Figure, ...]
    shows: tuple[str, ...]
    slips: tuple[str, ...] = ()
    facts: Any = None
    headline: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "headline", written(self.headline))
        for part in ("shows", "slips"):
            object.__setattr__(self, part, tuple(map(written, getattr(self, part))))

    def __getitem__(self, name: str) -> Figure:
        """The figure of this name; KeyError where there is none."""
        for figure in self.figures:
            if figure.name == name:
                return figure
        raise KeyError(
            f"no figure is called {name!r}; there are {', '.join(f.name for f in self.figures)}"
        )

    def __repr__(self) -> str:
        titles = [f"{figure.name}: {figure.title}" for figure in self.figures]
        return "\n\n".join([*_said(self), *titles, *self.slips])

    def _repr_mimebundle_(self, *args: Any, **more: Any) -> dict[str, str]:
        """What a notebook shows: verdict, sentences and still pictures of the figures, which need
        no network; `story["name"]` is one of them that answers to the mouse.
        """
        return {"text/plain": repr(self), "text/html": self._repr_html_()}

    def _repr_html_(self) -> str:
        from .shown import page  # draws, which takes seconds

        return page(_said(self), self.figures, self.slips)

    def get(self, name: str) -> Figure | None:
        """The figure of this name; None where this run has none."""
        return next((figure for figure in self.figures if figure.name == name), None)


def _said(story: Story) -> list[str]:
    """The words before the figures, a paragraph each."""
    verdict = story.verdict
    answer = [] if verdict is None else [f"**{_answer(verdict.truth)}** {verdict.because}".strip()]
    return [*answer, *([story.headline] if story.headline else []), *story.shows]


def _answer(truth: str | float) -> str:
    return truth if isinstance(truth, str) else f"{truth:.4g}"

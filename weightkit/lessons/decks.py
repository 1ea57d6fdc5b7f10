"""A run of a lesson as slides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from ..charts import export

if TYPE_CHECKING:
    from ..charts import Figure
    from .story import Question, Story


def deck(
    lesson: str,
    why: str,
    question: Question,
    story: Story,
    settings: Mapping[str, object],
    link: str = "",
    figures: Sequence[Figure] = (),
) -> export.Deck:
    """Slides of a run, for `export.pptx` and `export.slideshow`: the lesson's title and question,
    what is predicted, and a slide for each figure.

    lesson, why: title and question of the lesson; question, story: `ask(config)` and
        `tell(config, result)` of the view; figures: others than the story's.
    """
    verdict = story.verdict
    truth = "" if verdict is None else verdict.truth
    said = truth if isinstance(truth, str) else f"{truth:.4g}"
    return export.Deck(
        lesson=lesson,
        question=why,
        prediction=question.text,
        options=question.options,
        answer="" if verdict is None else f"{said}. {verdict.because}",
        figures=tuple(figures) or story.figures,
        shows=story.shows,
        settings=settings,
        link=link,
    )

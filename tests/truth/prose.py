"""What no sentence may say, whatever the run: numbers that are none, wrong plurals, empty
comparisons, foreign nouns.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from weightkit.lessons.story import Question, Story

NOTHING = re.compile(r"\b(nan|NaN|None(?! of)|inf|-inf|Infinity|undefined)\b")
ONE = re.compile(
    r"(?<![\d.,]) ?\b1"
    r" (epochs|networks|layers|units|weights|biases|runs|seeds|pairs|stds|samples|examples|points"
    r"|classes|schemes|steps|images|parameters|times|others|depths|starts|trainings|numbers|directions)\b"
)
MANY = re.compile(
    r"\b([02-9]|\d{2,})"
    r" (epoch|network|layer|unit|weight|run|seed|pair|sample|example|scheme|step)\b(?! [a-z]+s\b)"
)
SAME = re.compile(r"\b(?:from|between) ([\d.,]+(?:e-?\d+)?%?) (?:to|and) \1(?![\d.,%])")
AGAINST = re.compile(
    r"([\d.,]+%?)(?: [a-z]+){0,3} (?:against|than|instead of) ([\d.,]+%?)(?![\d.,])"
)
COMPARATIVE = re.compile(
    r"\b(higher|lower|more|less|better|worse|larger|smaller|faster|slower|wins|beats)\b"
)
TABLES = ("breast_cancer", "wine_quality")
FOREIGN = re.compile(r"\b(image|images|digit|digits|pixel|pixels|handwritten)\b", re.IGNORECASE)


def texts(question: Question, story: Story) -> Iterator[tuple[str, str]]:
    """(where, text) of everything that is said of a run."""
    yield "question", question.text
    yield from (("answer", option) for option in question.options)
    yield "verdict", story.verdict.because
    yield from (("shows", sentence) for sentence in story.shows)
    yield from (("slips", sentence) for sentence in story.slips)
    for figure in story.figures:
        yield f"title of {figure.name}", figure.title
        yield f"subtitle of {figure.name}", figure.subtitle
        yield f"alt of {figure.name}", figure.alt


def faults(question: Question, story: Story, dataset: str | None) -> list[str]:
    """Everything that is wrong with what is said, a line each; empty where nothing is."""
    found = []
    for where, text in texts(question, story):
        plain = re.sub(r"`[^`]*`|\$[^$]*\$", "", text)
        for name, pattern in (
            ("no number", NOTHING),
            ("plural", ONE),
            ("singular", MANY),
            ("from X to X", SAME),
        ):
            if match := pattern.search(plain):
                found.append(f"{name} “{match.group().strip()}” in {where}: {text}")
        for sentence in re.split(r"(?<=[.;]) ", plain):
            match = AGAINST.search(sentence)
            if match and match.group(1) == match.group(2) and COMPARATIVE.search(sentence):
                found.append(f"equal as printed “{match.group()}” in {where}: {text}")
        if dataset in TABLES and (match := FOREIGN.search(plain)):
            found.append(f"foreign noun “{match.group()}” in {where}: {text}")
    truth = story.verdict.truth
    if isinstance(truth, str) and question.options and truth not in question.options:
        found.append(f"the verdict “{truth}” is none of the answers {question.options}")
    if (
        not isinstance(truth, str)
        and question.number
        and not question.number[0] <= truth <= question.number[1]
    ):
        found.append(f"the verdict {truth} is outside {question.number}")
    return found

"""What no sentence may say, whatever the run: numbers that are none, wrong plurals, empty
comparisons, foreign nouns.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator

from weightkit.lessons.story import Question, Story

EXAMPLES = int(os.environ.get("WEIGHTKIT_EXAMPLES", "10"))
"""Settings that a property test of tests/lessons draws, beside the fuzzer's thirty a view;
WEIGHTKIT_EXAMPLES=2000 pytest tests/lessons draws thousands.
"""

ONE_OF_MANY = (
    "epochs|networks|layers|units|weights|biases|runs|seeds|pairs|stds|samples|examples|points"
    "|classes|schemes|steps|images|parameters|times|others|depths|starts|trainings|numbers"
    "|directions|products|features|joints|rows|different rows|sequences|rivals|conditions"
    "|comparisons"
)
MANY_OF_ONE = "epoch|network|layer|unit|weight|run|seed|pair|sample|example|scheme|step"
NEVER = {
    name: re.compile(pattern)
    for name, pattern in {
        "no number": r"(?!^None$)\b(nan|NaN|None(?! of)|inf|-inf|Infinity|undefined)\b",
        "too many digits": r"\d\.(?!0)\d{7}|\d\.\d{10}",
        "plural": rf"(?<![\d.,/])\b1 ({ONE_OF_MANY})\b",
        "singular": rf"\b([02-9]|\d{{2,}}) ({MANY_OF_ONE})\b(?! [a-z]+s\b| \d)",
        "of two": rf"\b[Aa]ll 2 ({ONE_OF_MANY})\b",
        "from X to X": r"\b(?:from|between) (?!layer |epoch )(\S+) (?:to|and) \1(?![\w.,]*[\w%])"
        r"|(?<![−⁻\-\w.,/])(\d[\d.,]*)%? to \2(?![\d.,⁻]*[\d⁻])",
        "compared as printed alike": r"(?<![\d.])([\d.]+%)[^.;:]{0,20}, against \1",
        "as a computer writes it": r"(?<![\w.])\d+(\.\d+)?e[+−-]?\d+\b|\d %"
        r"|(?<![\w\]).⁻–-])-(?=[\d∞])",
        "bounded by nothing": r"\b(at most|within|more than|less than|(?<!add )up to) 0(\.0+)?%?"
        r"(?![\d.,]*\d)",
        "a signed zero": r"(?<![\w)])[−+±-]0(\.0+)?(?!\d|\.\d)",
        "in other words": r"\btrain (loss|accuracy|set)\b|\bunseeded\b|\w+isation\b",
        "no words": r"^\s*$|\b(and|of|is|in) (?=[.,:;]|$)|: ?\.|, ,|  |(?<!\w)\(\)",
    }.items()
}
AGAINST = re.compile(
    r"([\d.,]+%?)(?: [a-z]+){0,3} (?:against|than|instead of) ([\d.,]+%?)(?![\d.,])"
)
COMPARATIVE = re.compile(
    r"\b(higher|lower|more|less|better|worse|larger|smaller|faster|slower|wins|beats)\b"
)
TABLES = ("breast_cancer", "wine_quality")
FOREIGN = re.compile(r"\b(images?|digits?|pixels?|pictures?|handwritten)\b", re.IGNORECASE)


def texts(question: Question | None, story: Story, *figures) -> Iterator[tuple[str, str]]:
    """(where, text) of everything that is said of a run, in the story and in further figures."""
    if question:
        yield "question", question.text
        yield from (("answer", option) for option in question.options)
    if story.headline:
        yield "headline", story.headline
    if story.verdict:
        yield "verdict", story.verdict.because
    yield from (("shows", sentence) for sentence in story.shows)
    yield from (("slips", sentence) for sentence in story.slips)
    for figure in (*story.figures, *figures):
        yield f"title of {figure.name}", figure.title
        yield f"subtitle of {figure.name}", figure.subtitle
        yield f"alt of {figure.name}", figure.alt


def faults(
    question: Question | None,
    story: Story,
    dataset: str | None,
    *figures,
    code: Iterable[str] = (),
) -> list[str]:
    """Everything that is wrong with what is said, a line each; empty where nothing is.

    dataset: what the run trained on, or any name of `TABLES` where it has to do with no image;
        figures: drawn beside those of the story; code: words of Python that may be said.
    """
    found = []
    for where, text in texts(question, story, *figures):
        plain = re.sub(r"`[^`]*`|\$[^$]*\$", "code", text)
        for word in code:
            plain = plain.replace(word, "code")
        for name, pattern in NEVER.items():
            if match := pattern.search(plain):
                found.append(f"{name} “{match.group().strip()}” in {where}: {text}")
        for sentence in re.split(r"(?<=[.;]) ", plain):
            match = AGAINST.search(sentence)
            if match and match.group(1) == match.group(2) and COMPARATIVE.search(sentence):
                found.append(f"equal as printed “{match.group()}” in {where}: {text}")
        if dataset in TABLES and (match := FOREIGN.search(plain)):
            found.append(f"foreign noun “{match.group()}” in {where}: {text}")
    if question and story.verdict:
        found += unasked(question, story.verdict.truth)
    return found


def unasked(question: Question, truth: str | float) -> list[str]:
    """The verdict, where it is none of the answers that the question offers."""
    if isinstance(truth, str) or not question.number:
        wrong = bool(question.options) and truth not in question.options
        return [f"the verdict “{truth}” is none of {question.options}"] if wrong else []
    low, high = question.number
    return [] if low <= truth <= high else [f"the verdict {truth} is outside {question.number}"]

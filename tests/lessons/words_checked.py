"""What no sentence of a page may contain, at any setting, and how many settings a property test
draws.
"""

import os
import re

EXAMPLES = int(os.environ.get("WEIGHTKIT_EXAMPLES", "30"))
"""Settings drawn per view; thousands by WEIGHTKIT_EXAMPLES=2000 pytest
tests/lessons/.../test_truth.py.
"""

COUNTED = (
    "epochs|networks|seeds|weights|layers|points|examples|images|conditions|comparisons|times a"
)
NEVER = {
    "a number that is none": r"\b(nan|inf|None)\b",
    "one thing as many": rf"(?<![\w.,])1 ({COUNTED})\b",
    "many things as one": r"(?<![\d.,])\d*([02-9]|\d\d) (epoch|network|seed|example)\b(?! \d)",
    "from a value to itself": r"\bfrom (\S+?) to \1(?![\d.,]*\d)",
    "a comparison of what is printed alike": r"(?<![\d.])([\d.]+%)[^.;:]{0,20}, against \1",
    "no words": r"^\s*$|: ?\.|, ,|  ",
}
TABLES = r"\b(image|digit|picture|pixel)s?\b"


def words_of(question, story, *figures):
    """All that a reader reads of a story, figure by figure."""
    texts = [question.text, story.verdict.because, *story.shows, *story.slips]
    for figure in (*story.figures, *figures):
        texts += [figure.title, figure.subtitle, figure.alt]
    return texts


def check(question, story, *figures, dataset="digits", code=()):
    """No bad sentence, and an answer that the question offers. code: words of Python that may be
    said.
    """
    for text in words_of(question, story, *figures):
        for word in code:
            text = text.replace(word, "code")
        for what, pattern in NEVER.items():
            assert not re.search(pattern, text), f"{what}: {text}"
        if dataset not in ("digits", "mnist"):
            assert not re.search(TABLES, text, re.I), text
    if question.options:
        assert story.verdict.truth in question.options
    else:
        low, high = question.number
        assert low <= story.verdict.truth <= high

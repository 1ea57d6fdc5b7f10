"""What no sentence of any story may say, whatever the settings: for the property tests of
lessons.
"""

import os
import re

EXAMPLES = int(os.environ.get("WEIGHTKIT_TRUTH_EXAMPLES", "30"))
"""Settings drawn for each view: some dozens in CI, thousands by `WEIGHTKIT_TRUTH_EXAMPLES=2000
pytest -k truth`.
"""

ONE_OF_MANY = re.compile(
    r"(?<![\d.,\-])1"
    r" (weights|biases|units|numbers|products|samples|features|layers|epochs|runs|seeds|joints|points|networks)\b"
)
SAME_ENDS = re.compile(r"\bfrom (\S+) to \1(?![\d.])")
NOT_A_NUMBER = re.compile(r"\b(nan|NaN|None|inf|Infinity)\b")


def said(story, *figures):
    """Every text of a story and of further figures."""
    texts = [story.headline, *story.shows, *story.slips]
    if story.verdict is not None:
        texts += [str(story.verdict.truth), story.verdict.because]
    for figure in (*story.figures, *figures):
        texts += [figure.title, figure.subtitle, figure.alt]
    return texts


def faults(texts, foreign=()):
    """What is wrong with these texts, each with the text; foreign: words of other data."""
    found = []
    for text in texts:
        for pattern in (ONE_OF_MANY, SAME_ENDS, NOT_A_NUMBER):
            found += [(match.group(), text) for match in pattern.finditer(text)]
        found += [(word, text) for word in foreign if re.search(rf"\b{word}\b", text)]
    return found

"""What no sentence of a story may say, whatever the settings: for tests that draw settings at
random.
"""

import os
import re

EXAMPLES = int(os.environ.get("WEIGHTKIT_EXAMPLES", "30"))
"""Settings drawn per view; WEIGHTKIT_EXAMPLES=2000 pytest -k any_setting tests/lessons draws
thousands.
"""

COUNTED = (
    "epochs|networks|starts|seeds|units|different"
    " rows|weights|biases|numbers|others|points|sequences|rivals|layers"
)
WRONG = {
    "a number that is none": r"\b(nan|inf|None)\b|\d\.\d{6}",
    "one of many": rf"(?<![\w.,])1 ({COUNTED})\b",
    "from X to X": r"(?<![−\-\d.,])(\d[\d.,]*%?) to \1(?![\d.,%])",
    "an empty list": r"\b(and|of|is|in) (?=[.,:;]|$)|  |\(\)",
}


def texts(story, *figures):
    """All that is said: verdict, titles, subtitles, alt texts, sentences."""
    drawn = [text for f in (*story.figures, *figures) for text in (f.title, f.subtitle, f.alt)]
    return [story.verdict.because, *drawn, *story.shows, *story.slips]


def check(said, foreign=()):
    """No text of `said` is wrong in form, or has a word that belongs to other data."""
    for text in said:
        for what, pattern in WRONG.items():
            found = re.search(pattern, text)
            assert not found, f"{what}: {found.group()!r} in {text!r}"
        for word in foreign:
            assert word not in text.lower(), f"{word!r} in {text!r}"

"""Text from outside (a link, a field, a file's name) shown as it is: anyone can make a link, and
others open it.
"""

from __future__ import annotations

import re
import unicodedata

MOST = 80  # characters of a quoted text
SENTENCE = 400  # of a message that quotes one
SPECIAL = re.compile(r"[\\`*_{}\[\]<>&#!|~$^:@]")
ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
JOINER = "\N{WORD JOINER}"  # no width; where it stands, no address and no :name: is found
BREAKS = re.compile(r"(?<=[:@])|(?<=www)(?=\.)", re.IGNORECASE)
LINE_START = re.compile(r"^(\d*)([-+=.)])")  # a list, a heading's underline


def plain(text: object, most: int = MOST) -> str:
    """Markdown that shows `text` and nothing else: no link, image, formula, colour, icon or HTML
    comes of it.

    At most `most` characters are shown; line breaks become blanks; control characters and those
    that turn the direction of writing are left out. What is special in Markdown (also Streamlit's
    :red[...], :material/...: and $...$) is escaped by a backslash. Addresses and :names: are found
    by Streamlit's browser side after the escapes are resolved, so an invisible word joiner keeps
    them apart.
    """
    words = "".join(_visible(character) for character in str(text)[: 4 * most])
    words = " ".join(words.split())
    if len(words) > most or len(str(text)) > 4 * most:
        words = words[: most - 1].rstrip() + "…"
    escaped = SPECIAL.sub(r"\\\g<0>", BREAKS.sub(JOINER, words))
    return LINE_START.sub(r"\1\\\2", escaped)


def shown(markdown: str) -> str:
    """What a reader sees of `plain(text)`: without the backslashes and the joiners."""
    return ESCAPED.sub(r"\1", markdown).replace(JOINER, "")


def _visible(character: str) -> str:
    category = unicodedata.category(character)
    if category in ("Cc", "Zl", "Zp"):
        return " " if character.isspace() else ""
    return "" if category in ("Cf", "Cs", "Co", "Cn") else character

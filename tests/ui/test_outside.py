"""Text from outside is shown as it is: nothing of it becomes a link, an image, a formula, a colour
or HTML.
"""

import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from weightkit.ui.outside import JOINER, MOST, plain, shown

HOSTILE = (
    "![x](http://host/a.png)",
    "[Sign in again](http://host)",
    "$x^2$",
    "$$x$$",
    ":red[x]",
    ":material/home:",
    ":smile:",
    "<img src=x onerror=alert(1)>",
    "<b>x</b>",
    "&lt;b&gt;",
    "**bold**",
    "_it_",
    "`code`",
    "~~gone~~",
    "# title",
    "- list",
    "1. one",
    "2) two",
    "+ plus",
    "> quote",
    "a | b",
    "http://host/a",
    "https://host",
    "www.host.org",
    "WWW.host.org",
    "me@host.org",
    "mailto:me@host.org",
    "\\[a](b)",
    "a\\",
    "line\n\n# break",
    "===",
    "---",
    "\u202eevil",
    "\x00\x1b[31m",
    "\u2028x",
    "[a]: http://b",
    "<http://host>",
    ":violet-background[x]",
    ":small[x]",
    "[^1]",
    "a -> b",
    "\ud800",
    "x" * 500,
)
texts = st.lists(st.one_of(st.text(max_size=12), st.sampled_from(HOSTILE)), max_size=4).map("".join)
SPECIAL = "\\`*_{}[]<>&#!|~$^:@"


def hostile(test):
    for text in HOSTILE:
        test = example(text)(test)
    return test


@hostile
@given(texts)
def test_every_special_character_is_escaped_and_every_escape_is_of_one_character(text):
    made = plain(text)
    left = re.sub(
        r"\\[!-/:-@\[-`{-~]", "", made
    )  # CommonMark: a backslash before ASCII punctuation
    assert not set(left) & set(SPECIAL), made
    assert not re.match(r"\d*[-+=.)]", made), "a list, or the line under a heading"


@hostile
@given(texts)
def test_no_address_and_no_name_is_left_to_be_found_in_what_is_shown(text):
    seen = re.sub(r"\\(.)", r"\1", plain(text))
    assert not re.search(
        r"https?://|www(?=\.)", seen, re.IGNORECASE
    )  # mdast-util-gfm-autolink-literal
    assert not re.search(r"[-.\w+]+@[-\w]+", seen)
    assert not re.search(r":[\w+/-]+:", seen)  # icons, emoji
    assert not re.search(r":[\w-]+\[", seen)  # colours


@hostile
@given(texts)
def test_one_line_without_control_characters_and_not_too_long(text):
    made = plain(text)
    assert not [
        c
        for c in made.replace(JOINER, "")
        if unicodedata.category(c)[0] == "C" or c in "\u2028\u2029\n\r"
    ]
    assert len(shown(made)) <= MOST
    assert len(made) <= 4 * MOST


@given(st.text(st.characters(categories=("L", "N", "P", "S", "Zs")), max_size=MOST))
def test_what_a_reader_sees_is_the_text(text):
    assert shown(plain(text)) == " ".join(text.split())


@pytest.mark.parametrize("size", [10_000_000, MOST + 1])
def test_a_long_text_is_cut_and_says_so(size):
    assert shown(plain("x" * size)) == "x" * (MOST - 1) + "…"
    assert len(shown(plain("x" * size, 20))) == 20
    assert shown(plain("x" * MOST)) == "x" * MOST
    assert shown(plain(None)) == "None"

"""A term is explained where a page first says it, once, and nothing else becomes HTML."""

import re

import pytest

from weightkit.ui.glossary import TERMS, explained


def plain(text: str) -> str:
    """What is read: without the explanations."""
    return re.sub(r"<span.*?</span>|</?dfn[^>]*>", "", text).replace("&lt;", "<")


def marked(text: str) -> list[str]:
    return re.findall(r'id="term-([\w-]+)"', text)


def test_the_first_use_is_explained_and_no_other():
    done: set[str] = set()
    first = explained("Seeds differ; a **std** of 1 for each seed.", done)
    assert sorted(marked(first)) == ["seed", "std"] and first.startswith("<dfn")
    assert "**<dfn" in first and plain(first) == "Seeds differ; a **std** of 1 for each seed."
    assert explained("One seed, one std.", done) == "One seed, one std."


@pytest.mark.parametrize(
    "text",
    [
        "`seed=1`",
        "$\\kappa = seed$",
        "[the seed](https://a.b/seed)",
        "relu(x)",
        "### The rank",
        "the ranked, seeded",
    ],
)
def test_code_formulas_links_and_headings_stay(text):
    assert explained(text, set()) == text


def test_other_html_is_text():
    text = explained("<b onclick=x>seed</b> `a < b`", set())
    assert re.findall(r"<(\w+)", re.sub(r"`[^`]*`", "", text)) == ["dfn", "span"]
    assert plain(text) == "<b onclick=x>seed</b> `a < b`"


def test_a_meaning_is_one_short_sentence():
    for _, meaning in TERMS.values():
        assert meaning.endswith(".") and len(meaning) <= 140, meaning

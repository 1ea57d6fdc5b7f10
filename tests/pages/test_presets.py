"""docs/presets.md: what the pages' buttons do, and links that bring back the same settings."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from conftest import ROOT

from tools import presets
from weightkit.ui.lessons import LESSONS
from weightkit.ui.visit import STATE, Visit

PRESETS = presets.PAGE.read_text(encoding="utf-8")
COVERAGE = (ROOT / "docs" / "coverage.md").read_text(encoding="utf-8")
SLUGS = [lesson.slug for lesson in LESSONS]


def table(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith("| ")]


def linked(slug: str) -> list[str]:
    """The links of a lesson in the table."""
    return [line.split("`")[1] for line in rows_of(slug)]


def rows_of(slug: str) -> list[str]:
    return [line for line in table(PRESETS)[1:] if urlsplit(line.split("`")[1]).path == f"/{slug}"]


@pytest.mark.parametrize("slug", SLUGS)
def test_the_table_has_every_preset_with_the_link_of_its_button(slug):
    """Where this fails: python tools/presets.py"""
    pressed = presets.presets(slug)
    assert pressed
    made = table(presets.page(pressed))[1:]
    (start,) = [i for i, line in enumerate(table(PRESETS)) if line == made[0]] or [None]
    assert start is not None, made[0]
    assert table(PRESETS)[start : start + len(made)] == made
    assert linked(slug) == [preset.link for preset in pressed], "no row too many"


def test_the_presets_that_the_coverage_table_names_are_there():
    named = {(slug, line.split(" | ")[1]) for slug in SLUGS for line in rows_of(slug)}
    asked = [
        (line, name)
        for line in COVERAGE.splitlines()
        if " preset" in line
        for name in re.findall("“([^”]+)”", line.split(" preset", 1)[1])
    ]
    assert len(asked) > 15
    for line, name in asked:
        slug = re.findall(r"`/(\w+)", line)[0]
        assert (slug, name) in named, f"no preset “{name}” on that page"


def test_the_preset_that_the_settings_are_of_is_marked_and_no_other():
    at = presets.opened("matrix_sizes")
    assert at.radio(key=presets.PRESET).value == presets.offered(at)[0], "the default is one"
    name = presets.offered(at)[1]
    at.radio(key=presets.PRESET).set_value(name).run()
    assert at.radio(key=presets.PRESET).value == name
    link = presets.PAGE.read_text(encoding="utf-8").split(f"| {name} | `")[1].split("`")[0]
    query = {key: values[0] for key, values in parse_qs(link.partition("?")[2]).items()}
    assert presets.opened("matrix_sizes", **query).radio(key=presets.PRESET).value == name
    at.text_input(key="sizes").set_value("3-2").run()
    assert at.radio(key=presets.PRESET).value is None, "a setting was moved"


def test_a_preset_holds_that_is_chosen_before_the_page_that_back_asked_for_is_drawn():
    """That run had begun a visit, and was left for the choice before it came to the presets."""
    at = presets.opened("matrix_sizes")
    name = presets.offered(at)[1]
    known = at.session_state[STATE].known
    at.session_state[STATE] = Visit("matrix_sizes", {"sizes": ["3-2"]}, known=known)
    at.radio(key=presets.PRESET).set_value(name).run()
    assert at.radio(key=presets.PRESET).value == name

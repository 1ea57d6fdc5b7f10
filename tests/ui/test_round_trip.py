"""Link, settings, and the same link again: for every value of every control of every view, and for
the links in docs/.

Here without a browser; tests/browser/test_round_trip.py opens, reloads and copies some in one.
"""

import math
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from conftest import ROOT
from pages_helpers import no_training  # noqa: F401

from tools import presets
from tools.presets import opened, pages_seen, views
from weightkit.ui import link
from weightkit.ui.lessons import LESSONS

TOLD = {
    found
    for file in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    for found in re.findall(r"`(/[a-z_]+\?[^`\s]*)`", file.read_text(encoding="utf-8"))
}
OPENED = presets.PAGE.read_text(encoding="utf-8")
"""What test_presets opens, and asks the same of."""


def values(control):
    """Every value that a control offers, or the ends and the middle of its range."""
    if isinstance(control.default, bool):
        return [False, True]
    if control.most:
        return [(one,) for one in control.options] + [tuple(control.options[: control.most])]
    if control.options:
        return list(control.options)
    if control.low is not None:
        kind = type(control.default)
        return [kind(v) for v in (control.low, (control.low + control.high) / 2, control.high)]
    return [control.default]


def same(one, other):
    return one == other or (isinstance(one, float) and math.isclose(one, other, rel_tol=1e-5))


def faults(control):
    """What of the control's values does not come back from its link, by its name in the code or the
    one on the screen.
    """
    for value in values(control):
        if value in control.withheld:
            continue  # a reader's own data
        raw = link.spell(control, value)
        if not same(link.read(control, raw), value):
            yield value, raw, link.read(control, raw)
        if control.options and not control.most:
            if raw != [link._text(value)]:
                yield value, raw, "no name from the code"
            if not same(link.read(control, [control.name(value)]), value):
                yield value, control.name(value), link.read(control, [control.name(value)])


@pytest.fixture
def shared(request):
    """shared(slug, query): the settings in the link that a page shares, after a visit by `query`.

    Before the prediction, where nothing is trained; with the result where controls come with it.
    """

    def visit(slug, query):
        for more in ({}, {"reveal": "true"}):
            if more:
                request.getfixturevalue("no_training")
            with pages_seen() as seen:
                at = opened(slug, **query, **more)
            assert not at.exception and not at.error and not at.warning
            if query.keys() <= {c.key for c in seen[-1]._controls}:
                break
        return parse_qs(urlsplit(seen[-1].link()).query)

    return visit


@pytest.mark.parametrize("slug", [lesson.slug for lesson in LESSONS])
def test_every_value_of_every_control_comes_back_from_its_link(slug, request):
    request.getfixturevalue("no_training")
    with pages_seen() as seen:
        at = opened(slug, reveal="true")
        for view in views(at)[1:]:  # before the prediction
            at = opened(slug, view=view)
            assert not at.exception, [e.value for e in at.exception]
    controls = {(page.visit.view, c.key): c for page in seen for c in page._controls}
    assert len({view for view, _ in controls}) >= len(views(at))
    wrong = {key: found for key, c in controls.items() if (found := list(faults(c)))}
    assert not wrong


@pytest.mark.parametrize("told", sorted(told for told in TOLD if f"`{told}`" not in OPENED))
def test_a_link_of_the_docs_brings_its_settings_and_is_shared_as_it_is(told, shared):
    parts = urlsplit(told)
    asked = parse_qs(parts.query)
    query = {key: raw if len(raw) > 1 else raw[0] for key, raw in asked.items()}
    assert shared(parts.path.strip("/"), query) == asked

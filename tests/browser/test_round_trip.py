"""Open a link, look at the bar, reload, copy it to a fresh browser: the same settings, the same
finding, no notice.

Every value of every control is asked for in tests/ui/test_round_trip.py.
"""

import re

import pytest
from browser.looking import CHART

from tools import live

pytestmark = pytest.mark.browser
LINKS = {
    "pills, a list, a slider": (
        "/same_value_init?conditions=baseline&conditions=fc1+weights+zero&dataset=breast_cancer"
        "&epochs=2&n_seeds=1&reveal=true"
    ),
    "a text, segments, two of the same key": (
        "/freezing?conditions=nothing+frozen&conditions=own+schedule&schedule=fc1%3A1-2&split=both"
        "&epochs=2&n_seeds=1&reveal=true"
    ),
    "a preset, a switch, a number of few digits": (
        "/weight_changes?relative=true&learning_rate=0.03&epochs=2&n_seeds=1&reveal=true"
    ),
}


def state(page):
    """(the bar, what the controls say, the finding, notices) once the page is idle."""
    page.locator(f"{CHART} canvas, {CHART} svg").first.wait_for()
    live.wait_idle(page)
    said = page.locator(".st-key-controls").inner_text()
    return (
        page.url,
        re.sub(r"\s+", " ", said),
        page.locator("h5").first.inner_text(),
        page.get_by_test_id("stAlert").count(),
    )


def test_a_link_survives_the_bar_a_reload_and_a_fresh_browser(reader, address, chromium):
    for what, link in LINKS.items():
        page = reader(f"{address}{link}")
        if what.startswith("a preset"):
            page.goto(f"{address}/weight_changes?reveal=true")
            live.wait_idle(page)
            page.get_by_role("radio", name="Orthogonal start").dispatch_event("click")
            page.wait_for_url(re.compile(r"[?&]init=orthogonal"))
            link = "/weight_changes?reveal=true&init=orthogonal"
        first = state(page)
        asked = sorted(link.partition("?")[2].split("&"))
        assert sorted(first[0].partition("?")[2].split("&")) == asked, what
        assert first[3] == 0, what
        page.reload()
        assert state(page) == first, what
        page.close()
        with chromium.new_context() as fresh:
            copy = fresh.new_page()
            copy.set_default_timeout(live.PATIENCE * 1000)
            copy.set_viewport_size({"width": 1280, "height": 800})
            copy.goto(first[0])
            assert state(copy) == first, what

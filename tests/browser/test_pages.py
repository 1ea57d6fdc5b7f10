"""Every page in a real browser: opens, draws, fits, and is readable for everyone, in both themes
and in a slide.
"""

from contextlib import nullcontext

import pytest
from browser.looking import (
    CHART,
    EMBED_HEIGHT,
    assert_drawn,
    open_everything,
    open_share,
    overflow,
    switch_to_dark,
    violations,
)

from tools import live, measuring
from weightkit.ui.lessons import LESSONS, pages

pytestmark = pytest.mark.browser
SLUGS = [lesson.slug for lesson in LESSONS]
PAGES = ["", *(entry.slug for entry in pages())]


@pytest.mark.parametrize("slug", PAGES)
def test_a_page_is_drawn_and_readable_for_everyone_also_when_it_is_switched_to_dark_on_a_phone(
    reader, address, slug
):
    """Nothing serious in what axe-core finds, with every panel open: what they hold is only made
    then.

    The Share panel is the same on every page: `test_journeys` looks at it in the light, the test
    below in the dark.
    """
    page = reader(f"{address}/{slug}" + ("?reveal=true" if slug else ""))
    assert_drawn(page)
    panels = open_everything(page)
    assert panels > 2 or not slug
    assert violations(page) == []
    page.set_viewport_size({"width": 390, "height": 844})
    switch_to_dark(page)
    assert_drawn(page)
    assert overflow(page) <= 0
    assert violations(page) == []


def test_a_page_that_comes_up_dark_on_a_phone_and_what_it_shares(reader, address):
    page = reader(f"{address}/variance_sweep?reveal=true", width=390, height=844, dark=True)
    assert_drawn(page)
    places = [
        page.locator(place).bounding_box()["y"]
        for place in (f".st-key-lead {CHART}", ".st-key-controls")
    ]
    assert places[0] < places[1], "something to look at comes before the settings"
    assert overflow(page) <= 0
    assert violations(page) == []
    assert violations(page, open_share(page)) == []
    assert overflow(page) <= 0


def move_a_control(page) -> None:
    """The first slider one step; where there is none, the first choice to its second option."""
    sliders = page.get_by_role("slider")
    if sliders.count():
        sliders.first.press("ArrowRight")
    else:
        page.get_by_role("combobox").first.click()
        page.get_by_role("option").nth(1).click()


DRAWN = """() => [...document.querySelectorAll("[data-testid=stVegaLiteChart] svg.marks")].map(
  chart => chart.textContent
    + [...chart.querySelectorAll("path")].map(path => path.getAttribute("d")).join()
)"""
"""The words and shapes of each chart."""


COLD = ("matrix_sizes", "variance_sweep")  # without a training, and with one


@pytest.mark.parametrize("slug", SLUGS)
def test_a_slide_also_as_the_first_request_to_a_cold_server_has_a_control_that_moves_its_chart(
    reader, address, slug
):
    with live.server(WEIGHTKIT_WARM="0") if slug in COLD else nullcontext(address) as server:
        page = reader(f"{server}/{slug}?embed=true", width=960, height=EMBED_HEIGHT)
        assert_drawn(page)
        assert page.locator("[data-testid='stSidebar']:visible").count() == 0
        assert page.locator("h1:visible").count() == 0, "no prose in a slide"
        for box in (chart.bounding_box() for chart in page.locator(CHART).all()):
            assert box and box["y"] >= 0 and box["y"] + box["height"] <= EMBED_HEIGHT, box
        before, link = page.evaluate(DRAWN), page.url
        assert all(before)
        move_a_control(page)
        page.wait_for_function("old => location.href !== old", arg=link, timeout=20_000)
        live.wait_idle(page)
        assert page.evaluate(DRAWN) != before
        assert violations(page) == []
        page.set_viewport_size({"width": 390, "height": 600})
        measuring.wait_still(page)
        assert overflow(page) <= 0

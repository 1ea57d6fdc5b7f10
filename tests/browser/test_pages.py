"""Every page in a real browser: opens, draws, fits, lines up, and is readable for everyone, in both
themes and in a slide.
"""

from contextlib import nullcontext

import pytest
from browser.looking import (
    CHART,
    EMBED_HEIGHT,
    SEEN,
    assert_drawn,
    look_at,
    open_everything,
    open_share,
    overflow,
    switch_to_dark,
    views,
    violations,
)

from tools import live, measuring
from weightkit.ui.lessons import LESSONS, pages

pytestmark = pytest.mark.browser
SLUGS = [lesson.slug for lesson in LESSONS]
PAGES = ["", *(entry.slug for entry in pages())]


WIDTHS = (1280, 1024, 390)
QUICK = {
    "signal_propagation": "contest_epochs=2&map_epochs=2&map_n_stds=5&inputs_epochs=2",
    "xavier_kaiming": "n_seeds=10&epochs=20",
    "freezing": "transfer_n_seeds=2&norm_n_seeds=2",
    "lottery_ticket": "n_seeds=2&rounds=3&epochs=2",
    "same_function": "n_seeds=2&epochs=5",
    "scaling": "n_seeds=2&epochs=2&width_n_seeds=1&width_epochs=1",
}
"""Settings of views that would train for seconds: what is measured is not what they show."""


@pytest.mark.parametrize("slug", PAGES)
def test_a_page_is_drawn_lines_up_and_is_readable_for_everyone_also_switched_to_dark_on_a_phone(
    reader, address, slug
):
    """In one visit, as each has to load and draw all: in every view rows line up, and no word is
    cut or over another, at the widths of a laptop, a tablet and a phone; and there is nothing
    serious in what axe-core finds, with every panel open: what they hold is only made then.

    What the switch to dark does not change, names and roles, is looked at once, in the light, and
    on a phone by the test below. The Share panel is the same on every page: `test_journeys` looks
    at it in the light, the test below in the dark.
    """
    page = reader(f"{address}/{slug}?{QUICK.get(slug, '')}" + ("&reveal=true" if slug else ""))
    assert_drawn(page)
    names, found = views(page), []
    for i, view in enumerate([*names[1:], names[0]]):  # the first is looked at more closely
        if len(names) > 1:
            look_at(page, view)
        widths = WIDTHS[::-1] if i % 2 else WIDTHS  # to and fro: each draws all charts anew
        faults = [fault for width in widths for fault in measuring.faults(page, width)]
        found += [f"{view} {fault}".strip() for fault in faults]
    assert not found, "\n".join(found)
    page.set_viewport_size({"width": WIDTHS[0], "height": 800})
    panels = open_everything(page)
    assert panels > 2 or not slug
    assert violations(page) == []
    page.set_viewport_size({"width": 390, "height": 844})
    switch_to_dark(page)
    assert_drawn(page)
    assert overflow(page) <= 0
    assert violations(page, rules=SEEN) == []


DRAWN_IS = ".st-key-lead > :nth-child(2) p"


def test_a_page_that_comes_up_dark_on_a_phone_and_what_it_shares(reader, address):
    page = reader(f"{address}/variance_sweep?reveal=true", width=390, height=844, dark=True)
    assert_drawn(page)
    places = [
        page.locator(place).bounding_box()["y"]
        for place in (".st-key-lead h5", DRAWN_IS, f".st-key-lead {CHART}", ".st-key-controls")
    ]
    assert places == sorted(places), "what is drawn, the chart, and then the settings"
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

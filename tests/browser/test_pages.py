"""Every page in a real browser: opens, draws, fits, and is readable for everyone, in both themes and in a slide."""

import pytest
from browser.looking import CHART, EMBED_HEIGHT, assert_drawn, open_everything, open_share, overflow, violations

from weightkit.ui.lessons import LESSONS

pytestmark = pytest.mark.browser
SLUGS = [lesson.slug for lesson in LESSONS]
PAGES = ["", *SLUGS]


def opened(reader, address, slug, **how):
    return reader(f"{address}/{slug}" + ("?reveal=true" if slug else ""), **how)


def assert_accessible(page, slug):
    """Nothing serious as it stands (with every panel open: what they hold is only made then), nor in what is shared."""
    panels = open_everything(page)
    assert panels > 2 or not slug
    assert violations(page) == []
    if slug:
        assert violations(page, open_share(page)) == []


@pytest.mark.parametrize("slug", PAGES)
def test_opens_and_is_accessible(reader, address, slug):
    page = opened(reader, address, slug)
    assert_drawn(page)
    assert_accessible(page, slug)


@pytest.mark.parametrize("slug", PAGES)
def test_dark_on_a_phone(reader, address, slug):
    page = opened(reader, address, slug, width=390, height=844, dark=True)
    assert_drawn(page)
    assert overflow(page) <= 0
    paper = page.evaluate("getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor")
    assert paper == "rgb(15, 19, 24)"
    assert_accessible(page, slug)
    assert overflow(page) <= 0, "with every panel open"


@pytest.mark.parametrize("slug", SLUGS)
def test_in_a_slide(reader, address, slug):
    page = reader(f"{address}/{slug}?embed=true", width=960, height=EMBED_HEIGHT)
    assert_drawn(page)
    assert page.locator("[data-testid='stSidebar']:visible").count() == 0
    assert page.locator("h1:visible").count() == 0, "no prose in a slide"
    box = page.locator(CHART).first.bounding_box()
    assert box and box["y"] >= 0 and box["y"] + box["height"] <= EMBED_HEIGHT, box
    assert violations(page) == []
    page.set_viewport_size({"width": 390, "height": 600})
    page.wait_for_timeout(500)
    assert overflow(page) <= 0

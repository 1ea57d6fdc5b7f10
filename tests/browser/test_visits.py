"""Whole visits in a real browser: lessons that do not touch each other, a distant server, a phone,
a keyboard.
"""

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from browser.far import far_away
from browser.looking import CHART, DARK_PAPER, PAPER

from benchmarks.load.client import Session
from tools import live
from weightkit.ui.lessons import LESSONS

pytestmark = pytest.mark.browser


def query(page) -> str:
    return page.url.partition("?")[2]


def headline(page) -> str:
    return page.locator("h5").first.inner_text()


_fresh: dict[str, str] = {}


def fresh_headline(address, slug) -> str:
    """What a fresh visit is told; asked without a browser, which would take seconds to draw it."""

    async def visit() -> list[str]:
        async with Session(address, slug, {"reveal": "true"}) as session:
            await session.settled()
            assert session.problems == []
            return session.text().splitlines()

    if slug not in _fresh:
        with ThreadPoolExecutor(1) as apart:  # from Playwright's event loop
            lines = apart.submit(asyncio.run, visit()).result()
        _fresh[slug] = next(line.lstrip("# ") for line in lines if line.startswith("##### "))
    return _fresh[slug]


def settle(page) -> None:
    page.wait_for_timeout(250)
    live.wait_idle(page)


def just_show(page) -> None:
    page.get_by_role("button", name="Just show me").click()
    page.locator(f"{CHART} canvas, {CHART} svg").first.wait_for()
    live.wait_idle(page)


def move(page) -> str:
    """One control one step; the query that it leads to."""
    sliders, lists = page.get_by_role("slider"), page.get_by_role("combobox")
    before = page.url
    if sliders.count() and sliders.first.is_visible():
        sliders.first.press("ArrowRight")
    elif lists.count() and lists.first.is_visible():
        lists.first.click()
        page.get_by_role("option").nth(2).click()
    else:
        page.locator("[data-testid=stButtonGroup]").last.get_by_role("radio").nth(1).click()
    page.wait_for_function("old => location.href !== old", arg=before)
    settle(page)
    return query(page)


def by_sidebar(page, lesson) -> None:
    page.get_by_test_id("stSidebar").get_by_role("link", name=lesson.title).click()


def by_card(page, lesson) -> None:
    page.get_by_test_id("stSidebar").get_by_role("link", name="weightkit").click()
    page.get_by_test_id("stMain").get_by_text("The course map").wait_for()
    live.wait_idle(page)
    page.get_by_test_id("stMain").get_by_role("link", name=lesson.title).last.click()


def by_next(page, lesson) -> None:
    page.get_by_role("link", name=f"Next lesson: {lesson.title}").click()


HALF = len(LESSONS) // 2


@pytest.mark.parametrize(
    ("way", "lessons"),
    [
        (by_sidebar, LESSONS[: HALF + 1]),  # in two parts, which two workers can do
        (by_sidebar, LESSONS[HALF:]),
        (by_card, LESSONS[::4]),
    ],
    ids=["by_sidebar, first half", "by_sidebar, second half", "by_card"],
)
def test_a_tour_of_the_lessons_carries_nothing_from_one_to_the_next(reader, address, way, lessons):
    """On each: just show me, move one control. The link has that control only, and Back takes one
    step at a time.
    """
    page = reader(address)
    trail = []
    for lesson in lessons:
        way(page, lesson)
        page.wait_for_url(f"**/{lesson.slug}*")
        live.wait_idle(page)
        assert query(page) == "", "nothing has travelled"
        steps = page.evaluate("history.length")
        just_show(page)
        assert page.evaluate("history.length") == steps, "looking is no step"
        assert headline(page) == fresh_headline(address, lesson.slug)
        assert page.get_by_test_id("stAlert").count() == 0
        moved = move(page)
        assert moved.count("=") == 1, moved
        assert page.evaluate("history.length") == min(steps + 1, 50)
        trail.append((lesson.slug, moved, headline(page)))
    for slug, moved, finding in reversed(trail):
        page.wait_for_url(f"**/{slug}?{moved}")
        settle(page)
        assert headline(page) == finding
        page.go_back()
        page.wait_for_url(lambda url, slug=slug: url.endswith(f"/{slug}"))
        settle(page)
        assert headline(page) == fresh_headline(address, slug), "Back brings the settings back"
        page.go_back()
        if way is by_card and slug != trail[0][0]:
            settle(page)
            page.go_back()


def test_views_have_their_own_settings_and_a_lesson_is_left_by_its_next(reader, address):
    page = reader(f"{address}/xavier_kaiming?view=Contest&seed=7&reveal=true&epochs=10&n_seeds=10")
    view = page.get_by_role("radiogroup", name="Look at")
    view.get_by_text("Distributions").click()
    page.wait_for_url(lambda url: "seed=7" not in url)
    settle(page)
    assert query(page) == "reveal=true"
    view.get_by_text("Contest").click()
    page.wait_for_url(re.compile("seed=7"))
    settle(page)
    assert "epochs=10" in query(page), "and a view that the reader comes back to still has them"
    following = LESSONS[[lesson.slug for lesson in LESSONS].index("xavier_kaiming") + 1]
    by_next(page, following)
    page.wait_for_url(f"**/{following.slug}")
    live.wait_idle(page)
    assert query(page) == ""


def dialogs(page) -> list[str]:
    return page.get_by_role("dialog").all_inner_texts()


def test_sixty_quick_presses_on_a_distant_server(reader, address):
    """While an answer is on its way the reader asks for many more; the browser must still have what
    it said it had.
    """
    with far_away(address, 0.05) as distant:
        page = reader(f"{distant}/weight_changes?reveal=true")
        slider = page.get_by_role("slider", name="Weights after epoch")
        slider.focus()
        for i in range(60):
            page.keyboard.press("ArrowLeft" if i % 20 < 10 else "ArrowRight")
            page.wait_for_timeout(60)
        for _ in range(3):
            page.keyboard.press("ArrowLeft")
        assert dialogs(page) == []
        assert slider.input_value() == "27", "every press has counted"
        page.locator("h5", has_text=re.compile(r"epoch 27\b")).wait_for()
        settle(page)
        assert re.search(r"epoch=27\b", query(page))
        page.get_by_role("button", name="Predict again").click()
        answers = page.get_by_role("radiogroup", name="Your answer").get_by_role("radio")
        answers.first.dispatch_event("click")
        page.get_by_role("button", name="Commit and see").click()
        page.get_by_text("You said").wait_for()
        assert dialogs(page) == []


def in_sight(page, place) -> bool:
    box, height = place.bounding_box(), page.viewport_size["height"]
    return box is not None and box["y"] >= 0 and box["y"] + box["height"] <= height + 1


def test_a_phone(reader, address):
    page = reader(f"{address}/matrix_sizes", width=390, height=844)
    page.get_by_test_id("stExpandSidebarButton").click()
    page.get_by_test_id("stSidebar").get_by_role("link", name="How large should they be?").click()
    page.wait_for_url("**/variance_sweep")
    live.wait_idle(page)
    page.wait_for_function(
        "document.querySelector('[data-testid=stSidebar]').getBoundingClientRect().right <= 0"
    )
    just_show(page)
    chart = page.locator(f".st-key-lead {CHART}")
    epochs = page.get_by_role("slider", name="Epochs")
    epochs.scroll_into_view_if_needed()
    page.mouse.move(200, 700)
    page.mouse.wheel(0, 300)
    page.wait_for_timeout(300)
    assert in_sight(page, epochs) and in_sight(page, chart), "the chart that the control changes"
    before = chart.screenshot()
    epochs.press("ArrowLeft")
    page.wait_for_url(re.compile("epochs="))
    settle(page)
    assert in_sight(page, chart) and chart.screenshot() != before
    preset = page.get_by_text("SGD instead of Adam")
    preset.scroll_into_view_if_needed()
    preset.click()
    page.wait_for_url(re.compile("optimizer=sgd"))
    settle(page)
    assert in_sight(page, chart)


def test_a_keyboard_goes_on_where_the_result_is_and_through_an_open_panel(reader, address):
    page = reader(f"{address}/matrix_sizes")
    radio = page.get_by_role("radiogroup", name="Your answer").get_by_role("radio").first
    page.get_by_role("button", name="Commit and see").click()
    page.get_by_text("Choose an answer first").wait_for()
    radio.focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Commit and see").focus()
    page.keyboard.press("Enter")
    page.locator(CHART).first.wait_for()
    page.wait_for_function("document.activeElement.closest('.st-key-verdict')")
    share = page.get_by_role("button", name="Share", exact=True)
    share.focus()
    page.keyboard.press("Enter")
    page.get_by_alt_text(re.compile("QR code")).wait_for()
    live.wait_idle(page)
    inside = "document.activeElement.closest('[data-testid=stPopoverBody]') !== null"
    page.keyboard.press("Tab")
    assert page.evaluate(inside), "Tab goes into the panel"
    for _ in range(12):
        page.keyboard.press("Tab")
        if not page.evaluate(inside):
            break
    assert page.evaluate("document.activeElement.getAttribute('aria-expanded')") == "true", (
        "and back to its button"
    )


def test_a_theme_chosen_on_one_page_holds_on_the_others(chromium, address):
    context = chromium.new_context()
    context.set_default_timeout(live.PATIENCE * 1000)
    page = context.new_page()
    page.goto(f"{address}/matrix_sizes")
    live.wait_idle(page)
    page.get_by_test_id("stMainMenuButton").click()
    page.locator("[data-testid=stMainMenuPopover] button", has_text="Dark").click()
    page.wait_for_function(f"{PAPER} === '{DARK_PAPER}'")
    page.wait_for_timeout(600)  # other pages are told twice a second
    for path in ("variance_sweep", ""):
        page.goto(f"{address}/{path}")
        live.wait_idle(page)
        assert page.evaluate(PAPER) == DARK_PAPER, path
    context.close()


def test_a_training_has_one_stop_and_it_can_be_read(reader, address):
    page = reader(
        f"{address}/xavier_kaiming?view=Contest&reveal=true&epochs=1000&n_seeds=60", idle=False
    )
    stop = page.get_by_test_id("stMain").get_by_role("button", name="Stop")
    stop.wait_for()
    page.wait_for_function(
        "!document.querySelector('[data-testid=stStatusWidget] button')?.offsetParent"
    )  # it would freeze
    assert stop.inner_text().split()[-1] == "Stop"
    assert stop.evaluate(
        "b => [...b.querySelectorAll('*')].every(e => e.scrollWidth <= e.clientWidth + 1)"
    ), "not cut"
    stop.click()
    page.get_by_text("You stopped this training").wait_for()

"""What the browser tests look at on a page."""

import re
from contextlib import suppress
from importlib.resources import files

from playwright.sync_api import TimeoutError as TooLate

from tools import live, measuring

CHART = "[data-testid='stVegaLiteChart']"
EMBED_HEIGHT = 540
DARK_PAPER = "rgb(15, 19, 24)"
PAPER = "getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor"
"""The colour of the page that is open, in JavaScript."""

NOT_OURS = ["[data-testid='stHeader']", "[data-testid='stToolbar']", "[data-testid='stDecoration']"]
"""Streamlit's own frame, which no setting of ours changes: its header with the menu, and the line
above it.
"""


def assert_drawn(page):
    """Every chart of the page has been drawn: there is at least one, and each is larger than a
    label.
    """
    page.locator(f"{CHART} canvas, {CHART} svg").first.wait_for()
    assert page.locator("[data-testid='stException']").count() == 0
    for chart in page.locator(f"{CHART} canvas:visible, {CHART} svg.marks:visible").all():
        box = chart.bounding_box()
        assert box and box["width"] > 100 and box["height"] > 40, box


def overflow(page) -> int:
    """Pixels by which the page, or its main part, is wider than the window."""
    return page.evaluate(
        "Math.max(...[document.documentElement,"
        " ...document.querySelectorAll('[data-testid=stMain]')].map(e => e.scrollWidth -"
        " e.clientWidth))"
    )


def run_again(page) -> None:
    """Wait until the page's script, which has just been started, is over: it may be so before the
    page says that it runs.
    """
    with suppress(TooLate):
        page.locator("[data-test-script-state='running']").wait_for(timeout=5000)
    live.wait_idle(page)


def views(page) -> list[str]:
    """The views that the page lets the reader choose from; one without a name where it has no such
    control.
    """
    if page.get_by_role("combobox", name="Look at").count():
        page.get_by_role("combobox", name="Look at").click()
        names = page.get_by_role("option").all_inner_texts()
        page.keyboard.press("Escape")
        return names
    return page.locator(".st-key-view [role=radio]").all_inner_texts() or [""]


def look_at(page, view: str) -> None:
    """Choose a view as a reader does."""
    choice, option = page.get_by_role("combobox", name="Look at"), page.get_by_role("option")
    if choice.count():
        for _ in range(5):  # the list closes when the page moves under it
            choice.click()
            page.wait_for_timeout(400)
            if option.count():
                break
        option.get_by_text(view, exact=True).click()
    else:
        page.locator(".st-key-view").get_by_role("radio", name=view, exact=True).click()
    live.wait_idle(page)


def open_everything(page) -> int:
    """Open all panels of the page (tables and downloads, code, more settings, notes); how many were
    closed.
    """
    closed = page.locator("[data-testid='stExpander'] details:not([open]) summary")
    n = closed.count()
    for _ in range(3):  # each once, and again what a run that was overtaken has closed
        closed.evaluate_all("panels => panels.forEach(panel => panel.click())")
        live.wait_idle(page)
        if not closed.count():
            break
    assert closed.count() == 0
    return n


NEXT_RUN = """() => {
  const app = document.querySelector("[data-testid=stApp]")
  window.ran = false
  new MutationObserver(() => { window.ran ||= app.dataset.testScriptState !== "notRunning" })
    .observe(app, { attributes: true })
}"""
"""From now on `window.ran` says whether the script has been asked for a run."""


def switch_to_dark(page) -> None:
    """Switch the page that is open: Streamlit repaints its own parts, the rest is ours to do, in a
    run of the script.
    """
    if page.evaluate(PAPER) != DARK_PAPER:
        page.evaluate(NEXT_RUN)
        page.emulate_media(color_scheme="dark")
        with suppress(TooLate):  # a run may be over before the page says that it runs
            page.wait_for_function("window.ran", timeout=5000)
        live.wait_idle(page)
    assert page.evaluate(PAPER) == DARK_PAPER


def open_share(page) -> str:
    """Open the Share panel; the CSS selector of its content."""
    page.get_by_role("button", name="Share", exact=True).click()
    body = "[data-testid='stPopoverBody']"
    page.locator(body).get_by_alt_text(re.compile("QR code")).wait_for()
    live.wait_idle(page)
    return body


def _show_all(page) -> None:
    """Make the window as tall as the page: axe-core sees no contrast in what is scrolled out of
    sight.
    """
    width = page.viewport_size["width"]
    for _ in range(2):  # what comes into sight is drawn, and may be taller than its place was
        height = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
        page.set_viewport_size({"width": width, "height": min(max(int(height) + 20, 540), 16_000)})
        measuring.wait_still(page)


ONE_OF_EACH = """() => document.querySelectorAll("[data-testid=stCode] code").forEach(code => {
  const seen = new Set()
  for (const span of code.querySelectorAll("span:not(:has(span))")) {
    if (!span.textContent.trim()) continue
    if (seen.has(span.className)) span.style.display = "none"
    seen.add(span.className)
  }
})"""
"""Hides all but the first of the spans of each kind in a code block: the style sheet gives them one
colour, and axe-core would take half its time for them."""


SEEN = (
    "cat.color",
    "cat.keyboard",
    "cat.sensory-and-visual-cues",
    "cat.structure",
    "cat.text-alternatives",
)
"""What axe-core calls the rules that look at colours, places and pictures: what a page drawn anew
may have changed; the others look at names and roles.
"""
LEFT_OUT = {
    rule: {"enabled": False}
    for rule in (
        "aria-allowed-role",
        "aria-deprecated-role",
        "region",
        "color-contrast-enhanced",
        "target-size",
    )
}
"""Rules that take long, and whose finding is minor or moderate: it would not be told. The last two
are off where no category is asked for.
"""


def violations(page, inside: str = "", rules: tuple[str, ...] = ()) -> list[str]:
    """What axe-core calls serious or critical in our own content, or in what a CSS selector finds;
    one line each. rules: only those of these categories.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(
            files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
        )
    if not inside:
        _show_all(page)
    page.evaluate(ONE_OF_EACH)
    where = {"include": [[inside]]} if inside else {"exclude": [[place] for place in NOT_OURS]}
    how = {"resultTypes": ["violations"], "rules": LEFT_OUT}
    how |= {"runOnly": list(rules)} if rules else {}
    found = page.evaluate("([w, how]) => axe.run(w, how).then(r => r.violations)", [where, how])
    return [
        f"{v['impact']} {v['id']}: {node['html'][:200]} {node['failureSummary'][:250]}"
        for v in found
        if v["impact"] in ("serious", "critical")
        for node in v["nodes"]
    ]

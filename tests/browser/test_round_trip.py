"""Open a link, look at the bar, reload, copy it to a fresh browser: the same settings, the same
finding or question, no notice. For every control of every view, every name that it offers, every
preset, and every link in the README and docs/.

A fresh browser costs most: of the links of presets and documents it opens one in FRESH, and the
others are come to as by Back; all with WEIGHTKIT_EVERY_LINK=1 (some minutes).
"""

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from urllib.parse import parse_qs, urlencode

import pytest
from browser.combinations import TOLD, asked, combinations, controls_of, lost, slug_of
from playwright.sync_api import Error

from tools import live, presets
from weightkit.ui import link
from weightkit.ui.lessons import LESSONS
from weightkit.ui.visit import REVEAL, VIEW

pytestmark = pytest.mark.browser

FRESH = 1 if os.environ.get("WEIGHTKIT_EVERY_LINK") else 4

LOOK = """() => {
  const main = document.querySelector("[data-testid=stMain]")
  const app = document.querySelector("[data-testid=stApp]")
  const over = app?.dataset.testScriptState === "notRunning"
    && app.dataset.testConnectionState === "CONNECTED"
  if (!over || !main.querySelector(".st-key-controls + *, h5, [data-testid=stForm]")) return null
  if (main.querySelector("[data-testid=stSkeleton], [data-testid=stProgress]")) return null
  const says = widget => {
    const box = widget.querySelector("input[type=checkbox]")
    if (box) return [String(box.checked)]
    const picked = [...widget.querySelectorAll("button[data-selected=true]")]
    if (picked.length) return picked.map(button => button.textContent)
    const field = widget.querySelector("input:not([type=radio])")
    return field ? [field.getAttribute("aria-valuetext") ?? field.value] : null
  }
  const settings = {}
  for (const widget of main.querySelectorAll(".stElementContainer[class*=st-key-]")) {
    const said = says(widget)
    if (said) settings[/st-key-(\\w+)/.exec(widget.className)[1]] = said
  }
  const texts = places => [...main.querySelectorAll(places)].map(e => e.textContent)
  return {
    query: location.search,
    settings,
    headings: texts("h1, h5, [data-testid=stForm] p"),
    notices: texts("[data-testid=stAlert]"),
  }
}"""
"""What an idle page shows: what the bar and each control say, by its key, the findings or the
question, and notices; null while it is at work.
"""
TWICE = f"""async () => {{
  const look = {LOOK}
  let before = null
  for (let i = 0; i < 100; i++) {{
    const now = look()
    if (now && JSON.stringify(now) === JSON.stringify(before)) return now
    before = now
    await new Promise(over => setTimeout(over, 80))
  }}
  return null
}}"""
"""The same, two looks in a row."""


def shown(page, faults) -> dict:
    """What the page shows once it is idle and `faults` (a list) finds none in it."""
    found: list = ["no answer"]
    for _ in range(20):
        with suppress(Error):  # the page has been left meanwhile
            now = page.evaluate(TWICE)
            if now is not None:
                now["query"] = parse_qs(now["query"].removeprefix("?"))
                found = faults(now)
                if not found:
                    return now
        page.wait_for_timeout(200)
    raise AssertionError(f"{page.url}: {found}")


def opened(page, address, query, faults) -> dict:
    """What a link shows in a browser that knows nothing of us."""
    if page.url.startswith(address):
        page.evaluate("sessionStorage.clear(), localStorage.clear()")
        page.context.clear_cookies()
    page.goto(f"{address}?{urlencode(query, doseq=True)}")
    return shown(page, faults)


def gone_to(page, query, faults) -> dict:
    """What a link shows that the reader comes to by Back or Forward."""
    page.evaluate(
        "link => { history.pushState({}, '', link); dispatchEvent(new PopStateEvent('popstate')) }",
        f"?{urlencode(query, doseq=True)}",
    )
    return shown(page, faults)


def asked_for(query, controls):
    """What is wrong on a page unless its bar says what was asked for, and so does each control that
    is there, and nothing is noticed.
    """

    def faults(now) -> list:
        found = [now["notices"]] if now["notices"] else []
        found += [("the bar", now["query"])] if now["query"] != query else []
        for key, c in controls.items():
            value = link.spell(c, link.read(c, query[key]) if key in query else c.default)
            if key in now["settings"]:
                said = link.spell(c, link.read(c, now["settings"][key]))
                found += [(key, said, value)] if said != value else []
            elif key in query:
                found.append((key, "is not there"))
        return found

    return faults


def like(first):
    """What differs on a page from what it showed before."""
    return lambda now: [(key, now[key], was) for key, was in first.items() if now[key] != was]


@pytest.fixture
def page(chromium):
    """A page of a browser of its own."""
    with chromium.new_context(
        viewport={"width": 700, "height": 300}, reduced_motion="reduce"
    ) as context:
        context.set_default_timeout(live.PATIENCE * 1000)
        yield context.new_page()


@pytest.fixture
def apart():
    """apart(f, ...) is f(...), away from Playwright's event loop."""
    with ThreadPoolExecutor(1) as pool:
        yield lambda *call: pool.submit(*call).result()


@pytest.mark.parametrize("slug", [lesson.slug for lesson in LESSONS])
def test_a_link_survives_the_bar_a_reload_and_a_fresh_browser(page, apart, address, slug):
    address = f"{address}/{slug}"
    controls = apart(controls_of, slug)
    combined = apart(lambda: list(combinations(slug, controls)))
    rows = presets_of(slug, controls)
    whole = {}  # controls that come with a result too
    for view in controls:
        for query, drawn in [one for one in combined if view_of(one[0], controls) == view]:
            if view not in whole:
                whole[view] = drawn
                wrong = {key: found for key, c in drawn.items() if (found := list(lost(c)))}
                assert not wrong, "values that do not come back from their links"
                first = opened(page, address, query, asked_for(query, drawn))
                page.reload()
                shown(page, like(first))
            else:
                gone_to(page, query, asked_for(query, drawn))
        away = [
            (view_of(asked(told), controls) != view, name, told)
            for v, name, told in rows
            if v == view
        ]
        for i, (_, name, told) in enumerate(sorted(away)):
            way = partial(opened, page, address) if i % FRESH == 0 else partial(gone_to, page)
            assert_a_preset_survives(page, way, name, asked(told), controls)
    others = [t for t in TOLD if slug_of(t) == slug and t not in {row[2] for row in rows}]
    for i, told in enumerate(others):
        query = asked(told)
        view = view_of(query, controls)
        drawn = controls[view]
        if query.keys() - drawn.keys():
            query |= {REVEAL: ["true"]}
            drawn = drawn | {key: c for key, c in whole[view].items() if key in query}
        way = partial(opened, page, address) if i % FRESH == 0 else partial(gone_to, page)
        way(query, asked_for(query, drawn))


def view_of(query, controls) -> str:
    return query.get(VIEW, [next(iter(controls))])[0]


def presets_of(slug, controls) -> list[tuple[str, str, str]]:
    """(the view in which it is chosen, name, link) of a lesson's presets, as docs/ has them."""
    rows, view = [], ""
    for line in presets.PAGE.read_text(encoding="utf-8").splitlines():
        if "`/" not in line:
            continue
        lesson, name, told = (cell.strip() for cell in line.strip("|").split(" | "))
        if lesson:
            view = lesson.partition(": ")[2] or next(iter(controls))
        if slug_of(told.strip("`")) == slug:
            rows.append((view, name, told.strip("`")))
    return rows


def assert_a_preset_survives(page, way, name, query, controls):
    """Chosen from other settings, it leads to the link of docs/, which brings the same by `way`."""
    option = page.locator(".st-key-preset").get_by_role("radio", name=name, exact=True)
    option.dispatch_event("click")
    chosen = shown(page, asked_for(query, controls[view_of(query, controls)]))
    way(query, like(chosen))

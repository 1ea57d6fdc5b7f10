"""What the browser tests look at on a page."""

from importlib.resources import files

CHART = "[data-testid='stVegaLiteChart']"
EMBED_HEIGHT = 540

NOT_OURS = ["[data-testid='stHeader']", "[data-testid='stToolbar']", "[data-testid='stDecoration']"]
"""Streamlit's own frame, which no setting of ours changes: its header with the menu, and the line above it."""


def assert_drawn(page):
    """Every chart of the page has been drawn: there is at least one, and each is larger than a label."""
    page.locator(f"{CHART} canvas, {CHART} svg").first.wait_for()
    assert page.locator("[data-testid='stException']").count() == 0
    for chart in page.locator(f"{CHART} canvas:visible, {CHART} svg.marks:visible").all():
        box = chart.bounding_box()
        assert box and box["width"] > 100 and box["height"] > 40, box


def overflow(page) -> int:
    """Pixels by which the page, or its main part, is wider than the window."""
    return page.evaluate(
        "Math.max(...[document.documentElement, ...document.querySelectorAll('[data-testid=stMain]')]"
        ".map(e => e.scrollWidth - e.clientWidth))"
    )


def violations(page) -> list[str]:
    """What axe-core calls serious or critical in our own content, one line each."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8"))
    found = page.evaluate(
        "no => axe.run({exclude: no.map(s => [s])}, {resultTypes: ['violations']}).then(r => r.violations)", NOT_OURS
    )
    return [
        f"{v['impact']} {v['id']}: {node['html'][:200]} {node['failureSummary'][:250]}"
        for v in found
        if v["impact"] in ("serious", "critical")
        for node in v["nodes"]
    ]

"""What a reader and a lecturer do, in a real browser: predict, move, share, embed, take home."""

import re
import threading
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest
from browser.looking import (
    CHART,
    SEEN,
    assert_drawn,
    open_share,
    overflow,
    switch_to_dark,
    violations,
)

from tools import live

pytestmark = pytest.mark.browser
QUICK = (  # few epochs of few networks: these tests look at the page, not at the science
    "epochs=2&n_seeds=2"
)

SLIDE = """<!DOCTYPE html><html lang="en"><title>Lecture</title><link rel="icon" href="data:,">
<style>body {{ margin: 0; overflow: hidden }}
.slides {{ transform: scale(.9); transform-origin: 0 0 }}</style>
<div class="reveal"><div class="slides"><section><h2>Weights</h2>{snippet}</section></div></div>
</html>"""
"""As reveal.js shows a slide: scaled, inside nested boxes."""


DRAWN = (
    "() => [...document.querySelectorAll('#chart svg.marks .mark-area path')].map(p =>"
    " p.getAttribute('d')).join()"
)
"""The areas of an exported chart, as a text."""


def headings(page) -> list[str]:
    """The findings over the charts."""
    return page.locator("h5").all_inner_texts()


def picture(page) -> bytes:
    """The pixels of the first chart."""
    return page.locator(CHART).first.screenshot()


def share(page) -> tuple[str, str]:
    """(link, iframe snippet) as the Share panel shows them."""
    link, snippet = page.locator(open_share(page)).locator("code").all_inner_texts()
    return link.strip(), snippet.strip()


def commit(page, answer: str) -> None:
    page.get_by_role("radiogroup", name="Your answer").get_by_text(answer, exact=True).click()
    page.get_by_role("button", name="Commit and see").click()
    page.locator(CHART).first.wait_for()
    live.wait_idle(page)


def test_predict_and_be_judged(reader, address):
    page = reader(f"{address}/matrix_sizes")
    for answer, verdict, score, rules in (
        ("(10, 14)", "Not this time", "0 of 1", ()),
        ("(14, 10)", "Right", "1 of 2", SEEN),  # in the dark
    ):
        assert page.locator(CHART).count() == 0, "nothing is given away"
        commit(page, answer)
        said = page.get_by_test_id("stAlert").first.inner_text()
        assert verdict in said and f"You said “{answer}”" in said
        assert page.get_by_text(f"Your predictions so far: {score} right").count() == 1
        assert_drawn(page)
        assert violations(page, rules=rules) == []
        page.get_by_role("button", name="Predict again").click()
        live.wait_idle(page)
        assert violations(page, rules=rules) == []
        switch_to_dark(page)
        page.get_by_role("slider", name="Samples in the batch").press(
            "ArrowRight"
        )  # what was just shown is no score
        live.wait_idle(page)


def test_a_moved_control_changes_heading_chart_and_link_and_the_link_brings_them_back(
    reader, address
):
    page = reader(f"{address}/matrix_sizes?reveal=true")
    before = headings(page), picture(page)
    slider = page.get_by_role("slider", name="Follow a unit in layer")
    slider.press("ArrowRight")
    page.wait_for_url(re.compile(r"[?&]layer=2"))
    live.wait_idle(page)
    after = headings(page), picture(page)
    assert after[0] != before[0] and after[1] != before[1]
    page.get_by_role(
        "link", name="How large should they be?"
    )  # the way through the course is there

    link, _ = share(page)
    assert "layer=2" in link and "unit=" not in link, "defaults are left out"
    assert violations(page) == []
    again = reader(link)
    assert again.locator(CHART).count() == 0, "who is sent the link predicts, too"
    again.get_by_role("button", name="Just show me").click()
    again.locator(CHART).first.wait_for()
    live.wait_idle(again)
    assert headings(again) == after[0]


def test_nonsense_in_the_link_is_told(reader, address):
    page = reader(f"{address}/matrix_sizes?reveal=true&layer=99")
    assert "layer=99" in page.get_by_test_id("stAlert").first.inner_text()
    assert_drawn(page)


@contextmanager
def elsewhere(folder):
    """The address of a web server of another origin (site, even: localhost is not 127.0.0.1) with
    these files.
    """

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *args):
            pass

    with ThreadingHTTPServer(("localhost", 0), partial(Quiet, directory=str(folder))) as httpd:
        thread = threading.Thread(target=httpd.serve_forever)
        thread.start()
        try:
            yield f"http://localhost:{httpd.server_port}"
        finally:
            httpd.shutdown()
            thread.join()


def assert_in_the_slide(page):
    frame = page.frame_locator("iframe")
    frame.locator(f"{CHART} canvas, {CHART} svg").first.wait_for()
    assert frame.locator("[data-testid='stSidebar']:visible").count() == 0
    assert frame.locator("h5").first.inner_text()


def test_the_share_panels_iframe_on_another_origin(reader, address, tmp_path):
    page = reader(f"{address}/variance_sweep?reveal=true&{QUICK}")
    _, snippet = share(page)
    assert "embed=true" in snippet and "epochs=2" in snippet
    (tmp_path / "lecture.html").write_text(SLIDE.format(snippet=snippet))
    with elsewhere(tmp_path) as other:
        lecture = reader(f"{other}/lecture.html", idle=False)
        assert_in_the_slide(lecture)
        inside = next(f for f in lecture.frames if f.url.startswith(address))
        assert inside.url != lecture.url
        assert overflow(inside) <= 0


def test_the_html_export_works_offline(reader, address, tmp_path):
    page = reader(f"{address}/variance_sweep?reveal=true&{QUICK}")
    panel = page.locator(".st-key-behind_learning-accuracy")  # of a row: this figure and the next
    panel.scroll_into_view_if_needed()
    panel.get_by_text("Tables and downloads").click()
    with page.expect_download() as waiting:
        panel.locator(".st-key-get_weights-after-html button").click()
    file = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(file)
    assert file.suffix == ".html"

    asked = []
    slide = reader("about:blank", idle=False, offline=True)
    slide.on("request", lambda request: asked.append(request.url))
    slide.goto(file.as_uri())
    slide.locator("#chart svg.marks").wait_for()
    assert slide.locator("h1").inner_text()
    assert "epochs" in slide.locator("footer").inner_text()
    before = slide.evaluate(f"({DRAWN})()")
    slide.get_by_role("slider").press("ArrowRight")
    slide.wait_for_function(
        f"old => ({DRAWN})() !== old", arg=before
    )  # the curve, not only the number above it
    outside = [url for url in asked if not url.startswith(("file:", "data:", "blob:"))]
    assert outside == [], outside

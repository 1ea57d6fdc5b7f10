"""A lesson as slides: every picture complete and with its alt text, in PowerPoint and in one HTML
file.
"""

import io
import re
import subprocess
import sys
import zipfile

import pandas as pd
import pytest
from conftest import ROOT
from pptx import Presentation

from weightkit.charts import Figure, export, grammar
from weightkit.lessons import decks
from weightkit.lessons.story import Question, Story, Verdict

LINK = "https://example.org/variance_sweep?epochs=2&seed=3"


def figure(name: str, height: int) -> Figure:
    frame = pd.DataFrame({"epoch": [0, 1, 2], "accuracy": [0.1, 0.5, 0.9], "init": "a", "seed": 0})
    frame["split"] = "test"
    chart = grammar.curves(frame, "accuracy", "init", height=height)
    title = f"Accuracy rises & <b>stays</b> in {name}"
    return Figure(name, title, "Line: mean; band: range.", chart, f"What {name} shows.", frame)


@pytest.fixture(scope="module")
def deck() -> export.Deck:
    story = Story(
        Verdict("Yes", "because **it** is so."),
        (figure("low", 120), figure("high", 330)),
        ("It **rises** to `0.9`.", "It stays."),
    )
    question = Question("Does it *rise*?", ("Yes", "No <at all>"))
    return decks.deck("A lesson", "Why?", question, story, {"epochs": 2, "lr": 0.01}, LINK)


@pytest.fixture(scope="module")
def slides(deck):
    file = export.pptx(deck)
    return Presentation(io.BytesIO(file))


def words(slide) -> str:
    return "\n".join(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame)


def test_a_deck_asks_first_then_has_a_slide_for_each_chart(deck, slides):
    front, asked, *charts = slides.slides
    assert (slides.slide_width * 9, front.shapes.title.text) == (
        pytest.approx(slides.slide_height * 16, rel=1e-3),
        "A lesson",
    )
    assert "Why?" in words(front)
    assert asked.shapes.title.text == "Does it rise?" and "No <at all>" in words(asked)
    assert asked.notes_slide.notes_text_frame.text == "Yes. because it is so."
    assert [slide.shapes.title.text for slide in charts] == [f.title for f in deck.figures]
    for slide in charts:
        assert "Line: mean" in words(slide)
        assert "It rises to 0.9." in slide.notes_slide.notes_text_frame.text
    for slide in slides.slides:
        assert "epochs 2; lr 0.01" in words(slide) and LINK in words(slide)
        assert "because" not in words(slide), "the answer is for the lecturer"


def test_every_picture_is_complete_inside_its_slide_and_has_its_alt_text(deck, slides):
    for figure, slide in zip(deck.figures, list(slides.slides)[2:], strict=True):
        chart, code = [shape for shape in slide.shapes if shape.shape_type == 13]
        assert chart._element.nvPicPr.cNvPr.get("descr") == figure.alt
        assert code._element.nvPicPr.cNvPr.get("descr") == f"QR code of {LINK}"
        width, height = chart.image.size
        assert width > 1000 and chart.image.content_type == "image/png"
        assert chart.width / chart.height == pytest.approx(width / height, rel=0.01), "no squeeze"
        assert chart.width > 0.5 * slides.slide_width or chart.height > 0.5 * slides.slide_height
        boxes = [(s.left, s.top, s.left + s.width, s.top + s.height) for s in (chart, code)]
        for left, top, right, bottom in boxes:
            assert left >= 0 and top >= 0
            assert right <= slides.slide_width and bottom <= slides.slide_height
        assert boxes[0][3] <= boxes[1][1], "the chart ends above the footer"


def test_without_a_link_there_is_no_code_and_equal_decks_are_equal_files(deck):
    from dataclasses import replace

    bare = replace(deck, link="", figures=(), prediction="")
    one, other = export.pptx(bare), export.pptx(bare)
    assert one == other
    with zipfile.ZipFile(io.BytesIO(one)) as archive:
        assert {file.date_time[0] for file in archive.infolist()} == {1980}, "whenever it is made"
    (front,) = Presentation(io.BytesIO(one)).slides
    assert not [shape for shape in front.shapes if shape.shape_type == 13]


def test_the_server_imports_no_powerpoint():
    code = (
        "import sys; import weightkit.lessons.decks, weightkit.charts.export.slideshow;"
        "sys.exit('pptx' in sys.modules or 'lxml' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0


def test_a_failed_child_says_what_failed(monkeypatch, deck):
    from weightkit.charts.export import deck as made

    monkeypatch.setattr(made, "convert", lambda jobs: ["no picture"] * len(jobs))
    with pytest.raises(export.ExportError, match="python-pptx"):
        export.pptx(deck)


@pytest.mark.browser
def test_the_slideshow_needs_no_network_and_draws_every_slide(
    deck, tmp_path, monkeypatch, browser_path
):
    from playwright.sync_api import sync_playwright

    from tools import live

    file = tmp_path / "slides.html"
    text = export.slideshow(deck)
    assert "<b>stays</b>" not in text and "<at all>" not in text
    assert not re.search(r"<(script|link|img)[^>]+(src|href)=.?https?:", text)
    file.write_text(text, encoding="utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=browser_path, args=list(live.ARGUMENTS)
        )
        page = browser.new_context(offline=True).new_page()
        asked, errors = [], []
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.set_viewport_size({"width": 960, "height": 540})
        page.goto(file.as_uri())
        page.wait_for_selector("body[data-ready]")
        assert page.locator("section.present h1").inner_text() == "A lesson"
        page.keyboard.press("ArrowRight")
        assert page.locator("section.present h2").inner_text() == "Does it rise?"
        assert page.locator("section.present li").count() == 2
        for figure in deck.figures:
            page.keyboard.press("ArrowRight")
            page.locator("section.present svg.marks").wait_for()
            assert page.locator("section.present h2").inner_text() == figure.title
            box = page.locator("section.present svg.marks").bounding_box()
            foot = page.locator("section.present footer").bounding_box()
            assert box["width"] > 300 and box["height"] > 150
            assert box["x"] >= 0 and box["x"] + box["width"] <= 960
            assert box["y"] + box["height"] <= foot["y"] and foot["y"] + foot["height"] <= 540
            assert page.locator("section.present figcaption").text_content() == figure.alt
        page.goto(file.as_uri() + "?print-pdf")
        page.wait_for_selector("body[data-ready]")
        page.locator(".pdf-page").nth(3).wait_for()
        printed = page.pdf(prefer_css_page_size=True)
        assert len(re.findall(rb"/Type /Page\b", printed)) == 4
        browser.close()
    assert not errors
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []

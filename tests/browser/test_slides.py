"""A slide in a real browser: one picture, complete, in frames from a phone's to a projector's."""

import pytest
from browser.looking import CHART, assert_drawn, overflow

from tools import live

pytestmark = pytest.mark.browser
FRAMES = ((390, 400), (960, 540), (1920, 1080))
QUICK = "epochs=2&n_seeds=1&n_stds=3"
SLIDES = {  # what is looked at: how many pictures it has, and whether it has a slider of its own
    "signal_propagation?embed=true&view=Histograms": (2, False),
    "xavier_kaiming?embed=true": (2, False),  # with titles of two and of three lines
    f"variance_sweep?embed=true&show=learning-accuracy&{QUICK}": (1, True),
    "matrix_sizes?embed=true&show=one-unit&controls=none": (1, False),
    # thousands of marks, as sharp as the others
    f"same_value_init?embed=true&show=histograms,by-index-after&{QUICK}": (2, False),
    f"same_value_init?embed=true&show=microscope&{QUICK}": (1, False),
}
LETTERS = """() => {
  const found = []
  for (const text of document.querySelectorAll(".st-key-slide :is(h5, span, svg.marks text)")) {
    const box = text.getBoundingClientRect(), svg = text.closest("svg.marks")
    const zoom = svg ? svg.getBoundingClientRect().width / svg.width.baseVal.value : 1
    const line = text.tagName === "SPAN" ? text.parentElement.getBoundingClientRect() : null
    if (!text.textContent.trim() || !box.width || (line && box.top > line.bottom - 2)) continue
    const size = zoom * parseFloat(getComputedStyle(text).fontSize)
    found.push({ words: text.textContent, size, box: [box.left, box.top, box.right, box.bottom] })
  }
  return found
}"""
PICTURES = f"""() => [...document.querySelectorAll("{CHART} svg.marks")].map(picture => {{
  const box = picture.getBoundingClientRect()
  return [box.left, box.top, box.right, box.bottom]
}})"""


def settled(page, width: int, height: int) -> list[list[float]]:
    """The edges of the pictures in a frame of this size, once they have taken their places."""
    page.set_viewport_size({"width": width, "height": height})
    live.wait_idle(page)
    before = None
    while before != (now := page.evaluate(PICTURES)):
        before = now
        page.wait_for_timeout(150)
    return now


@pytest.mark.parametrize("link", SLIDES)
def test_one_picture_fills_the_frame_and_nothing_of_it_is_cut(reader, address, link):
    count, slider = SLIDES[link]
    page = reader(f"{address}/{link}", width=390, height=400)
    assert_drawn(page)
    for width, height in FRAMES:
        pictures = settled(page, width, height)
        assert len(pictures) == count == page.locator(".st-key-slide h5").count()
        assert len({round(top) for _, top, _, _ in pictures}) == 1, "a row has one upper edge"
        for left, top, right, bottom in pictures:
            assert left >= 0 and top >= 0 and right <= width, (width, pictures)
            assert 0.95 * height <= bottom <= height, "it takes the height of the frame"
            assert bottom - top > 0.3 * height
        letters = page.evaluate(LETTERS)
        assert len(letters) > 5
        for text in letters:
            left, top, right, bottom = text["box"]
            assert left >= -1 and top >= -1 and right <= width + 1 and bottom <= height + 1, text
            assert (width, height) != (960, 540) or text["size"] >= 17.99, text
        assert overflow(page) <= 0
        captions = page.locator(".st-key-slide p").all()
        assert all(p.bounding_box()["height"] < 1.7 * height * 0.06 for p in captions), "one line"
    shown = page.locator(".st-key-embed_controls .st-key-std").count()
    assert shown == slider
    assert bool(page.locator(".st-key-embed_controls label").count()) == ("none" not in link)

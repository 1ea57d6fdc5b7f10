"""That what a designer would see at once is found where it is measured (`test_pages` measures every
view).
"""

import pytest

from tools import measuring

pytestmark = pytest.mark.browser

MOVED = {  # what is not in its place, what it is moved by, and the fault
    "a slider over a chart": (".st-key-epochs { position: relative; left: 40vw; }", "overlap: "),
    "a heading over the words below it": ("h5 { position: relative; top: 1.5rem; }", "overlap: "),
    "a plot that ends below its neighbour": (
        "[class*=st-key-pair_] > :has(svg.marks) ~ :has(svg.marks)"
        " { position: relative; top: 9px; }",
        "row: plot 2 ends 9 px",
    ),
}


@pytest.mark.parametrize("what", MOVED)
def test_what_is_not_in_its_place_is_found(reader, address, what):
    style, fault = MOVED[what]
    page = reader(f"{address}/variance_sweep?n_stds=5&epochs=1&n_seeds=1&reveal=true")
    assert not measuring.faults(page, 1280)
    page.add_style_tag(content=style)
    assert any(fault in found for found in measuring.faults(page, 1280))

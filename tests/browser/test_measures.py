"""That what a designer would see at once is found where it is measured (`test_pages` measures every
view).
"""

import pytest

from tools import measuring

pytestmark = pytest.mark.browser

MOVED = {  # what lies over something else, and what it is moved by
    "a slider over a chart": ".st-key-epochs { position: relative; left: 40vw; }",
    "a heading over the words below it": "h5 { position: relative; top: 1.5rem; }",
}


@pytest.mark.parametrize("what", MOVED)
def test_what_lies_over_something_else_is_found(reader, address, what):
    page = reader(f"{address}/variance_sweep?n_stds=5&epochs=1&n_seeds=1&reveal=true")
    assert not measuring.faults(page, 1280)
    page.add_style_tag(content=MOVED[what])
    assert any("overlap: " in fault for fault in measuring.faults(page, 1280))

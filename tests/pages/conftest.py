"""For all tests of pages: nothing is warmed in the background; what was drawn can be looked at, and
draws something.
"""

import pytest
from contrast import seen
from pages_helpers import no_training  # noqa: F401

from weightkit.ui.lesson import Page


@pytest.fixture(autouse=True)
def _no_warming(monkeypatch):
    monkeypatch.setenv("WEIGHTKIT_WARM", "0")


def marks_of_nothing(view, frames, inherited=None):
    """Marks of a Vega-Lite view that have no row to draw: Vega makes them pictures that have no
    name for a screen reader.
    """
    name = view.get("data", {}).get("name", inherited)
    if "mark" in view and name in frames and len(frames[name]) == 0:
        yield view["mark"]
    for part in ("layer", "hconcat", "vconcat", "concat"):
        for inner in view.get(part, []):
            yield from marks_of_nothing(inner, frames, name)


@pytest.fixture
def shown(monkeypatch):
    """{name: Figure} of what the pages of this test have drawn, the last of each name."""
    figures, draw = {}, Page.draw

    def record(self, figure, *place, **how):
        figures[figure.name] = figure
        draw(self, figure, *place, **how)
        drawing = figure.drawing()
        assert not list(marks_of_nothing(drawing, drawing["datasets"])), (
            f"{figure.name} has a picture without a name"
        )

    monkeypatch.setattr(Page, "draw", record)
    return figures


@pytest.fixture(autouse=True)
def everything_can_be_seen(monkeypatch):
    """Every figure that a page makes, in light, in dark and exported."""
    yield from seen(monkeypatch)

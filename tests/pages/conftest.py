"""For all tests of pages: nothing is warmed in the background, and what was drawn can be looked at."""

import pytest

from weightkit.ui.lesson import Page


@pytest.fixture(autouse=True)
def _no_warming(monkeypatch):
    monkeypatch.setenv("WEIGHTKIT_WARM", "0")


@pytest.fixture
def shown(monkeypatch):
    """{name: Figure} of what the pages of this test have drawn, the last of each name."""
    figures, show = {}, Page.show

    def record(self, figure, **places):
        figures[figure.name] = figure
        return show(self, figure, **places)

    monkeypatch.setattr(Page, "show", record)
    return figures

"""Every view that takes a while shows something of its result on the way there."""

import importlib
import inspect
from pathlib import Path
from types import ModuleType

import pytest
from truth.views import config_of

import weightkit.lessons as lessons
from benchmarks import corners
from weightkit.charts import Figure

ROOT = Path(lessons.__path__[0])
SMALLEST = {type(c): c for c in (corners.made(v, corners.smallest(v)) for v in corners.VIEWS)}


def runs() -> dict[str, ModuleType]:
    """The views, and what opens beside them: all folders with an experiment that counts its
    steps.
    """
    found = {}
    for file in sorted(ROOT.rglob("experiment.py")):
        name = ".".join(file.parent.relative_to(ROOT).parts)
        view = importlib.import_module(f"{lessons.__name__}.{name}")
        if "on_epoch" in inspect.signature(view.run).parameters:
            found[name] = view
    return found


RUNS = runs()


class Enough(Exception):
    """The first rows are there."""


def first_rows(view):
    """What is published first in a run with the smallest settings; the run ends there."""
    found = []

    def keep(rows):
        found.append(rows)
        raise Enough

    with pytest.raises(Enough):
        view.run(SMALLEST[config_of(view)], on_curves=keep)
    return found[0]


@pytest.mark.parametrize("name", RUNS)
def test_a_view_that_counts_its_steps_draws_its_first_rows(name):
    assert "on_curves" in inspect.signature(RUNS[name].run).parameters
    figure = RUNS[name].charts.live(first_rows(RUNS[name]))
    assert isinstance(figure, Figure) and figure.title and figure.alt and len(figure.data)
    assert figure.drawing()


def test_these_are_nearly_all_that_have_an_experiment():
    assert len(RUNS) >= 24

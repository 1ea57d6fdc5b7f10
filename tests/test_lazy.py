"""Names that are imported when they are first used: all can be had, and none before."""

import importlib
import subprocess
import sys

import pytest
from conftest import ROOT

from weightkit.lessons import variance_sweep

PASSING_ON = [
    ".".join(path.parent.relative_to(ROOT).parts)
    for path in sorted((ROOT / "weightkit").rglob("__init__.py"))
    if "later(" in path.read_text()
]


@pytest.mark.parametrize("module", PASSING_ON)
def test_all_promised_names_can_be_had(module):
    module = importlib.import_module(module)
    assert module.__all__
    for name in module.__all__:
        value = getattr(module, name)
        own = name.isupper() or name in ("run", "Config")  # what every view calls them
        assert not callable(value) or value.__name__ == name or own


@pytest.mark.parametrize("module", PASSING_ON)
def test_an_unknown_name_is_an_attribute_error_that_names_it(module):
    with pytest.raises(AttributeError, match="'nothing'"):
        importlib.import_module(module).nothing  # noqa: B018


@pytest.mark.parametrize("module", PASSING_ON)
def test_dir_lists_what_is_promised(module):
    module = importlib.import_module(module)
    assert set(module.__all__) <= set(dir(module))


def test_nothing_is_imported_before_its_name_is_used():
    code = (
        "import sys, weightkit\n"
        "from weightkit.lessons import variance_sweep as s\n"
        "there = lambda: 'weightkit.lessons.variance_sweep.experiment' in sys.modules\n"
        "print(there()); s.Result; print(there())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert done.stdout.splitlines() == ["False", "True"]


def test_a_module_can_be_had_as_well_as_what_it_defines():
    assert variance_sweep.experiment.__name__ == "weightkit.lessons.variance_sweep.experiment"
    assert variance_sweep.run is variance_sweep.experiment.run

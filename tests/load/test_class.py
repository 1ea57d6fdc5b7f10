"""A small class of real WebSocket clients; `python -m benchmarks.klass` is the big one."""

import pytest

from benchmarks import klass
from benchmarks.load.crowd import percentile

pytestmark = pytest.mark.slow


def test_all_answers_of_a_class_are_counted_once_and_all_see_the_reveal():
    report = klass.run(students=20, seconds=6.0)
    assert report.problems == []
    assert len(report.answers) == len(report.revealed) == 20
    assert report.a_page < 0.005
    assert percentile(report.revealed, 0.5) < 30.0  # the machine may be busy; 3 s are measured

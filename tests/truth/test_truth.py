"""Thirty examples of every view; thousands by `python -m tests.truth`."""

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as how

from truth.__main__ import findings
from truth.drawing import settings
from truth.prose import faults
from truth.views import checks, config_of, views
from weightkit.lessons.story import Question, Story, Verdict

HERE = ("variance_sweep", "weight_changes/fate", "freezing/batchnorm")
VIEWS = {name: view for name, view in views().items() if name in HERE}
"""The other lessons draw settings in tests of their own (tests/lessons), with more of each view's
facts.
"""


@pytest.mark.parametrize("name", VIEWS)
def test_what_is_told_is_true_at_settings_drawn_from_all_that_are_allowed(name):
    view, check = VIEWS[name], checks(name)

    @how(max_examples=30, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(settings(config_of(view)))
    def look(config):
        found = findings(view, config, check)
        assert not found, "\n".join(found)

    look()


@pytest.mark.parametrize(
    ("sentence", "dataset"),
    [
        ("It ends at nan.", None),
        ("After 1 epochs it is over.", None),
        ("From 10 to 10 the size hardly matters", None),
        ("96% against 96% is better.", None),
        ("Every image gets the same answer.", "breast_cancer"),
        ("3 network diverged.", None),
    ],
)
def test_the_check_finds_what_is_wrong(sentence, dataset):
    question = Question("Which?", ("a", "b"))
    sentence = sentence.replace("From", "from")
    assert faults(question, Story(Verdict("a", sentence), (), ()), dataset)
    assert not faults(
        question,
        Story(Verdict("a", "From 0.1 to 10, 3 networks of 1 layer reach 96%."), (), ()),
        dataset,
    )

"""Thirty examples of every view; thousands by `python -m tests.truth`."""

from contextlib import nullcontext
from itertools import count

import pytest
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as how

from truth.__main__ import findings
from truth.drawing import settings
from truth.prose import faults
from truth.undrawn import drawing_nothing
from truth.views import config_of, drawn_by, views
from weightkit.lessons.story import Question, Story, Verdict

VIEWS = views()
QUICK = 0.2  # seconds that one example may take
DRAWN = 3  # one example of so many is drawn as well: what is told of a run is written apart


@pytest.mark.parametrize("name", VIEWS)
def test_what_is_told_is_true_at_settings_drawn_from_all_that_are_allowed(name):
    view = VIEWS[name]
    how_many = how(
        max_examples=30,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.explicit, Phase.generate),
    )

    number = count()

    @how_many
    @given(settings(config_of(view), drawn_by(name), QUICK))
    def look(config):
        with nullcontext() if next(number) % DRAWN == 0 else drawing_nothing():
            found = findings(name, view, config)
        assert not found, "\n".join([str(config), *found])

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
        ("It ends at 0.12345678.", None),
        ("10% to 10% of all is little.", None),
        ("95%, against 95% before.", None),
        ("Better are the first and .", None),
        ("The train loss is 0.4.", None),
        ("It depends on the initialisation.", None),
    ],
)
def test_the_check_finds_what_is_wrong(sentence, dataset):
    question = Question("Which?", ("a", "b"))
    sentence = sentence.replace("From", "from")
    assert faults(question, Story(Verdict("a", sentence), (), ()), dataset)
    assert not faults(
        question,
        Story(Verdict("a", "From 0.1 to 10, 1/4 to 4, 3 networks of 1 layer reach 96%."), (), ()),
        dataset,
    )

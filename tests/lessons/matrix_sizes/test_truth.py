"""Nothing on the page is false, at any setting: facts against the frames, sentences against the
facts.
"""

import pytest
from hypothesis import HealthCheck, assume, given, settings
from lessons.matrix_sizes.truth import PAIRS, UNITS
from truth.prose import EXAMPLES

from weightkit.lessons.matrix_sizes import Config, broken_chain, check_chain, mend, network, run
from weightkit.lessons.matrix_sizes.network import charts

SLOW = settings(deadline=None, max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))


@pytest.fixture(autouse=True)
def everything_can_be_seen():
    """Held by the tests of the charts: here are hundreds of figures."""


@given(PAIRS, UNITS)
@SLOW
def test_every_way_mends_every_joint_and_changes_no_sound_one(layers, n_features):
    before = check_chain(layers, 2, n_features)["ok"]
    assume(not before.all())
    ways = mend(layers, n_features)
    assert ways and len(set(ways)) == len(ways)
    for way in ways:
        assert check_chain(way, 2, n_features)["ok"].all(), way
        assert len(way) == len(layers)
        changed = sum(
            a != b
            for one, other in zip(layers, way, strict=True)
            for a, b in zip(one, other, strict=True)
        )
        assert changed == (~before).sum()


def test_one_of_everything_is_singular():
    config = Config(sizes=(1, 1), n_samples=1)
    story = network.tell(config, run(config))
    picture = charts.network(run(config), 1, 1)
    assert "1 weight and 1 bias, 2 numbers" in picture.title
    assert "the one product is" in story["one-unit"].title
    assert (
        story.shows[1] == "The weight matrix holds 1 number; with it goes one bias, one per output."
    )


def test_a_unit_that_is_not_drawn_is_not_said_to_be_orange():
    config = Config(sizes=(10, 14, 29, 8), layer=2, unit=27)
    subtitle = charts.network(run(config), 2, 27).subtitle
    assert "so not the one you follow" in subtitle and "orange" not in subtitle


def test_the_inputs_of_a_deeper_unit_are_what_the_layer_before_gives():
    config = Config(layer=2)
    assert "what input gives" in network.tell(config, run(config))["one-unit"].subtitle
    assert "the first sample" in network.tell(Config(), run(Config()))["one-unit"].subtitle


def test_a_chain_with_two_broken_joints_is_mended_at_both():
    config = Config(chain=((10, 14), (13, 9), (19, 8)))
    story = broken_chain.tell(config, run(config))
    assert story.facts.ways == (((10, 13), (13, 19), (19, 8)), ((10, 14), (14, 9), (9, 8)))
    assert "at every joint" in story.shows[0]


def test_the_question_is_not_answered_above_it():
    from conftest import ROOT

    intro = (
        (ROOT / "pages" / "matrix_sizes.py").read_text().split("lesson.start(")[1].split("VIEWS")[0]
    )
    assert "(outputs, inputs)" not in intro and "one row for" not in intro

"""Nothing on the page is false, at any setting: facts against the frames, sentences against the
facts.
"""

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from lessons.wording import EXAMPLES, faults, said

from weightkit.lessons.matrix_sizes import Config, broken_chain, check_chain, mend, network, run
from weightkit.lessons.matrix_sizes.config import MOST_LAYERS
from weightkit.lessons.matrix_sizes.network import charts

SLOW = settings(deadline=None, max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
UNITS = st.one_of(st.integers(1, 3), st.integers(1, 24))
PAIRS = st.lists(st.tuples(UNITS, UNITS), min_size=1, max_size=MOST_LAYERS).map(tuple)


@pytest.fixture(autouse=True)
def everything_can_be_seen():
    """Held by the tests of the charts: here are hundreds of figures."""


@st.composite
def networks(draw):
    sizes = tuple(draw(st.lists(UNITS, min_size=2, max_size=MOST_LAYERS + 1)))
    layer = draw(st.integers(1, len(sizes) - 1))
    unit = draw(st.integers(1, sizes[layer]))
    activation = draw(st.sampled_from(["linear", "relu"]))
    return Config(
        sizes=sizes,
        layer=layer,
        unit=unit,
        activation=activation,
        n_samples=draw(st.integers(1, 4)),
        seed=draw(st.integers(0, 99)),
    )


@given(networks())
@SLOW
def test_truth_of_a_network(config):
    result = run(config)
    story = network.tell(config, result)
    pictures = [
        draw(result, config.layer, config.unit) for draw in (charts.network, charts.matrices)
    ]
    texts = said(story, *pictures)
    assert not faults(texts, ("image", "images", "digit", "digits"))
    f, layer = story.facts, result.shapes.iloc[config.layer - 1]
    pairs = list(zip(config.sizes, config.sizes[1:], strict=False))
    assert f.weights == sum(a * b for a, b in pairs) and f.biases == sum(config.sizes[1:])
    assert f.matrices == tuple(f"({b}, {a})" for a, b in pairs)
    assert (f.unit.layer, f.unit.fan_in) == (layer["layer"], layer["fan_in"])
    total = result.unit["product"].sum() + result.output["bias"].item()
    hidden = config.activation == "relu" and config.layer < len(pairs)
    assert f.unit.output == pytest.approx(max(total, 0.0) if hidden else total, abs=1e-9)
    assert f.unit.through == (hidden and total < -1e-9)
    assert (f.unit.source is None) == (config.layer == 1)
    assert ("are in orange" in pictures[0].subtitle) == (config.unit <= charts.MOST_NODES)
    assert ("through ReLU" in story["one-unit"].title) == f.unit.through


@given(PAIRS, st.integers(1, 4), UNITS)
@SLOW
def test_truth_of_a_chain(layers, n_samples, n_features):
    config = Config(chain=layers, n_samples=n_samples, n_features=n_features)
    story = broken_chain.tell(config, run(config))
    f = story.facts
    assert not faults(said(story), ("image", "images"))
    comes = [n_features, *(gives for _, gives in layers)]
    bad = [i for i, (expects, _) in enumerate(layers) if expects != comes[i]]
    assert f.n_broken == len(bad)
    assert (f.broken is None) == (f.message is None) == (not bad)
    if bad:
        assert (f.broken.place, f.broken.expects, f.broken.receives) == (
            bad[0],
            layers[bad[0]][0],
            comes[bad[0]],
        )
        assert f"{n_samples}x{f.broken.receives} and {f.broken.expects}x" in f.message
    assert ("joints do not fit" in story["chain"].title) == (len(bad) > 1)
    assert len(f.ways) == (0 if not bad else 1 if bad == [0] else 2)


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
    config = Config(layer=2, unit=17)
    subtitle = charts.network(run(config), 2, 17).subtitle
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

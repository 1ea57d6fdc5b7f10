"""The story of the same numbers twice is true at every setting: arms by facts, and settings drawn
at random.
"""

import math
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from truth.prose import EXAMPLES, faults

from weightkit.activations import ACTIVATIONS
from weightkit.lessons import identical_random as lesson
from weightkit.lessons.identical_random import (
    BIASES,
    DATASETS,
    DRAW_ORDERS,
    WEIGHTS,
    Config,
    charts,
    story,
)
from weightkit.lessons.identical_random.findings import Alike, Facts

FACTS = Facts(
    names=("seed 1a", "seed 1b", "seed 2", "no seed"),
    epochs=3,
    weights_off=0.0,
    biases_off=0.0,
    outputs_before=0.0,
    outputs_after=0.0,
    parted=None,
    loss_low=0.1,
    loss_high=0.2,
    lost=(),
    stuck=(),
    ways_off=0.0,
    sequences=4,
)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "every one of the 400 points. Yes."),
        ({"weights_off": 0.5, "outputs_before": 0.25}, "differ by up to 0.25. No:"),
        ({"weights_off": 0.5}, "and yet: no."),
    ],
)
def test_equal_outputs_are_not_equal_networks(changes, words):
    assert words in story._same(replace(FACTS, **changes))


@pytest.mark.parametrize(
    ("settings", "changes", "words"),
    [
        ({}, {}, "yes: after 3 epochs the outputs still differ by exactly 0"),
        ({}, {"epochs": 1}, "after 1 epoch the"),
        ({"batches": "other"}, {}, "Yes, in spite of b's other order"),
        (
            {"batches": "other"},
            {"parted": 1, "outputs_after": 0.5},
            "another batch order. They part in epoch 1",
        ),
        (
            {"batches": "other", "batch_size": 360},
            {"parted": 1, "outputs_after": 1e-7},
            "10⁻⁷. Each batch holds all",
        ),
        (
            {},
            {"biases_off": 1.0, "parted": 0, "outputs_after": math.nan},
            "no longer finite numbers",
        ),
        (
            {},
            {"biases_off": 1.0},
            "Their numbers start apart, and yet after epoch 3 their outputs are equal",
        ),
        ({}, {"biases_off": 1.0, "parted": 2, "outputs_after": 0.1}, "They part in epoch 2, and"),
    ],
)
def test_training(settings, changes, words):
    assert words in story._training(Config(**settings), replace(FACTS, **changes))


@pytest.mark.parametrize(
    ("activation", "changes", "words"),
    [
        ("tanh", {}, "the loss of the four is 0.100 to 0.200"),
        ("tanh", {"loss_high": 0.1}, "the loss of the four is 0.100."),
        ("tanh", {"stuck": ("seed 2",)}, "Seed 2 ends near 0.693"),
        ("relu", {"stuck": ("seed 2", "no seed")}, "Seed 2 and no seed end near 0.693"),
        (
            "tanh",
            {"lost": ("seed 2",)},
            "seed 2 diverged. After training the loss of the 3 others is",
        ),
        ("tanh", {"lost": FACTS.names, "loss_low": math.nan}, "all diverged"),
    ],
)
def test_the_result(activation, changes, words):
    told = story._result(Config(activation=activation), replace(FACTS, **changes))
    assert words in told and ("ReLU" in told) == (activation == "relu")


def test_the_question_names_an_order_only_where_something_is_drawn():
    asked = [
        lesson.ask(Config(weights=w, biases="copied", draw_order="reversed")).text
        for w in ("copied", "seeded")
    ]
    assert ["from output to input" in text for text in asked] == [False, True]


# ---------------------------------------------------------------- settings drawn at random


@pytest.fixture
def everything_can_be_seen():
    """Left to the tests of charts: here hundreds of figures are made for their words."""


anything = st.builds(
    Config,
    weights=st.sampled_from(WEIGHTS),
    biases=st.sampled_from(BIASES),
    draw_order=st.sampled_from(DRAW_ORDERS),
    batches=st.sampled_from(["same", "other"]),
    entropy=st.integers(0, 10_000),
    dataset=st.sampled_from(DATASETS),
    activation=st.sampled_from(list(ACTIVATIONS)),
    epochs=st.integers(1, 4),
    batch_size=st.sampled_from([8, 32, 360]),
    optimizer=st.sampled_from(["sgd", "momentum", "adam"]),
    learning_rate=st.sampled_from([1e-5, 0.003, 0.03, 0.3, 1.0]),
    seed=st.integers(0, 10_000),
)


@given(
    config=anything,
    split=st.sampled_from(["train", "test"]),
    measure=st.sampled_from(["loss", "accuracy"]),
)
@settings(max_examples=EXAMPLES, deadline=None)
def test_nothing_is_false_at_any_setting(config, split, measure):
    result = lesson.run(config)
    told = lesson.tell(config, result)
    curve = charts.training(result, split, measure)
    assert not faults(lesson.ask(config), told, "breast_cancer", curve)  # no image is drawn
    f = told.facts
    _, a, other, b = config.networks
    assert f.names == (a, b, other, "no seed")
    one, two = (
        {
            p: part["value"].tolist()
            for p, part in result.weights[result.weights["network"] == n].groupby("parameter")
        }
        for n in (a, b)
    )
    same = [one[p] == two[p] for p in ("weight", "bias")]
    assert f.alike is {
        (True, True): Alike.BOTH,
        (True, False): Alike.WEIGHTS,
        (False, True): Alike.BIASES,
    }.get(tuple(same), Alike.NOTHING)
    apart = result.outputs.query("pair == @a + ' - ' + @b")["difference"].tolist()
    assert f.parted == next((i for i, d in enumerate(apart) if d != 0), None)
    ends = result.training.query("split == 'train' and epoch == @config.epochs")["loss"]
    known = [x for x in ends if math.isfinite(x)]
    assert len(f.lost) == 4 - len(known)
    assert not known or (f.loss_low, f.loss_high) == (min(known), max(known))
    mine = result.training.query("split == @split")
    x, y = (mine[mine["network"] == n][measure].tolist() for n in (a, b))
    if "to the last bit" in curve.title:
        assert all(p == q or (math.isnan(p) and math.isnan(q)) for p, q in zip(x, y, strict=True))
    if "differ from the start" in curve.title:
        assert x[0] != y[0]

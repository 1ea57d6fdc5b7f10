"""The story of the same numbers twice is true at every setting: arms by facts, and settings drawn
at random.
"""

import math
from dataclasses import replace

import pytest

from weightkit.lessons import identical_random as lesson
from weightkit.lessons.identical_random import (
    Config,
    story,
)
from weightkit.lessons.identical_random.findings import Facts

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


def test_ways_to_seed_are_compared_for_layers_in_the_same_order():
    """With the layers of b reversed, the a and b on the screen differ."""
    said = {}
    for order in ("same", "reversed"):
        config = Config(epochs=1, draw_order=order)
        shows = lesson.tell(config, lesson.run(config)).shows
        (said[order],) = (s for s in shows if "together or apart?" in s)
    assert "** Either way seed 1a and seed 1b differ by exactly 0." in said["same"]
    assert "** With the layers in the same order, either way seed 1a" in said["reversed"]

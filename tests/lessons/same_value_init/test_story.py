"""The story of part 2 is true at every setting: arms by facts, and settings drawn at random."""

from dataclasses import replace

import pandas as pd
import pytest

from weightkit.lessons.same_value_init.starts import charts, story
from weightkit.lessons.same_value_init.starts.config import RANDOM_BIASES, ZERO
from weightkit.lessons.same_value_init.starts.findings import (
    Change,
    Copies,
    End,
    Facts,
    Outcome,
    Sleepers,
    outcomes,
)

NO_IMAGES = "breast_cancer"  # none is named here, whatever the data


def outcome(name, accuracy, end, lost=0):
    return Outcome(name, accuracy, accuracy, accuracy, accuracy, end, lost)


def facts(*rivals, base=0.9, floor=0.1, **changes):
    f = Facts(
        epochs=10,
        n_seeds=1,
        floor=floor,
        outcomes=(outcome("baseline", base, End.BASELINE), *rivals),
        copies=(),
        changes=(),
        sleepers=None,
    )
    return replace(f, **changes)


def said(f):
    return " ".join([*story._shows(f), *story._slips(f)])


# ---------------------------------------------------------------- an arm for each outcome


@pytest.mark.parametrize(
    ("base", "accuracy", "end"),
    [
        (0.12, 0.10, End.NEAR),  # a baseline at chance: what is as bad is close to it
        (0.12, 0.30, End.BETTER),
        (0.65, 0.39, End.STUCK),
        (0.9, 0.995, End.BETTER),
        (0.9, 0.5, End.BETWEEN),
    ],
)
def test_how_a_start_ended(base, accuracy, end):
    rows = [
        (name, 0, 1, split, 1.0, value, False)
        for name, value in (("baseline", base), ("x", accuracy))
        for split in ("train", "test")
    ]
    names = ["condition", "seed", "epoch", "split", "loss", "accuracy", "diverged"]
    chance = pd.DataFrame({"split": ["train", "test"], "share": 0.6 if base == 0.65 else 0.1})
    assert outcomes(pd.DataFrame(rows, columns=names), chance)[1].end is end


def test_a_rival_above_the_baseline_does_not_come_near_it():
    title = charts.accuracy_title(
        facts(outcome("x", 0.97, End.NEAR), outcome("y", 0.99, End.BETTER))
    )
    assert "“y” does better (99%)" in title and "“x” ends close to it (97%)" in title


def test_what_diverged_is_not_measured():
    lost = outcome("x", 0.1, End.DIVERGED, lost=1)
    f = facts(lost, outcome("y", 0.1, End.NEAR), base=0.1)
    assert "“x” diverged" in charts.accuracy_title(f) and "Diverged: “x” (1 of 1)" in said(f)
    assert f.near == (f.rivals[1],)
    f = replace(f, outcomes=(outcome("baseline", 0.1, End.BASELINE, lost=1), *f.rivals))
    assert charts.accuracy_title(f).startswith("The baseline diverged;")
    assert said(f).startswith("The baseline diverged:")


def test_a_baseline_at_chance_is_said_to_be():
    f = facts(outcome(ZERO, 0.1, End.NEAR), base=0.12)
    assert not f.trained and not f.learned
    assert "where chance is 10%" in charts.accuracy_title(f)
    assert "gained less than 10 over chance" in story._verdict(f).because
    assert "as always giving the commonest answer" in story._baseline(replace(f, floor=0.12))


def test_one_epoch_and_one_rival():
    text = said(facts(outcome("x", 0.5, End.BETWEEN), epochs=1))
    assert "After 1 epoch the" in text and "Its rival: “x” 50%" in text


@pytest.mark.parametrize(
    ("asleep", "negative", "words"),
    [
        (0, 0, "the weights of all 32 units of fc1 have moved"),
        (1, 1, "It drew a negative bias"),
        (5, 5, "All of these drew"),
        (5, 2, "Of these, 2 drew"),
    ],
)
def test_sleepers(asleep, negative, words):
    assert words in story._sleepers(Sleepers(32, asleep, negative), 1)
    assert "drew" not in story._sleepers(Sleepers(32, 3, 0), 1)


@pytest.mark.parametrize(
    ("moved", "words"),
    [
        (0, "none of 99 numbers has"),
        (1, "1 of 99 numbers has moved, a bias of the output layer:"),
        (9, "9 of 99"),
    ],
)
def test_zero(moved, words):
    assert words in story._zero(Change(ZERO, moved, 99, (("output", "bias"),) if moved else ()))


def test_the_price_is_left_out_where_there_is_none():
    assert "leaves out the price" in said(facts(outcome(RANDOM_BIASES, 0.3, End.BETWEEN)))
    assert "held here" in said(facts(outcome(RANDOM_BIASES, 0.89, End.NEAR)))
    assert RANDOM_BIASES not in "".join(
        story._slips(facts(outcome(RANDOM_BIASES, 0.1, End.NEAR), base=0.11))
    )
    assert RANDOM_BIASES not in "".join(
        story._slips(facts(outcome(RANDOM_BIASES, 0.1, End.STUCK, lost=1)))
    )


@pytest.mark.parametrize(
    ("end", "different", "words"),
    [
        (End.NEAR, 64, "all different"),
        (End.NEAR, 9, "was enough here"),
        (End.BETWEEN, 9, "learned part of the task"),
        (End.STUCK, 9, "such a network does learn: try"),
        (End.STUCK, 1, ""),
    ],
)
def test_equal_values(end, different, words):
    copies = (Copies("x", 64, different, True),)
    text = "".join(story._equal_values(facts(outcome("x", 0.5, end), copies=copies)))
    assert words in text and bool(text) == bool(words)

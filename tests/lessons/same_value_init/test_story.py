"""The story of part 2 is true at every setting: arms by facts, and settings drawn at random."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lessons.prose import EXAMPLES, check, texts

from weightkit.lessons import same_value_init as lesson
from weightkit.lessons.same_value_init.starts import charts, story
from weightkit.lessons.same_value_init.starts.config import (
    CONDITIONS,
    LAYERS,
    OWN,
    RANDOM_BIASES,
    ZERO,
)
from weightkit.lessons.same_value_init.starts.findings import (
    Change,
    Copies,
    End,
    Facts,
    Outcome,
    Sleepers,
    outcomes,
)

FOREIGN = ("image", "digit", "picture")


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
    title = charts._finding(facts(outcome("x", 0.97, End.NEAR), outcome("y", 0.99, End.BETTER)))
    assert "“y” does better (99%)" in title and "“x” ends close to it (97%)" in title


def test_what_diverged_is_not_measured():
    lost = outcome("x", 0.1, End.DIVERGED, lost=1)
    f = facts(lost, outcome("y", 0.1, End.NEAR), base=0.1)
    assert "“x” diverged" in charts._finding(f) and "Diverged: “x” (1 of 1)" in said(f)
    assert f.near == (f.rivals[1],)
    f = replace(f, outcomes=(outcome("baseline", 0.1, End.BASELINE, lost=1), *f.rivals))
    assert charts._finding(f).startswith("The baseline diverged;")
    assert said(f).startswith("The baseline diverged:")


def test_a_baseline_at_chance_is_said_to_be():
    f = facts(outcome(ZERO, 0.1, End.NEAR), base=0.12)
    assert not f.trained and not f.learned
    assert "where chance is 10%" in charts._finding(f)
    assert "gained less than 10 over chance" in story._verdict(f).because
    assert "as always answering" in story._baseline(replace(f, floor=0.12))


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


# ---------------------------------------------------------------- settings drawn at random


@pytest.fixture
def everything_can_be_seen():
    """Left to the tests of charts: here hundreds of figures are made for their words."""


anything = st.builds(
    lesson.Config,
    dataset=st.sampled_from(["digits", "breast_cancer"]),
    conditions=st.lists(st.sampled_from(list(CONDITIONS)), min_size=1, max_size=4, unique=True).map(
        tuple
    ),
    own_layer=st.sampled_from(["none", "all layers", *LAYERS]),
    own_parameter=st.sampled_from(list(OWN)),
    own_value=st.sampled_from([-2.0, -0.1, 0.0, 0.1, 2.0]),
    epochs=st.integers(1, 2),
    batch_size=st.sampled_from([32, 128, 512]),
    optimizer=st.sampled_from(["sgd", "momentum", "adam"]),
    learning_rate=st.sampled_from([1e-5, 1e-3, 0.01, 0.1, 1.0]),
    seed=st.integers(0, 50),
    n_seeds=st.integers(1, 2),
)


@given(
    config=anything, layer=st.sampled_from(LAYERS), parameter=st.sampled_from(["weight", "bias"])
)
@settings(max_examples=EXAMPLES, deadline=None)
def test_nothing_is_false_at_any_setting(config, layer, parameter):
    result = lesson.run(config)
    told = lesson.tell(config, result)
    f = told.facts
    look = list(config.starts)[-1]
    figures = [
        charts.microscope(result, look, layer),
        charts.distinct(result, look),
        charts.ranks(result, look),
        charts.histograms(result, look, layer, parameter),
        *(charts.by_index(result, look, layer, parameter, stage) for stage in ("before", "after")),
    ]
    check(texts(told, *figures), FOREIGN)
    question = lesson.ask(config)
    assert (
        told.verdict.truth in question.options
        if question.options
        else 0 <= told.verdict.truth <= 100
    )
    _facts_hold(f, config, result)
    _titles_hold(figures, result, look, layer)


def _facts_hold(f, config, result):
    """Each fact in a few lines of another kind."""
    test = result.curves.query("split == 'test' and epoch == @config.epochs")
    for o in f.outcomes:
        mine = test[test["condition"] == o.condition]
        assert o.accuracy == pytest.approx(np.mean(mine["accuracy"].tolist()))
        assert (o.low, o.high) == (min(mine["accuracy"]), max(mine["accuracy"]))
        assert o.lost == sum(mine["diverged"])
        gain = f.baseline.accuracy - f.floor
        if o in f.rivals and o.lost == config.n_seeds:
            assert o.end is End.DIVERGED and o not in f.near
        elif o in f.rivals and gain >= 0.1:
            assert (o in f.near) == (o.accuracy >= f.floor + 0.9 * gain)
    _groups_hold(f)
    units = result.symmetry[result.symmetry["layer"].isin(LAYERS[:3])]
    for name in config.starts:
        alone = set(units[units["condition"] == name]["distinct_units"]) == {1}
        assert alone == (name in [c.condition for c in f.copies])
        p = result.parameters[result.parameters["condition"] == name]
        before, after = (p[p["stage"] == s]["value"].to_numpy() for s in ("before", "after"))
        assert f.change(name).moved == (before != after).sum()


def _groups_hold(f):
    """What the title says of each group holds of the numbers it prints."""
    base, floor = (round(100 * x) for x in (f.baseline.accuracy, f.floor))
    for o in f.rivals:
        shown = round(100 * o.accuracy)
        match o.end:
            case End.BETTER:
                assert shown > base
            case End.BETWEEN:
                assert floor < shown < base
            case End.STUCK:
                assert shown < base
            case End.NEAR:
                assert abs(shown - base) <= max(6, 0.1 * (base - floor) + 1)


def _titles_hold(figures, result, look, layer):
    seen, distinct, ranks, *_ = (figure.title for figure in figures)
    w = result.parameters.query("condition == @look and layer == @layer and parameter == 'weight'")
    before, after = (w[w["stage"] == s]["value"].to_numpy() for s in ("before", "after"))
    assert ("not one of them has moved" in seen) == (np.array_equal(before, after))
    assert ("no longer finite" in seen) == (not np.isfinite(after).all())
    if "all still equal" in seen or "each is one number" in seen:
        rows = after.reshape(
            -1, {"input": after.size // 64}.get(layer, 64 if layer == "fc1" else 32)
        )
        assert (np.ptp(rows, axis=1) <= 1e-3 * np.abs(rows).max()).all()
    mine = result.symmetry[result.symmetry["condition"] == look]
    hidden = mine[mine["layer"] != "output"]
    assert distinct.startswith("Every") == (hidden["distinct_units"] == 1).all()
    if ranks.startswith("Every"):
        assert mine["rank"].nunique() == 1 and f"rank {mine['rank'].iloc[0]}," in ranks
    if "stay what they were" in ranks:
        assert (mine.groupby(["seed", "layer"])["rank"].nunique() == 1).all()

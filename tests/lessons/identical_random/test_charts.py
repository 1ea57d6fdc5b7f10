"""Charts of equal numbers: equality is written where it is measured, and nowhere else."""

from functools import cache

import pytest

from weightkit.charts import export
from weightkit.lessons.identical_random import Config, charts, findings, run

EPOCHS = 3


@cache
def result(**settings):
    return run(Config(epochs=EPOCHS, **settings))


def facts(found):
    return findings.facts(
        found.differences, found.training, found.outputs, found.checks, found.calls
    )


def frames_of(figure):
    return list(export.spec(figure.titled())["datasets"].values())


def rows_of(figure):
    return max(len(rows) for rows in frames_of(figure))


@pytest.mark.parametrize(
    ("settings", "words", "alike"),
    [
        ({}, "25 of 25 weights and 10 of 10 biases", "both"),
        ({"biases": "no seed"}, "25 of 25 weights and 0 of 10 biases", "weights"),
        (
            {"weights": "no seed", "biases": "seeded apart"},
            "0 of 25 weights and 10 of 10 biases",
            "biases",
        ),
        (
            {"biases": "seeded together", "draw_order": "reversed"},
            "0 of 25 weights and 0 of 10 biases",
            "nothing",
        ),
    ],
)
def test_the_title_counts_equal_parameters(settings, words, alike):
    found = result(**settings)
    figure = charts.weights(found.weights)
    assert figure.title == f"Seed 1a and seed 1b agree in {words}"
    assert facts(found).alike == alike
    assert len(figure.data) == 4 * 35
    assert sorted(figure.data["position"].unique()) == list(range(35))
    assert (figure.data.query("parameter == 'bias'")["position"] >= 25).all()
    drawn = [row for rows in frames_of(figure) for row in rows if "network" in row]
    assert {row["network"] for row in drawn} == {"seed 1a", "seed 1b", "seed 2", "no seed"}


def test_a_pair_that_is_equal_is_labelled():
    figure = charts.differences(result().differences)
    assert figure.title.startswith(
        "Seed 1a − seed 1b: exactly 0 in every parameter; every other pair differs"
    )
    assert [row for rows in frames_of(figure) for row in rows if row.get("words")] == [
        {"pair": "seed 1a − seed 1b", "position": 17, "words": "exactly 0"}
    ]
    assert rows_of(figure) == 6 * 35
    none = charts.differences(result(biases="no seed").differences)
    assert none.title.startswith("No two networks are equal in every parameter")
    assert "exactly 0" not in str(frames_of(none))
    every = charts.differences(result(weights="copied").differences)
    assert every.title == "All four networks are equal in every parameter"


@pytest.mark.parametrize("split", ["train", "test"])
@pytest.mark.parametrize("measure", ["loss", "accuracy"])
def test_training_says_where_two_networks_part(split, measure):
    figure = charts.training(result(), split, measure)
    what = {"train": "training"}.get(split, split)
    assert (
        figure.title
        == f"Seed 1a and seed 1b have the same {what} {measure} to the last bit, from epoch 0 to"
        f" {EPOCHS}"
    )
    other = charts.training(result(batches="other"), split, "loss")
    assert other.title == f"Seed 1a and seed 1b start with the same {what} loss and part in epoch 1"
    apart = charts.training(result(biases="no seed"), split, "loss")
    assert apart.title == "Seed 1a and seed 1b differ from the start"
    assert len(figure.data) == 4 * (EPOCHS + 1)


def test_both_twins_are_drawn_one_inside_the_other():
    drawn = export.spec(charts.training(result()).chart)["layer"]
    assert [bool(layer["encoding"]["y"]["axis"]) for layer in drawn[:3]] == [True, False, False], (
        "of several axes Vega draws the grid of the first alone"
    )
    assert drawn[0]["mark"]["strokeWidth"] > 3 * drawn[1]["mark"]["strokeWidth"]


def test_stuck_networks_are_found():
    frame = result().training.copy()
    assert findings.stuck(frame) == ()
    frame.loc[(frame["network"] == "seed 2") & (frame["epoch"] == EPOCHS), "loss"] = 0.6931
    assert findings.stuck(frame) == ("seed 2",)


def test_the_checks_mark_the_settings_and_every_zero():
    found = result()
    figure = charts.checks(found.checks, ("copied", "same"), ("seed 1a", "seed 1b"))
    assert figure.title == "Seed 1a and seed 1b give equal outputs in 3 of 8 ways to make them"
    rows = max(frames_of(figure), key=len)
    assert len(rows) == 24
    assert {row["way"] for row in rows if row["way"].startswith("→")} == {"→ copied"}
    assert all(
        (row["equal"] == "equal") == (row["difference"] == 0) == (row["words"] == "0")
        for row in rows
    )


def test_equal_sequences_have_equal_colours():
    found = result()
    assert list(findings.sequences(found.calls).values()) == [1, 1, 2, 3, 4]
    figure = charts.calls(found.calls, 1)
    assert figure.title == "Asked in 5 ways, seed 1 gives 4 different sequences of numbers"
    assert rows_of(figure) == 5 * charts.SHOWN_CALLS


def test_every_figure_can_be_taken_home():
    found = result()
    for figure in (
        charts.weights(found.weights),
        charts.differences(found.differences),
        charts.training(found),
        charts.checks(found.checks, ("copied", "same"), ("seed 1a", "seed 1b")),
        charts.calls(found.calls, 1),
    ):
        assert export.spec(figure.titled())
        assert figure.alt
    assert export.png(charts.weights(found.weights)).startswith(b"\x89PNG")
    assert charts.live(found.training).title

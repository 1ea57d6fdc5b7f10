"""What is told of networks some of which diverged is what is drawn of them."""

import math

import pandas as pd
import pytest

from weightkit.charts import grammar
from weightkit.lessons import scaling
from weightkit.lessons.scaling import residual
from weightkit.lessons.survivors import answers, aside, counted, survivors

SOME = pd.DataFrame(
    [("a", 0, 0.9, False), ("a", 1, 0.1, True), ("b", 0, 0.1, True), ("b", 1, 0.3, True)],
    columns=["design", "seed", "accuracy", "diverged"],
)


def test_survivors_are_those_that_a_line_is_drawn_through():
    left = survivors(SOME, ["design"])
    assert left.groupby("design")["accuracy"].mean().to_dict() == pytest.approx(
        {"a": 0.9, "b": 0.2}
    )
    drawn = grammar.summarize(SOME, "design", "accuracy").set_index("design")["mean"].to_dict()
    assert drawn == {"a": 0.9}, "where all have diverged there is no line, and words say so"


@pytest.mark.parametrize("count", [True, False])
def test_a_line_through_points_counts_what_the_words_count(count):
    chart = grammar.points_with_band(
        SOME.assign(x=1.0).query("design == 'a'"), "x", "accuracy", counted=count
    )
    lines = chart.layer[0].data
    assert lines["mean"].tolist() == [pytest.approx(0.5 if count else 0.9)]


def test_the_sentence():
    assert counted(1, 6).endswith("; it counts with the accuracy that it has.")
    assert counted(3, 6).endswith("; they count with the accuracy that they have.")


def test_learning_curves_are_told_of_who_is_left():
    curves = SOME.assign(epoch=3, split="test")
    left = answers(curves, "design")
    assert left["a"] == 0.9 and math.isnan(left["b"])
    assert aside(curves) == "; 3 of 4 networks diverged" and not aside(curves.head(1))


def test_half_of_a_design_diverged_and_the_words_are_of_the_other_half():
    """30 blocks of 8 units: one of the two networks with a skip leaves what float32 can hold."""
    config = scaling.Config(
        dataset="breast_cancer", epochs=1, batch_size=512, seed=2, blocks=30, width=8
    )
    result = residual.run(config)
    story = residual.tell(config, result)
    test = result.curves.query("split == 'test' and epoch == 1 and design == 'skip'")
    assert test["diverged"].sum() == 1 and test["accuracy"].nunique() == 2
    line = grammar.summarize(test, "design", "accuracy")["mean"].item()
    assert story.facts.skip.mean == line
    assert f"skip {line:.0%};" in story.shows[0]
    assert "over 2 seeds, without networks that diverged:" in story.shows[0]

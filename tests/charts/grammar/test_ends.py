"""Lines that lie over each other are told apart, and a name says which of two lines it is at."""

import json

import pandas as pd
import pytest

from weightkit.charts import grammar


def lines(*levels, splits=("test",), swap=False):
    rows = [
        (f"s{i}", split, epoch, 0, (1 - level if swap and split == "train" else level))
        for i, level in enumerate(levels)
        for split in splits
        for epoch in range(12)
    ]
    return pd.DataFrame(rows, columns=["init", "split", "epoch", "seed", "accuracy"])


def drawn(frame) -> str:
    return json.dumps(grammar.curves(frame, "accuracy", "init").to_dict(), ensure_ascii=False)


def test_four_lines_over_each_other_have_shapes_on_them_and_before_their_names():
    assert "● s0" in drawn(lines(0.5, 0.51, 0.9, 0.1))
    assert "● s0" not in drawn(lines(0.5, 0.7, 0.9, 0.1))
    assert "● s0" not in drawn(lines(0.5, 0.51, 0.9)), "three are few enough"


def test_shapes_of_lines_take_turns():
    chart = grammar.curves(lines(0.5, 0.5, 0.5, 0.5), "accuracy", "init")
    marks = next(layer.data for layer in chart.layer if "_mark" in layer.data)
    places = marks[marks["_mark"]].groupby("_series")["epoch"].apply(set)
    assert all(places)
    assert sum(map(len, places)) == len(set.union(*places))


@pytest.mark.parametrize("swap", [False, True])
def test_a_name_says_that_it_is_at_the_test_line_where_the_training_lines_end_in_another_order(
    swap,
):
    both = lines(0.2, 0.9, splits=("train", "test"), swap=swap)
    assert ("s0, test" in drawn(both)) == swap


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [(0, 2, [0, 1, 2]), (1, 10, [2, 4, 6, 8, 10]), (0, 2.08, [0, 1, 2]), (5, 6, [5, 6])],
)
def test_what_is_counted_has_whole_ticks(low, high, ticks):
    assert grammar.counted(low, high) == ticks


def test_long_numbers_have_few_ticks():
    assert grammar.counted(0, 40_000) == [0, 20_000, 40_000]

"""Lines that lie over each other are told apart, and a name says which of two lines it is at."""

import json
import math
import re

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


def test_three_lines_over_each_other_have_shapes_on_them_and_before_their_names():
    assert "● s0" in drawn(lines(0.5, 0.51, 0.9, 0.1))
    assert "● s0" not in drawn(lines(0.5, 0.7, 0.9, 0.1))
    assert "● s0" in drawn(lines(0.5, 0.51, 0.9))
    assert "● s0" not in drawn(lines(0.5, 0.51)), "two are few enough"


def test_lines_on_a_log_axis_lie_over_each_other_where_they_are_a_small_part_of_it_apart():
    def on_log_axis(*values):
        frame = lines(*values).rename(columns={"accuracy": "loss"})
        chart = grammar.curves(frame, "loss", "init", log_y=True, domain=[1e-30, 1.0])
        return json.dumps(chart.to_dict(), ensure_ascii=False)

    assert "● s0" in on_log_axis(1e-5, 2e-5, 1e-20)
    assert "● s0" not in on_log_axis(1e-5, 1e-9, 1e-20)
    assert "● s0" not in on_log_axis(0.0, 1e-9, 1e-20)


def test_names_of_a_chart_that_stands_alone_are_in_one_row():
    frame = lines(0.5, 0.9)
    frame["init"] = frame["init"].map(lambda init: f"Kaiming uniform {init}")
    for alone in (False, True):
        axis = grammar.curves(frame, "accuracy", "init", alone=alone).layer[-1].encoding.y["axis"]
        assert ('["Kaiming' in axis.labelExpr) == (not alone)


@pytest.mark.parametrize("n", [2, 4])
@pytest.mark.parametrize("name", ["Kaiming uniform", "Kaiming", "nothing"])
def test_long_names_of_a_few_lines_stand_in_two_rows(n, name):
    frame = lines(*[0.5 + 0.01 * i for i in range(n)])
    frame["init"] = frame["init"].map(lambda init: f"{name} {init}")
    axis = grammar.curves(frame, "accuracy", "init").layer[-1].encoding.y["axis"]
    apart = pd.Series(sorted(axis.values)).diff().min() * 240
    two = n == 2 and name == "Kaiming uniform"
    assert (
        f'["{name}", "s0"]' in axis.labelExpr or f'["{name.split()[0]}", ' in axis.labelExpr
    ) == two
    assert apart >= (30 if two else 15) - 1e-6


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
    "levels", [(0.5, 0.6), (0.98, 0.97, 0.1, 0.0), (0.2, 0.23, 0.26, 0.29, 0.32, 0.9)]
)
@pytest.mark.parametrize("log", [False, True])
def test_names_keep_their_distance_in_a_lower_plot_each_at_its_line(levels, log):
    frame = lines(*(level + 0.001 * log for level in levels)).rename(columns={"accuracy": "loss"})
    before = grammar.curves(frame, "loss", "init", log_y=log).to_dict()
    after = grammar.respaced(before, 150)
    old, new = named(before), named(after)
    assert list(new) == list(old) and len(new) == len(levels), "each line has its name"
    places = sorted(new.values())
    apart = 0.999 * min(15 / 150, 1 / (len(places) - 1))
    assert all(b - a >= apart for a, b in zip(places, places[1:], strict=False))
    assert sorted(new, key=new.get) == sorted(old, key=old.get)


def named(drawing) -> dict[str, float]:
    """{name: where on the axis, 0 to 1} of the names at line ends."""
    for layer in drawing["layer"]:
        axis = layer["encoding"].get("y", {}).get("axis") or {}
        if axis.get("orient") == "right":
            scale = layer["encoding"]["y"]["scale"]
            low, high = scale["domain"]
            to = math.log10 if scale.get("type") == "log" else float
            tests = re.findall(
                r'(abs\(datum.value / ([-\d.e]+) - 1\) < 1e-9|datum.value == 0) \? "([^"]*)"',
                axis["labelExpr"],
            )
            found = {n: (to(float(v or 0)) - to(low)) / (to(high) - to(low)) for _, v, n in tests}
            assert [p["test"] for p in axis["labelColor"]["condition"]] == [t for t, *_ in tests]
            assert sorted(float(v or 0) for _, v, _ in tests) == sorted(axis["values"])
            return found
    return {}


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [(0, 2, [0, 1, 2]), (1, 10, [2, 4, 6, 8, 10]), (0, 2.08, [0, 1, 2]), (5, 6, [5, 6])]
    + [(0, 15, [0, 5, 10, 15]), (1, 15, [5, 10, 15]), (0, 13, [0, 2, 4, 6, 8, 10, 12])],
)
def test_what_is_counted_has_whole_ticks(low, high, ticks):
    assert grammar.counted(low, high) == ticks


def test_long_numbers_have_few_ticks():
    assert grammar.counted(0, 40_000) == [0, 20_000, 40_000]

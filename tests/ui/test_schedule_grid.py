"""The grid to tick and the text in the link say the same."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from weightkit.lessons.freezing import LAYERS, PARAMETERS, format_schedule, parse_schedule
from weightkit.training import Freeze
from weightkit.ui import schedule_grid


def table(text):
    return schedule_grid.rows(parse_schedule(text, LAYERS), LAYERS, PARAMETERS)


def after(text, changes):
    return format_schedule(parse_schedule(schedule_grid.edited(table(text), changes), LAYERS))


def row(text, name):
    return next(i for i, r in enumerate(table(text)) if r["parameter"] == name)


def test_an_empty_schedule_has_a_row_for_every_parameter():
    found = table("")
    assert [r["parameter"] for r in found] == [
        f"{layer}.{p}" for layer in LAYERS for p in PARAMETERS
    ]
    assert not any(r["freeze"] for r in found)


def test_a_second_interval_has_a_row_of_its_own():
    found = [r for r in table("fc1.weight:1-2,fc1.weight:5-") if r["parameter"] == "fc1.weight"]
    assert found == [
        {"parameter": "fc1.weight", "freeze": True, "from": 1, "to": 2},
        {"parameter": "fc1.weight", "freeze": True, "from": 5, "to": None},
    ]


@pytest.mark.parametrize(
    ("text", "name", "change", "expected"),
    [
        ("", "fc1.weight", {"freeze": True}, "fc1.weight"),
        ("", "fc1.weight", {"from": 3}, "fc1.weight:3-"),
        ("", "output.bias", {"to": 4}, "output.bias:1-4"),
        ("fc1.weight:2-5", "fc1.weight", {"freeze": False}, ""),
        ("fc1.weight:2-5", "fc1.weight", {"to": None}, "fc1.weight:2-"),
        ("fc1.weight:2-5", "fc1.weight", {"from": None}, "fc1.weight:1-5"),
        ("fc1.weight:2-5", "fc1.weight", {"from": 9}, "fc1.weight:9"),
        ("fc1.weight:2-5", "fc1.bias", {"freeze": True, "from": 2, "to": 5}, "fc1:2-5"),
        ("fc1", "fc1.bias", {"freeze": False}, "fc1.weight"),
    ],
)
def test_an_edit_becomes_text(text, name, change, expected):
    assert after(text, {row(text, name): change}) == expected


intervals = st.tuples(st.integers(1, 50), st.none() | st.integers(0, 50)).map(
    lambda pair: (pair[0], None if pair[1] is None else pair[0] + pair[1])
)
freeze = st.builds(
    lambda layer, parameter, interval: Freeze(layer, parameter, *interval),
    st.sampled_from(LAYERS),
    st.sampled_from(PARAMETERS),
    intervals,
)


@settings(deadline=None)
@given(st.lists(freeze, max_size=8, unique=True))
def test_a_grid_that_nobody_edits_keeps_the_schedule(freezes):
    text = format_schedule(freezes)
    assert set(parse_schedule(schedule_grid.edited(table(text), {}), LAYERS)) == set(freezes)

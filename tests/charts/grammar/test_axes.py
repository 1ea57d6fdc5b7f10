"""Axes that can be read and that hold their data."""

import math

import pandas as pd
import pytest

from weightkit.charts import grammar


def test_powers_are_readable():
    ticks, words = grammar.powers(1e-4, 10)
    assert ticks == [1e-4, 1e-3, 1e-2, 0.1, 1.0, 10.0]
    assert '"-2": "0.01"' in words
    ticks, words = grammar.powers(1e-12, 1)
    assert len(ticks) <= 8
    assert "10⁻¹²" in words


def test_accuracy_is_a_plain_percent_from_0_to_1():
    axis = grammar.quantity("accuracy", pd.Series([0.4, 0.6]))
    assert axis["axis"].to_dict()["format"] == ".0%"
    assert axis["scale"].domain == [0, 1]


@pytest.mark.parametrize("values", [[], [math.nan], [0.0, 0.0], [-1.0, math.inf]])
@pytest.mark.parametrize("log", [False, True])
def test_every_axis_has_room(values, log):
    low, high = grammar.span(pd.Series(values, dtype=float), log)
    assert math.isfinite(low)
    assert low < high

"""Axes that can be read and that hold their data."""

import math

import altair as alt
import pandas as pd
import pytest
from ticks import broken_ticks

from weightkit.charts import grammar


def test_powers_are_readable():
    ticks, words = grammar.powers(1e-4, 10)
    assert ticks == [1e-4, 1e-3, 1e-2, 0.1, 1.0, 10.0]
    assert '"-2": "0.01"' in words
    ticks, words = grammar.powers(1e-12, 1)
    assert len(ticks) <= 8
    assert "10⁻¹²" in words


@pytest.mark.parametrize(("first", "last"), [(-34, 1), (-12, 0), (-5, 3), (0, 9), (-3, -2)])
@pytest.mark.parametrize("most", [2, 4, 7])
def test_powers_are_round_steps_within_the_axis(first, last, most):
    """Of an axis from 10⁻³⁴ to 10, 10⁰ and 10⁻⁵ are ticks, not 10 and 10⁻⁴."""
    ticks, _ = grammar.powers(10.0**first / 1.5, 10.0**last * 1.5, most)
    exponents = [round(math.log10(tick)) for tick in ticks]
    assert 2 <= len(exponents) <= most + 1
    assert first <= min(exponents) and max(exponents) <= last
    assert len({b - a for a, b in zip(exponents, exponents[1:], strict=False)}) <= 1
    assert exponents[0] % (exponents[1] - exponents[0]) == 0


def test_accuracy_is_a_plain_percent_from_0_to_1():
    axis = grammar.quantity("accuracy", pd.Series([0.4, 0.6]))
    assert axis["axis"].to_dict()["format"] == ".0%"
    assert axis["scale"].domain == [0, 1]


@pytest.mark.parametrize("column", ["accuracy_gain", "accuracy_gain_z"])
def test_what_became_of_an_accuracy_has_an_axis_of_its_own(column):
    axis = grammar.quantity(column, pd.Series([-1.5, 3.5]))
    low, high = axis["scale"].domain
    assert low < -1.5 and high > 3.5
    assert "format" not in axis["axis"].to_dict()


@pytest.mark.parametrize(("width", "height"), [(900, 260), (300, 260), (200, 260)])
@pytest.mark.parametrize(("across", "down"), [(8, 8), (54, 21), (5, 40)])
def test_squared_cells_are_as_wide_as_high_and_fill_what_they_can(across, down, width, height):
    def pixels(expression):
        return eval(expression.expr, {"min": min, "max": max, "width": width, "height": height})

    x, y = grammar.squared(across, down)
    wide, high = pixels(x["rangeMax"]), height - pixels(y["rangeMax"])
    assert wide / across == pytest.approx(high / down, rel=1e-4)
    assert wide == pytest.approx(width) or high == pytest.approx(height)
    _, above = grammar.squared(across, down, top=True)
    assert pixels(above["rangeMin"]) == pytest.approx(high), "from there up to the top, 0"


@pytest.mark.parametrize(
    ("low", "high"), [(0, n) for n in (1, 2, 3, 7, 10, 200)] + [(0, 2.08), (1, 3), (1, 15)]
)
def test_none_of_the_whole_ticks_is_thinned_out_by_vega(low, high):
    """Vega 6, vega-scale's validTicks: as many as steps of tickMinStep fit into the domain."""
    axis = grammar.whole_ticks(low, high)
    assert len(axis["values"]) <= math.floor((high - low) / axis["tickMinStep"])
    shown = grammar.quantity("layer", pd.Series([math.ceil(low), math.floor(high)]))["axis"]
    assert len(shown.values) <= shown.tickCount
    assert 1 in axis["values"] or high > 8


@pytest.mark.parametrize(("high", "next_to"), [(30, 5), (100, 20), (610, 100), (4, 2)])
def test_an_axis_that_begins_at_one_says_so(high, next_to):
    first, second, *_ = grammar.whole_ticks(1, high)["values"]
    assert (first, second) == (1, next_to)


def test_no_first_tick_stands_beside_another():
    assert grammar.whole_ticks(9, 60)["values"][:2] == [10, 20]


@pytest.mark.parametrize("last", [5, 12, 15, 30, 40, 100])
def test_every_whole_tick_is_drawn_and_the_last_number_is_one(last):
    """Vega takes every second of more values than `tickCount`."""
    axis = grammar.quantity("epoch", pd.Series([0, last]))["axis"]
    assert len(axis["values"]) <= axis["tickCount"]
    assert axis["values"][-1] == last


@pytest.mark.parametrize("values", [[], [math.nan], [0.0, 0.0], [-1.0, math.inf]])
@pytest.mark.parametrize("log", [False, True])
def test_every_axis_has_room(values, log):
    low, high = grammar.span(pd.Series(values, dtype=float), log)
    assert math.isfinite(low)
    assert low < high


def test_the_check_of_every_figures_epochs_finds_ticks_between_them():
    frame = pd.DataFrame({"epoch": [0.0, 1.0], "loss": [1.0, 2.0]})
    loose = alt.Chart(frame).encode(x="epoch:Q", y="loss:Q")
    whole = loose.encode(x=alt.X("epoch:Q").axis(tickMinStep=1))
    for chart, n in ((loose, 1), (whole, 0)):
        line, dots = chart.mark_line(), chart.mark_point()
        for made in (line, line + dots, line | dots):
            assert len(list(broken_ticks(made.to_dict()))) == (
                2 * n if made.to_dict().get("hconcat") else n
            )

"""Ticks of axes and legends are written as people write numbers, whatever their size."""

import re

import altair as alt
import pandas as pd
import pytest

from weightkit.charts import Figure, export, grammar
from weightkit.charts.words import number


def ticks(values: list[float], **axis) -> list[str]:
    """What an export writes at these values of an axis."""
    frame = pd.DataFrame({"x": values})
    x = alt.X("x:Q", axis=alt.Axis(values=values, labelOverlap=False, **axis))
    chart = alt.Chart(frame).mark_point().encode(x=x)
    drawn = export.svg(Figure("ticks", "title", "", chart, "alt", frame))
    return re.findall(r"<text[^>]*font-size=\"12px\"[^>]*>([^<]*)</text>", drawn)


def test_powers_of_ten_are_written_as_in_sentences():
    values = [-3e-8, 2e-12, 1e-10, 4.2e6, -1e26, 0.0]
    expected = [number(v).replace("-", "−") for v in (-3e-8, 2e-12, 1e-10)]
    assert set(ticks(values, format=".2~e")) == {*expected, "4.2 × 10⁶", "−10²⁶", "0"}
    assert set(ticks([0.25, 12.0, -300.0], format=".3~g")) == {"0.25", "12", "−300"}


@pytest.mark.parametrize("reach", [0.3, 30.0, 1e5, 1e26])
def test_an_axis_through_zero_has_ticks_at_both_sides_however_far_it_goes(reach):
    made = grammar.around_zero(-reach, reach, 0.02)["values"]
    assert made == sorted(-t for t in made) and 0 in made
    assert 3 <= len(made) <= 9
    assert max(made) > reach / 20

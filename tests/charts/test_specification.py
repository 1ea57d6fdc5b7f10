"""The specification that the page draws is the one that Streamlit would have made of the chart."""

import io

import altair as alt
import pandas as pd
import pyarrow as pa
from streamlit.elements.vega_charts import _convert_altair_to_vega_lite_spec

from weightkit.charts import Figure, grammar
from weightkit.charts.specification import specification

CONFIG = {"axis": {"labelFlush": False}, "mark": {"aria": False}}


def figure():
    frame = pd.DataFrame(
        {
            "init": ["xavier_normal"] * 4 + ["kaiming_normal"] * 4,
            "epoch": [0, 1, 2, 3] * 2,
            "seed": 0,
            "split": "test",
            "accuracy": [0.1, 0.5, 0.7, 0.8, 0.1, 0.6, 0.8, 0.9],
        }
    )
    return Figure(
        "accuracy", "title", "subtitle", grammar.curves(frame, "accuracy", "init"), "alt", frame
    )


def named(spec, frames):
    """The specification with the rows in place of the names of its data."""
    if isinstance(spec, dict):
        if set(spec) == {"name"} and spec["name"] in frames:
            return frames[spec["name"]]
        return {key: named(value, frames) for key, value in spec.items() if key != "datasets"}
    return [named(value, frames) for value in spec] if isinstance(spec, list) else spec


def rows(data):
    table = pa.ipc.open_stream(io.BytesIO(data)).read_pandas() if isinstance(data, bytes) else data
    return table.astype(object).where(table.notna(), None).to_dict("records")


def test_same_as_streamlits_own_conversion():
    one = figure()
    theirs, ours = (
        grammar.resolved(_convert_altair_to_vega_lite_spec(one.chart), dark=False),
        one.drawing(),
    )
    assert named(ours, {name: rows(data) for name, data in ours["datasets"].items()}) == named(
        theirs | {"padding": {"right": 6}, "config": CONFIG},
        {name: rows(data) for name, data in theirs["datasets"].items()},
    )


def test_it_is_made_once_and_the_chart_stays():
    one = figure()
    before = one.chart.to_dict()
    assert one.drawing() is one.drawing()
    assert one.chart.to_dict() == before


def test_frames_are_named_once():
    frame = pd.DataFrame({"x": [1, 2]})
    spec, frames = specification(
        alt.layer(
            alt.Chart(frame).mark_point().encode(x="x"), alt.Chart(frame).mark_line().encode(x="x")
        )
    )
    assert len(frames) == 1 and next(iter(frames.values())) is frame
    assert spec["config"] == CONFIG, "nothing of Altair's own theme"

"""What is sent of a figure is what Streamlit would make of its DataFrames, made once."""

import json

import altair as alt
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.dataframe_util import convert_anything_to_arrow_bytes as in_bytes
from streamlit.testing.v1 import AppTest

from weightkit.charts import Figure
from weightkit.ui import sent

FRAMES = {
    "numbers": {"x": [1.0, float("nan"), float("inf")], "n": [1, 2, 3]},
    "words and truth": {"name": ["a", None, "c"], "ok": [True, False, True]},
    "mixed": {"what": [1, "two", 3.0]},
}


def figure(columns) -> Figure:
    frame = pd.DataFrame(columns)
    x = frame.columns[0]
    return Figure(
        "one", "Title", "", alt.Chart(frame).mark_point().encode(x=f"{x}:N"), "Alt", frame
    )


@pytest.mark.parametrize("columns", FRAMES.values(), ids=FRAMES)
def test_what_is_drawn_is_sent_as_streamlit_would_but_for_the_size_of_whole_numbers(columns):
    one = figure(columns)
    asked = json.dumps({k: v for k, v in one.drawing(False).items() if k != "datasets"})
    for dark in (False, True):
        theirs, ours = one.drawing(dark), sent.drawing(one, dark)
        assert {k: v for k, v in theirs.items() if k != "datasets"} == {
            k: v for k, v in ours.items() if k != "datasets"
        }
        assert list(theirs["datasets"]) == list(ours["datasets"])
        for name, frame in theirs["datasets"].items():
            assert ours["datasets"][name] == in_bytes(sent.small(frame, asked))


def test_streamlit_sends_our_bytes_as_it_would_send_the_frame():
    """That it takes bytes in place of a frame is written nowhere but in its source."""

    def script(theirs, ours):
        import streamlit

        streamlit.vega_lite_chart(theirs)
        streamlit.vega_lite_chart(ours)

    one = figure(FRAMES["mixed"])
    given = {"theirs": one.drawing(), "ours": sent.drawing(one, False)}
    theirs, ours = AppTest.from_function(script, kwargs=given).run().get("vega_lite_chart")
    assert ours.proto.datasets == theirs.proto.datasets and len(ours.proto.datasets)
    assert ours.proto.spec == theirs.proto.spec


def test_a_figure_is_made_ready_once_for_light_and_dark():
    one = figure(FRAMES["numbers"])
    (light,), (dark,) = (sent.drawing(one, d)["datasets"].values() for d in (False, True))
    assert light is dark
    assert sent.drawing(one, True) is sent.drawing(one, True)


@given(
    st.lists(st.integers(-(2**62), 2**62), min_size=1, max_size=5),
    st.floats(allow_nan=False, width=64),
)
def test_what_is_sent_are_the_same_numbers_in_fewer_bytes(whole, real):
    frame = pd.DataFrame({"n": whole, "x": real, "name": "a", "yes": True})
    small = sent.small(frame, "n, x, name, yes")
    pd.testing.assert_frame_equal(small, frame, check_dtype=False, check_exact=True)
    assert small["n"].dtype.itemsize <= 8 and small["x"].dtype == frame["x"].dtype
    assert sent.small(pd.DataFrame({"n": [1, 2, 100]}), "n")["n"].dtype.itemsize == 1


def test_the_texts_of_a_long_table_are_sent_once_each():
    rows = 2 * sent.LONG
    names = ["baseline, which has a long name", None] * sent.LONG
    frame = pd.DataFrame({"name": names, "x": np.arange(rows) / 7})
    whole, short = (sent.in_bytes(f) for f in (frame, sent.small(frame, "name, x")))
    assert len(short) < len(whole) / 2
    table = pa.ipc.open_stream(short).read_all()
    assert pa.types.is_dictionary(table.schema.field("name").type)
    assert table.column("name").to_pylist() == names
    few = frame.head(sent.LONG - 1)
    assert sent.small(few, "name, x")["name"].dtype == frame["name"].dtype


def test_columns_that_no_drawing_asks_for_and_the_index_stay_here():
    frame = pd.DataFrame({"x": [1.0, 2.0], "unused": "words"}, index=[5, 7])
    one = Figure("one", "Title", "", alt.Chart(frame).mark_point().encode(x="x:Q"), "Alt", frame)
    (table,) = sent.drawing(one, False)["datasets"].values()
    assert pa.ipc.open_stream(table).read_all().column_names == ["x"]
    assert list(one.data) == ["x", "unused"], "the table behind it has them all"

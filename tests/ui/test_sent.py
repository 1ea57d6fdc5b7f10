"""What is sent of a figure is what Streamlit would make of its DataFrames, made once."""

import altair as alt
import pandas as pd
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
def test_the_same_bytes_are_sent_but_for_the_size_of_whole_numbers(columns):
    one = figure(columns)
    for dark in (False, True):
        theirs, ours = one.drawing(dark), sent.drawing(one, dark)
        assert {k: v for k, v in theirs.items() if k != "datasets"} == {
            k: v for k, v in ours.items() if k != "datasets"
        }
        assert list(theirs["datasets"]) == list(ours["datasets"])
        for name, frame in theirs["datasets"].items():
            assert ours["datasets"][name] == in_bytes(sent.small(frame))


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
    small = sent.small(frame)
    pd.testing.assert_frame_equal(small, frame, check_dtype=False, check_exact=True)
    assert small["n"].dtype.itemsize <= 8 and small["x"].dtype == frame["x"].dtype
    assert sent.small(pd.DataFrame({"n": [1, 2, 100]}))["n"].dtype.itemsize == 1

"""What is sent of a figure is what Streamlit would make of its DataFrames, made once."""

import altair as alt
import pandas as pd
import pyarrow as pa
import pytest
from streamlit.dataframe_util import convert_anything_to_arrow_bytes as in_bytes

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
def test_the_same_bytes_are_sent(columns):
    one = figure(columns)
    for dark in (False, True):
        theirs, ours = one.drawing(dark), sent.drawing(one, dark)
        assert {k: v for k, v in theirs.items() if k != "datasets"} == {
            k: v for k, v in ours.items() if k != "datasets"
        }
        assert list(theirs["datasets"]) == list(ours["datasets"])
        for name, frame in theirs["datasets"].items():
            assert in_bytes(ours["datasets"][name]) == in_bytes(frame)


def test_tables_are_made_once_for_light_and_dark():
    one = figure(FRAMES["numbers"])
    (light,), (dark,) = (sent.drawing(one, d)["datasets"].values() for d in (False, True))
    assert isinstance(light, pa.Table)
    assert light is dark
    assert sent.drawing(one, True) is sent.drawing(one, True)

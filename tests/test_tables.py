"""Reading CSVs: whatever the bytes are, the answer is a table or one clear sentence."""

from __future__ import annotations

import io
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from weightkit.tables import BadData, read_table

numbers = hnp.arrays(
    np.float64,
    hnp.array_shapes(min_dims=2, max_dims=2, max_side=6),
    elements=st.floats(-1e15, 1e15),
)


@settings(deadline=None)
@given(values=numbers, separator=st.sampled_from(",;\t"), end=st.sampled_from(["\n", "\r\n", "\r"]))
def test_what_is_written_is_read_back(values, separator, end):
    header = separator.join(f"c{i}" for i in range(values.shape[1]))
    rows = [separator.join(map(repr, row)) for row in values.tolist()]
    text = "\ufeff" + end.join([header, *rows, ""])
    table = read_table(io.BytesIO(text.encode()), "t")
    assert table.columns == tuple(header.split(separator))
    np.testing.assert_allclose(table.values, values, rtol=1e-15)


@settings(deadline=None)
@given(
    content=st.binary(max_size=60) | st.text('ab01.,;|"\n\r\t e-', max_size=60).map(str.encode),
    text=st.booleans(),
)
def test_any_bytes_give_numbers_or_bad_data(content, text):
    try:
        table, complaint = read_table(io.BytesIO(content), "t", text=text), ""
    except BadData as error:
        table, complaint = None, str(error)
    if table is None:
        assert complaint.startswith("t") and "\n" not in complaint
    else:
        assert np.isfinite(table.values).all() and table.values.ndim == 2
        assert len(table.texts) <= text


def test_a_missing_file_is_bad_data(tmp_path):
    with pytest.raises(BadData, match=r"^none\.csv cannot be read"):
        read_table(tmp_path / "none.csv")


def test_an_endless_header_is_bad_data():
    with pytest.raises(BadData, match="header row is not readable"):
        read_table(io.StringIO("a" * 200_000 + ",b\n1,2\n"), "t")


@pytest.mark.parametrize("text", ["{wide}\n1,2\n", "a,b\n{wide}\n", "{wide}"])
def test_ten_million_columns_are_refused_at_once(text):
    file = io.StringIO(text.format(wide="1," * 9_999_999 + "1"))
    start = time.perf_counter()
    with pytest.raises(BadData, match="10,000,000 columns; at most 1,000"):
        read_table(file, "wide.csv")
    assert time.perf_counter() - start < 3.0


def test_a_later_row_of_ten_million_columns_is_refused_soon():
    start = time.perf_counter()
    with pytest.raises(BadData, match="row 2 has 10,?000,?000 columns"):
        read_table(io.StringIO("a,b\n1,2\n" + "1," * 9_999_999 + "1\n"), "wide.csv")
    assert time.perf_counter() - start < 10.0

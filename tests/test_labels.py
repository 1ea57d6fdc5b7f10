"""A reader's CSV in every dress: the numbers that were written are read back, or one sentence says
what is unclear.
"""

from __future__ import annotations

import csv
import io
import re

import numpy as np
import pandas as pd
import pytest
import torch
from csv_dresses import dressed
from hypothesis import given, settings

from weightkit.datasets import BadData, from_csv
from weightkit.labels import labelled
from weightkit.tables import read_table

N = 30


def made(labels=(0, 1), features=2, seed=0) -> pd.DataFrame:
    """N rows: normal features f0, f1, ... and a label."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        rng.normal(5, 3, (N, features)).round(3), columns=[f"f{i}" for i in range(features)]
    )
    return frame.assign(label=rng.permutation(np.resize(np.array(labels, dtype=object), N)))


def read(text: str | bytes):
    raw = text.encode() if isinstance(text, str) else text
    return labelled(read_table(io.BytesIO(raw), "mine", text=True))


def assert_read(text, x, y, *said):
    """The features and classes that are in the text, and parts of what is said of it."""
    found = read(text)
    np.testing.assert_allclose(found.x, np.asarray(x, dtype=float), rtol=1e-14)
    assert found.y.tolist() == list(y)
    for part in said:
        assert part in found.said
    data = from_csv(io.BytesIO(text.encode() if isinstance(text, str) else text), "mine")
    assert data.description == found.said
    assert len(data.x_train) + len(data.x_test) == len(y) and data.n_features == np.shape(x)[1]
    assert sorted(torch.cat([data.y_train, data.y_test]).tolist()) == sorted(y)


# --- each dress, with the right values
# ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("separator", "word"),
    [(",", "commas"), (";", "semicolons"), ("\t", "tabs"), ("|", "bars"), (" ", "blanks")],
)
@pytest.mark.parametrize("header", [True, False])
@pytest.mark.parametrize("first", [True, False])
def test_separator_header_and_the_place_of_the_label(separator, word, header, first):
    frame = made()
    frame = frame[["label", "f0", "f1"]] if first else frame
    text = frame.to_csv(sep=separator, index=False, header=header)
    names = "names in the first row" if header else "no row of names"
    place = "the first column" if first else "the last column"
    assert_read(
        text, frame[["f0", "f1"]], frame["label"], f"Read with {word} between columns", names, place
    )


@pytest.mark.parametrize("name", ["label", "Class", "TARGET", "species", "quality", "y"])
@pytest.mark.parametrize("first", [True, False])
def test_a_label_by_its_name_although_the_other_end_might_be_one(name, first):
    frame = made().rename(columns={"label": name}).assign(f1=np.resize([3, 1, 2], N))
    frame = frame[[name, "f0", "f1"]] if first else frame[["f1", "f0", name]]
    assert_read(
        frame.to_csv(index=False), frame.drop(columns=name), frame[name], repr(name), "by its name"
    )


def test_text_labels_are_numbered_in_sorted_order():
    frame = made(("virginica", "setosa", "versicolor"))
    y = frame["label"].map({"setosa": 0, "versicolor": 1, "virginica": 2})
    said = "3 classes (setosa is 0, versicolor is 1, virginica is 2)"
    assert_read(frame.to_csv(index=False), frame[["f0", "f1"]], y, said)
    assert_read(frame.to_csv(index=False, header=False), frame[["f0", "f1"]], y, said)
    assert_read(
        frame[["label", "f1"]].to_csv(index=False, header=False),
        frame[["f1"]],
        y,
        said,
        "the first column",
    )


def test_two_words_are_a_binary_task():
    data = from_csv(io.StringIO(made(("yes", "no")).to_csv(index=False)), "mine")
    assert (data.task, data.n_outputs, data.y_train.dtype) == ("binary", 1, torch.float32)
    assert "no is 0, yes is 1" in data.description


def test_labels_of_bytes_that_are_no_utf8_stay_different():
    frame = made(("Müll", "Möll"))
    found = read(frame.to_csv(index=False).encode("latin-1"))
    assert found.classes == ("Möll", "Müll")


@pytest.mark.parametrize("separator", [";", "\t", " ", "|", ","])
@pytest.mark.parametrize("labels", [(0, 1), ("cat", "dog")])
@pytest.mark.parametrize("features", [1, 3])
def test_decimal_commas(separator, labels, features):
    frame = made(labels, features)
    text = frame.to_csv(sep=separator, index=False, decimal=",")  # quoted where the comma separates
    y = frame["label"].map({label: i for i, label in enumerate(labels)})
    assert_read(text, frame.drop(columns="label"), y, "decimal commas")


def test_a_quoted_header_with_commas_in_a_semicolon_file():
    frame = made().set_axis(["length, mm", "width, height, mm", "label"], axis=1)
    text = frame.to_csv(sep=";", index=False, quoting=csv.QUOTE_ALL)
    assert_read(text, frame.iloc[:, :2], frame["label"])
    assert read_table(io.StringIO(text), "t").columns == (
        "length, mm",
        "width, height, mm",
        "label",
    )


def test_a_header_of_two_lines_in_quotes():
    frame = made().set_axis(["length\n(mm)", "width", "label"], axis=1)
    assert_read(frame.to_csv(index=False), frame.iloc[:, :2], frame["label"])


@pytest.mark.parametrize("saved", [1, 2])
@pytest.mark.parametrize("shuffled", [False, True])
def test_pandas_index_is_dropped_and_said(saved, shuffled):
    frame = made().sort_values("label", ignore_index=True)
    text_of = frame.sample(frac=1, random_state=1) if shuffled else frame
    text = text_of.to_csv()
    for _ in range(saved - 1):
        text = pd.read_csv(io.StringIO(text)).to_csv()
    assert_read(
        text,
        text_of[["f0", "f1"]],
        text_of["label"],
        "numbers the rows and is left out",
        "2 features",
    )


@pytest.mark.parametrize("name", ["f0", "length, mm"])
def test_a_label_of_words_after_the_index(name):
    frame = made(("cat", "dog"), 1).rename(columns={"f0": name})[["label", name]]
    text = frame.to_csv(
        sep="\t", decimal=","
    )  # at the commas, the labels would be all but the last digits
    assert_read(
        text,
        frame[[name]],
        frame["label"] == "dog",
        "numbers the rows",
        "'label' with 2 classes (cat is 0",
    )


def test_words_do_not_hide_what_separates():
    frame = made(("cat", "dog"), 1)[["f0", "label"]].assign(f0=lambda f: f["f0"].abs() + 0.0005)
    text = frame.to_csv(
        sep=";", decimal=",", index=False, header=False
    )  # 1,5;cat: a comma and a semicolon in each row
    assert_read(text, frame[["f0"]], frame["label"] == "dog", "semicolons", "decimal commas")
    assert_read(
        "".join(f"{i + 30}, {i % 2}\n" for i in range(N)),
        np.arange(N)[:, None] + 30,
        np.arange(N) % 2,
        "commas",
    )


def test_a_part_of_a_frame_keeps_its_index_with_gaps_which_is_dropped():
    frame = pd.concat([made(seed=i) for i in range(3)], ignore_index=True).iloc[::3]
    assert_read(frame.to_csv(), frame[["f0", "f1"]], frame["label"], "numbers the rows")


@pytest.mark.parametrize("start", [0, 1])
@pytest.mark.parametrize(
    "name",
    ["Id", "index", "PassengerId", "idx", "#", "No.", "nr", "Row number", "Sample No", None],
)
def test_a_counting_column_named_id_or_without_a_header_is_dropped(start, name):
    frame = made()
    frame.insert(0, name or "", np.arange(start, N + start))
    text = frame.to_csv(index=False, header=name is not None)
    assert_read(text, frame[["f0", "f1"]], frame["label"], "numbers the rows and is left out")


@pytest.mark.parametrize("name", ["f0", "hour", "Sample size", "dose"])
def test_a_named_column_that_counts_is_a_feature(name):
    frame = made().assign(f0=np.arange(N)).rename(columns={"f0": name})
    assert_read(frame.to_csv(index=False), frame[[name, "f1"]], frame["label"])


@pytest.mark.parametrize("start", [5, -1])
def test_a_column_named_id_that_does_not_count_the_rows_is_a_feature(start):
    frame = made().rename(columns={"f0": "Id"}).assign(Id=np.arange(start, N + start))
    assert_read(frame.to_csv(index=False), frame[["Id", "f1"]], frame["label"])


def test_one_of_a_thing_is_not_called_many():
    """No sentence of a refusal, or of how a table was read, has a 1 before a plural."""
    one = made(features=1)
    texts = [
        "a,label\n1,2",
        "label\n" + "1\n2\n" * 15,
        "a,label\n" + "1.5,1\n" * 30,
        "a\n" + "1,2,0\n" * 30,
        "cat 1,5\ndog 2,6\n" * 15,
        one.to_csv(index=False),
    ]
    for text in texts:
        try:
            said = from_csv(io.BytesIO(text.encode()), "mine").description
        except BadData as error:
            said = str(error)
        assert not re.search(r"\b1 (different )?(?!class\b)\w+s\b", said), said
    assert "1 feature;" in said


def test_pandas_own_names_are_a_header():
    frame = made().set_axis([0, 1, "label"], axis=1)
    assert_read(frame.to_csv(index=False), frame[[0, 1]], frame["label"])
    text = made().set_axis([0, 1, 2], axis=1).to_csv()  # ",0,1,2"
    assert_read(text, frame[[0, 1]], frame["label"], "names in the first row")


# --- what is unclear or wrong
# ------------------------------------------------------------------------------

ROWS = "".join(f"{i % 3},{i / 7:.3f},{i % 2}\n" for i in range(N))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (ROWS, "first column, 1, and the last, 3, may both be the label .* 3 and 2 different"),
        ("a,b,c\n" + ROWS, "first column, 'a', and the last, 'c', may both be the label"),
        (
            "a,label,c\n" + ROWS,
            r"not clear which column is the label, found 'label' \(column 2 of 3\)",
        ),
        ("class,b,label\n" + ROWS, r"'class' \(column 1 of 3\), 'label' \(column 3 of 3\)"),
        ("0,1,2\n" + ROWS, "the first row, '0, 1, 2', may be numbers of columns or a sample"),
        ("0.5,x,1\n" + ROWS, "the first row, '0.5, x, 1', is neither all names nor a sample"),
        ("?,0.5,1\n" + ROWS, "the first row, .*, is neither all names nor a sample"),
        (",0.5,1\n" + ROWS, "the first row, .*, is neither all names nor a sample"),
        ("nan,0.5,1\n" + ROWS.replace("0.", "5."), "row 1, column 1 is empty"),
        ("?,?,?\n" + ROWS, "holds neither names nor numbers"),
        ("a,,label\n" + ROWS, "column 2 has no name"),
        (",b,label\n" + ROWS, "the first column has no name and does not count the rows"),
        (
            "x,y,label\n" + "a,1,0\nb,2,1\n" * 15,
            "row 1, column 1 holds 'a'; only numbers are allowed",
        ),
        ("x,z,w\n" + "a,1,0\nb,2,1\n" * 15, "row 1, column 1 holds 'a'; .* may both be the label"),
        ("x,z,w\n" + "1.5,a,0\n2,b,1\n" * 15, "row 1, column 2 holds 'a'; only numbers"),
        ("x,label\n" + "1,a\n2,3\n" * 15, "row 1, column 2 holds 'a'; only numbers"),
        ("x,label\n" + "1.5,a\n2,NA\n" * 15, "label in row 2 is missing"),
        ("x,label\n" + "1.5,a\n2,\n" * 15, "label in row 2 is empty"),
        (
            "x;label\n" + "1,5;0\n2.5;1\n" * 15,
            "'1,5' and '2.5': decimal commas or points, but not both",
        ),
        ("x;z;label\n" + "1,5;2.5;0\n2,5;3;1\n" * 15, "'1,5' and '2.5': decimal commas or points"),
        ("x,label\n" + '"1,234",0\n"1,235",1\n' * 15, "'1,234', which may be 1.234 or 1234"),
        ("x;label\n" + "1,234;0\n567;1\n" * 15, "'1,234', which may be 1.234 or 1234"),
        ("x;label\n" + "1.234,5;0\n567;1\n" * 15, "holds '1.234,5'; only numbers"),
        (
            "x,label\n" + "1,5,0\n2,5,1\n" * 15,
            "header names 2 columns, but the rows have 3; decimal commas need",
        ),
        ("x\tlabel\n" + "cat 1,5\ncat 2,6\n" * 15, "header names 1 column, but the rows have 2"),
        ("cat 1,5\ndog 2,6\n" * 15, r"separated by commas \(2 columns\) or blanks \(2 columns\)"),
        (
            "x,price\n" + "1,0.5\n2,3\n" * 15,
            "'price', must hold whole numbers or words to be the label, found 0.5",
        ),
        (
            "label;x\n" + "".join(f"c{i};1,5\n" for i in range(21)),
            "21 different classes in the first column, 'label'",
        ),
        ("\n".join(["a,label", *["1,0", "2,1"] * 10_001]), "20,002 rows .* at most 20,000"),
        ("a,label\n" + "1.5,0\n" * 900_000, "too large: at most 5 MB"),
    ],
)
def test_what_is_unclear_or_wrong_is_said_in_one_sentence(text, says):
    with pytest.raises(BadData, match=f"^mine.*(?:{says})") as error:
        from_csv(io.BytesIO(text.encode()), "mine")
    assert "\n" not in str(error.value) and len(str(error.value)) < 400


def test_limits_are_looked_at_before_anything_is_parsed(monkeypatch):
    monkeypatch.setattr("pandas.read_csv", lambda *a, **k: pytest.fail("parsed"))
    for text in (
        "a,label\n" + "1,0\n" * 20_001,
        ",".join(["1"] * 1001),
        "a,label\n" + "1.5,0\n" * 900_000,
    ):
        with pytest.raises(BadData):
            from_csv(io.StringIO(text), "mine")


# --- any table in any dress
# --------------------------------------------------------------------------------


@settings(deadline=None, max_examples=150)
@given(dressed())
def test_any_table_in_any_dress_is_read_as_it_was_written_or_refused(case):
    content, x, labels = case
    try:
        found = read(content)
    except BadData as error:
        assert str(error).startswith("mine") and "\n" not in str(error)
        return
    np.testing.assert_allclose(found.x, x, rtol=1e-14)
    order = {str(label): i for i, label in enumerate(sorted(set(labels)))}
    assert found.y.tolist() == [order[str(label)] for label in labels]
    assert found.classes == tuple(order)

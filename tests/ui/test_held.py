"""What is held beside a run: the lines of the one before, in grey, on the axes of this one."""

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from weightkit.charts import Figure, grammar
from weightkit.ui import sent
from weightkit.ui.lean import spread


def figure(y="accuracy", level=0.5):
    rows = [("a", e, s, level) for e in range(3) for s in range(2)]
    frame = pd.DataFrame(rows, columns=["init", "epoch", "seed", y])
    return Figure(
        "one", "title", "", grammar.curves(frame, y, "init", log_y=y == "size"), "alt", frame
    )


def shown(*runs) -> list[tuple[dict, str]]:
    """What `compare` makes of these (place, settings, figure) in one session, or "let go"."""

    def script(runs, told):
        import streamlit as st

        from weightkit.ui import held, sent

        for run in runs:
            if run == "let go":
                held.let_go()
            else:
                place, settings, figure = run
                told.append(held.compare(held.Run(place, settings, sent.prepared(figure)), False))
        st.text("done")

    told = []
    assert not AppTest.from_function(script, args=(runs, told)).run().exception
    return told


ONE, OTHER = figure(), figure(level=0.7)
FIRST = ("page", {"Epochs": "10", "Rule": "SGD"}, ONE)
SECOND = ("page", {"Epochs": "20", "Rule": "SGD"}, OTHER)


def test_the_run_before_stays_until_the_reader_lets_go():
    first, second, third, alone, again = shown(
        FIRST, SECOND, ("page", {"Epochs": "20", "Rule": "Adam"}, OTHER), "let go", SECOND, SECOND
    )
    assert first == (sent.drawing(ONE, False), "")
    assert second[1] == "Epochs 10"
    assert third[1] == "Epochs 10, Rule SGD", "the one that was held first"
    assert alone[1] == "Rule Adam"
    assert again[1] == "Rule Adam"


def test_it_is_grey_under_the_lines_of_this_run_and_on_its_axes():
    drawing, _ = shown(FIRST, SECOND)[1]
    plain = spread(sent.drawing(OTHER, False))
    (ghost,) = drawing["layer"][: -len(plain["layer"])]
    assert drawing["layer"][1:] == plain["layer"]
    assert (
        drawing["datasets"][ghost["data"]["name"]] in sent.drawing(ONE, False)["datasets"].values()
    )
    first = plain["layer"][0]["encoding"]
    assert ghost["encoding"]["x"]["axis"] == first["x"]["axis"]
    assert ghost["encoding"]["y"]["axis"] is None, "the axis of y is the first layer's own"
    assert ghost["encoding"]["y"]["scale"] == first["y"]["scale"]
    assert "color" not in ghost["encoding"]


@pytest.mark.parametrize("before", [figure("loss"), figure("size")])
def test_what_has_other_axes_is_not_drawn_over_them(before):
    assert shown(("page", {"Epochs": "10"}, before), SECOND)[1] == (sent.drawing(OTHER, False), "")


def test_another_page_and_the_settings_of_before_hold_nothing():
    assert shown(FIRST, ("other", {"Epochs": "20"}, OTHER))[1][1] == ""
    assert [words for _, words in shown(FIRST, SECOND, FIRST)] == ["", "Epochs 10", ""]

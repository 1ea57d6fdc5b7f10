"""A figure carries its words; titles wrap."""

import altair
import pandas as pd
import pytest

from weightkit.charts import Figure, export
from weightkit.charts.figure import SUBTITLE_SIZE, TITLE_SIZE, wrap

LONG = (
    "Kaiming fits the training set faster; on the test set nobody wins, whatever the seed and the"
    " scheme may be"
)


def figure(**changes):
    frame = pd.DataFrame({"x": [1, 2], "y": [3, 4]})
    chart = altair.Chart(frame, width="container").mark_line().encode(x="x", y="y")
    settings = {
        "name": "a-figure",
        "title": LONG,
        "subtitle": "",
        "chart": chart,
        "alt": "A line.",
        "data": frame,
    }
    return Figure(**(settings | changes))


@pytest.mark.parametrize("name", ["", "Two Words", "a/b", "../x", "a.png", "-a", "ä"])
def test_the_name_must_be_a_slug(name):
    with pytest.raises(ValueError, match="slug"):
        figure(name=name)


@pytest.mark.parametrize("part", ["title", "alt"])
def test_a_figure_needs_words(part):
    with pytest.raises(ValueError, match=f"{part} of figure 'a-figure' is empty"):
        figure(**{part: "  "})


def test_lines_fit_and_nothing_is_lost():
    for width in (300, 760):
        lines = wrap(LONG, width, TITLE_SIZE)
        assert " ".join(lines) == LONG
        assert max(map(len, lines)) * TITLE_SIZE * 0.5 < width
    assert len(wrap(LONG, 300, TITLE_SIZE)) > len(wrap(LONG, 760, TITLE_SIZE))
    assert wrap("", 300, SUBTITLE_SIZE) == []


def test_titled_puts_the_words_into_a_copy():
    plain = figure()
    titled = plain.titled(400, 300)
    assert " ".join(titled.to_dict()["title"]["text"]) == LONG
    assert titled.to_dict()["height"] == 300
    assert "title" not in plain.chart.to_dict()


def test_the_chart_of_the_html_file_is_not_made_before_it_is_asked_for():
    def moving():
        made.append("point")
        return altair.Chart(pd.DataFrame({"x": [1]})).mark_point().encode(x="x")

    made = []
    one = figure(interactive=moving)
    one.drawing()
    assert one.titled().to_dict()["mark"]["type"] == "line"
    assert not made
    export.html(one, {}, "http://x/")
    assert made == ["point"]


def test_an_alt_text_that_is_the_title_says_what_is_drawn_as_well():
    assert figure(alt=LONG + ".", subtitle="By epoch.").alt == f"{LONG}. By epoch."
    assert figure(alt="A line.", subtitle="By epoch.").alt == "A line."

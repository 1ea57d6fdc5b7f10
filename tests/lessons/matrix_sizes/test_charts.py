"""Charts of sizes: every unit, cell and joint is there, and the words are those of the data."""

import json
import math

import pytest

from weightkit.charts import export, home
from weightkit.charts.words import written
from weightkit.lessons.matrix_sizes import BROKEN, Config, broken_chain, network, run
from weightkit.lessons.matrix_sizes.network import charts


@pytest.fixture(scope="module")
def result():
    return run(Config())


def rows_of(figure):
    return max((len(rows) for rows in export.spec(figure.titled())["datasets"].values()), default=0)


def test_the_network_has_a_line_per_weight_and_says_how_many(result):
    figure = charts.network(result, 2, 3)
    assert rows_of(figure) == 558, "the course's own network is drawn whole"
    assert "558 weights and 41 biases, 599 numbers" in figure.title
    assert "at most" not in figure.subtitle


def test_of_many_units_some_are_drawn_which_the_drawing_says_itself():
    """A slide has no room for what the page says below the title."""
    figure = charts.network(run(Config(sizes=(64, 32, 10), layer=1, unit=1)), 1, 1)
    assert rows_of(figure) == charts.MOST_NODES * (charts.MOST_NODES + 10)
    assert f"at most {charts.MOST_NODES} units" in figure.subtitle
    words = json.dumps(export.spec(figure.titled())["datasets"])
    assert f"{charts.MOST_NODES} of 64" in words and f"{charts.MOST_NODES} of 32" in words


@pytest.mark.parametrize("height", [120, 165, 300])
def test_circles_of_a_column_do_not_touch_in_a_slide_either(height, result):
    (circles,) = (
        layer for layer in export.spec(charts.network(result, 1, 1).chart)["layer"]
        if layer["mark"]["type"] == "circle"
    )  # fmt: skip
    low, high = circles["encoding"]["y"]["scale"]["domain"]
    apart = height * 2 * charts.TOP / (high - low) / (19 - 1)
    area = eval(circles["mark"]["size"]["expr"], {"min": min, "height": height})
    assert 2 * math.sqrt(area / math.pi) < apart


def test_the_shape_of_the_batch_stands_under_each_layer(result):
    figure = charts.network(run(Config(n_samples=7)), 1, 1)
    words = {
        row["words"]
        for rows in export.spec(figure.titled())["datasets"].values()
        for row in rows
        if "words" in row
    }
    assert {
        "10 units\nbatch (7, 10)",
        "14 units\n(7, 14)",
        "19 units\n(7, 19)",
        "8 units\n(7, 8)",
    } <= words
    assert "(7, 10), (7, 14), (7, 19), (7, 8)" in figure.alt


def test_every_weight_is_a_cell(result):
    figure = charts.matrices(result, 2, 3)
    assert rows_of(figure) == 558
    assert "(14, 10), (19, 14), (8, 19)" in figure.title


@pytest.mark.parametrize("height", [165, 300])
def test_words_stand_clear_of_the_drawing_in_a_slide_too(height, result):
    """In pixels: 13-pixel words 18 (14) pixels above the first row must lie between the plot's edge
    and that row.

    Below the network stand two lines.
    """
    for figure, away, first in (
        (charts.network(result, 2, 3, height), 18, charts.TOP),
        (charts.matrices(result, 2, 3, height), 14, 0.0),
    ):
        made = export.spec(figure.chart)
        (scale,) = {
            json.dumps(layer["encoding"]["y"]["scale"]["domain"]) for layer in made["layer"]
        }
        bottom, top = json.loads(scale)
        edge = height * abs((top - first) / (top - bottom))
        assert edge >= away + 7, figure.name
        if figure.name == "network":
            assert height * abs((bottom + first) / (top - bottom)) >= away + charts.LINE + 7
        assert made["height"] == height


@pytest.mark.parametrize("row", range(4))
def test_a_colour_of_the_home_pages_product_says_the_value_alone(row):
    """What is followed is framed: its row of W, x, its output."""
    cells, *_, frames = export.spec(home.product(row).chart)["layer"]
    assert "opacity" not in cells["encoding"] and cells["encoding"]["color"]["field"] == "value"
    data = export.spec(home.product(row).chart)["datasets"][frames["data"]["name"]]
    middles = {((r["left"] + r["right"]) / 2, (r["top"] + r["bottom"]) / 2) for r in data}
    assert middles == {(1.0, row), (4.6, 1.5), (6.8, row)}


def test_red_is_above_zero_and_blue_below_all_the_way(result):
    for figure in (charts.matrices(result, 1, 1), home.product(0)):
        scale = export.spec(figure.chart)["layer"][0]["encoding"]["color"]["scale"]
        assert scale["interpolate"] == "rgb", figure.name


def test_where_no_rounding_adds_up_the_unit_says_about():
    """The fuzzer's: seven digits were needed, too many to read."""
    sizes = (1, 17, 20, 14, 1, 2, 2, 3, 14)
    config = Config(sizes=sizes, layer=2, unit=18, activation="linear", seed=39, n_samples=4)
    made = run(config)
    title = network.tell(config, made)["one-unit"].title
    assert "add up to about 0.4456;" in title and "output is about 0.4914" in title


def test_the_unit_names_its_sum(result):
    story = network.tell(Config(), result)
    figure = story["one-unit"]
    assert written(f"{story.facts.unit.dot_product:.3f}") in figure.title
    assert story.facts.unit.dot_product == result.output["dot_product"].item()
    assert rows_of(figure) == 10


def test_the_broken_joint_is_named(result):
    story = broken_chain.tell(Config(), result)
    assert (story.facts.broken.layer, story.facts.broken.expects, story.facts.broken.receives) == (
        "output",
        19,
        9,
    )
    assert (
        story["chain"].title
        == "The chain breaks before output: it expects 19 features and receives 9"
    )
    assert story.verdict.truth in broken_chain.ask(Config(chain=BROKEN)).options
    config = Config(chain=((10, 14), (14, 3)))
    whole = broken_chain.tell(config, run(config))
    assert whole.facts.broken is None and whole.facts.message is None
    assert "leave as (5, 3)" in whole["chain"].title

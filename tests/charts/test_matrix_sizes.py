"""Charts of sizes: every unit, cell and joint is there, and the words are those of the data."""

import json

import pytest

from weightkit.charts import export, home
from weightkit.charts import matrix_sizes as charts
from weightkit.lessons.matrix_sizes import BROKEN, Config, run


@pytest.fixture(scope="module")
def result():
    return run(Config())


def rows_of(figure):
    return max((len(rows) for rows in export.spec(figure.titled())["datasets"].values()), default=0)


def test_the_network_has_a_line_per_weight_and_says_how_many(result):
    figure = charts.network(result.shapes, result.flow, "fc1", 3)
    assert rows_of(figure) == 10 * 14 + 14 * 16 + 16 * 8  # at most 16 units of a layer are drawn
    assert "558 weights and 41 biases, 599 numbers" in figure.title
    assert "Only 16 units" in figure.subtitle


def test_the_shape_of_the_batch_stands_under_each_layer(result):
    figure = charts.network(result.shapes, run(Config(n_samples=7)).flow)
    words = {row["words"] for rows in export.spec(figure.titled())["datasets"].values() for row in rows if "words" in row}
    assert {"10 units\nbatch (7, 10)", "14 units\n(7, 14)", "19 units\n(7, 19)", "8 units\n(7, 8)"} <= words
    assert "(7, 10), (7, 14), (7, 19), (7, 8)" in figure.alt


def test_every_weight_is_a_cell(result):
    figure = charts.matrices(result.values, result.shapes, "fc1", 3)
    assert rows_of(figure) == 558
    assert "(14, 10), (19, 14), (8, 19)" in figure.title


@pytest.mark.parametrize("height", [165, 300])
def test_words_stand_clear_of_the_drawing_in_a_slide_too(height, result):
    """In pixels: 13-pixel words 18 (14) pixels above the first row must lie between the plot's edge and that row.

    Below the network stand two lines.
    """
    for figure, away, first in (
        (charts.network(result.shapes, result.flow, "fc1", 3, height=height), 18, charts.TOP),
        (charts.matrices(result.values, result.shapes, "fc1", 3, height=height), 14, 0.0),
    ):
        made = export.spec(figure.chart)
        (scale,) = {json.dumps(layer["encoding"]["y"]["scale"]["domain"]) for layer in made["layer"]}
        bottom, top = json.loads(scale)
        edge = height * abs((top - first) / (top - bottom))
        assert edge >= away + 7, figure.name
        if figure.name == "network":
            assert height * abs((bottom + first) / (top - bottom)) >= away + charts.LINE + 7
        assert made["height"] == height


def test_red_is_above_zero_and_blue_below_all_the_way(result):
    for figure in (charts.matrices(result.values, result.shapes), home.product(0)):
        scale = export.spec(figure.chart)["layer"][0]["encoding"]["color"]["scale"]
        assert scale["interpolate"] == "rgb", figure.name


def test_the_unit_names_its_sum(result):
    figure = charts.unit(result.unit, result.output, "input", 1)
    assert f"{result.output['dot_product'].item():.3f}" in figure.title
    assert rows_of(figure) == 10


def test_the_broken_joint_is_named(result):
    figure = charts.chain(result.chain, list(BROKEN), 5, 10)
    assert figure.title == "The chain breaks before output: it expects 19 features and receives 9"
    whole = run(Config(chain=((10, 14), (14, 3))))
    assert "leave as (5, 3)" in charts.chain(whole.chain, [(10, 14), (14, 3)], 5, 10).title

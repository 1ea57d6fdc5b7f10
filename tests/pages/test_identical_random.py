"""Part 6's rows of the coverage table, driven to and found in the page's charts and sentences."""

import pandas as pd
import pyarrow as pa
import pytest
from pages_helpers import opened, press, well, words
from streamlit.testing.v1 import AppTest

NAMES = ["parameters", "training", "differences", "checks", "calls"]


def page(**query) -> AppTest:
    return well(opened("identical_random", **{"reveal": "true", "epochs": "3", **query}))


def drawn(at: AppTest) -> dict[str, pd.DataFrame]:
    """{what is drawn: the rows of all of the chart's frames}."""
    charts = at.get("vega_lite_chart")
    assert len(charts) == len(NAMES)
    assert all(chart.proto.alt for chart in charts)
    return {
        name: pd.concat(
            [pa.ipc.open_stream(d.data.data).read_pandas() for d in chart.proto.datasets]
        )
        for name, chart in zip(NAMES, charts, strict=True)
    }


def test_f1_four_weight_vectors_by_index_and_their_differences():
    at = page()
    charts = drawn(at)
    points = (
        charts["parameters"].dropna(subset=["network"]).drop_duplicates(["network", "position"])
    )
    assert points.groupby("network")["position"].nunique().to_dict() == {
        "no seed": 35,
        "seed 1a": 35,
        "seed 2": 35,
        "seed 1b": 35,
    }
    cells = charts["differences"].dropna(subset=["difference"])
    largest = cells["difference"].abs().groupby(cells["pair"]).max()
    assert len(largest) == 6
    assert largest.pop("seed 1a − seed 1b") == 0
    assert largest.min() > 0.1
    assert "Seed 1a and seed 1b agree in 25 of 25 weights and 10 of 10 biases" in words(at)
    assert "With the same batches in the same order, yes" in words(at)


def test_e1_same_weights_other_biases():
    at = press(page(), "Same weights, other biases")
    assert at.session_state["biases"] == "no seed"
    assert "25 of 25 weights and 0 of 10 biases" in words(at)
    assert "No: weights and biases must both match." in words(at)


def test_e2_the_biases_instead_of_the_weights():
    at = press(page(), "Seed the biases instead")
    assert "0 of 25 weights and 10 of 10 biases" in words(at)
    assert "Seed weights and biases together or apart?" not in words(at)


def test_another_batch_order():
    at = page(batches="other")
    assert "the same start, but another batch order. They part in epoch 1" in words(at)
    curves = drawn(at)["training"]
    assert set(curves["_series"].dropna()) == {"seed 1a", "seed 1b", "seed 2", "no seed"}


def test_layers_in_another_order():
    at = page(draw_order="reversed", biases="seeded together")
    assert "0 of 25 weights and 0 of 10 biases" in words(at)


def test_drawing_again_moves_the_unseeded_network_only():
    at = page(entropy="5", biases="seeded apart")
    before = (
        drawn(at)["parameters"]
        .drop_duplicates(["network", "position"])
        .set_index(["network", "position"])["value"]
    )
    at.button(key="draw_again").click().run()
    after = (
        drawn(well(at))["parameters"]
        .drop_duplicates(["network", "position"])
        .set_index(["network", "position"])["value"]
    )
    for name in ("seed 1a", "seed 1b", "seed 2"):
        assert (before[name] == after[name]).all()
    assert at.session_state["entropy"] == 5 or (before["no seed"] != after["no seed"]).all()


@pytest.mark.parametrize(
    ("query", "truth"),
    [
        ({}, "Equal in every number"),
        ({"biases": "no seed"}, "The same weights, other biases"),
    ],
)
def test_the_prediction_is_judged_by_the_run(query, truth):
    at = opened("identical_random", **{"epochs": "3", **query})
    at.radio(key="identical_random_prediction").set_value(truth)
    at.button(key="commit").click().run()
    assert f"“{truth}”" in at.success[0].value


def test_other_seeds_have_other_names():
    at = page(seed="7", measure="accuracy", split="test")
    assert "Seed 7a and seed 7b have the same test accuracy to the last bit" in words(at)

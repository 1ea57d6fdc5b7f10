"""Part 2's rows of the coverage table (figures F, explorations E), each driven to and found in the
page's charts.
"""

import json
import re

import pandas as pd
import pyarrow as pa
import pytest
from pages_helpers import control, opened, press, well, words
from streamlit.testing.v1 import AppTest

BASELINE, FC1, ZERO, ONE = "baseline", "fc1 weights zero", "all zero", "all one"
EXPLORED = [
    "weights one, biases zero",
    "weights zero, biases random",
    "weights random, biases zero",
]


def page(**query) -> AppTest:
    """The page, revealed, at small settings (one run serves several tests: the server keeps it)."""
    return well(
        opened("same_value_init", **{"reveal": "true", "epochs": "2", "n_seeds": "2", **query})
    )


def drawn(at: AppTest) -> dict[str, pd.DataFrame]:
    """{what is drawn: the rows of the chart's largest frame}; the charts stand in a fixed order on
    this page.
    """
    by_index = control(at, "stage").value != "both"
    names = [
        "accuracy",
        "microscope",
        "distinct",
        "ranks",
        "by index" if by_index else "histograms",
    ]
    charts = at.get("vega_lite_chart")
    assert len(charts) == len(names)
    frames = {}
    for name, chart in zip(names, charts, strict=True):
        tables = [pa.ipc.open_stream(d.data.data).read_pandas() for d in chart.proto.datasets]
        frames[name] = max(tables, key=len)
        assert json.loads(chart.proto.spec)
        assert chart.proto.alt
    return frames


def headings(at: AppTest) -> str:
    return "\n".join(m.value for m in at.markdown if "##### " in m.value)


def test_f1_the_baseline_train_and_test():
    at = page(conditions=BASELINE)
    data = drawn(at)["accuracy"]
    assert set(data["_series"]) == {BASELINE} and set(data["split"]) == {"train", "test"}
    assert "The baseline: " in headings(at) and "on the training set" in headings(at)


@pytest.mark.parametrize(("row", "start"), [("F2", FC1), ("F5", ZERO), ("F8", ONE)])
def test_f2_f5_f8_a_start_against_the_baseline(row, start):
    at = page(conditions=[BASELINE, start])
    data = drawn(at)["accuracy"]
    assert set(data["_series"]) == {BASELINE, start}
    assert set(data["epoch"]) == {0, 1, 2} and (data["n"] == 2).all()
    assert f"“{start}”" in headings(at)


def test_f3_fc2_weights_after_training_baseline_and_fc1_zero():
    at = page(conditions=[BASELINE, FC1], layer="fc2")
    data = drawn(at)["histograms"]
    after = data[data["shelf"].str.endswith(", after")]
    assert set(after["condition"]) == {BASELINE, FC1}
    assert (
        data.drop_duplicates(["shelf", "bin_right"]).groupby("condition")["count"].sum() >= 1024
    ).all()
    assert "fc2 weights: baseline std" in headings(at)


@pytest.mark.parametrize(
    ("layer", "parameter", "n"),
    [("fc1", "weight", 2048), ("fc2", "weight", 1024), ("fc1", "bias", 32)],
)
def test_f4_parameters_by_index_before_training(layer, parameter, n):
    at = page(conditions=[BASELINE, FC1], layer=layer, parameter=parameter, stage="before")
    data = drawn(at)["by index"]
    assert data.groupby("_series").size().to_dict() == {BASELINE: n, FC1: n}
    zero = data[data["_series"] == FC1]["value"]
    assert (zero == 0).all() == ((layer, parameter) == ("fc1", "weight"))


def test_f6_f7_fc1_weights_of_all_zero():
    at = page(conditions=[BASELINE, ZERO], layer="fc1")
    assert set(drawn(at)["histograms"]["condition"]) == {BASELINE, ZERO}
    after = drawn(well(control(at, "stage").set_value("after").run()))["by index"]
    assert (after[after["_series"] == ZERO]["value"] == 0).all()
    assert (after[after["_series"] == BASELINE]["value"] != 0).any()
    assert "not one of them has moved" in headings(at)
    assert "10 of 7,626 numbers have moved, those of the output biases" in words(at)


def test_e1_e2_e3_the_three_explorations_with_the_baseline_in_one_chart():
    at = page()
    at = press(at, "Three further questions")
    assert set(drawn(at)["accuracy"]["_series"]) == {BASELINE, *EXPLORED}
    for start in EXPLORED:
        assert f"“{start}” " in words(at).split("Its rivals: ")[1].split("\n")[0]


def test_the_symmetry_microscope():
    at = page(look=ONE, layer="input")
    charts = drawn(at)
    cells = charts["microscope"]
    after = cells[cells["place"] > 64]
    assert len(cells) == 2 * 64 * 64
    assert after.groupby("column")["value"].nunique().max() <= 2  # rows are copies, up to rounding
    assert after.groupby("unit")["value"].nunique().min() > 20
    hidden = charts["distinct"][charts["distinct"]["_series"] != "output"]
    assert (hidden["mean"] == 1).all() and set(hidden["_series"]) == {"input", "fc1", "fc2"}
    assert set(charts["ranks"]["mean"]) == {1.0}


def test_a_constant_of_the_readers_own():
    at = page(conditions=BASELINE, own_layer="fc1", own_parameter="weight", own_value="0.5")
    charts = drawn(at)
    assert set(charts["accuracy"]["_series"]) == {BASELINE, "fc1 weights 0.5"}
    control(at, "layer").set_value("fc1").run()
    control(at, "stage").set_value("before").run()
    before = drawn(well(at))["by index"]
    assert (before[before["_series"] == "fc1 weights 0.5"]["value"] == 0.5).all()


def test_equal_weights_that_learn_are_told_as_such():
    at = page(
        epochs="20",
        n_seeds="1",
        conditions=[BASELINE, ZERO],
        dataset="breast_cancer",
        own_layer="all layers",
        optimizer="sgd",
        learning_rate="0.03",
    )
    assert "One unit per layer was enough here: “all weights and biases 0.1” reached 9" in words(at)


def test_looking_at_a_start_that_is_then_left_out():
    at = page(look=ZERO)
    at = well(control(at, "conditions").set_value([BASELINE, ONE]).run())
    assert set(drawn(at)["histograms"]["condition"]) <= {BASELINE, ONE}


def test_no_start_at_all_is_answered_with_a_sentence():
    at = page()
    control(at, "conditions").set_value([]).run()
    assert not at.exception and "1 to 7" in at.error[0].value
    well(control(at, "conditions").set_value([ONE]).run())


def test_the_prediction_counts_the_starts_that_come_near():
    at = opened("same_value_init")
    assert not at.get("vega_lite_chart")
    at.radio(key="same_value_init_prediction").set_value("1 of 3")
    at.button(key="commit").click().run()
    assert "“fc1 weights zero”" in at.success[0].value


QUICK = {
    "How much noise?": {"noise_n_noises": "3", "noise_epochs": "1", "noise_batch_size": "128"},
    "Biases": {"biases_n_biases": "5", "biases_epochs": "1", "biases_batch_size": "128"},
}


@pytest.mark.parametrize("view", QUICK)
def test_a_view_asks_then_shows_its_own_settings(view):
    at = opened("same_value_init", view=view, **QUICK[view])
    assert not at.get("vega_lite_chart") and "baseline" not in words(at)
    asked = at.radio(key="same_value_init_prediction")
    asked.set_value(asked.options[0])
    well_or_wrong = at.button(key="commit").click().run()
    assert not well_or_wrong.exception and len(at.get("vega_lite_chart")) == len(QUICK) + (
        view == "Biases"
    )
    assert any("You said" in v.value for v in [*at.success, *at.warning])
    assert re.search("[Aa]fter 1 (<dfn[^>]*>)?epoch", words(at) + at.caption[0].value)


def test_a_link_without_a_view_opens_the_starts():
    at = page(conditions=BASELINE)
    assert control(at, "view").value == "Starts" and "epochs" in at.query_params

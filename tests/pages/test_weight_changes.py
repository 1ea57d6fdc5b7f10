"""Part 8 on the screen: every row of the coverage table, driven there as a reader would, and what
the charts hold.
"""

from __future__ import annotations

import io
import json
from dataclasses import replace

import pandas as pd
import pyarrow as pa
import pytest
from pages_helpers import opened, press, well, words
from streamlit.testing.v1 import AppTest

from weightkit.charts.words import written
from weightkit.lessons import weight_changes as experiment

LAYERS = ["input", "fc1", "fc2", "output"]
SMALL = {"epochs": "4", "n_seeds": "2"}
CONFIG = experiment.Config(epochs=4, n_seeds=2)


def page(**query) -> AppTest:
    return well(opened("weight_changes", **{"reveal": "true"} | SMALL | query))


def chart(at: AppTest, heading_part: str) -> tuple[dict, list[pd.DataFrame]]:
    """Specification and data of the chart under the heading that contains `heading_part`."""
    texts = [m.value.replace("\u00a0", " ") for m in at.markdown]
    headings = [text for text in texts if text.startswith("##### ")]
    elements = at.get("vega_lite_chart")
    assert len(headings) == len(elements)
    (at_place,) = [i for i, heading in enumerate(headings) if heading_part in heading]
    proto = elements[at_place].proto
    sent = [pa.ipc.open_stream(io.BytesIO(d.data.data)).read_pandas() for d in proto.datasets]
    frames = [  # as they were before they were made small
        frame.astype(
            dict.fromkeys(frame.select_dtypes("integer"), "int64")
            | dict.fromkeys(frame.select_dtypes("category"), "str")
        )
        for frame in sent
    ]
    return json.loads(proto.spec), frames


def holding(frames: list[pd.DataFrame], *columns: str) -> pd.DataFrame:
    """The largest of the frames with these columns."""
    return max((f for f in frames if set(columns) <= set(f.columns)), key=len)


# ---------------------------------------------------------------- figures


def test_f1_accuracy_train_and_test():
    _, frames = chart(page(), "Test accuracy ends at")
    lines = holding(frames, "split", "epoch", "mean")
    expected = experiment.run(CONFIG).curves.groupby(["split", "epoch"])["accuracy"].mean()
    drawn = lines.groupby(["split", "epoch"])["mean"].first()
    pd.testing.assert_series_equal(drawn, expected, check_names=False)


@pytest.mark.parametrize("relative", [False, True])
def test_f2_distance_to_the_previous_epoch_by_layer(relative):
    column = "relative_distance" if relative else "distance"
    _, frames = chart(page(**({"relative": "true"} if relative else {})), "The weights move")
    lines = holding(frames, "_series", "epoch", "mean")
    expected = (
        experiment.run(CONFIG).layers.query("epoch > 0").groupby(["layer", "epoch"])[column].mean()
    )
    drawn = lines.groupby(["_series", "epoch"])["mean"].first()
    assert set(lines["_series"]) == set(LAYERS)
    pd.testing.assert_series_equal(drawn, expected, check_names=False)


def test_f3_condition_number_of_every_layer_on_a_log_axis():
    spec, frames = chart(page(view="Shape"), "κ goes from")
    lines = holding(frames, "_series", "epoch", "mean")
    expected = (
        experiment.run(CONFIG).layers.groupby(["layer", "epoch"])["condition_number"].median()
    )
    pd.testing.assert_series_equal(
        lines.groupby(["_series", "epoch"])["mean"].first(), expected, check_names=False
    )
    assert '"type": "log"' in json.dumps(spec)


def test_f4_z_scored_gain_against_z_scored_change_with_the_correlation():
    at = page(epochs="8")
    result = experiment.run(experiment.Config(epochs=8, n_seeds=2))
    _, frames = chart(at, "r = ")
    points = holding(frames, "accuracy_gain_z", "weight_change_z")
    assert len(points) == 2 * 8
    r = result.correlation.query("first_epoch == 1")["r"]
    assert written(f"{r.min():.2f} to {r.max():.2f}") in words(at)
    _, frames = chart(
        at, "weights change most in epoch" if "weights change most" in words(at) else "Both peak"
    )
    assert set(holding(frames, "_series", "mean")["_series"]) == {"accuracy gain", "weight change"}


def test_histograms_with_a_slider_through_the_epochs():
    at = page()
    assert "After epoch 4" in words(at)
    at.slider(key="epoch").set_value(2).run()
    _, frames = chart(well(at), "After epoch 2")
    assert set(holding(frames, "layer", "when", "count")["when"]) == {"start", "epoch 2"}
    at.slider(key="epoch").set_value(0).run()
    assert "Before training: each layer" in words(well(at))


# ---------------------------------------------------------------- slide


@pytest.mark.parametrize(
    ("one", "two", "said"), [(2.0, 1.0, "κ = 2:"), (1.5, 1.5, "κ = 1:"), (3.0, 0.0, "κ = ∞:")]
)
def test_s1_circle_and_ellipse_of_the_singular_values_that_the_reader_drags(one, two, said):
    at = page(view="Shape", epochs="1")
    at.slider(key="sigma_1").set_value(one)
    at.slider(key="sigma_2").set_value(two).run()
    _, frames = chart(well(at), said)
    drawn = holding(frames, "shape", "part", "x", "y")
    ellipse = drawn[(drawn["shape"] == "ellipse") & (drawn["part"] == "outline")]
    assert (ellipse["x"] ** 2 + ellipse["y"] ** 2).max() ** 0.5 == pytest.approx(
        max(one, two), rel=1e-3
    )


def test_kappa_at_the_start_for_every_scheme():
    _, frames = chart(page(view="Shape", epochs="1"), "only rows and columns count")
    drawn = holding(frames, "init", "layer", "median")
    assert len(drawn) == len(experiment.STARTS) * 4


# ---------------------------------------------------------------- explorations


@pytest.mark.parametrize(("preset", "field"), [("L2 at 0.01", "l2"), ("L1 at 0.01", "l1")])
def test_e1_e2_regularisation_by_preset(preset, field):
    at = page()
    plain = holding(chart(at, "The weights move")[1], "_series", "mean")
    press(at, preset)
    assert at.select_slider(key=field).value == 0.01
    drawn = holding(chart(at, "The weights move")[1], "_series", "mean")
    expected = experiment.run(experiment.Config(**experiment.PRESETS[preset]))
    means = expected.layers.query("epoch > 0").groupby(["layer", "epoch"])["distance"].mean()
    pd.testing.assert_series_equal(
        drawn.groupby(["_series", "epoch"])["mean"].first(), means, check_names=False
    )
    assert len(drawn) != len(plain)


def test_none_l2_and_l1_compared():
    at = page(view="L2, L1")
    _, frames = chart(at, "without regularization")
    assert set(holding(frames, "_series", "mean")["_series"]) == {"baseline", "L2", "L1"}
    _, frames = chart(at, "near zero with L1")
    assert len(holding(frames, "regularization", "condition_number")) == 3 * 4 * 2
    assert "Without regularization:" in words(at)
    assert "With L2:" in words(at)


def test_what_is_compared_is_what_the_sliders_say():
    at = page(view="L2, L1")
    sliders = {name: at.select_slider(key=name) for name in ("l2", "l1")}
    assert all("0" not in slider.options for slider in sliders.values())
    said = " and ".join(f"{name.upper()}: strength {s.value:g}" for name, s in sliders.items())
    assert any(f"{said}." in caption.value for caption in at.caption)
    config = experiment.Config(**{name: slider.value for name, slider in sliders.items()})
    plain = experiment.compare(replace(config, epochs=2, n_seeds=2)).curves
    pd.testing.assert_frame_equal(
        experiment.compare(experiment.Config(epochs=2, n_seeds=2)).curves, plain
    )


# ---------------------------------------------------------------- odd settings


def test_infinite_kappa_is_shown_on_purpose():
    at = page(view="Shape", init="zeros", epochs="1")
    spec, frames = chart(at, "Every weight matrix is singular")
    assert "triangle-up" in json.dumps(spec)
    assert any("every layer of every network" in f.to_string() for f in frames)
    assert "No weight ever moved" in words(page(init="zeros", epochs="2"))


@pytest.mark.parametrize("view", ["Steps", "Shape"])
@pytest.mark.parametrize(
    "query",
    [
        {"dataset": "breast_cancer"},
        {"init": "orthogonal"},
        {"optimizer": "adam", "learning_rate": "0.001"},
    ],
)
def test_other_settings_show_the_same_charts(view, query):
    at = page(view=view, epochs="2", **query)
    assert len(at.get("vega_lite_chart")) == (5 if view == "Steps" else 3)


def test_a_diverging_network_is_words():
    at = page(
        dataset="breast_cancer",
        init="kaiming_uniform",
        optimizer="momentum",
        learning_rate="1.0",
        epochs="3",
    )
    assert "diverged" in words(at)


def test_each_view_asks_its_own_question():
    at = page(view="Shape", reveal="false", epochs="1")
    assert not at.get("vega_lite_chart")
    at.radio(key="weight_changes_prediction").set_value("It stays the same")
    at.button(key="commit").click().run()
    assert well(at).success[0].value.startswith("You said")
    at.segmented_control(key="view").set_value("Steps").run()
    assert not well(at).success
    assert not [w for w in at.warning if "You said" in w.value]


def test_the_misprint_is_shown_with_numbers_of_the_run():
    radicand = experiment.misprint(CONFIG)["printed_radicand"].iloc[0]
    assert written(f"{radicand:.3g}") in words(page())


def test_steps_and_shape_share_one_training(monkeypatch):
    trained, run = [], experiment.steps.experiment.run

    def counting(config, **hooks):
        trained.append(config)
        return run(config, **hooks)

    monkeypatch.setattr(experiment.steps.experiment, "run", counting)
    for view in ("Shape", "Steps", "Shape"):
        page(view=view, seed="8123")
        assert len(trained) == 1, view

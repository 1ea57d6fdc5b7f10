"""Parts 4 and 5 on the screen: every row of the coverage table, and that the charts hold the
data.
"""

from dataclasses import replace

import pytest
from pages_helpers import opened, press, well, words
from streamlit.testing.v1 import AppTest

from weightkit.charts.grammar import axes
from weightkit.initializers import INITIALIZERS
from weightkit.lessons import xavier_kaiming as experiment
from weightkit.ui.lesson import Page

QUICK = {"view": "Contest", "epochs": "10", "n_seeds": "10"}
METRICS = experiment.METRICS


def numbers(at):
    """The table at the end of the page, which is made when it is asked for."""
    assert not at.dataframe
    at.session_state["numbers"] = True
    at.run()
    (table,) = [d.value for d in at.dataframe]
    return table


@pytest.fixture(autouse=True)
def shown(shown, monkeypatch):
    """The figures by name; here, no name may stand for two figures."""
    draw = Page.draw

    def once(self, figure, *place, **how):
        assert figure.name not in shown or shown[figure.name].title == figure.title
        draw(self, figure, *place, **how)

    monkeypatch.setattr(Page, "draw", once)
    return shown


def page(**query) -> AppTest:
    return well(opened("xavier_kaiming", **{"reveal": "true"} | query))


def preset(at: AppTest, name: str, shown: dict) -> AppTest:
    shown.clear()
    return press(at, name)


# ---------------------------------------------------------------- part 4


def test_f1_all_biases_and_all_weights_of_the_default_and_of_xavier(shown):
    page()
    for scheme, name in (
        ("pytorch-default", "PyTorch's default"),
        ("xavier-normal", "Xavier normal"),
    ):
        rows = shown[f"numbers-{scheme}-densities"].data
        assert rows.groupby("numbers")["count"].sum().to_dict() == {
            f"{name} weights": 40_200,
            "PyTorch's default biases": 402,
        }
        assert rows["expected"].sum() == pytest.approx(40_602)


@pytest.mark.parametrize(("drawing", "n"), [("biases", 402), ("weights", 40_200)])
def test_f1_counts(shown, drawing, n):
    page(drawing=drawing)
    assert shown[f"numbers-xavier-normal-{drawing}"].data["count"].sum() == n


def test_f2_the_same_layer_by_layer(shown):
    at = page()
    for name, n in (
        ("pytorch-default-weights", 40_200),
        ("xavier-normal-weights", 40_200),
        ("xavier-normal-biases", 402),
    ):
        rows = shown[f"layers-{name}"].data
        assert list(dict.fromkeys(rows["layer"])) == ["input", "fc1", "fc2", "fc3", "output"]
        assert rows["count"].sum() == n
    assert len(at.get("vega_lite_chart")) == len(shown)
    moments = numbers(at)
    assert {"std_theory", "std_measured", "bound_theory", "fan_in", "fan_out"} <= set(
        moments.columns
    )
    assert len(moments) == 10


@pytest.mark.parametrize("scheme", ["zeros", "orthogonal", "pytorch_default", "kaiming_uniform"])
def test_e1_every_other_scheme(shown, scheme):
    at = page(scheme=scheme)
    assert shown[f"numbers-{scheme.replace('_', '-')}-densities"].data["count"].sum() == 40_602
    assert set(shown["std-of-every-scheme"].data["scheme"]) == set(INITIALIZERS)
    assert list(at.selectbox(key="scheme").options) == [s.label for s in INITIALIZERS.values()]


def test_what_the_slides_say_is_set_against_what_was_measured(shown):
    at = preset(page(), "Layers of unequal width", shown)
    text = words(at)
    assert "fc1 has 400 inputs and 100 biases" in text
    assert shown["layers-kaiming-uniform-biases"].title.startswith(
        "PyTorch's default biases: by its formula widest in fc3"
    )
    at = preset(at, "Kaiming for a slope a = 1", shown)
    assert "He says 0.01, the slide 0.02" in words(at)


# ---------------------------------------------------------------- part 5


def test_f1_one_pair(shown):
    page(**QUICK, pair="3")
    for measure in ("loss", "accuracy"):
        rows = shown[f"learning-{measure}"].data
        assert set(rows["seed"]) == {2, 12}
        assert set(rows["split"]) == {"train", "test"}
        assert set(rows["epoch"]) == set(range(11))


def test_f2_ten_runs_each_three_metrics_t_and_p(shown):
    at = page(**QUICK)
    for metric in METRICS:
        rows = shown[f"runs-{metric.replace('_', '-')}"].data
        assert rows.groupby("init").size().to_dict() == {"xavier_normal": 10, "kaiming_uniform": 10}
        assert metric in rows
    tests = numbers(at)
    assert list(tests["metric"]) == [axes.title(metric) for metric in METRICS]
    assert tests["p"].between(0, 1).all()
    p = tests.set_index("metric")["p"]
    assert p[axes.title("test_accuracy")] > 0.05
    assert "on the test set no difference shows" in words(at) or "nor on the test set" in words(at)
    assert set(shown["learning-loss"].data["seed"]) == set(range(20))


def test_every_preset_sets_what_it_says(shown, monkeypatch):
    """E1 Adam, E2 weight decay and dropout, E3 64 units, and like against like. Shorter trainings
    stand in.
    """
    from weightkit.ui import running

    asked = []

    def follow(work, config, *_):
        asked.append(config)
        return work(replace(config, epochs=2, n_seeds=10) if hasattr(config, "epochs") else config)

    monkeypatch.setattr(running, "follow", follow)
    at = preset(page(), "On to the contest", shown)
    for name, settings in experiment.PRESETS.items():
        if settings.get("dataset") != "wine_quality":
            at = preset(at, name, shown)
            assert asked[-1] == experiment.Config(**settings), name
            assert len(shown["runs-train-loss"].data) == 20


@pytest.mark.parametrize(
    "change",
    [
        {"optimizer": "adam"},
        {"hidden": "64-64-64"},
        {"weight_decay": "0.01"},
        {"dropout": "0.25"},
        {"second": "kaiming_normal"},
    ],
    ids=lambda c: next(iter(c)),
)
def test_explorations_train_and_say_what_their_runs_say(change, shown):
    at = page(**QUICK, **change)
    assert len(shown["runs-train-loss"].data) == 20
    loss = shown["runs-train-loss"].data.groupby("init")["train_loss"].mean()
    assert all(f"{value:.4g}" in words(at) for value in loss)


def test_red_wine(shown, real_data):
    from weightkit import datasets

    datasets.clear_cache()
    at = page(**QUICK, dataset="wine_quality")
    assert len(shown["runs-test-accuracy"].data) == 20
    assert "test samples" in words(at)


def test_the_pair_taken_apart(shown):
    page(**QUICK, apart="true")
    rows = shown["formula-or-shape"].data
    assert list(rows["what"]) == ["the formula alone", "formula and shape", "the shape alone"]
    assert rows["difference"].notna().all()


def test_divergence_is_said_and_not_tested(shown):
    at = page(view="Contest", epochs="10", n_seeds="10", optimizer="momentum", learning_rate="0.3")
    assert "diverged, so there is nothing to test" in words(at)
    assert "no test" in shown["runs-train-loss"].title


def test_a_scheme_against_itself_is_refused_in_a_sentence(shown):
    at = opened("xavier_kaiming", **{"reveal": "true", "second": "xavier_normal"} | QUICK)
    assert not at.exception
    assert "two different schemes" in at.error[0].value
    assert not shown


def test_the_prediction_of_the_contest_is_judged_by_its_own_outcome(shown):
    at = opened("xavier_kaiming", **QUICK)
    radio = at.radio(key="xavier_kaiming_prediction")
    radio.set_value(radio.options[1])
    at.button(key="commit").click().run()
    assert not at.exception
    won = shown["runs-train-loss"].title.startswith("Training loss: Kaiming uniform is lower")
    clear = "is lower" not in shown["runs-test-accuracy"].title
    assert bool(at.success) == (won and clear)

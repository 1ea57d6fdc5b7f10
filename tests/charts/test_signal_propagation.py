"""The theory lesson's figures hold the data, name what they draw, and show where numbers leave float32."""

import math

import pytest

from weightkit.charts import signal_propagation as charts
from weightkit.charts import signal_propagation_depth as depth
from weightkit.charts import signal_propagation_glorot as glorot
from weightkit.charts import signal_propagation_landscape as planes
from weightkit.charts import signal_propagation_symmetry as algebra
from weightkit.charts import theme
from weightkit.experiments import signal_propagation as experiment

INITS = ("xavier_normal", "kaiming_normal")


def passed(**more):
    return experiment.run(experiment.Config(**{"depth": 8, "n_seeds": 2, "width": 32, "inits": INITS} | more))


@pytest.fixture(scope="module")
def result():
    return passed()


@pytest.fixture(scope="module")
def contest():
    return experiment.depth_contest(experiment.DepthConfig(depth=3, epochs=2, n_seeds=2, inits=INITS))


@pytest.fixture(scope="module")
def landscape():
    config = experiment.LandscapeConfig(resolution=5, epochs=2, samples=50)
    return experiment.landscape(config), experiment.landscape_path(config)


def drawn(figure) -> str:
    """The specification as text, checked against Vega-Lite's schema."""
    return str(figure.chart.to_dict())


def layers_of(figure) -> list[dict]:
    return figure.chart.to_dict()["layer"]


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("which", ["forward", "backward"])
def test_the_pass_has_measurement_and_theory(result, which, dark):
    figure = charts.signal(result.layers, which, dark)
    assert set(figure.data["pass"]) == {which}
    assert set(figure.data["layer"]) == set(range(1, 9)) and set(figure.data["init"]) == set(INITS)
    dotted = [part for part in layers_of(figure) if part["mark"].get("strokeDash") == list(theme.DOTTED)]
    assert dotted and "'type': 'log'" in drawn(figure)
    assert "Dotted: theory" in figure.subtitle and "2 networks" in figure.subtitle
    assert "×" not in figure.subtitle


def test_overflow_is_shown_with_its_layer():
    layers = passed(inits=("normal",), std=10.0, depth=40).layers
    figure = charts.signal(layers, "forward")
    lost = layers[(layers["pass"] == "forward") & ~(layers["std"] < math.inf)]["layer"].min()
    assert lost <= 40 and f"at layer {lost}" in drawn(figure)
    assert "beyond what float32 can hold" in figure.subtitle


def test_a_single_layer_is_a_point(result):
    figure = charts.signal(passed(depth=1).layers)
    assert "'point'" in drawn(figure)


def test_factors_say_measurement_and_theory(result):
    figure = charts.factors(result.factors)
    assert "(theory 1/2) and Kaiming" in figure.title and "(theory 1)" in figure.title
    assert "backward" in drawn(figure)


@pytest.mark.parametrize(("activation", "words"), [("relu", "exactly zero"), ("tanh", "saturated"), ("sigmoid", "saturated")])
def test_the_flat_share(activation, words):
    figure = charts.flat(passed(activation=activation, depth=2).layers)
    assert words in figure.title and drawn(figure)


def test_no_flat_share_without_a_flat_part():
    assert charts.flat(passed(activation="linear", depth=2).layers) is None


def test_gain_of_every_slope():
    frame = experiment.slope_factors()
    assert ((frame["factor"] / frame["factor_theory"] - 1).abs() < 0.05).all()
    assert frame["seed"].nunique() > 1 and frame["slope"].min() == 0 and frame["slope"].max() == 1
    figure = charts.gain(frame)
    assert "keeps 0.5 of the mean square; a slope of 1 keeps 1" in figure.title and drawn(figure)


def test_contest_and_its_loss(contest):
    for figure in (depth.contest(contest.curves, contest.chance), depth.loss(contest.curves), depth.live(contest.curves)):
        assert drawn(figure) and figure.data["init"].nunique() == 2
    assert "commonest class" in drawn(depth.contest(contest.curves, contest.chance))


@pytest.mark.parametrize("by", ["scheme", "std"])
def test_the_map_has_a_cell_for_everything(by):
    made = experiment.depth_map(experiment.MapConfig(by=by, depths=(2, 4), epochs=1, n_stds=3))
    figure = depth.trainability(made.map, made.chance, by)
    rows = made.map["init" if by == "scheme" else "std"].nunique()
    assert len(figure.data) >= 2 * rows and drawn(figure)


def test_histograms_of_both_quantities():
    made = experiment.histograms(experiment.HistogramConfig(width=32, samples=50, depth=2))
    for quantity in ("activation", "gradient"):
        figure = glorot.distributions(made.histograms, made.moments, quantity, "tanh")
        assert drawn(figure) and "layer 2" in str(figure.chart.data) + str(figure.data)


def test_planes_and_profile(landscape):
    surface, path = landscape
    for init in surface["init"].unique():
        figure = planes.plane(surface, path, init, 0.0)
        assert len(figure.data[figure.data["init"] == init]) >= 25 if "init" in figure.data else drawn(figure)
        assert drawn(figure)
    assert drawn(planes.profile(surface, 0.0))


def test_symmetry_network_and_paths():
    made = experiment.symmetry_steps(experiment.SymmetryConfig(steps=5))
    assert drawn(algebra.network(made.parameters, made.quantities)) and drawn(algebra.paths(made.path))

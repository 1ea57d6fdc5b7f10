"""The theory lesson's figures hold the data, name what they draw, and show where numbers leave float32."""

import math
import re

import pandas as pd
import pytest

from weightkit.charts import export, grammar
from weightkit.charts import signal_propagation as charts
from weightkit.charts import signal_propagation_depth as depth
from weightkit.charts import signal_propagation_depth_words as said
from weightkit.charts import signal_propagation_glorot as glorot
from weightkit.charts import signal_propagation_landscape as planes
from weightkit.charts import signal_propagation_symmetry as algebra
from weightkit.charts import signal_propagation_words as words
from weightkit.lessons import signal_propagation as experiment

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


@pytest.mark.parametrize("which", ["forward", "backward"])
def test_the_pass_has_measurement_and_theory(result, which):
    figure = charts.signal(result.layers, which)
    assert set(figure.data["pass"]) == {which}
    assert set(figure.data["layer"]) == set(range(1, 9)) and set(figure.data["init"]) == set(INITS)
    dotted = [part for part in layers_of(figure) if part["mark"].get("strokeDash") == list(grammar.DOTTED)]
    assert dotted and "'type': 'log'" in drawn(figure)
    assert "Dotted: theory" in figure.subtitle and "2 networks" in figure.subtitle
    assert "×" not in figure.subtitle


def test_overflow_is_shown_with_its_layer():
    layers = passed(inits=("normal",), std=10.0, depth=40).layers
    figure = charts.signal(layers, "forward")
    lost = layers[(layers["pass"] == "forward") & ~(layers["std"] < math.inf)]["layer"].min()
    assert lost <= 40 and f"at layer {lost}" in drawn(figure)
    assert "beyond what float32 can hold" in figure.subtitle


def test_words_at_a_loss_stand_where_there_is_room():
    layers = passed(inits=("normal", "kaiming_normal"), std=10.0, depth=60).layers
    words = [part["mark"] for part in layers_of(charts.signal(layers, "forward")) if part["mark"].get("dx")]
    assert words and all(mark["align"] == "left" and mark["dx"] > 0 for mark in words)  # it is lost in the left half


def test_where_the_signal_overflows_there_is_no_gradient_and_so_it_says():
    layers = passed(inits=("normal", "kaiming_normal"), std=10.0, depth=40).layers
    figure = charts.signal(layers, "backward")
    assert "Normal, fixed std has none where its signal overflowed" in figure.title
    assert "×" not in figure.subtitle and "nan" not in figure.alt
    alone = charts.signal(passed(inits=("normal",), std=10.0, depth=40).layers, "backward")
    assert "There is no gradient: the signal overflowed" in drawn(alone)


def test_a_single_layer_is_a_point():
    layers = passed(depth=1).layers
    for figure in (charts.signal(layers), charts.flat(layers)):
        assert [part for part in layers_of(figure) if part["mark"]["type"] == "point" and part["mark"].get("size") == 60]
    assert charts.factors(passed(depth=1).factors).title == "One layer has no neighbour to compare with"


def test_factors_say_measurement_and_theory(result):
    figure = charts.factors(result.factors)
    assert figure.title.startswith("Only Kaiming normal keeps the mean square") and "the other multiplies it by 0." in figure.title
    assert "(theory 1/2) and Kaiming normal" in figure.alt and "(theory 1)" in figure.alt
    assert "backward" in drawn(figure)


@pytest.mark.parametrize("dark", [False, True])
def test_the_legend_of_the_factors_can_be_seen_on_its_paper(result, dark):
    shown = str(charts.factors(result.factors).drawing(dark))
    assert re.findall(r"'symbolFillColor': '(#\w+)'", shown) == [grammar.MUTED[dark]]


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
    axes = [part["encoding"]["y"].get("axis") for part in layers_of(figure)]
    assert all(axis and axis["title"] == "mean square kept" for axis in axes)  # one without takes it from all


@pytest.mark.parametrize(
    ("factor", "title"),
    [
        ({"A": 0.98, "B": 1.02}, "A and B keep the mean square from layer to layer"),
        ({"A": 0.5, "B": 0.2}, "No scheme keeps the mean square: one layer multiplies it by 0.2 to 0.5"),
        ({"A": 576.0}, "No scheme keeps the mean square: one layer multiplies it by 576"),
        ({"A": 1.0}, "A keeps the mean square from layer to layer"),
    ],
)
def test_who_keeps_the_mean_square(factor, title):
    assert words.factors_title(pd.Series(factor)) == title


def test_the_spread_of_single_networks_is_set_beside_theory(result):
    config = experiment.Config(depth=8, n_seeds=5, width=32, inits=INITS)
    (spread,) = [s for s in words.sentences(experiment.run(config), config) if "strays" in s]
    assert f"= {math.sqrt(8 * math.log1p(5 / 32)):.2g}" in spread and "5 networks" in spread
    config = experiment.Config(depth=8, n_seeds=5, width=32, inits=INITS, activation="tanh")
    assert not [s for s in words.sentences(experiment.run(config), config) if "strays" in s]


def test_contest_and_its_loss(contest):
    for figure in (depth.contest(contest.curves, contest.chance), depth.loss(contest.curves, contest.chance), depth.live(contest.curves)):
        assert drawn(figure) and figure.data["init"].nunique() == 2
    assert "commonest class" in drawn(depth.contest(contest.curves, contest.chance))


@pytest.mark.parametrize("by", ["scheme", "std"])
def test_the_map_has_a_cell_for_everything(by):
    made = experiment.depth_map(experiment.MapConfig(by=by, depths=(2, 4), epochs=1, n_stds=3))
    figure = depth.trainability(made.map, made.chance, by)
    rows = made.map["init" if by == "scheme" else "std"].nunique()
    assert len(figure.data) >= 2 * rows and drawn(figure)


CHANCE = pd.DataFrame({"split": ["train", "test"], "share": [0.1, 0.1]})


def losses(**ends):
    """Curves of one network per scheme, from a training loss of 2.3 to the one given; nan: diverged."""
    rows = [
        (init, 30, 0, epoch, split, loss, 0.1, math.isnan(loss))
        for init, end in ends.items() for epoch, loss in ((0, 2.3), (1, end)) for split in ("train", "test")
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["init", "depth", "seed", "epoch", "split", "loss", "accuracy", "diverged"])


def test_the_loss_falls_stays_rises_or_diverges():
    made = losses(kaiming_normal=0.5, xavier_normal=2.3, normal=4.0, orthogonal=math.nan, uniform=2.1)
    made.loc[(made["init"] == "kaiming_normal") & (made["epoch"] == 1), "accuracy"] = 0.8
    title = said.loss_title(made, CHANCE)
    start = "The training loss falls with Kaiming normal; it falls with Uniform, fixed std only to that of a constant answer; "
    assert title.startswith(start + "it rises with Normal, fixed std; it diverges with Orthogonal; it does not move with Xavier normal: that is not")


def test_a_scheme_that_diverges_is_not_said_to_be_at_chance():
    title = said.contest_title(losses(xavier_normal=2.3, normal=math.nan), CHANCE)
    assert title == "At depth 30, Xavier normal stays at chance; Normal, fixed std diverges"


def test_the_map_says_how_deep_each_scheme_learns():
    chance = pd.DataFrame({"split": ["train", "test"], "share": [0.1, 0.1]})
    rows = [("kaiming_normal", 4, 0.9), ("kaiming_normal", 20, 0.8), ("xavier_normal", 4, 0.9), ("xavier_normal", 20, 0.1),
            ("normal", 4, 0.1), ("normal", 20, 0.1)]  # fmt: skip
    table = pd.DataFrame(rows, columns=["init", "depth", "accuracy"]).assign(std=0.1, seed=0)
    assert said.scheme_title(table, chance) == "Kaiming normal learns with up to 20 layers; Xavier normal up to 4; Normal, fixed std with none"
    assert said.map_sentences(table, chance, "scheme")[0] == "**Kaiming normal**: learned with up to 20 layers; at 20 layers: 80%."
    assert said.map_verdict(table, chance, "scheme") == ("20 to 39", "Kaiming normal learned at 20 layers, none at more.")
    assert said.map_verdict(table.assign(accuracy=0.1), chance, "scheme") == ("Fewer than 10", "None of them learned at any depth.")


def test_the_map_of_stds_names_those_that_learn_and_hides_no_gap():
    chance = pd.DataFrame({"split": ["train", "test"], "share": [0.1, 0.1]})
    good = {(2, 0.1), (2, 0.2), (2, 0.4), (4, 0.1), (4, 0.4), (8, 0.2)}
    rows = [(s, d, 0.9 if (d, s) in good else 0.1) for d in (2, 4, 8, 16) for s in (0.1, 0.2, 0.4)]
    table = pd.DataFrame(rows, columns=["std", "depth", "accuracy"]).assign(init="normal", seed=0)
    assert said.std_title(table, chance) == "At 2 layers every std from 0.1 to 0.4 learns; at 8 only std 0.2 learns; at 16 none"
    assert said.std_title(table[table["depth"] == 4], chance) == "At 4 layers 2 stds from 0.1 to 0.4 learn"
    assert said.map_sentences(table, chance, "std") == [
        "**std 0.2**: learned with up to 8 layers; at 16 layers: at chance.",
        "**std 0.1 and 0.4**: learned with up to 4 layers; at 16 layers: at chance.",
    ]


def test_histograms_of_both_quantities():
    made = experiment.histograms(experiment.HistogramConfig(width=32, samples=50, depth=2))
    for quantity in ("activation", "gradient"):
        figure = glorot.distributions(made.histograms, made.moments, quantity, "tanh")
        assert drawn(figure) and "layer 2" in str(figure.chart.data) + str(figure.data)
        assert all(part["encoding"]["x"]["axis"]["format"] == ".2~g" for part in layers_of(figure))
        assert "'columns': 1" in drawn(figure)  # the legend stands in half of the width beside the controls


def test_the_exported_histogram_has_a_slider_over_the_layers():
    made = experiment.histograms(experiment.HistogramConfig(width=32, samples=50, depth=4))
    for quantity in ("activation", "gradient"):
        spec = export.spec(glorot.distributions(made.histograms, made.moments, quantity, "tanh").interactive())
        param = next(p for p in spec["params"] if p["name"] == "slider_layer")
        assert (param["bind"]["min"], param["bind"]["max"], param["value"]) == (0, 3, 0)


def test_histograms_say_by_how_much_the_widths_change():
    spread = {"xavier_uniform": (0.3, 0.29), "pytorch_default": (0.3, 0.03), "normal": (0.1, 0.5), "zeros": (0.1, 0.0)}
    rows = [(i, 0, layer, q, s) for i, both in spread.items() for layer, s in zip((1, 2), both, strict=True) for q in ("activation", "gradient")]
    moments = pd.DataFrame(rows, columns=["init", "seed", "layer", "quantity", "std"])
    up, down = (glorot._title(glorot.widths(moments, q), q) for q in ("activation", "gradient"))
    assert up.startswith("Up to layer 2, activations shrink 10 times with PyTorch's default; grow 5 times with Normal, fixed std; keep their width")
    assert down.startswith("Down to layer 1, gradients shrink 5 times with Normal, fixed std; grow 10 times with PyTorch's default")


def test_planes_and_profile(landscape):
    surface, path = landscape
    for init in surface["init"].unique():
        figure = planes.plane(surface, path, init, 0.0)
        assert len(figure.data[figure.data["init"] == init]) >= 25 if "init" in figure.data else drawn(figure)
        assert drawn(figure)
    assert drawn(planes.profile(surface, 0.0))


def test_symmetry_network_and_paths():
    made = experiment.symmetry_steps(experiment.SymmetryConfig(steps=5))
    assert drawn(algebra.paths(made.path))
    shown = drawn(algebra.network(made.parameters, made.quantities, experiment.SymmetryConfig()))
    for row in made.parameters.itertuples():  # all nine numbers that learn, before and after
        assert f"{row.parameter} {row.before:.3g} → {row.after:.3g}" in shown, row.parameter


@pytest.mark.parametrize(
    ("numbers", "words"),
    [({}, "one unit, counted twice"), ({"w21": 0.7}, "different gradients"),
     ({"activation": "relu", "b1": -5.0, "b2": -4.0}, "get the same gradient")],
)  # fmt: skip
def test_the_network_says_whether_its_units_part(numbers, words):
    config = experiment.SymmetryConfig(**numbers)
    made = experiment.symmetry_steps(config)
    assert words in algebra.network(made.parameters, made.quantities, config).title


def test_the_algebra_has_every_number_in_lines_that_fit_a_phone():
    config = experiment.SymmetryConfig(w21=-1.2)
    made = experiment.symmetry_steps(config)
    texts = algebra.algebra(made.parameters, made.quantities, config)
    for row in made.parameters[made.parameters["parameter"] != "c"].itertuples():
        assert f"= {algebra.n(row.after)}" in texts[0] + texts[1], row.parameter
    for quantity in ("z1", "z2", "h1", "h2", "y", "loss", "dz1", "dz2", "dv1", "dv2"):
        assert algebra.n(made.quantities.set_index("quantity")["value"][quantity]) in "".join(texts), quantity
    lines = [line for text in texts for line in text.split("\n") if "&" in line]
    assert lines and all(part.count("&") == 1 for line in lines for part in line.removesuffix("\\\\").split("\\\\"))

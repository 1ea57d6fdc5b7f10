"""The theory lesson's figures hold the data, name what they draw, and show where numbers leave
float32.
"""

import math
import re
from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from weightkit.charts import export, grammar
from weightkit.charts.words import marks
from weightkit.lessons import signal_propagation as lesson
from weightkit.lessons.signal_propagation import contest as contests
from weightkit.lessons.signal_propagation import layer_histograms as glorot
from weightkit.lessons.signal_propagation import loss_landscape as planes
from weightkit.lessons.signal_propagation import map as maps
from weightkit.lessons.signal_propagation import signal, symmetry
from weightkit.lessons.signal_propagation import two_inputs as inputs
from weightkit.lessons.signal_propagation.symmetry.by_hand import n

INITS = ("xavier_normal", "kaiming_normal")


def passed(**more):
    """(config, result) of a small run."""
    config = lesson.Config(**{"depth": 8, "n_seeds": 2, "width": 32, "inits": INITS} | more)
    return config, lesson.run(config)


def told(view, config, result=None):
    """What a view tells of a run of this config."""
    return view.tell(config, view.run(config) if result is None else result)


def story(**more):
    """What is told of a small pass."""
    return told(signal, *passed(**more))


@pytest.fixture(scope="module")
def result():
    return story()


@pytest.fixture(scope="module")
def contest():
    return told(contests, lesson.DepthConfig(depth=3, epochs=2, n_seeds=2, inits=INITS))


def drawn(figure) -> str:
    """The specification as text, checked against Vega-Lite's schema."""
    return str(figure.chart.to_dict())


def layers_of(figure) -> list[dict]:
    return figure.chart.to_dict()["layer"]


PASSES = {"forward": "signal-by-layer", "backward": "gradient-by-layer"}


@pytest.mark.parametrize("which", PASSES)
def test_the_pass_has_measurement_and_theory(result, which):
    figure = result[PASSES[which]]
    assert set(figure.data["pass"]) == {which}
    assert set(figure.data["layer"]) == set(range(1, 9)) and set(figure.data["init"]) == set(INITS)
    dotted = [
        part for part in layers_of(figure) if part["mark"].get("strokeDash") == list(grammar.DOTTED)
    ]
    assert dotted and "'type': 'log'" in drawn(figure)
    assert "Dotted: theory" in figure.subtitle and "2 networks" in figure.subtitle
    assert "×" not in figure.subtitle


def test_overflow_is_shown_with_its_layer():
    config, made = passed(inits=("normal",), std=10.0, depth=40)
    figure, layers = told(signal, config, made)["signal-by-layer"], made.layers
    lost = layers[(layers["pass"] == "forward") & ~(layers["std"] < math.inf)]["layer"].min()
    assert lost <= 40 and f"at layer {lost}" in drawn(figure)
    assert "beyond what float32 can hold" in figure.subtitle


def test_words_at_a_loss_stand_where_there_is_room():
    figure = story(inits=("normal", "kaiming_normal"), std=10.0, depth=60)["signal-by-layer"]
    words = [part["mark"] for part in layers_of(figure) if part["mark"].get("dx")]
    assert words and all(
        mark["align"] == "left" and mark["dx"] > 0 for mark in words
    )  # it is lost in the left half


def test_where_the_signal_overflows_there_is_no_gradient_and_so_it_says():
    made = story(inits=("normal", "kaiming_normal"), std=10.0, depth=40)
    figure = made["gradient-by-layer"]
    assert [fate.kind for fate in made.facts.backward] == ["missing", "kept"]
    assert "Fixed-std normal has none where its signal overflowed" in figure.title
    assert "×" not in figure.subtitle and "nan" not in figure.alt
    alone = story(inits=("normal",), std=10.0, depth=40)["gradient-by-layer"]
    assert "There is no gradient: the signal overflowed" in drawn(alone)


def test_a_single_layer_is_a_point():
    made = story(depth=1)
    for name in ("signal-by-layer", "flat-share"):
        parts = layers_of(made[name])
        assert [
            part
            for part in parts
            if part["mark"]["type"] == "point" and part["mark"].get("size") == 60
        ]
    assert made["factor-per-layer"].title == "One layer has no neighbour to compare with"


def test_factors_say_measurement_and_theory():
    made = story(width=128, n_seeds=4)
    figure = made["factor-per-layer"]
    assert [one.kept for one in made.facts.factors] == [False, True]
    assert (
        figure.title.startswith("Only Kaiming normal keeps the mean square")
        and "the other multiplies it by 0." in figure.title
    )
    assert "(theory 1/2) and Kaiming normal" in figure.alt and "(theory 1)" in figure.alt
    assert "backward" in drawn(figure)


@pytest.mark.parametrize("dark", [False, True])
def test_the_legend_of_the_factors_can_be_seen_on_its_paper(result, dark):
    shown = str(result["factor-per-layer"].drawing(dark))
    assert re.findall(r"'symbolFillColor': '(#\w+)'", shown) == [grammar.MUTED[dark]]


@pytest.mark.parametrize(
    ("activation", "words"),
    [("relu", "exactly zero"), ("tanh", "saturated"), ("sigmoid", "saturated")],
)
def test_the_flat_share(activation, words):
    figure = story(activation=activation, depth=2)["flat-share"]
    assert words in figure.title and drawn(figure)


def test_no_flat_share_without_a_flat_part():
    assert story(activation="linear", depth=2).get("flat-share") is None


def test_gain_of_every_slope():
    frame = lesson.slope_factors()
    assert ((frame["factor"] / frame["factor_theory"] - 1).abs() < 0.05).all()
    assert frame["seed"].nunique() > 1 and frame["slope"].min() == 0 and frame["slope"].max() == 1
    figure = signal.charts.gain(frame)
    assert "keeps 0.5 of the mean square; a slope of 1 keeps 1" in figure.title and drawn(figure)
    axes = [part["encoding"]["y"].get("axis") for part in layers_of(figure)]
    assert all(
        axis and axis["title"] == "mean square kept" for axis in axes
    )  # one without takes it from all


@pytest.mark.parametrize(
    ("factor", "title"),
    [
        ({"A": 0.98, "B": 1.02}, "A and B keep the mean square from layer to layer"),
        (
            {"A": 0.5, "B": 0.2},
            "No scheme keeps the mean square: one layer multiplies it by 0.2 to 0.5",
        ),
        ({"A": 576.0}, "No scheme keeps the mean square: one layer multiplies it by 576"),
        ({"A": 1.0}, "A keeps the mean square from layer to layer"),
    ],
)
def test_who_keeps_the_mean_square(factor, title, monkeypatch):
    monkeypatch.setattr(signal.charts.parts, "scheme_name", str)
    found = tuple(signal.findings.Factor(init, measured, 1.0) for init, measured in factor.items())
    assert signal.charts.factors_title(found) == title


def test_the_spread_of_single_networks_is_set_beside_theory():
    made = story(n_seeds=5)
    (spread,) = [s for s in made.shows if "**Luck**" in s]
    assert made.facts.strays.expected == pytest.approx(math.sqrt(2 / 32 + 7 * math.log1p(5 / 32)))
    assert f"= {made.facts.strays.expected:.2g}" in spread and "5 networks" in spread
    made = story(n_seeds=5, activation="tanh")
    assert made.facts.strays is None and not [s for s in made.shows if "**Luck**" in s]


def test_contest_and_its_loss(contest):
    curves = contest["depth-contest"].data
    for figure in (
        contest["depth-contest"],
        contest["depth-contest-loss"],
        contests.charts.live(curves),
    ):
        assert drawn(figure) and figure.data["init"].nunique() == 2
    assert "commonest answer" in drawn(contest["depth-contest"])


@pytest.mark.parametrize("by", ["scheme", "std"])
def test_the_map_has_a_cell_for_everything(by):
    figure = told(maps, lesson.MapConfig(by=by, depths=(2, 4), epochs=1, n_stds=3))[f"map-by-{by}"]
    rows = figure.data["init" if by == "scheme" else "std"].nunique()
    assert len(figure.data) >= 2 * rows and drawn(figure)


CHANCE = pd.DataFrame({"split": ["train", "test"], "share": [0.1, 0.1]})


def losses(**ends):
    """Curves of one network per scheme, from a training loss of 2.3 to the one given; nan:
    diverged.
    """
    rows = [
        (init, 30, 0, epoch, split, loss, 0.1, math.isnan(loss))
        for init, end in ends.items()
        for epoch, loss in ((0, 2.3), (1, end))
        for split in ("train", "test")
    ]
    return pd.DataFrame(
        rows, columns=["init", "depth", "seed", "epoch", "split", "loss", "accuracy", "diverged"]
    )


def test_the_loss_falls_stays_rises_or_diverges():
    made = losses(
        kaiming_normal=0.5, xavier_normal=2.3, normal=4.0, orthogonal=math.nan, uniform=2.1
    )
    made.loc[(made["init"] == "kaiming_normal") & (made["epoch"] == 1), "accuracy"] = 0.8
    f = contests.findings.facts(made, CHANCE)
    assert {s.init: s.loss for s in f.schemes} == {
        "kaiming_normal": "fell",
        "xavier_normal": "still",
        "normal": "rose",
        "orthogonal": "lost",
        "uniform": "settled",
    }
    start = (
        "The training loss falls with Kaiming normal; it falls with Fixed-std uniform only to that"
        " of a constant answer; "
    )
    words = (
        "it rises with Fixed-std normal; it diverges with Orthogonal; it does not move with Xavier"
        " normal: that is not"
    )
    assert contests.charts.loss_title(f).startswith(start + words)


def test_a_scheme_that_diverges_is_not_said_to_be_at_chance():
    f = contests.findings.facts(losses(xavier_normal=2.3, normal=math.nan), CHANCE)
    assert [s.kind for s in f.schemes] == ["stuck", "diverged"]
    assert (
        contests.charts.contest_title(f)
        == "At depth 30, Xavier normal stays at chance; Fixed-std normal diverges"
    )


def mapped(table, by):
    """Facts, title, sentences and verdict of a map."""
    f = maps.findings.facts(table, CHANCE, by, 4)
    title = maps.charts.scheme_title(f) if by == "scheme" else maps.charts.std_title(f)
    return f, title, list(maps.story._shows(f)), maps.story._verdict(f)


def test_the_map_says_how_deep_each_scheme_learns():
    rows = [
        ("kaiming_normal", 4, 0.9),
        ("kaiming_normal", 20, 0.8),
        ("xavier_normal", 4, 0.9),
        ("xavier_normal", 20, 0.1),
        ("normal", 4, 0.1),
        ("normal", 20, 0.1),
    ]
    table = pd.DataFrame(rows, columns=["init", "depth", "accuracy"]).assign(std=0.1, seed=0)
    f, title, shows, verdict = mapped(table, "scheme")
    assert {row.init: row.learned for row in f.rows} == {
        "kaiming_normal": (4, 20),
        "xavier_normal": (4,),
        "normal": (),
    }
    assert (
        title
        == "Kaiming normal still learns with 20 layers; Xavier normal with 4; Fixed-std normal"
        " with none"
    )
    assert (
        shows[0]
        == "**Kaiming normal**: the deepest that learned have 20 layers; at 20 layers: 80%."
    )
    assert (verdict.truth, verdict.because) == (
        "20",
        "In 4 epochs, Kaiming normal learned at 20 layers; deeper ones were not tried. With one"
        " network per cell, another seed may reach less or more.",
    )
    verdict = mapped(table.assign(accuracy=0.1), "scheme")[-1]
    assert (verdict.truth, verdict.because) == (
        "No network learns",
        "No cell of the map learned at any depth.",
    )


@given(st.lists(st.integers(2, 50), min_size=1, max_size=12))
def test_every_answer_of_the_map_can_be_right_and_every_depth_has_one(depths):
    ends = list(maps.story.answers(depths).values())
    assert len(ends) <= 6 and ends == sorted(set(ends))
    assert ends[0] == 0 and ends[-1] == max(depths)
    assert set(ends[1:]) <= set(depths)


def test_the_map_of_stds_names_those_that_learn_and_hides_no_gap():
    good = {(2, 0.1), (2, 0.2), (2, 0.4), (4, 0.1), (4, 0.4), (8, 0.2)}
    rows = [(s, d, 0.9 if (d, s) in good else 0.1) for d in (2, 4, 8, 16) for s in (0.1, 0.2, 0.4)]
    table = pd.DataFrame(rows, columns=["std", "depth", "accuracy"]).assign(init="normal", seed=0)
    _, title, shows, _ = mapped(table, "std")
    assert (
        title
        == "At 2 layers every std from 0.1 to 0.4 learns; at 8 only std 0.2 learns; at 16 none"
    )
    assert (
        mapped(table[table["depth"] == 4], "std")[1] == "At 4 layers 2 stds from 0.1 to 0.4 learn"
    )
    assert shows == [
        "**std 0.2**: the deepest that learned have 8 layers; at 16 layers: at chance.",
        "**std 0.1 and 0.4**: the deepest that learned have 4 layers; at 16 layers: at chance.",
    ]


@pytest.fixture(scope="module")
def spread():
    return told(glorot, lesson.HistogramConfig(width=32, samples=50, depth=4))


@pytest.mark.parametrize("quantity", ["activation", "gradient"])
def test_histograms_of_both_quantities(spread, quantity):
    figure = spread[f"{quantity}-histograms"]
    assert drawn(figure) and "layer 2" in set(figure.data["layer"])
    assert all(part["encoding"]["x"]["axis"]["format"] == ".2~g" for part in layers_of(figure))
    assert "'columns': 1" in drawn(
        figure
    )  # the legend stands in half of the width beside the controls


@pytest.mark.parametrize("quantity", ["activation", "gradient"])
def test_the_exported_histogram_has_a_slider_over_the_layers(spread, quantity):
    spec = export.spec(spread[f"{quantity}-histograms"].interactive())
    param = next(p for p in spec["params"] if p["name"] == "slider_layer")
    assert (param["bind"]["min"], param["bind"]["max"], param["value"]) == (0, 3, 0)


def test_histograms_say_by_how_much_the_widths_change(spread):
    ends = {
        "xavier_uniform": (0.3, 0.29),
        "pytorch_default": (0.3, 0.03),
        "normal": (0.1, 0.5),
        "zeros": (0.1, 0.0),
    }
    both = tuple(
        glorot.findings.Width(init, q, *pair)
        for q in ("activation", "gradient")
        for init, pair in ends.items()
    )
    f = replace(spread.facts, depth=2, widths=both)
    assert [w.kind for w in f.of("activation")] == ["kept", "shrunk", "grown", "zero"]
    assert [w.kind for w in f.of("gradient")] == ["kept", "grown", "shrunk", "zero"]
    up, down = (glorot.charts.title_of(f, q) for q in ("activation", "gradient"))
    assert up.startswith(
        "From layer 1 to layer 2, activations shrink 10-fold with PyTorch's default, grow 5-fold"
        " with Fixed-std normal, keep their width"
    )
    assert down.startswith(
        "From layer 2 back to layer 1, gradients shrink 5-fold with Fixed-std normal, grow 10-fold"
        " with PyTorch's default"
    )


def test_planes_and_profile():
    made = told(planes, lesson.LandscapeConfig(resolution=5, epochs=2, samples=50))
    for name in ("plane-constant", "plane-random"):
        assert len(made[name].data) == 25 and drawn(made[name])
    assert drawn(made["landscape-profile"])


def test_symmetry_network_and_paths():
    made = told(symmetry, lesson.SymmetryConfig(steps=5))
    assert drawn(made["two-units"])
    shown = drawn(made["two-two-one"])
    for row in made[
        "two-two-one"
    ].data.itertuples():  # all nine numbers that learn, before and after
        assert f"{row.parameter} {row.before:.3g} → {row.after:.3g}" in shown, row.parameter


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ({}, "one unit, counted twice"),
        ({"w21": 0.7}, "different gradients"),
        ({"activation": "relu", "b1": -5.0, "b2": -4.0}, "get the same gradient"),
    ],
)
def test_the_network_says_whether_its_units_part(numbers, words):
    assert words in told(symmetry, lesson.SymmetryConfig(**numbers))["two-two-one"].title


def test_the_algebra_has_every_number_in_lines_that_fit_a_phone():
    config = lesson.SymmetryConfig(w21=-1.2)
    made = lesson.symmetry_steps(config)
    texts = symmetry.algebra(told(symmetry, config, made).facts, config)
    for row in made.parameters[made.parameters["parameter"] != "c"].itertuples():
        assert f"= {n(row.after)}" in texts[0] + texts[1], row.parameter
    for quantity in ("z1", "z2", "h1", "h2", "y", "loss", "dz1", "dz2", "dv1", "dv2"):
        assert n(made.quantities.set_index("quantity")["value"][quantity]) in "".join(texts), (
            quantity
        )
    lines = [line for text in texts for line in text.split("\n") if "&" in line]
    assert lines and all(
        part.count("&") == 1 for line in lines for part in line.removesuffix("\\\\").split("\\\\")
    )


def test_the_slide_of_the_network_says_what_its_arrows_are():
    subtitle = told(symmetry, lesson.SymmetryConfig())["two-two-one"].subtitle
    assert any("before → after" in piece for piece in marks(subtitle))


@pytest.mark.parametrize("numbers", [{}, {"w21": 0.7}, {"w21": -1.0, "v2": 0.1}])
def test_the_paths_of_the_units_fill_their_chart_and_say_where_they_start(numbers):
    figure = told(symmetry, lesson.SymmetryConfig(steps=30, **numbers))["two-units"]
    layers = figure.chart.to_dict()["layer"]
    for channel, column in (("x", "w1"), ("y", "w2")):
        low, high = layers[0]["encoding"][channel]["scale"]["domain"]
        drawn_part = figure.data[column].max() - figure.data[column].min()
        assert low < figure.data[column].min() and drawn_part >= 0.7 * (high - low)
    assert any(layer["encoding"].get("text") == {"value": "start"} for layer in layers)


def test_histograms_say_what_they_are_in_half_a_slide():
    """What is longer is cut there."""
    config = lesson.HistogramConfig(activation="leaky_relu")
    for figure in told(glorot, config).figures:
        assert len(marks(figure.subtitle)[0]) <= 44


def test_a_loss_near_a_start_is_written_in_one_way():
    config = lesson.LandscapeConfig(resolution=5, epochs=2, samples=50)
    result = planes.run(config)
    story = planes.tell(config, result)
    for figure, sentence in zip(story.figures, story.shows, strict=False):
        assert figure.title.split("nearby, the loss runs from ")[1] in sentence


def test_the_end_of_the_colours_says_that_losses_go_on():
    config = lesson.LandscapeConfig(resolution=5, epochs=2, samples=50)
    result = planes.run(config)
    f = planes.tell(config, result).facts
    assert result.surface["loss"].max() > f.ceiling, "this test tests nothing"
    figure = planes.charts.plane(result.surface, result.path, f, f.constant)
    legend = figure.chart.to_dict()["layer"][0]["encoding"]["color"]["legend"]
    assert "≥" in legend["labelExpr"]
    whole = result.surface.assign(loss=result.surface["loss"].clip(upper=f.ceiling))
    figure = planes.charts.plane(whole, result.path, f, f.constant)
    assert "labelExpr" not in figure.chart.to_dict()["layer"][0]["encoding"]["color"]["legend"]


def test_the_spread_that_is_only_rounding_is_no_number_of_the_title():
    config = lesson.InputsConfig(depth=15, epochs=1, n_seeds=1)
    story = inputs.tell(config, lesson.input_pairs(config))
    gone, title = story.facts.of("gone"), story["spread-by-layer"].title
    assert gone, "this test tests nothing"
    assert title.endswith(f"at std × √N = {story.facts.span(gone)} only float32's rounding")
    for figure in story.figures[:3]:
        assert layers_of(figure)[1]["encoding"]["color"]["legend"]["title"] == inputs.charts.HEADING

"""Every sentence of the theory lesson holds at every setting: golden cases, and settings drawn at
random.
"""

import os
import re
from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from weightkit.datasets import DATASETS
from weightkit.lessons import signal_propagation as lesson
from weightkit.lessons.signal_propagation import (
    contest,
    layer_histograms,
    loss_landscape,
    signal,
    symmetry,
)
from weightkit.lessons.signal_propagation.settings import RANDOM, SAMPLES, TASKS

EXAMPLES = int(os.environ.get("WEIGHTKIT_EXAMPLES", "4"))  # per view; thousands by hand
ACTIVATIONS = ("linear", "relu", "leaky_relu", "tanh", "sigmoid")
some_schemes = st.lists(st.sampled_from(RANDOM), min_size=1, max_size=3, unique=True).map(tuple)
acting, stds = st.sampled_from(ACTIVATIONS), st.sampled_from((1e-4, 0.01, 1.0, 10.0))
trained = {
    "inits": some_schemes,
    "activation": acting,
    "std": stds,
    "width": st.just(8),
    "epochs": st.integers(1, 2),
    "n_seeds": st.integers(1, 2),
    "dataset": st.sampled_from(("digits", "breast_cancer")),
    "batch_size": st.just(256),
    "learning_rate": st.sampled_from((1e-5, 0.01, 1.0)),
    "optimizer": st.sampled_from(("sgd", "momentum", "adam")),
    "normalization": st.sampled_from(("none", "layer")),
}
number = st.sampled_from((-5.0, -0.5, 0.0, 0.5, 1.0, 5.0))
SPACE = {
    "": (
        lesson.Config,
        {
            "inits": some_schemes,
            "activation": acting,
            "std": stds,
            "depth": st.sampled_from((1, 2, 5, 60)),
            "width": st.sampled_from((4, 16)),
            "n_seeds": st.integers(1, 3),
            "biases": st.sampled_from(("zeros", "pytorch_default")),
        },
    ),
    "histograms": (
        lesson.HistogramConfig,
        {
            "inits": some_schemes,
            "activation": acting,
            "std": stds,
            "depth": st.integers(1, 4),
            "width": st.just(8),
            "samples": st.just(20),
            "dataset": trained["dataset"],
        },
    ),
    "contest": (lesson.DepthConfig, trained | {"depth": st.sampled_from((2, 5, 20))}),
    "map": (
        lesson.MapConfig,
        trained
        | {
            "by": st.sampled_from(("scheme", "std")),
            "depths": st.sampled_from(((2,), (2, 5), (3, 12))),
            "n_stds": st.just(3),
        },
    ),
    "inputs": (
        lesson.InputsConfig,
        {key: trained[key] for key in ("activation", "dataset", "learning_rate", "optimizer")}
        | {
            "bias_std": st.sampled_from((0.0, 0.3, 2.0)),
            "correlation": st.sampled_from((0.0, 0.5, 0.99)),
            "depth": st.sampled_from((1, 2, 5, 50)),
            "n_stds": st.sampled_from((1, 3, 5)),
            "reach": st.sampled_from((1.5, 4.0, 8.0)),
            "width": st.just(8),
            "samples": st.sampled_from((2, 8)),
            "epochs": st.just(1),
            "n_seeds": st.integers(1, 2),
            "batch_size": st.just(512),
        },
    ),
    "saddles": (
        lesson.SaddlesConfig,
        {key: trained[key] for key in ("dataset", "learning_rate", "optimizer", "std")}
        | {
            "init": st.sampled_from(RANDOM),
            "width": st.integers(1, 3),
            "steps": st.sampled_from((1, 20)),
            "samples": st.just(20),
            "tolerance": st.sampled_from((1e-7, 1e-4, 1e-2)),
            "n_seeds": st.integers(1, 2),
        },
    ),
    "landscape": (
        lesson.LandscapeConfig,
        {
            "init": st.sampled_from(RANDOM),
            "constant": st.sampled_from((-0.3, 0.0, 0.01, 1.0)),
            "extent": st.sampled_from((0.05, 1.0, 3.0)),
            "plane": st.sampled_from(("random", "path")),
            "activation": acting,
            "std": stds,
            "resolution": st.sampled_from((5, 11)),
            "depth": st.integers(2, 4),
            "width": st.just(4),
            "samples": st.just(20),
            "epochs": st.integers(1, 2),
            "learning_rate": trained["learning_rate"],
            "optimizer": trained["optimizer"],
            "dataset": trained["dataset"],
        },
    ),
    "symmetry": (
        lesson.SymmetryConfig,
        dict.fromkeys((*lesson.PARAMETERS, "x1", "x2", "t"), number)
        | {
            "activation": acting,
            "steps": st.sampled_from((1, 2, 20)),
            "learning_rate": st.sampled_from((1e-4, 0.05, 1.0)),
        },
    ),
}


def words(view, config):
    """(everything that is said of a run and before it, its story)."""
    question, story = view.ask(config), view.tell(config, view.run(config))
    said = [question.text, story.verdict.because, *story.shows, *story.slips]
    assert story.verdict.truth in question.options
    return [*said, *(part for f in story.figures for part in (f.title, f.subtitle, f.alt))], story


@pytest.mark.parametrize("view", lesson.VIEWS, ids=lambda view: view.title)
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.generate,),
    database=None,
)
@given(data=st.data())
def test_no_sentence_slips(view, data):
    config_type, space = SPACE[view.slug]
    config = data.draw(st.fixed_dictionaries(space).map(lambda drawn: config_type(**drawn)))
    for sentence in words(view.module, config)[0]:
        assert not re.search(r"\b(nan|inf|None)\b", sentence), sentence
        assert not re.search(
            r"(?<![\d.,/])1 (layers|networks|epochs|steps|weights|units|seeds)\b", sentence
        ), sentence
        for low, high in re.findall(r"(?<![\w.⁻])([\d.]+%?) to ([\d.]+%?)(?![\w.⁻])", sentence):
            assert low.rstrip("%.") != high.rstrip("%."), sentence
        if getattr(config, "dataset", "digits") == "breast_cancer":
            assert not re.search(r"\b(images|digits)\b", sentence), sentence


def test_every_dataset_has_its_nouns():
    assert set(SAMPLES) == set(TASKS) == set(DATASETS)


def test_what_keeps_the_signal_keeps_it_from_layer_to_layer_as_well():
    """PyTorch's default loses 84 % of the std in five layers: within a factor of ten, and not
    kept.
    """
    config = lesson.Config(depth=4, width=64, n_seeds=3)
    f = words(signal, config)[1].facts
    assert {fate.init for fate in f.forward if fate.kind == "kept"} == {
        one.init for one in f.factors if one.kept
    }
    assert (
        f.fate_of("pytorch_default").kind == "faded" and f.fate_of("pytorch_default").ratio > 0.05
    )


def test_factors_are_averaged_as_factors():
    layers = pd.DataFrame({"std": [1.0, 10.0, 1.0], "std_theory": [1.0, 1.0, 1.0]})
    layers = layers.assign(
        init="normal", activation="relu", seed=0, layer=[1, 2, 3], **{"pass": "forward"}
    )
    assert signal.experiment._factors(layers)["factor"].tolist() == pytest.approx([1.0])


def test_a_single_layer_is_compared_with_what_enters():
    config = lesson.Config(depth=1, inits=("normal",), std=1e-4, width=64)
    said, story = words(signal, config)
    assert "1 ReLU layer," in said[0] and "compared with theirs" in said[0]
    assert story.verdict.truth == "Less than a thousandth" and story.facts.entry[
        "normal"
    ] == pytest.approx(1e-4 * 8, rel=0.2)


def test_with_sigmoid_size_is_not_called_signal():
    said, story = words(signal, lesson.Config(activation="sigmoid", depth=5, width=32))
    assert "signal" not in story["signal-by-layer"].title and any(
        "Size is not signal" in s for s in said
    )


def test_tables_are_no_images():
    config = lesson.HistogramConfig(dataset="wine_quality")
    assert (
        "wines" in layer_histograms.ask(config).text
        and "images" in layer_histograms.ask(replace(config, dataset="mnist")).text
    )
    assert "digits" not in contest.ask(lesson.DepthConfig(dataset="breast_cancer")).text


def facts_of(**kinds):
    """A contest in which schemes end like this."""
    schemes = tuple(
        contest.findings.Scheme(init, 0.5, 0.4, 0.6, 2, 0, kind, "fell")
        for init, kind in kinds.items()
    )
    return contest.findings.Facts(30, 20, 2, 0.1, schemes)


def test_nobody_is_told_to_try_what_is_on_the_screen():
    here, f = lesson.DepthConfig(), facts_of(kaiming_normal="learned")
    assert "Try" not in " ".join(contest.story._slips(f, here))
    assert "Try" in " ".join(contest.story._slips(f, replace(here, optimizer="adam")))


def test_layer_normalisation_blames_the_step_only_where_a_scheme_fails_at_a_large_one():
    layer = lesson.DepthConfig(normalization="layer")
    failed, fine = (
        facts_of(kaiming_normal="learned", xavier_normal="stuck"),
        facts_of(kaiming_normal="learned"),
    )
    assert "learning rate below 0.01" in " ".join(contest.story._slips(failed, layer))
    assert "learning rate" not in " ".join(contest.story._slips(fine, layer))
    assert "learning rate below" not in " ".join(
        contest.story._slips(failed, replace(layer, learning_rate=0.001))
    )


def test_a_network_that_diverged_without_an_accuracy_has_not_learned():
    rows = [
        ("normal", 5, 0, e, s, float("nan"), float("nan"), e == 1)
        for e in (0, 1)
        for s in ("train", "test")
    ]
    curves = pd.DataFrame(
        rows, columns=["init", "depth", "seed", "epoch", "split", "loss", "accuracy", "diverged"]
    )
    chance = pd.DataFrame({"split": ["train", "test"], "share": [0.1, 0.1]})
    assert contest.findings.facts(curves, chance).schemes[0].kind == "diverged"


def start(init, low, high, last):
    return loss_landscape.findings.Start(init, 2.3, low, high, 2.3, last, 1.0, 0.5, 2)


@pytest.mark.parametrize(
    ("value", "low", "last", "said", "not_said"),
    [
        (0.1, 1.0, 2.301, "from both starts", "symmetry"),
        (0.1, 2.3, 2.31, "only went", "symmetry"),
        (0.1, 1.0, 2.31, "symmetry", "both"),
    ],
)
def test_where_both_ends_are_alike_or_the_start_is_flat_no_contrast_is_told(
    value, low, last, said, not_said
):
    constant = start("constant", low, 2.3, last)
    random = start("kaiming_normal", 1.0, 4.0, 2.30 if last == 2.301 else 1.0)
    f = loss_landscape.findings.Facts(value, "relu", constant, random, 3.0, 0.4)
    text = " ".join(loss_landscape.story._slips(f))
    assert said in text and not_said not in text


def test_nearby_is_at_least_one_step_of_the_grid():
    f = words(
        loss_landscape, lesson.LandscapeConfig(resolution=5, extent=3.0, epochs=1, samples=20)
    )[1].facts
    assert f.near == pytest.approx(1.5) and f.random.spread > 0


def test_units_as_far_apart_as_at_the_start_are_not_said_to_have_moved():
    config = lesson.SymmetryConfig(activation="relu", b1=-5.0, b2=-4.0, steps=1)
    title = words(symmetry, config)[1]["two-units"].title
    assert "as far apart at the end" in title

"""Every sentence of the theory lesson holds at every setting: golden cases, and settings drawn at
random.
"""

from dataclasses import replace

import pandas as pd
import pytest
from truth.prose import texts

from weightkit.datasets import DATASETS
from weightkit.lessons import signal_propagation as lesson
from weightkit.lessons.signal_propagation import (
    contest,
    layer_histograms,
    loss_landscape,
    signal,
    symmetry,
)
from weightkit.lessons.signal_propagation import map as map_view
from weightkit.lessons.signal_propagation.settings import SAMPLES, TASKS


def words(view, config):
    """(everything that is said of a run and before it, its story)."""
    question, story = view.ask(config), view.tell(config, view.run(config))
    return [text for _, text in texts(question, story)], story


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
        contest.findings.Scheme(init, 0.5, 0.4, 0.6, 2, 0, kind, "fell", 0.4)
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


def test_who_was_lucky_before_training_has_learned_nothing_more_than_the_others():
    """With 1e-05 for one epoch on two classes, some untrained networks are right in 84 %."""
    config = lesson.DepthConfig(
        dataset="breast_cancer",
        epochs=1,
        optimizer="adam",
        learning_rate=1e-05,
        seed=2,
        inits=("kaiming_normal", "kaiming_uniform"),
        width=8,
        activation="linear",
        depth=2,
        biases="pytorch_default",
    )
    said, story = words(contest, config)
    assert story.facts.of("learned") == ["kaiming_uniform"] and not story.facts.took
    slips = " ".join(story.slips)
    assert "Kaiming uniform does better than guessing, but not by learning much" in slips
    assert "in the time in which" not in slips


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
    return loss_landscape.findings.Start(init, 2.3, low, high, (low, high), 2.3, last, 1.0, 0.5, 2)


@pytest.mark.parametrize(
    ("value", "low", "last", "said", "not_said"),
    [
        (0.1, 1.0, 2.301, "from both starts", "symmetric"),
        (0.1, 2.3, 2.29, "only fell to 2.29; from the random start it fell to 1.", "symmetric"),
        (0.1, 1.0, 2.29, "symmetric", "both"),
        (0.1, 1.0, 2.3, "the loss stayed at 2.3; from the random start it fell", "only s"),
        (0.1, 1.0, 186.0, "the loss rose to 186; from the random start it fell to 1.", "symmetric"),
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


def test_a_training_that_diverges_has_no_last_loss():
    config = lesson.LandscapeConfig(
        init="xavier_uniform",
        constant=1.0,
        extent=3.0,
        activation="leaky_relu",
        depth=6,
        width=18,
        samples=64,
        epochs=3,
        optimizer="sgd",
        learning_rate=0.0001,
        resolution=5,
    )
    said, story = words(loss_landscape, config)
    f = story.facts
    assert f.constant.diverged and not f.random.diverged and f.constant.steps == 0
    assert any("Training diverged in the first epoch." in sentence for sentence in said)
    assert "Random weights allow" not in " ".join(story.slips)


def test_the_question_of_the_units_does_not_give_its_answer_away():
    """Units that differ may come nearer, stay as far apart or part further."""
    found = {
        words(symmetry, lesson.SymmetryConfig(**changes))[1].verdict.truth
        for changes in (
            {},
            {"w21": 0.7},
            {"v1": 0.3, "v2": -0.6},
            {"activation": "relu", "b1": -5.0, "b2": -4.0},
            {"activation": "linear", "w21": 0.7, "b2": 0.7, "v2": 0.9, "learning_rate": 0.01},
        )
    }
    assert len(found) >= 3 and symmetry.story.EQUAL in found


def test_one_network_per_cell_is_said_to_be_one():
    config = lesson.MapConfig(depths=(2,), width=8, epochs=1, inits=("kaiming_normal",))
    question = map_view.ask(config).text
    assert "one network is trained" in question
    assert "on average" in map_view.ask(replace(config, n_seeds=2)).text


def test_the_start_is_a_point_of_its_plane():
    with pytest.raises(ValueError, match="resolution is 30; it must be odd"):
        lesson.LandscapeConfig(resolution=30)


def test_nearby_is_at_least_one_step_of_the_grid():
    f = words(
        loss_landscape, lesson.LandscapeConfig(resolution=5, extent=3.0, epochs=1, samples=20)
    )[1].facts
    assert f.near == pytest.approx(1.5) and f.random.spread > 0


def test_units_as_far_apart_as_at_the_start_are_not_said_to_have_moved():
    config = lesson.SymmetryConfig(activation="relu", b1=-5.0, b2=-4.0, steps=1)
    title = words(symmetry, config)[1]["two-units"].title
    assert "as far apart at the end" in title

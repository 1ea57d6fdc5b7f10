"""Whatever is asked for, the pages on weight changes say what the frames say."""

import math
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from truth.prose import EXAMPLES, faults

from weightkit.lessons.weight_changes import INITIALIZERS, Config, penalties, shape, steps


@st.composite
def configs(draw):
    return Config(
        dataset=draw(st.sampled_from(("digits", "breast_cancer"))),
        epochs=draw(st.integers(1, 6)),
        batch_size=draw(st.sampled_from((64, 512))),
        optimizer=draw(st.sampled_from(("sgd", "momentum", "adam"))),
        learning_rate=draw(st.sampled_from((1e-5, 0.001, 0.03, 0.1, 1.0))),
        init=draw(st.sampled_from(list(INITIALIZERS))),
        l2=draw(st.sampled_from((0.0, 0.01, 1.0))),
        l1=draw(st.sampled_from((0.0, 0.001, 0.1))),
        n_seeds=draw(st.integers(1, 3)),
        seed=draw(st.integers(0, 50)),
    )


@settings(max_examples=EXAMPLES, deadline=None)
@given(configs(), st.booleans())
def test_steps(config, relative):
    result = steps.run(config)
    story = steps.tell(config, result)
    looks = [
        steps.charts.distances(result, relative),
        *(steps.charts.histograms(result, e) for e in (0, 1, config.epochs)),
    ]
    assert not faults(steps.ask(config), story, config.dataset, *looks)

    f, moved = story.facts, result.layers[result.layers["epoch"] > 0]
    moved = (
        moved[moved["distance"].abs().lt(math.inf) & moved["std"].abs().lt(math.inf)]
        .groupby("epoch")["distance"]
        .mean()
    )
    assert f.movement.until == (max(moved.index) if len(moved) else 0)
    if f.movement.peak is None:
        assert moved.empty or moved.max() == 0
    else:
        assert moved[f.movement.peak] == moved.max() and f.movement.longest == pytest.approx(
            moved.max()
        )
        assert f.movement.steady == (moved.max() < 1.5 * moved.min())
    z = result.alignment.groupby("epoch")[["accuracy_gain_z", "weight_change_z"]].mean()
    if f.gain_peak is not None:
        assert z["accuracy_gain_z"][f.gain_peak] == z["accuracy_gain_z"].max()
        assert z["weight_change_z"][f.change_peak] == z["weight_change_z"].max()
    if "climbs fastest" in story["accuracy"].title:
        assert (
            f"epoch {f.gain_peak}" in story["accuracy"].title
            and f.learning.after > f.learning.before
        )
    assert [link.r for link in f.links] == result.correlation.query("first_epoch == 1")[
        "r"
    ].dropna().tolist()


@settings(max_examples=EXAMPLES, deadline=None)
@given(configs(), st.floats(0, 4), st.floats(0, 4))
def test_shape(config, sigma_1, sigma_2):
    result = shape.run(config)
    story = shape.tell(config, result)
    by_hand = shape.charts.circle_to_ellipse(result, sigma_1, sigma_2)
    assert not faults(shape.ask(config), story, config.dataset, by_hand)

    last = result.layers.query("epoch == epoch.max()")
    last = last[last["std"].abs().lt(math.inf)]
    for layer in story.facts.layers:
        kappa = last[last["layer"] == layer.name]["condition_number"]
        assert layer.after == pytest.approx(
            np.median(kappa) if len(kappa) else math.nan, nan_ok=True
        )
        assert layer.singular == int(np.isinf(kappa).sum())
    if "Every weight matrix" in story["condition-number"].title:
        assert np.isinf(last["condition_number"]).all()
    large, small = max(sigma_1, sigma_2), min(sigma_1, sigma_2)
    assert ("κ = ∞" in by_hand.title) == (small <= 1e-12 * max(large, 1e-300))


@settings(max_examples=EXAMPLES, deadline=None)
@given(configs())
def test_penalties(config):
    result = penalties.run(config)
    story = penalties.tell(config, result)
    assert not faults(penalties.ask(config), story, config.dataset)

    lost = result.curves.groupby(["regularisation", "seed"])["diverged"].transform("max")
    known = result.curves[~lost & (result.curves["epoch"] > max(0, config.epochs - 3))]
    means = known.groupby(["regularisation", "split"])["accuracy"].mean()
    for run in story.facts.runs:
        assert run.test == pytest.approx(means.get((run.name, "test"), math.nan), nan_ok=True)
    chance = max(
        result.commonest, result.curves.query("epoch == 0 and split == 'train'")["accuracy"].mean()
    )
    guessing = not means.get(("L1", "train"), 0.0) >= chance + 0.05
    assert (story.verdict.truth == "No better than guessing") == guessing
    said = " ".join(story.shows)
    assert ("killed" not in said) or (guessing and means["none", "train"] >= chance + 0.05)
    kappa = result.final.groupby(["regularisation", "layer"])["condition_number"].median()
    for text in (story["regularisation-kappa"].title, *story.slips):
        for word, layers in re.findall(
            r"κ is (lower|higher) in ((?:input|fc1|fc2|output|, | and )+)", text
        ):
            for layer in re.findall(r"input|fc1|fc2|output", layers):
                assert (kappa["L1", layer] < kappa["none", layer]) == (word == "lower")

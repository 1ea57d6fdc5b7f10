"""What the pages on weight changes tell, against their frames, by another way."""

import math
import re

import numpy as np
import pytest

from weightkit.lessons.weight_changes import shape, steps

TOP = 4.0  # of the sliders of two singular values


def check_steps(config, result, story):
    f, moved = story.facts, result.layers[result.layers["epoch"] > 0]
    known = moved[moved["distance"].abs().lt(math.inf) & moved["std"].abs().lt(math.inf)]
    by_epoch = known.groupby("epoch")["distance"].mean()
    m = f.movement
    assert m.until == (max(by_epoch.index) if len(by_epoch) else 0)
    if m.peak is None:
        assert by_epoch.empty or by_epoch.max() == 0
    else:
        assert by_epoch[m.peak] == by_epoch.max() and m.longest == pytest.approx(by_epoch.max())
        assert m.steady == (by_epoch.max() < 1.5 * by_epoch.min())
    z = result.alignment.groupby("epoch")[["accuracy_gain_z", "weight_change_z"]].mean()
    if f.gain_peak is not None:
        assert z["accuracy_gain_z"][f.gain_peak] == z["accuracy_gain_z"].max()
        assert z["weight_change_z"][f.change_peak] == z["weight_change_z"].max()
    title, peaks = story["accuracy"].title, story["alignment-by-epoch"].title
    train = result.curves[~result.curves["diverged"] & (result.curves["split"] == "train")]
    mean = train.groupby("epoch")["accuracy"].mean()
    if "climbs fastest" in title:
        assert f"epoch {f.gain_peak}" in title and mean.iloc[-1] > mean.iloc[0]
    if "the burst of learning" in peaks:
        assert f.gain_peak == f.change_peak and mean.iloc[-1] >= mean.iloc[0] + 0.1
    first = result.correlation.query("first_epoch == 1")
    assert [link.r for link in f.links] == first["r"].dropna().tolist()
    words = story["alignment"].title
    if "go together:" in words:
        assert first["ci_low"].dropna().gt(0).all()
    if "gains most when the weights change least" in words:
        assert first["ci_high"].dropna().lt(0).all()
    if "but loosely" in words:
        assert first["r"].dropna().gt(0).all()
    return [
        steps.charts.distances(result, config.seed % 2 == 1),
        *(steps.charts.histograms(result, e) for e in (0, 1, config.epochs)),
    ]


def check_shape(config, result, story):
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
    g = np.random.default_rng(config.seed)
    sigmas = [float(s) for s in g.choice([0.0, 1e-13, 1.0, TOP, g.uniform(0, TOP)], 2)]
    by_hand = shape.charts.circle_to_ellipse(result, *sigmas)
    large, small = max(sigmas), min(sigmas)
    assert ("κ = ∞" in by_hand.title) == (small <= 1e-12 * max(large, 1e-300))
    return [by_hand]


def check_penalties(config, result, story):
    lost = result.curves.groupby(["regularisation", "seed"])["diverged"].transform("max")
    known = result.curves[~lost & (result.curves["epoch"] > max(0, config.epochs - 3))]
    means = known.groupby(["regularisation", "split"])["accuracy"].mean()
    for run in story.facts.runs:
        assert run.test == pytest.approx(means.get((run.name, "test"), math.nan), nan_ok=True)
    start = result.curves.query("epoch == 0 and split == 'train'")["accuracy"].mean()
    chance = max(result.commonest, start)
    guessing = not means.get(("L1", "train"), 0.0) >= chance + 0.05
    assert (story.verdict.truth == "No better than guessing") == guessing
    if not guessing:
        gain = means["L1", "test"] - means.get(("none", "test"), math.nan)
        assert (story.verdict.truth == "About as good") == (abs(gain) <= 0.02)
    assert ("killed" not in " ".join(story.shows)) or (
        guessing and means["none", "train"] >= chance + 0.05
    )
    kappa = result.final.groupby(["regularisation", "layer"])["condition_number"].median()
    for text in (story["regularisation-kappa"].title, *story.slips):
        for word, layers in re.findall(
            r"κ is (lower|higher) in ((?:input|fc1|fc2|output|, | and )+)", text
        ):
            for layer in re.findall(r"input|fc1|fc2|output", layers):
                assert (kappa["L1", layer] < kappa["none", layer]) == (word == "lower")
        if every := re.search(r"κ is (lower|higher) in every layer", text):
            one, other = kappa["L1"], kappa["none"]
            assert (one < other if every[1] == "lower" else one > other).all()


CHECKS = {"steps": check_steps, "shape": check_shape, "penalties": check_penalties}

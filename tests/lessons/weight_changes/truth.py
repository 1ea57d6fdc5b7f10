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
    _movement_holds(config, known, f)
    _learning_holds(config, result, f)
    z = result.alignment.groupby("epoch")[["accuracy_gain_z", "weight_change_z"]].mean()
    if f.gain_peak is not None:
        assert z["accuracy_gain_z"][f.gain_peak] == z["accuracy_gain_z"].max()
        assert z["weight_change_z"][f.change_peak] == z["weight_change_z"].max()
    title, peaks = story["accuracy"].title, story["alignment-by-epoch"].title
    train = result.curves[~result.curves["diverged"] & (result.curves["split"] == "train")]
    mean = train.groupby("epoch")["accuracy"].mean()
    if "climbs fastest" in title:
        assert f"epoch {f.gain_peak}" in title and mean.iloc[-1] > mean.iloc[0]
    if f.gain_peak is not None:
        agree = m.peak == f.change_peak and f.learning.steepest == f.gain_peak
        assert ("z-scores" not in peaks) == ("in the mean over" not in peaks) == agree
        assert (f"longest step comes in epoch {m.peak}" in peaks) == (m.peak != f.change_peak)
    if "the burst of learning" in peaks:
        assert f.gain_peak == f.change_peak and mean.iloc[-1] >= mean.iloc[0] + 0.1
    first = result.correlation.query("first_epoch == 1")
    assert [link.r for link in f.links] == first["r"].dropna().tolist()
    words = story["alignment"].title
    if words.startswith("Accuracy gains and weight changes go together:"):
        assert first["ci_low"].dropna().gt(0).all()
    if "gains most when the weights change least" in words:
        assert first["ci_high"].dropna().lt(0).all()
    if "but loosely" in words:
        assert first["r"].dropna().gt(0).all()
    return [
        steps.charts.distances(result, config.seed % 2 == 1),
        *(steps.charts.histograms(result, e) for e in (0, 1, config.epochs)),
    ]


def _movement_holds(config, known, f):
    """Which layer changes most, and the last step."""
    assert (f.epochs, f.networks) == (config.epochs, config.n_seeds)
    m = f.movement
    if m.peak is None:
        return
    at = known[known["epoch"] == m.until]["distance"]
    assert m.last == pytest.approx(at.mean())
    relative = known[known["relative_distance"].abs().lt(math.inf)]
    means = {
        key: one["relative_distance"].mean() for key, one in relative.groupby(["layer", "epoch"])
    }
    assert (m.layer == "") == (not means)
    if means:
        assert m.share == pytest.approx(max(means.values()))
        assert m.share == pytest.approx(
            max(v for (layer, _), v in means.items() if layer == m.layer)
        )


def _learning_holds(config, result, f):
    """How accuracy went, how it is linked to the steps, and what the misprint gives."""
    gone = ~result.layers["std"].abs().lt(math.inf)
    assert f.lost == result.layers[gone]["seed"].nunique()
    known = result.curves[~result.curves["diverged"]]
    train = known[known["split"] == "train"].groupby("epoch")["accuracy"].mean().tolist()
    assert (f.learning.before, f.learning.after) == pytest.approx((train[0], train[-1]))
    rises = [b - a for a, b in zip(train, train[1:], strict=False)]
    assert f.learning.gain == pytest.approx(max(rises, default=0.0))
    assert not rises or rises[f.learning.steepest - 1] == pytest.approx(max(rises))
    ends = known.query("split == 'test' and epoch == @config.epochs")["accuracy"]
    assert (f.learning.low, f.learning.high) == pytest.approx((ends.min(), ends.max()), nan_ok=True)
    rows = result.correlation.set_index(["first_epoch", "seed"])
    seeds = [seed for seed in sorted(set(result.layers["seed"])) if (1, seed) in rows.index]
    seeds = [seed for seed in seeds if not math.isnan(rows["r"][1, seed])]
    for link, seed in zip(f.links, seeds, strict=True):
        row = rows.loc[(1, seed)]
        found = link.r, link.low, link.high, link.p
        there = row["r"], row["ci_low"], row["ci_high"], row["p"]
        assert found == pytest.approx(there, nan_ok=True)
        assert link.later == pytest.approx(rows["r"].get((2, seed), math.nan), nan_ok=True)
    wrong = result.misprint.iloc[0]
    assert f.misprint == (wrong["layer"], wrong["distance"], wrong["printed_radicand"])


def check_shape(config, result, story):
    last = result.layers.query("epoch == epoch.max()")
    last = last[last["std"].abs().lt(math.inf)]
    for layer in story.facts.layers:
        kappa = last[last["layer"] == layer.name]["condition_number"]
        assert layer.after == pytest.approx(
            np.median(kappa) if len(kappa) else math.nan, nan_ok=True
        )
        assert layer.singular == int(np.isinf(kappa).sum())
    _starts_hold(config, result, story.facts)
    if "Every weight matrix" in story["condition-number"].title:
        assert np.isinf(last["condition_number"]).all()
    g = np.random.default_rng(config.seed)
    sigmas = [float(s) for s in g.choice([0.0, 1e-13, 1.0, TOP, g.uniform(0, TOP)], 2)]
    by_hand = shape.charts.circle_to_ellipse(result, *sigmas)
    large, small = max(sigmas), min(sigmas)
    assert ("κ = ∞" in by_hand.title) == (small <= 1e-12 * max(large, 1e-300))
    return [by_hand]


def _starts_hold(config, result, f):
    """What is said of untrained networks and of the matrices that tell kappa from sparsity."""
    assert (f.epochs, f.networks) == (config.epochs, config.n_seeds)
    gone = ~result.layers["std"].abs().lt(math.inf)
    assert f.lost == result.layers[gone]["seed"].nunique()
    first = result.layers.query("epoch == 0").groupby("layer")["condition_number"].median()
    for layer in f.layers:
        assert layer.before == pytest.approx(first[layer.name])
    there = result.sparsity.set_index("matrix")
    for name, one in f.matrices:
        row = there.loc[name]
        found = one.share_zero, one.condition_number
        assert found == (row["share_zero"], row["condition_number"])
    drawn = result.starts[result.starts["init"] != "orthogonal"]
    cells = drawn.groupby(["layer", "init", "fan_in", "fan_out"])[["condition_number", "std"]]
    cells = cells.median().reset_index()
    equal = cells["fan_in"] == cells["fan_out"]
    for ends, rows in ((f.starts.square, cells[equal]), (f.starts.others, cells[~equal])):
        kappa = rows["condition_number"]
        assert ends == pytest.approx((kappa.min(), kappa.max()), nan_ok=True)
    stds = cells.groupby("layer")["std"]
    assert f.starts.stds == pytest.approx((stds.max() / stds.min()).max())
    keyed = result.starts.set_index(["init", "seed", "layer"])
    one, other = keyed.loc["kaiming_normal"], keyed.loc["normal"]
    assert f.starts.factor == pytest.approx((one["std"] / other["std"]).median())
    off = (one["condition_number"] / other["condition_number"] - 1).abs().median()
    assert f.starts.off == pytest.approx(off, rel=1e-3)


def check_penalties(config, result, story):
    lost = result.curves.groupby(["regularization", "seed"])["diverged"].transform("max")
    known = result.curves[~lost & (result.curves["epoch"] > max(0, config.epochs - 3))]
    means = known.groupby(["regularization", "split"])["accuracy"].mean()
    final = result.final.groupby("regularization")
    for run in story.facts.runs:
        for value, split in ((run.train, "train"), (run.test, "test")):
            assert value == pytest.approx(means.get((run.name, split), math.nan), nan_ok=True)
        mine = final.get_group(run.name)
        shares = mine["share_near_zero"].median(), mine["share_zero"].median()
        assert (run.near_zero, run.zero) == pytest.approx(shares, nan_ok=True)
        for layer, value in run.kappa:
            kappas = mine[mine["layer"] == layer]["condition_number"]
            assert value == pytest.approx(kappas.median(), nan_ok=True)
    f = story.facts
    assert (f.averaged, f.networks) == (min(3, config.epochs), config.n_seeds)
    start = result.curves.query("epoch == 0 and split == 'train'")["accuracy"].mean()
    chance = max(result.commonest, start)
    assert f.guessing == pytest.approx(chance)
    guessing = not means.get(("L1", "train"), 0.0) >= chance + 0.05
    assert (story.verdict.truth == "No better than guessing") == guessing
    if not guessing:
        gain = means["L1", "test"] - means.get(("none", "test"), math.nan)
        assert (story.verdict.truth == "About as good") == (abs(gain) <= 0.02)
    free = means.get(("none", "train"), math.nan)
    killed = (
        guessing
        and free >= chance + 0.05
        and free - means.get(("L1", "train"), math.nan) >= 0.05 - 1e-9
    )
    assert ("killed" not in " ".join(story.shows)) or killed
    assert ("Without regularization, too" in " ".join(story.shows)) == (
        guessing and ("L1", "test") in means and free < chance + 0.05
    )
    kappa = result.final.groupby(["regularization", "layer"])["condition_number"].median()
    for text in (story["regularization-kappa"].title, *story.slips):
        for word, layers in re.findall(
            r"κ is (lower|higher) in ((?:input|fc1|fc2|output|, | and )+)", text
        ):
            for layer in re.findall(r"input|fc1|fc2|output", layers):
                assert (kappa["L1", layer] < kappa["none", layer]) == (word == "lower")
        if every := re.search(r"κ is (lower|higher) in every layer", text):
            one, other = kappa["L1"], kappa["none"]
            assert (one < other if every[1] == "lower" else one > other).all()
        if within := re.search(r"κ with L1 is within (\d+)% of that without, in every", text):
            near = np.isclose(kappa["L1"], kappa["none"], rtol=1.03 * int(within[1]) / 100)
            assert near.all()


CHECKS = {"steps": check_steps, "shape": check_shape, "penalties": check_penalties}

"""Part 8: the frames against numpy and scipy, and every claim of the lesson over at least five
seeds.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from weightkit import MLP, TrainConfig, datasets, initialize_, metrics, train
from weightkit.lessons import weight_changes as lesson
from weightkit.lessons.weight_changes import ComparedConfig, Config, penalties

LAYERS = ["input", "fc1", "fc2", "output"]
SHAPES = {"input": (64, 64), "fc1": (32, 64), "fc2": (32, 32), "output": (10, 32)}
SMALL = Config(epochs=4, n_seeds=2)
DIVERGING = Config(
    dataset="breast_cancer",
    init="kaiming_uniform",
    optimizer="momentum",
    learning_rate=1.0,
    epochs=3,
    n_seeds=2,
)


@pytest.fixture(scope="module")
def told():
    """The default run, five seeds."""
    return lesson.run()


@pytest.fixture(scope="module")
def small():
    return lesson.run(SMALL)


@pytest.fixture(scope="module")
def compared():
    return lesson.compare()


@pytest.fixture(scope="module")
def killed():
    """L1 at the course's strength."""
    return lesson.compare(ComparedConfig(l1=0.01))


@pytest.fixture(scope="module")
def starts():
    return lesson.starts()


def of(frame: pd.DataFrame, **factors) -> pd.DataFrame:
    """The rows with these values."""
    for name, value in factors.items():
        frame = frame[frame[name] == value]
    return frame


# ---------------------------------------------------------------- frames


def test_columns_and_grain(told):
    assert list(told.curves) == ["seed", "epoch", "split", "loss", "accuracy", "diverged"]
    assert list(told.layers) == [
        "seed",
        "epoch",
        "layer",
        "distance",
        "relative_distance",
        "distance_from_start",
        "condition_number",
        "std",
    ]
    assert list(told.histograms) == ["epoch", "layer", "bin_left", "bin_right", "count"]
    assert list(told.alignment) == ["seed", "epoch", "accuracy_gain_z", "weight_change_z"]
    assert list(told.correlation) == ["seed", "first_epoch", "r", "p", "ci_low", "ci_high", "n"]
    for frame, keys, rows in (
        (told.curves, ["seed", "epoch", "split"], 5 * 31 * 2),
        (told.layers, ["seed", "epoch", "layer"], 5 * 31 * 4),
        (told.histograms, ["epoch", "layer", "bin_left"], 31 * 4 * lesson_bins(told)),
        (told.alignment, ["seed", "epoch"], 5 * 30),
        (told.correlation, ["seed", "first_epoch"], 5 * 2),
    ):
        assert len(frame) == rows
        assert not frame.duplicated(keys).any()
    assert list(dict.fromkeys(told.layers["layer"])) == LAYERS


def lesson_bins(result) -> int:
    first = result.histograms.query("epoch == 0 and layer == 'fc1'")
    return len(first)


def test_measures_equal_numpy_on_the_same_training(small):
    data = datasets.load("digits")
    mlp = MLP((64, 64, 32, 32, 10), n_models=2)
    initialize_(mlp, "pytorch_default", [0, 1], biases="pytorch_default")
    config = TrainConfig(epochs=4, batch_size=32, optimizer="sgd", learning_rate=0.1, seed=0)
    history = [
        {n: w.double().numpy().copy() for n, w in mlp.weight.items()}
        for _ in train(mlp, data, config)
    ]
    rows = small.layers.set_index(["seed", "epoch", "layer"])
    for epoch in range(1, 5):
        for layer in LAYERS:
            for seed in (0, 1):
                now, before, start = (history[e][layer][seed] for e in (epoch, epoch - 1, 0))
                row = rows.loc[(seed, epoch, layer)]
                assert row["distance"] == pytest.approx(
                    np.sqrt(((now - before) ** 2).sum()), rel=1e-9
                )
                assert row["relative_distance"] == pytest.approx(
                    row["distance"] / np.linalg.norm(before), rel=1e-9
                )
                assert row["distance_from_start"] == pytest.approx(
                    np.linalg.norm(now - start), rel=1e-9
                )
                assert row["condition_number"] == pytest.approx(np.linalg.cond(now), rel=1e-6)
                assert row["std"] == pytest.approx(now.std(), rel=1e-9)


def test_before_any_update_there_is_no_distance(told):
    first = told.layers[told.layers["epoch"] == 0]
    assert first[["distance", "relative_distance"]].isna().all(axis=None)
    assert (first["distance_from_start"] == 0).all()
    later = told.layers[told.layers["epoch"] > 0]
    assert later.drop(columns="layer").notna().all(axis=None)


def test_steps_are_never_shorter_than_the_way(told):
    """Triangle inequality: the sum of the steps reaches at least as far as the straight line from
    the start.
    """
    steps = told.layers.groupby(["seed", "layer"])["distance"].cumsum().fillna(0)
    assert (steps >= told.layers["distance_from_start"] * (1 - 1e-9)).all()
    assert (told.layers["condition_number"] >= 1).all()


def test_histograms_hold_every_weight_of_the_first_network(told):
    counts = told.histograms.groupby(["layer", "epoch"])["count"].sum()
    for layer, (out, fan_in) in SHAPES.items():
        assert (counts[layer] == out * fan_in).all()
    edges = told.histograms.groupby(["epoch", "layer"])[["bin_left", "bin_right"]].agg(tuple)
    assert edges["bin_left"].nunique() == edges["bin_right"].nunique() == 1


def test_alignment_is_scipys_z_score_of_gain_and_mean_distance(told):
    for seed in range(5):
        network = of(told.alignment, seed=seed)
        accuracy = of(told.curves, seed=seed, split="train").sort_values("epoch")["accuracy"]
        moved = of(told.layers, seed=seed).query("epoch > 0").groupby("epoch")["distance"].mean()
        gain, change = np.diff(accuracy), moved.to_numpy()
        assert network["epoch"].tolist() == list(range(1, 31))
        np.testing.assert_allclose(network["accuracy_gain_z"], stats.zscore(gain), atol=1e-9)
        np.testing.assert_allclose(network["weight_change_z"], stats.zscore(change), atol=1e-9)
        for first in (1, 2):
            row = of(told.correlation, seed=seed, first_epoch=first).iloc[0]
            expected = stats.pearsonr(gain[first - 1 :], change[first - 1 :])
            assert (row["r"], row["p"]) == pytest.approx((expected.statistic, expected.pvalue))
            assert (row["ci_low"], row["ci_high"]) == pytest.approx(
                tuple(expected.confidence_interval(0.95))
            )
            assert row["n"] == 31 - first and row["ci_low"] < row["r"] < row["ci_high"]


def test_same_config_same_bits(small):
    again = lesson.run(SMALL)
    for name in ("curves", "layers", "histograms", "alignment", "correlation"):
        pd.testing.assert_frame_equal(getattr(small, name), getattr(again, name), check_exact=True)


def test_a_seed_more_changes_no_other(small):
    more = lesson.run(replace(SMALL, n_seeds=3))
    kept = more.layers[more.layers["seed"] < 2].reset_index(drop=True)
    pd.testing.assert_frame_equal(small.layers, kept, rtol=1e-4)


def test_on_epoch_counts_and_may_stop_the_run():
    seen, frames = [], []
    lesson.run(SMALL, on_epoch=lambda *a: seen.append(a), on_curves=frames.append)
    assert seen == [(i, 4) for i in range(1, 5)]
    assert [f["epoch"].iloc[0] for f in frames] == [0, 1, 2, 3, 4]
    assert list(frames[0]) == ["seed", "epoch", "split", "loss", "accuracy", "diverged"]

    def stop(done, total):
        raise KeyError("stop")

    with pytest.raises(KeyError, match="stop"):
        lesson.run(SMALL, on_epoch=stop)
    seen.clear()
    lesson.compare(Config(epochs=1, n_seeds=1), on_epoch=lambda *a: seen.append(a))
    assert seen == [(1, 3), (2, 3), (3, 3)]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("dataset", "iris"),
        ("epochs", 0),
        ("epochs", 101),
        ("epochs", 2.0),
        ("batch_size", 7),
        ("optimizer", "rmsprop"),
        ("learning_rate", 0.0),
        ("learning_rate", math.nan),
        ("learning_rate", math.inf),
        ("l2", -0.1),
        ("l2", 1.1),
        ("l1", math.nan),
        ("l1", "0.01"),
        ("init", "xavier"),
        ("seed", -1),
        ("seed", True),
        ("n_seeds", 0),
        ("n_seeds", 11),
    ],
)
def test_bad_settings_are_named(field, value):
    with pytest.raises(ValueError, match=field) as error:
        Config(**{field: value})
    assert repr(value) in str(error.value)


def test_every_preset_is_a_config():
    for preset in lesson.PRESETS.values():
        Config(**preset)


# ---------------------------------------------------------------- odd runs


def test_a_diverged_network_is_a_result():
    result = lesson.run(DIVERGING)
    assert result.curves["diverged"].any()
    lost = result.curves.query("diverged and split == 'train'")[["seed", "epoch"]]
    merged = result.alignment.merge(lost, on=["seed", "epoch"])
    assert len(merged) and merged[["accuracy_gain_z", "weight_change_z"]].isna().all(axis=None)
    assert np.isfinite(result.histograms[["bin_left", "bin_right"]]).all(axis=None)
    assert result.histograms["bin_right"].max() <= 5.0


def test_a_network_that_never_moves_has_no_correlation():
    result = lesson.run(Config(init="zeros", epochs=5, n_seeds=5))
    later = result.layers[result.layers["epoch"] > 0]
    assert (later["distance"] == 0).all()  # with ReLU, zero weights never move
    assert np.isinf(result.layers["condition_number"]).all()
    assert result.alignment["weight_change_z"].isna().all()
    assert result.correlation[["r", "p", "ci_low", "ci_high"]].isna().all(axis=None)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=40))
def test_z_score_has_mean_0_and_std_1_or_is_nan(values):
    z = lesson.z_score(pd.Series(values))
    if len(set(values)) == 1:
        assert z.isna().all()
    elif np.std(values) > 1e-6 * (1 + np.abs(values).max()):
        assert z.mean() == pytest.approx(0, abs=1e-6)
        assert z.std(ddof=0) == pytest.approx(1, abs=1e-6)


def test_correlation_of_too_little_is_undefined_and_of_a_line_is_one():
    x = np.arange(4.0)
    assert all(math.isnan(v) for v in lesson.correlation(x[:3], x[:3]))
    assert all(math.isnan(v) for v in lesson.correlation(x, np.ones(4)))
    assert lesson.correlation(x, 2 * x)[0] == pytest.approx(1)


# ---------------------------------------------------------------- claims about learning


def test_it_learns_and_slows_down(told):
    """Default settings: all five reach 90 % on the test set, and the last step is far shorter than
    the longest.
    """
    last = told.curves.query("epoch == 30 and split == 'test'")
    assert (last["accuracy"] > 0.9).all()
    moved = told.layers.groupby(["seed", "epoch"])["distance"].mean().unstack()
    assert (moved[30] < moved.max(axis=1) / 3).all()


def test_learning_comes_in_a_burst_after_the_first_epoch(told):
    """From PyTorch's small start, the longest step of every network comes after a quieter first
    epoch.
    """
    moved = told.layers.groupby(["seed", "epoch"])["distance"].mean().unstack()
    assert (moved.drop(columns=0).idxmax(axis=1) > 1).all()


def test_weights_move_when_accuracy_moves_but_not_in_lockstep(told):
    r = told.correlation.query("first_epoch == 1")["r"]
    assert len(r) == 5 and (r > 0).all() and (r < 0.9).all()


def test_training_raises_the_condition_number_of_the_layers_that_are_not_square(told):
    """The square ones start anywhere in a heavy tail, so there the seed decides."""
    for layer in ("fc1", "output"):
        kappa = (
            of(told.layers, layer=layer).set_index(["seed", "epoch"])["condition_number"].unstack()
        )
        assert (kappa[30] > 1.5 * kappa[0]).all()


# ---------------------------------------------------------------- claims about regularization


def test_comparison_frames(compared):
    assert list(compared.curves)[:2] == list(compared.layers)[:2] == ["regularization", "seed"]
    assert list(compared.final) == [
        "regularization",
        "seed",
        "layer",
        "share_near_zero",
        "share_zero",
        "condition_number",
    ]
    assert list(dict.fromkeys(compared.final["regularization"])) == ["none", "L2", "L1"]
    assert len(compared.final) == 3 * 5 * 4
    assert compared.final["share_near_zero"].between(0, 1).all()
    last = compared.layers.query("epoch == 15")["condition_number"].to_numpy()
    np.testing.assert_array_equal(compared.final["condition_number"], last)


def test_the_comparison_is_three_plain_runs(small):
    parts = lesson.compare(SMALL).layers
    runs = {
        "none": small,
        "L2": lesson.run(replace(SMALL, l2=0.01)),
        "L1": lesson.run(replace(SMALL, l1=0.001)),
    }
    for name, plain in runs.items():
        part = of(parts, regularization=name).drop(columns="regularization").reset_index(drop=True)
        pd.testing.assert_frame_equal(plain.layers, part, check_exact=True)


def test_the_comparison_costs_three_trainings():
    mine = ComparedConfig(n_seeds=2, epochs=7)
    one = Config(**vars(mine)).cost
    assert mine.cost.bytes == one.bytes
    assert mine.cost.seconds == pytest.approx(3 * one.seconds)
    lesson.Config(dataset="mnist", n_seeds=2, epochs=100)
    with pytest.raises(ValueError, match="one minute"):
        ComparedConfig(dataset="mnist", n_seeds=2, epochs=100)


def test_shares_are_counted_in_units_of_the_root_mean_square():
    w = torch.tensor(
        [
            [[0.0, 0.09, -0.09, 0.11]],
            [[1.0, -1.0, math.nan, 0.0]],
            [[2.0, -2.0, 2.0, 0.1]],
            [[0.0] * 4],
        ]
    )
    for scale in (1.0, 1e-6):
        near, zero = (
            penalties.experiment._share_below(scale * w, bound).tolist() for bound in (0.1, 0.0)
        )
        assert near[0] == 0.25 and math.isnan(near[1]) and near[2:] == [0.25, 1.0]
        assert zero[0] == 0.25 and math.isnan(zero[1]) and zero[2:] == [0.0, 1.0]


def test_the_commonest_class_is_what_a_constant_answer_gets():
    data = datasets.load("breast_cancer")
    result = lesson.compare(Config(dataset="breast_cancer", epochs=1, n_seeds=1))
    share = float(data.y_train.mean())
    assert result.commonest == pytest.approx(max(share, 1 - share))


def test_l1_at_the_courses_strength_kills_this_network(killed):
    """Every weight ends near zero and the answer is a constant, for all five seeds."""
    last = killed.layers.query("regularization == 'L1' and epoch == 15")
    assert (last["std"] < 0.001).all()
    l1 = killed.final.query("regularization == 'L1'")
    assert (l1["share_zero"] < 0.01).all()  # near zero, to and fro, but not at zero
    end = killed.curves.query("regularization == 'L1' and epoch == 15 and split == 'test'")
    assert (end["accuracy"] < 0.15).all()
    assert (end["loss"] - math.log(10)).abs().max() < 0.01


def test_small_is_not_sparse(killed, compared):
    """A tenth of it, the network learns and its weights are sparse; killed ones are tiny and no
    sparser than others.
    """
    dead = killed.final.query("regularization == 'L1'")["share_near_zero"]
    alive = compared.final.query("regularization == 'L1'")["share_near_zero"]
    free = compared.final.query("regularization == 'none'")["share_near_zero"]
    assert dead.max() < 0.1 and free.max() < 0.15 and alive.min() > 0.2
    train = compared.curves.query("epoch == 15 and split == 'train'").set_index(
        ["regularization", "seed"]
    )["accuracy"]
    assert (train["L1"] > 0.7).all()


def test_kappa_does_not_measure_sparsity_in_training_either(compared):
    """L2 raises kappa as well as L1 does, with a third of its sparsity at most."""
    table = compared.final.set_index(["regularization", "layer", "seed"]).sort_index()
    kappa, near = table["condition_number"], table["share_near_zero"]
    for layer in ("fc1", "output"):
        assert (kappa["L1", layer] > kappa["none", layer]).all() and (
            kappa["L2", layer] > kappa["none", layer]
        ).all()
    assert (near["L2", "fc1"] < near["L1", "fc1"] / 3).all()
    assert near["L2", "output"].median() < near["L1", "output"].median()
    assert kappa["L2", "output"].median() > kappa["L1", "output"].median()


def test_l2_raises_kappa_although_it_fits_less(compared):
    kappa = compared.final.set_index(["regularization", "layer", "seed"])[
        "condition_number"
    ].sort_index()
    for layer in ("fc1", "output"):
        assert (kappa["L2", layer] > kappa["none", layer]).all()
    end = (
        compared.curves.query("epoch == 15 and split == 'train'")
        .set_index(["regularization", "seed"])["loss"]
        .sort_index()
    )
    assert (end["L2"] > end["none"]).all()


# ---------------------------------------------------------------- claims about kappa at the start


def test_kappa_does_not_depend_on_the_scheme_or_the_std(starts):
    """Same seed, same normal numbers, other scale: the std differs up to 18-fold, kappa not at all
    (to rounding).
    """
    table = starts.pivot_table("condition_number", ["seed", "layer"], "init")
    for scheme in ("xavier_normal", "kaiming_normal"):
        # float32 rounding of W moves kappa by about kappa * 6e-8, relatively
        assert ((table[scheme] / table["normal"] - 1).abs() < 1e-6 + 1e-7 * table["normal"]).all()
    assert table["xavier_uniform"].notna().all() and len(table) == 20 * 4
    spread = starts.pivot_table("std", ["seed", "layer"], "init")
    assert (spread["kaiming_normal"] > 15 * spread["normal"]).all()


def test_the_shape_decides_kappa(starts):
    medians = starts.query("init == 'normal'").groupby("layer")["condition_number"].median()
    square = medians[["input", "fc2"]]
    assert (square > 40).all() and (medians[["fc1", "output"]] < 6).all()
    worst = starts.query("init == 'normal' and layer == 'fc2'")["condition_number"].max()
    assert worst > 3 * medians["fc2"]  # heavy tail


def test_mnists_first_layer_starts_near_1_8_and_the_square_layer_near_100():
    mlp = MLP((784, 64, 32, 32, 10), n_models=40)
    initialize_(mlp, ("normal", 0.1), list(range(40)))
    wide = metrics.condition_number(mlp.weight["input"])
    assert wide.min() > 1.65 and wide.max() < 1.95
    square = metrics.condition_number(mlp.weight["fc2"])
    assert 40 < square.median() < 250  # far beyond an axis that ends at 20
    assert square.max() > 5 * square.median()


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.floats(-6, 6))
def test_kappa_does_not_depend_on_scale(seed, power):
    w = torch.randn(12, 20, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    assert metrics.condition_number(w * 10.0**power).item() == pytest.approx(
        metrics.condition_number(w).item(), rel=1e-9
    )


@pytest.mark.parametrize("init", ["zeros", "ones", "constant"])
def test_zero_and_constant_matrices_have_kappa_infinity(init):
    result = lesson.run(Config(init=init, epochs=1, n_seeds=5))
    start = result.layers[result.layers["epoch"] == 0]
    assert np.isinf(start["condition_number"]).all()


def test_orthogonal_matrices_have_kappa_one():
    result = lesson.run(Config(init="orthogonal", epochs=1, n_seeds=5))
    start = result.layers[result.layers["epoch"] == 0]
    assert (start["condition_number"] - 1).abs().max() < 1e-5


# ---------------------------------------------------------------- the misprint


def test_the_printed_distance_is_none(told):
    """W against itself: distance 0; the printed formula asks for the root of a number that is not
    0.
    """
    for seed in range(5):
        frame = lesson.misprint(Config(seed=seed, n_seeds=1))
        assert frame["layer"].tolist() == LAYERS
        assert (frame["distance"] == 0).all()
        assert (frame["printed_radicand"] < 0).all()

"""The plateau and the cliff, over five seeds, and the frames' promises."""

import math

import pandas as pd
import pytest

from weightkit.lessons.variance_sweep import PRESETS, Config, run

SEEDS = 5


@pytest.fixture(scope="module")
def result():
    return run(Config(n_seeds=SEEDS, n_stds=13))


def test_frames(result):
    assert list(result.final) == ["std", "distribution", "seed", "loss", "accuracy", "diverged"]
    assert list(result.curves) == ["std", "seed", "epoch", "split", "loss", "accuracy", "diverged"]
    assert list(result.histograms) == ["std", "stage", "bin_left", "bin_right", "count"]
    assert list(result.check) == ["std", "layer", "parameter", "std_measured", "n"]
    assert len(result.final) == 13 * SEEDS
    assert len(result.curves) == 13 * SEEDS * 11 * 2
    assert not result.curves.duplicated(["std", "seed", "epoch", "split"]).any()


def test_final_is_the_mean_of_the_last_three_epochs(result):
    last = (
        result.curves.query("split == 'test' and epoch >= 8")
        .groupby(["std", "seed"])["accuracy"]
        .mean()
    )
    final = result.final.set_index(["std", "seed"])["accuracy"]
    pd.testing.assert_series_equal(final.sort_index(), last.sort_index())


def test_histograms_hold_every_weight(result):
    n = 64 * 64 + 64 * 32 + 32 * 32 + 32 * 10
    finite = result.histograms.groupby(["std", "stage"])["count"].sum()
    assert (finite == n).all()


def test_every_seed_has_a_plateau_in_the_middle_and_loses_at_both_ends(result):
    for _, runs in result.final.groupby("seed"):
        middle = runs[runs["std"].between(0.05, 0.35)]["accuracy"]
        assert middle.min() > 0.9
        assert runs[runs["std"] == 10.0]["accuracy"].item() < middle.min() - 0.1
    low = result.final[result.final["std"] <= 3e-4]["accuracy"].mean()
    assert low < result.final[result.final["std"].between(0.05, 0.35)]["accuracy"].mean() - 0.1


@pytest.mark.parametrize("distribution", ["normal", "uniform"])
def test_what_is_drawn_has_the_std_asked_for(distribution):
    check = run(Config(epochs=1, distribution=distribution, n_stds=5)).check
    ratio = (check["std_measured"] / check["std"])[check["n"] > 1000]
    assert ratio.between(0.93, 1.07).all()
    if distribution == "uniform":
        edges = run(
            Config(epochs=1, distribution="uniform", n_stds=2, std_min=0.1, std_max=1.0)
        ).histograms
        inside = edges.query("stage == 'before' and std == 1.0 and count > 0")
        assert inside["bin_right"].max() < math.sqrt(3) * 1.2


def test_mnist_shows_the_courses_plateau_and_cliff(real_data):
    from weightkit import datasets

    datasets.clear_cache()
    final = run(Config(**PRESETS["On MNIST"])).final.set_index("std")["accuracy"]
    datasets.clear_cache()
    plateau = final[(final.index >= 1e-4) & (final.index <= 0.35)]
    assert plateau.min() > 0.84
    assert plateau.max() - plateau.min() < 0.1
    assert final[final.index >= 3].max() < plateau.min() - 0.05
    assert final.iloc[-1] < 0.75


def test_same_config_same_bits(result):
    small = Config(n_stds=3, epochs=2, n_seeds=2)
    one, other = run(small), run(small)
    for name in ("final", "curves", "histograms", "check"):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name), check_exact=True)


def test_a_seed_does_not_depend_on_how_many_there_are(result):
    few = run(Config(n_stds=13, n_seeds=1)).final
    both = few.merge(result.final, on=["std", "seed"])
    assert len(both) == 13
    assert (
        both["accuracy_x"] - both["accuracy_y"]
    ).abs().max() < 0.08  # rounding, grown over 510 steps
    start = run(Config(n_stds=13, n_seeds=1)).curves.query("epoch == 0")["loss"].to_numpy()
    assert start == pytest.approx(
        result.curves.query("epoch == 0 and seed == 0")["loss"].to_numpy(), rel=1e-4
    )


def test_hooks(result):
    seen, rows = [], []
    run(
        Config(n_stds=2, epochs=3),
        on_epoch=lambda done, total: seen.append((done, total)),
        on_curves=rows.append,
    )
    assert seen == [(1, 3), (2, 3), (3, 3)]
    assert pd.concat(rows)["epoch"].unique().tolist() == [0, 1, 2, 3]

    class Enough(Exception):
        pass

    def stop(done, total):
        raise Enough

    with pytest.raises(Enough):
        run(Config(n_stds=2), on_epoch=stop)


@pytest.mark.parametrize(
    "bad",
    [
        {"dataset": "cifar"},
        {"n_stds": 100},
        {"std_min": float("nan")},
        {"std_max": float("inf")},
        {"epochs": 0},
        {"epochs": 51},
        {"n_seeds": 11},
        {"distribution": "cauchy"},
        {"learning_rate": 0.0},
        {"optimizer": ""},
    ],
)
def test_bad_settings(bad):
    with pytest.raises(ValueError, match=next(iter(bad))):
        Config(**bad)


def test_presets_are_valid():
    for settings in PRESETS.values():
        Config(**settings)

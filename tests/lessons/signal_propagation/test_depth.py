"""He et al. 2015, figure 3, over five seeds, and the map of where training works."""

import os
import time

import pandas as pd
import pytest

from weightkit import datasets
from weightkit.lessons.signal_propagation import DepthConfig, MapConfig, depth_contest, depth_map

CHANCE = 0.1  # ten classes, nearly equally common
SMALL = {"depth": 4, "width": 16, "epochs": 2, "n_seeds": 2}


def final(curves):
    """Test accuracy of the last epoch: one row per init, one column per seed."""
    last = curves[(curves["split"] == "test") & (curves["epoch"] == curves["epoch"].max())]
    return last.pivot_table(index="init", columns="seed", values="accuracy")


@pytest.fixture(scope="module")
def preset():
    seen = []
    started, load = time.perf_counter(), os.getloadavg()[0]
    curves = depth_contest(
        DepthConfig(n_seeds=5), on_epoch=lambda done, total: seen.append((done, total))
    ).curves
    return curves, seen, time.perf_counter() - started, load


def test_frame_and_progress(preset):
    curves, seen, _, _ = preset
    assert list(curves) == [
        "init",
        "depth",
        "seed",
        "epoch",
        "split",
        "loss",
        "accuracy",
        "diverged",
    ]
    assert len(curves) == 3 * 5 * 6 * 2
    assert not curves.duplicated(["init", "seed", "epoch", "split"]).any()
    assert set(curves["depth"]) == {30}
    chance = depth_contest(DepthConfig(**SMALL)).chance
    assert list(chance) == ["split", "share"]
    assert chance["share"].between(0.1, 0.12).all()
    assert seen == [(i, 5) for i in range(1, 6)]


def test_at_depth_30_kaiming_learns_and_the_others_stay_at_chance(preset):
    accuracy = final(preset[0])
    assert accuracy.shape == (3, 5)
    mean = accuracy.mean(axis=1)
    assert mean["kaiming_normal"] >= 3 * mean["xavier_normal"]
    for init in ("xavier_normal", "pytorch_default"):
        assert (accuracy.loc[init] - CHANCE).abs().max() <= 0.03, init
    assert abs(datasets.load("digits").chance("test") - CHANCE) < 0.02


def test_the_preset_takes_at_most_ten_seconds_on_two_cores(preset):
    _, _, seconds, load = preset
    if load > 1.5 or (os.cpu_count() or 1) < 2:
        pytest.skip(f"the machine is busy (load {load:.1f}), so {seconds:.0f} s mean nothing")
    assert seconds <= 10


def test_adam_masks_it():
    config = DepthConfig(inits=("xavier_normal",), optimizer="adam", learning_rate=0.001, epochs=20)
    accuracy = final(depth_contest(config).curves).loc["xavier_normal"]
    assert accuracy.min() > 0.35
    assert accuracy.mean() > 0.6


def test_pytorchs_default_and_std_001_stay_at_chance_at_depth_10_and_layer_norm_mends_that():
    config = {"depth": 10, "epochs": 15}
    plain = final(
        depth_contest(
            DepthConfig(inits=("pytorch_default", "normal", "xavier_normal"), **config)
        ).curves
    )
    assert (plain.loc[["pytorch_default", "normal"]] - CHANCE).abs().max().max() <= 0.03
    assert plain.loc["xavier_normal"].min() > 0.8
    normed = final(
        depth_contest(
            DepthConfig(inits=("pytorch_default",), normalization="layer", **config)
        ).curves
    )
    assert normed.loc["pytorch_default"].min() > 0.8


def test_same_config_same_bits_and_rows_of_their_own():
    one, other = (depth_contest(DepthConfig(**SMALL)).curves for _ in range(2))
    pd.testing.assert_frame_equal(one, other, check_exact=True)
    alone = depth_contest(DepthConfig(**{**SMALL, "inits": ("xavier_normal",)})).curves
    mine = one[one["init"] == "xavier_normal"].reset_index(drop=True)
    keys = ["split", "epoch", "seed"]
    pd.testing.assert_frame_equal(
        mine.sort_values(keys, ignore_index=True),
        alone.sort_values(keys, ignore_index=True),
        rtol=1e-4,
    )


def test_curves_arrive_epoch_by_epoch_and_what_on_epoch_raises_passes_through():
    frames = []
    depth_contest(DepthConfig(**SMALL), on_curves=frames.append)
    assert [set(f["epoch"]) for f in frames] == [{0}, {1}, {2}]

    def stop(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        depth_contest(DepthConfig(**SMALL), on_epoch=stop)
    with pytest.raises(KeyboardInterrupt):
        depth_map(MapConfig(depths=(2,), epochs=1, n_seeds=1), on_epoch=stop)


def test_a_network_that_diverges_is_a_result():
    config = DepthConfig(
        **{**SMALL, "depth": 40, "width": 64}, inits=("normal", "kaiming_normal"), std=10.0
    )
    curves = depth_contest(config).curves  # 56 ^ 40 is beyond float32
    assert curves.query("init == 'normal'")["diverged"].all()
    assert not curves.query("init == 'kaiming_normal'")["diverged"].any()


@pytest.mark.parametrize("by", ["scheme", "std"])
def test_map_frame(by):
    config = MapConfig(by=by, depths=(2, 6), n_stds=3, epochs=1, n_seeds=2, width=16)
    seen = []
    table = depth_map(config, on_epoch=lambda *progress: seen.append(progress)).map
    assert list(table) == ["init", "std", "depth", "seed", "loss", "accuracy", "diverged"]
    assert len(table) == (5 if by == "scheme" else 3) * 2 * 2
    assert not table.duplicated(["init", "std", "depth", "seed"]).any()
    assert seen == [(1, 2), (2, 2)]
    if by == "std":
        assert sorted(set(table["std"])) == config.stds
    else:
        assert table.set_index("init")["std"]["kaiming_normal"].iloc[0] == pytest.approx(
            (2 / 16) ** 0.5
        )


def test_deeper_networks_train_in_an_ever_narrower_band_around_kaimings_std():
    """The edge of trainability, for five seeds: what a shallow network forgives, a deep one does
    not.
    """
    config = MapConfig(by="std", depths=(3, 16), n_stds=5, n_seeds=5)
    table = depth_map(config).map.pivot_table(
        index="std", columns=["depth", "seed"], values="accuracy"
    )
    learned = table > 0.3
    assert learned[3].sum().min() >= 4  # nearly every std learns in a shallow network
    assert (learned[16].sum() < learned[3].sum()).all()
    assert learned[16].loc[config.stds[2]].all()  # Kaiming's
    assert learned[16].loc[config.stds[0]].sum() == 0


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({"depth": 1}, "depth is 1.*2 to 50"),
        ({"learning_rate": float("nan")}, "learning_rate"),
        ({"optimizer": "lion"}, "optimizer.*momentum"),
        ({"normalization": None}, "normalization.*layer"),
        ({"n_seeds": 0}, "n_seeds is 0.*1 to 20"),
    ],
)
def test_bad_settings_are_named(config, words):
    with pytest.raises(ValueError, match=words):
        DepthConfig(**config)


def test_too_much_work_is_refused_before_it_starts():
    with pytest.raises(ValueError, match="one run may take .*: lower"):
        DepthConfig(epochs=100, n_seeds=20, depth=50)
    with pytest.raises(ValueError, match="one run may take .*: lower"):
        MapConfig(by="std", n_stds=15, n_seeds=5, epochs=50)
    with pytest.raises(ValueError, match="depths"):
        MapConfig(depths=(1, 60))

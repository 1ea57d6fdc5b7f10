"""Networks that learn by heart: the claims over five seeds, and the frames' promises."""

import numpy as np
import pandas as pd
import pytest
import torch

from weightkit import datasets
from weightkit.lessons.lazy_rich import PRESETS, Config, run
from weightkit.lessons.lazy_rich.experiment import few, moved, start_
from weightkit.models import MLP

SMALL = {"samples": 60, "width": 8, "steps": 10, "n_scales": 3, "n_seeds": 2}


@pytest.fixture(scope="module")
def five():
    return run(Config(n_seeds=5))


@pytest.fixture(scope="module")
def small():
    return run(Config(**SMALL))


def test_frames(small):
    assert list(small.final) == [
        *("scale", "seed", "train_accuracy", "test_accuracy", "train_loss", "moved", "diverged")
    ]
    assert list(small.curves) == [
        *("scale", "seed", "step", "split", "loss", "accuracy", "moved", "diverged")
    ]
    assert sorted(set(small.curves["step"])) == list(range(11))
    assert not small.curves.duplicated(["scale", "seed", "step", "split"]).any()
    assert set(small.final["scale"]) == {0.5, 2.0, 8.0}
    assert small.sizes["n"].tolist() == [60, 180]


def test_every_start_fits_its_examples_and_a_large_one_gets_others_wrong(five):
    table = five.final.set_index(["scale", "seed"])
    for seed in range(5):
        of = table.xs(seed, level="seed")
        assert (of["train_accuracy"] >= 0.99).all()
        assert of.loc[1.0, "test_accuracy"] > 0.93 and of.loc[0.5, "test_accuracy"] > 0.93
        assert of.loc[8.0, "test_accuracy"] < of.loc[1.0, "test_accuracy"] - 0.1
    means = table["test_accuracy"].groupby("scale").mean()
    assert means[8.0] < means[4.0] < means[2.0] < means[1.0]


def test_the_larger_the_start_the_less_its_weights_move(five):
    for _, of in five.final.groupby("seed"):
        far = of.sort_values("scale")["moved"].to_numpy()
        assert (np.diff(far) < 0).all()
        assert far[-1] < far[1] / 4  # k = 8 against k = 1
    assert not five.final["diverged"].any()  # exploding is not the price here


def test_before_the_first_step_all_scales_give_the_same_answers(five):
    """A ReLU network without biases is homogeneous: k changes how sure it is, not what it says."""
    start = five.curves.query("step == 0")
    assert (start.groupby(["seed", "split"])["accuracy"].nunique() == 1).all()
    assert (start["moved"] == 0).all()
    test = start.query("split == 'test' and scale >= 1")
    assert (test.sort_values("scale").groupby("seed")["loss"].diff().dropna() > 0).all()


def test_weight_decay_lets_a_large_start_move(five):
    config = Config(weight_decay=0.01, n_scales=2, scale_min=1.0, steps=100, n_seeds=2)
    assert config.scales == [1.0, 8.0]
    with_decay = run(config).final.query("scale == 8")["moved"]
    without = five.final.query("scale == 8")["moved"]
    assert with_decay.min() > 1.3 * without.max()


def test_a_start_is_the_same_numbers_times_k():
    mlp = MLP((6, 5, 3), n_models=2)
    start_(mlp, pd.DataFrame({"scale": [1.0, 4.0], "seed": [7, 7]}))
    for weight in mlp.weight.values():
        assert torch.equal(4 * weight[0], weight[1]) and weight[0].std() > 0
    assert all((bias == 0).all() for bias in mlp.bias.values())


def test_moved_is_the_distance_of_all_weights_over_their_norm():
    mlp = MLP((6, 5, 3), n_models=2)
    start_(mlp, pd.DataFrame({"scale": [1.0, 4.0], "seed": [7, 8]}))
    start = {layer: weight.clone() for layer, weight in mlp.weight.items()}
    for i, weight in enumerate(mlp.weight.values()):
        weight.add_(i + 1.0)
    for model, far in enumerate(moved(mlp, start)):
        before, after = (
            np.concatenate([w[model].numpy().ravel() for w in weights.values()])
            for weights in (start, mlp.weight)
        )
        assert far == pytest.approx(
            np.linalg.norm(after - before) / np.linalg.norm(before), rel=1e-6
        )


def test_it_learns_from_the_first_examples_of_the_training_split_and_tests_on_all_others():
    data = datasets.load("digits")
    part = few(data, 60)
    assert torch.equal(part.x_train, data.x_train[:60]) and len(part.y_train) == 60
    assert part.x_test is data.x_test


def test_same_config_same_bits_and_a_further_seed_changes_no_other(small):
    again, one = run(Config(**SMALL)), run(Config(**SMALL | {"n_seeds": 1}))
    for name in ("final", "curves", "chance", "sizes"):
        pd.testing.assert_frame_equal(getattr(small, name), getattr(again, name), check_exact=True)
    both = one.final.merge(small.final, on=["scale", "seed"])
    assert len(both) == 3
    assert both["moved_x"].to_numpy() == pytest.approx(both["moved_y"].to_numpy(), rel=1e-3)


def test_hooks():
    seen, rows = [], []
    run(
        Config(**SMALL | {"steps": 100}),
        on_epoch=lambda *done: seen.append(done),
        on_curves=rows.append,
    )
    assert seen[0] == (4, 100) and seen[-1] == (100, 100) and len(seen) == 25
    assert len(rows) == 26 and rows[0]["step"].eq(0).all()

    class Enough(Exception):
        pass

    def stop(done, total):
        raise Enough

    with pytest.raises(Enough):
        run(Config(**SMALL), on_epoch=stop)


@pytest.mark.parametrize(
    "bad",
    [
        {"dataset": "cifar"},
        {"samples": 10},
        {"scale_max": float("inf")},
        {"scale_min": 2.0},
        {"n_scales": 1},
        {"steps": 5},
        {"weight_decay": -0.1},
        {"width": 1000},
        {"depth": 0},
    ],
)
def test_bad_settings(bad):
    with pytest.raises(ValueError, match=next(iter(bad))):
        Config(**bad)


def test_presets_are_valid():
    for settings in PRESETS.values():
        Config(**settings)

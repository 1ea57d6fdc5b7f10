"""Hidden biases: what starts, what is counted dead, and each claim over five seeds."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch

from weightkit import MLP, datasets, initialize_
from weightkit.lessons.same_value_init import BiasConfig, biases, hidden_biases
from weightkit.lessons.same_value_init.biases import charts, story
from weightkit.lessons.same_value_init.biases.config import CONSTANT, NO_WEIGHTS, RANDOM
from weightkit.lessons.same_value_init.biases.experiment import SCHEME, override
from weightkit.lessons.same_value_init.biases.findings import Costlier, End, Facts

SMALL = BiasConfig(n_biases=5, n_seeds=2, epochs=1, batch_size=128)
SIZES = (64, 64, 32, 32, 10)


@pytest.fixture(scope="module")
def small():
    return hidden_biases(SMALL)


@pytest.fixture(scope="module")
def runs():
    """Five runs of other weights and other batches; biases of -2, -1, 0, 1 and 2."""
    return [hidden_biases(BiasConfig(n_biases=5, n_seeds=1, seed=seed)) for seed in range(5)]


@pytest.fixture(scope="module")
def told(runs):
    return [biases.tell(BiasConfig(n_biases=5, n_seeds=1, seed=i), r) for i, r in enumerate(runs)]


# ---------------------------------------------------------------- frames and starts


def test_columns_and_grain(small):
    networks = 2 * (5 + 2)
    for name, keys, rows in (
        ("final", ["start", "bias", "seed"], networks),
        ("curves", ["start", "bias", "seed", "epoch", "split"], networks * 2 * 2),
        ("dead", ["start", "bias", "seed", "layer", "stage"], networks * 3 * 2),
    ):
        frame = getattr(small, name)
        assert len(frame) == rows and not frame.duplicated(keys).any()
    assert list(small.dead)[-2:] == ["units", "dead"]
    assert set(small.final["start"]) == {CONSTANT, RANDOM, NO_WEIGHTS}
    assert small.final["bias"].isna().equals(small.final["start"] != CONSTANT)


def test_zero_is_always_among_the_constants():
    for n in (5, 9, 17, 25, 33):
        found = BiasConfig(n_biases=n, reach=0.3).constants
        assert len(found) == n and found[n // 2] == 0 and found[0] == -found[-1] == -0.3


def test_all_biases_of_a_seed_have_the_same_weights():
    rows = [(CONSTANT, -1.5), (CONSTANT, 0.5), (RANDOM, np.nan), (NO_WEIGHTS, np.nan)]
    mlp = MLP(SIZES, n_models=4)
    initialize_(mlp, SCHEME, [7] * 4, overrides=[override(*row) for row in rows])
    for layer in mlp.layers:
        low, high, random, blank = mlp.weight[layer]
        assert torch.equal(low, high) and torch.equal(low, random) and (blank == 0).all()
        if layer == "output":
            assert (mlp.bias[layer] == 0).all()
            continue
        assert (mlp.bias[layer][0] == -1.5).all() and (mlp.bias[layer][1] == 0.5).all()
        assert torch.equal(mlp.bias[layer][2], mlp.bias[layer][3])
        bound = mlp.weight[layer].shape[2] ** -0.5
        assert 0.5 * bound < mlp.bias[layer][2].abs().max() <= bound


def test_dead_units_are_counted_as_plain_pytorch_counts_them(small):
    data = datasets.load("digits")
    for start, bias in ((CONSTANT, -2.0), (CONSTANT, 0.0), (RANDOM, np.nan)):
        mlp = initialize_(MLP(SIZES), SCHEME, 1, overrides=[override(start, bias)])
        rows = small.dead[(small.dead["start"] == start) & (small.dead["seed"] == 1)]
        rows = rows[(rows["stage"] == "before") & (rows["bias"].eq(bias) | (start == RANDOM))]
        a, counted = data.x_train, []
        for module in mlp.sequential()[:-1]:
            a = module(a)
            if isinstance(module, torch.nn.ReLU):
                counted.append(int((a == 0).all(0).sum()))
        assert counted == rows["dead"].tolist() and rows["units"].tolist() == [64, 32, 32]


def test_same_config_same_bits_and_a_run_can_be_stopped(small):
    again, seen = hidden_biases(SMALL, on_curves=(frames := []).append), len
    for name in ("final", "curves", "dead", "chance"):
        pd.testing.assert_frame_equal(getattr(small, name), getattr(again, name), check_exact=True)
    assert seen(frames) == 2

    def stop(*_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        hidden_biases(SMALL, on_epoch=stop)


# ---------------------------------------------------------------- claims


def test_far_below_zero_a_layer_is_dead_and_the_network_gives_one_answer(runs, told):
    shares = datasets.load("digits").class_shares("test").numpy()
    for result, one in zip(runs, told, strict=True):
        assert [x.bias for x in one.facts.cut] == [-2.0, -1.0]
        low = result.final[result.final["bias"] <= -1]["accuracy"]
        assert all(np.isclose(shares, a).any() for a in low)
        above = next(x for x in one.facts.levels if x.bias == 1)
        assert max(low) < above.mean - 0.5 and above.dead_before < 0.2


def test_up_to_one_above_zero_a_bias_does_no_harm_and_at_two_it_costs(told):
    means = {b: np.mean([x.mean for o in told for x in o.facts.levels if x.bias == b]) for b in
             (0.0, 1.0, 2.0)}  # fmt: skip
    assert means[0.0] > 0.9 and abs(means[1.0] - means[0.0]) < 0.05
    assert means[2.0] < means[0.0] - 0.05


def test_random_biases_do_as_well_as_zero_and_do_not_stand_in_for_weights(told):
    for one in told:
        assert one.facts.alike and one.facts.near(one.facts.random)
        assert one.facts.blank.mean < one.facts.floor + 0.05
        assert any("holds between random and zero" in slip for slip in one.slips)


# ---------------------------------------------------------------- an arm for each outcome


def end(bias, mean, lost=0, n=3, before=0.1, after=0.1, cut=False):
    value = np.nan if lost == n else mean
    return End(bias, value, value, value, n, lost, before, after, cut)


def facts(*means, **changes):
    half = len(means) // 2
    levels = tuple(end(float(i - half), mean) for i, mean in enumerate(means))
    random, blank = end(np.nan, 0.9), end(np.nan, 0.1)
    return replace(Facts(10, 3, 0.1, levels, random, blank, (0.0, 0.01, -0.01)), **changes)


def said(f):
    return " ".join([charts.headline(f), *story._shows(f), *story._slips(f)])


@pytest.mark.parametrize(
    ("means", "costlier", "words"),
    [
        ((0.1, 0.9, 0.5), Costlier.NEGATIVE, "A bias of 0 does best (90%); 10% at −1; 50% at 1"),
        ((0.9, 0.9, 0.5), Costlier.POSITIVE, "Biases from −1 to 0 do best (90%); 50% at 1"),
        ((0.9, 0.92, 0.9), Costlier.NEITHER, "All biases do about equally well (90% to 92%)"),
        ((0.9, 0.2, 0.9), Costlier.NEITHER, "2 biases from −1 to 1 do best"),
        ((0.1, 0.12, 0.1), Costlier.NEITHER, "No bias makes these networks learn"),
    ],
)
def test_which_end_costs_more(means, costlier, words):
    f = facts(*means)
    assert f.costlier is costlier and words in said(f)


def test_what_diverged_is_counted_and_left_out():
    f = facts(0.1, 0.9, 0.5)
    lost = replace(f, levels=(*f.levels[:2], end(1.0, 0.1, lost=3)))
    assert lost.costlier is Costlier.POSITIVE and "3 networks diverged" in said(lost)
    assert charts.headline(lost).endswith("diverged at 1")
    gone = replace(f, levels=tuple(end(x.bias, 0.1, lost=3) for x in f.levels), pairs=())
    assert charts.headline(gone) == "All networks diverged, whatever the bias"
    assert "no pair of networks is left" in said(gone) and "nan" not in said(gone)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"pairs": (0.012,)}, "+1.2 points of test accuracy in the one pair"),
        ({"pairs": (0.0, 0.0002)}, "weights: 0 points of test accuracy in 2 pairs"),
        ({"pairs": (-0.01, 0.02)}, "−1.0 to +2.0 points"),
        ({"blank": end(np.nan, 0.9)}, "the biases random, 90%; with random weights the same."),
        ({"blank": end(np.nan, 0.9, lost=3)}, "the biases random, all networks diverged"),
    ],
)
def test_random_biases_have_an_arm_for_each_end(changes, words):
    assert words in said(facts(0.1, 0.9, 0.5, **changes))


def test_where_units_come_back_the_most_is_named():
    levels = (end(-1.0, 0.9, before=0.5, after=0.3), end(0.0, 0.9), end(1.0, 0.9))
    assert "At −1 50% of the hidden units were dead before" in said(facts(0, 0, 0, levels=levels))
    assert "dead for good" not in said(facts(0.9, 0.9, 0.9))

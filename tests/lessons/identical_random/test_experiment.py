"""Equal seeds give equal bits, over several seeds; and everything that breaks it."""

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from weightkit.lessons import identical_random as lesson
from weightkit.lessons.identical_random import (
    BIASES,
    DRAW_ORDERS,
    WEIGHTS,
    Config,
    make,
    make_data,
    run,
)

SEEDS = (1, 2, 3, 7, 42)
FRAMES = ("weights", "differences", "training", "outputs", "checks", "calls")
anything = st.builds(
    Config,
    weights=st.sampled_from(WEIGHTS),
    biases=st.sampled_from(BIASES),
    draw_order=st.sampled_from(DRAW_ORDERS),
    seed=st.integers(0, 10_000),
    entropy=st.integers(0, 10_000),
)


@pytest.fixture(scope="module")
def result():
    return run()


def twins(config: Config):
    """Networks a and b of a config."""
    return make(config, config.networks[1]), make(config, config.networks[3])


def equal(one, other, part: str) -> bool:
    return all(
        torch.equal(getattr(one, part)[layer], getattr(other, part)[layer]) for layer in one.layers
    )


def test_frames(result):
    assert list(result.weights) == ["network", "layer", "parameter", "index", "value"]
    assert list(result.differences) == ["pair", "layer", "parameter", "index", "difference"]
    assert list(result.training) == ["network", "epoch", "split", "loss", "accuracy"]
    assert list(result.outputs) == ["pair", "epoch", "difference"]
    assert list(result.checks) == ["biases", "draw_order", "part", "difference"]
    assert list(result.calls) == ["call", "index", "value"]
    assert list(result.weights["network"].unique()) == ["no seed", "seed 1a", "seed 2", "seed 1b"]
    assert len(result.weights) == 4 * 35
    assert len(result.differences) == 6 * 35
    assert len(result.training) == 4 * 31 * 2
    assert len(result.checks) == 4 * 2 * 3
    for frame, measures in (
        ("weights", 1),
        ("differences", 1),
        ("training", 2),
        ("outputs", 1),
        ("checks", 1),
        ("calls", 1),
    ):
        table = getattr(result, frame)
        assert not table.duplicated(list(table)[:-measures]).any(), frame


def test_differences_are_those_of_the_weights(result):
    table = result.weights.pivot(
        index=["layer", "parameter", "index"], columns="network", values="value"
    )
    for pair, rows in result.differences.groupby("pair"):
        one, other = pair.split(" - ")
        ours = rows.set_index(["layer", "parameter", "index"])["difference"]
        assert (ours == (table[one] - table[other]).loc[ours.index]).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_equal_seeds_differ_by_exactly_0_and_others_everywhere(seed):
    found = run(Config(seed=seed, epochs=1)).differences.query("parameter == 'weight'")
    zero = found.assign(zero=found["difference"] == 0).groupby("pair")["zero"].mean()
    assert zero.pop(f"seed {seed}a - seed {seed}b") == 1
    assert (zero == 0).all() and len(zero) == 5


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("optimizer", ["adam", "sgd"])
def test_training_is_identical_bit_for_bit_with_the_same_batches_only(seed, optimizer):
    small = {"seed": seed, "epochs": 4, "optimizer": optimizer, "learning_rate": 0.03}
    same, other = run(Config(**small)), run(Config(**small, batches="other"))
    pair = f"seed {seed}a - seed {seed}b"
    assert (same.outputs[same.outputs["pair"] == pair]["difference"] == 0).all()
    curves = [
        same.training.query(f"network == 'seed {seed}{n}'").drop(columns="network") for n in "ab"
    ]
    pd.testing.assert_frame_equal(*(c.reset_index(drop=True) for c in curves), check_exact=True)
    apart = other.outputs[other.outputs["pair"] == pair].set_index("epoch")["difference"]
    assert apart[0] == 0
    assert (apart[1:] > 1e-4).all()
    b = f"seed {seed}b"
    rest, before = (r.training[r.training["network"] != b] for r in (other, same))
    pd.testing.assert_frame_equal(rest, before, check_exact=True)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("biases", "same"),
    [("copied", True), ("seeded together", True), ("seeded apart", True), ("no seed", False)],
)
def test_the_same_weights_are_the_same_network_only_if_the_biases_match(seed, biases, same):
    one, other = twins(Config(seed=seed, biases=biases))
    assert equal(one, other, "weight")
    assert equal(one, other, "bias") == same
    x = make_data("two_clouds").x_train
    assert torch.equal(one(x), other(x)) == same


@settings(deadline=None, max_examples=60)
@given(config=anything)
def test_outputs_are_equal_exactly_where_weights_and_biases_are(config):
    one, other = twins(config)
    x = make_data("two_clouds").x_train
    both = equal(one, other, "weight") and equal(one, other, "bias")
    assert torch.equal(one(x), other(x)) == both
    drawn_without_seed = config.weights == "no seed" or config.biases == "no seed"
    drawn_in_order = config.draw_order == "same" or (config.weights, config.biases) == (
        "copied",
        "copied",
    )
    assert both == (drawn_in_order and not drawn_without_seed)


@settings(deadline=None, max_examples=30)
@given(config=anything)
def test_a_network_is_the_same_whatever_the_others_are(config):
    """Only b knows of the draw order, and the entropy moves nothing that has a seed."""
    changed = Config(
        weights="seeded", biases="seeded apart", seed=config.seed, entropy=config.entropy
    )
    other = Config(
        weights="seeded",
        biases="seeded apart",
        seed=config.seed,
        entropy=(config.entropy + 1) % 10_000,
    )
    for name in changed.networks:
        moved = not torch.equal(make(changed, name).flat, make(other, name).flat)
        assert moved == (name == "no seed")


@pytest.mark.parametrize("seed", SEEDS)
def test_seeding_together_gives_other_weights_after_the_first_layer_than_seeding_apart(seed):
    name = f"seed {seed}a"
    together, apart, copied = (
        make(Config(seed=seed, biases=b), name)
        for b in ("seeded together", "seeded apart", "copied")
    )
    assert torch.equal(together.weight["input"], apart.weight["input"])
    assert not torch.equal(together.weight["fc1"], apart.weight["fc1"])
    assert equal(apart, copied, "weight")
    assert not equal(apart, together, "bias")


@pytest.mark.parametrize("seed", SEEDS)
def test_another_order_of_layers_gives_other_numbers(seed):
    one, other = twins(Config(seed=seed, draw_order="reversed", biases="seeded together"))
    for layer in one.layers:
        assert not torch.equal(one.weight[layer], other.weight[layer])
        assert not torch.equal(one.bias[layer], other.bias[layer])


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_asked_for_decides_which_numbers_come(seed):
    table = lesson.experiment.calls(seed).pivot(index="call", columns="index", values="value")
    first = table.loc["8 numbers"]
    assert (table.loc["8 numbers, once more"] == first).all()
    others = table.drop(["8 numbers", "8 numbers, once more"])
    assert ((others - first).abs().max(axis=1) > 0.1).all()
    assert len(others.round(6).drop_duplicates()) == 3


def test_the_checks_are_those_of_the_networks_themselves(result):
    x = torch.cat([make_data("two_clouds").x_train, make_data("two_clouds").x_test])
    for (biases, order), rows in result.checks.groupby(["biases", "draw_order"]):
        one, other = twins(Config(biases=biases, draw_order=order))
        off = rows.set_index("part")["difference"]
        assert off["outputs"] == float((one(x) - other(x)).abs().max())
        assert (off["weights"] == 0) == equal(one, other, "weight")
        assert (off["biases"] == 0) == equal(one, other, "bias")


def test_the_unseeded_network_is_another_in_every_run_and_the_seeded_ones_are_not():
    first = {}
    for entropy in SEEDS:
        config = Config(entropy=entropy, biases="seeded apart")
        for name in config.networks:
            first.setdefault(name, set()).add(float(make(config, name).weight["input"][0, 0, 0]))
    assert {name: len(values) for name, values in first.items()} == {
        "no seed": 5,
        "seed 1a": 1,
        "seed 2": 1,
        "seed 1b": 1,
    }


def test_weights_are_xavier_normal_and_biases_pytorchs_default():
    drawn = [make(Config(seed=s, biases="seeded together"), f"seed {s}a") for s in range(0, 400, 2)]
    for layer, std in (("input", (2 / 10) ** 0.5), ("fc1", (2 / 9) ** 0.5), ("output", 1.0)):
        assert torch.cat([m.weight[layer].flatten() for m in drawn]).std() == pytest.approx(
            std, rel=0.12
        )
    bound = max(float(m.bias["fc1"].abs().max()) for m in drawn)
    assert 0.9 / np.sqrt(8) < bound <= 1 / np.sqrt(8)


@pytest.mark.parametrize("name", lesson.DATASETS)
def test_data_are_balanced_and_always_the_same(name):
    data = make_data(name)
    assert data.x_train.shape == (360, 2) and data.x_test.shape == (40, 2)
    assert 0.45 < data.y_train.mean() < 0.55
    assert torch.equal(data.x_train, make_data(name).x_train)


@pytest.mark.parametrize("name", lesson.DATASETS)
def test_most_networks_learn(name):
    ends = run(Config(dataset=name, learning_rate=0.1, epochs=20)).training.query("epoch == 20")[
        "accuracy"
    ]
    assert ends.median() > 0.9


def test_same_config_same_bits():
    small = Config(epochs=3, batches="other", biases="no seed")
    result, again = run(small), run(small)
    for name in FRAMES:
        pd.testing.assert_frame_equal(getattr(result, name), getattr(again, name), check_exact=True)


def test_hooks():
    seen, rows = [], []
    done = run(Config(epochs=3), on_epoch=lambda *at: seen.append(at), on_curves=rows.append)
    assert seen == [(1, 3), (2, 3), (3, 3)]
    pd.testing.assert_frame_equal(pd.concat(rows, ignore_index=True), done.training)

    class Enough(Exception):
        pass

    def stop(done, total):
        raise Enough

    with pytest.raises(Enough):
        run(on_epoch=stop)


@pytest.mark.parametrize(
    "bad",
    [
        {"weights": "random"},
        {"biases": ""},
        {"draw_order": "x"},
        {"batches": 1},
        {"entropy": -1},
        {"dataset": "digits"},
        {"activation": "x"},
        {"epochs": 0},
        {"epochs": 2.5},
        {"batch_size": 3},
        {"optimizer": "x"},
        {"seed": -1},
        {"learning_rate": float("nan")},
        {"learning_rate": float("inf")},
        {"seed": True},
        {"n_seeds": 2},
    ],
)
def test_bad_settings(bad):
    with pytest.raises(ValueError, match=next(iter(bad))):
        Config(**bad)


def test_presets_are_valid():
    for preset in lesson.PRESETS.values():
        assert Config(**preset) != Config()

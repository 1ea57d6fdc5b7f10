"""Part 2: the frames, the starts number by number, and every claim of the lesson over at least five
seeds.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from weightkit import MLP, datasets, initialize_
from weightkit.lessons import same_value_init as lesson
from weightkit.lessons.same_value_init import ALL_LAYERS, BASELINE, CONDITIONS, LAYERS, Config
from weightkit.training import loss_gradient, one_hot

SHAPES = {"input": (64, 64), "fc1": (32, 64), "fc2": (32, 32), "output": (10, 32)}
HIDDEN = LAYERS[:-1]
CONSTANT = "all weights 0.1, biases zero"
EVERYTHING = Config(
    conditions=tuple(CONDITIONS),
    own_layer=ALL_LAYERS,
    own_parameter="weight, bias zero",
    own_value=0.1,
    n_seeds=1,
)
SAME_VALUE = ["all one", "weights one, biases zero", CONSTANT]
SMALL = Config(conditions=(BASELINE, "all one"), epochs=2, n_seeds=2)
SEEDS = range(5)


@pytest.fixture(scope="module")
def told():
    """The default run."""
    return lesson.run()


@pytest.fixture(scope="module")
def small():
    return lesson.run(SMALL)


@pytest.fixture(scope="module")
def runs():
    """All conditions, five runs whose random numbers and batch orders differ (equal starts differ
    by nothing else).
    """
    return [lesson.run(replace(EVERYTHING, seed=seed)) for seed in SEEDS]


@pytest.fixture(scope="module")
def solved():
    """Equal weights on a task that one unit can solve, five runs."""
    config = Config(
        dataset="breast_cancer",
        conditions=(BASELINE, "all zero"),
        own_layer=ALL_LAYERS,
        own_value=0.1,
        optimizer="sgd",
        learning_rate=0.03,
        epochs=20,
        n_seeds=1,
    )
    return [lesson.run(replace(config, seed=seed)) for seed in SEEDS]


def final(result, condition, split="test") -> np.ndarray:
    c = result.curves
    chosen = (
        (c["condition"] == condition) & (c["split"] == split) & (c["epoch"] == c["epoch"].max())
    )
    return c[chosen]["accuracy"].to_numpy()


def matrix(result, condition, layer, parameter, stage) -> np.ndarray:
    p = result.parameters
    p = p[(p["condition"] == condition) & (p["layer"] == layer) & (p["stage"] == stage)]
    values = p[p["parameter"] == parameter].sort_values("index")["value"].to_numpy()
    return values.reshape((p["parameter"] == "bias").sum(), -1) if parameter == "weight" else values


# ---------------------------------------------------------------- frames


def test_columns_and_grain(told):
    config = Config()
    conditions = len(config.starts)
    states = conditions * config.n_seeds * (config.epochs + 1)
    numbers = sum(out * (fan_in + 1) for out, fan_in in SHAPES.values())
    expected = (
        (
            "curves",
            ["condition", "seed", "epoch", "split"],
            ["loss", "accuracy", "diverged"],
            states * 2,
        ),
        (
            "symmetry",
            ["condition", "seed", "epoch", "layer"],
            ["distinct_units", "rank"],
            states * 4,
        ),
        (
            "histograms",
            ["condition", "layer", "parameter", "stage", "bin_left"],
            ["bin_right", "count"],
            conditions * 4 * 2 * 2 * lesson.experiment.BINS,
        ),
        (
            "parameters",
            ["condition", "layer", "parameter", "stage", "index"],
            ["value"],
            conditions * 2 * numbers,
        ),
        ("chance", ["split"], ["share"], 2),
    )
    for name, factors, measures, rows in expected:
        frame = getattr(told, name)
        assert list(frame) == factors + measures
        assert len(frame) == rows
        assert not frame.duplicated(factors).any()
    assert list(dict.fromkeys(told.curves["condition"])) == list(config.conditions)
    assert list(dict.fromkeys(told.symmetry["layer"])) == LAYERS
    assert told.curves["accuracy"].between(0, 1).all() and not told.curves["diverged"].any()


def test_chance_is_the_share_of_the_commonest_class(told):
    data = datasets.load("digits")
    shares = told.chance.set_index("split")["share"]
    for split, y in (("train", data.y_train), ("test", data.y_test)):
        assert shares[split] == pytest.approx(np.bincount(y.numpy()).max() / len(y))


def test_histograms_hold_every_number_in_bins_shared_by_both_stages(told):
    total = told.histograms.groupby(["condition", "layer", "parameter", "stage"])["count"].sum()
    for (_, layer, parameter, _), count in total.items():
        assert count == SHAPES[layer][0] * (SHAPES[layer][1] if parameter == "weight" else 1)
    edges = told.histograms.groupby(["condition", "layer", "parameter", "stage"])[
        ["bin_left", "bin_right"]
    ].agg(tuple)
    same = edges.groupby(["condition", "layer", "parameter"]).nunique()
    assert (same == 1).all(axis=None)


@pytest.mark.parametrize("stage", ["before", "after"])
def test_a_histogram_counts_what_the_parameters_hold(told, stage):
    h = told.histograms.query(
        "condition == 'fc1 weights zero' and layer == 'fc1' and parameter == 'weight'"
    )
    h = h[h["stage"] == stage]
    edges = np.append(h["bin_left"], h["bin_right"].iloc[-1])
    values = matrix(told, "fc1 weights zero", "fc1", "weight", stage)
    assert (np.histogram(values, edges)[0] == h["count"].to_numpy()).all()


def test_symmetry_equals_numpy(told):
    """The last epoch's frame against numpy on the last epoch's numbers."""
    last = told.symmetry.query("epoch == epoch.max() and seed == seed.min()").set_index(
        ["condition", "layer"]
    )
    for condition in Config().conditions:
        for layer in LAYERS:
            w = matrix(told, condition, layer, "weight", "after").astype(np.float32)
            units = np.column_stack([w, matrix(told, condition, layer, "bias", "after")])
            distances = np.linalg.norm(units[:, None] - units, axis=2)
            same = distances <= 1e-4 * np.linalg.norm(units, axis=1).max()
            assert last.loc[(condition, layer), "rank"] == np.linalg.matrix_rank(w)
            assert (
                last.loc[(condition, layer), "distinct_units"] == (~np.tril(same, -1).any(1)).sum()
            )


def test_same_config_same_bits(small):
    again = lesson.run(SMALL)
    for name in ("curves", "symmetry", "histograms", "parameters", "chance"):
        pd.testing.assert_frame_equal(getattr(small, name), getattr(again, name), check_exact=True)


def test_hooks_see_every_epoch_and_may_stop_the_run(small):
    done, drawn = [], []
    lesson.run(SMALL, on_epoch=lambda *args: done.append(args), on_curves=drawn.append)
    assert done == [(1, 2), (2, 2)]
    pd.testing.assert_frame_equal(pd.concat(drawn, ignore_index=True), small.curves)

    def stop(done, total):
        raise KeyboardInterrupt("enough")

    with pytest.raises(KeyboardInterrupt, match="enough"):
        lesson.run(SMALL, on_epoch=stop)


# ---------------------------------------------------------------- starts


def test_the_baseline_starts_as_nn_linear_does(told):
    """Bounds of U(-1/sqrt(fan_in), 1/sqrt(fan_in)), filled evenly, for weights and biases."""
    for layer, (_, fan_in) in SHAPES.items():
        default = nn.Linear(fan_in, 8)
        w, b = (matrix(told, BASELINE, layer, p, "before") for p in ("weight", "bias"))
        assert max(abs(w).max(), abs(b).max(), default.weight.abs().max()) <= 1 / fan_in**0.5
        assert w.std() == pytest.approx(1 / (3 * fan_in) ** 0.5, rel=0.1)
        assert abs(b).max() > 0.5 / fan_in**0.5


def test_a_condition_changes_what_it_names_and_nothing_else(runs):
    named = {"zero": 0.0, "one": 1.0}
    changed = {
        "fc1 weights zero": {("fc1", "weight"): 0.0},
        "all zero": {(layer, p): named["zero"] for layer in LAYERS for p in ("weight", "bias")},
        "all one": {(layer, p): named["one"] for layer in LAYERS for p in ("weight", "bias")},
        "weights one, biases zero": {
            (layer, p): v for layer in LAYERS for p, v in (("weight", 1.0), ("bias", 0.0))
        },
        "weights zero, biases random": {(layer, "weight"): 0.0 for layer in LAYERS},
        "weights random, biases zero": {(layer, "bias"): 0.0 for layer in LAYERS},
        CONSTANT: {
            (layer, p): v
            for layer in LAYERS
            for p, v in (("weight", np.float32(0.1)), ("bias", 0.0))
        },
    }
    for condition, values in changed.items():
        for layer in LAYERS:
            for parameter in ("weight", "bias"):
                now = matrix(runs[0], condition, layer, parameter, "before")
                expected = values.get(
                    (layer, parameter), matrix(runs[0], BASELINE, layer, parameter, "before")
                )
                assert (now == expected).all(), (condition, layer, parameter)


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from([ALL_LAYERS, *LAYERS]),
    st.sampled_from(list(lesson.OWN)),
    st.floats(-2, 2, width=32),
)
def test_the_readers_own_constant_goes_where_it_is_told(layer, parameter, value):
    config = Config(
        conditions=(BASELINE,), own_layer=layer, own_parameter=parameter, own_value=value
    )
    assert list(config.starts) == [BASELINE, config.own_name]
    plain, own = (
        initialize_(
            MLP((64, 64, 32, 32, 10)),
            "pytorch_default",
            3,
            biases="pytorch_default",
            overrides=[start],
        )
        for start in config.starts.values()
    )
    for key, tensor in own.parameters().items():
        here = layer in (ALL_LAYERS, key[0])
        if here and (
            key[1] == "weight"
            and parameter != "bias"
            or key[1] == "bias"
            and parameter in ("bias", "both")
        ):
            assert (tensor == value).all()
        elif here and key[1] == "bias" and parameter == "weight, bias zero":
            assert (tensor == 0).all()
        else:
            assert torch.equal(tensor, plain.parameters()[key])


def test_names_of_own_conditions():
    def name(**kw):
        return Config(own_layer="fc1", own_value=0.5).own_name if not kw else Config(**kw).own_name

    assert name(own_layer="fc1", own_parameter="weight", own_value=0.5) == "fc1 weights 0.5"
    assert name(own_layer="output", own_parameter="bias", own_value=-2.0) == "output biases -2"
    assert (
        name(own_layer=ALL_LAYERS, own_parameter="both", own_value=1e-3)
        == "all weights and biases 0.001"
    )
    assert EVERYTHING.own_name == CONSTANT


def test_the_baseline_is_always_there_and_first():
    assert list(Config(conditions=("all one", "all zero")).starts) == [
        BASELINE,
        "all one",
        "all zero",
    ]
    assert list(Config(conditions=("all one", BASELINE)).starts) == [BASELINE, "all one"]


def test_a_network_does_not_depend_on_its_neighbours(small):
    """The same rows in a larger stack: equal up to the rounding of differently shaped products."""
    more = lesson.run(
        replace(SMALL, conditions=(BASELINE, "fc1 weights zero", "all one"), n_seeds=1)
    ).curves
    for condition in (BASELINE, "all one"):
        one = small.curves[(small.curves["condition"] == condition) & (small.curves["seed"] == 1)]
        other = more[more["condition"] == condition]
        np.testing.assert_allclose(one["loss"], other["loss"], rtol=1e-3)


# ---------------------------------------------------------------- claims: all zero


def test_all_zero_moves_nothing_but_the_output_bias(runs):
    for result in runs:
        for layer in LAYERS:
            for parameter in ("weight", "bias"):
                after = matrix(result, "all zero", layer, parameter, "after")
                assert (after != 0).any() == ((layer, parameter) == ("output", "bias"))
        s = result.symmetry.query("condition == 'all zero'")
        assert (s["rank"] == 0).all()
        assert (s[s["layer"] != "output"]["distinct_units"] == 1).all()


def test_all_zero_answers_with_one_class(runs):
    """Its accuracy is the share of that class at every epoch, so never above the share of the
    commonest one.
    """
    data = datasets.load("digits")
    shares = {s: data.class_shares(s).numpy() for s in ("train", "test")}
    for result in runs:
        chance = result.chance.set_index("split")["share"]
        for row in result.curves.query("condition == 'all zero'").itertuples():
            assert np.isclose(shares[row.split], row.accuracy).any()
            assert row.accuracy <= chance[row.split] + 1e-9


def test_all_zero_learns_how_common_the_classes_are(solved):
    """Where one class is clearly the commonest, the answer is that class, and the loss the entropy
    of the shares.
    """
    shares = datasets.load("breast_cancer").class_shares("train").numpy()
    entropy = -(shares * np.log(shares)).sum()
    for result in solved:
        chance = result.chance.set_index("split")["share"]
        assert final(result, "all zero") == pytest.approx(chance["test"])
        assert final(result, "all zero", "train") == pytest.approx(chance["train"])
        last = result.curves.query(
            "condition == 'all zero' and split == 'train' and epoch == epoch.max()"
        )
        assert last["loss"].item() == pytest.approx(entropy, abs=0.005)


# ---------------------------------------------------------------- claims: one value everywhere


@pytest.mark.parametrize("condition", SAME_VALUE)
def test_a_constant_keeps_one_distinct_unit_per_hidden_layer(runs, condition):
    for result in runs:
        s = result.symmetry.query("condition == @condition")
        hidden = s[s["layer"].isin(HIDDEN)]
        assert (hidden["distinct_units"] == 1).all()
        assert (hidden["rank"] == 1).all()
        assert len(hidden) == 11 * 3


@pytest.mark.parametrize("condition", SAME_VALUE)
def test_a_constant_is_at_chance_on_digits(runs, condition):
    for result in runs:
        assert (
            final(result, condition).item()
            <= result.chance.set_index("split").loc["test", "share"] + 0.02
        )


@pytest.mark.parametrize("condition", SAME_VALUE)
def test_all_weights_staying_equal_is_false(runs, condition):
    """Rows of the input weights stay the same unit, but its 64 weights, one per pixel, come
    apart.
    """
    for result in runs:
        w = matrix(result, condition, "input", "weight", "after")
        assert len(np.unique(matrix(result, condition, "input", "weight", "before"))) == 1
        np.testing.assert_allclose(w, w[:1].repeat(64, 0), rtol=1e-4, atol=1e-7)
        assert len(np.unique(w[0].round(4))) > 20
        fc1 = matrix(result, condition, "fc1", "weight", "after")
        assert np.ptp(fc1) <= 1e-4 * abs(fc1).max()  # between hidden layers they do stay equal


@pytest.mark.parametrize("constant", [-0.3, 0.02, 0.1, 0.7])
def test_a_constant_trains_as_a_network_of_width_one(constant):
    """Its outputs are those of a 64-1-1-1-10 network whose weights are the sums over the equal
    units.
    """
    config = Config(
        conditions=(BASELINE,),
        own_layer=ALL_LAYERS,
        own_parameter="weight, bias zero",
        own_value=constant,
        learning_rate=0.001,
        epochs=5,
        n_seeds=1,
    )
    result = lesson.run(config)
    x = datasets.load("digits").x_test.double()
    wide, narrow = x, x
    for layer in LAYERS:
        w, b = (
            torch.tensor(matrix(result, config.own_name, layer, p, "after"))
            for p in ("weight", "bias")
        )
        wide = wide @ w.T + b
        w = w if layer == "input" else w.sum(1, keepdim=True)
        w, b = (w, b) if layer == "output" else (w[:1], b[:1])
        narrow = narrow @ w.T + b
        if layer != "output":
            wide, narrow = wide.relu(), narrow.relu()
    torch.testing.assert_close(narrow, wide, rtol=1e-4, atol=1e-5)


def test_a_network_of_width_one_learns_a_little_on_digits():
    """At a small step equal weights do learn: above chance, and far below the baseline."""
    for seed in SEEDS:
        result = lesson.run(
            replace(EVERYTHING, conditions=(BASELINE,), learning_rate=0.001, epochs=15, seed=seed)
        )
        assert 0.15 < final(result, CONSTANT).item() < 0.4
        assert final(result, BASELINE).item() > 0.85


def test_equal_weights_solve_what_one_unit_can_solve(solved):
    """Breast cancer: every number starts at 0.1, every hidden layer stays one unit, and it is
    nearly as good.
    """
    own = "all weights and biases 0.1"
    for result in solved:
        assert final(result, own).item() > 0.9
        s = result.symmetry.query("condition == @own and layer in @HIDDEN")
        assert (s["distinct_units"] == 1).all()
        assert final(result, BASELINE).item() - final(result, own).item() < 0.06


# ---------------------------------------------------------------- claims: a part is random


def test_one_layer_of_zeros_comes_near_the_baseline(runs):
    zero = np.array([final(r, "fc1 weights zero").item() for r in runs])
    baseline = np.array([final(r, BASELINE).item() for r in runs])
    assert zero.min() > 0.9 and baseline.min() > 0.92
    assert baseline.mean() - zero.mean() < 0.04


@pytest.mark.parametrize("seed", SEEDS)
def test_one_layer_of_zeros_loses_its_symmetry_in_the_first_step(seed):
    """The gradient of a zero layer between random neighbours has different rows: one update makes
    units differ.
    """
    data = datasets.load("digits")
    overrides = CONDITIONS["fc1 weights zero"]
    mlp = initialize_(
        MLP((64, 64, 32, 32, 10)),
        "pytorch_default",
        seed,
        biases="pytorch_default",
        overrides=overrides,
    )
    done = mlp.forward(data.x_train[:32])
    mlp.backward(done, loss_gradient(done, one_hot(data.y_train[:32], 10)))
    moved = mlp.weight_grad["fc1"][0].numpy()
    units = moved[np.abs(moved).max(1) > 0]
    assert len(np.unique(units, axis=0)) == len(units) >= 10


def test_half_of_a_zero_layer_never_wakes_up(runs):
    """A unit without weights answers with its bias; where that is negative, ReLU holds it at zero
    for every image, so it gets no gradient, ever. The rank of the layer is bounded by the units
    that are left."""
    asleep = []
    for result in runs:
        awake = matrix(result, "fc1 weights zero", "fc1", "bias", "before") > 0
        after = matrix(result, "fc1 weights zero", "fc1", "weight", "after")
        assert (after[~awake] == 0).all() and (after[awake] != 0).any(1).all()
        rank = result.symmetry.query(
            "condition == 'fc1 weights zero' and layer == 'fc1'"
        ).sort_values("epoch")["rank"]
        rank = rank.tolist()
        assert rank[0] == 0 and all(2 <= r <= awake.sum() for r in rank[1:])
        asleep.append((~awake).mean())
    assert 0.35 < np.mean(asleep) < 0.65


def test_weights_need_the_luck_and_biases_do_not(runs):
    """Zero biases cost nothing; zero weights under random biases always cost, and how much is
    luck.
    """
    without_bias = np.array([final(r, "weights random, biases zero").item() for r in runs])
    without_weights = np.array([final(r, "weights zero, biases random").item() for r in runs])
    baseline = np.array([final(r, BASELINE).item() for r in runs])
    assert abs(without_bias.mean() - baseline.mean()) < 0.02
    assert (without_weights < baseline - 0.03).all()
    assert without_weights.max() > 0.6
    assert np.ptp(without_weights) > 0.3
    for result in runs:
        s = result.symmetry.query("condition == 'weights zero, biases random' and epoch == 0")
        assert (s["rank"] == 0).all()
        told_apart = s.set_index("layer")[
            "distinct_units"
        ]  # by their biases alone; two may come very near each other
        assert all(
            SHAPES[layer][0] - 3 <= told_apart[layer] <= SHAPES[layer][0] for layer in LAYERS
        )


# ---------------------------------------------------------------- other data, failures


def test_a_binary_dataset(solved):
    assert set(solved[0].symmetry.query("layer == 'output'")["distinct_units"]) == {1}
    assert (
        solved[0].parameters.query("layer == 'output' and parameter == 'weight'")["index"].max()
    ) == 31


def test_a_diverged_network_is_a_result(monkeypatch, small):
    """Dying ReLUs make divergence rare here, so one weight of the last network is made infinite by
    hand.
    """

    def broken(mlp, *args, **kwargs):
        initialize_(mlp, *args, **kwargs)
        mlp.weight["fc1"][-1, 3, 5] = torch.inf
        return mlp

    monkeypatch.setattr(lesson.experiment, "initialize_", broken)
    result = lesson.run(replace(SMALL, n_seeds=1))
    lost = result.curves["condition"] == "all one"
    assert result.curves[lost]["diverged"].all() and not result.curves[~lost]["diverged"].any()
    s = result.symmetry.query("condition == 'all one' and layer == 'fc1'")
    assert (s[["distinct_units", "rank"]] == -1).all(axis=None)
    assert (result.symmetry.query("condition == 'baseline'")[["distinct_units", "rank"]] > 0).all(
        axis=None
    )
    assert np.isfinite(result.histograms[["bin_left", "bin_right"]]).all(axis=None)
    one = small.curves.query("condition == 'baseline' and seed == 1")["loss"]
    np.testing.assert_allclose(result.curves[~lost]["loss"], one, rtol=1e-3)


@pytest.mark.parametrize(
    ("field", "value", "allowed"),
    [
        ("conditions", (), "1 to 7"),
        ("conditions", ("all two",), "all zero"),
        ("conditions", ("all one", "all one"), "differ"),
        ("conditions", ["all one"], "tuple"),
        ("own_layer", "fc3", "all layers"),
        ("own_parameter", "weights", "both"),
        ("own_value", 11.0, "-2 to 2"),
        ("own_value", float("nan"), "-2 to 2"),
        ("dataset", "cifar", "digits"),
        ("epochs", 0, "1 to 50"),
        ("epochs", 2.5, "whole number"),
        ("batch_size", 4, "8 to 512"),
        ("optimizer", "adamw", "sgd"),
        ("learning_rate", float("inf"), "1e-05 to 1"),
        ("seed", -1, "0 to 10000"),
        ("n_seeds", 11, "1 to 10"),
    ],
)
def test_bad_configs_are_refused_by_name_value_and_range(field, value, allowed):
    with pytest.raises(ValueError, match=field) as error:
        Config(**{field: value})
    entry = value[0] if isinstance(value, tuple) and value and allowed != "differ" else value
    assert str(entry) in str(error.value) and allowed in str(error.value)


@pytest.mark.parametrize("preset", lesson.PRESETS.values(), ids=list(lesson.PRESETS))
def test_presets_are_configs(preset):
    assert BASELINE in Config(**preset).starts


def test_the_default_tells_the_story(told):
    means = {name: final(told, name).mean() for name in Config().conditions}
    chance = told.chance.set_index("split").loc["test", "share"]
    assert means["baseline"] > 0.94 and means["fc1 weights zero"] > 0.92
    assert means["all zero"] <= chance and means["all one"] <= chance + 0.02

"""Two inputs through random networks: measured by another way, claims over seeds, golden cases."""

import math

import numpy as np
import pandas as pd
import pytest
import torch

from weightkit import MLP, initialize_, theory
from weightkit.lessons.signal_propagation import Config, InputsConfig, input_pairs, run
from weightkit.lessons.signal_propagation.two_inputs import findings, tell
from weightkit.lessons.signal_propagation.two_inputs.experiment import inputs

SMALL = {"depth": 3, "width": 16, "n_stds": 3, "n_seeds": 1, "epochs": 1, "batch_size": 512}


def test_frames():
    config, seen, live = InputsConfig(**SMALL), [], []
    result = input_pairs(config, on_epoch=lambda *n: seen.append(n), on_curves=live.append)
    assert result.layers[["scale", "seed", "layer"]].to_numpy().tolist() == [
        [s, 0, i] for s in (0.25, 1.0, 4.0) for i in (1, 2, 3)
    ]
    assert result.limits["scale"].tolist() == [0.25, 0.5, 1.0, 2.0, 4.0]
    assert len(result.final) == 3 * 2 and seen == [(1, 1)] and len(live) == 2
    again = input_pairs(config)
    for name in ("layers", "limits", "final", "chance"):
        pd.testing.assert_frame_equal(getattr(result, name), getattr(again, name))
    more = input_pairs(InputsConfig(**SMALL | {"n_seeds": 2})).layers
    pd.testing.assert_frame_equal(result.layers, more[more["seed"] == 0].reset_index(drop=True))


def test_sizes_and_spreads_are_those_of_numpy():
    config = InputsConfig(**SMALL | {"activation": "relu"})
    layers = input_pairs(config).layers.query("scale == 4").set_index("layer")
    mlp = MLP((16,) * 4, "relu")
    initialize_(mlp, ("normal", 1.0), 0, biases=("normal", 0.3))
    a = inputs(config)
    for i, module in enumerate(mlp.sequential()):
        a = module(a)
        if i % 2 == 0:
            z = a.detach().double().numpy()
            row = layers.loc[i // 2 + 1]
            assert row["rms"] == pytest.approx(np.sqrt((z**2).mean()), rel=1e-5)
            assert row["spread"] == pytest.approx(np.sqrt(z.var(0, ddof=1).mean()), rel=1e-5)
            pairs = z @ z.T / 16
            own = np.trace(pairs) / 32
            others = (pairs.sum() - np.trace(pairs)) / (32 * 31)
            assert row["correlation"] == pytest.approx(others / own, rel=1e-4)


@pytest.mark.parametrize("wanted", [0.0, 0.5, 0.99])
def test_the_inputs_have_the_size_and_about_the_correlation_that_is_asked_for(wanted):
    x = inputs(InputsConfig(correlation=wanted, width=128, samples=100)).double()
    assert x.square().mean(1).tolist() == pytest.approx([1.0] * 100, rel=1e-5)
    pairs = (x @ x.t() / 128)[~torch.eye(100, dtype=torch.bool)]
    assert float(pairs.mean()) == pytest.approx(wanted, abs=0.1)


@pytest.fixture(scope="module")
def five():
    """Five networks for each of five stds: tanh, 15 layers."""
    config = InputsConfig(n_stds=5, n_seeds=5)
    return config, input_pairs(config)


def test_small_weights_keep_the_size_and_lose_the_difference_in_every_network(five):
    last = five[1].layers.query("layer == 15 and scale <= 0.5")
    assert len(last) == 10
    assert last["rms"].between(0.2, 0.5).all()
    assert (last["spread"] / last["rms"]).max() < 1e-4


def test_large_weights_drive_any_two_inputs_apart_in_every_network(five):
    last = five[1].layers.query("layer == 15 and scale >= 2")
    assert len(last) == 10 and last["correlation"].max() < 0.5  # from 0.5


def test_networks_learn_near_the_edge_and_on_neither_side(five):
    """Five seeds: the two sides stay near chance, the middle learns."""
    test = five[1].final.query("split == 'test'").groupby("scale")["accuracy"]
    assert test.mean()[1.0] > 0.6
    assert test.max()[[0.25, 0.5, 4.0]].max() < 0.3


def test_theory_is_near_the_mean_over_networks(five):
    assert findings.agreement(five[1].layers) < 0.12


def test_with_sigmoid_the_size_stays_and_the_spread_is_gone_over_five_seeds():
    layers = run(Config(activation="sigmoid", inits=("xavier_normal", "kaiming_normal"))).layers
    last = layers.query("layer == 30 and `pass` == 'forward'")
    first = layers.query("layer == 1 and `pass` == 'forward'")
    assert len(last) == 10 and last["std"].min() > 0.3 * first["std"].mean()
    assert (last["spread"] / last["std"]).max() < 1e-6


def test_the_spread_of_one_input_is_no_number_and_nothing_is_said_of_it():
    from weightkit.lessons.signal_propagation import signal

    config = Config(depth=2, width=8, samples=1, n_seeds=1)
    result = run(config)
    assert result.layers["spread"].isna().all()
    assert not any("Size and spread" in s for s in signal.tell(config, result).shows)


def test_what_is_said_of_the_gain_of_tanh_is_what_theory_gives():
    std = theory.fixed_std("tanh", 5 / 3)
    slope = theory.slope_factor("tanh", 5 / 3, std)
    assert (f"{std:.1f}", f"{slope:.2f}", f"{slope**20:.0f}") == ("1.1", "1.21", "45")
    assert torch.nn.init.calculate_gain("tanh") == 5 / 3


def test_what_is_said_of_a_convolution_is_what_pytorch_counts():
    kernel = torch.empty(7, 64, 3, 3)
    assert torch.nn.init._calculate_fan_in_and_fan_out(kernel)[0] == 576
    torch.nn.init.kaiming_normal_(kernel, generator=torch.Generator().manual_seed(0))
    assert kernel.std() == pytest.approx(0.059, rel=0.05)


def story(**settings):
    config = InputsConfig(**SMALL | settings)
    return tell(config, input_pairs(config))


@pytest.fixture(scope="module")
def dead():
    """Linear layers without biases, in fifty of which some stds leave float32."""
    return story(activation="linear", bias_std=0.0, depth=50, reach=8.0, width=8)


def test_where_nothing_is_left_or_all_overflows_nothing_else_is_said(dead):
    assert [one.kind for one in dead.facts.scales] == ["zero", "apart", "overflow"]
    text = " ".join(dead.shows)
    assert "every number of a network is 0" in text and "beyond what float32 can hold" in text
    assert "overflow" in dead["correlation-by-layer"].alt


def test_without_biases_the_size_goes_and_the_correlation_stays():
    f = story(bias_std=0.0, depth=8).facts
    small = f.scales[0]
    assert small.rms < 1e-3 and small.kind == "apart" and small.correlation < 0.9


def test_a_single_std_is_asked_with_yes_or_no():
    one = story(n_stds=1)
    assert one.verdict.truth == "Yes" and one.facts.span(one.facts.scales) == "1"


def test_a_range_is_named_for_three_neighbours_and_more():
    f = story(n_stds=5).facts
    a, b, c, _, e = f.scales
    assert f.span([a, b, c, e]) == "0.25 to 1 and 4" and f.span([a, b, e]) == "0.25, 0.5 and 4"


def test_the_learning_that_no_constant_can_do_is_told_with_its_accuracy(five):
    config, result = five
    told = tell(config, result)
    slip = next(s for s in told.slips if "a constant that survives is no signal" in s)
    assert "0.25" in slip and "did better than chance" in slip
    assert math.isfinite(told.facts.agreement) and told.facts.best.scale in (1.0, 2.0)

"""One pass, measured against theory; Glorot and Bengio's figures 6 and 7; the landscape; the
algebra.
"""

import math

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from weightkit import MLP, datasets, initialize_, theory
from weightkit.activations import ACTIVATIONS
from weightkit.lessons import signal_propagation as experiment
from weightkit.lessons.signal_propagation import (
    Config,
    HistogramConfig,
    LandscapeConfig,
    SymmetryConfig,
    histograms,
    landscape,
    landscape_path,
    run,
    symmetry_steps,
)
from weightkit.lessons.signal_propagation.signal.experiment import _unit_rms

# ---------------------------------------------------------------- one pass


@pytest.fixture(scope="module")
def default():
    return run()


def test_frames(default):
    layers, factors = default.layers, default.factors
    assert list(layers) == [
        "init",
        "activation",
        "seed",
        "layer",
        "pass",
        "std",
        "std_theory",
        "fraction_zero",
        "fraction_saturated",
        "spread",
    ]
    assert len(layers) == 5 * 5 * 30 * 2
    assert not layers.duplicated(["init", "seed", "layer", "pass"]).any()
    assert set(layers["layer"]) == set(range(1, 31))
    assert set(layers["pass"]) == {"forward", "backward"}
    assert list(factors) == ["init", "activation", "seed", "pass", "factor", "factor_theory"]
    assert len(factors) == 5 * 5 * 2
    for column in ("fraction_saturated", "spread"):
        assert layers[column].isna().equals(layers["pass"] == "backward")


def test_first_layer_and_entry_of_the_gradient_are_those_of_an_input_of_rms_1(default):
    first = default.layers.query("layer == 1 and `pass` == 'forward' and init == 'kaiming_normal'")
    assert first["std_theory"].tolist() == pytest.approx([math.sqrt(2)] * 5)
    assert first["std"].tolist() == pytest.approx([math.sqrt(2)] * 5, rel=0.03)


@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid", "leaky_relu", "linear"])
def test_measures_equal_autograd_on_the_same_network(activation):
    """The oracle: PyTorch's own modules and autograd, layer by layer."""
    config = Config(
        inits=("pytorch_default",),
        activation=activation,
        depth=4,
        width=12,
        samples=9,
        n_seeds=1,
        biases="pytorch_default",
    )
    layers = run(config).layers.set_index(["pass", "layer"])
    mlp = initialize_(MLP([12] * 6, activation), "pytorch_default", 0, biases="pytorch_default")
    x, delta = _unit_rms(9, 12, 0), _unit_rms(12, 9, 1)
    zs, a = [], x
    for module in mlp.sequential():
        a = module(a)
        if isinstance(module, torch.nn.Linear):
            a.retain_grad()
            zs.append(a)
    a.backward(delta.T)
    for i, z in enumerate(zs[:4], start=1):
        assert layers["std"]["forward", i] == pytest.approx(
            z.square().mean().sqrt().item(), rel=1e-4
        )
        assert layers["std"]["backward", i] == pytest.approx(
            z.grad.square().mean().sqrt().item(), rel=1e-4
        )
        assert layers["spread"]["forward", i] == pytest.approx(
            z.var(0).mean().sqrt().item(), rel=1e-4
        )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("activation", "init", "spread"),
    [
        ("linear", "xavier_normal", 2),
        ("relu", "kaiming_normal", 5),
        ("leaky_relu", "kaiming_normal", 5),
        ("tanh", "xavier_normal", 2),
    ],
)
def test_measured_std_is_the_theorys_at_width_512(activation, init, spread):
    """spread: a layer's relative variance over networks is spread / width
    (theory.finite_width_log_variance).

    As many seeds as make the standard error of the mean square at layer 20 half of what 5 % of a
    std allow.
    """
    seeds = math.ceil(math.expm1(20 * math.log1p(spread / 512)) / 0.05**2)
    config = Config(
        inits=(init,), activation=activation, depth=20, width=512, samples=16, n_seeds=seeds
    )
    layers = run(config).layers.assign(square=lambda frame: frame["std"] ** 2)
    mean = layers.groupby(["pass", "layer"]).agg(
        square=("square", "mean"), theory=("std_theory", "first")
    )
    ratio = np.sqrt(mean["square"]) / mean["theory"]
    assert len(ratio) == 40
    assert ratio.between(0.95, 1.05).all(), ratio


def test_factors_of_the_mean_square_are_1_a_half_and_a_sixth():
    wanted = {
        "kaiming_normal": 1,
        "kaiming_uniform": 1,
        "xavier_normal": 1 / 2,
        "xavier_uniform": 1 / 2,
        "pytorch_default": 1 / 6,
    }
    factors = run(Config(inits=tuple(wanted), depth=40, width=256, samples=16, n_seeds=6)).factors
    assert factors["factor_theory"].tolist() == pytest.approx([wanted[i] for i in factors["init"]])
    mean = factors.groupby(["init", "pass"])["factor"].mean()
    for (init, _), factor in mean.items():
        assert factor == pytest.approx(wanted[init], rel=0.03), init


def test_orthogonal_linear_layers_keep_every_length():
    layers = run(
        Config(inits=("orthogonal",), activation="linear", depth=100, width=64, n_seeds=5)
    ).layers
    assert layers["std"].to_numpy() == pytest.approx(1, abs=1e-4)


def test_over_seeds_relu_networks_spread_as_theory_says():
    config = Config(inits=("kaiming_normal",), depth=10, width=64, samples=1, n_seeds=200)
    last = run(config).layers.query("layer == 10 and `pass` == 'forward'")
    measured = (2 * np.log(last["std"])).var()
    assert measured == pytest.approx(
        theory.finite_width_log_variance(9, 64) + math.log1p(2 / 64), rel=0.25
    )


def test_sigmoid_loses_the_gradient_under_every_scheme_and_tanh_saturates_when_weights_are_large():
    layers = run(Config(activation="sigmoid")).layers.query("`pass` == 'backward' and layer == 1")
    assert layers["std"].max() < 1e-14
    layers = run(Config(activation="tanh", inits=("normal",), std=1.0)).layers.query(
        "`pass` == 'forward'"
    )
    assert layers.groupby("seed")["fraction_saturated"].mean().min() > 0.7
    assert (layers["fraction_zero"] == 0).all()


def test_a_fixed_std_overflows_or_underflows_float32_and_says_where():
    config = Config(inits=("normal", "kaiming_normal"), depth=100, width=128, samples=8, std=1.0)
    layers = run(config).layers
    forward = layers.query("init == 'normal' and `pass` == 'forward'")
    for _, one in forward.groupby("seed"):
        lost = np.isinf(one["std"].to_numpy())
        first = int(np.argmax(lost))
        assert 40 <= first <= 46  # 8 ^ 43 = 6.8e38
        assert lost[first:].all()
        assert one["std_theory"].iloc[first - 1] < 3.5e38 * 10
    assert layers.query("init == 'normal' and `pass` == 'backward'")["std"].isna().all()
    assert np.isfinite(layers.query("init == 'kaiming_normal'")["std"]).all()
    small = run(Config(inits=("normal",), depth=100, width=128, samples=8, std=0.01)).layers
    forward = small.query("`pass` == 'forward'")
    gone = forward[forward["std"] == 0].groupby("seed")["layer"].min()
    assert len(gone) == 5
    assert gone.between(38, 44).all()  # 0.08 ^ 41 = 1e-45
    assert (forward.query("layer == 100")["fraction_zero"] == 1).all()
    assert (forward["std_theory"] > 0).all()


def test_a_network_depends_only_on_its_own_scheme_and_seed():
    many = run(Config(depth=8, width=32, n_seeds=3)).layers
    alone = run(Config(inits=("orthogonal",), depth=8, width=32, seed=2, n_seeds=1)).layers
    mine = many.query("init == 'orthogonal' and seed == 2").reset_index(drop=True)
    pd.testing.assert_frame_equal(mine, alone, check_exact=False, rtol=1e-6)


def test_same_config_same_bits_and_progress(default):
    seen = []
    again = run(on_epoch=lambda done, total: seen.append((done, total)))
    assert seen == [(i, 5) for i in range(1, 6)]
    pd.testing.assert_frame_equal(again.layers, default.layers, check_exact=True)
    with pytest.raises(KeyboardInterrupt):
        run(Config(depth=2), on_epoch=_stop)


def _stop(*_):
    raise KeyboardInterrupt


def test_a_single_layer_has_no_factor():
    result = run(Config(depth=1, width=8, n_seeds=1))
    assert len(result.layers) == 10
    assert result.factors["factor"].isna().all()


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"depth": 0}, "depth is 0.*1 to 100"),
        ({"depth": 101}, "depth"),
        ({"std": math.nan}, "std is nan"),
        ({"inits": ("zeros",)}, "inits.*kaiming_normal"),
        ({"activation": "gelu"}, "activation.*relu"),
        ({"inits": ()}, "inits"),
        ({"depth": 100, "width": 512}, r"lower width \(512\) or depth \(100\)"),
        (
            {"depth": 19, "width": 512, "samples": 1024, "n_seeds": 200},
            "one run may take .*: lower .*depth",
        ),
        ({"n_seeds": 2.5}, "n_seeds"),
    ],
)
def test_bad_settings_are_named(settings, words):
    with pytest.raises(ValueError, match=words):
        Config(**settings)


@given(
    st.sampled_from(["linear", "relu", "leaky_relu", "tanh", "sigmoid"]),
    st.integers(1, 12),
    st.integers(4, 40),
    st.floats(1e-4, 10.0),
    st.sampled_from(["zeros", "pytorch_default"]),
)
@settings(max_examples=15, deadline=None)
def test_any_config_gives_a_full_frame(activation, depth, width, std, biases):
    config = Config(
        inits=("normal", "orthogonal"),
        activation=activation,
        depth=depth,
        width=width,
        std=std,
        biases=biases,
        samples=3,
        n_seeds=2,
    )
    layers = run(config).layers
    assert len(layers) == 2 * 2 * 2 * depth
    assert (layers["std"] >= 0).all()
    assert (layers["std_theory"] > 0).all()
    assert layers["fraction_zero"].between(0, 1).all()


# ---------------------------------------------------------------- Glorot and Bengio 2010, figures 6
# and 7


@pytest.fixture(scope="module")
def glorot():
    return histograms(HistogramConfig(n_seeds=5))


def test_histogram_frames(glorot):
    assert list(glorot.histograms) == [
        "init",
        "layer",
        "quantity",
        "bin_left",
        "bin_right",
        "count",
    ]
    assert list(glorot.moments) == ["init", "seed", "layer", "quantity", "std"]
    counts = glorot.histograms.groupby(["init", "layer", "quantity"])["count"].sum()
    assert len(counts) == 2 * 5 * 2
    assert (counts == 5 * 256 * 256).all()
    for _, one in glorot.histograms.groupby("quantity"):
        assert one.groupby("bin_left").size().nunique() == 1  # the same bins everywhere
    assert len(glorot.moments) == 2 * 5 * 5 * 2


def test_standard_initialisation_narrows_activations_upwards_and_gradients_downwards(glorot):
    """Figures 6 and 7, top: the peak at zero grows with the layer for activations, and shrinks for
    gradients.
    """
    for _, one in glorot.moments.query("init == 'pytorch_default'").groupby("seed"):
        std = one.pivot_table(index="layer", columns="quantity", values="std")
        assert std["activation"].is_monotonic_decreasing
        assert std["gradient"].is_monotonic_increasing
        assert std["activation"][1] / std["activation"][5] > 6  # 9 = sqrt(3) ^ 4 in theory
        assert std["gradient"][5] / std["gradient"][1] > 6
    bins = glorot.histograms.query("init == 'pytorch_default' and bin_left < 0 < bin_right")
    peaks = bins.pivot_table(index="layer", columns="quantity", values="count")
    assert peaks["activation"].is_monotonic_increasing
    assert peaks["gradient"].is_monotonic_decreasing


def test_normalised_initialisation_keeps_both_alike(glorot):
    """Figures 6 and 7, bottom."""
    for _, one in glorot.moments.query("init == 'xavier_uniform'").groupby(["seed", "quantity"]):
        assert one["std"].max() / one["std"].min() < 1.5


def test_gradients_are_those_of_autograd():
    config = HistogramConfig(width=16, samples=20)
    moments = histograms(config).moments.query(
        "init == 'xavier_uniform' and quantity == 'gradient'"
    )
    data = datasets.load("digits")
    mlp = initialize_(MLP((64, *[16] * 5, 10), "tanh"), "xavier_uniform", 0)
    zs, a = [], data.x_train[:20]
    for module in mlp.sequential():
        a = module(a)
        if isinstance(module, torch.nn.Linear):
            a.retain_grad()
            zs.append(a)
    torch.nn.functional.cross_entropy(a, data.y_train[:20], reduction="sum").backward()
    assert moments["std"].tolist() == pytest.approx(
        [z.grad.square().mean().sqrt().item() for z in zs[:5]], rel=1e-4
    )


# ---------------------------------------------------------------- salt flats and badlands


@pytest.fixture(scope="module")
def planes():
    return {seed: landscape(LandscapeConfig(resolution=11, seed=seed)) for seed in range(5)}


def test_landscape_frame(planes):
    assert list(planes[0]) == ["init", "alpha", "beta", "loss"]
    assert len(planes[0]) == 2 * 11 * 11
    assert sorted(set(planes[0]["alpha"])) == pytest.approx(np.linspace(-1, 1, 11))
    pd.testing.assert_frame_equal(
        planes[0], landscape(LandscapeConfig(resolution=11)), check_exact=True
    )


def test_around_zero_lies_a_salt_flat_and_around_a_random_start_badlands(planes):
    """Within 0.4 of the start the loss around zero stays within 1 % of ln 10; around a random start
    it varies by a tenth.
    """
    for plane in planes.values():
        near = plane[plane["alpha"].abs().lt(0.41) & plane["beta"].abs().lt(0.41)].groupby("init")[
            "loss"
        ]
        spread = near.max() - near.min()
        assert spread["constant"] < 0.03
        assert spread["kaiming_normal"] > 0.2
        assert near.mean()["constant"] == pytest.approx(math.log(10), rel=0.01)


def test_the_centre_is_the_start_itself(planes):
    path = landscape_path(LandscapeConfig(resolution=11))
    centre = planes[0].query("alpha == 0 and beta == 0").set_index("init")["loss"]
    start = path.query("epoch == 0").set_index("init")["loss"]
    pd.testing.assert_series_equal(centre, start)
    assert centre["constant"] == pytest.approx(math.log(10), abs=1e-6)


@pytest.mark.parametrize("constant", [0.0, 0.1])
def test_training_leaves_the_random_start_and_not_the_constant_one(constant):
    for seed in range(5):
        path = landscape_path(LandscapeConfig(seed=seed, constant=constant)).set_index(
            ["init", "epoch"]
        )
        assert path["loss"]["kaiming_normal", 10] < 0.5
        assert path["loss"]["constant", 10] > 2.29


def test_a_random_plane_misses_the_path_and_the_paths_own_plane_holds_it():
    for seed in range(5):
        shares = {
            plane: (
                landscape_path(LandscapeConfig(seed=seed, plane=plane)).query(
                    "init == 'kaiming_normal' and epoch == 10"
                )
            )
            for plane in ("random", "path")
        }
        assert shares["random"]["in_plane"].item() < 0.02
        assert shares["path"]["in_plane"].item() > 0.95
        assert math.hypot(
            shares["path"]["alpha"].item(), shares["path"]["beta"].item()
        ) == pytest.approx(1, abs=0.05)


def test_random_directions_are_filter_normalised():
    config = LandscapeConfig(resolution=5)
    made = experiment.prepare_landscape(config)
    one, two = made.directions["kaiming_normal"]
    start = made.starts["kaiming_normal"]
    first = slice(0, 64 * 32)
    norms = [v[first].view(32, 64).norm(dim=1) for v in (one, two, start)]
    torch.testing.assert_close(norms[0], norms[2])
    torch.testing.assert_close(norms[1], norms[2])
    assert one[64 * 32 : 64 * 32 + 32].abs().max() == 0  # biases stay
    for a, b in ((one, two), (one, start), (two, start)):
        assert abs(torch.nn.functional.cosine_similarity(a, b, dim=0)) < 0.1


def test_a_path_that_diverges_ends_before_it_does():
    path = landscape_path(
        LandscapeConfig(constant=1.0, learning_rate=1.0, optimizer="momentum", epochs=3, depth=8)
    )
    assert np.isfinite(path[["alpha", "beta", "distance", "loss"]]).all().all()
    assert (
        len(
            landscape(
                LandscapeConfig(
                    constant=1.0,
                    learning_rate=1.0,
                    optimizer="momentum",
                    depth=8,
                    resolution=5,
                    plane="path",
                )
            )
        )
        == 50
    )


# ---------------------------------------------------------------- the algebra


def test_symmetry_frames():
    result = symmetry_steps()
    assert list(result.quantities) == ["quantity", "value"]
    assert list(result.parameters) == ["parameter", "before", "gradient", "after"]
    assert list(result.path) == ["step", "unit", "w1", "w2", "b", "v", "y", "loss"]
    assert len(result.path) == 31 * 2


NUMBERS = st.floats(-5, 5, allow_nan=False)


@given(
    st.fixed_dictionaries(dict.fromkeys((*experiment.PARAMETERS, "x1", "x2", "t"), NUMBERS)),
    st.sampled_from(["linear", "relu", "leaky_relu", "tanh", "sigmoid"]),
)
@settings(max_examples=60, deadline=None)
def test_one_step_is_autograds(numbers, activation):
    result = symmetry_steps(SymmetryConfig(**numbers, activation=activation, steps=1))
    n = {k: torch.tensor(v, dtype=torch.float64, requires_grad=True) for k, v in numbers.items()}
    act = ACTIVATIONS[activation]
    h = [act.module()(n[f"w{i}1"] * n["x1"] + n[f"w{i}2"] * n["x2"] + n[f"b{i}"]) for i in (1, 2)]
    y = n["v1"] * h[0] + n["v2"] * h[1] + n["c"]
    loss = (y - n["t"]) ** 2 / 2
    loss.backward()
    quantities = result.quantities.set_index("quantity")["value"]
    assert quantities["loss"] == pytest.approx(loss.item(), rel=1e-9, abs=1e-12)
    assert quantities["y"] == pytest.approx(y.item(), rel=1e-9, abs=1e-12)
    for row in result.parameters.itertuples():
        assert row.gradient == pytest.approx(n[row.parameter].grad.item(), rel=1e-6, abs=1e-9)
        assert row.after == row.before - 0.05 * row.gradient
    moved = result.path.query("step == 1").set_index("unit")
    assert moved.loc[2, ["w1", "w2", "b", "v"]].tolist() == result.parameters["after"].tolist()[4:8]


@given(NUMBERS, NUMBERS, NUMBERS, NUMBERS, st.sampled_from(["linear", "relu", "tanh", "sigmoid"]))
@settings(max_examples=40, deadline=None)
def test_equal_units_stay_equal_for_ever(w1, w2, b, v, activation):
    config = SymmetryConfig(
        w11=w1, w21=w1, w12=w2, w22=w2, b1=b, b2=b, v1=v, v2=v, activation=activation
    )
    one, two = (
        symmetry_steps(config).path.query(f"unit == {unit}").drop(columns="unit") for unit in (1, 2)
    )
    pd.testing.assert_frame_equal(
        one.reset_index(drop=True), two.reset_index(drop=True), check_exact=True
    )


def test_any_difference_in_one_unit_separates_them():
    """Different outgoing weights are enough: the units' gradients then differ too."""
    for name in ("w21", "w22", "b2", "v2"):
        path = symmetry_steps(SymmetryConfig(**{name: 0.6})).path
        last = path[path["step"] == path["step"].max()].set_index("unit")
        gap = (last.loc[1, ["w1", "w2", "b", "v"]] - last.loc[2, ["w1", "w2", "b", "v"]]).abs()
        assert gap.min() > 1e-3, name


def test_with_all_zero_only_the_outputs_bias_moves():
    for activation in ("linear", "relu", "leaky_relu", "tanh"):
        zeros = dict.fromkeys(experiment.PARAMETERS, 0.0)
        parameters = symmetry_steps(SymmetryConfig(**zeros, activation=activation)).parameters
        moved = parameters[parameters["before"] != parameters["after"]]
        assert moved["parameter"].tolist() == ["c"], activation


def test_a_path_that_explodes_ends():
    path = symmetry_steps(
        SymmetryConfig(
            **dict.fromkeys(experiment.PARAMETERS, 5.0),
            x1=5.0,
            x2=5.0,
            t=-5.0,
            steps=500,
            learning_rate=1.0,
            activation="linear",
        )
    ).path
    assert np.isfinite(path).all().all()

"""What the formulas promise of the numbers drawn, and what the contest claims, over five sets of
runs.
"""

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from weightkit import datasets
from weightkit.initializers import INITIALIZERS
from weightkit.lessons import xavier_kaiming as experiment
from weightkit.lessons.xavier_kaiming import (
    METRICS,
    RECTANGULAR,
    Config,
    DistributionsConfig,
    apart,
    distributions,
    run,
    welch,
)
from weightkit.lessons.xavier_kaiming.contest.welch import compared
from weightkit.lessons.xavier_kaiming.formulas.experiment import expected

SETS = 5
QUICK = Config(epochs=2, n_seeds=3)


@pytest.fixture(scope="module")
def drawn():
    return distributions()


@pytest.fixture(scope="module")
def parts():
    """Three schemes, 100 runs each: five sets of the default's 20."""
    return apart(Config(n_seeds=100))


@pytest.fixture(scope="module")
def quick():
    return run(QUICK)


# ---------------------------------------------------------------- distributions


def test_frames_of_the_distributions(drawn):
    assert list(drawn.values) == ["scheme", "layer", "parameter", "bin_left", "bin_right", "count"]
    assert list(drawn.moments) == [
        "scheme",
        "layer",
        "parameter",
        "fan_in",
        "fan_out",
        "std_theory",
        "std_measured",
        "bound_theory",
        "min",
        "max",
    ]
    assert list(drawn.theory) == [
        "scheme",
        "layer",
        "parameter",
        "bin_left",
        "bin_right",
        "expected",
    ]
    assert set(drawn.moments["scheme"]) == set(INITIALIZERS)
    assert len(drawn.moments) == len(INITIALIZERS) * 5 * 2
    assert not drawn.moments.duplicated(["scheme", "layer", "parameter"]).any()


def test_402_biases_and_40200_weights(drawn):
    totals = drawn.values.groupby(["scheme", "parameter"])["count"].sum().unstack()
    assert (totals["bias"] == 402).all() and (totals["weight"] == 40_200).all()


def test_layers_of_one_scheme_share_their_bins(drawn):
    for (_, parameter), rows in drawn.values.groupby(["scheme", "parameter"]):
        assert rows["bin_left"].nunique() == (41 if parameter == "weight" else 20)


@pytest.mark.parametrize("sizes", [experiment.SQUARE, RECTANGULAR])
@pytest.mark.parametrize("slope", [0.0, 1.0])
def test_measured_std_is_that_of_the_formula(sizes, slope):
    moments = distributions(DistributionsConfig(sizes=sizes, negative_slope=slope)).moments
    n = np.where(moments["parameter"] == "weight", moments["fan_in"], 1) * moments["fan_out"]
    random = moments["std_theory"] > 0
    off = (moments["std_measured"] / moments["std_theory"].where(random, 1.0) - 1).abs()
    assert (off[random] < 4 / np.sqrt(n[random])).all()
    assert (moments.loc[~random, "std_measured"] < 1e-6).all()  # float32 has no exact 0.1


@given(seed=st.integers(0, 10_000), sizes=st.sampled_from([experiment.SQUARE, RECTANGULAR]))
@settings(max_examples=3, deadline=None)
def test_nothing_lies_beyond_its_bound(seed, sizes):
    moments = distributions(DistributionsConfig(seed=seed, sizes=sizes)).moments.dropna()
    assert (moments[["min", "max"]].abs().max(axis=1) <= moments["bound_theory"] * (1 + 1e-6)).all()


def test_the_default_has_the_bound_1_over_sqrt_n_and_a_smaller_std(drawn):
    """The course's slide calls 1 / sqrt(N_in) the default; it is the bound, and the std is 1 /
    sqrt(3 N_in).
    """
    rows = drawn.moments[
        (drawn.moments["scheme"] == "pytorch_default") & (drawn.moments["parameter"] == "weight")
    ]
    assert np.allclose(rows["bound_theory"], rows["fan_in"] ** -0.5)
    large = rows[rows["layer"] != "output"]
    assert np.allclose(large["max"], large["fan_in"] ** -0.5, rtol=1e-2)
    assert np.allclose(large["std_measured"], (3 * large["fan_in"]) ** -0.5, rtol=0.02)
    linear = torch.nn.utils.skip_init(torch.nn.Linear, 100, 100)
    with torch.random.fork_rng():
        linear.reset_parameters()
    assert linear.weight.std().item() == pytest.approx(0.0577, rel=0.03)


@pytest.mark.parametrize("slope", [0.0, 1.0, math.sqrt(5)])
def test_he_and_not_the_formula_of_the_slide(slope):
    moments = distributions(DistributionsConfig(negative_slope=slope)).moments
    rows = moments.query(
        "scheme == 'kaiming_normal' and parameter == 'weight' and layer != 'output'"
    )
    variance = rows["std_measured"] ** 2
    assert np.allclose(variance, 2 / ((1 + slope**2) * rows["fan_in"]), rtol=0.06)
    slide = (1 + slope**2) / rows["fan_in"]
    wrong = (slide / variance - 1).abs()
    assert (wrong > 0.4).all() if slope != 1.0 else (slide / variance - 2).abs().max() < 0.15


def test_the_bound_of_the_biases_comes_from_fan_in():
    moments = distributions(DistributionsConfig(sizes=RECTANGULAR)).moments.query(
        "parameter == 'bias'"
    )
    assert np.allclose(moments["bound_theory"], moments["fan_in"] ** -0.5)
    many = moments[(moments["scheme"] == "xavier_normal") & (moments["fan_out"] >= 25)]
    assert (many["fan_in"] != many["fan_out"]).all()
    assert np.allclose(many["max"].clip(lower=-many["min"]), many["fan_in"] ** -0.5, rtol=0.12)


def test_theory_expects_every_number_once_and_fits_what_was_drawn(drawn):
    keys = ["scheme", "layer", "parameter"]
    both = drawn.values.merge(drawn.theory, on=[*keys, "bin_left", "bin_right"])
    assert len(both) == len(drawn.values)
    sums = both.groupby(keys)[["count", "expected"]].sum()
    assert np.allclose(sums["count"], sums["expected"])
    both["spread"] = np.sqrt(both["expected"].clip(lower=1))
    assert ((both["count"] - both["expected"]).abs() < 6 * both["spread"]).all()
    assert (both["expected"] >= -1e-9).all()


def test_entries_of_an_orthogonal_matrix_follow_their_own_law():
    edges = torch.linspace(-1, 1, 41, dtype=torch.float64)
    scheme = INITIALIZERS["orthogonal"]
    g = torch.Generator().manual_seed(0)
    counts = sum(
        np.histogram(scheme.fill_(torch.empty(3, 4), g).numpy(), edges.numpy())[0]
        for _ in range(2000)
    )
    hoped = expected(scheme, None, (4, 3), 24_000, edges)
    assert (np.abs(counts - hoped) < 6 * np.sqrt(hoped.clip(1))).all()


def test_distributions_are_the_same_twice(drawn):
    again = distributions()
    for name in ("values", "moments", "theory"):
        pd.testing.assert_frame_equal(getattr(drawn, name), getattr(again, name), check_exact=True)
    other = distributions(DistributionsConfig(seed=1)).moments
    assert not drawn.moments["max"].equals(other["max"])


# ---------------------------------------------------------------- the contest's frames


def test_frames_of_the_contest(quick):
    assert list(quick.curves) == ["init", "seed", "epoch", "split", "loss", "accuracy", "diverged"]
    assert list(quick.final) == ["init", "seed", *METRICS]
    assert list(quick.tests) == ["metric", "t", "p", "difference", "ci_low", "ci_high"]
    assert list(quick.tests["metric"]) == list(METRICS)
    assert len(quick.curves) == 2 * 3 * 3 * 2 and len(quick.final) == 6
    assert not quick.curves.duplicated(["init", "seed", "epoch", "split"]).any()


def test_no_seed_is_used_twice(quick):
    assert quick.final.groupby("init", sort=False)["seed"].agg(list).to_dict() == {
        "xavier_normal": [0, 1, 2],
        "kaiming_uniform": [3, 4, 5],
    }


def test_a_run_is_the_network_that_its_seed_makes(quick):
    """Against plain PyTorch: same start, same batches, the same loss after two epochs."""
    data = datasets.load("breast_cancer")
    g = torch.Generator().manual_seed(4)
    sizes = [data.n_features, 16, 32, 32, 1]
    net = torch.nn.Sequential()
    for fan_in, fan_out in zip(sizes, sizes[1:], strict=False):
        linear = torch.nn.utils.skip_init(torch.nn.Linear, fan_in, fan_out)
        torch.nn.init.kaiming_uniform_(linear.weight, generator=g)
        torch.nn.init.uniform_(linear.bias, -(fan_in**-0.5), fan_in**-0.5, generator=g)
        net.extend([linear, torch.nn.ReLU()])
    net = net[:-1]
    optimizer = torch.optim.SGD(net.parameters(), lr=0.01)
    order = torch.Generator().manual_seed(0)
    loss = torch.nn.BCEWithLogitsLoss()
    for _ in range(2):
        for batch in torch.randperm(len(data.x_train), generator=order).split(32):
            optimizer.zero_grad()
            loss(net(data.x_train[batch])[:, 0], data.y_train[batch]).backward()
            optimizer.step()
    wanted = loss(net(data.x_train)[:, 0], data.y_train).item()
    row = quick.final[quick.final["seed"] == 4]
    assert row["init"].item() == "kaiming_uniform"
    assert row["train_loss"].item() == pytest.approx(wanted, rel=1e-5)


def test_final_is_the_last_epoch(quick):
    last = quick.curves.query("epoch == 2 and split == 'test'")
    assert last["accuracy"].tolist() == quick.final["test_accuracy"].tolist()
    assert last["seed"].tolist() == quick.final["seed"].tolist()


def test_the_same_twice_and_hooks_see_every_epoch(quick):
    calls, parts = [], []
    again = run(
        QUICK, on_epoch=lambda done, total: calls.append((done, total)), on_curves=parts.append
    )
    for name in ("curves", "final", "tests"):
        pd.testing.assert_frame_equal(getattr(quick, name), getattr(again, name), check_exact=True)
    assert calls == [(1, 2), (2, 2)]
    pd.testing.assert_frame_equal(pd.concat(parts, ignore_index=True), quick.curves)


def test_more_runs_do_not_change_the_first_ones(quick):
    more = run(replace(QUICK, n_seeds=6)).final
    mine = quick.final.query("init == 'xavier_normal'")
    pd.testing.assert_frame_equal(more.head(3)[list(METRICS)], mine[list(METRICS)], rtol=1e-4)


def test_a_raising_hook_stops_the_run():
    def stop(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(QUICK, on_epoch=stop)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("dataset", "digits"),
        ("first", "xavier"),
        ("second", None),
        ("hidden", "16"),
        ("epochs", 0),
        ("epochs", 2.5),
        ("batch_size", 7),
        ("optimizer", "lbfgs"),
        ("learning_rate", math.nan),
        ("weight_decay", -0.1),
        ("dropout", 0.95),
        ("dropout", math.inf),
        ("seed", -1),
        ("n_seeds", 1),
        ("n_seeds", 101),
        ("n_seeds", True),
    ],
)
def test_bad_settings_are_named(field, value):
    with pytest.raises(ValueError, match=rf"{field} is {value!r}"):
        Config(**{field: value})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("sizes", "100-2"),
        ("negative_slope", -1.0),
        ("negative_slope", math.inf),
        ("bins", 10),
        ("seed", 0.5),
    ],
)
def test_bad_settings_of_the_distributions_are_named(field, value):
    with pytest.raises(ValueError, match=rf"{field} is {value!r}"):
        DistributionsConfig(**{field: value})


def test_a_scheme_cannot_fight_itself():
    with pytest.raises(ValueError, match="two different schemes"):
        Config(first="ones", second="ones")


@pytest.mark.parametrize("preset", experiment.PRESETS)
def test_presets_are_settings(preset):
    settings = {k: v for k, v in experiment.PRESETS[preset].items() if k != "view"}
    assert Config(**settings) != Config()


# ---------------------------------------------------------------- the claims


def test_default_contest():
    """What a reader sees first: Kaiming's training loss is lower, the test accuracy does not
    differ.
    """
    tests = run().tests.set_index("metric")
    assert tests.loc["train_loss", "p"] < 0.01 and tests.loc["train_loss", "difference"] > 0
    assert tests.loc["test_accuracy", "p"] > 0.05


def test_kaiming_fits_faster_in_every_set_of_20_runs_and_nobody_gains_a_test_sample(parts):
    n_test = len(datasets.load("breast_cancer").y_test)
    place = parts.final.groupby("init").cumcount()
    for s in range(SETS):
        tests = _contest(parts.final[place // 20 == s], "xavier_normal", "kaiming_uniform")
        assert tests.loc["train_loss", "p"] < 0.01 and tests.loc["train_loss", "difference"] > 0, s
        assert abs(tests.loc["test_accuracy", "difference"]) < 1 / n_test, s


def _contest(final, first, second):
    return compared(final, first, second).set_index("metric")


def test_it_is_the_formula_and_not_the_shape(parts):
    """Both Kaimings beat Xavier, in every set of 33 runs; between them there is less than half of
    that difference.
    """
    assert list(parts.tests) == [
        "first",
        "second",
        "metric",
        "t",
        "p",
        "difference",
        "ci_low",
        "ci_high",
    ]
    assert len(parts.tests) == 3 * 3
    assert len(parts.final) == 300 and parts.final["seed"].is_unique
    place = parts.final.groupby("init").cumcount()
    for s in range(3):
        like = _contest(parts.final[place // 33 == s], "xavier_normal", "kaiming_normal").loc[
            "train_loss"
        ]
        assert like["p"] < 0.01 and like["difference"] > 0, s
    loss = parts.tests[parts.tests["metric"] == "train_loss"].set_index(["first", "second"])[
        "difference"
    ]
    assert (
        abs(loss["kaiming_normal", "kaiming_uniform"]) < loss["xavier_normal", "kaiming_normal"] / 2
    )


def test_red_wine(real_data):
    """The course's own data: Kaiming fits the training set faster, and no test accuracy comes of
    it.
    """
    datasets.clear_cache()
    tests = run(Config(dataset="wine_quality", epochs=60)).tests.set_index("metric")
    assert tests.loc["train_loss", "p"] < 1e-3 and tests.loc["train_loss", "difference"] > 0
    assert tests.loc["train_accuracy", "difference"] < 0
    assert abs(tests.loc["test_accuracy", "difference"]) < abs(
        tests.loc["train_accuracy", "difference"]
    )


@pytest.mark.parametrize(
    "change",
    [
        {"optimizer": "adam"},
        {"hidden": "64-64-64"},
        {"weight_decay": 0.1},
        {"dropout": 0.5},
        {"second": "kaiming_normal"},
    ],
)
def test_every_control_changes_the_outcome(quick, change):
    changed = run(replace(QUICK, **change))
    assert changed.final["train_loss"].ne(quick.final["train_loss"]).tail(3).all()


# ---------------------------------------------------------------- divergence and degenerate samples


def test_divergence_is_a_result_and_leaves_the_other_scheme_alone():
    config = Config(
        second="ones",
        optimizer="momentum",
        weight_decay=1.0,
        learning_rate=0.3,
        epochs=10,
        n_seeds=3,
    )
    result = run(config)
    lost = result.curves[result.curves["diverged"]]
    assert set(lost["init"]) == {"ones"}
    final = result.final.set_index("init")
    assert final.loc["ones", list(METRICS)].isna().all(axis=None)
    assert final.loc["xavier_normal", list(METRICS)].notna().all(axis=None)
    assert result.tests.drop(columns="metric").isna().all(axis=None)


SAMPLES = st.lists(st.floats(-1e3, 1e3).map(lambda v: round(v, 3)), min_size=2, max_size=30)


@given(SAMPLES, SAMPLES)
@settings(max_examples=60, deadline=None)
def test_welch_is_scipy_where_scipy_has_an_answer(a, b):
    t, p, difference, low, high = welch(a, b)
    assert not math.isnan(p) and 0 <= p <= 1
    assert difference == pytest.approx(np.mean(a) - np.mean(b), abs=1e-9)
    assert low - 1e-9 <= difference <= high + 1e-9
    swapped = welch(b, a)
    assert swapped == pytest.approx((-t, p, -difference, -high, -low), rel=1e-9, abs=1e-12)
    if np.ptp(a) > 0 and np.ptp(b) > 0:
        test = stats.ttest_ind(a, b, equal_var=False)
        interval = test.confidence_interval(0.95)
        assert (t, p, low, high) == pytest.approx(
            (test.statistic, test.pvalue, interval.low, interval.high)
        )


def test_welch_without_variance():
    assert welch([1, 1, 1], [1, 1]) == (0, 1, 0, 0, 0)
    assert welch([1, 1], [0, 0]) == (math.inf, 0, 1, 1, 1)
    assert welch([0, 0], [1, 1]) == (-math.inf, 0, -1, -1, -1)
    assert all(math.isnan(v) for v in welch([1, math.nan], [1, 2]))
    t, p, difference, low, high = welch([5.0, 5.0, 5.0], [1.0, 2.0, 4.0, 5.0])
    s2 = np.var([1, 2, 4, 5], ddof=1)
    assert t == pytest.approx((5 - 3) / math.sqrt(s2 / 4))
    assert p == pytest.approx(
        2 * stats.t.sf(t, 3)
    )  # Welch's degrees of freedom with one variance of zero
    half = stats.t.ppf(0.975, 3) * math.sqrt(s2 / 4)
    assert (difference, low, high) == pytest.approx((2, 2 - half, 2 + half))

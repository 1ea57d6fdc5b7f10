"""The curvature of a small network's loss: the Hessian against autograd, claims over seeds."""

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from weightkit.lessons.signal_propagation import SaddlesConfig, saddles
from weightkit.lessons.signal_propagation.saddle_points import tell
from weightkit.lessons.signal_propagation.saddle_points.findings import facts
from weightkit.lessons.signal_propagation.saddle_points.hessian import hessian

SMALL = {"width": 2, "steps": 3, "n_seeds": 2, "samples": 40, "dataset": "breast_cancer"}


def by_autograd(w, v, x, y):
    """(loss, gradient, Hessian) by PyTorch's own."""

    def loss(parameters):
        a, b = parameters[: w.numel()].view_as(w), parameters[w.numel() :].view_as(v)
        z = torch.tanh(x @ a[:, :-1].t() + a[:, -1]) @ b[:, :-1].t() + b[:, -1]
        if len(v) == 1:
            return torch.nn.functional.binary_cross_entropy_with_logits(z[:, 0], y.double())
        return torch.nn.functional.cross_entropy(z, y)

    at = torch.cat([w.flatten(), v.flatten()])
    gradient = torch.autograd.functional.jacobian(loss, at)
    return float(loss(at)), gradient, torch.autograd.functional.hessian(loss, at)


@given(
    units=st.integers(1, 3),
    features=st.integers(1, 3),
    outputs=st.sampled_from([1, 3]),
    samples=st.integers(1, 6),
    seed=st.integers(0, 1000),
)
@settings(max_examples=15, deadline=None)
def test_the_hessian_is_that_of_autograd(units, features, outputs, samples, seed):
    g = torch.Generator().manual_seed(seed)
    w, v, x = (
        torch.randn(shape, generator=g, dtype=torch.float64)
        for shape in ((units, features + 1), (outputs, units + 1), (samples, features))
    )
    y = torch.randint(max(outputs, 2), (samples,), generator=g)
    found, known = hessian(w, v, x, y), by_autograd(w, v, x, y)
    assert found[0] == pytest.approx(known[0], rel=1e-12)
    for mine, theirs in zip(found[1:], known[1:], strict=True):
        torch.testing.assert_close(mine, theirs, rtol=1e-9, atol=1e-13)


def test_samples_are_added_up_in_pieces(monkeypatch):
    g = torch.Generator().manual_seed(0)
    w, v = torch.randn(2, 4, generator=g), torch.randn(3, 3, generator=g)
    x, y = torch.randn(7, 3, generator=g), torch.tensor([0, 1, 2, 0, 1, 2, 0])
    whole = hessian(w, v, x, y)
    place = "weightkit.lessons.signal_propagation.saddle_points.hessian.AT_ONCE"
    monkeypatch.setattr(place, 40)
    for one, other in zip(whole, hessian(w, v, x, y), strict=True):
        assert torch.allclose(torch.as_tensor(one), torch.as_tensor(other), atol=1e-14)


def test_frames():
    config, seen, live = SaddlesConfig(**SMALL), [], []
    result = saddles(config, on_epoch=lambda *n: seen.append(n), on_curves=live.append)
    points, spectrum = result.points, result.spectrum
    assert points["stage"].tolist() == ["start"] * 3 + ["end"] * 5
    assert points["random_units"].tolist() == [0, 2, 2, 0, 1, 1, 2, 2]
    assert (points[["negative", "flat", "positive"]].sum(axis=1) == 65).all()
    assert len(spectrum) == 8 * 65
    assert (spectrum.groupby(["random_units", "stage", "seed"])["rank"].max() == 65).all()
    assert seen == [(n, 11) for n in (1, 2, 3, 6, 7, 8, 9, 10, 11)]
    assert sorted(set(result.curves["epoch"])) == [0, 3] and len(live) == 2
    again = saddles(config)
    for name in ("points", "spectrum", "curves"):
        pd.testing.assert_frame_equal(getattr(result, name), getattr(again, name))


def test_a_further_network_changes_no_other():
    one, two = (saddles(SaddlesConfig(**SMALL | {"n_seeds": n})).points for n in (1, 2))
    pd.testing.assert_frame_equal(one, two[two["seed"] == 0].reset_index(drop=True))


@pytest.fixture(scope="module")
def five():
    """Five seeds of the default network, on fewer images."""
    config = SaddlesConfig(n_seeds=5, samples=200, steps=300)
    return config, saddles(config)


def test_zero_is_a_saddle_of_72_directions_and_no_minimum(five):
    start = five[1].points.query("random_units == 0 and stage == 'start'")
    assert start[["negative", "flat", "positive"]].to_numpy().tolist() == [[72, 457, 81]]
    assert start["weights_gradient"].item() == 0


def test_a_random_start_curves_down_in_many_more_directions_and_training_leaves_few(five):
    """In each of five seeds."""
    points = five[1].points[five[1].points["random_units"] == 8].set_index(["stage", "seed"])
    share = points["negative"] / 610
    assert share["start"].between(0.2, 0.4).all() and share["end"].max() < 0.1
    trained = points.loc["end"]
    assert (-trained["smallest"] / trained["largest"]).max() < 0.02


def test_the_higher_the_loss_where_training_ended_the_more_directions_curve_down(five):
    """In each of five seeds: at least nine for each unit that is zero, as theory says of them."""
    ends = five[1].points[five[1].points["stage"] == "end"]
    zero = ends[ends["random_units"] == 0].iloc[0]
    for _, one in ends[ends["random_units"] > 0].groupby("seed"):
        rows = pd.concat([zero.to_frame().T, one]).astype({"loss": float, "negative": int})
        assert (np.diff(rows["loss"]) < 0).all() and (np.diff(rows["negative"]) < 0).all()
        assert (rows["negative"] >= 9 * (8 - rows["random_units"].astype(int))).all()
    config, result = five
    f = facts(result.points, 8, config.outputs, config.steps, config.tolerance)
    assert f.order == "rises" and f.zero.negative == (72, 72)


def test_the_curves_have_a_point_where_the_count_ends(five):
    config, result = five
    chart = tell(config, result).figures[0].chart
    points = chart.layer[-1].data
    starts = result.points[result.points["random_units"].isin((0, 8))]
    counts = starts[(starts["random_units"] == 8) | (starts["stage"] == "start")]["negative"]
    assert sorted(points["rank"]) == sorted(counts)


def told(config, **changed):
    """The story of a run whose points are changed."""
    result = saddles(config)
    points = result.points.copy()
    for column, change in changed.items():
        points[column] = change(points)
    return tell(config, type(result)(points, result.spectrum, result.curves))


@pytest.fixture(scope="module")
def tiny():
    return SaddlesConfig(**SMALL)


def test_diverged_trainings_are_counted_and_not_measured(tiny):
    ended = told(tiny, diverged=lambda p: (p["stage"] == "end") & (p["random_units"] > 0))
    text = " ".join(ended.shows)
    assert ended.facts.trained is None and ended.facts.order == "none"
    assert "every network had diverged" in text and "4 of 5 trainings diverged" in text
    assert "One level only" in ended["index-by-loss"].title


def test_where_the_share_does_not_rise_with_the_loss_that_is_not_said(tiny):
    same = told(tiny, loss=lambda p: 0.5)
    assert same.facts.order == "mixed"
    assert "no order" in same["index-by-loss"].title.lower()
    assert not any("With each rise" in s for s in same.slips)


def test_without_curvature_there_is_no_saddle(tiny):
    flat = told(tiny, negative=lambda p: 0, flat=lambda p: p["flat"] + p["negative"])
    assert flat.verdict.truth == "Along none"
    assert not any("local minimum" in s for s in flat.slips)
    assert "saddle" not in flat.shows[0]

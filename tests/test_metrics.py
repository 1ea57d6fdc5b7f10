"""Metrics against numpy.linalg and numpy.histogram (the oracles), and as properties."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from weightkit import metrics

SHAPES = [(6, 6), (10, 4), (4, 10), (1, 5), (5, 1), (1, 1), (64, 64)]
NAN, INF = math.nan, math.inf


def normal(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def floats(width: int = 32, **kwargs) -> st.SearchStrategy[float]:
    return st.floats(width=width, **{"allow_nan": True, "allow_infinity": True, **kwargs})


def matrices(elements: st.SearchStrategy[float]) -> st.SearchStrategy[np.ndarray]:
    return hnp.arrays(
        np.float32, hnp.array_shapes(min_dims=2, max_dims=3, max_side=5), elements=elements
    )


# --- distances
# ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", SHAPES)
def test_distances_equal_numpy(shape):
    a, b = normal(3, *shape, seed=1), normal(3, *shape, seed=2)
    for i in range(3):
        reference = b[i].double().numpy()
        expected = np.linalg.norm(a[i].double().numpy() - reference)
        assert metrics.frobenius_distance(a, b)[i].item() == pytest.approx(expected, rel=1e-12)
        relative = expected / np.linalg.norm(reference)
        assert metrics.relative_distance(a, b)[i].item() == pytest.approx(relative, rel=1e-12)


@settings(deadline=None)
@given(matrices(floats(allow_nan=False, allow_infinity=False)))
def test_distance_to_itself_is_exactly_zero(values):
    a = torch.from_numpy(values)
    assert (metrics.frobenius_distance(a, a) == 0).all()


def test_distance_from_zero_and_to_infinity():
    zero, one = torch.zeros(2, 2), torch.ones(2, 2)
    assert metrics.relative_distance(one, zero).item() == INF
    assert metrics.relative_distance(zero, zero).isnan()
    a = torch.stack([one, torch.tensor([[INF, 0.0], [0.0, 0.0]])])
    assert metrics.frobenius_distance(a, zero.expand(2, 2, 2)).tolist() == [2.0, INF]


# --- rank and condition number
# -----------------------------------------------------------------------------


def low_rank(m: int, n: int, r: int, seed: int) -> torch.Tensor:
    return (normal(m, r, seed=seed).double() @ normal(r, n, seed=seed + 1).double()).float()


@pytest.mark.parametrize("shape", SHAPES)
def test_rank_and_condition_equal_numpy(shape):
    w = normal(4, *shape)
    for i in range(4):
        assert metrics.rank(w)[i].item() == np.linalg.matrix_rank(w[i].numpy())
        expected = np.linalg.cond(w[i].double().numpy())
        assert metrics.condition_number(w)[i].item() == pytest.approx(expected, rel=1e-9)


@settings(deadline=None)
@given(m=st.integers(1, 30), n=st.integers(1, 30), r=st.integers(0, 8), seed=st.integers(0, 999))
def test_rank_of_a_product_is_the_inner_size(m, n, r, seed):
    w = low_rank(m, n, r, seed)
    expected = min(m, n, r)
    assert metrics.rank(w).item() == np.linalg.matrix_rank(w.numpy()) == expected
    singular = expected < min(m, n)
    assert (metrics.condition_number(w).item() == INF) == singular


@pytest.mark.parametrize("rtol", [0.5, 0.1, 1e-3, 0.0])
def test_rank_with_a_tolerance_of_ones_own(rtol):
    w = torch.diag(torch.tensor([1.0, 0.4, 0.01, 0.0]))
    expected = np.linalg.matrix_rank(w.numpy(), rtol=rtol)
    assert metrics.rank(w, rtol).item() == expected


def test_the_default_tolerance_grows_with_the_size():
    w = torch.eye(64)
    w[-1, -1] = 4e-6  # above float32's eps (1.2e-7), below 64 eps
    assert metrics.rank(w).item() == np.linalg.matrix_rank(w.numpy()) == 63
    assert metrics.rank(w.double()).item() == 64  # numbers kept in float64 have a finer tolerance
    assert metrics.condition_number(w).item() == INF
    assert metrics.condition_number(w.double()).item() == pytest.approx(1 / w[-1, -1].item())


@settings(deadline=None)
@given(st.floats(2**-60, 2**60, width=32), st.integers(0, 99))
def test_rank_and_condition_do_not_depend_on_the_scale(scale, seed):
    w = normal(5, 4, seed=seed)
    assert metrics.rank(w * scale) == metrics.rank(w)
    assert metrics.condition_number(w * scale).item() == pytest.approx(
        metrics.condition_number(w).item(), rel=1e-3
    )


def test_known_condition_numbers():
    w = torch.stack(
        [
            torch.eye(3),
            torch.diag(torch.tensor([4.0, 2.0, 1.0])),
            torch.zeros(3, 3),
            torch.ones(3, 3),
        ]
    )
    assert metrics.condition_number(w).tolist() == pytest.approx([1.0, 4.0, INF, INF])
    assert metrics.rank(w).tolist() == [3, 3, 0, 1]


@settings(deadline=None)
@given(matrices(floats()))
def test_non_finite_rows_never_disturb_the_others(values):
    w = torch.from_numpy(values)
    w = w if w.ndim == 3 else w.unsqueeze(0)
    finite = w.isfinite().flatten(1).all(1)
    good = torch.eye(w.shape[1], w.shape[2])
    stack = torch.cat([w, good.unsqueeze(0)])
    condition, rank, units = (
        metrics.condition_number(stack),
        metrics.rank(stack),
        metrics.distinct_units(stack),
    )
    assert condition[-1] == 1 and rank[-1] == min(w.shape[1:])
    assert torch.equal(condition[:-1].isnan(), ~finite)
    assert torch.equal(rank[:-1] == metrics.UNDEFINED, ~finite)
    assert torch.equal(units[:-1] == metrics.UNDEFINED, ~finite)
    for i in range(len(w)):
        alone = metrics.condition_number(
            w[i]
        )  # its sums may run in another order when its memory lies otherwise
        torch.testing.assert_close(alone, condition[i], rtol=1e-6, atol=0.0, equal_nan=True)


def test_results_have_the_batch_shape():
    w = normal(2, 3, 4, 5)
    for metric in (
        metrics.condition_number,
        metrics.rank,
        metrics.distinct_units,
        metrics.std,
        metrics.fraction_zero,
    ):
        assert metric(w).shape == (2, 3)
        assert metric(w[0, 0]).shape == ()


# --- distinct units
# ----------------------------------------------------------------------------------------


def test_distinct_units_counts_rows_of_w_and_b():
    w = torch.tensor([[1.0, 2.0], [1.0, 2.0], [3.0, 4.0], [1.0, 2.0]])
    assert metrics.distinct_units(w).item() == 2
    assert metrics.distinct_units(w, torch.tensor([0.0, 0.0, 0.0, 0.5])).item() == 3
    assert metrics.distinct_units(torch.zeros(5, 3), torch.zeros(5)).item() == 1
    assert metrics.distinct_units(normal(64, 64)).item() == 64


@settings(deadline=None)
@given(
    copies=st.lists(st.integers(0, 4), min_size=1, max_size=12),
    seed=st.integers(0, 999),
    noise=st.sampled_from([0.0, 1e-6]),
    scale=st.sampled_from([1e-6, 1.0, 1e6]),
)
def test_copies_are_the_same_unit_up_to_rounding(copies, seed, noise, scale):
    rows = normal(5, 8, seed=seed)
    w = rows[copies] * (1 + noise * normal(len(copies), 8, seed=seed + 1)) * scale
    assert metrics.distinct_units(w).item() == len(set(copies))


def test_distinct_units_has_a_tolerance():
    w = torch.tensor([[1.0, 0.0], [1.0, 0.001]])
    assert metrics.distinct_units(w).item() == 2
    assert metrics.distinct_units(w, rtol=0.01).item() == 1
    huge = torch.full((3, 2), 3e38)
    huge[2] = -3e38
    assert metrics.distinct_units(torch.stack([huge, torch.zeros(3, 2)])).tolist() == [2, 1]


def test_stack_gives_what_each_model_gives_alone():
    w, b = normal(5, 16, 9), normal(5, 16)
    w[1], b[1] = 0.1, 0.0
    w[3, 4:] = w[3, 4]
    b[3, 4:] = b[3, 4]
    assert metrics.distinct_units(w, b).tolist() == [16, 1, 16, 5, 16]
    assert [metrics.distinct_units(w[i], b[i]).item() for i in range(5)] == [16, 1, 16, 5, 16]


def test_equal_rows_are_found_across_the_parts_that_are_compared_at_once():
    w = normal(700, 5)
    w[650], w[699], w[520] = w[3], w[649], w[519]
    assert metrics.distinct_units(w).item() == 697
    w[1] = torch.inf
    assert metrics.distinct_units(w).item() == metrics.UNDEFINED


# --- histograms
# --------------------------------------------------------------------------------------------


@settings(max_examples=200, deadline=None)
@given(values=st.lists(floats(), max_size=40), bins=st.integers(1, 30))
def test_counts_sum_to_the_number_of_finite_values(values, bins):
    tensor = torch.tensor(values, dtype=torch.float32)
    edges = metrics.shared_bins(tensor, bins)
    assert edges.shape == (bins + 1,) and edges.isfinite().all() and (edges.diff() > 0).all()
    counts = metrics.histogram(tensor, edges)
    finite = tensor[tensor.isfinite()]
    assert counts.dtype == torch.int64 and counts.sum() == finite.numel()
    expected, _ = np.histogram(finite.double().numpy(), bins=edges.numpy())
    assert counts.tolist() == expected.tolist()


def test_bins_are_shared_by_several_tensors():
    a, b = torch.tensor([-1.0, NAN]), torch.tensor([[3.0, INF]])
    edges = metrics.shared_bins([a, b], 4)
    assert edges.tolist() == [-1.0, 0.0, 1.0, 2.0, 3.0]
    assert metrics.histogram(a, edges).tolist() == [1, 0, 0, 0]
    assert metrics.histogram(b, edges).tolist() == [0, 0, 0, 1]


@pytest.mark.parametrize(
    ("value", "low", "high"), [(0.0, -0.5, 0.5), (0.01, 0.005, 0.015), (-2.0, -3.0, -1.0)]
)
def test_a_degenerate_range_is_widened(value, low, high):
    edges = metrics.shared_bins(torch.full((5,), value, dtype=torch.float64), 4)
    assert edges[0].item() == pytest.approx(low) and edges[-1].item() == pytest.approx(high)
    assert metrics.histogram(torch.full((5,), value, dtype=torch.float64), edges).tolist() == [
        0,
        0,
        5,
        0,
    ]


def test_nothing_finite_gives_empty_counts():
    for nothing in (torch.tensor([NAN, INF]), torch.empty(0), []):
        edges = metrics.shared_bins(nothing, 3)
        assert edges.tolist() == pytest.approx([-0.5, -1 / 6, 1 / 6, 0.5])
    assert metrics.histogram(torch.tensor([NAN, INF]), edges).tolist() == [0, 0, 0]
    with pytest.raises(ValueError, match="bins must be at least 1, found 0"):
        metrics.shared_bins(torch.ones(3), 0)


def test_values_beyond_the_edges_count_in_the_outermost_bins():
    edges = torch.tensor([0.0, 1.0, 2.0])
    assert metrics.histogram(torch.tensor([-5.0, 0.0, 1.0, 2.0, 9.0]), edges).tolist() == [2, 3]


@pytest.mark.parametrize("batch_dims", [0, 1, 2])
def test_batched_histograms_equal_single_ones(batch_dims):
    values = normal(2, 3, 4, 5)
    values[0, 1, 2, 3] = NAN
    edges = metrics.shared_bins(values, 7)
    counts = metrics.histogram(values, edges, batch_dims)
    assert counts.shape == (*values.shape[:batch_dims], 7)
    flat = values.flatten(0, batch_dims - 1) if batch_dims else values.unsqueeze(0)
    for one, expected in zip(flat, counts.reshape(-1, 7), strict=True):
        assert torch.equal(metrics.histogram(one, edges), expected)


# --- activations
# -------------------------------------------------------------------------------------------


def test_fraction_zero_is_exact_and_per_layer():
    a = torch.zeros(2, 4, 5)
    a[1] = 1e-30
    a[1, 0] = -0.0
    assert metrics.fraction_zero(a).tolist() == [1.0, 0.25]


@pytest.mark.parametrize(
    ("activation", "expected"),
    [("tanh", 0.4), ("sigmoid", 0.8), ("relu", 0), ("leaky_relu", 0), ("linear", 0)],
)
def test_fraction_saturated(activation, expected):
    a = torch.tensor([[-0.995, 0.005, 0.5, 0.98, 0.995]])
    if activation == "sigmoid":
        a = torch.tensor([[0.0, 0.009, 0.5, 0.991, 1.0]])
    assert metrics.fraction_saturated(a, activation).item() == pytest.approx(expected)


def test_unknown_activation_is_named():
    with pytest.raises(
        ValueError, match="unknown activation 'gelu'; allowed: tanh, sigmoid, linear"
    ):
        metrics.fraction_saturated(torch.ones(2, 2), "gelu")


@settings(deadline=None)
@given(hnp.arrays(np.float32, (3, 4, 5), elements=st.floats(-1e6, 1e6, width=32)))
def test_std_equals_numpy(values):
    ours = metrics.std(torch.from_numpy(values))
    assert ours.dtype == torch.float64
    np.testing.assert_allclose(
        ours.numpy(), values.astype(np.float64).std(axis=(-2, -1)), rtol=1e-9, atol=1e-9
    )


def test_std_of_one_value_and_of_a_diverged_layer():
    assert metrics.std(torch.ones(1, 1)).item() == 0
    assert metrics.std(torch.tensor([1.0, 3.0])).item() == 1
    a = torch.ones(2, 2, 2)
    a[0, 0, 0] = INF
    assert metrics.std(a)[0].isnan() and metrics.std(a)[1] == 0

"""The matching of units, held by oracles: known permutations, and all orders of few units."""

from itertools import permutations

import pytest
import torch

from weightkit.initializers import initialize_
from weightkit.lessons.same_function.matching import cosines, matched, reordered, shifted
from weightkit.models import MLP


def network(sizes, seed):
    mlp = MLP(sizes)
    initialize_(mlp, "kaiming_normal", seed, biases=("normal", 0.5))
    return mlp, mlp.weights_of(0)


def answers(mlp, weights, x):
    for layer, matrix in zip(mlp.layers, weights, strict=True):
        mlp.matrix[layer][0] = matrix
    return mlp(x)[0]


@pytest.mark.parametrize("sizes", [(5, 6, 3), (5, 6, 7, 3), (5, 6, 7, 8, 1)])
def test_another_order_of_units_changes_every_matrix_and_no_output(sizes):
    mlp, weights = network(sizes, 1)
    weights = [w.clone() for w in weights]
    x = torch.randn(20, 5, generator=torch.Generator().manual_seed(0))
    moved = reordered(weights, shifted(weights))
    assert all((a[:, :-1] != b[:, :-1]).all() for a, b in zip(weights, moved, strict=True))
    before, after = answers(mlp, weights, x), answers(mlp, moved, x)
    torch.testing.assert_close(before, after, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("sizes", [(5, 6, 3), (9, 12, 7, 3), (9, 12, 8, 10, 2)])
def test_a_reordered_copy_is_put_back(sizes):
    _, weights = network(sizes, 2)
    generator = torch.Generator().manual_seed(3)
    orders = [torch.randperm(n, generator=generator) for n in sizes[1:-1]]
    other = reordered(weights, orders)
    found = matched(weights, other)
    back = reordered(other, found)
    assert all(torch.equal(a, b) for a, b in zip(weights, back, strict=True))
    for layer in range(len(orders)):
        assert cosines(weights, other, found, layer) == pytest.approx(1.0)


def likeness(one, other):
    return sum(float((a * b)[:, :-1].sum()) for a, b in zip(one, other, strict=True)) + sum(
        float((a * b)[:, -1].sum()) for a, b in zip(one[:-1], other[:-1], strict=True)
    )


def test_of_one_hidden_layer_it_is_the_best_of_all_orders():
    for seed in range(10):
        (_, one), (_, other) = network((4, 5, 2), seed), network((4, 5, 2), seed + 100)
        best = max(
            likeness(one, reordered(other, [torch.tensor(order)]))
            for order in permutations(range(5))
        )
        assert likeness(one, reordered(other, matched(one, other))) == pytest.approx(best, rel=1e-5)


def test_of_several_it_is_never_less_alike_than_as_it_was_and_no_layer_can_be_bettered():
    for seed in range(5):
        (_, one), (_, other) = network((4, 3, 4, 2), seed), network((4, 3, 4, 2), seed + 100)
        orders = matched(one, other)
        found = likeness(one, reordered(other, orders))
        assert found >= likeness(one, other) - 1e-4
        for layer, units in enumerate((3, 4)):
            for order in permutations(range(units)):
                tried = list(orders)
                tried[layer] = torch.tensor(order)
                assert likeness(one, reordered(other, tried)) <= found + 1e-4


def test_a_cosine_is_that_of_the_weights_without_the_bias():
    (_, one), (_, other) = network((4, 5, 2), 1), network((4, 5, 2), 2)
    order = torch.tensor([2, 0, 1, 4, 3])
    wanted = torch.nn.functional.cosine_similarity(one[0][:, :4], other[0][order][:, :4], dim=1)
    assert cosines(one, other, [order], 0) == pytest.approx(wanted.tolist(), rel=1e-5)


def test_weights_whose_products_no_float32_holds_are_matched_as_well():
    (_, first), (_, second) = network((6, 5, 5, 2), 1), network((6, 5, 5, 2), 2)
    huge = ([2.0**100 * matrix for matrix in weights] for weights in (first, second))
    for one, other in zip(matched(first, second), matched(*huge), strict=True):
        assert torch.equal(one, other)

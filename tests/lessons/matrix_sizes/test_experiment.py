"""Shapes against torch.nn.Linear, chains against PyTorch running them."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from weightkit.lessons.matrix_sizes import (
    BROKEN,
    Config,
    check_chain,
    layer_shapes,
    mend,
    parse_chain,
    parse_sizes,
    run,
    torch_error,
)

units = st.integers(1, 20)


@given(st.lists(units, min_size=2, max_size=6))
@settings(deadline=None)
def test_shapes_are_those_of_nn_linear(sizes):
    frame = layer_shapes(sizes)
    assert list(frame) == ["layer", "fan_in", "fan_out", "weight_shape", "weights", "biases"]
    for row, fan_in, fan_out in zip(frame.itertuples(), sizes, sizes[1:], strict=False):
        linear = torch.nn.Linear(fan_in, fan_out)
        assert row.weight_shape == str(tuple(linear.weight.shape))
        assert (row.weights, row.biases) == (linear.weight.numel(), linear.bias.numel())


@given(st.lists(st.tuples(units, units), min_size=1, max_size=5), st.integers(1, 5), units)
@settings(deadline=None, max_examples=60)
def test_a_chain_is_ok_exactly_where_pytorch_runs_it(layers, n_samples, n_features):
    frame = check_chain(layers, n_samples, n_features)
    assert list(frame) == ["layer", "expects", "receives", "output_shape", "ok"]
    assert (torch_error(layers, n_samples, n_features) is None) == frame["ok"].all()
    assert (frame["output_shape"].iloc[-1] != "") == frame["ok"].all()


def test_the_courses_chains():
    assert layer_shapes((10, 14, 19, 8))["weight_shape"].tolist() == [
        "(14, 10)",
        "(19, 14)",
        "(8, 19)",
    ]
    assert layer_shapes((3, 4, 3, 1))["weight_shape"].tolist() == ["(4, 3)", "(3, 4)", "(1, 3)"]
    assert check_chain([(10, 14), (14, 19), (19, 8)], 5, 10)["output_shape"].tolist() == [
        "(5, 14)",
        "(5, 19)",
        "(5, 8)",
    ]
    frame = check_chain(BROKEN, 5, 10)
    assert frame["ok"].tolist() == [True, True, False]
    assert "mat1 and mat2 shapes cannot be multiplied (5x9 and 19x8)" in torch_error(BROKEN, 5, 10)
    assert mend(BROKEN, 10) == [((10, 14), (14, 19), (19, 8)), ((10, 14), (14, 9), (9, 8))]


@pytest.mark.parametrize("activation", ["linear", "relu"])
@pytest.mark.parametrize(("layer", "unit"), [(1, 1), (1, 14), (2, 7), (3, 8)])
def test_the_dot_product_is_what_the_network_computes(layer, unit, activation):
    for seed in range(5):
        result = run(Config(layer=layer, unit=unit, activation=activation, seed=seed))
        row = result.output.iloc[0]
        assert row["output"] == pytest.approx(row["measured"], abs=1e-5)
        assert result.unit["product"].sum() == pytest.approx(row["dot_product"])
        assert (result.unit["weight"] * result.unit["x"]).to_list() == pytest.approx(
            result.unit["product"].to_list(), abs=1e-6
        )


def test_flow_and_values():
    result = run(Config(n_samples=7))
    assert result.flow["shape"].tolist() == ["(7, 10)", "(7, 14)", "(7, 19)", "(7, 8)"]
    assert len(result.values) == result.shapes["weights"].sum() == 10 * 14 + 14 * 19 + 19 * 8


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "empty"),
        ("10", "2 to"),
        ("10-0-3", "0"),
        ("10--3", "missing in “10--3”"),
        ("10-a", "a"),
        ("10-3.5", "3.5"),
        ("10-99999999999999999999", "1 to 128"),
        ("-".join(["3"] * 10), "2 to"),
    ],
)
def test_bad_sizes_get_a_sentence(text, word):
    with pytest.raises(ValueError, match=word):
        parse_sizes(text)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("10", "layer"),
        ("10-14-3", "layer"),
        ("10-x", "x"),
        ("10-0", "0"),
        (", ".join(["2-2"] * 9), "9"),
    ],
)
def test_bad_chains_get_a_sentence(text, word):
    with pytest.raises(ValueError, match=word):
        parse_chain(text)


@given(st.text(max_size=30))
def test_what_is_wrong_comes_with_an_example_that_this_field_accepts(text):
    for parse in (parse_sizes, parse_chain):
        try:
            parse(text)
        except ValueError as error:
            assert parse(str(error).rsplit("such as ", 1)[1])


@pytest.mark.parametrize(
    "bad",
    [
        {"sizes": (3,)},
        {"sizes": (3, 0)},
        {"sizes": (3, 129)},
        {"sizes": "3-4"},
        {"layer": 4},
        {"unit": 15},
        {"n_samples": 0},
        {"chain": ()},
    ],
)
def test_bad_configs(bad):
    with pytest.raises(ValueError, match=next(iter(bad))):
        Config(**bad)

"""Initializers against torch.nn.init (the oracle), their own formulas, and the promises of a
stack.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from weightkit.initializers import BIAS_SCHEMES, INITIALIZERS, initialize_, parse_spec

SHAPES = [(64, 64), (400, 30), (30, 400), (1, 900), (900, 1)]  # (fan_out, fan_in)
NUMBERS = {"std": 0.3, "value": -1.5, "negative_slope": 0.2}


class Stack:
    """The part of MLP that initialize_ touches: layers of views into one flat buffer."""

    def __init__(
        self, sizes: Sequence[int] = (5, 7, 4, 3), n_models: int = 3, learns: bool = False
    ):
        self.n_models = n_models
        pairs = list(itertools.pairwise(sizes))
        self.layers = [*["input", "fc1", "fc2"][: len(pairs) - 1], "output"]
        self.flat = torch.full(
            (n_models * sum(o * i + o for i, o in pairs),), torch.nan, requires_grad=learns
        )
        self.weight, self.bias, start = {}, {}, 0
        for layer, (fan_in, fan_out) in zip(self.layers, pairs, strict=True):
            for store, shape in (
                (self.weight, (n_models, fan_out, fan_in)),
                (self.bias, (n_models, fan_out)),
            ):
                size = math.prod(shape)
                store[layer] = self.flat[start : start + size].view(shape)
                start += size

    def row(self, model: int) -> dict[tuple[str, str], torch.Tensor]:
        """Copies of all parameters of one model."""
        return {
            (layer, kind): store[layer][model].clone()
            for layer in self.layers
            for kind, store in (("weight", self.weight), ("bias", self.bias))
        }


def same(a: dict, b: dict) -> bool:
    return all(torch.equal(a[key], b[key]) for key in a)


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def number_for(name: str) -> float | None:
    parameter = INITIALIZERS[name].parameter
    return None if parameter is None else NUMBERS[parameter]


# --- one matrix
# --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", INITIALIZERS)
@pytest.mark.parametrize("with_number", [False, True])
def test_measured_std_and_bound_match_the_formula(name, shape, with_number):
    scheme, (fan_out, fan_in) = INITIALIZERS[name], shape
    value = number_for(name) if with_number else None
    draws = torch.stack(
        [scheme.fill_(torch.empty(shape), generator(seed), value) for seed in range(20)]
    ).double()
    std, bound = scheme.std(fan_in, fan_out, value), scheme.bound(fan_in, fan_out, value)
    mean_square = draws.sub(draws.mean() if std == 0 else 0.0).square().mean().sqrt().item()
    n = draws.numel()
    assert mean_square == pytest.approx(std, rel=5 / math.sqrt(2 * n), abs=1e-6)
    if bound is None:
        assert (
            draws.abs().max() > 2.5 * std
        )  # tails beyond those of any uniform distribution (1.73 std)
    else:
        assert draws.abs().max() <= bound * (1 + 1e-6)
    if "uniform" in name or name == "pytorch_default":
        assert draws.max() > 0.99 * bound and draws.min() < -0.99 * bound
        assert bound == pytest.approx(std * math.sqrt(3))


ORACLES = {
    "zeros": lambda t, g: nn.init.zeros_(t),
    "ones": lambda t, g: nn.init.ones_(t),
    "constant": lambda t, g: nn.init.constant_(t, -1.5),
    "normal": lambda t, g: nn.init.normal_(t, 0, 0.3, generator=g),
    "uniform": lambda t, g: nn.init.uniform_(
        t, -0.3 * math.sqrt(3), 0.3 * math.sqrt(3), generator=g
    ),
    "xavier_normal": lambda t, g: nn.init.xavier_normal_(t, generator=g),
    "xavier_uniform": lambda t, g: nn.init.xavier_uniform_(t, generator=g),
    "kaiming_normal": lambda t, g: nn.init.kaiming_normal_(t, a=0.2, generator=g),
    "kaiming_uniform": lambda t, g: nn.init.kaiming_uniform_(t, a=0.2, generator=g),
    "orthogonal": lambda t, g: nn.init.orthogonal_(t, generator=g),
    "pytorch_default": lambda t, g: nn.init.kaiming_uniform_(t, a=math.sqrt(5), generator=g),
}


def test_the_registry_is_complete():
    assert list(INITIALIZERS) == list(ORACLES)
    for name, scheme in INITIALIZERS.items():
        assert scheme.name == name and scheme.label and scheme.formula and scheme.source
        assert (scheme.parameter is None) == (scheme.default is None)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", INITIALIZERS)
def test_same_numbers_as_torch_nn_init(name, shape):
    ours = INITIALIZERS[name].fill_(torch.empty(shape), generator(7), number_for(name))
    assert torch.equal(ours, ORACLES[name](torch.empty(shape), generator(7)))


@pytest.mark.parametrize("name", INITIALIZERS)
def test_a_transposed_view_gets_the_same_numbers(name):
    view = torch.empty(40, 20).T
    plain = torch.empty(20, 40)
    scheme = INITIALIZERS[name]
    assert torch.equal(scheme.fill_(view, generator()), scheme.fill_(plain, generator()))


@pytest.mark.parametrize("shape", SHAPES)
def test_orthogonal_rows_or_columns_are_orthonormal(shape):
    w = INITIALIZERS["orthogonal"].fill_(torch.empty(shape), generator())
    gram = w @ w.T if shape[0] <= shape[1] else w.T @ w
    torch.testing.assert_close(gram, torch.eye(min(shape)), atol=1e-5, rtol=0)


def test_pytorch_default_is_what_nn_linear_draws():
    with torch.random.fork_rng():
        torch.manual_seed(3)
        linear = nn.Linear(9, 6)
    stack = Stack((9, 6), n_models=1)
    initialize_(stack, "pytorch_default", 3, biases="pytorch_default")
    assert torch.equal(stack.weight["output"][0], linear.weight.detach())
    assert torch.equal(stack.bias["output"][0], linear.bias.detach())


def test_fill_needs_one_matrix():
    with pytest.raises(
        ValueError, match=r"one matrix \(fan_out, fan_in\), found the shape \(2, 3, 4\)"
    ):
        INITIALIZERS["xavier_normal"].fill_(torch.empty(2, 3, 4), generator())


@settings(deadline=None)
@given(st.integers(1, 2000), st.integers(1, 2000))
def test_kaiming_and_xavier_agree_with_their_sources(fan_in, fan_out):
    he, glorot = INITIALIZERS["kaiming_normal"], INITIALIZERS["xavier_normal"]
    assert he.std(fan_in, fan_out) ** 2 * fan_in / 2 == pytest.approx(
        1
    )  # He et al. 2015, equation 10
    assert he.std(fan_in, fan_out, 1.0) ** 2 * fan_in == pytest.approx(1)  # a = 1: a linear unit
    assert glorot.std(fan_in, fan_out) ** 2 * (fan_in + fan_out) / 2 == pytest.approx(
        1
    )  # equation 12
    assert INITIALIZERS["pytorch_default"].std(fan_in, fan_out) ** 2 * 3 * fan_in == pytest.approx(
        1
    )


# --- specs
# -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spec", "says"),
    [
        ("xavier", "unknown initialization 'xavier'; allowed: zeros, ones"),
        (
            ("normal", math.nan),
            "std of normal must be a finite number from 0 to 1e[+]06, found nan",
        ),
        (("normal", math.inf), "found inf"),
        (("uniform", -0.1), "std of uniform .* found -0.1"),
        (("constant", math.inf), "value of constant must be a finite number from -1e[+]06"),
        (("constant", 1e30), "found 1e[+]30"),
        (("kaiming_normal", math.nan), "negative_slope of kaiming_normal .* found nan"),
        (("normal", "0.1"), "found '0.1'"),
        (("normal", True), "found True"),
        (("normal", None), "a name or a tuple"),
        (("xavier_normal", 2.0), "xavier_normal takes no number, found 2.0"),
        (("nope", 2.0), "unknown initialization 'nope'"),
        (3, "a name or a tuple .* found 3"),
        (None, "found None"),
        (("normal", 0.1, 0.2), "a name or a tuple"),
    ],
)
def test_bad_specs(spec, says):
    with pytest.raises(ValueError, match=says):
        parse_spec(spec)


def test_a_spec_without_its_number_has_the_default():
    assert parse_spec("normal") == (INITIALIZERS["normal"], INITIALIZERS["normal"].default)
    assert parse_spec(("constant", 3)) == (INITIALIZERS["constant"], 3.0)
    assert parse_spec("orthogonal") == (INITIALIZERS["orthogonal"], None)


# --- a stack
# -----------------------------------------------------------------------------------------------


def test_draw_order_is_layer_by_layer_weight_then_bias():
    stack = initialize_(Stack(), "kaiming_normal", 5, biases=("normal", 0.3))
    g = generator(5)
    for layer in stack.layers:
        _, fan_out, fan_in = stack.weight[layer].shape
        expected = nn.init.kaiming_normal_(torch.empty(fan_out, fan_in), generator=g)
        assert torch.equal(stack.weight[layer][0], expected)
        assert torch.equal(
            stack.bias[layer][0], nn.init.normal_(torch.empty(fan_out), 0, 0.3, generator=g)
        )


@pytest.mark.parametrize("biases", BIAS_SCHEMES)
@pytest.mark.parametrize("weights", INITIALIZERS)
def test_a_model_depends_only_on_its_own_row(weights, biases):
    alone = initialize_(Stack(n_models=1), weights, [11], biases=biases)
    among = initialize_(
        Stack(n_models=3),
        ["normal", weights, "zeros"],
        [4, 11, 11],
        biases=["normal", biases, "ones"],
    )
    assert same(alone.row(0), among.row(1))


def test_one_seed_for_all_and_seeds_of_their_own():
    one = initialize_(Stack(), "xavier_normal", 1)
    assert same(one.row(0), one.row(1)) and same(one.row(0), one.row(2))
    own = initialize_(Stack(), "xavier_normal", [1, 2, 1])
    assert same(own.row(0), own.row(2)) and not same(own.row(0), own.row(1))
    assert same(own.row(0), one.row(0))


def test_no_seed_is_fresh_each_time_and_leaves_the_global_generator_alone():
    before = torch.random.get_rng_state()
    a, b = (
        initialize_(Stack(), "xavier_normal"),
        initialize_(Stack(), "xavier_normal", [None, 1, None]),
    )
    assert torch.equal(before, torch.random.get_rng_state())
    rows = [a.row(0), a.row(1), a.row(2), b.row(0), b.row(2)]
    assert not any(same(rows[i], rows[j]) for i in range(5) for j in range(i))
    assert same(b.row(1), initialize_(Stack(), "xavier_normal", 1).row(0))


def test_numpy_seeds_and_tuples_of_specs_are_accepted():
    import numpy as np

    seeds = np.arange(3)
    a = initialize_(Stack(), ("zeros", "xavier_normal", ("normal", 0.1)), seeds)
    assert (a.weight["input"][0] == 0).all() and not (a.weight["input"][1] == 0).any()
    two = initialize_(
        Stack(n_models=2), ("zeros", "ones"), 0
    )  # two names are two specs, not a pair
    assert (two.weight["output"][1] == 1).all()
    pair = initialize_(Stack(n_models=2), ("constant", 0.5), 0)  # a name and a number are one spec
    assert (pair.weight["output"] == 0.5).all()


keys = st.tuples(st.sampled_from(Stack().layers), st.sampled_from(["weight", "bias"]))


@settings(max_examples=50, deadline=None)
@given(
    chosen=st.dictionaries(keys, st.sampled_from(["zeros", "normal", "ones"]), max_size=4),
    seed=st.integers(0, 99),
)
def test_overrides_change_nothing_else(chosen, seed):
    plain = initialize_(Stack(), "xavier_normal", seed, biases="normal")
    changed = initialize_(
        Stack(), "xavier_normal", seed, biases="normal", overrides=[None, chosen, {}]
    )
    assert same(plain.row(0), changed.row(0)) and same(plain.row(2), changed.row(2))
    for key, value in plain.row(1).items():
        assert torch.equal(changed.row(1)[key], value) == (key not in chosen)


def test_one_override_for_all_models():
    stack = initialize_(
        Stack(),
        "xavier_normal",
        0,
        overrides={("fc1", "weight"): "zeros", ("fc1", "bias"): ("constant", 2.0)},
    )
    assert (stack.weight["fc1"] == 0).all() and (stack.bias["fc1"] == 2).all()
    assert (stack.weight["input"] != 0).all()


def test_parameters_that_learn_are_filled_in_place():
    stack, plain = Stack(learns=True), Stack()
    assert initialize_(stack, "orthogonal", 0, biases="uniform") is stack
    initialize_(plain, "orthogonal", 0, biases="uniform")
    assert stack.flat.is_leaf and torch.equal(stack.flat.detach(), plain.flat)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"weights": "nope"}, "unknown initialization 'nope'"),
        (
            {"weights": ["zeros", "ones"]},
            r"weights must be one spec or a list of 3 \(one per model\), found 2",
        ),
        ({"weights": []}, "found 0"),
        ({"weights": ["zeros", "ones", "nope"]}, "unknown initialization 'nope'"),
        (
            {"biases": "xavier_normal"},
            "defined for matrices .* cannot fill a bias; allowed for biases: zeros",
        ),
        ({"biases": ["zeros", "zeros", "orthogonal"]}, "orthogonal is defined for matrices"),
        ({"biases": ["zeros"]}, "biases must be one spec or a list of 3"),
        ({"seeds": [1, 2]}, "seeds must be .* found 2"),
        ({"seeds": -1}, r"a seed must be an integer from 0 to 2\*\*63 - 1, or None, found -1"),
        ({"seeds": 2**63}, "found 9223372036854775808"),
        ({"seeds": 1.5}, "seeds must be an integer.*found 1.5"),
        ({"seeds": "123"}, "found '123'"),
        ({"seeds": [0, 1, 2.5]}, "found 2.5"),
        ({"seeds": True}, "found True"),
        (
            {"overrides": {("fc9", "weight"): "zeros"}},
            r"for a layer \(input, fc1, output\).*found \('fc9'",
        ),
        ({"overrides": {("fc1", "weights"): "zeros"}}, "found .*'weights'"),
        ({"overrides": {"fc1": "zeros"}}, "found 'fc1'"),
        ({"overrides": {("fc1", "bias"): "kaiming_normal"}}, "defined for matrices"),
        ({"overrides": {("fc1", "weight"): "nope"}}, "unknown initialization"),
        ({"overrides": [{}]}, "overrides must be one dict or a list of 3"),
    ],
)
def test_bad_arguments_are_named_and_nothing_is_touched(arguments, says):
    stack = Stack()
    with pytest.raises(ValueError, match=says):
        initialize_(stack, **{"weights": "xavier_normal", "seeds": 0, **arguments})
    assert stack.flat.isnan().all()

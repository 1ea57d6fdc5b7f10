"""The stack against nn.Sequential and autograd."""

import subprocess
import sys

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from weightkit import ACTIVATIONS, MLP, initialize_
from weightkit.activations import gain
from weightkit.models import MAX_UNITS, Pass, layer_names, with_ones
from weightkit.training import loss_gradient, one_hot


@pytest.mark.parametrize("normalization", [None, "layer"])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_a_stack_computes_what_nn_sequential_does(activation, normalization):
    mlp = initialize_(
        MLP((5, 7, 6, 3), activation, 3, normalization=normalization),
        "kaiming_normal",
        [1, 2, 3],
        biases=("normal", 0.3),
    )
    x = torch.randn(11, 5, generator=torch.Generator().manual_seed(0))
    for model in range(3):
        torch.testing.assert_close(mlp(x)[model], mlp.sequential(model)(x))


@pytest.mark.parametrize("task", ["multiclass", "binary"])
@pytest.mark.parametrize("normalization", [None, "layer"])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_backward_pass_equals_autograd(activation, normalization, task):
    outputs = 3 if task == "multiclass" else 1
    mlp = initialize_(
        MLP((5, 7, 6, outputs), activation, 2, normalization=normalization),
        "xavier_normal",
        [1, 2],
        biases=("normal", 0.3),
    )
    g = torch.Generator().manual_seed(0)
    x = torch.randn(11, 5, generator=g)
    y = (
        torch.randint(0, 3, (11,), generator=g)
        if task == "multiclass"
        else torch.randint(0, 2, (11,), generator=g).float()
    )
    done = mlp.forward(x)
    mlp.backward(done, loss_gradient(done, one_hot(y, outputs)))
    for model in range(2):
        net = mlp.sequential(model)
        logits = net(x)
        loss = (
            torch.nn.functional.cross_entropy(logits, y)
            if task == "multiclass"
            else torch.nn.functional.binary_cross_entropy_with_logits(logits[:, 0], y)
        )
        loss.backward()
        linears = [m for m in net if isinstance(m, torch.nn.Linear)]
        for layer, linear in zip(mlp.layers, linears, strict=True):
            torch.testing.assert_close(
                mlp.weight_grad[layer][model], linear.weight.grad, rtol=1e-4, atol=1e-6
            )
            torch.testing.assert_close(
                mlp.bias_grad[layer][model], linear.bias.grad, rtol=1e-4, atol=1e-6
            )


def test_the_backward_pass_with_dropout_equals_autograd():
    mlp = initialize_(MLP((5, 7, 6, 3), "tanh", 1), "xavier_normal", 1)
    g = torch.Generator().manual_seed(0)
    x, y = torch.randn(11, 5, generator=g), torch.randint(0, 3, (11,), generator=g)
    masks = [torch.randint(0, 2, (units, 11), generator=g) * 2.0 for units in (7, 6)]
    done = mlp.forward(x, masks)
    mlp.backward(done, loss_gradient(done, one_hot(y, 3)), masks)
    net = mlp.sequential()
    h = torch.tanh(net[0](x)) * masks[0].t()
    h = torch.tanh(net[2](h)) * masks[1].t()
    torch.nn.functional.cross_entropy(net[4](h), y).backward()
    torch.testing.assert_close(
        mlp.weight_grad["input"][0], net[0].weight.grad, rtol=1e-4, atol=1e-6
    )


def test_visit_sees_the_gradient_of_every_layer_from_the_last_to_the_first():
    mlp = initialize_(MLP((5, 7, 6, 3), n_models=2), "kaiming_normal", [1, 2])
    done = mlp.forward(torch.randn(4, 5, generator=torch.Generator().manual_seed(0)))
    seen = {}
    mlp.backward(
        done,
        torch.ones_like(done.logits),
        visit=lambda layer, d: seen.update({layer: tuple(d.shape)}),
    )
    assert seen == {"output": (2, 3, 4), "fc1": (2, 6, 4), "input": (2, 7, 4)}
    assert list(seen) == ["output", "fc1", "input"]


def test_names_and_views():
    mlp = MLP((64, 64, 32, 32, 10), n_models=2)
    assert mlp.layers == ["input", "fc1", "fc2", "output"]
    assert layer_names(1) == ["output"]
    assert layer_names(2) == ["input", "output"]
    assert mlp.n_parameters == 64 * 65 + 32 * 65 + 32 * 33 + 10 * 33
    mlp.flat.fill_(2.0)
    assert all(bool((view == 2).all()) for view in mlp.parameters().values())
    assert [tuple(v.shape) for v in mlp.weight.values()] == [
        (2, 64, 64),
        (2, 32, 64),
        (2, 32, 32),
        (2, 10, 32),
    ]


@pytest.mark.parametrize(
    ("sizes", "word"),
    [
        ((3,), "2 to"),
        ((3, 0), "0"),
        ((3, -1), "-1"),
        ((3, MAX_UNITS + 1), str(MAX_UNITS + 1)),
        ((3, "a"), "'a'"),
        ((3, 2.5), "2.5"),
        ((3, True), "True"),
    ],
)
def test_bad_sizes_are_named(sizes, word):
    with pytest.raises(ValueError, match=word):
        MLP(sizes)


@pytest.mark.parametrize(
    "bad", [{"activation": "relu6"}, {"n_models": 0}, {"n_models": 1.5}, {"normalization": "batch"}]
)
def test_bad_settings_are_named(bad):
    with pytest.raises(ValueError, match=next(iter(bad))):
        MLP((3, 2), **bad)


def test_too_many_parameters_are_refused():
    with pytest.raises(ValueError, match="parameters"):
        MLP((4096, 4096, 4096))


@given(st.lists(st.integers(1, 9), min_size=2, max_size=5), st.integers(1, 4), st.integers(1, 6))
@settings(max_examples=30, deadline=None)
def test_shapes(sizes, n_models, samples):
    mlp = initialize_(MLP(sizes, n_models=n_models), "kaiming_uniform", list(range(n_models)))
    assert tuple(mlp(torch.ones(samples, sizes[0])).shape) == (n_models, samples, sizes[-1])


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_derivatives_equal_autograd(name):
    z = torch.tensor([-2.0, -0.5, 0.3, 1.7], requires_grad=True)
    ACTIVATIONS[name].module()(z).sum().backward()
    torch.testing.assert_close(ACTIVATIONS[name].derivative(z.detach()), z.grad)
    torch.testing.assert_close(
        ACTIVATIONS[name].f(z.detach()), ACTIVATIONS[name].module()(z.detach())
    )


def test_gain_is_pytorchs():
    assert gain("relu") == pytest.approx(torch.nn.init.calculate_gain("relu"))
    assert gain("leaky_relu") == pytest.approx(torch.nn.init.calculate_gain("leaky_relu", 0.01))
    assert gain("tanh") == 1


@pytest.mark.parametrize("normalization", [None, "layer"])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_a_pass_that_keeps_nothing_gives_the_same_logits(activation, normalization):
    mlp = initialize_(
        MLP((7, 9, 9, 9, 9, 3), activation, 4, normalization=normalization),
        "kaiming_normal",
        1,
        biases="pytorch_default",
    )
    x = torch.randn(6, 7, generator=torch.Generator().manual_seed(0))
    kept, lean = mlp.forward(x), mlp.forward(x, keep=False)
    assert torch.equal(kept.logits, lean.logits)
    memory = [len({a.data_ptr() for a in done.inputs[1:]}) for done in (kept, lean)]
    assert memory == [4, 2]
    assert not lean.normalized


def test_the_memory_of_a_pass_serves_every_batch():
    mlp = initialize_(
        MLP((5, 7, 6, 3), n_models=2, normalization="layer"), "kaiming_normal", [1, 2]
    )
    room, g = Pass(mlp, 8), torch.Generator().manual_seed(0)
    for _ in range(3):
        x = torch.randn(8, 5, generator=g)
        torch.testing.assert_close(mlp.forward_(room, with_ones(x)).logits, mlp.forward(x).logits)
        assert len(room.normalized) == 2


def test_a_plain_network_draws_nothing_and_imports_no_algebra_system():
    code = (
        "import sys, torch\n"
        "from weightkit import MLP\n"
        "before = torch.random.get_rng_state()\n"
        "net = MLP((5, 4, 3)).sequential()\n"
        "assert torch.equal(torch.random.get_rng_state(), before)\n"
        "assert isinstance(net[0], torch.nn.Linear) and 'sympy' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)

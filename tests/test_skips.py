"""Networks with skips, against autograd on the same network written out."""

import pytest
import torch

from weightkit import MLP, initialize_
from weightkit.activations import ACTIVATIONS
from weightkit.models import with_ones
from weightkit.passes import Pass
from weightkit.training import loss_gradient, one_hot

SIZES = (5, 6, 6, 6, 6, 6, 3)


def written_out(mlp, parameters, x, model, masks=None):
    """Logits, and the sums z of every layer but the last, from {(layer, kind): tensor}."""
    act, sums = ACTIVATIONS[mlp.activation].module(), []

    def linear(layer, a):
        return a @ parameters[layer, "weight"][model].t() + parameters[layer, "bias"][model]

    z = stream = linear(mlp.layers[0], x)
    for i, layer in enumerate(mlp.layers[1:], 1):
        sums.append(z)
        if mlp.normalization:
            z = torch.nn.functional.layer_norm(z, z.shape[-1:])
        a = act(z) if masks is None else act(z) * masks[i - 1].t()
        z = linear(layer, a)
        if i % mlp.skip == 0 and layer != "output":
            z = stream = stream + z
    return z, sums


@pytest.mark.parametrize("skip", [1, 2, 4])
@pytest.mark.parametrize("normalization", [None, "layer"])
@pytest.mark.parametrize("activation", ["relu", "tanh"])
@pytest.mark.parametrize("dropout", [False, True])
def test_skips_are_what_autograd_makes_of_them(skip, normalization, activation, dropout):
    mlp = initialize_(
        MLP(SIZES, activation, 2, normalization=normalization, skip=skip),
        "kaiming_normal",
        [1, 2],
        biases=("normal", 0.3),
    )
    g = torch.Generator().manual_seed(0)
    x, y = torch.randn(11, 5, generator=g), torch.randint(0, 3, (11,), generator=g)
    masks = [torch.randint(0, 2, (6, 11), generator=g) * 2.0 for _ in range(5)] if dropout else None
    seen = {}
    done = mlp.forward_(
        Pass(mlp, 11, dropout=dropout),
        with_ones(x),
        masks,
        lambda layer, z: seen.update({layer: z.clone()}),
    )
    mlp.backward(done, loss_gradient(done, one_hot(y, 3)), masks)
    leaves = {key: p.clone().requires_grad_() for key, p in mlp.parameters().items()}
    grads = mlp.parameters(mlp.grad)
    for model in range(2):
        logits, sums = written_out(mlp, leaves, x, model, masks)
        torch.testing.assert_close(done.logits[model].t(), logits.detach())
        if not dropout:
            torch.testing.assert_close(mlp(x)[model], logits.detach())
        for layer, z in zip(mlp.layers, sums, strict=False):
            torch.testing.assert_close(seen[layer][model].t(), z.detach())
        torch.nn.functional.cross_entropy(logits, y).backward()
    for key, leaf in leaves.items():
        torch.testing.assert_close(grads[key], leaf.grad, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    ("sizes", "skip"), [((5, 6, 6, 3), 2), ((5, 6, 7, 3), 1), ((5, 3), 1), (SIZES, 0), (SIZES, 1.0)]
)
def test_skips_that_do_not_fit_are_refused(sizes, skip):
    with pytest.raises(ValueError, match="skip is"):
        MLP(sizes, skip=skip)


def test_a_network_with_skips_is_no_chain():
    with pytest.raises(ValueError, match="chain"):
        MLP(SIZES, skip=2).sequential()

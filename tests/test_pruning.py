"""Pruned weights stay at 0, against a plain PyTorch loop that puts them back; rates of each row and
layer, against torch.optim's parameter groups.
"""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from test_training import OPTIM, SIZES, assert_same, new, plain, run

from weightkit import Freeze, pieces
from weightkit.pruning import all_kept, prune_, shuffled, smallest_out
from weightkit.training import TrainConfig, train


def random_masks(mlp, share=0.6, seed=0):
    g = torch.Generator().manual_seed(seed)
    return {layer: torch.rand(w.shape, generator=g) > share for layer, w in mlp.weight.items()}


@pytest.mark.parametrize("halves", [False, True])
@pytest.mark.parametrize("freeze", [(), (Freeze("fc1", "bias", 2, 2, (1,)),)])
@pytest.mark.parametrize("optimizer", OPTIM)
def test_pruned_weights_stay_at_0_and_the_others_do_what_pytorch_does(
    multiclass, monkeypatch, optimizer, freeze, halves
):
    if halves:
        monkeypatch.setattr(pieces, "WORTH_TWO_CORES", 0)
    mlp = new(2, [0, 1])
    masks = random_masks(mlp)
    prune_(mlp, masks)
    assert all((mlp.weight[layer][~mask] == 0).all() for layer, mask in masks.items())
    nets = [mlp.sequential(model) for model in (0, 1)]
    run(mlp, multiclass, optimizer=optimizer, epochs=3, weight_decay=0.01, freeze=freeze)
    for model, net in enumerate(nets):
        linears = [m for m in net if isinstance(m, torch.nn.Linear)]
        for layer, linear in zip(mlp.layers, linears, strict=True):
            linear.weight.register_hook(lambda g, mask=masks[layer][model]: g * mask)

        def toggle(epoch, bias=linears[1].bias, model=model):
            frozen = bool(freeze) and model == 1 and epoch == 2
            bias.requires_grad_(not frozen)
            if frozen:
                bias.grad = None

        plain(
            net,
            multiclass,
            OPTIM[optimizer](net.parameters(), weight_decay=0.01),
            3,
            before_epoch=toggle,
        )
        assert_same(mlp, net, model)
    for layer, mask in masks.items():
        assert (mlp.weight[layer][~mask] == 0).all()
        assert (mlp.weight[layer][mask] != 0).any()


@pytest.mark.parametrize("halves", [False, True])
@pytest.mark.parametrize("freeze", [(), (Freeze("output", "weight", models=(1,)),)])
@pytest.mark.parametrize("optimizer", OPTIM)
def test_rates_are_parameter_groups(multiclass, monkeypatch, optimizer, freeze, halves):
    if halves:
        monkeypatch.setattr(pieces, "WORTH_TWO_CORES", 0)
    mlp = new(2, [0, 1])
    nets = [mlp.sequential(model) for model in (0, 1)]
    rates = {"input": [0.5, 2.0], "output": [0.25, 0.0]}
    config = TrainConfig(
        epochs=3,
        batch_size=16,
        learning_rate=0.05,
        optimizer=optimizer,
        weight_decay=0.01,
        freeze=freeze,
    )
    *_, last = train(mlp, multiclass, config, rates)
    assert last.epoch == 3
    for model, net in enumerate(nets):
        factors = [rates["input"][model], 1.0, rates["output"][model]]
        groups = [
            {"params": list(m.parameters()), "lr": 0.05 * factor}
            for m, factor in zip(net[::2], factors, strict=True)
        ]
        if freeze and model == 1:
            groups[2]["params"] = [net[4].bias]
        plain(net, multiclass, OPTIM[optimizer](groups, weight_decay=0.01), 3)
        assert_same(mlp, net, model)


@pytest.mark.parametrize("rates", [{"fc9": [1.0, 1.0]}, {"fc1": [1.0]}])
def test_rates_that_fit_no_layer_are_refused(multiclass, rates):
    with pytest.raises(ValueError, match=next(iter(rates))):
        next(train(new(2, [0, 1]), multiclass, TrainConfig(epochs=1), rates))


@given(
    seed=st.integers(0, 1000),
    share=st.floats(0, 0.99),
    before=st.floats(0, 0.95),
    broken=st.booleans(),
)
def test_the_smallest_go_and_what_is_out_stays_out(seed, share, before, broken):
    g = torch.Generator().manual_seed(seed)
    weight, mask = torch.randn(3, 4, 5, generator=g), torch.rand(3, 4, 5, generator=g) >= before
    weight *= mask
    if broken:
        weight[1] = float("nan")
    after = smallest_out(weight, mask, share)
    assert not (after & ~mask).any()
    for w, old, now in zip(weight, mask, after, strict=True):
        n = int(old.sum())
        going = min(round(share * n), max(n - 1, 0))
        assert int(now.sum()) == n - going
        gone, left = w[old & ~now].abs(), w[now].abs()
        if len(gone) and len(left) and not w.isnan().any():
            assert gone.max() <= left.min()


@pytest.mark.parametrize(("share", "n"), [(0.3, 95), (0.15, 190)])
def test_half_a_weight_is_rounded_as_python_does_it(share, n):
    """As scripts in plain PyTorch do: 0.3 of 95 is 28.5, and in 32 bits a little more."""
    mask = torch.ones(1, 1, n, dtype=torch.bool)
    assert int(smallest_out(torch.rand(1, 1, n), mask, share).sum()) == n - round(share * n)


def test_a_shuffled_mask_keeps_as_many_in_other_places():
    mlp = new(2, [0, 1])
    mask = random_masks(mlp)["fc1"]
    twice = [shuffled(mask, [torch.Generator().manual_seed(s) for s in (5, 6)]) for _ in range(2)]
    assert torch.equal(*twice) and not torch.equal(twice[0], mask)
    assert torch.equal(twice[0].flatten(1).sum(1), mask.flatten(1).sum(1))


def test_pruning_again_takes_out_more(multiclass):
    mlp = new(2, [0, 1])
    one, two = random_masks(mlp, 0.3, 1), random_masks(mlp, 0.3, 2)
    prune_(prune_(mlp, one), two)
    run(mlp, multiclass)
    for layer in mlp.layers:
        assert (mlp.weight[layer][~(one[layer] & two[layer])] == 0).all()
    assert all(mask.all() for mask in all_kept(mlp).values())


def test_a_mask_that_fits_no_layer_is_refused():
    with pytest.raises(ValueError, match="fc1"):
        prune_(new(2), {"fc1": torch.ones(SIZES[1:3], dtype=torch.bool)})

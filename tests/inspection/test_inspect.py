"""Any module under the glass, held by known answers; what is looked at stays as it was."""

import copy
import math

import pandas as pd
import pytest
import torch
from small_networks import Transformer, batch, drawn, resnet
from torch import nn

from weightkit import inspect
from weightkit.inspection import findings, sentences
from weightkit.inspection.findings import Changes, Drift, Facts, Signals


def row(found, name):
    return found.parameters.set_index("parameter").loc[name]


@pytest.mark.parametrize(
    ("module", "name", "fan_in", "fan_out", "default"),
    [
        (nn.Linear(30, 20), "weight", 30, 20, 1 / math.sqrt(90)),
        (nn.Conv2d(6, 12, 3), "weight", 54, 108, 1 / math.sqrt(162)),
        (nn.Conv2d(6, 12, 3, groups=3), "weight", 18, 36, 1 / math.sqrt(54)),
        (nn.Conv1d(6, 12, 5), "weight", 30, 60, 1 / math.sqrt(90)),
        (nn.ConvTranspose2d(6, 12, 3), "weight", 54, 108, 1 / math.sqrt(324)),
        (nn.ConvTranspose2d(6, 12, 3, groups=2), "weight", 27, 54, 1 / math.sqrt(162)),
        (nn.Embedding(50, 8), "weight", 1, 8, 1.0),
        (nn.MultiheadAttention(16, 4), "in_proj_weight", 16, 16, math.sqrt(2 / 64)),
        (nn.MultiheadAttention(16, 4, kdim=9, vdim=5), "k_proj_weight", 9, 16, math.sqrt(2 / 25)),
        (nn.LSTM(6, 10), "weight_ih_l0", 6, 10, 1 / math.sqrt(30)),
        (nn.GRU(6, 10), "weight_hh_l0", 10, 10, 1 / math.sqrt(30)),
        (nn.Bilinear(6, 5, 40), "weight", 30, 40, 1 / math.sqrt(18)),
    ],
)
def test_fans_and_pytorchs_own_start_are_known(module, name, fan_in, fan_out, default):
    stds = []
    with torch.random.fork_rng([]):  # PyTorch's own draw is from its own generator
        torch.random.default_generator.manual_seed(0)
        for _ in range(20):
            (getattr(module, "reset_parameters", None) or module._reset_parameters)()
            stds.append(getattr(module, name).detach().double().std(correction=0).item())
    found = row(inspect(module), name)
    assert (found["fan_in"], found["fan_out"]) == (fan_in, fan_out)
    assert found["pytorch_default"] == pytest.approx(default)
    assert sum(stds) / 20 == pytest.approx(default, rel=0.05)
    assert found["kaiming"] == pytest.approx(math.sqrt(2 / fan_in))
    assert found["xavier"] == pytest.approx(math.sqrt(2 / (fan_in + fan_out)))


@pytest.mark.parametrize("groups", [1, 2])
@pytest.mark.parametrize("kind", [nn.Conv2d, nn.ConvTranspose2d])
def test_fans_are_the_inputs_that_reach_an_output_and_the_outputs_that_an_input_reaches(
    kind, groups
):
    layer = kind(4, 6, 3, groups=groups, bias=False)
    nn.init.ones_(layer.weight)
    x = torch.ones(1, 4, 9, 9, requires_grad=True)
    y = layer(x)
    found = row(inspect(layer), "weight")
    assert found["fan_in"] == y[0, 0, 3, 3].item()
    y.sum().backward()
    assert found["fan_out"] == x.grad[0, 0, 4, 4].item()


def test_the_numbers_of_a_matrix():
    layer = nn.Linear(4, 3)
    w = torch.tensor([[3.0, 0, 0, 0], [0, 1.0, 0, 0], [3.0, 0, 0, 0]])
    layer.weight.data.copy_(w)
    found = inspect(layer)
    r = row(found, "weight")
    assert (r["rows"], r["distinct_rows"], r["rank"], r["full_rank"]) == (3, 2, 2, 3)
    assert r["condition_number"] == math.inf and r["share_zero"] == 0.75
    assert r["std"] == pytest.approx(w.numpy().std()) and r["mean"] == pytest.approx(7 / 12)
    assert found.facts.repeated == (("weight", 2, 3),) and found.facts.deficient == ()
    assert found.facts.sparse == (("weight", 0.75),)
    assert "weight has 2 distinct rows of 3." in found.shows
    layer.weight.data.copy_(torch.outer(torch.tensor([1.0, 2, 3]), torch.ones(4)))
    assert inspect(layer).facts.deficient == (("weight", 1, 3),)


@pytest.mark.parametrize("seed", range(5))
def test_the_nearest_scheme_is_the_one_that_drew(seed):
    draws = {
        "kaiming": nn.init.kaiming_normal_,
        "xavier": nn.init.xavier_normal_,
        "pytorch_default": lambda w, generator: nn.init.kaiming_uniform_(
            w, math.sqrt(5), generator=generator
        ),
    }
    for scheme, draw in draws.items():
        layer = nn.Linear(200, 100)
        draw(layer.weight, generator=torch.Generator().manual_seed(seed))
        found = inspect(layer)
        assert row(found, "weight")["nearest"] == scheme
        assert row(found, "weight")["times_nearest"] == pytest.approx(1, abs=0.03)
        assert found.facts.usual == 1 and not (found.facts.large or found.facts.small)


def test_a_bad_start_is_found_out():
    for std, way in ((1e-3, "small"), (5.0, "large")):
        stack = [part for _ in range(6) for part in (nn.Linear(40, 40), nn.Tanh())]
        found = inspect(drawn(nn.Sequential(*stack), std=std), batch(64, 40))
        f = found.facts
        assert [name for name, _, _ in getattr(f, way)] == [f"{i}.weight" for i in range(0, 12, 2)]
        assert not getattr(f, "large" if way == "small" else "small") and not f.usual
        side = {"small": "below", "large": "above"}[way]
        assert any(f"times {side} " in s and "the nearest scheme" in s for s in found.shows)
        if way == "small":
            assert f.signals.forward.drift is f.signals.backward.drift is Drift.FADES
    same = nn.Linear(5, 4)
    nn.init.constant_(same.weight, 0.1)
    assert inspect(same).facts.constant == ("weight",)
    assert not inspect(same).facts.repeated


def test_a_resnet_and_a_transformer():
    net = drawn(resnet())
    found = inspect(net, batch(8, 3, 12, 12))
    f = found.facts
    assert f.n == sum(p.numel() for p in net.parameters()) and f.arrays == 22
    assert f.usual == 8 and not f.large and not f.small and not f.constant
    assert row(found, "2.conv1.weight")["rows"] == 8
    flow = found.signals
    assert flow["layer"].value_counts()["2.relu"] == 2  # called twice
    units = flow[flow["layer"] == "3.relu"]["units"].tolist()
    assert units == [16, 16]
    tokens = torch.randint(0, 20, (4, 7), generator=torch.Generator().manual_seed(0))
    found = inspect(Transformer(), tokens)
    assert found.facts.shared == ("embed.weight",)
    assert row(found, "embed.weight")["shared_with"] == "out.weight"
    assert "out.weight" not in set(found.parameters["parameter"])
    attention = found.signals[found.signals["kind"] == "MultiheadAttention"]
    assert len(attention) == 1 and attention["signal_std"].iloc[0] > 0


def test_dropout_is_off_so_that_two_looks_see_the_same():
    net = drawn(Transformer()).train()
    tokens = torch.arange(12).reshape(3, 4)
    one, other = inspect(net, tokens).signals, inspect(net, tokens).signals
    pd.testing.assert_frame_equal(one, other, check_exact=True)
    assert net.block.self_attn.dropout == 0.5
    pd.testing.assert_frame_equal(one, inspect(net.eval(), tokens).signals)


def test_signals_and_gradients_are_those_of_autograd():
    net = drawn(nn.Sequential(nn.Linear(6, 5), nn.ReLU(), nn.Linear(5, 3)))
    net[0].bias.data[2] = -100  # never on
    x = batch(32, 6)
    found = inspect(net, x)
    h = net[0](x)
    a = h.relu()
    y = net[2](a)
    assert found.signals["signal_std"].tolist() == pytest.approx(
        [t.detach().double().std(correction=0).item() for t in (h, a, y)]
    )
    signs = torch.randint(0, 2, y.shape, generator=torch.Generator().manual_seed(0)) * 2.0 - 1
    gradients = torch.autograd.grad(y, [h, a, y], signs)
    assert found.signals["gradient_std"].tolist() == pytest.approx(
        [t.double().std(correction=0).item() for t in gradients]
    )
    dead = int((a == 0).all(0).sum())
    assert found.facts.signals.dead == (("1", dead, 5),) and dead >= 1
    tanh = nn.Sequential(nn.Linear(6, 2), nn.Tanh())
    tanh[0].bias.data.copy_(torch.tensor([50.0, 0]))
    tanh[0].weight.data.fill_(0.1)
    assert inspect(tanh, x).facts.signals.saturated == (("1", 1, 2),)


@pytest.mark.parametrize("training", [True, False])
def test_nothing_of_the_module_changes(training):
    net = nn.Sequential(resnet(), nn.Dropout(0.5)).train(training)
    net[0][0].weight.requires_grad_(False)
    net[0][6].weight.grad = torch.ones(10, 16)
    net[1].train(not training)
    x = batch(4, 3, 8, 8)
    kept, kept_x = copy.deepcopy(net), x.clone()
    modes = [m.training for m in net.modules()]
    random = torch.random.get_rng_state()
    with torch.no_grad():
        found = inspect(net, x)
    assert found.facts.signals.backward is not None
    assert [m.training for m in net.modules()] == modes
    assert torch.equal(torch.random.get_rng_state(), random) and torch.equal(x, kept_x)
    for (name, value), old in zip(
        net.state_dict().items(), kept.state_dict().values(), strict=True
    ):
        assert torch.equal(value, old), name
    for p, old in zip(net.parameters(), kept.parameters(), strict=True):
        assert p.requires_grad == old.requires_grad
        assert p.grad is None or (p is net[0][6].weight and (p.grad == 1).all())
    assert net[0][6].weight.grad is not None
    for part in (nn.ReLU(inplace=True), nn.Threshold(1.0, 2, inplace=True)):
        inspect(part, x), inspect(part, torch.zeros(3, dtype=torch.int64))
        assert torch.equal(x, kept_x)
    assert not any(m._forward_hooks for m in net.modules())


def test_odd_parameters():
    odd = nn.Module()
    odd.whole = nn.Parameter(torch.tensor([[1, 0], [3, 4]], dtype=torch.int8), requires_grad=False)
    odd.short = nn.Parameter(torch.ones(3, 2, dtype=torch.bfloat16))
    odd.waves = nn.Parameter(torch.ones(2, 2, dtype=torch.complex64))
    odd.nothing = nn.Parameter(torch.empty(0, 3))
    odd.scalar = nn.Parameter(torch.tensor(2.0))
    odd.broken = nn.Parameter(torch.tensor([[1.0, math.nan], [0.0, 1.0]]))
    odd.cube = nn.Parameter(torch.ones(2, 3, 4))
    odd.away = nn.Parameter(torch.empty(2, 2, device="meta"))
    found = inspect(odd)
    assert row(found, "whole")["rank"] == 2 and row(found, "whole")["share_zero"] == 0.25
    assert found.facts.broken == ("broken",) and row(found, "broken")["rank"] == -1
    assert found.facts.unmeasured == ("waves", "away")
    assert found.facts.constant == ("short", "cube")
    assert row(found, "cube")["fan_in"] == 12 and not row(found, "cube")["known"]
    assert found.compare(inspect(odd)).facts.frozen == tuple(
        n for n, p in odd.named_parameters() if not p.is_meta
    )
    assert repr(found) and found._repr_html_()


def test_modules_without_anything_and_what_is_refused():
    nothing = inspect(nn.Sequential())
    assert nothing.shows == ("The module has no parameters.",) and len(nothing.parameters) == 0
    assert nothing.facts.signals is None and nothing.compare(nothing).facts.compared == 0
    one = inspect(nn.Flatten(), batch(3, 2, 2))
    assert len(one.signals) == 1 and "after the one layer" in one.shows[-1]
    with pytest.raises(ValueError, match=r"0\.weight, 0\.bias have no shape yet.*call it once"):
        inspect(nn.Sequential(nn.LazyLinear(3)), batch(2, 2))
    with pytest.raises(ValueError, match="could not be sent through"):
        inspect(nn.Linear(3, 2), batch(4, 5))
    with pytest.raises(TypeError, match="found list"):
        inspect([nn.Linear(3, 2)])


def test_two_checkpoints():
    net = drawn(nn.Sequential(nn.Linear(4, 3), nn.Linear(3, 2)))
    first = inspect(net)
    assert first.compare(inspect(net)).facts.frozen == ("0.weight", "0.bias", "1.weight", "1.bias")
    with torch.no_grad():
        net[1].weight.mul_(3)  # twice its norm away
    there = first.compare(inspect(net))
    moved = there.distances.set_index("parameter").loc["1.weight"]
    assert moved["relative_distance"] == pytest.approx(2) and not moved["frozen"]
    assert moved["distance"] == pytest.approx(2 * first.values["1.weight"].norm().item())
    assert there.facts.frozen == ("0.weight", "0.bias", "1.bias")
    assert there.facts.furthest == ("1.weight", pytest.approx(2))
    assert there.shows[0].startswith("1 of 4 parameters has moved")
    other = first.compare(inspect(nn.Sequential(nn.Linear(5, 3), nn.Identity(), nn.Linear(1, 1))))
    assert other.facts.reshaped == ("0.weight",) and other.facts.only_second[0] == "2.weight"
    assert other.facts.only_first == ("1.weight", "1.bias")


@pytest.mark.parametrize(
    ("stds", "drift"),
    [
        ([1, 2, 3], Drift.STEADY),
        ([1, 1, 0.01], Drift.FADES),
        ([0, 1], Drift.GROWS),
        ([1, 0], Drift.VANISHES),
        ([1, math.inf, 1], Drift.BREAKS),
        ([1, math.nan], Drift.BREAKS),
    ],
)
def test_how_a_std_goes(stds, drift):
    p = findings.passage(stds[0], stds[-1], stds)
    assert p.drift is drift
    said = sentences.told(Facts(2, 1, *[()] * 8, 0, (), Signals(2, p, None, (), ())))[-1]
    words = {
        Drift.STEADY: "keeps its size",
        Drift.VANISHES: "exactly 0",
        Drift.BREAKS: "not finite",
        Drift.FADES: "fades",
        Drift.GROWS: "grows",
    }
    assert [d for d, text in words.items() if text in said] == [drift]


@pytest.mark.parametrize(
    ("compared", "frozen", "said"),
    [
        (0, (), "No parameter has the same"),
        (2, ("a", "b"), "Nothing has moved: all 2 parameters are"),
        (1, ("a",), "Nothing has moved: the one parameter is"),
        (2, (), "Something has moved in each of the 2"),
        (1, (), "Something has moved in the one"),
        (3, ("a",), "2 of 3 parameters have moved; equal, bit for bit: a."),
        (3, ("a", "b"), "1 of 3 parameters has moved; equal, bit for bit: a and b."),
    ],
)
def test_what_has_moved_is_said_for_every_outcome(compared, frozen, said):
    (sentence,) = sentences.changed(Changes(compared, frozen, None, (), (), ()))
    assert sentence.startswith(said)

"""The winning numbers, over five seeds, and the frames' promises."""

import pytest
import torch

from weightkit import MLP, datasets, initialize_
from weightkit.lessons.lottery_ticket import Config, experiment, run
from weightkit.lessons.lottery_ticket.config import APART, FRESH, INIT, OWN, SHUFFLED, STARTS
from weightkit.pruning import all_kept

SEEDS = 5


@pytest.fixture(scope="module")
def result():
    return run(Config(n_seeds=SEEDS))


def test_frames(result):
    keys = ["round", "kept", "start", "seed"]
    assert list(result.curves) == [*keys, "epoch", "split", "loss", "accuracy", "diverged"]
    assert list(result.final) == [*keys, "accuracy", "first_epochs", "diverged"]
    assert list(result.masks) == ["round", "seed", "layer", "kept"]
    assert list(result.inputs) == ["round", "seed", "input", "row", "column", "varies", "kept"]
    assert len(result.final) == SEEDS * (1 + 3 * 7)
    assert len(result.curves) == len(result.final) * (Config().epochs + 1) * 2
    assert len(result.inputs) == SEEDS * 8 * 64
    last = result.curves.query(f"split == 'test' and epoch == {Config().epochs}").set_index(
        ["round", "start", "seed"]
    )
    final = result.final.set_index(["round", "start", "seed"])
    assert (last["accuracy"] == final["accuracy"][last.index]).all()


def test_own_numbers_beat_fresh_ones_and_shuffled_places_for_every_seed(result):
    small = result.final[result.final["kept"] <= 0.06]
    assert small["kept"].max() > 0.05, "there is one at about 6 %"
    wide = small.pivot(index=["round", "seed"], columns="start", values="accuracy")
    assert len(wide) == 2 * SEEDS
    assert (wide[OWN] - wide[FRESH]).min() >= 0.05
    assert (wide[OWN] - wide[SHUFFLED]).min() >= 0.05


def test_while_much_is_left_the_numbers_hardly_matter(result):
    first = result.final.query("round == 1").groupby("start")["accuracy"].mean()
    assert first[OWN] - first[FRESH] < 0.05


def test_the_last_ticket_is_right_before_any_training(result):
    first = result.curves.query("epoch == 0 and split == 'test' and round == 7")
    wide = first.pivot(index="seed", columns="start", values="accuracy")
    assert (wide[OWN] - wide[FRESH]).min() >= 0.2


def test_a_ticket_is_the_first_numbers_of_its_network_and_only_those_kept():
    seeds, sizes = [3, 4], (64, 32, 10)
    whole = initialize_(MLP(sizes, n_models=2), INIT, seeds)
    masks = experiment.smaller(whole, all_kept(whole), 0.5)
    mlp, labels = experiment.tickets(sizes, masks, seeds, 2)
    assert labels["start"].tolist() == [start for start in STARTS for _ in seeds]
    fresh = initialize_(MLP(sizes, n_models=2), INIT, [seed + 2 * APART for seed in seeds])
    for layer, mask in masks.items():
        own, other, moved = mlp.weight[layer].split(2)
        assert torch.equal(own, whole.weight[layer] * mask)
        assert torch.equal(other, fresh.weight[layer] * mask)
        places = moved != 0
        assert torch.equal(moved, whole.weight[layer] * places) and not torch.equal(places, mask)
        assert torch.equal(places.flatten(1).sum(1), mask.flatten(1).sum(1))


def test_a_round_trains_the_ticket_of_the_round_before(monkeypatch):
    """Trained once more by hand: what is removed are the smallest trained weights."""
    config = Config(n_seeds=1, rounds=1, epochs=1, removed=0.5, hidden="64-32")
    seen = {}

    def spy(mlp, masks, removed):
        kept = smaller(mlp, masks, removed)
        seen.setdefault("first", ({k: w[0].clone() for k, w in mlp.weight.items()}, kept))
        return kept

    smaller = experiment.smaller
    monkeypatch.setattr(experiment, "smaller", spy)
    result = run(config)
    weights, kept = seen["first"]
    for layer, w in weights.items():
        left = kept[layer][0]
        share = 0.75 if layer == "output" else 0.5
        assert int(left.sum()) == round(share * w.numel())
        assert w[left].abs().min() >= w[~left].abs().max()
    mask = result.masks.query("round == 1").set_index("layer")["kept"]
    assert mask.to_dict() == pytest.approx({"input": 0.5, "fc1": 0.5, "output": 0.75})
    data = datasets.load("digits")
    same = result.inputs.query("round == 0 and not varies")["input"].tolist()
    assert same == [k for k in range(64) if len(data.x_train[:, k].unique()) == 1]


def test_a_run_is_the_same_bit_for_bit_and_ends_when_told():
    config = Config(n_seeds=2, rounds=1, epochs=1, hidden="64-32")
    one, two = run(config), run(config)
    assert one.curves.equals(two.curves) and one.inputs.equals(two.inputs)

    class End(Exception):
        pass

    def stop(done, total):
        assert total == 2
        raise End

    with pytest.raises(End):
        run(config, on_epoch=stop)


def test_too_little_left_is_refused():
    with pytest.raises(ValueError, match="rounds is 15 and removed 0.5"):
        Config(rounds=15, removed=0.5)

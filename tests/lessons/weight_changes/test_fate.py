"""Every weight's fate: the frames against numpy on the same training, claims over five seeds, and
one arm of the story for each outcome.
"""

import numpy as np
import pandas as pd
import pytest
import torch

from weightkit import MLP, TrainConfig, datasets, initialize_, train
from weightkit.charts import export
from weightkit.charts.export.engine import convert
from weightkit.lessons.weight_changes import Config, fate
from weightkit.lessons.weight_changes.fate.experiment import BINS, outcomes
from weightkit.lessons.weight_changes.fate.outcomes import LARGER, OUTCOMES, TURNED

LAYERS = ["input", "fc1", "fc2", "output"]
SMALL = Config(epochs=1, n_seeds=2, batch_size=128)
DIVERGING = Config(
    dataset="breast_cancer",
    init="kaiming_uniform",
    optimizer="momentum",
    learning_rate=1.0,
    epochs=20,
    n_seeds=1,
)


@pytest.fixture(scope="module")
def told():
    """The default run, five seeds, and what is told of it."""
    config = Config()
    result = fate.run(config)
    return result, fate.tell(config, result)


def story_of(**settings):
    config = Config(**{"epochs": 1, "n_seeds": 1, "batch_size": 128} | settings)
    return fate.tell(config, fate.run(config))


# ---------------------------------------------------------------- frames


@pytest.fixture(scope="module")
def small():
    return fate.run(SMALL)


@pytest.fixture(scope="module")
def by_hand():
    """{layer: (before, after)} of the same two networks, (2, weights) each."""
    mlp = MLP((64, 64, 32, 32, 10), n_models=2)
    initialize_(mlp, "pytorch_default", [0, 1], biases="pytorch_default")
    before = {n: w.flatten(1).double().numpy().copy() for n, w in mlp.weight.items()}
    how = TrainConfig(epochs=1, batch_size=128, optimizer="sgd", learning_rate=0.1)
    list(train(mlp, datasets.load("digits"), how))
    return {n: (before[n], mlp.weight[n].flatten(1).double().numpy()) for n in LAYERS}


def test_shares_and_quantiles_equal_numpy(small, by_hand):
    shares = small.shares.pivot_table("share", ["layer", "seed"], "outcome")
    change = small.quantiles.set_index(["layer", "seed", "quantile"])["change"]
    for layer, (before, after) in by_hand.items():
        for seed in (0, 1):
            b, a = before[seed], after[seed]
            mine = shares.loc[layer, seed]
            assert mine[list(LARGER)].sum() == pytest.approx((abs(a) > abs(b)).mean())
            assert mine[list(TURNED)].sum() == pytest.approx((a * b < 0).mean())
            assert mine["same size"] == (abs(a) == abs(b)).mean()
            assert mine.sum() == pytest.approx(1)
            for q in (0.1, 0.5, 0.99):
                assert change[layer, seed, q] == pytest.approx(np.quantile(abs(a - b), q))


def test_cells_count_every_weight_where_it_is(small, by_hand):
    for layer, (before, after) in by_hand.items():
        cells = small.cells[small.cells["layer"] == layer]
        assert cells["count"].sum() == before.size
        middle = cells[(cells["before_left"] >= 0) & (cells["after_left"] >= 0)]
        assert middle["count"].sum() == ((before >= 0) & (after >= 0)).sum()
        assert len(cells) <= BINS**2
    whole = small.cells[small.cells["layer"] == fate.ALL]["count"].sum()
    assert whole == sum(before.size for before, _ in by_hand.values())


def test_tenths_by_size_and_inputs_that_are_always_zero(small, by_hand):
    mine = small.by_size[small.by_size["seed"] == 0]
    total = sum(before[0].size for before, _ in by_hand.values())
    assert mine["n"].sum() == total
    lowest = [np.sort(abs(before[0]))[: before[0].size // 10] for before, _ in by_hand.values()]
    first = mine[mine["tenth"] == 1]
    size = (first["before"] * first["n"]).sum() / first["n"].sum()
    assert size == pytest.approx(np.concatenate(lowest).mean(), rel=0.01)
    never = (datasets.load("digits").x_train == 0).all(0).sum()
    assert mine[~mine["fed"]]["n"].sum() == 64 * never > 0


def test_each_weight_has_one_outcome():
    values = torch.tensor([0.0, 1.0, -1.0, 2.0, -2.0])
    before, after = (t.flatten() for t in torch.meshgrid(values, values, indexing="ij"))
    found = outcomes(before, after)
    for b, a, place in zip(before.tolist(), after.tolist(), found.tolist(), strict=True):
        name = OUTCOMES[place]
        assert ("grew" in name) == (abs(a) > abs(b)) and ("shrank" in name) == (abs(a) < abs(b))
        if name != "same size":
            assert ("other sign" in name) == (a * b < 0)


def test_the_same_settings_give_the_same_frames(small):
    again = fate.run(SMALL)
    for name in ("cells", "shares", "quantiles", "by_size", "curves"):
        pd.testing.assert_frame_equal(getattr(small, name), getattr(again, name))


def test_diverged_networks_are_in_the_curves_only():
    result = fate.run(DIVERGING)
    assert result.curves["diverged"].any() and result.shares.empty and result.by_size.empty


# ---------------------------------------------------------------- claims, over five seeds


def grew(result):
    """[seed, layer] share that grew."""
    larger = result.shares[result.shares["outcome"].isin(LARGER)]
    return larger.groupby(["seed", "layer"])["share"].sum().unstack()


def test_some_are_strengthened_some_weakened_and_some_change_sign(told):
    result, _ = told
    share = grew(result)
    assert len(share) == 5
    assert share[fate.ALL].between(0.5, 0.7).all() and (share[LAYERS] > 0.5).all(axis=None)
    assert (share["output"] > share["input"]).all()
    turned = result.shares[result.shares["outcome"].isin(TURNED)]
    turned = turned[turned["layer"] == fate.ALL].groupby("seed")["share"].sum()
    assert turned.between(0.08, 0.25).all()


def test_some_by_a_lot_some_by_a_little(told):
    result, _ = told
    change = result.quantiles[result.quantiles["layer"] == fate.ALL]
    change = change.pivot_table("change", "seed", "quantile")
    assert (change[0.1] < 0.001).all() and (change[0.99] > 0.3).all()
    assert (change[0.99] > 8 * change[0.5]).all()


def test_those_near_zero_grow_more_often_in_every_network(told):
    table = fate.findings.by_tenth(told[0].by_size).pivot_table("grew", "seed", "tenth")
    assert (table[1] > table[10] + 0.1).all()


def test_weights_of_which_the_data_say_nothing_stay_as_they_are(told):
    unfed = told[0].by_size.query("not fed")
    assert (unfed["before"] == unfed["after"]).all() and (unfed["grew"] == 0).all()


def left_of_the_unfed(**settings):
    """[smallest, largest] by seed: the share of its size that is left of what only L2 moves."""
    result = fate.run(Config(l2=0.01, epochs=1, n_seeds=5, **settings))
    unfed = result.by_size.query("not fed")
    left = (unfed["after"] / unfed["before"]).groupby([unfed["seed"], unfed["tenth"]]).first()
    return left.unstack()[[1, 10]].to_numpy()


def test_under_sgd_l2_takes_the_same_share_of_large_and_small_weights():
    steps = -(-len(datasets.load("digits").x_train) // 32)
    assert left_of_the_unfed() == pytest.approx((1 - 0.1 * 0.01) ** steps, rel=1e-4)


def test_under_adam_l2_takes_the_larger_share_of_small_weights():
    small, large = left_of_the_unfed(optimizer="adam", learning_rate=0.001).T
    assert len(small) == 5 and (small < 0.1).all() and (large > 0.5).all()


# ---------------------------------------------------------------- the story, an arm each


def test_the_default_is_told_from_the_facts(told):
    _, story = told
    f = story.facts
    assert story.verdict.truth == pytest.approx(100 * f.all.grew)
    assert f.lost == 0 and f.moved and f.smallest.grew > f.largest.grew
    assert "they have kept their size" in story.shows[-1] and len(story.slips) == 1
    assert [figure.name for figure in story.figures] == ["outcomes", "changes", "by-size"]


def test_weights_that_never_move():
    story = story_of(init="zeros")
    assert story.verdict.truth == 0 and not story.facts.moved and story.get("by-size") is None
    assert "nothing was strengthened" in story.shows[0] and not story.slips


def test_weights_that_began_alike_have_no_tenths():
    story = story_of(init="constant")
    assert story.facts.moved and story.facts.smallest is None and story.get("by-size") is None


def test_all_networks_diverged():
    story = fate.tell(DIVERGING, result := fate.run(DIVERGING))
    assert story.verdict.truth == 0.0 and story.facts.lost == 1
    for figure in (*story.figures, fate.charts.before_after(result, "fc1")):
        assert figure.title.startswith("All networks diverged")


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"l2": 0.1}, "the large ones lose more, but no larger share"),
        ({"l2": 0.1, "optimizer": "adam", "learning_rate": 0.001}, "the small ones keep"),
        ({"l2": 1.0, "batch_size": 8, "learning_rate": 0.5}, "less than a thousandth"),
        ({"l2": 0.1, "l1": 0.01}, "only L2 and L1 have a say"),
    ],
)
def test_the_slip_about_l2_says_what_it_did_to_weights_without_data(settings, said):
    (slip,) = (s for s in story_of(**settings).slips if "L2 shrinks" in s)
    assert said in slip
    assert ("Adam divides" in slip) == (settings.get("optimizer") == "adam")


def test_where_l2_is_too_weak_to_be_seen_nothing_is_said_of_it():
    assert not any("L2" in s for s in story_of(l2=0.0001, learning_rate=0.001).slips)


def test_every_chart_renders_and_the_map_sends_cells_not_weights(told):
    result, story = told
    maps = [fate.charts.before_after(result, look) for look in fate.LOOKS]
    assert max(len(figure.data) for figure in maps) <= BINS**2
    figures = [*story.figures, maps[0]]
    drawn = convert([{"format": "svg", "spec": export.picture(figure)} for figure in figures])
    assert len(drawn) == 4 and all(text.startswith("<svg") and "<path" in text for text in drawn)

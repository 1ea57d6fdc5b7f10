"""A frozen BatchNorm against plain PyTorch, and what is true of it over five
seeds.
"""

import pandas as pd
import pytest
import torch
from torch import nn

from weightkit import datasets
from weightkit.charts import export
from weightkit.charts.export.engine import convert
from weightkit.lessons.freezing import batchnorm
from weightkit.lessons.freezing.batchnorm import BatchNormConfig, config
from weightkit.lessons.freezing.plain import network

SMALL = {"epochs": 1, "before": 1, "batch_size": 256}


def run_of(**settings):
    return batchnorm.run(BatchNormConfig(**SMALL | settings))


@pytest.fixture(scope="module")
def five():
    """Five seeds."""
    return run_of(n_seeds=5)


def longest(result, case, *parts):
    """The longest distance of some parts, by seed."""
    mine = result.movement[(result.movement["case"] == case) & (result.movement["epoch"] > 0)]
    return mine[mine["part"].isin(parts)].groupby("seed")["distance"].max()


# ---------------------------------------------------------------- frames and oracles


def test_frames(five):
    assert list(five.movement) == ["case", "seed", "epoch", "part", "distance", "size"]
    assert list(five.curves) == [
        *("case", "seed", "epoch", "split", "loss", "accuracy", "diverged")
    ]
    assert not five.movement.duplicated(["case", "seed", "epoch", "part"]).any()
    assert len(five.movement) == 6 * 5 * 2 * 7 and len(five.curves) == 6 * 5 * 2 * 2
    assert (five.movement.query("epoch == 0")["distance"] == 0).all()


def test_running_statistics_are_pytorchs_moving_averages():
    """One epoch of one batch, requires_grad = False: 0.9 of the old and 0.1 of the batch's."""
    result = run_of(before=0, batch_size=512, dataset="breast_cancer", n_seeds=1)
    data = datasets.load("breast_cancer")
    order = torch.Generator().manual_seed(0)
    z = network(30, 1)[0](data.x_train).detach()
    mean, var = torch.zeros(64), torch.ones(64)
    for batch in torch.randperm(len(z), generator=order).split(512):
        if len(batch) > 1:
            mean = 0.9 * mean + 0.1 * z[batch].mean(0)
            var = 0.9 * var + 0.1 * z[batch].var(0)
    mine = result.movement.query("case == 'requires_grad = False' and epoch == 1")
    moved = mine.set_index("part")["distance"]
    assert moved["norm.running_mean"] == pytest.approx(float(mean.norm()), rel=1e-5)
    assert moved["norm.running_var"] == pytest.approx(float((var - 1).norm()), rel=1e-5)


def test_the_same_settings_give_the_same_frames():
    one, other = run_of(n_seeds=1), run_of(n_seeds=1)
    pd.testing.assert_frame_equal(one.movement, other.movement)
    pd.testing.assert_frame_equal(one.curves, other.curves)


def test_a_network_does_not_depend_on_its_neighbours(five):
    alone = run_of(n_seeds=1)
    both = five.movement.query("seed == 0").reset_index(drop=True)
    pd.testing.assert_frame_equal(alone.movement, both)


def test_a_last_batch_of_one_sample_is_left_out():
    assert len(datasets.load("digits").x_train) % 101 == 1
    here = run_of(n_seeds=1, batch_size=101, before=0, dataset="digits")
    assert not here.curves["diverged"].any()


# ---------------------------------------------------------------- claims, over five seeds


def test_requires_grad_leaves_statistics_and_outputs_moving(five):
    assert (longest(five, config.FROZEN, *config.BLOCK) == 0).all()
    assert (longest(five, config.FROZEN, *config.STATISTICS) > 0.01).all()
    assert (longest(five, config.FROZEN, config.OUTPUTS) > 0.01).all()


def test_eval_leaves_weights_learning(five):
    assert (longest(five, config.EVALUATED, *config.STATISTICS) == 0).all()
    assert (longest(five, config.EVALUATED, *config.BLOCK) > 0.01).all()
    assert (longest(five, config.EVALUATED, config.OUTPUTS) > 0.01).all()


@pytest.mark.parametrize("case", [config.BOTH, config.NEW])
def test_both_together_are_exact_under_the_old_optimiser_and_a_new_one(five, case):
    assert (longest(five, case, *config.BLOCK, *config.STATISTICS, config.OUTPUTS) == 0).all()
    head = five.curves.query("case == @case and split == 'train'").pivot(
        index="seed", columns="epoch", values="loss"
    )
    assert (head[1] < head[0]).all(), "the layers behind it learn on"


def test_gradients_of_zeros_move_it_by_momentum_and_not_by_plain_sgd(five):
    assert (longest(five, config.ZEROS, *config.BLOCK) > 0).all()
    small = {"dataset": "breast_cancer", "optimizer": "sgd", "n_seeds": 5}
    plain = run_of(**small)
    assert (longest(plain, config.ZEROS, *config.BLOCK) == 0).all()
    decayed = run_of(**small, weight_decay=0.1)
    assert (longest(decayed, config.ZEROS, *config.BLOCK) > 0).all()


def test_train_takes_eval_back():
    net = nn.Sequential(nn.BatchNorm1d(2))
    net[0].eval()
    net.train()
    assert net[0].training


# ---------------------------------------------------------------- the story, an arm each


def told(**settings):
    c = BatchNormConfig(**SMALL | {"n_seeds": 1} | settings)
    return batchnorm.tell(c, batchnorm.run(c))


def test_only_both_together():
    story = told()
    assert story.verdict.truth == "Only the two together" and len(story.slips) == 3
    assert story.facts.enough == (False, False, True)
    assert "moving, eval() leaves weights and biases" in story["what-moved"].title


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"optimizer": "sgd"}, "plain SGD without weight decay has nothing to add"),
        ({"before": 0, "weight_decay": 0.1}, "there is no gradient to clear"),
        ({"weight_decay": 0.1}, "the block stays exactly where it was"),
    ],
)
def test_what_an_optimiser_remembers(settings, said):
    assert any(said in sentence for sentence in told(**settings).shows)


def test_networks_that_diverge_are_named():
    wild = {"dataset": "breast_cancer", "learning_rate": 1.0, "epochs": 2, "batch_size": 16}
    story = told(**wild, seed=1)
    assert [case.name for case in story.facts.cases if case.lost] == ["eval()"]
    assert story.shows[0].startswith("1 of 6 networks diverged") and story.facts.gone == 0


def test_networks_that_diverged_before_the_freezing_are_told_so():
    result = run_of(n_seeds=1)
    movement = result.movement.assign(size=float("nan"), distance=float("nan"))
    lost = batchnorm.Result(result.curves.assign(diverged=True), movement)
    story = batchnorm.tell(BatchNormConfig(**SMALL, n_seeds=1), lost)
    assert story.facts.gone == 1 and len(story.shows) == 1 and not story.slips
    assert story["what-moved"].title == "All networks diverged before the freezing"


@pytest.mark.parametrize(
    ("enough", "answer", "title"),
    [
        ((True, True, True), 2, "Each of the two"),
        ((True, False, True), 0, "requires_grad = False alone"),
        ((False, True, True), 1, "eval() alone"),
        ((False, False, True), 3, "Neither alone"),
        ((False, False, False), 4, "Not even both"),
    ],
)
def test_every_answer_has_its_arm(enough, answer, title):
    stands = dict(zip((config.FROZEN, config.EVALUATED, config.BOTH), enough, strict=True))
    groups = batchnorm.findings.GROUPS
    cases = tuple(
        batchnorm.findings.Case(
            name, dict.fromkeys(groups, 0.1), dict.fromkeys(groups, stands.get(name, False)), 0.5, 0
        )
        for name in config.CASES
    )
    f = batchnorm.findings.Facts(1, 1, 0, cases)
    assert batchnorm.story.outcome(f) == batchnorm.story.ANSWERS[answer]
    assert batchnorm.charts.grid(f).title.startswith(title)


@pytest.mark.parametrize(
    ("share", "exact", "words"),
    [
        (0.0, True, "0"),
        (0.031, False, "3.1%"),
        (1.9, False, "190%"),
        (12.0, False, "12 times"),
        (1e-7, False, "under 0.01%"),
        (float("nan"), False, "no finite amount"),
    ],
)
def test_only_what_is_exactly_zero_is_called_so(share, exact, words):
    case = batchnorm.findings.Case("both", {"outputs": share}, {"outputs": exact}, 0.5, 0)
    assert batchnorm.charts.moved(case, "outputs") == words


def test_every_chart_renders():
    c = BatchNormConfig(**SMALL, n_seeds=2)
    result = batchnorm.run(c)
    figures = [*batchnorm.tell(c, result).figures, batchnorm.charts.live(result.curves)]
    drawn = convert([{"format": "svg", "spec": export.picture(figure)} for figure in figures])
    assert len(drawn) == 4 and all(text.startswith("<svg") and "<path" in text for text in drawn)

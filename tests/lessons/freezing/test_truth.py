"""Whatever is asked for, the pages on freezing say what the frames say."""

import math
import re

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from truth.prose import EXAMPLES, faults

from weightkit.lessons.freezing import CONDITIONS, loop, schedules, transfer_learning

SCHEDULES = (
    "",
    "fc1",
    "fc1.bias:2",
    "input:1-8,fc1:1-6,fc2:1-4",
    "input,fc1,fc2,output",
    "output:3-",
    "fc2.weight:1,fc2.weight:3",
)
OPTIMISERS = st.sampled_from(("sgd", "momentum", "adam"))
RATES = st.sampled_from((1e-5, 0.001, 0.005, 0.05, 1.0))


@st.composite
def configs(draw):
    some = draw(st.sets(st.sampled_from(CONDITIONS), min_size=1))
    return schedules.Config(
        conditions=tuple(c for c in CONDITIONS if c in some),
        dataset=draw(st.sampled_from(("digits", "breast_cancer"))),
        epochs=draw(st.integers(1, 4)),
        batch_size=draw(st.sampled_from((64, 512))),
        optimizer=draw(OPTIMISERS),
        learning_rate=draw(RATES),
        weight_decay=draw(st.sampled_from((0.0, 0.1))),
        schedule=draw(st.sampled_from(SCHEDULES)),
        n_seeds=draw(st.integers(1, 3)),
        seed=draw(st.integers(0, 50)),
    )


@settings(max_examples=EXAMPLES, deadline=None)
@given(configs(), st.sampled_from(("test", "train", "both")))
def test_schedules(config, splits):
    result = schedules.run(config)
    story = schedules.tell(config, result)
    looks = [
        draw(result, c)
        for draw in (schedules.charts.grid, schedules.charts.movement)
        for c in config.conditions
    ]
    accuracy = schedules.charts.accuracy(result, splits)
    assert not faults(schedules.ask(config), story, config.dataset, accuracy, *looks)

    test = result.curves.query("split == 'test'")
    lost = test.groupby(["condition", "seed"])["diverged"].max()
    for c in story.facts.conditions:
        alive = [s for s in test["seed"].unique() if not lost[c.name, s]]
        ends = test[
            (test["condition"] == c.name)
            & test["seed"].isin(alive)
            & (test["epoch"] == config.epochs)
        ]["accuracy"]
        assert c.lost == config.n_seeds - len(alive)
        assert c.end == pytest.approx(ends.mean(), nan_ok=True)
    frozen = result.movement.merge(result.status.query("not requires_grad"))["distance"]
    assert story.facts.times == len(frozen) and story.facts.farthest == 0.0
    for figure, c in zip(looks[len(config.conditions) :], config.conditions, strict=True):
        _moved_most(figure.title, result.movement[result.movement["condition"] == c])
    if "everything moves" in " ".join(f.title for f in looks):
        assert result.status.groupby("condition")["requires_grad"].all().any()


def _moved_most(title: str, movement: pd.DataFrame) -> None:
    """What a title calls the farthest move is it."""
    known = movement[movement["distance"].abs().lt(math.inf)]
    means = known.groupby(["layer", "parameter", "epoch"])["distance"].mean()
    found = re.search(r"(\w+) (weights|biases) moved most, by .* in epoch (\d+)", title)
    if found is None:
        assert means.empty or means.max() == 0
    else:
        key = found[1], {"weights": "weight", "biases": "bias"}[found[2]], int(found[3])
        assert means[key] == means.max() > 0


@st.composite
def transfers(draw):
    some = draw(st.sets(st.sampled_from((1, 2, 5, 50)), min_size=1, max_size=3))
    return transfer_learning.TransferConfig(
        task=draw(st.sampled_from(transfer_learning.TASKS)),
        n_labelled=tuple(sorted(some)),
        layers=draw(st.integers(1, 3)),
        pretrain_epochs=draw(st.integers(0, 2)),
        epochs=draw(st.integers(1, 4)),
        n_seeds=draw(st.integers(1, 4)),
        optimizer=draw(OPTIMISERS),
        learning_rate=draw(RATES),
        seed=draw(st.integers(0, 50)),
    )


@settings(max_examples=EXAMPLES, deadline=None)
@given(transfers())
def test_transfer(config):
    result = transfer_learning.run(config)
    story = transfer_learning.tell(config, result)
    looks = [transfer_learning.charts.learning(result, n) for n in config.n_labelled]
    assert not faults(transfer_learning.ask(config), story, None, *looks)

    ends = result.curves.query("split == 'test' and epoch == epoch.max()")
    wide = ends[ends["loss"].abs().lt(math.inf)].pivot_table(
        "accuracy", ["n_labelled", "seed"], "condition"
    )
    few = len(story.facts.gains)
    for gain in story.facts.gains:
        pairs = wide.loc[gain.n_labelled][[gain.condition, "from scratch"]].dropna()
        difference = pairs[gain.condition] - pairs["from scratch"]
        assert gain.mean == pytest.approx(difference.mean())
        if gain.better or gain.worse:
            assert (gain.mean > 0) == gain.better
            assert (
                difference.std() < 1e-12
                or stats.ttest_1samp(difference, 0).pvalue * few >= gain.p * 0.999
            )
    for figure, n in zip(looks, config.n_labelled, strict=True):
        if "ends best" in figure.title:
            means = wide.loc[n].mean()
            assert figure.title.split(": ")[1].startswith(means.idxmax())


@pytest.mark.parametrize("epochs", [4, 5, 7, 10])
def test_the_loop(epochs):
    config = loop.LoopConfig(epochs=epochs)
    result = loop.run(config)
    story = loop.tell(config, result)
    assert not faults(loop.ask(config), story, None, code=("None",))
    for one in story.facts.loops:
        mine = result.loops.query("loop == @one.name and not requires_grad")
        assert (
            one.frozen_epochs == tuple(sorted(mine["epoch"].unique()))
            and one.travelled == mine["distance"].sum() == 0
        )

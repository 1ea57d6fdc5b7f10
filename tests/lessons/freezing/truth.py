"""What the pages on freezing tell, against their frames, by another way."""

import math
import re

import pytest
from hypothesis import strategies as st
from scipy import stats

from weightkit.lessons.freezing import schedules, transfer_learning

OWN_SCHEDULES = (
    "",
    "fc1",
    "fc1.bias:2",
    "input:1-8,fc1:1-6,fc2:1-4",
    "input,fc1,fc2,output",
    "output:3-",
    "fc2.weight:1,fc2.weight:3",
)
DRAWN = {"schedules": {"schedule": st.sampled_from(OWN_SCHEDULES)}}


def check_schedules(config, result, story):
    f, test = story.facts, result.curves.query("split == 'test'")
    lost = test.groupby(["condition", "seed"])["diverged"].max()
    for c in f.conditions:
        alive = [s for s in test["seed"].unique() if not lost[c.name, s]]
        mine = test[(test["condition"] == c.name) & test["seed"].isin(alive)]
        ends = mine[mine["epoch"] == config.epochs]["accuracy"]
        assert c.lost == config.n_seeds - len(alive)
        assert c.end == pytest.approx(ends.mean(), nan_ok=True)
    frozen = result.movement.merge(result.status.query("not requires_grad"))["distance"]
    assert f.times == len(frozen) and f.farthest == 0.0
    name = config.conditions[config.seed % len(config.conditions)]
    grid, moved = (
        draw(result, name) for draw in (schedules.charts.grid, schedules.charts.movement)
    )
    _moved_most(moved.title, result.movement[result.movement["condition"] == name])
    if "everything moves" in grid.title + moved.title:
        assert result.status.groupby("condition")["requires_grad"].all()[name]
    split = ("test", "train", "both")[config.seed % 3]
    return [grid, moved, schedules.charts.accuracy(result, split)]


def _moved_most(title, movement):
    """What a title calls the farthest move is it."""
    known = movement[movement["distance"].abs().lt(math.inf)]
    means = known.groupby(["layer", "parameter", "epoch"])["distance"].mean()
    found = re.search(r"(\w+) (weights|biases) moved most, by .* in epoch (\d+)", title)
    if found is None:
        assert means.empty or means.max() == 0
    else:
        key = found[1], {"weights": "weight", "biases": "bias"}[found[2]], int(found[3])
        assert means[key] == means.max() > 0


def check_transfer(config, result, story):
    f, curves = story.facts, result.curves
    ends = curves.query("split == 'test' and epoch == epoch.max()")
    wide = ends[ends["loss"].abs().lt(math.inf)].pivot_table(
        "accuracy", ["n_labelled", "seed"], "condition"
    )
    few = len(f.gains)
    for gain in f.gains:
        pairs = wide.loc[gain.n_labelled][[gain.condition, "from scratch"]].dropna()
        difference = pairs[gain.condition] - pairs["from scratch"]
        assert gain.mean == pytest.approx(difference.mean())
        if gain.better or gain.worse:
            assert (gain.mean > 0) == gain.better
            same = difference.std() < 1e-12
            assert same or stats.ttest_1samp(difference, 0).pvalue * few >= gain.p * 0.999
    for level in f.levels:
        means = dict(level.accuracy)
        for name, value in means.items():
            assert value == pytest.approx(wide.loc[level.n_labelled][name].mean())
        if level.winner:
            assert means[level.winner] == max(means.values()) and config.n_seeds > 1
        plain = result.pixels.query("n_labelled == @level.n_labelled")
        plain = plain[plain["loss"].abs().lt(math.inf)]["accuracy"]
        assert level.pixels == pytest.approx(plain.mean(), nan_ok=True)
    title = story["transfer"].title
    assert ("where labels are few" in title) <= (f.few and min(config.n_labelled) < 50)
    figures = [transfer_learning.charts.learning(result, n) for n in config.n_labelled]
    for figure, n in zip(figures, config.n_labelled, strict=True):
        if "ends best" in figure.title:
            means = wide.loc[n].mean()
            assert figure.title.split(": ")[1].startswith(means.idxmax())
    return figures


def check_loop(config, result, story):
    for one in story.facts.loops:
        mine = result.loops.query("loop == @one.name and not requires_grad")
        assert one.frozen_epochs == tuple(sorted(mine["epoch"].unique()))
        assert one.travelled == mine["distance"].sum() == 0
    frozen = result.leftovers[result.leftovers["frozen"]]
    for drift in story.facts.drifts:
        mine = frozen[frozen["optimizer"] == drift.optimizer].groupby("gradient")["distance"]
        assert drift.none_total == mine.sum()["None"] and drift.zeros_total == mine.sum()["zeros"]


CHECKS = {
    "schedules": check_schedules,
    "loop": check_loop,
    "transfer_learning": check_transfer,
}

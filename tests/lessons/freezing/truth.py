"""What the pages on freezing tell, against their frames, by another way."""

import math
import re
from itertools import combinations

import pytest
from hypothesis import strategies as st
from scipy import stats

from weightkit.lessons.freezing import LoopConfig, schedules, transfer_learning

OWN_SCHEDULES = (
    "",
    "fc1",
    "fc1.bias:2",
    "input:1-8,fc1:1-6,fc2:1-4",
    "input,fc1,fc2,output",
    "output:3-",
    "fc2.weight:1,fc2.weight:3",
)
DRAWN = {
    "schedules": {"schedule": st.sampled_from(OWN_SCHEDULES)},
    "loop": st.builds(LoopConfig, epochs=st.sampled_from((4, 5, 7, 10))),
}


def check_schedules(config, result, story):
    f, test = story.facts, result.curves.query("split == 'test'")
    lost = test.groupby(["condition", "seed"])["diverged"].max()
    for c in f.conditions:
        alive = [s for s in test["seed"].unique() if not lost[c.name, s]]
        mine = test[(test["condition"] == c.name) & test["seed"].isin(alive)]
        ends = mine[mine["epoch"] == config.epochs]["accuracy"]
        assert c.lost == config.n_seeds - len(alive)
        assert c.end == pytest.approx(ends.mean(), nan_ok=True)
        for value, epoch in ((c.half, config.half), (c.after, config.half + 1)):
            at = mine[mine["epoch"] == epoch]["accuracy"] if config.half else ends[:0]
            assert value == pytest.approx(at.mean(), nan_ok=True)
    assert tuple(c.name for c in f.conditions) == config.conditions
    assert (f.epochs, f.half, f.n_seeds) == (config.epochs, config.half, config.n_seeds)
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
    raw = _tests(wide, config.n_labelled)
    assert f.compared == len(raw)
    for gain in f.gains:
        pairs = wide.loc[gain.n_labelled][[gain.condition, "from scratch"]].dropna()
        d = pairs[gain.condition] - pairs["from scratch"]
        assert (gain.mean, gain.n) == (pytest.approx(d.mean()), len(d))
        assert not (gain.better or gain.worse) or (gain.mean > 0) == gain.better
        mine = raw.get((gain.n_labelled, frozenset((gain.condition, "from scratch"))))
        if mine is None:
            assert math.isnan(gain.p) and math.isnan(gain.low)
            continue
        smaller = sorted(p for p in raw.values() if p <= mine)  # Holm 1979
        steps = [(len(raw) - rank) * p for rank, p in enumerate(smaller)]
        assert gain.p == pytest.approx(min(1.0, max(steps)), abs=1e-9)
        reach = stats.t.ppf(0.975, len(d) - 1) * d.std() / math.sqrt(len(d))
        ends = d.mean() - reach, d.mean() + reach
        assert (gain.low, gain.high) == pytest.approx(ends, abs=1e-9)
    for level in f.levels:
        means = dict(level.accuracy)
        for name, value in means.items():
            assert value == pytest.approx(wide.loc[level.n_labelled][name].mean())
        if level.winner:
            assert means[level.winner] == max(means.values()) and config.n_seeds > 1
            for gain in [g for g in f.gains if g.n_labelled == level.n_labelled]:
                if level.winner == "from scratch":
                    assert gain.worse
                elif gain.condition == level.winner:
                    assert gain.better
        plain = result.pixels.query("n_labelled == @level.n_labelled")
        plain = plain[plain["loss"].abs().lt(math.inf)]["accuracy"]
        assert level.pixels == pytest.approx(plain.mean(), nan_ok=True)
    _totals_hold(config, result, f)
    title = story["transfer"].title
    assert ("where labels are few" in title) <= (f.few and min(config.n_labelled) < 50)
    figures = [transfer_learning.charts.learning(result, n) for n in config.n_labelled]
    for figure, n in zip(figures, config.n_labelled, strict=True):
        if "ends best" in figure.title:
            means = wide.loc[n].mean()
            assert figure.title.split(": ")[1].startswith(means.idxmax())
    return figures


def _tests(wide, counts):
    """{(number of examples, two conditions): p of a paired t test over the seeds}."""
    raw = {}
    for n in set(counts) & set(wide.index.get_level_values(0)):
        for two in combinations(("frozen features", "full fine-tuning", "from scratch"), 2):
            if set(two) <= set(wide.columns):
                one, other = wide.loc[n][list(two)].dropna().to_numpy().T
                d = one - other
                if len(d) > 1:
                    sure = d.std() < 1e-12
                    p = float(abs(d.mean()) < 1e-12) if sure else stats.ttest_1samp(d, 0).pvalue
                    raw[n, frozenset(two)] = p
    return raw


def _totals_hold(config, result, f):
    """What is said of the whole transfer."""
    assert (f.task, f.n_seeds) == (config.task, config.n_seeds)
    assert f.pretrained == config.pretrain_epochs
    assert f.chance == (1 / 5 if config.task == "new digits" else 1 / 10)
    old = result.pretraining.query("split == 'test' and epoch == epoch.max()")
    known = old[old["loss"].abs().lt(math.inf)]["accuracy"]
    assert f.known == pytest.approx((known.min(), known.max()), nan_ok=True)
    ends = result.curves.query("split == 'test' and epoch == epoch.max()")
    ends = ends[ends["loss"].abs().lt(math.inf) & (ends["condition"] == "from scratch")]
    few = ends[ends["n_labelled"] == min(config.n_labelled)]["accuracy"]
    assert f.luck == pytest.approx(few.max() - few.min(), nan_ok=True)


def check_loop(config, result, story):
    assert story.facts.epochs == config.epochs
    assert story.facts.frozen_for == min(config.epochs, 7) - 3
    for one in story.facts.loops:
        mine = result.loops.query("loop == @one.name and not requires_grad")
        assert one.frozen_epochs == tuple(sorted(mine["epoch"].unique()))
        assert one.travelled == mine["distance"].sum() == 0 == one.longest
        both = result.loops.query("loop == @one.name")
        assert (one.frozen, one.total) == (len(mine), len(both))
        assert one.shortest == both[both["requires_grad"]]["distance"].min()
    frozen = result.leftovers[result.leftovers["frozen"]]
    for drift in story.facts.drifts:
        mine = frozen[frozen["optimizer"] == drift.optimizer].groupby("gradient")["distance"]
        assert drift.none == mine.mean()["None"] and drift.zeros == mine.mean()["zeros"]


CHECKS = {
    "schedules": check_schedules,
    "loop": check_loop,
    "transfer_learning": check_transfer,
}

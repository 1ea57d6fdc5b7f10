"""What a sweep tells, against its frames, by another way."""

import math

import pytest

from tests.truth.arithmetic import mean
from weightkit.lessons.variance_sweep import charts

NEAR = 0.05


def check(config, result, story):
    f = story.facts
    rows = result.final.to_dict("records")
    means = {s: mean(r["accuracy"] for r in rows if r["std"] == s) for s in config.stds}
    best, stds = max(means.values()), sorted(means)
    edges = (best - NEAR, best / 2)
    if any(abs(mean - edge) < 1e-9 for mean in means.values() for edge in edges):
        return []  # the last digit decides, and that is another one by another way
    near = [s for s in stds if means[s] >= best - NEAR]
    inside = [s for s in stds if f.first <= s <= f.last]
    assert abs(f.best - best) < 1e-9 and abs(f.worst - min(means[s] for s in inside)) < 1e-9
    assert set(inside) <= set(near) and any(means[s] == best for s in inside)
    beside = [s for s in stds if s not in inside]
    below, above = [s for s in beside if s < f.first], [s for s in beside if s > f.last]
    assert not (below and below[-1] in near) and not (above and above[0] in near)
    fallen = [s for s in above if means[s] < best / 2]
    assert f.halved == (fallen[0] if fallen else None)
    assert f.lost == sum(bool(r["diverged"]) for r in rows)
    assert (f.falls_below, f.falls_above) == (stds[0] not in near, stds[-1] not in near)
    assert f.halved_accuracy == (pytest.approx(means[fallen[0]]) if fallen else None)
    assert (f.first, f.last) == (inside[0], inside[-1]) and (f.low, f.high) == (stds[0], stds[-1])
    assert (f.bottom, f.top) == pytest.approx((means[f.low], means[f.high]))
    assert (f.networks, f.n_seeds) == (len(rows), config.n_seeds)
    start = result.curves.query("epoch == 0 and split == 'test'")
    gains = [best - mean(start[start["std"] == s]["accuracy"]) for s in stds if means[s] == best]
    assert any(f.gained == pytest.approx(gain) for gain in gains)
    assert f.gained > 0.05 or "costs as well" not in " ".join(story.slips)
    _measures(result, f)
    _words(config, result, story, means, near)
    picked = stds[config.seed % len(stds)]
    return [charts.learning(result, picked)]


def _measures(result, f):
    """What is no accuracy of `final`."""
    assert f.chance == result.chance.query("split == 'test'")["share"].item()
    start = result.curves.query("epoch == 0 and split == 'test'")
    assert f.untrained == pytest.approx(mean(start["accuracy"]))
    after = result.spread.query("stage == 'after'")
    for one, std in ((f.smallest, f.low), (f.largest, f.high)):
        now = after[after["std"] == std]["std_measured"].item()
        assert one.std == std and one.now == pytest.approx(now, nan_ok=True)
        bins = result.histograms.query("stage == 'after' and std == @std")
        even = bins[(bins["bin_left"] >= -0.02) & (bins["bin_right"] <= 0.02)]
        whole = max(bins["count"].sum(), 1)
        assert one.inside == pytest.approx(even["count"].sum() / whole)
        assert one.reach == pytest.approx(even["bin_right"].max(), nan_ok=True, rel=1e-5)
    off = [(abs(r.std_measured / r.std - 1), r.n) for r in result.check.itertuples()]
    assert f.off_large == pytest.approx(max(o for o, n in off if n >= 1000))
    assert f.off_small == pytest.approx(max(o for o, n in off if 1 < n < 100))
    losses = {s: mean(start[start["std"] == s]["loss"]) for s in set(start["std"])}
    assert f.losses[0] in [pytest.approx(x, nan_ok=True) for x in losses.values()]
    if f.halved is not None:
        assert f.losses[1] == pytest.approx(losses[f.halved], nan_ok=True)


def _words(config, result, story, means, near):
    """What is said of the ends of the axis holds there."""
    title, stds = story["accuracy-by-std"].title, sorted(means)
    chance = result.chance.set_index("split")["share"]["test"]
    best = max(means.values())
    assert ("No std has learned" in title) == (best <= chance + NEAR)
    assert ("every std ends" in title) <= (near == stds)
    if "is down to" in title:
        assert means[stds[-1]] < best - NEAR
    if "too small costs" in " ".join(story.slips):
        assert means[stds[0]] < best - NEAR
    spread = result.spread.set_index(["stage", "std"])["std_measured"]["after"]
    verbs = story["weights-after"].title.split(";")
    for std, said in zip((stds[0], stds[-1]), verbs, strict=True):
        now = spread[std]
        kind = (
            "have lost"
            if not math.isfinite(now)
            else "have grown"
            if now >= 1.1 * std
            else "have shrunk"
            if now <= 0.9 * std
            else "stay at"
        )
        assert kind in said
        ends = (story.facts.smallest, story.facts.largest)
        assert ("of them lie within" in said) == {one.std: one for one in ends}[std].left_behind
    for said in story.shows:
        if said.startswith("The cliff") and " Before the first step" in said:
            start = result.curves.query("epoch == 0 and split == 'test'").groupby("std")["loss"]
            assert start.mean()[story.facts.halved] == story.facts.losses[1]


CHECKS = {"": check}

"""What a sweep tells, against its frames, by another way."""

import math

from weightkit.lessons.variance_sweep import charts

NEAR = 0.05


def check(config, result, story):
    f = story.facts
    rows = result.final.to_dict("records")
    means = {s: _mean(r["accuracy"] for r in rows if r["std"] == s) for s in config.stds}
    best, stds = max(means.values()), sorted(means)
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
    _words(config, result, story, means, near)
    picked = stds[config.seed % len(stds)]
    return [charts.learning(result, picked)]


def _mean(values):
    values = list(values)
    return sum(values) / len(values)


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
    for said in story.shows:
        if said.startswith("The cliff") and " Before the first step" in said:
            start = result.curves.query("epoch == 0 and split == 'test'").groupby("std")["loss"]
            assert start.mean()[story.facts.halved] == story.facts.losses[1]


CHECKS = {"": check}

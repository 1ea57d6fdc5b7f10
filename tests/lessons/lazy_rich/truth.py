"""What a run of lazy and rich learning tells, against its frames, by another way."""

import math
import re

import pytest

from tests.truth.arithmetic import mean
from weightkit.lessons.lazy_rich import charts
from weightkit.lessons.lazy_rich.findings import Outcome

NEAR, FITTED = 0.05, 0.99


def check(config, result, story):
    f = story.facts
    rows = result.final.to_dict("records")
    by_k = {k: [r for r in rows if r["scale"] == k] for k in config.scales}
    assert [s.k for s in f.scales] == config.scales and f.networks == len(rows)
    assert f.n_train == config.n_train == result.sizes.query("split == 'train'")["n"].item()
    test = {k: mean(r["test_accuracy"] for r in some) for k, some in by_k.items()}
    train = {k: mean(r["train_accuracy"] for r in some) for k, some in by_k.items()}
    for s in f.scales:
        some = [r for r in by_k[s.k] if not r["diverged"] and math.isfinite(r["moved"])]
        assert (s.test, s.train) == pytest.approx((test[s.k], train[s.k]))
        assert s.lost == sum(bool(r["diverged"]) for r in by_k[s.k])
        assert s.moved == pytest.approx(
            mean(r["moved"] for r in some) if some else math.nan, nan_ok=True
        )
    last = result.curves[result.curves["step"] == config.steps]
    for (k, seed), now in last.groupby(["scale", "seed"]):
        (row,) = [r for r in by_k[k] if r["seed"] == seed]
        for split in ("train", "test"):
            (one,) = now[now["split"] == split].to_dict("records")
            assert one["accuracy"] == row[f"{split}_accuracy"]
    top = max(test.values())
    edges = [top - NEAR, FITTED, f.chance + NEAR]
    if any(abs(v - e) < 1e-9 for v in (*test.values(), *train.values()) for e in edges):
        return []  # the last digit decides
    _words(config, story, test, train, top)
    return [charts.learning(result, config.scales[config.seed % len(config.scales)])]


def _words(config, story, test, train, top):
    f, high = story.facts, config.scales[-1]
    said = " ".join((*story.shows, *story.slips))
    falls, fitted = test[high] < top - NEAR, train[high] >= FITTED
    learned = top > f.chance + NEAR
    wanted = {
        Outcome.NOTHING: not learned,
        Outcome.LEVEL: learned and not falls,
        Outcome.BY_HEART: learned and falls and fitted,
        Outcome.UNFINISHED: learned and falls and not fitted,
    }
    assert [outcome for outcome, right in wanted.items() if right] == [f.outcome]
    assert ("only risk exploding" in said) == wanted[Outcome.BY_HEART]
    assert ("More steps tell" in said) == wanted[Outcome.UNFINISHED]
    assert ("is no law" in said) == wanted[Outcome.LEVEL]
    title = story["accuracy-by-scale"].title
    if two := re.search(r"k = (\S+) training ends within .* of the best, k = (\S+), on", title):
        assert two[1] != two[2]
    assert ("smallest start costs" in said) == (learned and test[config.scales[0]] < top - NEAR)
    if "Every start fits" in story["accuracy-by-scale"].title:
        assert min(train.values()) >= FITTED
    moved = [s.moved for s in f.scales]
    if re.search("each larger start moved less|The larger the start, the less", _all(story)):
        assert all(a > b for a, b in zip(moved, moved[1:], strict=False))
    low, most = (float(x) for x in _points(story.verdict.truth))
    assert low - 1e-9 <= 100 * (top - test[high]) <= most + 1e-9


def _all(story):
    return " ".join((*story.shows, *(figure.title for figure in story.figures)))


def _points(answer):
    numbers = re.findall(r"\d+", answer)
    if answer.startswith("At most"):
        return 0, numbers[0]
    return (numbers[0], math.inf) if answer.startswith("More") else numbers


CHECKS = {"": check}

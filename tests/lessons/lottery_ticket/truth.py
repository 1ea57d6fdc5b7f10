"""What a run of tickets tells, against its frames, by another way."""

import math

import pytest

from tests.truth.arithmetic import mean
from weightkit import datasets
from weightkit.lessons.lottery_ticket import charts
from weightkit.lessons.lottery_ticket.config import OWN, STARTS
from weightkit.lessons.lottery_ticket.findings import Outcome


def check(config, result, story):
    f, n = story.facts, config.n_seeds
    ends = {}
    for r in result.curves.query("split == 'test'").itertuples():
        if r.epoch == config.epochs:
            ends[r.round, r.start, r.seed] = (r.accuracy, r.diverged)
    means = {
        (i, start): mean(ends[i, start, s][0] for s in range(config.seed, config.seed + n))
        for i in range(config.rounds + 1)
        for start in (STARTS if i else (OWN,))
    }
    first = result.curves.query("split == 'test' and epoch == 0 and round == @config.rounds")
    for start, said in zip(STARTS, (f.last.own, f.last.fresh, f.last.shuffled), strict=True):
        mine = first[first["start"] == start]["accuracy"]
        assert said.untrained == pytest.approx(mean(mine))
    assert f.whole.mean == pytest.approx(means[0, OWN])
    for one in f.rounds:
        found = (one.own, one.fresh, one.shuffled)
        for start, said in zip(STARTS, found, strict=True):
            mine = [ends[one.number, start, s][0] for s in result.final["seed"].unique()]
            assert said.mean == pytest.approx(means[one.number, start])
            assert (said.low, said.high) == (min(mine), max(mine))
        assert one.ahead == sum(
            ends[one.number, STARTS[0], s][0] > ends[one.number, STARTS[1], s][0]
            for s in range(config.seed, config.seed + n)
        )
        assert said.lost == sum(
            ends[one.number, STARTS[2], s][1] for s in range(config.seed, config.seed + n)
        )
    assert f.lost == sum(bool(lost) for _, lost in ends.values())
    assert (f.networks, f.n_seeds, f.epochs) == (n * (1 + 3 * config.rounds), n, config.epochs)
    _kept(config, result, f)
    _outcome(config, f, means)
    _words(f, story)
    picked = config.seed % (config.rounds + 1)
    return [draw(result, i) for draw in (charts.learning, charts.inputs) for i in {0, picked}]


def _kept(config, result, f):
    """As many weights as the rounds must leave, layer by layer."""
    sizes = [result.inputs["input"].nunique(), *config.units]
    outputs = datasets.load(config.dataset).n_outputs
    counts = [a * b for a, b in zip(sizes, [*config.units, outputs], strict=True)]
    left = list(counts)
    shares = {0: 1.0}
    for i in range(1, config.rounds + 1):
        for k, share in enumerate((config.removed, config.removed, config.removed / 2)):
            left[k] -= min(round(left[k] * share), left[k] - 1)
        shares[i] = sum(left) / sum(counts)
    assert {one.number: one.kept for one in f.rounds} == pytest.approx(
        {i: share for i, share in shares.items() if i}
    )
    assert list(f.layers.values()) == pytest.approx(
        [a / b for a, b in zip(left, counts, strict=True)]
    )
    end = result.inputs[result.inputs["round"] == config.rounds]
    assert end["kept"].mean() == pytest.approx(f.layers["input"])
    assert f.bare == pytest.approx((end["kept"] == 0).sum() / config.n_seeds)
    first = result.inputs[result.inputs["round"] == 1]
    same = first[~first["varies"]]
    assert (f.constant is None) == (len(same) in (0, len(first)))
    if f.constant is not None:
        assert f.constant.kept == pytest.approx(same["kept"].mean())
        assert f.constant.n * config.n_seeds == len(same)


def _outcome(config, f, means):
    end = config.rounds
    gap = means[end, STARTS[0]] - means[end, STARTS[1]]
    learned = means[0, OWN] > f.chance + 0.05
    if abs(abs(gap) - 0.05) > 1e-9 and learned:
        wanted = "ALIKE" if abs(gap) < 0.05 else "AHEAD" if gap > 0 else "BEHIND"
        assert f.outcome is Outcome[wanted]
    assert (f.outcome is Outcome.NOTHING) == (not learned)
    if f.winning is not None:
        for i in range(1, f.winning.number + 1):
            assert means[i, OWN] >= means[0, OWN] - 0.01 - 1e-9
    if f.begins is not None:
        for i in range(f.begins.number, end + 1):
            assert means[i, STARTS[0]] - means[i, STARTS[1]] >= 0.05 - 1e-9
    assert not any(math.isnan(mean) for mean in means.values())


def _words(f, story):
    """What is said holds for these facts."""
    said = " ".join((*story.shows, *story.slips))
    if "Winning tickets" in said:
        assert f.winning is not None
    if "the places alone are not it" in said:
        assert f.last.own.mean - f.last.fresh.mean >= 0.05
    if "a way to learn" in said:
        assert f.last.own.untrained >= max(f.last.fresh.untrained, f.chance) + 0.05
    if "Nor are the numbers alone" in said:
        assert f.last.own.mean - f.last.shuffled.mean >= 0.05
    little = max(f.last.own.mean, f.last.fresh.mean) <= f.chance + 0.05
    if "does not hold here" in said:
        assert abs(f.last.gap) < 0.05 and not little
    if "of the weights left neither do" in said:
        assert abs(f.last.gap) < 0.05 and little
    assert ("diverged" in said) == bool(f.lost)


CHECKS = {"": check}

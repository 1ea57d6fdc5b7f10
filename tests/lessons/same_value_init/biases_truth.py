"""The facts of the view on biases against the frames, by another way."""

import math

import numpy as np
import pytest

CLOSE = 0.05


def check(config, result, story):
    f, final = story.facts, result.final
    constant = final[final["start"] == "constant biases"]
    assert [x.bias for x in f.levels] == sorted(set(constant["bias"])) and 0.0 in set(
        constant["bias"]
    )
    for x in f.levels:
        dead = result.dead[result.dead["bias"] == x.bias]
        _end(x, constant[constant["bias"] == x.bias], dead)
    for x, start in ((f.random, "random biases"), (f.blank, "weights zero, biases random")):
        _end(x, final[final["start"] == start], result.dead[result.dead["start"] == start])
    assert f.zero.bias == 0 and f.lowest.bias == -f.highest.bias == -config.reach
    _pairs(f, final)
    _words(f, story, result)


def _end(x, rows, dead):
    kept = rows[~rows["diverged"]]
    assert (x.n, x.lost) == (len(rows), len(rows) - len(kept))
    if len(kept):
        a = kept["accuracy"].tolist()
        assert x.mean == pytest.approx(np.mean(a)) and (x.low, x.high) == (min(a), max(a))
        after = dead.query("stage == 'after' and seed in @kept.seed")
        assert x.dead == pytest.approx(after["dead"].sum() / (128 * len(kept)))
    before = dead[dead["stage"] == "before"]
    assert x.dead_before == pytest.approx(before["dead"].sum() / (128 * len(rows)))
    whole = {"input": 64, "fc1": 32, "fc2": 32}
    all_cut = all(
        any(whole[r.layer] == r.dead for r in network.itertuples())
        for _, network in before.groupby("seed")
    )
    assert x.cut == all_cut


def _pairs(f, final):
    def of(start, seed):
        rows = final[(final["start"] == start) & (final["seed"] == seed)]
        if start == "constant biases":
            rows = rows[rows["bias"] == 0]
        return math.nan if rows["diverged"].item() else rows["accuracy"].item()

    apart = [of("random biases", s) - of("constant biases", s) for s in sorted(set(final["seed"]))]
    assert list(f.pairs) == pytest.approx([d for d in apart if not math.isnan(d)])
    assert f.alike == all(abs(d) <= CLOSE for d in apart)  # false where one is not a number


def _words(f, story, result):
    text = " ".join([*story.shows, *story.slips])
    means = [x.mean for x in f.levels if x.ended]
    best = max(means, default=math.nan)
    floor = result.chance.set_index("split").loc["test", "share"]
    assert f.learned == (best > floor + CLOSE)
    assert [x.bias for x in f.good] == [
        x.bias for x in f.levels if x.ended and x.mean >= best - CLOSE
    ]
    ends = [x.mean if x.ended else -1 for x in (f.lowest, f.highest)]
    truth = story.verdict.truth
    assert truth.startswith("−") == (ends[1] - ends[0] > CLOSE)
    assert truth.startswith("+") == (ends[0] - ends[1] > CLOSE)
    assert ("Every constant of the range" in text) == (f.learned and len(f.good) == len(f.levels))
    assert ("Nothing passes it" in text) == any(x.cut for x in f.levels)
    if "“A dead unit is dead for good”" in text:
        assert f.revived.dead < f.revived.dead_before
        assert all(
            f.revived.dead_before - f.revived.dead >= x.dead_before - x.dead
            for x in f.levels
            if x.ended
        )
    if "no licence for any bias" in text:
        assert min(means) < best - CLOSE
    assert ("diverged (loss or parameters" in text) == bool(result.final["diverged"].any())

"""The facts of a constant start with noise against the frames, by another way."""

import math

import numpy as np
import pytest

CLOSE, WIDTH = 0.05, {"input": 64, "fc1": 32, "fc2": 32}


def check(config, result, story):
    f, final = story.facts, result.final
    plain = final[final["dropout"] == 0]
    assert [level.noise for level in f.levels] == sorted(set(plain["noise"]))
    means = {}
    for level in f.levels:
        rows = plain[plain["noise"] == level.noise]
        kept = [a for a, bad in zip(rows["accuracy"], rows["diverged"], strict=True) if not bad]
        means[level.noise] = np.mean(kept) if kept else math.nan
        assert level.n == len(rows) == (config.n_seeds if level.noise else 1)
        assert level.lost == len(rows) - len(kept)
        if kept:
            assert level.mean == pytest.approx(np.mean(kept))
            assert (level.low, level.high) == (min(kept), max(kept))
        assert level.copies.name == _kind(result.units, level.noise, dropout=False)
    known = [m for m in means.values() if not math.isnan(m)]
    best = max(known, default=math.nan)
    near = {e: m >= best - CLOSE for e, m in means.items()}
    assert [level.noise for level in f.good] == [e for e in means if near[e]]
    share = result.chance.set_index("split").loc["test", "share"]
    expected = {
        (False, False): "BETWEEN",
        (False, True): "MORE",
        (True, False): "LESS",
        (True, True): "BOTH",
    }[near[0.0], near[max(means)]]
    assert f.shape.name == (expected if best > share + CLOSE else "NOTHING")
    assert f.dropped.copies.name == _kind(result.units, 0.0, dropout=True)
    _apart(f, result.units)
    _words(f, story, means, best)


def _kind(units, noise, *, dropout):
    """What the units of each network are after training, where all agree."""
    rows = units[(units["noise"] == noise) & ((units["dropout"] > 0) == dropout)]
    rows = rows[(rows["stage"] == "after") & (rows["layer"] != "output")]
    found = set()
    for _, network in rows.groupby("seed"):
        counts = dict(zip(network["layer"], network["distinct_units"], strict=True))
        if -1 in counts.values():
            found.add("LOST")
        elif counts == WIDTH:
            found.add("APART")
        else:
            found.add("COPIES" if all(n == 1 for n in counts.values()) else "SOME")
    return found.pop() if len(found) == 1 else "SOME"


def _apart(f, units):
    kinds = {level.noise: _kind(units, level.noise, dropout=False) for level in f.levels}
    from_on = [e for e in kinds if all(kinds[x] == "APART" for x in kinds if x >= e)]
    assert (f.apart.noise if f.apart else None) == min(from_on, default=None)
    least = min((level.noise for level in f.good), default=0.0)
    assert [x.noise for x in f.short] == [e for e in kinds if e < least and kinds[e] == "APART"]


def _words(f, story, means, best):
    """What words such as “best” claim."""
    text = " ".join([*story.shows, *story.slips])
    assert ("The best noise" in text) == (f.learned and f.best.noise > 0)
    if f.learned:
        assert means[f.best.noise] == best
        if f.best.noise == 0:
            assert "without any is best" in text
    assert ("Nothing was learned" in text) == (not f.learned and f.best.ended)
    assert ("and so does the one without" in text) == (
        f.dropped.ended and f.none.ended and f"{f.dropped.mean:.0%}" == f"{f.none.mean:.0%}"
    )
    assert ("Diverged, and left out" in text) == any(level.lost for level in f.levels)
    assert ("“Just break symmetry" in text) == bool(f.learned and f.short)

"""What a run of two seeds and one valley tells, against its frames, by another way."""

import math
import re

import pytest

from tests.truth.arithmetic import mean
from weightkit.lessons.same_function.config import BATCHES, MATCHED, PAIRS, SEEDS
from weightkit.lessons.same_function.findings import Outcome

NEAR = 0.05


def check(config, result, story):
    f = story.facts
    rows = result.path.to_dict("records")
    lines = {name: _line(rows, name) for name in PAIRS}
    assert set(f.lines) == {name for name, line in lines.items() if line is not None}
    for name, line in f.lines.items():
        ends, middle, low, high, loss, rise, n = lines[name]
        assert (line.ends, line.middle) == pytest.approx((ends, middle))
        assert (line.low, line.high, line.n) == (pytest.approx(low), pytest.approx(high), n)
        assert line.loss == pytest.approx(loss)
        assert line.rise == pytest.approx(rise, rel=1e-6, abs=1e-9) and line.rise >= 0
    last = result.curves.query(f"epoch == {config.epochs} and split == 'train'")
    gone = last[last["diverged"]]
    assert (f.lost, f.networks) == (len(gone), 3 * config.n_seeds)
    bad = {
        name: set(gone[gone["network"].isin(names)]["seed"])
        for name, names in ((SEEDS, ("first", "second")), (BATCHES, ("first", "again")))
    }
    for name, seeds in bad.items():
        assert not seeds & {r["seed"] for r in rows if r["pair"] == name and r["loss"] < math.inf}
    _units(config, result, f)
    _words(f, story)
    return []


def _line(rows, name):
    of = [r for r in rows if r["pair"] == name]
    bad = {r["seed"] for r in of if r["split"] == "train" and not math.isfinite(r["loss"])}
    of = [r for r in of if r["seed"] not in bad]
    seeds = sorted({r["seed"] for r in of})
    if not seeds:
        return None
    at = {(r["seed"], r["t"], r["split"]): r for r in of}
    right = {s: at[s, 0.5, "test"]["accuracy"] for s in seeds}
    ends = mean(at[s, t, "test"]["accuracy"] for s in seeds for t in (0.0, 1.0))
    rises = []
    for s in seeds:
        one, other = (at[s, t, "train"]["loss"] for t in (0.0, 1.0))
        here = [r for r in of if r["seed"] == s and r["split"] == "train"]
        rises.append(max(r["loss"] - one - r["t"] * (other - one) for r in here))
    loss = mean(at[s, 0.5, "train"]["loss"] for s in seeds)
    values = right.values()
    return ends, mean(values), min(values), max(values), loss, mean(rises), len(seeds)


def _units(config, result, f):
    if f.match is None:
        assert result.units.empty and result.matching.empty
        return
    units = result.units.to_dict("records")
    by_layer = {}
    for u in units:
        by_layer.setdefault((u["layer"], u["seed"]), []).append(u)
    for of in by_layer.values():  # a permutation of all units
        assert sorted(u["partner"] for u in of) == list(range(config.width))
    shares = {key: mean(u["unit"] != u["partner"] for u in of) for key, of in by_layer.items()}
    found = {(r.layer, r.seed): r.moved for r in result.matching.itertuples()}
    assert found == pytest.approx(shares) and f.match.moved == pytest.approx(mean(found.values()))
    first = [u for u in units if u["layer"] == units[0]["layer"]]
    assert f.match.matched == pytest.approx(mean(u["matched"] for u in first))
    assert f.match.same_place == pytest.approx(mean(u["same_place"] for u in first))
    assert f.match.untrained == pytest.approx(mean(u["untrained"] for u in first))
    mine = [u for u in first if u["seed"] == first[0]["seed"]]
    assert f.match.cosine == max(u["matched"] for u in mine)
    assert any(
        (u["unit"], u["partner"], u["matched"]) == (f.match.unit, f.match.partner, f.match.cosine)
        for u in mine
    )


def _words(f, story):
    two, matched = f.lines.get(SEEDS), f.lines.get(MATCHED)
    said = " ".join((*story.shows, *story.slips))
    if two is None or matched is None:
        assert f.outcome is Outcome.LOST and (two is not None or story.verdict is None)
        return
    assert story.verdict.truth == pytest.approx(100 * two.middle)
    learned = two.ends > f.chance + NEAR
    joined = two.middle >= two.ends - NEAR
    closed = matched.middle >= matched.ends - NEAR
    lifted = matched.middle > two.middle + NEAR
    wanted = {
        Outcome.NOTHING: not learned,
        Outcome.JOINED: learned and joined,
        Outcome.ONE_VALLEY: learned and not joined and closed,
        Outcome.NEARER: learned and not joined and not closed and lifted,
        Outcome.APART: learned and not joined and not closed and not lifted,
    }
    assert [outcome for outcome, right in wanted.items() if right] == [f.outcome]
    assert ("Two minima are two solutions" in said) == (
        wanted[Outcome.ONE_VALLEY] or wanted[Outcome.NEARER]
    )
    assert ("are, within 5 points, one valley" in said) == wanted[Outcome.ONE_VALLEY]
    assert ("is no law" in said) == wanted[Outcome.JOINED]
    assert ("claim about wide networks" in said) == wanted[Outcome.APART]
    for bound in re.findall(r"differs by more than (\d) × 10⁻(\S+?),", said):
        power = int(bound[1].translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")))
        assert f.shift.difference <= int(bound[0]) * 10.0**-power * (1 + 1e-6)
    if "gives all" in said:
        assert f.shift.changed == 1
    assert f.shift.difference < 1e-4 * max(f.shift.largest, 1.0)


CHECKS = {"": check}

"""What the theory lesson tells, against its frames, by another way."""

import math
import re
from statistics import geometric_mean, median, stdev

import numpy as np
import pandas as pd
import pytest
from hypothesis import strategies as st

from weightkit.charts.words import scheme_name

STUCK = 0.03
DRAWN = {"map": {"depths": st.sampled_from([(2,), (2, 5), (3, 12), (4, 8)])}}


def _in_float32(stds):
    return all(0 < s < math.inf for s in stds)


def check_signal(config, result, story):
    f = story.facts
    for which, words in (("forward", "signal"), ("backward", "gradient")):
        rows = result.layers[result.layers["pass"] == which]
        for fate in f.fates(which):
            mine = rows[rows["init"] == fate.init].sort_values("layer")
            nets = [one["std"].tolist() for _, one in mine.groupby("seed")]
            nets = nets if which == "forward" else [stds[::-1] for stds in nets]
            if all(_in_float32(stds) for stds in nets):
                ratio = geometric_mean([stds[-1] / stds[0] for stds in nets])
                assert fate.ratio == pytest.approx(ratio) and fate.layer is None
                assert fate.kind == _kind(ratio, config.depth)
            else:
                assert fate.kind in ("overflow", "underflow", "missing")
            if fate.layer is not None:
                gone = mine[~mine["std"].between(1e-300, 1e300)]["layer"]
                assert fate.layer == (gone.min() if which == "forward" else gone.max())
        title = story[f"{words}-by-layer"].title
        if config.depth > 1:
            for fate in f.fates(which):
                assert scheme_name(fate.init) in title
    assert (f.activation, f.depth, f.width) == (config.activation, config.depth, config.width)
    assert f.n_seeds == config.n_seeds
    _factors_hold(config, result, story)
    _theory_holds(config, result, f)


def _theory_holds(config, result, f):
    """What is said of the theory, of luck and of the flat parts."""
    off = 0.0
    for _, one in result.layers.groupby(["init", "pass", "layer"]):
        known = [s for s in one["std"] if 1e-35 < s < math.inf]
        if known:
            rms = math.sqrt(sum(s * s for s in known) / len(known))
            off = max(off, abs(rms / one["std_theory"].iloc[0] - 1))
    if math.isfinite(f.agreement) and math.isfinite(off):
        assert f.agreement == pytest.approx(off, rel=1e-6, abs=1e-9)
    forward = result.layers[result.layers["pass"] == "forward"]
    for init, share in f.flat or ():
        column = "fraction_zero" if config.activation == "relu" else "fraction_saturated"
        assert share == pytest.approx(forward[forward["init"] == init][column].mean(), nan_ok=True)
    if f.strays is not None:
        last = forward[(forward["init"] == "kaiming_normal") & (forward["layer"] == config.depth)]
        logs = [2 * math.log(s) for s in last["std"] if s > 0]
        assert f.strays.networks == len(logs)
        assert f.strays.measured == pytest.approx(stdev(logs), nan_ok=True)
        n = config.width
        expected = math.sqrt(2 / n + (config.depth - 1) * math.log(1 + 5 / n))
        assert f.strays.expected == pytest.approx(expected)


def _kind(ratio, depth):
    each = ratio ** (2 / max(1, depth - 1))
    if 0.1 <= ratio <= 10 and abs(each - 1) <= 0.1:
        return "kept"
    return "faded" if ratio < 1 else "grown"


def _factors_hold(config, result, story):
    """The factor of a layer and that of all of them are the same story."""
    f = story.facts
    for one in f.factors:
        fate = f.fate_of(one.init)
        smallest = result.layers[result.layers["init"] == one.init]["std"].min()
        if fate.layer is None and smallest > 1e-29 and config.depth > 1:
            assert one.measured ** ((config.depth - 1) / 2) == pytest.approx(fate.ratio, rel=1e-6)
            assert (one.measured > 1) == (fate.ratio > 1) or one.measured == pytest.approx(1)
    theory = result.factors[result.factors["pass"] == "forward"].groupby("init")["factor_theory"]
    for one in f.factors:
        assert one.theory == pytest.approx(theory.mean()[one.init])
    title = story["factor-per-layer"].title
    kept = [one for one in f.factors if abs(one.measured - 1) <= 0.1]
    assert title.startswith("Only ") == (len(kept) == 1 < len(f.factors))
    assert all((scheme_name(one.init) in title) == (one in kept) for one in f.factors)


def check_histograms(config, result, story):
    assert (story.facts.depth, story.facts.activation) == (config.depth, config.activation)
    for w in story.facts.widths:
        mine = result.moments
        mine = mine[(mine["init"] == w.init) & (mine["quantity"] == w.quantity)]
        by_layer = mine.groupby("layer")["std"].mean()
        assert (w.first, w.last) == pytest.approx(
            (by_layer[1], by_layer[config.depth]), nan_ok=True
        )
    for quantity in ("activation", "gradient"):
        title = story[f"{quantity}-histograms"].title
        for w in story.facts.of(quantity):
            ends = (w.first, w.last) if quantity == "activation" else (w.last, w.first)
            if config.depth > 1 and all(ends):
                verb = {True: "grow", False: "shrink"}[ends[1] > ends[0]]
                assert verb in title or "keep" in title


def check_contest(config, result, story):
    f = story.facts
    test = result.curves.query("split == 'test' and epoch == @config.epochs")
    share = result.chance.set_index("split")["share"]["test"]
    learned, ends = [], {}
    for s in f.schemes:
        mine = every = test[test["init"] == s.init]
        if not every["diverged"].all():
            mine = every[~every["diverged"]]
        ends[s.init] = mine["accuracy"].mean()
        assert (s.low, s.high) == pytest.approx(
            (mine["accuracy"].min(), mine["accuracy"].max()), nan_ok=True
        )
        assert s.diverged == every["diverged"].sum()
        assert s.networks == len(every) == config.n_seeds
        assert s.mean == pytest.approx(mine["accuracy"].mean(), nan_ok=True)
        if any(a > share + STUCK for a in mine["accuracy"]):
            learned.append(s.init)
        assert (s.kind == "learned") == (s.init in learned)
    assert (f.chance, f.depth, f.epochs) == (share, config.depth, config.epochs)
    assert f.n_seeds == config.n_seeds
    said = ("None", "One", "Two", "Three or more")[min(3, len(learned))]
    assert story.verdict.truth == said
    train = result.curves.query("split == 'train'")
    for s in f.schemes:
        mine = train[train["init"] == s.init]
        first, last = (
            mine[mine["epoch"] == e]["loss"].median() for e in (0, int(mine["epoch"].max()))
        )
        lost = mine[mine["epoch"] == config.epochs]["diverged"].any()
        assert (s.loss == "lost") == lost
        if not lost:
            still = abs(last - first) < 0.05
            assert (s.loss == "still") == still
            assert still or (s.loss in ("fell", "settled")) == (last < first)
    slips = " ".join(story.slips)
    rose = (
        pd.Series(ends)
        - result.curves.query("split == 'test' and epoch == 0").groupby("init")["accuracy"].mean()
    )
    for s in f.schemes:
        assert s.gain == pytest.approx(rose[s.init], nan_ok=True)
    if said := re.search(r"learned nothing in the time in which (.*?) did\.", slips):
        did = {s.init for s in f.schemes if scheme_name(s.init) in re.split(", | and ", said[1])}
        assert did <= set(learned)
        for s in f.schemes:
            fell = s.loss == "fell" or rose[s.init] >= 0.05
            assert (s.init in did) == (s.init in learned and fell)
    if "not by learning much" in slips:
        assert learned and not any(rose[init] >= 0.05 for init in learned)
    took = [s.init for s in f.schemes if s.init in learned and (s.loss == "fell" or s.gain >= 0.05)]
    every = bool(took) and len(learned) == len(config.inits)
    assert ("every scheme shown does better" in slips) == every
    assert ("not by learning much" in slips) == (bool(learned) and not took)
    assert ("no network does better" in slips) == (not learned)


def check_map(config, result, story):
    f, by = story.facts, "init" if config.by == "scheme" else "std"
    share = result.chance.set_index("split")["share"]["test"]
    means = result.map.groupby([by, "depth"])["accuracy"].mean()
    deepest = 0
    assert (f.by, f.chance, f.n_seeds) == (config.by, share, config.n_seeds)
    assert f.depths == tuple(sorted(set(config.depths))) and f.epochs == config.epochs
    assert f.stds == tuple(sorted(set(result.map["std"])))
    for row in f.rows:
        key = row.init if by == "init" else row.std
        good = [d for d in set(config.depths) if means[key, d] > share + (1 - share) / 2]
        assert row.learned == tuple(sorted(good))
        cells = result.map[result.map[by] == key]
        assert row.std in set(cells["std"])
        ends = cells[cells["depth"] == max(config.depths)]["accuracy"].dropna()
        assert (row.low, row.high) == pytest.approx((ends.min(), ends.max()), nan_ok=True)
        assert row.stuck == (not any(a > share + STUCK for a in ends))
        deepest = max([deepest, *good])
    ends = [int(number) for number in re.findall(r"\d+", story.verdict.truth)] or [0]
    assert ends[0] <= deepest <= ends[-1]


def check_landscape(config, result, story):
    f = story.facts
    spreads = []
    for start in f.starts:
        mine = result.surface[result.surface["init"] == start.init]
        grid = np.sort(mine["alpha"].unique())
        near = max(0.4, float(np.diff(grid).min())) + 1e-9
        close = mine[(mine["alpha"].abs() <= near) & (mine["beta"].abs() <= near)]["loss"].dropna()
        assert (start.low, start.high) == (close.min(), close.max())
        spreads.append(close.max() - close.min())
        line = mine[(mine["alpha"].abs() <= near) & (mine["beta"].abs() < 1e-9)]["loss"].dropna()
        assert start.along == (line.min(), line.max())
        losses = result.path[result.path["init"] == start.init]["loss"].tolist()
        known = [x for x in losses if math.isfinite(x)]
        assert start.diverged == (len(known) < config.epochs + 1)
        walked = result.path[result.path["init"] == start.init].iloc[: max(1, len(known))]
        assert start.steps == len(walked) - 1
        assert (start.first, start.last) == tuple(walked["loss"].iloc[[0, -1]])
        assert start.distance == walked["distance"].iloc[-1]
        assert start.in_plane == pytest.approx(walked["in_plane"].iloc[-1], nan_ok=True)
        middle = mine[(mine["alpha"].abs() < 1e-9) & (mine["beta"].abs() < 1e-9)]["loss"]
        assert start.centre == middle.item()
        assert f.near == pytest.approx(near)
    assert (f.value, f.activation) == (config.constant, config.activation)
    slips = " ".join(story.slips)
    for one, word in zip(
        f.starts, re.findall(r"\b(fell|rose|stayed) (?:to|at)", slips), strict=False
    ):
        printed = float(f"{one.first:.3g}"), float(f"{one.last:.3g}")
        assert word == (
            "stayed" if len(set(printed)) == 1 else "fell" if one.last < one.first else "rose"
        )
    if "came no further" in slips:
        assert f.random.last < f.constant.last <= 1.01 * f.constant.first
    if "came no further" in slips or "only fell" in slips:
        assert f.constant.first - f.constant.last < f.random.first - f.random.last
    losses = sorted(x for x in result.surface["loss"] if math.isfinite(x))
    shown = max(1.6 * median(losses), 2 * losses[0], 1e-6)
    assert f.ceiling == pytest.approx(min(losses[-1], shown))
    if story.verdict.truth == "About equally":
        assert not max(spreads) > 2 * min(spreads)
    else:
        more = spreads.index(max(spreads))
        start = ("all parameters", "the ")[more]
        assert story.verdict.truth.startswith(f"Around {start}")


def check_symmetry(config, result, story):
    f, steps = story.facts, result.path
    apart = [
        math.dist(*(one[["w1", "w2", "b", "v"]].iloc[0] for _, one in two.groupby("unit")))
        for _, two in steps.groupby("step")
    ]
    assert f.widest == pytest.approx(max(apart)) and f.steps == steps["step"].max()
    assert (f.first_loss, f.last_loss) == tuple(steps["loss"].iloc[[0, -1]])
    assert f.first_gap == pytest.approx(apart[0]) and f.last_gap == pytest.approx(apart[-1])
    assert f.step_gap == pytest.approx(apart[1]) if len(apart) > 1 else True
    truth = story.verdict.truth
    assert (truth == "Exactly equal") == (f.step_gap == 0)
    if "nearer" in truth:
        assert f.step_gap < f.first_gap
    if "farther" in truth:
        assert f.step_gap > f.first_gap
    moved = result.parameters[result.parameters["before"] != result.parameters["after"]]
    assert len(f.moved) == len(moved)
    title = story["two-two-one"].title
    assert title.startswith("Equal before") == (apart[0] == 0)
    assert "exactly equal" not in story["two-units"].title or max(apart) == 0


CHECKS = {
    "signal": check_signal,
    "layer_histograms": check_histograms,
    "contest": check_contest,
    "map": check_map,
    "loss_landscape": check_landscape,
    "symmetry": check_symmetry,
}

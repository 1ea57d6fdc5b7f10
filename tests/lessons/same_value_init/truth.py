"""What the page on equal starts tells, against its frames, by another way."""

import numpy as np
import pytest
from hypothesis import strategies as st

from tests.lessons.same_value_init import biases_truth, noise_truth
from weightkit.lessons.same_value_init.config import LAYERS
from weightkit.lessons.same_value_init.starts import charts
from weightkit.lessons.same_value_init.starts.findings import End


def check(config, result, story):
    layer, parameter = LAYERS[config.seed % 4], ("weight", "bias")[config.seed % 2]
    look = list(config.starts)[-1]
    figures = [
        charts.microscope(result, look, layer),
        charts.distinct(result, look),
        charts.ranks(result, look),
        charts.histograms(result, look, layer, parameter),
        *(charts.by_index(result, look, layer, parameter, stage) for stage in ("before", "after")),
    ]
    _facts_hold(story.facts, config, result)
    _titles_hold(figures, result, look, layer)
    return figures


def _facts_hold(f, config, result):
    """Each fact in a few lines of another kind."""
    assert (f.epochs, f.n_seeds) == (config.epochs, config.n_seeds)
    assert f.floor == result.chance.query("split == 'test'")["share"].item()
    _numbers_hold(f, result)
    test = result.curves.query("split == 'test' and epoch == @config.epochs")
    assert [o.condition for o in f.outcomes] == list(config.starts)
    for o in f.outcomes:
        mine = _left(test, o.condition)["accuracy"]
        assert o.accuracy == pytest.approx(np.mean(mine.tolist()))
        assert (o.low, o.high) == (min(mine), max(mine))
        assert o.lost == sum(test[test["condition"] == o.condition]["diverged"])
        gain = f.baseline.accuracy - f.floor
        assert (o.end is End.BASELINE) == (o.condition == "baseline")
        if o in f.rivals and o.lost == config.n_seeds:
            assert o.end is End.DIVERGED and o not in f.near
        elif o in f.rivals and gain >= 0.1:
            assert (o in f.near) == (o.accuracy >= f.floor + 0.9 * gain)
    _groups_hold(f)
    units = result.symmetry[result.symmetry["layer"].isin(LAYERS[:3])]
    for name in config.starts:
        alone = set(units[units["condition"] == name]["distinct_units"]) == {1}
        assert alone == (name in [c.condition for c in f.copies])
        p = result.parameters[result.parameters["condition"] == name]
        before, after = (p[p["stage"] == s]["value"].to_numpy() for s in ("before", "after"))
        assert f.change(name).moved == (before != after).sum()


def _left(rows, condition):
    """The rows of a condition's networks that have not diverged; all where all have."""
    mine = rows[rows["condition"] == condition]
    return mine if mine["diverged"].all() else mine[~mine["diverged"]]


def _numbers_hold(f, result):
    """What moved, which values are left, and who sleeps."""
    train = result.curves.query("split == 'train' and epoch == @f.epochs")
    for o in f.outcomes:
        assert o.train == pytest.approx(_left(train, o.condition)["accuracy"].mean())
    for name in {c.condition for c in f.changes}:
        p = result.parameters[result.parameters["condition"] == name]
        change, moved = f.change(name), []
        for (layer, parameter), one in p.groupby(["layer", "parameter"], observed=True):
            before, after = (one[one["stage"] == s]["value"].tolist() for s in ("before", "after"))
            if before != after and any(a != b for a, b in zip(before, after, strict=True)):
                moved.append((layer, parameter))
        assert set(change.where) == set(moved) and change.n == len(p) / 2
    for c in f.copies:
        assert c.alive == (f.change(c.condition).moved > f.change(c.condition).n / 2)
        w = result.parameters.query(
            "condition == @c.condition and layer == 'input' and parameter == 'weight'"
        )
        n = len(w) // 2 // 64  # units of the input layer
        assert c.inputs == n and 1 <= c.different <= n
    if f.sleepers is not None:
        p = result.parameters.query("condition == 'fc1 weights zero' and layer == 'fc1'")
        w, b = (p[p["parameter"] == kind] for kind in ("weight", "bias"))
        rows = [w[w["stage"] == s]["value"].to_numpy().reshape(32, -1) for s in ("before", "after")]
        asleep = (rows[0] == rows[1]).all(axis=1)
        negative = b[b["stage"] == "before"].sort_values("index")["value"].to_numpy() < 0
        s = f.sleepers
        assert (s.units, s.asleep, s.negative) == (32, asleep.sum(), (asleep & negative).sum())


def _groups_hold(f):
    """What the title says of each group holds of the numbers it prints."""
    base, floor = (round(100 * x) for x in (f.baseline.accuracy, f.floor))
    for o in f.rivals:
        shown = round(100 * o.accuracy)
        match o.end:
            case End.BETTER:
                assert shown > base
            case End.BETWEEN:
                assert floor < shown < base
            case End.STUCK:
                assert shown < base
            case End.NEAR:
                assert abs(shown - base) <= max(6, 0.1 * (base - floor) + 1)


def _titles_hold(figures, result, look, layer):
    seen, distinct, ranks, *_ = (figure.title for figure in figures)
    w = result.parameters.query("condition == @look and layer == @layer and parameter == 'weight'")
    before, after = (w[w["stage"] == s]["value"].to_numpy() for s in ("before", "after"))
    assert ("not one of them has moved" in seen) == (np.array_equal(before, after))
    assert ("no longer finite" in seen) == (not np.isfinite(after).all())
    if "all still equal" in seen or "each is one number" in seen:
        rows = after.reshape(
            -1, {"input": after.size // 64}.get(layer, 64 if layer == "fc1" else 32)
        )
        assert (np.ptp(rows, axis=1) <= 1e-3 * np.abs(rows).max()).all()
    mine = result.symmetry[result.symmetry["condition"] == look]
    hidden = mine[mine["layer"] != "output"]
    assert distinct.startswith("Every") == (hidden["distinct_units"] == 1).all()
    if ranks.startswith("Every"):
        assert mine["rank"].nunique() == 1 and f"rank {mine['rank'].iloc[0]}," in ranks
    if "stay what they were" in ranks:
        assert (mine.groupby(["seed", "layer"])["rank"].nunique() == 1).all()


CHECKS = {"starts": check, "noise": noise_truth.check, "biases": biases_truth.check}
DRAWN = {
    "noise": {"n_noises": st.integers(3, 7)},
    "biases": {"n_biases": st.sampled_from((5, 9))},
}

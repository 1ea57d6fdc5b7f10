"""What the page on the same numbers tells, against its frames, by another way."""

import math

import pytest

from weightkit.lessons.identical_random import charts
from weightkit.lessons.identical_random.findings import Alike

NO_IMAGES = True


def check(config, result, story):
    split, measure = ("train", "test")[config.seed % 2], ("loss", "accuracy")[config.entropy % 2]
    curve = charts.training(result, split, measure)
    f = story.facts
    _, a, other, b = config.networks
    assert f.names == (a, b, other, "no seed")
    one, two = (
        {
            p: part["value"].tolist()
            for p, part in result.weights[result.weights["network"] == n].groupby("parameter")
        }
        for n in (a, b)
    )
    same = [one[p] == two[p] for p in ("weight", "bias")]
    assert f.alike is {
        (True, True): Alike.BOTH,
        (True, False): Alike.WEIGHTS,
        (False, True): Alike.BIASES,
    }.get(tuple(same), Alike.NOTHING)
    apart = result.outputs.query("pair == @a + ' - ' + @b")["difference"].tolist()
    assert f.parted == next((i for i, d in enumerate(apart) if d != 0), None)
    ends = result.training.query("split == 'train' and epoch == @config.epochs")["loss"]
    known = [x for x in ends if math.isfinite(x)]
    assert len(f.lost) == 4 - len(known)
    assert not known or (f.loss_low, f.loss_high) == (min(known), max(known))
    assert f.epochs == config.epochs
    for found, p in ((f.weights_off, "weight"), (f.biases_off, "bias")):
        off = max(abs(x - y) for x, y in zip(one[p], two[p], strict=True))
        assert found == pytest.approx(off)
    assert f.outputs_before == apart[0]
    assert f.outputs_after == pytest.approx(apart[-1], nan_ok=True)
    near = [n for n in config.networks if 0.687 <= _end(result, n, config.epochs) <= 0.7]
    assert set(f.stuck) == set(near)
    asked = {tuple(round(v, 6) for v in one["value"]) for _, one in result.calls.groupby("call")}
    assert f.sequences == len(asked)
    ways = result.checks[result.checks["biases"].isin(["seeded together", "seeded apart"])]
    assert f.ways_off == ways[ways["draw_order"] == "same"]["difference"].max()
    mine = result.training.query("split == @split")
    x, y = (mine[mine["network"] == n][measure].tolist() for n in (a, b))
    if "to the last bit" in curve.title:
        assert all(p == q or (math.isnan(p) and math.isnan(q)) for p, q in zip(x, y, strict=True))
    if "differ from the start" in curve.title:
        assert x[0] != y[0]
    return [curve]


def _end(result, network, epoch):
    """The training loss that a network ends with."""
    mine = result.training[result.training["network"] == network]
    return mine.query("split == 'train' and epoch == @epoch")["loss"].item()


CHECKS = {"": check}

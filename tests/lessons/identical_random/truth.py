"""What the page on the same numbers tells, against its frames, by another way."""

import math

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
    mine = result.training.query("split == @split")
    x, y = (mine[mine["network"] == n][measure].tolist() for n in (a, b))
    if "to the last bit" in curve.title:
        assert all(p == q or (math.isnan(p) and math.isnan(q)) for p, q in zip(x, y, strict=True))
    if "differ from the start" in curve.title:
        assert x[0] != y[0]
    return [curve]


CHECKS = {"": check}

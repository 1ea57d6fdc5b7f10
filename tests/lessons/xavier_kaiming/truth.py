"""What the formulas and the contest tell, against their frames, by another way."""

import math

import pytest

from weightkit.initializers import INITIALIZERS
from weightkit.lessons.xavier_kaiming import METRICS
from weightkit.lessons.xavier_kaiming.contest.charts import learning
from weightkit.lessons.xavier_kaiming.contest.findings import ALPHA
from weightkit.lessons.xavier_kaiming.formulas.charts import overall
from weightkit.lessons.xavier_kaiming.formulas.config import DRAWINGS
from weightkit.lessons.xavier_kaiming.formulas.findings import (
    Shape,
    agreement,
    layers,
    rows_of,
    spread,
)

NO_IMAGES = True  # formulas have no data, and both data sets of the contest are tables


def check_formulas(config, result, story):
    f, scheme = story.facts, config.scheme
    rows = rows_of(result.moments, scheme, "weight")
    n = rows["fan_in"] * rows["fan_out"]
    assert f.weights.n == n.sum()
    assert f.weights.one_law == (rows["std_theory"].max() <= rows["std_theory"].min() * (1 + 1e-9))
    means = (rows["std_theory"] ** 2 * n).sum() / n.sum()
    assert f.weights.theory == pytest.approx(math.sqrt(means))
    kind = dict.fromkeys(("zeros", "ones", "constant"), Shape.SAME) | {"orthogonal": Shape.ROWS}
    uniform = "uniform" in scheme or scheme == "pytorch_default"
    assert f.weights.shape is kind.get(scheme, Shape.EVEN if uniform else Shape.BELL)
    found = layers(rows)
    for name, law in zip(rows["layer"], rows["std_theory"], strict=True):
        assert (name in found.widest) == math.isclose(law, rows["std_theory"].max())
        assert (name in found.narrowest) == math.isclose(law, rows["std_theory"].min())
    stds = {s: spread(result.moments, s, "weight").std for s in INITIALIZERS}
    aware = [std for s, std in stds.items() if s.startswith(("xavier", "kaiming", "orthogonal"))]
    if f.narrowest:
        assert stds["pytorch_default"] < min(aware)
    assert agreement(result.moments).off < 0.05, "every formula keeps its promise"
    drawing = DRAWINGS[config.seed % len(DRAWINGS)]
    return [overall(result, s, drawing, config.shown) for s in config.shown]


def settled(tests, final):
    """Who fits better and who is ahead on the test set: an independent look at the frames."""
    p = tests.set_index("metric")["p"]
    if final["train_loss"].isna().any():
        return None, None
    ranked = p.sort_values()
    corrected = (ranked * [3, 2, 1]).clip(upper=1).cummax()
    means = final.groupby("init", sort=False)[list(METRICS)].mean()

    def winner(metric, form, sign):
        one, other = means[metric]
        if corrected[metric] >= ALPHA or format(one, form) == format(other, form):
            return None
        return means.index[0] if sign * one > sign * other else means.index[1]

    return winner("train_loss", ".4g", -1), winner("test_accuracy", ".1%", 1)


def check_contest(config, result, story):
    f = story.facts
    assert (f.fits_better, f.ahead) == settled(result.tests, result.final)
    assert f.tested == (not result.final["train_loss"].isna().any())
    start = result.curves.query("epoch == 0 and split == 'train'").groupby("init")["loss"].mean()
    if f.tested:
        for scheme, before, after in zip(
            f.schemes, f.start, (f.loss.first, f.loss.second), strict=True
        ):
            assert before == pytest.approx(start[scheme])
            same, rose = f"{before:.3g}" == f"{after:.3g}", after > before
            assert ("stayed at" if same else "rose from" if rose else "fell from") in story.shows[1]
    wide = max(-f.test.low, f.test.high) > 1
    assert any("wider than accuracies can differ" in slip for slip in story.slips) == (
        f.tested and not f.ahead and wide
    )
    measure = ("loss", "accuracy")[config.seed % 2]
    return [learning(result, measure, config.seed % (config.n_seeds + 1))]


CHECKS = {"formulas": check_formulas, "contest": check_contest}

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


def _spreads_hold(f, result, scheme):
    """All layers together: extremes, and root mean squares weighted by size."""
    for one, name, parameter in (
        (f.weights, scheme, "weight"),
        (f.default, "pytorch_default", "weight"),
        (f.biases, scheme, "bias"),
    ):
        rows = list(rows_of(result.moments, name, parameter).itertuples())
        sizes = [r.fan_out * (r.fan_in if parameter == "weight" else 1) for r in rows]
        assert one.n == sum(sizes)
        for value, column in ((one.std, "std_measured"), (one.theory, "std_theory")):
            squares = (getattr(r, column) ** 2 * n for r, n in zip(rows, sizes, strict=True))
            assert value == pytest.approx(math.sqrt(sum(squares) / one.n))
        assert one.low == min(r.min for r in rows) and one.high == max(r.max for r in rows)
        laws, bounds = [r.std_theory for r in rows], [r.bound_theory for r in rows]
        assert one.bound == pytest.approx(max(bounds), nan_ok=True)
        assert one.bound_least == pytest.approx(min(bounds), nan_ok=True)
        assert one.one_law == math.isclose(min(laws), max(laws))
        assert one.columns == any(r.fan_out > r.fan_in for r in rows)


def check_formulas(config, result, story):
    f, scheme = story.facts, config.scheme
    assert (f.scheme, f.slope) == (scheme, config.negative_slope)
    _spreads_hold(f, result, scheme)
    for one, key in (
        (f.xavier, ("xavier_normal", "weight", "input")),
        (f.kaiming, ("kaiming_normal", "weight", "input")),
        (f.plain, ("pytorch_default", "weight", "input")),
        (f.bias, ("pytorch_default", "bias", "fc1")),
    ):
        (r,) = result.moments.set_index(["scheme", "parameter", "layer"]).loc[[key]].itertuples()
        assert (one.name, one.fan_in, one.fan_out) == (key[2], r.fan_in, r.fan_out)
        found = one.theory, one.std, one.low, one.high, one.bound
        there = r.std_theory, r.std_measured, r.min, r.max, r.bound_theory
        assert found == pytest.approx(there, nan_ok=True)
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
    printed = {f"{std:.4f}" for std in aware}
    default = stds["pytorch_default"]
    assert f.narrowest == (default < min(aware) and f"{default:.4f}" not in printed)
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
    assert (f.n, f.epochs) == (config.n_seeds, config.epochs)
    lost = result.final["train_loss"].isna().groupby(result.final["init"]).sum()
    assert f.lost == tuple((s, lost[s]) for s in (config.first, config.second))
    assert f.n_test == result.n_test
    ranked = sorted(result.tests["p"])
    for metric, one in zip(METRICS, (f.loss, f.train, f.test), strict=True):
        row = result.tests[result.tests["metric"] == metric].iloc[0]
        means = result.final.groupby("init")[metric].mean()
        assert one.metric == metric
        assert (one.first, one.second) == pytest.approx(
            (means[config.first], means[config.second]), nan_ok=True
        )
        there = row["difference"], row["ci_low"], row["ci_high"]
        assert (one.difference, one.low, one.high) == pytest.approx(there, nan_ok=True)
        if f.tested:
            assert row["p"] <= one.p <= min(1.0, len(ranked) * row["p"])
    start = result.curves.query("epoch == 0 and split == 'train'").groupby("init")["loss"].mean()
    if f.tested:
        for scheme, before, after in zip(
            f.schemes, f.start, (f.loss.first, f.loss.second), strict=True
        ):
            assert before == pytest.approx(start[scheme])
            same, rose = f"{before:.4g}" == f"{after:.4g}", after > before
            assert ("stayed at" if same else "rose from" if rose else "fell from") in story.shows[1]
    wide = max(-f.test.low, f.test.high) > 1
    assert any("wider than accuracies can differ" in slip for slip in story.slips) == (
        f.tested and not f.ahead and wide
    )
    measure = ("loss", "accuracy")[config.seed % 2]
    return [learning(result, measure, config.seed % (config.n_seeds + 1))]


CHECKS = {"formulas": check_formulas, "contest": check_contest}

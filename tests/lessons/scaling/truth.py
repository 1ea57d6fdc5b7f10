"""What the deep and the wide networks tell, against their frames, by another way."""

import math

import pytest

from tests.truth.arithmetic import mean
from weightkit.lessons.scaling.residual import charts as deep_charts
from weightkit.lessons.scaling.residual.config import DESIGNS, PLAIN, SKIP, SMALL, ZERO
from weightkit.lessons.scaling.residual.findings import Outcome as Deep
from weightkit.lessons.scaling.width.findings import Outcome as Wide


def left(networks):
    """Accuracies of those that have not diverged; of all where all have."""
    return [a for a, lost in networks if not lost] or [a for a, _ in networks]


def residual(config, result, story):
    f, ends, signal = story.facts, {}, {}
    for r in result.curves.itertuples():
        if r.split == "test" and r.epoch == config.epochs:
            ends.setdefault(r.design, []).append((r.accuracy, r.diverged))
    for r in result.layers.itertuples():
        signal[r.design, r.seed, r.block] = (r.std, r.std_theory)
    seeds = range(config.seed, config.seed + config.n_seeds)
    assert list(f.designs) == list(DESIGNS)
    for name, d in f.designs.items():
        found = left(ends[name])
        assert len(ends[name]) == config.n_seeds
        assert (d.mean, d.low, d.high) == (pytest.approx(mean(found)), min(found), max(found))
        assert d.lost == sum(bool(lost) for _, lost in ends[name])
        for place, said in enumerate((d.grown, d.theory)):
            ratios = [signal[name, s, config.blocks][place] / signal[name, s, 0][0] for s in seeds]
            assert said == pytest.approx(mean(ratios))
    assert f.zero.grown == 1 and f.zero.theory == 1 and f.plain.theory == 1
    assert f.skip.theory == pytest.approx(2 ** (config.blocks / 2))
    assert f.small.theory == pytest.approx((1 + 0.5 / config.blocks) ** (config.blocks / 2))
    assert f.lost == sum(d.lost for d in f.designs.values())
    means = {name: mean(left(ends[name])) for name in DESIGNS}
    gap = means[SKIP] - means[PLAIN]
    if abs(abs(gap) - 0.05) > 1e-9:
        neither = max(means[SKIP], means[PLAIN]) <= f.chance + 0.1
        wanted = (
            "NEITHER"
            if neither
            else "ALIKE"
            if abs(gap) < 0.05
            else "HELPS"
            if gap > 0
            else "HURTS"
        )
        assert f.outcome is Deep[wanted]
    over = max(means[PLAIN], means[SKIP]) + 0.05
    for name in (ZERO, SMALL):
        learned = means[name] > f.chance + 0.1
        if abs(means[name] - over) > 1e-9:
            assert (f.designs[name] in f.rescued) == (means[name] > over and learned)
    said, title = " ".join((*story.shows, *story.slips)), story["accuracy-by-design"].title
    assert ("Diverged" in said) == bool(f.lost)
    whole = [means[name] for name in DESIGNS if not all(lost for _, lost in ends[name])]
    assert ("None of the designs learns" in title) == (max(whole, default=0) <= f.chance + 0.1)
    assert ("all networks diverged" in title) == (not whole)
    if "must not start at zero" in said:
        assert means[ZERO] >= over - 1e-9 and means[ZERO] > f.chance + 0.1
    if "no longer matters" in said:
        assert f.rescued and f.outcome is not Deep.HELPS
    if "neither zeros nor small" in said:
        assert max(means[ZERO], means[SMALL]) < over + 1e-9
    half = result.curves[result.curves["epoch"] <= 1]
    assert len(deep_charts.live(half).data) == len(half) // 2
    return []


def width(config, result, story):
    f, losses = story.facts, {}
    for r in result.final.itertuples():
        lost = r.diverged or not math.isfinite(r.train_loss)
        key = r.parametrisation, r.width, r.learning_rate
        losses.setdefault(key, []).append(math.inf if lost else r.train_loss)
    means = {key: mean(values) for key, values in losses.items()}
    assert len(result.final) == 2 * len(config.widths) * config.n_rates * config.n_seeds
    assert (f.networks, f.n_seeds) == (len(result.final), config.n_seeds)
    assert f.lost == int(result.final["diverged"].sum())
    for name, one in (("standard", f.standard), ("muP", f.mup)):
        for width_, best in one.best.items():
            mine = {r: means[name, width_, r] for r in config.rates}
            least = min(mine.values())
            assert math.isnan(best) if math.isinf(least) else mine[best] == least
        if not math.isnan(one.tuned):
            assert one.tuned == one.best[config.base]
            assert one.loss == pytest.approx(means[name, config.largest, one.tuned])
        assert one.least == pytest.approx(min(means[name, config.largest, r] for r in config.rates))
    calm = [r for r in config.rates if r <= 0.1]  # above, rounding alone can part two runs
    same = [means[p, config.base, r] for p in ("standard", "muP") for r in calm]
    half = len(same) // 2
    assert same[:half] == pytest.approx(same[half:], rel=1e-3), "the base is one network"
    small, large = f.standard.tuned, f.standard.best[config.largest]
    if math.isnan(small) or math.isnan(large):
        assert f.outcome is Wide.NOTHING
    else:
        order = (large > small) - (large < small)
        assert f.outcome is (Wide.SMALLER, Wide.SAME, Wide.LARGER)[order + 1]
    shown = story["good-rates-by-width"].data
    for name, one in (("standard", f.standard), ("muP", f.mup)):
        for width_, best in one.best.items():
            mine = shown[(shown["parametrisation"] == name) & (shown["width"] == width_)]
            losses_ = [means[name, width_, r] for r in config.rates]
            near = [loss for loss in losses_ if loss <= 1.25 * min(losses_) < math.inf]
            assert len(mine) == len(near)
            best_ones = mine[mine["best"]]["learning_rate"].tolist()
            assert best_ones == ([] if math.isnan(best) else [best])
    said = " ".join((*story.shows, *story.slips))
    edges = {config.rates[0], config.rates[-1]}
    found = [*f.standard.best.values(), *f.mup.best.values()]
    assert ("may lie beyond" in said) == any(rate in edges for rate in found)
    assert ("networks diverged" in said or "network diverged" in said) == bool(f.lost)
    if "it depends on how" in said:
        assert f.mup.loss <= 1.25 * f.mup.least and f.standard.loss > 1.25 * f.standard.least
    return []


CHECKS = {"residual": residual, "width": width}

"""The learning rate that carries over, over five seeds, and the frame's promises."""

import math
from dataclasses import replace

import pandas as pd
import pytest
import torch

from weightkit.charts import export, grammar
from weightkit.lessons.scaling import WidthConfig, widths
from weightkit.lessons.scaling.width import charts, experiment, tell
from weightkit.lessons.scaling.width.findings import Outcome, facts

QUICK = WidthConfig(largest=64, n_rates=3, n_seeds=2, epochs=1, batch_size=256)


@pytest.fixture(scope="module")
def quick():
    return widths(QUICK)


def test_the_tuned_rate_carries_over_in_mup_and_not_in_the_standard_parametrisation():
    config = WidthConfig(largest=128, n_rates=5, n_seeds=5, learning_rate=1 / 16)
    f = facts(widths(config), config.base)
    assert f.n_seeds == 5
    assert f.standard.best[128] <= f.standard.tuned / 2
    assert f.standard.loss > 1.25 * f.standard.least
    assert f.mup.loss < 1.15 * f.mup.least


def test_frame(quick):
    keys = ["parametrisation", "width", "learning_rate", "seed"]
    assert list(quick.final) == [*keys, "train_loss", "diverged"]
    assert len(quick.final) == 2 * 3 * 3 * 2
    assert not quick.final.duplicated(keys).any()
    assert set(quick.final["width"]) == set(QUICK.widths)


def test_at_the_base_both_are_the_same_network(quick):
    base = quick.final[quick.final["width"] == 16]
    wide = base.pivot(index=["learning_rate", "seed"], columns="parametrisation")["train_loss"]
    assert wide["muP"].to_list() == pytest.approx(wide["standard"].to_list(), rel=1e-4)


def test_mup_divides_two_rates_and_the_outputs_start():
    rows = [("standard", 64, 0.01, 0), ("muP", 64, 0.01, 0)]
    labels = pd.DataFrame(rows, columns=["parametrisation", "width", "learning_rate", "seed"])
    mlp, rates = experiment.start((64, 64, 64, 10), labels, QUICK)
    one, other = mlp.weight["output"]
    torch.testing.assert_close(other, one * math.sqrt(16 / 64))
    assert torch.equal(*mlp.weight["fc1"]) and torch.equal(*mlp.weight["input"])
    assert rates == {"input": [0.01, 0.01], "fc1": [0.01, 0.0025], "output": [0.01, 0.0025]}


def test_the_same_config_gives_the_same_bits_and_a_run_can_be_ended(quick):
    assert widths(QUICK).final.equals(quick.final)
    seen = []

    class End(Exception):
        pass

    def stop(done, total):
        seen.append((done, total))
        if done == 2:
            raise End

    with pytest.raises(End):
        widths(QUICK, on_epoch=stop)
    assert seen == [(1, 6), (2, 6)]


def valleys(quick, standard, mup):
    """Losses with their least at these places of the rates, at the base and at the largest."""
    rates = sorted(set(quick.final["learning_rate"]))
    best = {
        ("standard", 16): standard[0],
        ("standard", 64): standard[1],
        ("muP", 16): mup[0],
        ("muP", 64): mup[1],
    }
    final = quick.final.copy()
    final["train_loss"] = [
        0.1 * 2.0 ** abs(rates.index(r.learning_rate) - best.get((r.parametrisation, r.width), 1))
        for r in final.itertuples()
    ]
    return replace(quick, final=final)


@pytest.mark.parametrize(
    ("standard", "mup", "outcome", "word"),
    [
        ((1, 0), (1, 1), Outcome.SMALLER, "it depends on how"),
        ((1, 1), (1, 1), Outcome.SAME, "in both parametrizations"),
        ((1, 2), (1, 0), Outcome.LARGER, "width going to infinity"),
        ((1, 1), (1, 0), Outcome.SAME, "no law of small networks"),
    ],
)
def test_each_outcome_has_its_words(quick, standard, mup, outcome, word):
    made = valleys(quick, standard, mup)
    story = tell(QUICK, made)
    assert story.facts.outcome is outcome
    assert word in " ".join(story.slips)


def test_without_a_finite_loss_nothing_is_best(quick):
    final = quick.final.assign(train_loss=math.nan, diverged=True)
    story = tell(QUICK, replace(quick, final=final))
    assert story.facts.outcome is Outcome.NOTHING and not story.slips
    assert story.facts.lost == len(final)


def test_every_chart_can_be_drawn(quick):
    story = tell(QUICK, quick)
    for figure in (*story.figures, charts.live(quick.final)):
        assert export.spec(figure.titled())["datasets"]
    one, two = (
        story[name].drawing()["layer"][0]["encoding"]["y"]["scale"]["domain"]
        for name in ("valley-standard", "valley-mup")
    )
    assert one == two, "side by side, they share a scale"
    keys = {
        (layer["encoding"]["color"]["legend"]["title"])
        for layer in story["valley-mup"].drawing()["layer"]
    }
    assert keys == {"width"}


@pytest.mark.parametrize(
    ("least", "most", "axis"),
    [(0.07, 0.8, [0.05, 1.0]), (0.2, 0.8, [0.1, 1.0]), (0.01, 30.0, [0.01, 10.0])],
)
def test_the_losses_have_little_more_room_than_they_need(quick, least, most, axis):
    final = quick.final.assign(train_loss=[least] + [most] * (len(quick.final) - 1))
    figure = charts.live(final.assign(parametrisation="standard"))
    scale = figure.drawing()["layer"][0]["encoding"]["y"]["scale"]
    assert scale["domain"] == pytest.approx(axis)


def test_a_base_as_wide_as_the_largest_is_refused():
    with pytest.raises(ValueError, match="base is 64 and largest 64"):
        WidthConfig(base=64, largest=64)


def test_mup_has_the_colour_of_no_width():
    mine = grammar.resolve(charts.COLOURS[charts.MUP])
    for n in range(2, 7):
        for theirs in grammar.layer_scale([str(i) for i in range(n)]).range:
            assert _apart(mine, theirs) > 120


def _apart(one, other):
    """Distance of two colours in RGB, 0 to 442."""
    return math.dist(*([int(c[i : i + 2], 16) for i in (1, 3, 5)] for c in (one, other)))

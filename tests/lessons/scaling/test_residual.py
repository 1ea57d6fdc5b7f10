"""Thirty blocks, over five seeds, and the frames' promises."""

from dataclasses import replace

import pytest
import torch

from weightkit import datasets
from weightkit.charts import export
from weightkit.lessons.scaling import Config, residual, run, tell
from weightkit.lessons.scaling.residual import charts, experiment
from weightkit.lessons.scaling.residual.config import DESIGNS, PLAIN, SKIP, SMALL, ZERO
from weightkit.lessons.scaling.residual.findings import Outcome, facts

SMALL_RUN = Config(blocks=2, width=8, n_seeds=2, epochs=1)


@pytest.fixture(scope="module")
def result():
    return run(Config(n_seeds=5))


@pytest.fixture(scope="module")
def quick():
    return run(SMALL_RUN)


def test_frames(result):
    assert list(result.layers) == ["design", "seed", "block", "std", "std_theory"]
    keys = ["design", "seed", "epoch", "split"]
    assert list(result.curves) == [*keys, "loss", "accuracy", "diverged"]
    assert len(result.layers) == 4 * 5 * 31
    assert len(result.curves) == 4 * 5 * (Config().epochs + 1) * 2
    assert not result.curves.duplicated(keys).any()


def test_thirty_blocks_learn_only_where_their_last_layers_start_small_or_at_zero(result):
    last = result.curves.query(f"epoch == {Config().epochs} and split == 'test'")
    ends = last.pivot(index="seed", columns="design", values="accuracy")
    assert len(ends) == 5
    assert ends[[ZERO, SMALL]].min().min() > 0.8
    assert ends[[PLAIN, SKIP]].max().max() < 0.35


def test_a_skip_doubles_the_mean_square_in_each_block(result):
    signal = result.layers.pivot(index=["seed", "block"], columns="design", values="std")
    grown = signal.xs(30, level="block") / signal.xs(0, level="block")
    assert (grown[ZERO] == 1).all()
    assert grown[SMALL].between(1.1, 1.6).all()
    assert grown[SKIP].min() > 1000
    assert 2**13 < grown[SKIP].median() < 2**17


def test_the_networks_of_a_seed_differ_in_the_last_layers_alone():
    data = datasets.load("digits")
    (plain, _), (skips, labels) = (
        experiment.start(SMALL_RUN, data, designs) for designs in ((PLAIN,), (SKIP, ZERO, SMALL))
    )
    assert plain.skip is None and skips.skip == 2
    for layer in plain.layers:
        last = layer in experiment.last_layers(2)
        for model, row in labels.iterrows():
            factor = {ZERO: 0.0, SMALL: 0.5}.get(row["design"], 1.0) if last else 1.0
            expected = plain.weight[layer][row["seed"]] * factor
            torch.testing.assert_close(skips.weight[layer][model], expected)


def test_the_same_config_gives_the_same_bits(quick):
    again = run(SMALL_RUN)
    assert again.curves.equals(quick.curves) and again.layers.equals(quick.layers)


@pytest.mark.parametrize(
    ("ends", "outcome", "word"),
    [
        ((0.1, 0.1, 0.9, 0.9), Outcome.NEITHER, "no longer matters"),
        ((0.6, 0.6, 0.9, 0.9), Outcome.ALIKE, "no longer matters"),
        ((0.1, 0.9, 0.9, 0.9), Outcome.HELPS, "neither zeros"),
        ((0.9, 0.1, 0.9, 0.9), Outcome.HURTS, "neither zeros"),
        ((0.1, 0.1, 0.1, 0.1), Outcome.NEITHER, ""),
    ],
)
def test_each_outcome_has_its_words(quick, ends, outcome, word):
    table = dict(zip(DESIGNS, ends, strict=True))
    curves = quick.curves.assign(accuracy=quick.curves["design"].map(table))
    made = replace(quick, curves=curves)
    story = tell(SMALL_RUN, made)
    assert facts(made).outcome is outcome
    assert word in " ".join(story.slips)
    assert ("None of the designs" in story["accuracy-by-design"].title) == (max(ends) < 0.15)


def test_every_chart_can_be_drawn(quick):
    for figure in (*tell(SMALL_RUN, quick).figures, charts.live(quick.curves)):
        assert export.spec(figure.titled())["datasets"]
    assert residual.PRESETS

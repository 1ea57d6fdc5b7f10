"""The sweep's findings on frames whose answer is known, and every chart rendered."""

import numpy as np
import pandas as pd
import pytest

from weightkit.charts import export
from weightkit.lessons.variance_sweep import charts
from weightkit.lessons.variance_sweep.experiment import Result
from weightkit.lessons.variance_sweep.findings import facts

STDS = [1e-4, 1e-3, 1e-2, 1e-1, 1.0, 10.0]


def final(accuracies, seeds=2):
    rows = [(s, "normal", seed, 1.0, a, False) for s, a in zip(STDS, accuracies, strict=True) for seed in range(seeds)]
    return pd.DataFrame(rows, columns=["std", "distribution", "seed", "loss", "accuracy", "diverged"])


def curves():
    rows = [
        (s, seed, epoch, split, 1.0, 0.1 + 0.2 * epoch, False)
        for s in STDS
        for seed in (0, 1)
        for epoch in (0, 1, 2)
        for split in ("train", "test")
    ]
    return pd.DataFrame(rows, columns=["std", "seed", "epoch", "split", "loss", "accuracy", "diverged"])


def histograms():
    edges = np.linspace(-1, 1, 11)
    rows = [(s, stage, a, b, 10) for s in STDS for stage in ("before", "after") for a, b in zip(edges, edges[1:], strict=False)]
    return pd.DataFrame(rows, columns=["std", "stage", "bin_left", "bin_right", "count"])


def check():
    rows = [(s, layer, p, s * 1.02, n) for s in STDS for layer, p, n in (("input", "weight", 4096), ("input", "bias", 64))]
    return pd.DataFrame(rows, columns=["std", "layer", "parameter", "std_measured", "n"])


def found(final):
    return facts(final, curves(), histograms(), check())


def accuracy(means):
    return charts.accuracy(final(means), found(final(means)))


def test_the_plateau_is_the_run_of_stds_around_the_best():
    sweep = found(final([0.5, 0.93, 0.96, 0.95, 0.7, 0.2]))
    assert (sweep.first, sweep.last) == (1e-3, 1e-1)
    assert (sweep.worst, sweep.best) == (pytest.approx(0.93), pytest.approx(0.96))
    assert sweep.halved == 10.0
    assert sweep.top == pytest.approx(0.2)


def test_an_equal_value_beyond_a_gap_is_not_of_the_plateau():
    assert found(final([0.96, 0.2, 0.2, 0.96, 0.95, 0.2])).first in (1e-4, 1e-1)
    assert found(final([0.9] * 6)).halved is None


def test_titles_say_what_the_frame_says():
    assert "at 10 accuracy has halved" in accuracy([0.5, 0.93, 0.96, 0.95, 0.7, 0.2]).title
    assert "down to 60%" in accuracy([0.9, 0.93, 0.96, 0.95, 0.7, 0.6]).title


@pytest.mark.parametrize(
    "make",
    [
        lambda: accuracy([0.5, 0.93, 0.96, 0.95, 0.7, 0.2]),
        lambda: charts.weights(histograms(), found(final([0.9] * 6))),
        lambda: charts.requested(check(), found(final([0.9] * 6))),
        lambda: charts.learning(Result(final([0.9] * 6), curves(), histograms(), check()), 0.1),
        lambda: charts.live(curves()),
    ],
)
def test_every_chart_is_a_valid_specification_with_its_rows(make):
    figure = make()
    assert len(figure.data)
    drawn = export.spec(figure.titled())
    assert sum(len(rows) for rows in drawn["datasets"].values()) >= 6
    assert figure.title
    assert figure.alt


def test_one_picture_is_drawn():
    assert export.svg(accuracy([0.5, 0.93, 0.96, 0.95, 0.7, 0.2])).lstrip().startswith("<svg")

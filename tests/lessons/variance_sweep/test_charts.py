"""The sweep's findings on frames whose answer is known, and every chart rendered."""

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from weightkit.charts import export
from weightkit.charts.grammar import SEQUENCE
from weightkit.lessons.variance_sweep import Config, charts, story, tell
from weightkit.lessons.variance_sweep.experiment import Result
from weightkit.lessons.variance_sweep.findings import Change, Shape, Spread, facts

STDS = [1e-4, 1e-3, 1e-2, 1e-1, 1.0, 10.0]


def final(accuracies, seeds=2):
    rows = [
        (s, "normal", seed, 1.0, a, False)
        for s, a in zip(STDS, accuracies, strict=True)
        for seed in range(seeds)
    ]
    return pd.DataFrame(
        rows, columns=["std", "distribution", "seed", "loss", "accuracy", "diverged"]
    )


def curves():
    rows = [
        (s, seed, epoch, split, 1.0, 0.1 + 0.2 * epoch, False)
        for s in STDS
        for seed in (0, 1)
        for epoch in (0, 1, 2)
        for split in ("train", "test")
    ]
    return pd.DataFrame(
        rows, columns=["std", "seed", "epoch", "split", "loss", "accuracy", "diverged"]
    )


def histograms():
    edges = np.linspace(-1, 1, 11)
    rows = [
        (s, stage, a, b, 10)
        for s in STDS
        for stage in ("before", "after")
        for a, b in zip(edges, edges[1:], strict=False)
    ]
    return pd.DataFrame(rows, columns=["std", "stage", "bin_left", "bin_right", "count"])


def check():
    rows = [
        (s, layer, p, s * 1.02, n)
        for s in STDS
        for layer, p, n in (("input", "weight", 4096), ("input", "bias", 64))
    ]
    return pd.DataFrame(rows, columns=["std", "layer", "parameter", "std_measured", "n"])


def frames(final):
    spread = pd.DataFrame(
        [(s, stage, s) for stage in ("before", "after") for s in STDS],
        columns=["std", "stage", "std_measured"],
    )
    chance = pd.DataFrame({"split": ["train", "test"], "share": [0.1, 0.1]})
    return Result(final, curves(), histograms(), check(), spread, chance)


def found(final):
    return facts(frames(final))


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


@pytest.mark.parametrize(
    ("means", "shape"),
    [
        ([0.1, 0.11, 0.12, 0.1, 0.1, 0.1], Shape.NOTHING),
        ([0.9] * 6, Shape.EVERYWHERE),
        ([0.5, 0.6, 0.9, 0.6, 0.5, 0.2], Shape.ONE),
        ([0.2, 0.9, 0.92, 0.91, 0.3, 0.1], Shape.RANGE),
    ],
)
def test_each_outcome_has_its_own_words(means, shape):
    f = found(final(means))
    assert f.shape is shape
    assert f.falls_above == (shape in (Shape.ONE, Shape.RANGE))
    assert (
        len(
            {
                charts.headline(found(final(other)))
                for other in (means, [0.3, 0.31, 0.8, 0.3, 0.3, 0.79])
            }
        )
        == 2
    )


def told(means):
    return tell(Config(), frames(final(means)))


def test_a_plateau_of_one_std_names_no_range_and_no_other_std_as_far():
    story = told([0.95, 0.2, 0.2, 0.96, 0.3, 0.6])  # 0.0001 is as good, but no neighbour
    title = story["accuracy-by-std"].title
    assert story.facts.first == story.facts.last == 0.1
    assert title.startswith("Std 0.1 ends best, at 96%") and "Only" not in title
    assert "Neither neighbour of the best std, 0.1, comes" in story.verdict.because


def test_a_plateau_at_the_end_of_the_axis_has_no_cliff():
    f = found(final([0.1, 0.3, 0.6, 0.8, 0.94, 0.95]))
    assert (f.last, f.falls_above, f.halved) == (10.0, False, None)
    assert charts.headline(f) == "From 1 to 10 the size hardly matters; at 0.0001 accuracy is 10%"


def test_a_smallest_std_that_is_near_the_best_costs_nothing():
    """97 % is not worse than a plateau of "94 % or better"."""
    story = told([0.94, 0.8, 0.97, 0.9, 0.8, 0.5])
    assert not story.facts.falls_below and "costs as well" not in " ".join(story.slips)
    assert "costs as well" in " ".join(told([0.9, 0.95, 0.97, 0.9, 0.8, 0.5]).slips)


def test_a_plateau_at_chance_is_none():
    story = told([0.1, 0.11, 0.12, 0.1, 0.1, 0.1])
    assert story.verdict.because.startswith("But none has learned")
    assert "cliff" not in " ".join(story.shows)


def test_the_cliff_says_what_was_measured_there():
    result = frames(final([0.5, 0.93, 0.96, 0.95, 0.7, 0.2]))
    start = result.curves["loss"].where(result.curves["std"] < 10, 900.0)
    story = tell(Config(), replace(result, curves=result.curves.assign(loss=start)))
    assert story.facts.losses == (1.0, 900.0)
    assert "the mean loss is 900 there, and 1 at the best std" in " ".join(story.shows)


@pytest.mark.parametrize(
    ("now", "change"),
    [
        (0.12, Change.GROWN),
        (0.1, Change.KEPT),
        (0.08, Change.SHRUNK),
        (math.nan, Change.LOST),
        (math.inf, Change.LOST),
    ],
)
def test_what_training_has_done_to_the_weights(now, change):
    assert Spread(0.1, now, 0.5, 0.02).change is change


@pytest.mark.parametrize(
    ("std", "now", "inside", "said"),
    [
        (0.001, 0.2, 0.5, True),
        (0.001, 0.2, 0.1, False),
        (0.001, 0.03, 0.5, False),
        (0.01, 0.2, 0.5, False),
        (0.001, math.inf, 0.5, False),
        (0.001, 0.2, math.nan, False),
    ],
)
def test_weights_of_which_most_stay_where_they_began_are_told_apart(std, now, inside, said):
    assert Spread(std, now, inside, 0.019).left_behind is said


def test_a_few_lines_are_drawn_of_weights_each_in_the_colour_of_its_std():
    result = frames(final([0.5, 0.93, 0.96, 0.95, 0.7, 0.2]))
    figure = tell(Config(), result)["weights-after"]
    colour = figure.chart.encoding.color["scale"]
    stds = sorted(set(result.histograms["std"]))
    drawn = sorted(set(figure.chart.data["std"]))
    assert len(drawn) <= 5 and (drawn[0], drawn[-1]) == (stds[0], stds[-1])
    curve = charts.learning(result, drawn[1]).chart.layer[1].encoding.color["scale"].range
    assert curve == [colour.range[1]]


def test_titles_say_what_the_frame_says():
    assert (
        "at 10 less than half of the best accuracy is left"
        in accuracy([0.5, 0.93, 0.96, 0.95, 0.7, 0.2]).title
    )
    assert "down to 60%" in accuracy([0.9, 0.93, 0.96, 0.95, 0.7, 0.6]).title


@pytest.mark.parametrize(
    "make",
    [
        lambda: accuracy([0.5, 0.93, 0.96, 0.95, 0.7, 0.2]),
        lambda: charts.weights(histograms(), found(final([0.9] * 6))),
        lambda: charts.requested(check(), found(final([0.9] * 6))),
        lambda: charts.learning(frames(final([0.9] * 6)), 0.1),
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


def test_a_learning_curve_has_the_colour_of_its_std_beside_it():
    """The first, and the last, of the colours among the lines of all weights."""
    result = frames(final([0.9] * 6))
    first, last = (str(export.spec(charts.learning(result, s).chart)) for s in (1e-4, 10.0))
    assert SEQUENCE[0] in first and SEQUENCE[-1] not in first
    assert SEQUENCE[-1] in last and SEQUENCE[0] not in last


def test_at_the_edge_of_the_sweep_there_is_one_neighbour_and_few_epochs_have_no_three_last():
    inside, edge = (
        found(final([0.5, 0.6, 0.9, 0.6, 0.5, 0.2])),
        found(final([0.9, 0.6, 0.5, 0.4, 0.3, 0.2])),
    )
    assert "above its neighbours" in charts.headline(inside)
    assert "above its neighbour;" in charts.headline(edge)
    assert story._because(edge).startswith("The one neighbour of the best std, 0.0001, does not")
    assert "the std next to it ends more" in next(iter(story._shows(edge)))
    for averaged, said in ((3, "mean of the last 3 epochs,"), (1, "accuracy, after the one epoch")):
        f = replace(inside, averaged=averaged)
        assert said in charts.accuracy(final([0.5, 0.6, 0.9, 0.6, 0.5, 0.2]), f).subtitle

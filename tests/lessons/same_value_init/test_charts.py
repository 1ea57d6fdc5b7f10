"""The charts of part 2: findings that come from the frames, and pictures that hold the data."""

import json
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from weightkit.charts import export, grammar
from weightkit.lessons.same_value_init.starts import charts, experiment, findings, looks
from weightkit.lessons.same_value_init.starts.config import ZERO, Config
from weightkit.lessons.same_value_init.starts.findings import Change, Facts


@pytest.fixture(scope="module")
def result():
    return experiment.run(Config(epochs=2, n_seeds=2))


def curves(ends, epochs=(0, 1, 2), seeds=(1, 2), lost=()):
    """Accuracies that rise evenly to `ends` = {condition: test accuracy}; seed 2 ends 2 points
    higher.
    """
    rows = [
        (
            condition,
            seed,
            epoch,
            split,
            1.0,
            end * epoch / epochs[-1] + 0.02 * (seed == 2),
            condition in lost,
        )
        for condition, end in ends.items()
        for seed in seeds
        for epoch in epochs
        for split in ("train", "test")
    ]
    return pd.DataFrame(
        rows, columns=["condition", "seed", "epoch", "split", "loss", "accuracy", "diverged"]
    )


def chance(share=0.1):
    return pd.DataFrame({"split": ["train", "test"], "share": [share, share]})


def facts(curves, chance):
    """The facts of frames that say nothing of symmetry."""
    return Facts(
        epochs=int(curves["epoch"].max()),
        n_seeds=curves["seed"].nunique(),
        floor=chance["share"].iloc[0],
        outcomes=findings.outcomes(curves, chance),
        copies=(),
        changes=(),
        sleepers=None,
    )


def accuracy(curves, chance):
    return charts.accuracy(curves, chance, facts(curves, chance))


def of(**frames):
    """Stands for a Result that has only these frames."""
    return SimpleNamespace(**frames)


def numbers(before, after, condition="all one", layer="input"):
    """A long frame of one weight matrix and its biases, before and after."""
    parts = []
    for stage, w in (("before", before), ("after", after)):
        for parameter, values in (("weight", w.ravel()), ("bias", np.zeros(len(w)))):
            factors = {
                "condition": condition,
                "layer": layer,
                "parameter": parameter,
                "stage": stage,
            }
            parts.append(pd.DataFrame({**factors, "index": range(len(values)), "value": values}))
    return pd.concat(parts, ignore_index=True)


def symmetry(values, measure="distinct_units", condition="all one"):
    """{layer: [value at epoch 0, 1, ...]} as a frame with two seeds."""
    rows = [
        (condition, seed, epoch, layer, v, v)
        for layer, line in values.items()
        for seed in (1, 2)
        for epoch, v in enumerate(line)
    ]
    return pd.DataFrame(
        rows, columns=["condition", "seed", "epoch", "layer", "distinct_units", "rank"]
    )


def every_figure(result):
    one = "fc1 weights zero"
    return [
        accuracy(result.curves, result.chance),
        charts.distinct(result, one),
        charts.ranks(result, one),
        charts.microscope(result, one, "fc1"),
        charts.histograms(result, one, "fc1", "weight"),
        charts.by_index(result, one, "fc1", "weight", "before"),
        charts.by_index(result, one, "fc1", "weight", "after"),
        charts.live(result.curves),
    ]


# ---------------------------------------------------------------- all of them


def test_every_figure_draws_and_says_something(result):
    figures = every_figure(result)
    assert len({f.name for f in figures}) == len(figures)
    for figure in figures:
        assert len(export.spec(figure.chart)) > 0
        assert figure.title and figure.alt and not figure.data.empty
        assert "nan" not in figure.title + figure.subtitle + figure.alt


def test_the_microscope_becomes_a_picture(result):
    """The one chart here with axes of its own making."""
    svg = export.svg(charts.microscope(result, "all one", "output"))
    assert "before training" in svg and "after training" in svg


def test_the_baseline_is_drawn_in_ink(result):
    for dark in (False, True):
        drawn = accuracy(result.curves, result.chance).drawing(dark)
        assert grammar.INK[dark] in str(drawn["layer"])


# ---------------------------------------------------------------- findings


@pytest.mark.parametrize(
    ("end", "verdict"),
    [
        (0.88, "near"),
        (0.5, "between"),
        (0.12, "stuck"),
        (0.05, "stuck"),
        (0.95, "near"),
        (0.99, "better"),
    ],
)
def test_verdicts(end, verdict):
    base, x = findings.outcomes(curves({"baseline": 0.9, "x": end}), chance())
    assert (base.condition, base.end, x.condition, x.end) == ("baseline", "baseline", "x", verdict)
    assert x.accuracy == pytest.approx(end + 0.01)
    assert (x.low, x.high) == pytest.approx((end, end + 0.02))


def test_the_title_says_who_learns():
    figure = accuracy(curves({"baseline": 0.9, "a": 0.1, "b": 0.88, "c": 0.5, "d": 0.08}), chance())
    assert (
        figure.title
        == "The baseline reaches 91%; “b” ends close to it (89%); “c” is in between (51%); “a” and"
        " “d” hardly leave chance (9% to 11%)"
    )
    assert "2 seeds" in figure.subtitle and "a 10% to 12%" in figure.alt


def test_the_baseline_alone():
    figure = accuracy(curves({"baseline": 0.9}, seeds=(1,)), chance())
    assert figure.title == "The baseline: 90% on the training set, 90% on the test set"
    assert "band" not in figure.subtitle


def test_the_share_of_the_commonest_class_is_drawn():
    drawn = json.dumps(export.spec(accuracy(curves({"baseline": 0.9}), chance(0.37)).chart))
    assert "0.37" in drawn


def test_the_baseline_stays_first_where_its_first_network_diverged():
    rows = [
        (name, seed, 1, split, 0.5 if lost else 0.9, lost)
        for seed in (0, 1)
        for name in ("baseline", "x")
        for split in ("train", "test")
        for lost in [name == "baseline" and seed == 0]
    ]
    columns = ["condition", "seed", "epoch", "split", "accuracy", "diverged"]
    first, second = findings.outcomes(pd.DataFrame(rows, columns=columns), chance())
    assert (first.condition, first.accuracy, first.lost) == ("baseline", 0.9, 1)
    assert second.condition == "x"


def test_a_diverged_network_is_seen():
    frame = curves({"baseline": 0.9, "x": 0.5}, lost=("x",))
    assert "diverged" in json.dumps(export.spec(accuracy(frame, chance()).chart))


# ---------------------------------------------------------------- symmetry


def test_one_unit_per_hidden_layer_is_named():
    lines = {"input": [1, 1], "fc1": [1, 1], "output": [1, 10]}
    assert charts.distinct(of(symmetry=symmetry(lines)), "all one").title.startswith(
        "Every hidden layer is one unit, copied"
    )
    assert (
        charts.distinct(of(symmetry=symmetry({**lines, "fc1": [1, 2]})), "all one").title
        == "Units that differ after training: input 1, fc1 2, output 10"
    )


def test_ranks_are_told():
    assert (
        charts.ranks(of(symmetry=symmetry({"fc1": [1, 1], "output": [1, 1]})), "all one").title
        == "Every weight matrix has rank 1, before training and after every epoch"
    )
    assert (
        charts.ranks(of(symmetry=symmetry({"fc1": [0, 9], "output": [10, 10]})), "all one").title
        == "Rank after training: fc1 9, output 10"
    )
    assert (
        "stay what they were"
        in charts.ranks(
            of(symmetry=symmetry({"fc1": [32, 32], "output": [10, 10]})), "all one"
        ).title
    )


def test_what_is_not_defined_is_not_drawn_as_minus_one():
    frame = symmetry({"fc1": [1, -1], "output": [10, -1]})
    for figure in (
        charts.distinct(of(symmetry=frame), "all one"),
        charts.ranks(of(symmetry=frame), "all one"),
    ):
        assert figure.data.iloc[-1][["distinct_units", "rank"]].isna().any()
        assert "not finite" in figure.title and "-1" not in figure.title
        assert export.spec(figure.chart)


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (np.ones((4, 3)), np.ones((4, 3)), "not one of them has moved"),
        (np.ones((4, 3)), np.full((4, 3), 0.5), "all still equal after it"),
        (
            np.ones((4, 3)),
            np.tile([1.0, 2.0, 3.0], (4, 1)),
            "the 4 rows are still one row, but its 3 weights",
        ),
        (
            np.ones((4, 3)),
            np.tile([[1.0], [2.0], [3.0], [1.0]], (1, 3)),
            "3 different rows of 4 after training, but each is one number, 3 times",
        ),
        (np.zeros((4, 3)), np.vstack([np.eye(3), np.zeros((1, 3))]), "moved since: 3 of 4 units"),
        (
            np.eye(4, 3),
            np.eye(4, 3)[::-1] + 1,
            "4 different rows before training, 4 different rows of 4 after it",
        ),
        (np.ones((4, 3)), np.full((4, 3), np.inf), "no longer finite numbers"),
    ],
)
def test_the_microscope_names_the_symmetry(before, after, words):
    figure = charts.microscope(of(parameters=numbers(before, after)), "all one", "input")
    assert words in figure.title


def test_the_microscope_draws_every_weight_once(result):
    figure = charts.microscope(result, "all one", "output")
    for stage in ("before", "after"):
        w = looks.matrix(result.parameters, "all one", "output", stage)
        cells = figure.data[figure.data["stage"] == stage]
        assert w.shape == (10, 32)
        assert (cells.pivot(index="unit", columns="column", values="value").to_numpy() == w).all()
    places = figure.data.groupby("stage")["place"].agg(["min", "max"])
    assert places.loc["before", "max"] + charts.GAP < places.loc["after", "min"]


def test_the_microscope_thins_what_is_too_wide():
    w = np.random.default_rng(0).normal(size=(3, 784))
    figure = charts.microscope(of(parameters=numbers(w, w)), "all one", "input")
    assert len(figure.data) == 2 * 3 * charts.MOST_COLUMNS
    assert "64 of 784" in figure.subtitle
    assert figure.data["column"].max() == 784
    cell = figure.data.iloc[70]
    assert cell["value"] == w[cell["unit"] - 1, cell["column"] - 1]


def test_rows_are_compared_with_a_tolerance():
    w = np.tile([0.3, -2.0, 1.0], (5, 1))
    assert looks.distinct_rows(w + np.random.default_rng(0).normal(0, 1e-7, w.shape)) == 1
    assert looks.distinct_rows(np.vstack([w, w[0] + 0.01])) == 2
    assert looks.distinct_rows(np.zeros((4, 2))) == 1


# ---------------------------------------------------------------- numbers


def test_histograms_put_each_stage_of_both_networks_on_a_shelf(result):
    figure = charts.histograms(result, "all one", "fc2", "weight")
    assert figure.data.groupby(["condition", "stage"])["count"].sum().to_dict() == {
        (name, stage): 1024 for name in ("baseline", "all one") for stage in ("before", "after")
    }
    drawn = json.dumps(export.spec(figure.chart))
    for shelf in ("baseline, before", "baseline, after", "all one, before", "all one, after"):
        assert shelf in drawn
    base = looks.matrix(result.parameters, "baseline", "fc2", "after").std()
    assert f"then std {base:.2g}" in figure.title and "“all one” all 1, then all" in figure.title


def test_histograms_of_the_baseline_alone(result):
    figure = charts.histograms(result, "baseline", "fc1", "bias")
    assert set(figure.data["condition"]) == {"baseline"} and len(figure.data) == 2 * experiment.BINS


def test_by_index_has_one_axis_for_before_and_after(result):
    figures = [
        charts.by_index(result, "all one", "fc1", "bias", stage) for stage in ("before", "after")
    ]
    domains = [f.chart.layer[0].to_dict()["encoding"]["y"]["scale"]["domain"] for f in figures]
    assert domains[0] == domains[1]
    assert domains[0][0] < -0.1 and domains[0][1] > 1
    assert "“all one” all 1" in figures[0].title
    assert all(len(f.data) == 2 * 32 for f in figures)
    assert "one bias per unit" in figures[0].subtitle


def test_numbers_that_are_not_finite():
    frame = numbers(np.ones((4, 3)), np.full((4, 3), np.nan))
    frame = pd.concat([frame, frame.assign(condition="baseline", value=0.5)], ignore_index=True)
    figure = charts.by_index(of(parameters=frame), "all one", "input", "weight", "after")
    assert figure.title.endswith("“all one” no finite number")
    assert "baseline all 0.5" in figure.title


def test_live_shows_the_epoch_just_finished():
    figure = charts.live(curves({"baseline": 0.9, "x": 0.2}, epochs=(0, 1)))
    assert figure.title == "After epoch 1" and len(figure.data) == 4


# ---------------------------------------------------------------- findings for the page


def told(result):
    return findings.facts(result.curves, result.symmetry, result.parameters, result.chance)


def test_copies_are_the_networks_of_width_one(result):
    f = told(result)
    assert [(c.condition, c.inputs, c.alive) for c in f.copies] == [
        (ZERO, 64, False),
        ("all one", 64, True),
    ]
    assert f.copies[0].different == 1 and f.copies[1].different > 20
    one_seed_differs = result.symmetry.copy()
    one_seed_differs.loc[
        one_seed_differs.query(
            "condition == 'all one' and seed == 2 and epoch == 1 and layer == 'fc1'"
        ).index,
        "distinct_units",
    ] = 2
    assert [
        c.condition for c in findings.copies(one_seed_differs, result.parameters, f.changes)
    ] == [ZERO]


def test_changes_count_the_numbers_that_moved(result):
    f = told(result)
    n = 64 * 65 + 32 * 65 + 32 * 33 + 10 * 33
    assert f.change(ZERO) == Change(ZERO, 10, n, (("output", "bias"),))
    assert f.change("baseline").moved > n / 2 and ("fc2", "weight") in f.change("baseline").where
    assert f.change("not trained") is None


def test_sleepers_are_counted():
    before, after = np.zeros((4, 3)), np.zeros((4, 3))
    after[1] = 1.0
    frame = numbers(before, after, "x", "fc1")
    frame.loc[(frame["parameter"] == "bias"), "value"] = [-1.0, 1.0, 0.5, -2.0] * 2
    assert findings.sleepers(frame, "x", "fc1") == findings.Sleepers(units=4, asleep=3, negative=2)

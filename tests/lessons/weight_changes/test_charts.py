"""Titles say what the frames say; nothing infinite, diverged or motionless is lost silently; every figure draws."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from weightkit.charts import export
from weightkit.charts.export.engine import convert
from weightkit.condition import sparsity
from weightkit.lessons import weight_changes as lesson
from weightkit.lessons.weight_changes import penalties, shape, steps

LAYERS = ["input", "fc1", "fc2", "output"]


@pytest.fixture(scope="module")
def run():
    return lesson.run(lesson.Config(epochs=8, n_seeds=3))


@pytest.fixture(scope="module")
def still():
    """A network of zeros: it never moves, and every kappa is infinite."""
    return lesson.run(lesson.Config(epochs=4, n_seeds=2, init="zeros"))


@pytest.fixture(scope="module")
def diverged():
    return lesson.run(
        lesson.Config(
            dataset="breast_cancer", init="kaiming_uniform", optimizer="momentum", learning_rate=1.0, epochs=3,
            n_seeds=3,
        )
    )


@pytest.fixture(scope="module")
def compared():
    return lesson.compare(lesson.Config(epochs=5, n_seeds=2))


@pytest.fixture(scope="module")
def untrained():
    return lesson.starts()


def told(result):
    """The story of the steps, and of the shape."""
    return steps.tell(lesson.Config(), result)


def kappa(layers: pd.DataFrame, starts: pd.DataFrame | None = None):
    """Condition numbers of these layers: figure and facts."""
    given = lesson.starts() if starts is None else starts
    f = shape.findings.facts(layers, given, sparsity())
    return shape.charts.condition_numbers(layers, f), f


def all_of(result, starts) -> list:
    last = int(result.layers["epoch"].max())
    return [
        *told(result).figures,
        steps.charts.distances(result),
        steps.charts.distances(result, relative=True),
        kappa(result.layers, starts)[0],
        steps.charts.histograms(result, last),
    ]


def layer_frame(values: dict[str, list[float]], column: str = "condition_number", seeds: int = 1) -> pd.DataFrame:
    """The `layers` frame of networks whose `column` is given by layer and epoch, alike in all seeds."""
    rows = [
        {"seed": seed, "epoch": epoch, "layer": layer, column: value, "std": 0.1}
        for seed in range(seeds) for layer, series in values.items() for epoch, value in enumerate(series)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def spec(figure) -> str:
    return json.dumps(export.spec(figure.chart), ensure_ascii=False, default=str)


# ---------------------------------------------------------------- everything draws


def test_every_figure_draws(run, still, diverged, compared, untrained):
    """All pictures in one child process, as the bundle makes them."""
    shapes = shape.experiment.Shapes(run.layers, untrained, sparsity())
    figures = all_of(run, untrained) + [
        kappa(still.layers, untrained)[0],
        told(still)["alignment"],
        kappa(diverged.layers, untrained)[0],
        steps.charts.distances(diverged),
        *shape.tell(lesson.Config(), shapes).figures,
        *penalties.tell(lesson.Config(), compared).figures,
        shape.charts.circle_to_ellipse(shapes, 3.0, 0.0),
    ]
    drawn = convert([{"format": "svg", "spec": export.picture(figure)} for figure in figures])
    assert len(drawn) == len(figures) and all("<svg" in d for d in drawn)


@pytest.mark.parametrize("which", ["run", "still", "diverged", "short"])
def test_every_kind_of_run_has_words_and_a_chart(which, request, untrained):
    result = lesson.run(lesson.Config(epochs=1, n_seeds=1)) if which == "short" else request.getfixturevalue(which)
    for figure in all_of(result, untrained):
        assert "nan" not in (figure.title + figure.alt).lower(), figure.title
        assert len(figure.title) < 160
        assert export.spec(figure.chart)["layer"]


def test_live_curves_draw_from_the_first_rows_on(run):
    for epoch in (0, 1, 2):
        figure = steps.charts.live(run.curves[run.curves["epoch"] <= epoch])
        assert export.spec(figure.chart)["layer"]


# ---------------------------------------------------------------- accuracy and distance


def test_learning_is_the_range_and_the_steepest_epoch(run):
    f, figure = told(run).facts.learning, told(run)["accuracy"]
    end = run.curves.query("epoch == 8 and split == 'test'")["accuracy"]
    assert (f.low, f.high) == (end.min(), end.max())
    gain = run.curves.query("split == 'train'").groupby("epoch")["accuracy"].mean().diff()
    assert (f.steepest, f.gain) == (gain.idxmax(), gain.max())
    assert figure.data is run.curves


def test_distances_are_labelled_at_their_lines_and_tell_the_peak(run):
    figure = steps.charts.distances(run)
    moved = run.layers.query("epoch > 0").groupby("epoch")["distance"].mean()
    assert told(run).facts.movement.peak == moved.idxmax() and f"epoch {moved.idxmax()}" in figure.title
    words = spec(figure)
    assert all(f'\\"{layer}\\"' in words for layer in LAYERS)  # in the axis that carries the direct labels
    assert set(figure.data["epoch"]) == set(range(1, 9))
    assert "relative_distance" in steps.charts.distances(run, relative=True).data


@pytest.mark.parametrize(
    ("moved", "words"),
    [
        ([1.0, 4.0, 0.5], "most in epoch 2; the last step is 8.0 times shorter"),
        ([4.0, 1.0, 0.2], "most in epoch 1; the last step is 20 times shorter"),
        ([1.0, 2.0, 3.0], "last epoch, 3"),
        ([1.0, 1.1, 1.0], "never settle"),
        ([1.0, 0.0, 0.0], "stand still"),
        ([0.0, 0.0, 0.0], "No weight of any layer ever moves"),
        ([1e9, 1.0, 1.0], "over 1000 times"),
    ],
)
def test_distance_titles(moved, words):
    frame = layer_frame({"fc1": [math.nan, *moved]}, "distance")
    by_epoch = steps.findings.by_epoch(frame, "distance")
    assert words in steps.charts.distance_title(by_epoch, False)


def test_networks_of_zeros_are_told_so(still):
    f = told(still).facts
    assert f.movement.peak is None and not f.links and f.gain_peak is None
    assert steps.charts.distances(still).title == "No weight of any layer ever moves"
    assert "no relative distance" in steps.charts.distances(still, relative=True).title
    assert "Nothing to correlate" in told(still)["alignment"].title
    assert "Nothing to compare" in told(still)["alignment-by-epoch"].title


def test_divergence_is_said(diverged, untrained):
    lost = diverged.curves.loc[diverged.curves["diverged"], "seed"].nunique()
    assert lost == told(diverged).facts.lost > 0
    assert f"{lost} of 3 diverged" in told(diverged)["accuracy"].subtitle
    assert f"{lost} of 3 networks diverged" in spec(kappa(diverged.layers, untrained)[0])


# ---------------------------------------------------------------- condition numbers


def test_kappa_has_a_log_axis_on_which_every_layer_is_seen(run, untrained):
    figure, _ = kappa(run.layers, untrained)
    drawn = export.spec(figure.chart)
    scale = drawn["layer"][0]["encoding"]["y"]["scale"]
    low, high = scale["domain"]
    assert scale["type"] == "log"
    assert low <= run.layers["condition_number"].min() and run.layers["condition_number"].max() <= high
    words = spec(figure)
    assert all(f'\\"{layer}\\"' in words for layer in LAYERS) and "▲" not in words


def test_the_line_is_the_median_since_kappa_has_a_heavy_tail(untrained):
    frame = pd.concat([layer_frame({"fc2": [k, k]}).assign(seed=i) for i, k in enumerate((50.0, 60.0, 70_000.0))])
    drawn = export.spec(kappa(frame, untrained)[0].chart)
    means = [row["mean"] for rows in drawn["datasets"].values() for row in rows if "mean" in row]
    assert set(means) == {60.0}


def test_infinite_kappa_is_drawn_at_the_top_and_said(untrained):
    frame = layer_frame({"fc1": [5.0, 9.0, math.inf, math.inf], "fc2": [100.0, 80.0, 90.0, 120.0]}, seeds=2)
    frame.loc[(frame["seed"] == 0) & (frame["layer"] == "fc1"), "condition_number"] = 6.0
    figure, f = kappa(frame, untrained)
    assert f.singular == 1 and [layer.singular for layer in f.layers] == [1, 0]
    words = spec(figure)
    assert "▲ κ = ∞: fc1 (1 of 2)" in words and "'∞'" in words
    assert "fc1 (1 of 2)" in figure.title and "singular" in figure.subtitle
    drawn = export.spec(figure.chart)
    marks = [m for m in drawn["layer"] if isinstance(m["mark"], dict) and m["mark"].get("shape") == "triangle-up"]
    rows = drawn["datasets"][marks[0]["data"]["name"]]
    assert [(r["layer"], r["epoch"], r["networks"]) for r in rows] == [("fc1", 2, 1), ("fc1", 3, 1)]
    ceiling = float(marks[0]["transform"][0]["calculate"])
    low, high = marks[0]["encoding"]["y"]["scale"]["domain"]
    assert 120 < ceiling < high  # above all finite values, within the axis
    assert (ceiling / low) ** 1.0 > (high / low) ** 0.8  # in its top fifth


def test_all_infinite_is_a_chart_too(still, untrained):
    figure, _ = kappa(still.layers, untrained)
    assert figure.title == "Every weight matrix is singular: κ is infinite"
    assert "▲ κ = ∞: every layer of every network" in spec(figure)


def test_starts_tell_the_shape_from_the_scheme(untrained):
    f = shape.findings.started(untrained)
    medians = untrained.query("init != 'orthogonal'").groupby(["init", "layer"])["condition_number"].median().unstack()
    square = untrained.query("fan_in == fan_out")["layer"].unique()
    others = medians.drop(columns=square)
    assert (f.low, f.high) == (others.min(axis=None), others.max(axis=None))
    assert f.square == np.median(medians[square])
    drawn = export.spec(shape.charts.starts(untrained, f).chart)
    rows = [r for rows in drawn["datasets"].values() for r in rows]
    assert len([r for r in rows if r["init"] == "Xavier normal"]) == 4


# ---------------------------------------------------------------- histograms


def test_histograms_show_the_epoch_beside_the_start(run):
    figure = steps.charts.histograms(run, 5)
    assert set(figure.data["epoch"]) == {0, 5} and set(figure.data["layer"]) == set(LAYERS)
    assert figure.title.startswith("After epoch 5")
    assert set(steps.charts.histograms(run, 0).data["epoch"]) == {0}
    assert set(steps.charts.histograms(run, 99).data["epoch"]) == {0, 8}  # the last there is


def test_the_exported_histogram_has_a_slider_over_all_epochs(run):
    drawn = export.spec(steps.charts.histograms(run, 5).interactive())
    param = next(p for p in drawn["params"] if p["name"] == "slider_epoch")
    assert param["bind"]["max"] == 8 and param["value"] == 5


def test_a_wider_layer_is_called_wider(run):
    std = run.layers.query("seed == 0").set_index(["layer", "epoch"])["std"].sort_index()
    growth = {layer: std[layer, 8] / std[layer, 0] for layer in LAYERS}
    binned = steps.findings.growth(run.histograms, 8)
    assert binned == pytest.approx(growth, rel=0.05)
    assert f"{max(growth, key=growth.get)} spreads" in steps.charts.histograms(run, 8).title


# ---------------------------------------------------------------- alignment


def correlations(*intervals) -> pd.DataFrame:
    rows = [(i, 1, r, 0.01, low, high, 30) for i, (r, low, high) in enumerate(intervals)]
    return pd.DataFrame(rows, columns=["seed", "first_epoch", "r", "p", "ci_low", "ci_high", "n"])


@pytest.mark.parametrize(
    ("intervals", "words"),
    [
        ([(0.8, 0.6, 0.9), (0.7, 0.5, 0.9)], "go together: r = 0.70 to 0.80; the 95 % interval is above 0 in 2 of 2"),
        ([(0.8, 0.6, 0.9), (0.2, -0.2, 0.5)], "but loosely: r = 0.20 to 0.80; the 95 % interval is above 0 in 1 of 2"),
        ([(0.5, 0.1, 0.9), (-0.2, -0.6, 0.2)], "do not reliably go together"),
        ([(0.6, 0.3, 0.8)], "go together: r = 0.60 (95 % interval 0.30 to 0.80)"),
        ([(0.1, -0.3, 0.4)], "No clear link"),
        ([(-0.6, -0.8, -0.3)], "gains most when the weights change least"),
        ([(math.nan,) * 3], "Nothing to correlate"),
    ],
)
def test_correlation_titles(intervals, words, run):
    f = replace(told(run).facts, links=steps.findings.links(correlations(*intervals)))
    assert words in steps.charts.r_title(f)


def test_alignment_draws_every_point_and_rings_the_first_epoch(run):
    drawn = export.spec(told(run)["alignment"].chart)
    by_size = sorted(len(rows) for rows in drawn["datasets"].values())
    assert by_size == [3, 24]  # rings, points
    assert "epoch" in spec(told(run)["alignment-by-epoch"])


# ---------------------------------------------------------------- circle to ellipse


@pytest.mark.parametrize(
    ("sigmas", "words"),
    [
        ((2.0, 1.0), "κ = 2: one direction"), ((1.0, 2.0), "κ = 2: one direction"),
        ((1.5, 1.5), "κ = 1: the circle stays"),
        ((3.0, 0.0), "κ = ∞: W flattens one direction"), ((0.0, 0.0), "κ = ∞: W flattens everything"),
        ((4.0, 0.05), "κ = 80"),
    ],
)  # fmt: skip
def test_ellipse_titles(sigmas, words):
    figure = shape.charts.circle_to_ellipse(None, *sigmas)
    assert words in figure.title
    assert f"σ1 = {sigmas[0]:.3g}" in spec(figure) and f"σ2 = {sigmas[1]:.3g}" in spec(figure)


def test_a_unit_is_as_long_in_x_as_in_y():
    drawn = export.spec(shape.charts.circle_to_ellipse(None, 2.0, 1.0).chart)
    x, y = (drawn["layer"][0]["encoding"][c]["scale"] for c in "xy")
    reach = y["domain"][1]
    assert x["domainMax"]["expr"] == f"{reach!r} * width / height" and x["domainMin"]["expr"].startswith("-")


def test_the_exported_ellipse_has_its_own_sliders():
    drawn = export.spec(shape.charts.circle_to_ellipse(None, 2.0, 1.0).interactive())
    assert {p["name"] for p in drawn["params"] if "bind" in p} == {"sigma_1", "sigma_2"}


# ---------------------------------------------------------------- regularisation


def test_ends_are_means_of_the_last_three_epochs(compared):
    f = penalties.tell(lesson.Config(), compared).facts
    last = compared.curves.query("epoch > 2 and split == 'test'").groupby("regularisation")["accuracy"].mean()
    assert {run.name: run.test for run in f.runs} == pytest.approx(last.to_dict())


def test_regularised_kappa_says_both_shares_and_both_verdicts(compared):
    def final(l1: dict) -> pd.DataFrame:
        rows = [("none", 0, layer, 0.05, 0.0, 10.0) for layer in l1] + [("L2", 0, layer, 0.1, 0.0, 12.0) for layer in l1]
        rows += [("L1", 0, layer, 1.0, 0.0, k) for layer, k in l1.items()]
        columns = ["regularisation", "seed", "layer", "share_near_zero", "share_zero", "condition_number"]
        return pd.DataFrame(rows, columns=columns)

    def figure(l1: dict):
        return penalties.charts.condition_numbers(final(l1), penalties.findings.facts(compared.curves, final(l1)))

    lower = figure({"fc1": 5.0, "fc2": 5.0}).title
    assert lower == "100% of the weights near zero with L1, 5% without: yet its κ is lower in every layer"
    assert "lower in fc1 and higher in fc2" in figure({"fc1": 5.0, "fc2": 50.0}).title
    drawn = figure({"fc1": 50.0, "fc2": math.inf})
    assert "higher in every layer" in drawn.title and "'∞'" in spec(drawn)
    assert np.isinf(drawn.data["condition_number"]).sum() == 1

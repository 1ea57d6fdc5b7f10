"""Titles say what the frames say; nothing infinite, diverged or motionless is lost silently; every figure draws."""

from __future__ import annotations

import json
import math

import numpy as np
import pandas as pd
import pytest

from weightkit.charts import export
from weightkit.charts import weight_changes as charts
from weightkit.charts import weight_changes_kappa as kappa
from weightkit.charts.export.engine import convert
from weightkit.condition import ellipse
from weightkit.lessons import weight_changes as lesson

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


def all_of(result) -> list:
    last = int(result.layers["epoch"].max())
    return [
        charts.accuracy(result.curves),
        charts.distances(result.layers),
        charts.distances(result.layers, relative=True),
        kappa.condition_numbers(result.layers),
        charts.histograms(result.histograms, last),
        charts.alignment(result.alignment, result.correlation),
        charts.alignment_by_epoch(result.alignment),
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


def test_every_figure_draws(run, still, diverged, compared):
    """All pictures in one child process, as the bundle makes them."""
    figures = all_of(run) + [
        kappa.condition_numbers(still.layers),
        charts.alignment(still.alignment, still.correlation),
        kappa.condition_numbers(diverged.layers),
        charts.distances(diverged.layers),
        kappa.starts(lesson.starts()),
        charts.regularised_accuracy(compared.curves),
        kappa.regularised_kappa(compared.final),
        kappa.circle_to_ellipse(ellipse(3.0, 0.0)),
    ]
    drawn = convert([{"format": "svg", "spec": export.picture(figure)} for figure in figures])
    assert len(drawn) == len(figures) and all("<svg" in d for d in drawn)


@pytest.mark.parametrize("which", ["run", "still", "diverged", "short"])
def test_every_kind_of_run_has_words_and_a_chart(which, request):
    result = lesson.run(lesson.Config(epochs=1, n_seeds=1)) if which == "short" else request.getfixturevalue(which)
    for figure in all_of(result):
        assert "nan" not in (figure.title + figure.alt).lower(), figure.title
        assert len(figure.title) < 160
        assert export.spec(figure.chart)["layer"]


def test_live_curves_draw_from_the_first_rows_on(run):
    for epoch in (0, 1, 2):
        figure = charts.live(run.curves[run.curves["epoch"] <= epoch])
        assert export.spec(figure.chart)["layer"]


# ---------------------------------------------------------------- accuracy and distance


def test_accuracy_names_the_range_and_the_steepest_epoch(run):
    figure = charts.accuracy(run.curves)
    end = run.curves.query("epoch == 8 and split == 'test'")["accuracy"]
    assert f"{end.min():.0%} to {end.max():.0%}" in figure.title
    gain = run.curves.query("split == 'train'").groupby("epoch")["accuracy"].mean().diff()
    assert figure.title.endswith(f"epoch {gain.idxmax()}")
    assert figure.data is run.curves


def test_distances_are_labelled_at_their_lines_and_tell_the_peak(run):
    figure = charts.distances(run.layers)
    moved = run.layers.query("epoch > 0").groupby("epoch")["distance"].mean()
    assert f"epoch {moved.idxmax()}" in figure.title
    words = spec(figure)
    assert all(f'\\"{layer}\\"' in words for layer in LAYERS)  # in the axis that carries the direct labels
    assert set(figure.data["epoch"]) == set(range(1, 9))
    assert "relative_distance" in charts.distances(run.layers, relative=True).data


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
    assert words in charts.distances(frame).title


def test_networks_of_zeros_are_told_so(still):
    assert charts.distances(still.layers).title == "No weight of any layer ever moves"
    assert "no relative distance" in charts.distances(still.layers, relative=True).title
    assert "Nothing to correlate" in charts.alignment(still.alignment, still.correlation).title
    assert "Nothing to compare" in charts.alignment_by_epoch(still.alignment).title


def test_divergence_is_said(diverged):
    lost = diverged.curves.loc[diverged.curves["diverged"], "seed"].nunique()
    assert lost
    assert f"{lost} of 3 diverged" in charts.accuracy(diverged.curves).subtitle
    assert f"{lost} of 3 networks diverged" in spec(kappa.condition_numbers(diverged.layers))


# ---------------------------------------------------------------- condition numbers


def test_kappa_has_a_log_axis_on_which_every_layer_is_seen(run):
    figure = kappa.condition_numbers(run.layers)
    drawn = export.spec(figure.chart)
    scale = drawn["layer"][0]["encoding"]["y"]["scale"]
    low, high = scale["domain"]
    assert scale["type"] == "log"
    assert low <= run.layers["condition_number"].min() and run.layers["condition_number"].max() <= high
    words = spec(figure)
    assert all(f'\\"{layer}\\"' in words for layer in LAYERS) and "▲" not in words


def test_the_line_is_the_median_since_kappa_has_a_heavy_tail():
    frame = pd.concat([layer_frame({"fc2": [k, k]}).assign(seed=i) for i, k in enumerate((50.0, 60.0, 70_000.0))])
    drawn = export.spec(kappa.condition_numbers(frame).chart)
    means = [row["mean"] for rows in drawn["datasets"].values() for row in rows if "mean" in row]
    assert set(means) == {60.0}


def test_infinite_kappa_is_drawn_at_the_top_and_said():
    frame = layer_frame({"fc1": [5.0, 9.0, math.inf, math.inf], "fc2": [100.0, 80.0, 90.0, 120.0]}, seeds=2)
    frame.loc[(frame["seed"] == 0) & (frame["layer"] == "fc1"), "condition_number"] = 6.0
    figure = kappa.condition_numbers(frame)
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


def test_all_infinite_is_a_chart_too(still):
    figure = kappa.condition_numbers(still.layers)
    assert figure.title == "Every weight matrix is singular: κ is infinite"
    assert "▲ κ = ∞: every layer of every network" in spec(figure)


def test_starts_tell_the_shape_from_the_scheme():
    frame = lesson.starts()
    figure = kappa.starts(frame)
    medians = frame.query("init != 'orthogonal'").groupby(["init", "layer"])["condition_number"].median().unstack()
    assert f"to {medians[['fc1', 'output']].max(axis=None):.2g}" in figure.title
    drawn = export.spec(figure.chart)
    rows = [r for rows in drawn["datasets"].values() for r in rows]
    assert len([r for r in rows if r["init"] == "Xavier normal"]) == 4


# ---------------------------------------------------------------- histograms


def test_histograms_show_the_epoch_beside_the_start(run):
    figure = charts.histograms(run.histograms, 5)
    assert set(figure.data["epoch"]) == {0, 5} and set(figure.data["layer"]) == set(LAYERS)
    assert figure.title.startswith("After epoch 5")
    assert set(charts.histograms(run.histograms, 0).data["epoch"]) == {0}
    assert set(charts.histograms(run.histograms, 99).data["epoch"]) == {0, 8}  # the last there is


def test_the_exported_histogram_has_a_slider_over_all_epochs(run):
    drawn = export.spec(charts.histograms(run.histograms, 5).interactive())
    param = next(p for p in drawn["params"] if p["name"] == "slider_epoch")
    assert param["bind"]["max"] == 8 and param["value"] == 5


def test_a_wider_layer_is_called_wider(run):
    figure = charts.histograms(run.histograms, 8)
    std = run.layers.query("seed == 0").set_index(["layer", "epoch"])["std"].sort_index()
    growth = {layer: std[layer, 8] / std[layer, 0] for layer in LAYERS}
    assert f"{max(growth, key=growth.get)} spreads" in figure.title


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
    assert words in charts.alignment(run.alignment, correlations(*intervals)).title


def test_alignment_draws_every_point_and_rings_the_first_epoch(run):
    drawn = export.spec(charts.alignment(run.alignment, run.correlation).chart)
    by_size = sorted(len(rows) for rows in drawn["datasets"].values())
    assert by_size == [3, 24]  # rings, points
    assert "epoch" in spec(charts.alignment_by_epoch(run.alignment))


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
    figure = kappa.circle_to_ellipse(ellipse(*sigmas))
    assert words in figure.title
    assert f"σ1 = {sigmas[0]:.3g}" in spec(figure) and f"σ2 = {sigmas[1]:.3g}" in spec(figure)


def test_a_unit_is_as_long_in_x_as_in_y():
    drawn = export.spec(kappa.circle_to_ellipse(ellipse(2.0, 1.0)).chart)
    x, y = (drawn["layer"][0]["encoding"][c]["scale"] for c in "xy")
    reach = y["domain"][1]
    assert x["domainMax"]["expr"] == f"{reach!r} * width / height" and x["domainMin"]["expr"].startswith("-")


def test_the_exported_ellipse_has_its_own_sliders():
    drawn = export.spec(kappa.circle_to_ellipse(ellipse(2.0, 1.0)).interactive())
    assert {p["name"] for p in drawn["params"] if "bind" in p} == {"sigma_1", "sigma_2"}


# ---------------------------------------------------------------- regularisation


def test_regularised_accuracy_means_the_last_three_epochs(compared):
    figure = charts.regularised_accuracy(compared.curves)
    last = compared.curves.query("epoch > 2 and split == 'test'").groupby("regularisation")["accuracy"].mean()
    assert all(f"{last[name]:.0%}" in figure.title for name in ("none", "L2", "L1"))


def test_regularised_kappa_says_both_shares_and_both_verdicts():
    def final(l1: dict) -> pd.DataFrame:
        rows = [("none", 0, layer, 0.05, 10.0) for layer in l1] + [("L2", 0, layer, 0.1, 12.0) for layer in l1]
        rows += [("L1", 0, layer, 1.0, k) for layer, k in l1.items()]
        return pd.DataFrame(rows, columns=["regularisation", "seed", "layer", "share_near_zero", "condition_number"])

    lower = kappa.regularised_kappa(final({"fc1": 5.0, "fc2": 5.0})).title
    assert lower == "100% of the weights near zero with L1, 5% without: yet its κ is lower in every layer"
    assert "lower in fc1 and higher in fc2" in kappa.regularised_kappa(final({"fc1": 5.0, "fc2": 50.0})).title
    figure = kappa.regularised_kappa(final({"fc1": 50.0, "fc2": math.inf}))
    assert "higher in every layer" in figure.title and "'∞'" in spec(figure)
    assert np.isinf(figure.data["condition_number"]).sum() == 1

"""Titles say what the frames say; nothing infinite, diverged or motionless is lost silently; every
figure draws.
"""

from __future__ import annotations

import json
import math
from dataclasses import replace

import altair as alt
import numpy as np
import pandas as pd
import pytest
import torch

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
            dataset="breast_cancer",
            init="kaiming_uniform",
            optimizer="momentum",
            learning_rate=1.0,
            epochs=3,
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


def layer_frame(
    values: dict[str, list[float]], column: str = "condition_number", seeds: int = 1
) -> pd.DataFrame:
    """The `layers` frame of networks whose `column` is given by layer and epoch, alike in all
    seeds.
    """
    rows = [
        {"seed": seed, "epoch": epoch, "layer": layer, column: value, "std": 0.1}
        for seed in range(seeds)
        for layer, series in values.items()
        for epoch, value in enumerate(series)
    ]
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
    result = (
        lesson.run(lesson.Config(epochs=1, n_seeds=1))
        if which == "short"
        else request.getfixturevalue(which)
    )
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
    assert (
        told(run).facts.movement.peak == moved.idxmax()
        and f"epoch {moved.idxmax()}" in figure.title
    )
    words = spec(figure)
    assert all(
        f' {layer}\\"' in words for layer in LAYERS
    )  # in the axis that carries the direct labels
    assert set(figure.data["epoch"]) == set(range(1, 9))
    assert "relative_distance" in steps.charts.distances(run, relative=True).data


@pytest.mark.parametrize(
    ("moved", "words"),
    [
        ([1.0, 4.0, 0.5], "most in epoch 2; the last step is 8.0 times shorter"),
        ([4.0, 1.0, 0.2], "most in epoch 1; the last step is 20 times shorter"),
        ([1.0, 2.0, 3.0], "last epoch, 3"),
        ([1.0, 1.1, 1.0], "about as far in every epoch"),
        ([2.0, 1.0, 1.9], "the last step is hardly shorter"),
        ([1.0, 0.0, 0.0], "stand still"),
        ([0.0, 0.0, 0.0], "No weight of any layer ever moves"),
        ([1e9, 1.0, 1.0], "over 1000 times"),
        ([2.0], "In the one epoch the weights move by 2"),
        ([1.0, 3.0, math.nan], "After epoch 2 all networks have diverged"),
    ],
)
def test_distance_titles(moved, words):
    frame = layer_frame({"fc1": [math.nan, *moved]}, "distance")
    by_epoch = steps.findings.by_epoch(frame, "distance")
    assert words in steps.charts.distance_title(by_epoch, len(moved), False)


def test_all_diverged_in_the_first_epoch_is_not_called_standing_still(run):
    layers = run.layers.assign(std=run.layers["std"].where(run.layers["epoch"] == 0))
    curves = run.curves.assign(diverged=run.curves["epoch"] > 0)
    f = steps.findings.facts(
        curves, layers, run.alignment, run.correlation.assign(r=math.nan), run.misprint
    )
    assert f.movement.until == 0 and f.movement.peak is None and f.lost == f.networks == 3
    story = steps.tell(lesson.Config(), replace(run, curves=curves, layers=layers))
    assert "diverged" in story.verdict.because and not any("ever moved" in s for s in story.shows)
    assert all("nan" not in words for words in (*story.shows, *story.slips, story["accuracy"].alt))


def test_one_epoch_is_asked_how_far_and_told_without_others():
    config = lesson.Config(epochs=1, n_seeds=2)
    result = lesson.run(config)
    story = steps.tell(config, result)
    share = result.layers.query("epoch == 1").groupby("layer")["relative_distance"].mean().max()
    assert steps.ask(config).number and story.verdict.truth == pytest.approx(100 * share)
    assert (
        "In the one epoch" in steps.charts.distances(result).title
        and "epoch" not in story["accuracy"].title
    )
    assert (
        "one epoch only" in story["alignment-by-epoch"].title
        and "four epochs" in story["alignment"].title
    )


@pytest.mark.parametrize(("epochs", "answers"), [(2, 3), (3, 3), (4, 4)])
def test_every_answer_can_be_right(epochs, answers):
    assert len(steps.ask(lesson.Config(epochs=epochs)).options) == answers


def test_accuracy_names_no_epoch_that_the_z_scores_contradict(run):
    f = told(run).facts
    same = replace(f, gain_peak=f.learning.steepest)
    assert f"fastest in epoch {f.learning.steepest}" in steps.charts.accuracy_title(same)
    assert "fastest" not in steps.charts.accuracy_title(
        replace(f, gain_peak=f.learning.steepest + 1)
    )


def test_a_common_peak_is_a_burst_of_learning_only_where_something_was_learned(run):
    told_of = told(run).facts
    f = replace(
        told_of,
        gain_peak=2,
        change_peak=2,
        movement=replace(told_of.movement, peak=2),
        learning=replace(told_of.learning, steepest=2),
    )
    assert "the burst of learning" in steps.charts.peaks_title(f)
    late = replace(f, movement=replace(f.movement, peak=22))
    assert (
        steps.charts.peaks_title(late) == "In z-scores both peak in epoch 2; in the mean over"
        " networks the longest step comes in epoch 22"
    )
    dull = replace(f, learning=replace(f.learning, before=0.08, after=0.1))
    assert "hardly anything" in steps.charts.peaks_title(dull)
    assert "hardly anything" in steps.charts.accuracy_title(
        replace(dull, learning=replace(dull.learning, after=0.09))
    )


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
    assert (
        low <= run.layers["condition_number"].min() and run.layers["condition_number"].max() <= high
    )
    words = spec(figure)
    assert all(f'\\"{layer}\\"' in words for layer in LAYERS) and "▲" not in words


def test_the_line_is_the_median_since_kappa_has_a_heavy_tail(untrained):
    frame = pd.concat(
        [layer_frame({"fc2": [k, k]}).assign(seed=i) for i, k in enumerate((50.0, 60.0, 70_000.0))]
    )
    drawn = export.spec(kappa(frame, untrained)[0].chart)
    means = [row["mean"] for rows in drawn["datasets"].values() for row in rows if "mean" in row]
    assert set(means) == {60.0}


def test_infinite_kappa_is_drawn_at_the_top_and_said(untrained):
    frame = layer_frame(
        {"fc1": [5.0, 9.0, math.inf, math.inf], "fc2": [100.0, 80.0, 90.0, 120.0]}, seeds=2
    )
    frame.loc[(frame["seed"] == 0) & (frame["layer"] == "fc1"), "condition_number"] = 6.0
    figure, f = kappa(frame, untrained)
    assert f.singular == 1 and [layer.singular for layer in f.layers] == [1, 0]
    words = spec(figure)
    assert "▲ κ = ∞: fc1 (1 of 2)" in words and "'∞'" in words
    assert "fc1 (1 of 2)" in figure.title and "singular" in figure.subtitle
    drawn = export.spec(figure.chart)
    marks = [
        m
        for m in drawn["layer"]
        if isinstance(m["mark"], dict) and m["mark"].get("shape") == "triangle-up"
    ]
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


def test_kappa_that_does_not_move_as_printed_stays(untrained):
    _, f = kappa(layer_frame({"fc1": [5.0, 5.01], "fc2": [100.0, 300.0]}), untrained)
    title = shape.charts.kappa_title(f, "")
    assert "goes from 100 to 300 in fc2" in title and "stays near 5 in fc1" in title
    _, same = kappa(layer_frame({"fc1": [math.inf, math.inf], "fc2": [9.0, 8.0]}), untrained)
    assert not same.grown_singular and not same.apart


def test_kappa_of_a_wide_layer_is_the_double_precision_one():
    """A float32 tolerance calls 15,848 infinite where a layer has 784 inputs; numpy, as in the
    script, does not.
    """
    g = torch.Generator().manual_seed(0)
    u, v = (
        torch.linalg.qr(torch.randn(n, 64, generator=g, dtype=torch.float64))[0] for n in (64, 784)
    )
    w = (
        u @ torch.diag(torch.logspace(0, math.log10(15_848), 64, dtype=torch.float64)) @ v.T
    ).float()
    measured = steps.experiment._measure(w[None], w[None], w[None], 1)[3]
    assert measured.item() == pytest.approx(np.linalg.cond(w.double().numpy()), rel=1e-6)
    assert torch.isinf(steps.experiment._measure(*[torch.full((1, 64, 784), 0.1)] * 3, 1)[3])


def test_starts_tell_the_shape_from_the_scheme(untrained):
    f = shape.findings.started(untrained)
    medians = (
        untrained.query("init != 'orthogonal'")
        .groupby(["init", "layer"])["condition_number"]
        .median()
        .unstack()
    )
    square = untrained.query("fan_in == fan_out")["layer"].unique()
    others = medians.drop(columns=square)
    assert f.others == (others.min(axis=None), others.max(axis=None))
    assert f.square == (medians[square].min(axis=None), medians[square].max(axis=None))
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
    assert steps.findings.growth(run.layers, 8) == growth
    assert f"{max(growth, key=growth.get)} spreads" in steps.charts.histograms(run, 8).title


# ---------------------------------------------------------------- alignment


def correlations(*intervals) -> pd.DataFrame:
    rows = [(i, 1, r, 0.01, low, high, 30) for i, (r, low, high) in enumerate(intervals)]
    return pd.DataFrame(rows, columns=["seed", "first_epoch", "r", "p", "ci_low", "ci_high", "n"])


@pytest.mark.parametrize(
    ("intervals", "words"),
    [
        (
            [(0.8, 0.6, 0.9), (0.7, 0.5, 0.9)],
            "go together: r = 0.70 to 0.80; the 95% interval is above 0 in 2 of 2",
        ),
        (
            [(0.8, 0.6, 0.9), (0.2, -0.2, 0.5)],
            "but loosely: r = 0.20 to 0.80; the 95% interval is above 0 in 1 of 2",
        ),
        ([(0.5, 0.1, 0.9), (-0.2, -0.6, 0.2)], "do not reliably go together"),
        ([(0.1, -0.3, 0.4), (0.2, -0.2, 0.5)], "No clear link"),
        (
            [(-0.6, -0.8, -0.3), (-0.5, -0.8, -0.2)],
            "weights change least: r = -0.60 to -0.50; the 95% interval is below 0 in 2",
        ),
        ([(0.6, 0.3, 0.8)], "go together: r = 0.60 (95% interval 0.30 to 0.80)"),
        ([(0.1, -0.3, 0.4)], "No clear link"),
        ([(-0.6, -0.8, -0.3)], "gains most when the weights change least"),
        ([(math.nan,) * 3], "Nothing to correlate"),
    ],
)
def test_correlation_titles(intervals, words, run):
    f = replace(told(run).facts, links=steps.findings.links(correlations(*intervals)))
    assert words in steps.charts.r_title(f)


def test_a_negative_correlation_is_not_called_high(run):
    f = replace(told(run).facts, links=steps.findings.links(correlations((-0.6, -0.8, -0.3))))
    (said,) = [s for s in steps.story._follows(f) if "correlate" in s]
    assert "high" not in said and "interval -0.80 to -0.30" in said


def test_alignment_draws_every_point_and_rings_the_first_epoch(run):
    drawn = export.spec(told(run)["alignment"].chart)
    by_size = sorted(len(rows) for rows in drawn["datasets"].values())
    assert by_size == [3, 24]  # rings, points
    assert "epoch" in spec(told(run)["alignment-by-epoch"])


# ---------------------------------------------------------------- circle to ellipse


@pytest.mark.parametrize(
    ("sigmas", "words"),
    [
        ((2.0, 1.0), "κ = 2: one direction"),
        ((1.0, 2.0), "κ = 2: one direction"),
        ((1.5, 1.5), "κ = 1: the circle stays"),
        ((3.0, 0.0), "κ = ∞: W flattens one direction"),
        ((0.0, 0.0), "κ = ∞: W flattens everything"),
        ((4.0, 0.05), "κ = 80"),
        ((4.0, 3.95), "κ = 1.013: one direction is stretched 1.013"),
        ((1.0, 1.0), "stays a circle, as large as before"),
    ],
)
def test_ellipse_titles(sigmas, words):
    figure = shape.charts.circle_to_ellipse(None, *sigmas)
    assert words in figure.title
    assert f"σ1 = {sigmas[0]:.3g}" in spec(figure) and f"σ2 = {sigmas[1]:.3g}" in spec(figure)


def test_a_unit_is_as_long_in_x_as_in_y():
    drawn = export.spec(shape.charts.circle_to_ellipse(None, 2.0, 1.0).chart)
    x, y = (drawn["layer"][0]["encoding"][c]["scale"] for c in "xy")
    reach = y["domain"][1]
    assert x["domainMax"]["expr"] == f"{reach!r} * width / height" and x["domainMin"][
        "expr"
    ].startswith("-")


@pytest.mark.parametrize(
    "sigmas", [(2.0, 1.0), (0.5, 3.0), (1.5, 1.5), (1.0, 1.0), (3.0, 0.0), (0.0, 0.0), (4.0, 3.95)]
)
def test_the_exported_ellipse_has_its_own_sliders_and_their_title(sigmas):
    made = shape.charts.circle_to_ellipse(None, *sigmas)
    drawn = export.spec(made.interactive())
    bound = {p["name"]: p["value"] for p in drawn["params"] if "bind" in p}
    assert bound == dict(zip(("sigma_1", "sigma_2"), sigmas, strict=True))
    one = alt.Chart(alt.InlineData(values=[{"at": 0}]))
    words = one.transform_calculate(said=export.HEADING).mark_text().encode(text="said:N")
    figure = replace(made, chart=made.interactive() + words, title="t", subtitle="", alt="t")
    assert f">{made.title}<" in export.svg(figure).replace("&#x27;", "'")


def test_the_exported_histograms_have_the_start_and_the_title_of_every_epoch(run):
    figure = steps.charts.histograms(run, 1)
    drawn = export.spec(figure.interactive())
    (said,) = [p["expr"] for p in drawn["params"] if p["name"] == export.HEADING]
    titles = json.loads(said.rpartition("[")[0])
    epochs = sorted(set(run.histograms["epoch"]))
    assert titles == [steps.charts.histograms(run, e).title for e in epochs]
    rows = [row for data in drawn["datasets"].values() for row in data if "epoch" in row]
    for epoch in epochs:
        seen = {row["when"] for row in rows if row["epoch"] == epoch}
        assert seen == ({"start", "after the epoch"} if epoch else {"start"})


# ---------------------------------------------------------------- regularization


def test_ends_are_means_of_the_last_three_epochs(compared):
    f = penalties.tell(lesson.Config(), compared).facts
    last = (
        compared.curves.query("epoch > 2 and split == 'test'")
        .groupby("regularization")["accuracy"]
        .mean()
    )
    assert {run.name: run.test for run in f.runs} == pytest.approx(last.to_dict())


def test_regularised_kappa_says_both_shares_and_both_verdicts(compared):
    def final(l1: dict) -> pd.DataFrame:
        rows = [("none", 0, layer, 0.05, 0.0, 10.0) for layer in l1] + [
            ("L2", 0, layer, 0.1, 0.0, 12.0) for layer in l1
        ]
        rows += [("L1", 0, layer, 1.0, 0.0, k) for layer, k in l1.items()]
        columns = [
            "regularization",
            "seed",
            "layer",
            "share_near_zero",
            "share_zero",
            "condition_number",
        ]
        return pd.DataFrame(rows, columns=columns)

    def figure(l1: dict):
        f = penalties.findings.facts(compared.curves, final(l1), 0.1)
        return penalties.charts.condition_numbers(final(l1), f), f

    lower, f = figure({"fc1": 5.0, "fc2": 5.0})
    assert f.layers("L1", lower=True) == ("fc1", "fc2") and f.layers("L2", lower=False) == (
        "fc1",
        "fc2",
    )
    assert (
        lower.title
        == "100% of the weights near zero with L1, 5% without: κ is lower in every layer with L1"
    )
    assert "lower in fc1 and higher in fc2" in figure({"fc1": 5.0, "fc2": 50.0})[0].title
    drawn, _ = figure({"fc1": 50.0, "fc2": math.inf})
    assert "higher in every layer" in drawn.title and "'∞'" in spec(drawn)
    assert np.isinf(drawn.data["condition_number"]).sum() == 1


def test_two_infinite_kappas_are_equal():
    rows = [(name, 0, "fc1", 1.0, 1.0, math.inf) for name in ("none", "L2", "L1")]
    columns = [
        "regularization",
        "seed",
        "layer",
        "share_near_zero",
        "share_zero",
        "condition_number",
    ]
    curves = pd.DataFrame(
        [
            (name, 0, e, split, 0.1, False)
            for name in ("none", "L2", "L1")
            for e in (0, 1)
            for split in ("train", "test")
        ],
        columns=["regularization", "seed", "epoch", "split", "accuracy", "diverged"],
    )
    f = penalties.findings.facts(curves, pd.DataFrame(rows, columns=columns), 0.1)
    assert not f.layers("L1", lower=True) and not f.layers("L1", lower=False)
    assert (
        penalties.charts.kappa_title(f)
        == "100% of the weights near zero with L1 as without: κ with L1 is within 2% of"
        " that without, in every layer"
    )
    assert "alike" in penalties.charts.accuracy_title(f)
    assert not any("κ" in s for s in penalties.story._slips(f))
    assert "Without regularization, too," in list(penalties.story._shows(f))[-1]


@pytest.mark.parametrize(
    ("train", "test", "answer"),
    [
        ((0.97, 0.97), (0.95, 0.96), "About as good"),
        ((0.97, 0.97), (0.9, 0.96), "Better than without it"),
        ((0.97, 0.8), (0.95, 0.8), "Worse"),
        ((0.97, 0.64), (0.95, 0.7), "No better than guessing"),
        ((0.97, math.nan), (0.95, math.nan), "No better than guessing"),
    ],
)
def test_worse_is_not_said_of_what_guessing_gets(train, test, answer):
    """Of two classes the commoner one is 63 %: a network that answers it has learned nothing, and
    is not just worse.
    """

    def run(name, one, other):
        return penalties.findings.Run(name, one, other, 0.1, 0.0, ())

    runs = tuple(run(n, train[i], test[i]) for n, i in (("none", 0), ("L2", 0), ("L1", 1)))
    f = penalties.findings.Facts(runs, 0.63, 3, 1)
    assert penalties.story.outcome(f) == answer

"""Each figure holds its rows, and its title says what they say."""

import json
import math

import numpy as np
import pandas as pd
import pytest

from weightkit.charts import export
from weightkit.charts.words import scheme_name
from weightkit.initializers import INITIALIZERS
from weightkit.lessons import xavier_kaiming as experiment
from weightkit.lessons.xavier_kaiming import (
    METRICS,
    RECTANGULAR,
    Apart,
    Config,
    DistributionsConfig,
    Result,
    contest,
    trio,
)
from weightkit.lessons.xavier_kaiming.contest.charts import learning, live
from weightkit.lessons.xavier_kaiming.contest.welch import compared
from weightkit.lessons.xavier_kaiming.formulas.charts import by_layer, every_scheme, overall, reach
from weightkit.lessons.xavier_kaiming.trio.findings import Part

PAIR = ("xavier_normal", "kaiming_uniform")


@pytest.fixture(scope="module")
def drawn():
    return experiment.distributions()


@pytest.fixture(scope="module")
def rectangular():
    return experiment.distributions(DistributionsConfig(sizes=RECTANGULAR))


@pytest.fixture(scope="module")
def fought():
    return experiment.run(Config(epochs=3, n_seeds=4))


@pytest.fixture(scope="module")
def lost():
    return experiment.run(Config(epochs=10, n_seeds=10, optimizer="momentum", learning_rate=0.3))


def final_of(loss, test, diverged=0):
    """20 runs per scheme whose means differ by so much (Kaiming minus Xavier) in training loss and
    test accuracy.
    """
    noise = np.tile(np.linspace(-1, 1, 20), 2)
    second = np.repeat([0, 1], 20)
    final = pd.DataFrame({"init": np.repeat(PAIR, 20), "seed": range(40)})
    final["train_loss"] = 0.5 + 0.01 * noise + loss * second
    final["train_accuracy"] = 0.9 + 0.01 * noise
    final["test_accuracy"] = 0.9 + 0.01 * noise + test * second
    final.loc[final.index >= 40 - diverged, list(METRICS)] = math.nan
    return final, compared(final, *PAIR)


def rows_of(figure):
    spec = export.spec(figure.chart)
    return [row for rows in spec["datasets"].values() for row in rows]


def well_formed(figure):
    """It can be exported, and nothing in it is undefined."""
    text = json.dumps(export.picture(figure))
    assert "NaN" not in text
    assert "Infinity" not in text
    assert "nan" not in figure.title + figure.subtitle + figure.alt
    return figure


# ---------------------------------------------------------------- distributions


def test_all_biases_and_all_weights_as_densities(drawn):
    figure = well_formed(overall(drawn, "xavier_normal"))
    totals = figure.data.groupby("numbers")["count"].sum().to_dict()
    assert totals == {"Xavier normal weights": 40_200, "PyTorch's default biases": 402}
    assert "402 biases" in figure.subtitle
    assert "40,200 weights" in figure.subtitle
    widths = figure.data["bin_right"] - figure.data["bin_left"]
    assert figure.data.eval("expected").ge(0).all() and widths.gt(0).all()
    assert sum("count" in row for row in rows_of(figure)) > 60


def test_biases_have_one_colour_beside_whatever_weights(drawn):
    found = set()
    for scheme in ("pytorch_default", "xavier_normal"):
        scale = overall(drawn, scheme).chart.layer[0].encoding.color["scale"]
        paint = dict(zip(scale.domain, scale.range, strict=True))
        found.add(paint["PyTorch's default biases"])
        assert len(set(paint.values())) == 2
    assert len(found) == 1


@pytest.mark.parametrize(("drawing", "n"), [("biases", 402), ("weights", 40_200)])
def test_the_counts_of_one_of_them(drawn, drawing, n):
    figure = well_formed(overall(drawn, "pytorch_default", drawing))
    assert figure.data["count"].sum() == n
    assert figure.data["expected"].sum() == pytest.approx(n)
    assert "counted" in figure.subtitle


@pytest.mark.parametrize("scheme", INITIALIZERS)
def test_every_scheme_can_be_drawn(drawn, rectangular, scheme):
    well_formed(overall(drawn, scheme))
    figure = well_formed(by_layer(rectangular, scheme, "weights"))
    assert figure.data["layer"].nunique() == 5


def test_titles_say_what_kind_of_distribution_it_is(drawn):
    def title(scheme):
        return overall(drawn, scheme).title

    assert "spread evenly up to ±0.1" in title("pytorch_default")
    assert "0.0576" in title("pytorch_default") or "0.0577" in title("pytorch_default")
    assert "a bell in each layer, wider in some" in title("xavier_normal")
    assert "right angles" in title("orthogonal")
    assert title("ones").endswith("all 40,200 are 1")


def test_layers_of_unequal_width_are_told_apart(drawn, rectangular):
    same = by_layer(drawn, "kaiming_normal")
    assert "every layer has the same spread" in same.title
    other = by_layer(rectangular, "kaiming_normal")
    assert "widest in fc3" in other.title
    assert "narrowest in fc1" in other.title


def test_theory_lies_on_the_shelf_of_its_layer(rectangular):
    """The dotted steps and the measured ones share shelves and scale."""
    figure = by_layer(rectangular, "kaiming_uniform")
    rows = pd.DataFrame(rows_of(figure))
    theory = rows[rows["_low"].isna()]
    measured = rows[rows["_low"].notna()]
    for place, layer in enumerate(["output", "fc3", "fc2", "fc1", "input"]):
        one, other = (frame[frame["layer"] == layer]["_high"] for frame in (measured, theory))
        assert one.min() == place
        assert other.min() == pytest.approx(place, abs=1e-6)
        assert other.max() == pytest.approx(one.max(), abs=0.55)


def test_one_axis_holds_both_schemes(drawn):
    low, high = reach(drawn.moments, ["pytorch_default", "xavier_normal"])
    rows = drawn.moments[drawn.moments["scheme"] == "xavier_normal"]
    assert low < rows["min"].min()
    assert high > rows["max"].max()


def test_every_scheme_with_its_theory(drawn):
    figure = well_formed(every_scheme(drawn.moments))
    assert set(figure.data["scheme"]) == set(INITIALIZERS)
    names = {row["name"] for row in rows_of(figure)}
    assert names == {scheme_name(s) for s in INITIALIZERS}
    random = drawn.moments.query("parameter == 'weight' and std_theory > 0 and layer != 'output'")
    worst = (random["std_measured"] / random["std_theory"] - 1).abs().max()
    assert f"within {math.ceil(1000 * worst) / 1000:.1%}" in figure.title


# ---------------------------------------------------------------- the contest


def told(loss, test, diverged=0):
    """The story of a contest with these differences."""
    final, tests = final_of(loss, test, diverged)
    return contest.tell(Config(), Result(curves_of(final), final, tests, n_test=114))


def curves_of(final):
    """Two epochs of them."""
    rows = final[["init", "seed"]].assign(loss=1.0, accuracy=0.5, diverged=False)
    return pd.concat([rows.assign(epoch=e, split=s) for e in (0, 1) for s in ("train", "test")])


@pytest.mark.parametrize(
    ("loss", "test", "fits_better", "ahead", "sentence"),
    [
        (
            -0.1,
            0.0,
            PAIR[1],
            None,
            "Kaiming uniform fits the training set better; on the test set no difference shows",
        ),
        (
            0.1,
            0.0,
            PAIR[0],
            None,
            "Xavier normal fits the training set better; on the test set no difference shows",
        ),
        (
            -0.1,
            -0.1,
            *PAIR[::-1],
            "Kaiming uniform fits the training set better; on the test set Xavier normal is ahead",
        ),
        (
            -0.1,
            0.1,
            PAIR[1],
            PAIR[1],
            "Kaiming uniform does better on the training set and on the test set",
        ),
        (
            0.0,
            0.1,
            None,
            PAIR[1],
            "On the training set no difference shows; on the test set Kaiming uniform is ahead",
        ),
        (
            0.0,
            0.0,
            None,
            None,
            "No difference shows, neither on the training set nor on the test set",
        ),
    ],
)
def test_the_outcome_falls_as_the_data_fall(loss, test, fits_better, ahead, sentence):
    story = told(loss, test)
    assert (story.facts.fits_better, story.facts.ahead) == (fits_better, ahead)
    assert story.headline == sentence
    assert story.verdict.truth in contest.ask(Config()).options


def test_a_diverged_run_leaves_nothing_to_test():
    story = told(-0.1, 0.0, diverged=3)
    assert not story.facts.tested
    assert dict(story.facts.lost) == {"xavier_normal": 0, "kaiming_uniform": 3}
    assert story.headline == "3 of 20 Kaiming uniform runs diverged, so there is nothing to test"
    figure = well_formed(story["runs-train-loss"])
    assert "no test" in figure.title
    assert any(row.get("words") == "× 3 of 20 diverged" for row in rows_of(figure))


@pytest.mark.parametrize("metric", METRICS)
def test_every_run_is_a_point_with_mean_and_interval(fought, metric):
    figure = well_formed(contest.tell(Config(), fought)[f"runs-{metric.replace('_', '-')}"])
    assert len(figure.data) == 8
    rows = rows_of(figure)
    points = [row[metric] for row in rows if "seed" in row]
    assert sorted(points) == pytest.approx(sorted(fought.final[metric]))
    means = {row["name"]: row for row in rows if "mean" in row}
    for scheme, values in fought.final.groupby("init")[metric]:
        assert means[scheme_name(scheme)]["mean"] == pytest.approx(values.mean())
        assert means[scheme_name(scheme)]["low"] <= values.mean()


def test_one_point_is_one():
    title = told(-0.1, 0.01)["runs-test-accuracy"].title
    assert "is lower by 1 point (" in title


def test_titles_of_the_runs():
    story = told(-0.1, 0.05)
    assert (
        story["runs-train-loss"].title
        == "Training loss: Kaiming uniform is lower by 0.1 (p < 0.0001, corrected)"
    )
    assert (
        story["runs-test-accuracy"].title
        == "Test accuracy: Xavier normal is lower by 5 points (p < 0.0001, corrected)"
    )
    assert (
        story["runs-train-accuracy"].title
        == "Training accuracy: 90.0% on average for both, as far as it is printed"
    )


def test_runs_without_any_variance_are_drawn():
    final, _ = final_of(0, 0)
    final[list(METRICS)] = 0.614
    result = Result(curves_of(final), final, compared(final, *PAIR), 114)
    assert (
        "61.4% on average for both"
        in well_formed(contest.tell(Config(), result)["runs-test-accuracy"]).title
    )


@pytest.mark.parametrize("measure", ["loss", "accuracy"])
def test_learning_curves_of_all_runs_and_of_one_pair(fought, measure):
    every = well_formed(learning(fought, measure))
    one = well_formed(learning(fought, measure, pair=2))
    assert len(every.data) == len(fought.curves)
    assert set(one.data["seed"]) == {1, 5}
    assert "Run 2" in one.subtitle
    assert "95%" in every.subtitle
    test = fought.curves.query("epoch == 3 and split == 'test' and init == 'xavier_normal'")[
        measure
    ].mean()
    assert f"{test:.1%}" in every.alt if measure == "accuracy" else f"{test:.3g}" in every.alt


def test_divergence_is_shown(lost):
    assert lost.curves["diverged"].any()
    figure = well_formed(learning(lost, "loss"))
    assert any("diverged" in str(row.get("words")) for row in rows_of(figure))
    assert "axis is cut" in figure.subtitle
    well_formed(learning(lost, "accuracy"))
    assert export.png(figure, scale=1)


def test_live(fought):
    start = fought.curves[fought.curves["epoch"] == 0]
    assert well_formed(live(start)).title == "Epoch 0"
    assert well_formed(live(fought.curves)).title == "Epoch 3"


# ---------------------------------------------------------------- one thing at a time


def apart_of(formula, shape):
    both = [
        ("xavier_normal", "kaiming_normal", formula),
        ("kaiming_normal", "kaiming_uniform", shape),
    ]
    rows = [
        (*both[0][:2], 0.1, both[0][2]),
        ("xavier_normal", "kaiming_uniform", 0.1, 0.0),
        (*both[1][:2], 0.0, both[1][2]),
    ]
    tests = pd.DataFrame(rows, columns=["first", "second", "difference", "p"])
    return tests.assign(
        metric="train_loss",
        t=1.0,
        ci_low=tests["difference"] - 0.05,
        ci_high=tests["difference"] + 0.05,
    )


@pytest.mark.parametrize(
    ("formula", "shape", "words"),
    [
        (0.001, 0.5, "The formula alone makes"),
        (0.5, 0.001, "The shape alone makes"),
        (0.01, 0.01, "each"),
        (0.5, 0.5, "Neither"),
    ],
)
def test_apart_says_what_made_the_difference(formula, shape, words):
    story = trio.tell(Config(), Apart(pd.DataFrame(), apart_of(formula, shape)))
    figure = well_formed(story["formula-or-shape"])
    assert (story.facts.of(Part.FORMULA).sure, story.facts.of(Part.SHAPE).sure) == (
        formula < 0.05,
        shape < 0.05,
    )
    assert words in figure.title
    assert list(figure.data["what"]) == [
        "the formula alone",
        "formula and shape",
        "the shape alone",
    ]


def test_apart_of_diverged_runs():
    tests = apart_of(0.5, 0.5)
    tests[["t", "p", "difference", "ci_low", "ci_high"]] = math.nan
    story = trio.tell(Config(), Apart(pd.DataFrame(), tests))
    assert not story.facts.tested
    assert "diverged" in story["formula-or-shape"].title
    assert "NaN" not in json.dumps(export.picture(story["formula-or-shape"]))

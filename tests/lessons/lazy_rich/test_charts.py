"""What is found in frames whose answer is known, and every chart rendered."""

import math

import pandas as pd
import pytest

from weightkit.charts import export
from weightkit.charts.words import marks
from weightkit.lessons.lazy_rich import Config, charts, tell
from weightkit.lessons.lazy_rich.experiment import Result
from weightkit.lessons.lazy_rich.findings import Outcome, facts

SCALES = Config().scales
HEART = ([1.0] * 5, [0.95, 0.96, 0.93, 0.8, 0.7])
NOTHING = ([0.3] * 5, [0.1, 0.12, 0.1, 0.1, 0.1])
UNFINISHED = ([1.0, 1.0, 1.0, 1.0, 0.8], [0.95, 0.96, 0.93, 0.8, 0.7])
LEVEL = ([1.0] * 5, [0.93, 0.92, 0.94, 0.93, 0.92])
MOVED = [1.5, 0.7, 0.3, 0.2, 0.1]


def frames(train, test, moved=MOVED, lost=()):
    rows = [
        (k, seed, a, b, 0.1, m, (k, seed) in lost)
        for k, a, b, m in zip(SCALES, train, test, moved, strict=True)
        for seed in (0, 1)
    ]
    final = pd.DataFrame(
        rows,
        columns=[
            *("scale", "seed", "train_accuracy", "test_accuracy", "train_loss", "moved", "diverged")
        ],
    )
    parts = [
        final[["scale", "seed", "moved", "diverged"]].assign(
            step=step, split=split, loss=0.1, accuracy=final[f"{split}_accuracy"]
        )
        for step in (0, 10)
        for split in ("train", "test")
    ]
    splits = ["train", "test"]
    return Result(
        final,
        pd.concat(parts, ignore_index=True),
        pd.DataFrame({"split": splits, "share": [0.1, 0.1]}),
        pd.DataFrame({"split": splits, "n": [300, 180]}),
    )


@pytest.mark.parametrize(
    ("outcome", "answer", "title", "slip"),
    [
        (HEART, "More than 20", "Every start fits the 300 examples", "only risk exploding"),
        (NOTHING, "At most 2", "No start has learned the task", ""),
        (UNFINISHED, "More than 20", "80% of the examples are fitted", "not yet learning by heart"),
        (LEVEL, "At most 2", "ends within 5 points of the best", "is no law"),
    ],
)
def test_each_outcome_has_its_own_words(outcome, answer, title, slip):
    story = tell(Config(), frames(*outcome))
    assert story.verdict.truth.startswith(answer)
    assert title in story["accuracy-by-scale"].title
    assert slip in " ".join(story.slips) and bool(slip) == bool(story.slips)


def test_a_slide_has_room_for_what_the_words_in_the_chart_are():
    figure = tell(Config(), frames(*HEART))["accuracy-by-scale"]
    assert any(piece.startswith("At points: how far") for piece in marks(figure.subtitle))
    assert len("; ".join(marks(figure.subtitle))) < 120


def test_outcomes_are_told_apart_by_what_was_fitted():
    assert [facts(frames(*o)).outcome for o in (HEART, NOTHING, UNFINISHED, LEVEL)] == [
        *(Outcome.BY_HEART, Outcome.NOTHING, Outcome.UNFINISHED, Outcome.LEVEL)
    ]


def test_a_small_start_that_ends_low_is_said_to():
    low = ([0.4, 1, 1, 1, 1], [0.3, 0.96, 0.93, 0.94, 0.95])
    said = " ".join(tell(Config(), frames(*low)).shows)
    assert "The smallest start costs: k = 0.5" in said and "not having fitted" in said
    assert "smallest start" not in " ".join(tell(Config(), frames(*HEART)).shows)


def test_less_movement_is_claimed_only_where_each_larger_start_moved_less():
    orderly, not_so = (
        tell(Config(), frames(*HEART, moved=m)) for m in (MOVED, [1.5, 0.7, 0.8, 0.2, 0.1])
    )
    assert "The larger the start" in orderly["accuracy-by-movement"].title
    assert "The larger the start" not in not_so["accuracy-by-movement"].title
    assert "each larger start" not in " ".join(not_so.shows)
    alike = tell(Config(), frames(*HEART, moved=[0.1] * 5)).shows
    assert any("alike" in sentence for sentence in alike)


def test_networks_that_diverged_are_counted_and_crossed_and_their_weights_left_out():
    gone = [(8.0, 0), (8.0, 1)]
    story = tell(Config(), frames(*HEART, moved=[*MOVED[:4], math.nan], lost=gone))
    assert story.facts.lost == 2 and math.isnan(story.facts.high.moved)
    assert "2 of 10 networks diverged" in " ".join(story.shows)
    figure = story["accuracy-by-scale"]
    assert "× diverged" in figure.subtitle
    marks = [layer["mark"] for layer in export.spec(figure.titled())["layer"]]
    assert any(isinstance(m, dict) and m.get("strokeWidth") == 2 and "shape" in m for m in marks)


@pytest.mark.parametrize(
    "make",
    [
        lambda r: charts.accuracy(r, facts(r)),
        lambda r: charts.movement(r, facts(r)),
        lambda r: charts.learning(r, 8.0),
        lambda r: charts.live(r.curves),
    ],
)
def test_every_chart_is_a_valid_specification_with_its_rows(make):
    figure = make(frames(*HEART))
    drawn = export.spec(figure.titled())
    assert sum(len(rows) for rows in drawn["datasets"].values()) >= 4
    assert figure.title and figure.alt and len(figure.data)


def test_one_picture_is_drawn():
    result = frames(*HEART)
    picture = export.svg(charts.accuracy(result, facts(result)))
    assert picture.lstrip().startswith("<svg") and ">moved<" in picture and ">10%<" in picture


def test_a_learning_curve_has_the_colour_of_its_k_beside_it():
    """The pair is one picture: k = 8 is not drawn as another k."""
    result = frames(*HEART)
    points = export.spec(charts.movement(result, facts(result)).chart)
    key = next(
        layer["encoding"]["color"]["scale"]
        for layer in points["layer"]
        if "scale" in layer.get("encoding", {}).get("color", {})
    )
    for k, colour in zip(SCALES, key["range"], strict=True):
        assert colour in str(export.spec(charts.learning(result, k).chart))

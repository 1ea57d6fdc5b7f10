"""An arm for each outcome, on frames whose answer is known; every chart rendered."""

from dataclasses import replace

import pytest

from weightkit.charts import export
from weightkit.lessons.lottery_ticket import Config, charts, run, tell
from weightkit.lessons.lottery_ticket.config import FRESH, OWN, SHUFFLED
from weightkit.lessons.lottery_ticket.findings import Outcome, facts

CONFIG = Config(n_seeds=2, rounds=2, epochs=1, hidden="64-32")


@pytest.fixture(scope="module")
def result():
    return run(CONFIG)


def with_ends(result, whole, own, fresh, shuffled=0.5):
    ends = {OWN: own, FRESH: fresh, SHUFFLED: shuffled}
    final = result.final.copy()
    final["accuracy"] = [whole if r.round == 0 else ends[r.start] for r in final.itertuples()]
    return replace(result, final=final)


@pytest.mark.parametrize(
    ("ends", "outcome", "word"),
    [
        ((0.96, 0.9, 0.6), Outcome.AHEAD, "places alone"),
        ((0.96, 0.9, 0.88), Outcome.ALIKE, "does not hold here"),
        ((0.96, 0.11, 0.08), Outcome.ALIKE, "of the weights left neither do"),
        ((0.96, 0.6, 0.9), Outcome.BEHIND, ""),
        ((0.12, 0.9, 0.6), Outcome.NOTHING, ""),
    ],
)
def test_each_outcome_has_its_words(result, ends, outcome, word):
    made = with_ends(result, *ends)
    f, story = facts(made), tell(CONFIG, made)
    assert f.outcome is outcome
    assert word in " ".join(story.slips)
    assert story["accuracy-by-kept"].title == charts.headline(f)


def test_where_the_tickets_win_and_where_fresh_numbers_fall_behind(result):
    f = facts(with_ends(result, 0.96, 0.955, 0.8))
    assert (f.winning, f.begins) == (f.rounds[-1], f.rounds[0])
    f = facts(with_ends(result, 0.96, 0.94, 0.93))
    assert (f.winning, f.begins) == (None, None)


@pytest.mark.parametrize("round_", [0, 2])
def test_every_chart_can_be_drawn(result, round_):
    story = tell(CONFIG, result)
    for figure in (
        *story.figures,
        charts.live(result.curves),
        charts.learning(result, round_),
        charts.inputs(result, round_),
    ):
        assert export.spec(figure.titled())["datasets"]


def test_a_start_has_the_same_colour_and_shape_in_both_charts(result):
    signs = []
    for figure in (tell(CONFIG, result)["accuracy-by-kept"], charts.learning(result, 2)):
        found = {}
        for layer in figure.drawing()["layer"]:
            for channel in ("color", "shape"):
                scale = layer["encoding"].get(channel, {}).get("scale")
                if scale:
                    found |= {(n, channel): s for n, s in zip(*scale.values(), strict=True)}
        signs.append({key: sign for key, sign in found.items() if key[0] in charts.COLOURS})
    assert signs[0] == signs[1] and len(signs[0]) == 6


def test_pixels_are_square(result):
    encoding = charts.inputs(result, 1).drawing()["layer"][0]["encoding"]
    assert "rangeMax" in encoding["x"]["scale"] and "rangeMin" in encoding["y"]["scale"]


def test_the_axis_runs_from_all_to_few(result):
    drawn = charts.accuracy(result.final, facts(result)).drawing()
    for layer in drawn["layer"]:
        scale = layer["encoding"]["x"]["scale"]
        assert scale["reverse"] and scale["type"] == "log"
    low, high = scale["domain"]
    assert low <= result.final["kept"].min() and high >= 1


def test_what_is_no_image_has_bars():
    config = replace(CONFIG, dataset="breast_cancer", rounds=1)
    figure = charts.inputs(run(config), 1)
    assert "pixel" not in figure.title + figure.subtitle + figure.alt
    assert len(figure.data) == 30

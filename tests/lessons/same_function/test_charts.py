"""What is found in frames whose answer is known, and every chart rendered."""

import re

import pandas as pd
import pytest

from weightkit.charts import export, grammar
from weightkit.lessons.same_function import Config, charts, tell
from weightkit.lessons.same_function.config import BATCHES, MATCHED, PAIRS, SEEDS
from weightkit.lessons.same_function.experiment import Result
from weightkit.lessons.same_function.findings import Outcome, facts

TS = (0.0, 0.25, 0.5, 0.75, 1.0)


def frames(middles, ends=0.96, difference=4.2e-6, lost=False):
    """middles: test accuracy halfway for each of PAIRS; None: the lines of this pair are gone."""
    rows = [
        (pair, seed, t, split, 0.1 + 2 * (1 - m) * (t == 0.5), m if t == 0.5 else ends)
        for pair, m in zip(PAIRS, middles, strict=True)
        if m is not None
        for seed in (0, 2)
        for t in TS
        for split in ("train", "test")
    ]
    units = pd.DataFrame(
        [
            (seed, layer, unit, (unit + 1) % 4, 0.01, 0.3 + unit / 10, 0.1)
            for seed in (0, 2)
            for layer in ("input", "fc1")
            for unit in range(4)
        ],
        columns=["seed", "layer", "unit", "partner", "same_place", "matched", "untrained"],
    )
    cells = [
        (0, unit, (unit + 1) % 4, network, i, (unit - 1.5) * i / 64)
        for unit in (3, 2, 1, 0)
        for network in ("first", "second")
        for i in range(64)
    ]
    permuted = [
        (q, i, float(i), float(i if q == "output" else -i))
        for q in ("weight", "output")
        for i in range(9)
    ]
    invariance = [(seed, 48, 1.0, 90, 12.0, difference) for seed in (0, 2)]
    curves = [
        (network, seed, 2, split, 0.1, ends, lost and network == "second")
        for network in ("first", "second", "again")
        for seed in (0, 2)
        for split in ("train", "test")
    ]
    return Result(
        pd.DataFrame(rows, columns=["pair", "seed", "t", "split", "loss", "accuracy"]),
        pd.DataFrame({"layer": ["input"], "seed": [0], "moved": [1.0]}),
        pd.DataFrame(
            curves,
            columns=["network", "seed", "epoch", "split", "loss", "accuracy", "diverged"],
        ),
        units,
        pd.DataFrame(cells, columns=["seed", "unit", "partner", "network", "input", "value"]),
        pd.DataFrame(permuted, columns=["quantity", "index", "before", "after"]),
        pd.DataFrame(
            invariance,
            columns=["seed", "weights", "changed", "outputs", "largest", "difference"],
        ),
        pd.DataFrame({"split": ["train", "test"], "share": [0.1, 0.1]}),
        pd.DataFrame({"split": ["train", "test"], "n": [4500, 500], "measured": [2000, 500]}),
    )


NEARER = (0.5, 0.9, 0.95)


@pytest.mark.parametrize(
    ("middles", "ends", "outcome", "slip"),
    [
        (NEARER, 0.96, Outcome.NEARER, "not all of it"),
        ((0.5, 0.94, 0.95), 0.96, Outcome.ONE_VALLEY, "one valley"),
        ((0.5, 0.52, 0.95), 0.96, Outcome.APART, "claim about wide networks"),
        ((0.94, 0.95, 0.95), 0.96, Outcome.JOINED, "is no law"),
        ((0.1, 0.1, 0.1), 0.12, Outcome.NOTHING, ""),
    ],
)
def test_each_outcome_has_its_own_words(middles, ends, outcome, slip):
    story = tell(Config(), frames(middles, ends))
    assert story.facts.outcome is outcome
    assert story.verdict.truth == pytest.approx(100 * middles[0])
    assert slip in " ".join(story.slips)
    words = "not all of it", "one valley", "claim about wide", "is no law"
    assert sum(word in " ".join(story.slips) for word in words) == bool(slip)


def test_beside_another_chart_the_legend_has_one_row():
    result = frames(NEARER)
    figure = charts.accuracy(result, facts(result))
    legends = [
        legend
        for layer in figure.chart.to_dict()["layer"]
        if (legend := layer["encoding"].get("color", {}).get("legend"))
    ]
    assert legends and all(grammar.columns_of(legend["columns"])[1] == 3 for legend in legends)
    assert set(figure.data["pair"]) == set(PAIRS), "the table calls them by their names"


def test_what_is_drawn_names_the_pair_of_the_title_first():
    result = frames(NEARER)
    figure = charts.rows(result, facts(result).match, Config())
    unit, partner = (int(n) for n in re.findall(r"[Rr]ow (\d+)", figure.title))
    assert f"from the left: rows {unit} over {partner}, " in figure.subtitle


def test_lines_that_are_gone_are_said_to_be_and_the_others_told():
    story = tell(Config(), frames((None, None, 0.95), lost=True))
    assert story.facts.outcome is Outcome.LOST and set(story.facts.lines) == {BATCHES}
    assert "2 of 6 networks diverged" in " ".join(story.shows)
    assert story.verdict is None and "Same start" in " ".join(story.shows)


def test_the_rise_is_over_the_straight_line_between_the_ends():
    result = frames(NEARER)
    path = result.path
    tilt = path["loss"].where(path["split"] == "test", path["loss"] + 3 * path["t"])
    tilted = facts(Result(**{**vars(result), "path": path.assign(loss=tilt)}))
    assert tilted.seeds.rise == pytest.approx(facts(result).seeds.rise) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("value", "most"), [(4.2e-6, 5e-6), (4e-6, 4e-6), (9.7e-6, 1e-5), (2.0, 2.0), (0.0, 0.0)]
)
def test_a_bound_is_rounded_up(value, most):
    assert facts(frames(NEARER, difference=value)).shift.bound == pytest.approx(most, rel=1e-9)


def test_no_difference_at_all_has_its_own_words():
    none, some = (tell(Config(), frames(NEARER, difference=d)) for d in (0.0, 4.2e-6))
    assert "no output at all" in none["permuted"].title
    assert "no output by more than 5 × 10⁻⁶" in some["permuted"].title


MAKERS = {
    "loss": lambda r, f: charts.loss(r, f),
    "accuracy": lambda r, f: charts.accuracy(r, f),
    "rows": lambda r, f: charts.rows(r, f.match, Config()),
    "strips": lambda r, f: charts.rows(r, f.match, Config(dataset="breast_cancer")),
    "cosines": lambda r, f: charts.cosines(r, f.match),
    "permuted": lambda r, f: charts.permuted(r, f.shift),
    "live": lambda r, f: charts.live(r.path.assign(step=1)),
}


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_every_chart_is_a_valid_specification_with_its_rows(make):
    result = frames(NEARER)
    figure = make(result, facts(result))
    drawn = export.spec(figure.titled())
    assert sum(len(rows) for rows in drawn["datasets"].values()) >= 5
    assert figure.title and figure.alt and len(figure.data)


def test_images_stand_upper_over_lower_and_side_by_side():
    result = frames(NEARER)
    figure = charts.rows(result, facts(result).match, Config())
    (cells,) = export.spec(figure.titled())["datasets"].values()
    first = [c for c in cells if c["unit"] == 3 and c["network"] == "first"]
    below = [c for c in cells if c["unit"] == 3 and c["network"] == "second"]
    beside = [c for c in cells if c["unit"] == 2 and c["network"] == "first"]
    assert max(c["y2"] for c in first) < min(c["y"] for c in below)
    assert max(c["x2"] for c in first) < min(c["x"] for c in beside)
    assert len({(c["x"], c["y"]) for c in cells}) == len(cells) == 8 * 64


def test_outputs_lie_on_the_line_of_what_is_unchanged_and_weights_do_not():
    result = frames(NEARER)
    drawn = charts.permuted(result, facts(result).shift).data
    weights, outputs = (drawn[drawn["quantity"] == q] for q in ("weight", "output"))
    assert (outputs["before"] == outputs["after"]).all() and outputs[
        "before"
    ].std() == pytest.approx(1)
    assert (weights["before"] != weights["after"]).sum() == 8  # all but 0 and -0


def test_one_picture_is_drawn():
    result = frames(NEARER)
    assert export.svg(charts.loss(result, facts(result))).lstrip().startswith("<svg")


def test_the_pairs_are_those_of_the_specification():
    assert PAIRS == (SEEDS, MATCHED, BATCHES)
    assert PAIRS == ("two seeds", "two seeds, units matched", "same start, other batches")

"""Every building block draws what its rows say."""

import json
import math
import re

import altair as alt
import numpy as np
import pandas as pd
import pytest
from charts.grammar_cases import LAYERS, SCHEMES, blocks, curves_frame, histogram_frame, sweep_frame

from weightkit.charts import export, grammar
from weightkit.charts.export.engine import convert
from weightkit.charts.export.picture import with_width


@pytest.fixture(scope="module")
def drawn():
    """SVG of every block, made in one child process."""
    charts = blocks()
    jobs = [{"format": "svg", "spec": with_width(export.spec(c), 640)} for c in charts.values()]
    return dict(zip(charts, convert(jobs), strict=True))


def test_blocks_leave_title_config_and_width_to_their_surroundings():
    for name, chart in blocks().items():
        spec = chart.to_dict()
        assert spec["width"] == "container", name
        assert "title" not in spec, name
        assert chart.config is alt.Undefined, name


def test_every_block_draws_marks(drawn):
    for name in blocks():
        svg = drawn[name]
        assert "NaN" not in svg, name
        assert "Infinity" not in svg, name
        assert svg.count("<path") > 5, name


def texts(svg):
    """(x, y, words) of every visible text, in the coordinates of its own group."""
    found = re.findall(
        r'<text[^>]*transform="translate\(([-\d.]+),([-\d.]+)\)[^>]*>([^<]+)</text>', svg
    )
    return [(float(x), float(y), words) for x, y, words in found]


def test_lines_are_named_at_their_end_and_names_do_not_overlap(drawn):
    names = [t for t in texts(drawn["four"]) if t[2] in SCHEMES]
    assert len(names) == 4
    heights = sorted(y for _, y, _ in names)
    assert min(np.diff(heights)) >= 12
    assert [n for _, _, n in sorted(names, key=lambda t: t[1])] == SCHEMES[
        1:5
    ]  # best accuracy on top


def test_train_is_solid_and_test_is_dashed():
    spec = blocks()["four"].to_dict()
    dashes = [
        layer["encoding"]["strokeDash"]
        for layer in spec["layer"]
        if "strokeDash" in layer["encoding"]
    ]
    assert dashes
    for dash in dashes:
        assert dash["field"] == "split"
        assert dash["scale"] == {"domain": ["train", "test"], "range": [[1, 0], [6, 4]]}


def test_many_lines_get_a_legend_and_shapes(drawn):
    words = [w for _, _, w in texts(drawn["many"])]
    assert all(words.count(name) == 1 for name in [*SCHEMES, "zeros"])
    layers = blocks()["many"].to_dict()["layer"]
    shape = next(layer["encoding"]["shape"] for layer in layers if "shape" in layer["encoding"])
    assert len(set(shape["scale"]["range"])) == 7


def test_a_diverged_network_ends_in_a_cross_with_a_text(drawn):
    assert "1 of 3 diverged" in drawn["lost"]
    assert "diverged" not in drawn["four"]
    spec = blocks()["lost"].to_dict()
    crosses = [
        layer for layer in spec["layer"] if layer.get("mark", {}).get("shape") == grammar.CROSS
    ]
    assert len(crosses) == 1
    rows = spec["datasets"][crosses[0]["data"]["name"]]
    assert {(r["seed"], r["epoch"]) for r in rows} == {(1, 3)}


@pytest.mark.parametrize("log_y", [False, True])
@pytest.mark.parametrize("epoch", [0, 5, 10])
def test_what_is_said_of_lost_networks_lies_over_no_line(epoch, log_y):
    frame = curves_frame(["a", "b", "c", "lost one", "lost two"], splits=("test",))
    frame = frame.assign(loss=frame["loss"] + 0.5 * frame["seed"])
    frame["diverged"] = frame["init"].str.startswith("lost") & (frame["epoch"] > epoch - 1)
    chart = grammar.curves(frame, "loss", "init", log_y=log_y, height=200)
    low, high = chart.layer[1].encoding.y["scale"].domain
    pixel = (lambda v: math.log10(v / low)) if log_y else (lambda v: v - low)
    whole = pixel(high)
    words = pd.concat([layer.data for layer in chart.layer if "words" in layer.data])
    places = {r["_series"]: 200 * pixel(r["loss"]) / whole for r in words.to_dict("records")}
    lines = chart.layer[1].data
    there = epoch + (1 if epoch < 5 else -1)
    beside = lines[lines["epoch"].isin([epoch, there]) & ~lines["_series"].isin(places)]
    for place in places.values():
        assert 7.9 < place * 150 / 200 < 142.1, "nor over the axis, in the plot of a slide, too"
        assert all(abs(place - 200 * pixel(v) / whole) >= 11 for v in beside["mean"])
    assert len(places) == 2 and abs(places["lost one"] - places["lost two"]) >= 11


def test_what_is_said_of_lost_networks_names_their_line_where_there_are_others():
    def said(names):
        frame = curves_frame(names, splits=("test",), lost=[(names[0], 1)])
        return json.dumps(grammar.curves(frame, "loss", "init").to_dict())

    assert '"a: 1 of 3 diverged"' in said(["a", "b"])
    assert '"1 of 3 diverged"' in said(["a"])
    assert '"1 of 3 diverged"' in said(["a name of twenty letters", "b"]), "no room"


def test_words_about_a_series_are_painted_as_its_line_is():
    frame = curves_frame(["a", "b"], splits=("test",), lost=[("a", 1)])
    chart = grammar.curves(frame, "loss", "init")
    painted = grammar.painted(chart, {"a": "series:xavier", "b": "series:kaiming"})
    said = json.dumps(painted.to_dict())
    assert said.count("text:series:xavier") == 2  # its name, and that one of it diverged
    assert "text:extra" not in said and "extra:" not in said


def test_a_legend_has_as_many_columns_as_fit_and_rows_that_are_equally_long():
    def columns(names, **how):
        found = grammar.legend_of(names, **how).columns
        if isinstance(found, int):
            return (found,) * 3
        return tuple(int(n) for n in re.findall(r"(?<=[?:])\d+", found.expr))[::-1]

    long = ["plain", "skip", "a skip that is small", "a skip that is zero"]
    assert columns(long) == (1, 2, 2) and columns(long, alone=True) == (1, 2, 4)
    assert columns(range(9)) == columns(range(9), alone=True) == (5, 9, 9)
    assert columns(["frozen features", "full fine-tuning"]) == (1, 2, 2)
    assert columns(["a", "b"]) == columns(["a", "b"], alone=True) == (2, 2, 2)
    assert columns(long, room=100) == (1, 1, 1)
    names = ["same place", "matched", "matched before training"]
    assert (columns(names)[1], columns(names, lines=True)[1]) == (3, 2)  # strokes are wider


@pytest.mark.parametrize("alone", [False, True])
def test_a_slide_can_read_how_many_columns_a_legend_has(alone):
    legend = grammar.legend_of(["plain", "skip", "a skip that is small"], alone=alone)
    assert grammar.columns_of(legend.to_dict()["columns"]) == (1, 3)


def test_a_network_that_never_was_finite_is_shown_at_the_edge():
    frame = curves_frame(["a"], seeds=2)
    frame.loc[frame["seed"] == 1, ["loss", "diverged"]] = [math.nan, True]
    export.spec(grammar.curves(frame, "loss", "init"))
    everything = frame.assign(loss=math.inf, diverged=True)
    assert "1 of 2" not in json.dumps(export.spec(grammar.curves(everything, "loss", "init")))
    assert "2 of 2 diverged" in json.dumps(export.spec(grammar.curves(everything, "loss", "init")))


def test_a_diverged_run_of_a_sweep_is_a_cross(drawn):
    assert "× diverged" in drawn["sweep"]
    assert (
        "diverged"
        not in convert(
            [
                {
                    "format": "svg",
                    "spec": with_width(
                        export.spec(
                            grammar.points_with_band(
                                sweep_frame().assign(diverged=False), "std", "accuracy"
                            )
                        ),
                        640,
                    ),
                }
            ]
        )[0]
    )


def test_the_band_is_the_range_over_seeds():
    spec = blocks()["four"].to_dict()
    rows = pd.DataFrame(spec["datasets"][spec["layer"][0].get("data", spec.get("data"))["name"]])
    frame = curves_frame(SCHEMES[1:5])
    expected = frame.groupby(["init", "split", "epoch"])["accuracy"].agg(["mean", "min", "max"])
    got = rows.set_index(["_series", "split", "epoch"]).sort_index()
    np.testing.assert_allclose(got[["mean", "low", "high"]], expected)


def test_live_charts_with_a_single_epoch_draw():
    frame = curves_frame(["a", "b"], epochs=0)
    export.spec(grammar.curves(frame, "accuracy", "init"))


def test_numeric_series_run_through_the_sequential_scale_in_order():
    frame = curves_frame([0.1, 0.001, 1.0])
    spec = grammar.curves(frame, "accuracy", "init").to_dict()
    scale = next(
        layer["encoding"]["color"]["scale"]
        for layer in spec["layer"]
        if "color" in layer["encoding"]
    )
    assert scale["domain"] == ["0.001", "0.1", "1"]


def test_an_outline_keeps_counts_and_has_area_1_as_density():
    frame = histogram_frame()
    steps = grammar.outline(frame, ["layer", "stage"], density=False)
    inner = steps[(steps["value"] > 0)]
    assert inner["value"].sum() == frame["count"].sum()
    dense = grammar.outline(frame, ["layer", "stage"], density=True)
    bars = dense[dense["value"] > 0]
    areas = (
        ((bars["bin_right"] - bars["bin_left"]) * bars["value"])
        .groupby([bars["layer"], bars["stage"]])
        .sum()
    )
    np.testing.assert_allclose(areas, 1)


def test_an_outline_begins_and_ends_at_zero():
    steps = grammar.outline(histogram_frame(["before"]), ["layer"], density=False)
    for _, group in steps.groupby("layer"):
        assert group["value"].iloc[0] == group["value"].iloc[-1] == 0
        assert group["bin_left"].iloc[-1] == pytest.approx(3)


def test_an_empty_histogram_has_no_density():
    frame = histogram_frame().assign(count=0)
    assert (grammar.outline(frame, ["layer"], density=True)["value"] == 0).all()


def test_every_layer_has_its_shelf_first_on_top(drawn):
    heights = {w: y for _, y, w in texts(drawn["shelves"]) if w in LAYERS}
    assert sorted(LAYERS, key=heights.get) == LAYERS


def test_of_many_rows_of_a_heatmap_round_numbers_are_named():
    frame = pd.DataFrame(
        [(x, y, 1.0) for x in range(35) for y in range(1, 5)], columns=["x", "y", "v"]
    )
    encoding = grammar.heatmap(frame, "x", "y", "v").to_dict()["layer"][0]["encoding"]
    assert encoding["x"]["axis"]["values"] == grammar.counted(0, 34)
    assert "values" not in encoding["y"]["axis"], "each of a few"


def test_the_numbers_of_a_heatmap_are_written_as_its_legend_is():
    frame = pd.DataFrame({"x": [1, 2], "y": ["a", "a"], "accuracy": [0.1, np.nan]})
    plain = grammar.heatmap(frame, "x", "y", "accuracy").to_dict()
    spec = grammar.heatmap(frame, "x", "y", "accuracy", form=".0%", numbers=True).to_dict()
    assert [len(one["layer"]) for one in (plain, spec)] == [1, 2]
    text = spec["layer"][1]["encoding"]["text"]
    assert (text["field"], text["format"]) == ("accuracy", ".0%")
    assert len(next(iter(spec["datasets"].values()))) == 1


def test_a_diverging_heatmap_has_paper_in_its_middle():
    frame = pd.DataFrame({"x": [0, 1, 2], "y": 0, "v": [-1.0, 3.0, math.nan]})
    spec = grammar.heatmap(frame, "x", "y", "v", midpoint=0).to_dict()
    assert spec["layer"][0]["encoding"]["color"]["scale"]["domain"] == [-3, 0, 3]
    assert len(next(iter(spec["datasets"].values()))) == 2  # the cell without a value stays empty


@pytest.mark.parametrize("block", [grammar.curves, grammar.points_with_band])
def test_a_fixed_domain_cuts_the_band_too(block):
    """Marks that are not clipped are drawn far outside of the plot."""
    if block is grammar.curves:
        chart = block(curves_frame(["one"]), "loss", "init", domain=[0, 0.2])
    else:
        chart = block(sweep_frame(), "std", "accuracy", domain=[0.8, 1.0])
    band = export.spec(chart)["layer"][0]
    assert band["mark"]["type"] == "area" and band["mark"]["clip"] is True


def test_a_loss_that_explodes_is_drawn_up_to_the_edge():
    frame = curves_frame(["one", "two"])
    frame.loc[(frame["init"] == "two") & (frame["epoch"] == 5), "loss"] = 1e35

    def drawn(frame, **options):
        spec = export.spec(grammar.curves(frame, "loss", "init", **options))
        return [row for rows in spec["datasets"].values() for row in rows if "mean" in row]

    assert max(max(row["mean"], row["high"]) for row in drawn(frame, domain=[0, 1])) < 100
    calm = curves_frame(["one", "two"])
    assert drawn(calm, domain=[0, 1]) == drawn(calm)

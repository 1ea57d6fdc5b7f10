"""The palette keeps its promises, and every building block draws what its rows say."""

import json
import math
import re
import tomllib

import altair as alt
import numpy as np
import pandas as pd
import pytest
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from weightkit.charts import export, theme
from weightkit.ui import style

CONFIG = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())
SCHEMES = ["xavier_normal", "xavier_uniform", "kaiming_normal", "kaiming_uniform", "pytorch_default", "orthogonal"]
LAYERS = ["input", "fc1", "fc2", "fc3", "output"]


def curves_frame(names, epochs=10, seeds=3, splits=("train", "test"), lost=()):
    """Accuracy and loss that rise and fall; (name, seed) pairs in `lost` diverge at epoch 4."""
    rng = np.random.default_rng(0)
    rows = []
    for place, name in enumerate(names):
        for seed in range(seeds):
            for epoch in range(epochs + 1):
                for split in splits:
                    gone = (name, seed) in lost and epoch >= 4
                    loss = math.exp(-epoch / 5) + 0.1 * place + 0.01 * rng.random()
                    rows.append({
                        "init": name, "seed": seed, "epoch": epoch, "split": split, "diverged": gone,
                        "accuracy": 1 - loss / 3, "loss": math.nan if gone else loss,
                    })  # fmt: skip
    return pd.DataFrame(rows)


def histogram_frame(stages=("before", "after")):
    rng = np.random.default_rng(0)
    rows = []
    for layer in LAYERS:
        for stage in stages:
            counts, edges = np.histogram(rng.normal(size=500), 20, range=(-3, 3))
            rows += [
                {"layer": layer, "stage": stage, "bin_left": edges[i], "bin_right": edges[i + 1], "count": n}
                for i, n in enumerate(counts)
            ]
    return pd.DataFrame(rows)


def sweep_frame():
    return pd.DataFrame(
        {"std": s, "seed": seed, "accuracy": 0.9 if s < 1 else 0.2, "diverged": s > 5 and seed == 1}
        for s in np.logspace(-4, 1, 11)
        for seed in range(3)
    )


def index_frame(n=50):
    rng = np.random.default_rng(0)
    return pd.DataFrame(
        {"network": name, "index": i, "value": rng.normal()} for name in ("1a", "2") for i in range(n)
    )


def signal_frame():
    return pd.DataFrame(
        {"init": name, "layer": i, "seed": s, "std": gain**i * (1 + 0.1 * s), "std_theory": gain**i}
        for name, gain in (("kaiming_normal", 1.0), ("pytorch_default", 0.4))
        for i in range(31)
        for s in range(3)
    )


def blocks(dark):
    """One chart of every kind."""
    heat = pd.DataFrame({"unit": i, "epoch": j, "cosine": math.sin(i + j)} for i in range(6) for j in range(5))
    return {
        "four": theme.curves(curves_frame(SCHEMES[1:5]), "accuracy", "init", dark=dark),
        "many": theme.curves(curves_frame([*SCHEMES, "zeros"], splits=["test"]), "accuracy", "init", dark=dark),
        "lost": theme.curves(
            curves_frame(["baseline", "all zero"], lost=[("all zero", 1)]), "loss", "init", dark=dark, log_y=True
        )
        + theme.marker(5, "all learn", dark),
        "theory": theme.curves(
            signal_frame(), "std", "init", x="layer", log_y=True, theory="std_theory", band="ci95", dark=dark
        ),
        "sweep": theme.points_with_band(sweep_frame(), "std", "accuracy", dark=dark),
        "overlaid": theme.histograms(histogram_frame(), "stage", density=True, dark=dark),
        "shelves": theme.histograms(histogram_frame(), "stage", rows="layer", dark=dark),
        "heat": theme.heatmap(heat, "epoch", "unit", "cosine", dark=dark),
        "diverging": theme.heatmap(heat, "epoch", "unit", "cosine", midpoint=0, dark=dark),
        "index": theme.index_plot(index_frame(), "network", dark=dark),
    }


@pytest.fixture(scope="module")
def drawn():
    """SVG of every block, light and dark, made in one child process."""
    charts = {(name, dark): chart for dark in (False, True) for name, chart in blocks(dark).items()}
    jobs = [{"format": "svg", "spec": export._with_width(export.spec(c), 640)} for c in charts.values()]
    return dict(zip(charts, export._convert(jobs), strict=True))


# ---------------------------------------------------------------- colour


def test_contrast_is_that_of_wcag():
    assert theme.contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert theme.contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.005)
    assert theme.contrast("#FFFFFF", "#777777") == theme.contrast("#777777", "#FFFFFF")


@pytest.mark.parametrize(
    ("name", "colour"),
    [
        ("xavier_normal", "#0072B2"),
        ("Xavier uniform", "#0072B2"),
        ("kaiming_uniform", "#D55E00"),
        ("pytorch_default", "#009E73"),
        ("orthogonal", "#CC79A7"),
        ("zeros", "#6B6B6B"),
        ("all zero", "#6B6B6B"),
        ("baseline", "#111111"),
    ],
)
def test_the_same_thing_has_the_same_colour(name, colour):
    assert theme.colours([name])[name] == colour
    assert theme.colours(["something else", name, "another"])[name] == colour
    if name not in ("zeros", "all zero", "baseline"):
        assert theme.colours([name], dark=True)[name] == colour


def test_the_baseline_is_ink():
    assert theme.colours(["baseline"], dark=True) == {"baseline": theme.INK[True]}


@pytest.mark.parametrize("dark", [False, True])
def test_colours_differ_and_are_visible(dark):
    names = [*SCHEMES, "zeros", "baseline", "std 0.01", "fc1 weights zero", "weights one, biases zero"]
    table = theme.colours(names, dark)
    assert list(table) == names
    assert len(set(table.values())) == len(names)
    for colour in table.values():
        assert theme.contrast(colour, theme.PAPER[dark]) >= 3
        assert theme.contrast(theme.readable(colour, dark), theme.PAPER[dark]) >= 4.5


def test_variants_of_a_family_do_not_depend_on_the_order_given():
    assert theme.colours(["xavier_uniform", "xavier_normal"]) == theme.colours(["xavier_normal", "xavier_uniform"])


def test_names_without_a_family_keep_their_place():
    first = theme.colours(["a", "b", "kaiming_normal"])
    assert first == theme.colours(["a", "b", "kaiming_normal"])
    assert theme.COLOURS["kaiming"] not in (first["a"], first["b"])


@pytest.mark.parametrize("n", [1, 2, 5, 7, 25])
def test_layers_run_through_one_scale_visible_on_both_papers(n):
    scale = theme.layer_scale([f"fc{i}" for i in range(n)])
    assert len(scale.range) == len(set(scale.range)) == n
    for colour in scale.range:
        assert theme.contrast(colour, theme.PAPER[False]) >= 3
        assert theme.contrast(colour, theme.PAPER[True]) >= 3
    brightness = [theme.luminance(c) for c in scale.range]
    assert brightness == sorted(brightness)


# ---------------------------------------------------------------- the app's theme


def test_every_key_of_the_config_is_known_to_streamlit():
    from streamlit import config

    known = set(config.get_config_options(force_reparse=False))

    def keys(table, path=""):
        for key, value in table.items():
            yield from keys(value, f"{path}{key}.") if isinstance(value, dict) else [f"{path}{key}"]

    assert [key for key in keys(CONFIG) if key not in known] == []


def test_a_reader_sees_no_traceback_and_no_page_list():
    assert CONFIG["client"]["showErrorDetails"] == "none"
    assert CONFIG["client"]["showSidebarNavigation"] is False
    assert CONFIG["browser"]["gatherUsageStats"] is False


@pytest.mark.parametrize(("mode", "dark"), [("light", False), ("dark", True)])
def test_the_apps_texts_are_readable(mode, dark):
    part = CONFIG["theme"][mode]
    assert part["backgroundColor"] == theme.PAPER[dark]
    papers = [part["backgroundColor"], part["secondaryBackgroundColor"], part["sidebar"]["backgroundColor"]]
    for paper in papers:
        assert theme.contrast(part["textColor"], paper) >= 7
        assert theme.contrast(part["linkColor"], paper) >= 4.5
        assert theme.contrast(part["primaryColor"], paper) >= 4.5  # slider values, chosen pills and tabs
        caption = theme.mix(part["textColor"], paper, 0.4)  # Streamlit: captions and axis labels at 60 %
        assert theme.contrast(caption, paper) >= 4.5
    on_primary = "#FFFFFF" if not dark else re.search(r"color: (#\w{6})", style.DARK_STYLE)[1]
    assert theme.contrast(on_primary, part["primaryColor"]) >= 4.5
    for key, n in (("chartSequentialColors", 10), ("chartDivergingColors", 10)):
        assert len(part[key]) == n
    for colour in part["chartCategoricalColors"]:
        assert theme.contrast(colour, part["backgroundColor"]) >= 3
    assert theme.contrast(theme.MUTED[dark], theme.PAPER[dark]) >= 4.5


def test_no_font_comes_from_the_network():
    assert "http" not in json.dumps(CONFIG["theme"])


# ---------------------------------------------------------------- statistics


def test_summarise_is_mean_and_range():
    frame = curves_frame(["a", "b"], seeds=4)
    table = theme.summarise(frame, ["init", "epoch", "split"], "accuracy")
    groups = frame.groupby(["init", "epoch", "split"])["accuracy"]
    merged = table.set_index(["init", "epoch", "split"]).sort_index()
    pd.testing.assert_series_equal(merged["mean"], groups.mean(), check_names=False)
    pd.testing.assert_series_equal(merged["low"], groups.min(), check_names=False)
    pd.testing.assert_series_equal(merged["high"], groups.max(), check_names=False)
    assert (table["n"] == 4).all()


def test_the_95_percent_interval_is_scipys():
    values = [0.2, 0.5, 0.4, 0.9]
    row = theme.summarise(pd.DataFrame({"g": 1, "v": values}), "g", "v", "ci95").iloc[0]
    low, high = stats.t.interval(0.95, 3, np.mean(values), stats.sem(values))
    assert (row["low"], row["high"]) == pytest.approx((low, high))


def test_one_seed_has_no_interval():
    row = theme.summarise(pd.DataFrame({"g": [1], "v": [0.5]}), "g", "v", "ci95").iloc[0]
    assert row["low"] == row["mean"] == row["high"] == 0.5


def test_diverged_rows_do_not_count():
    frame = pd.DataFrame(
        {"g": ["a"] * 3 + ["b"], "v": [1.0, 3.0, math.inf, math.nan], "diverged": [False, False, True, True]}
    )
    table = theme.summarise(frame, "g", "v")
    assert table.to_dict("records") == [{"g": "a", "mean": 2.0, "low": 1.0, "high": 3.0, "n": 2}]
    finite_but_lost = pd.DataFrame({"g": "a", "v": [1.0, 9.0], "diverged": [False, True]})
    assert theme.summarise(finite_but_lost, "g", "v")["mean"].tolist() == [1.0]


def test_an_unknown_band_is_refused():
    with pytest.raises(ValueError, match="band must be one of"):
        theme.summarise(pd.DataFrame({"g": [1], "v": [1.0]}), "g", "v", "sd")


def test_last_finite_is_where_each_network_was_last_seen():
    frame = curves_frame(["a"], lost=[("a", 1)])
    table = theme.last_finite(frame, "epoch", "loss", ["init"])
    assert table["seed"].tolist() == [1, 1]
    assert table["epoch"].tolist() == [3, 3]
    assert set(table["split"]) == {"train", "test"}
    assert table["loss"].notna().all()


@given(st.lists(st.floats(0, 1), min_size=1, max_size=6), st.floats(0.01, 0.15))
@settings(max_examples=200, deadline=None)
def test_nudged_labels_keep_order_distance_and_bounds(places, gap):
    moved = theme.nudge(places, gap)
    assert all(-1e-9 <= m <= 1 + 1e-9 for m in moved)
    ranked = sorted(range(len(places)), key=lambda i: places[i])
    steps = np.diff([moved[i] for i in ranked])
    assert (steps >= gap - 1e-6).all()


def test_labels_that_are_far_apart_stay_put():
    assert theme.nudge([0.9, 0.1, 0.5], 0.1) == [0.9, 0.1, 0.5]


# ---------------------------------------------------------------- axes


def test_powers_are_readable():
    ticks, words = theme.powers(1e-4, 10)
    assert ticks == [1e-4, 1e-3, 1e-2, 0.1, 1.0, 10.0]
    assert '"-2": "0.01"' in words
    ticks, words = theme.powers(1e-12, 1)
    assert len(ticks) <= 8
    assert "10⁻¹²" in words


def test_accuracy_is_a_plain_percent_from_0_to_1():
    axis = theme.quantity("accuracy", pd.Series([0.4, 0.6]))
    assert axis["axis"].to_dict()["format"] == ".0%"
    assert axis["scale"].domain == [0, 1]


@pytest.mark.parametrize("values", [[], [math.nan], [0.0, 0.0], [-1.0, math.inf]])
@pytest.mark.parametrize("log", [False, True])
def test_every_axis_has_room(values, log):
    low, high = theme.span(pd.Series(values, dtype=float), log)
    assert math.isfinite(low)
    assert low < high


# ---------------------------------------------------------------- building blocks


@pytest.mark.parametrize("dark", [False, True])
def test_blocks_leave_title_config_and_width_to_their_surroundings(dark):
    for name, chart in blocks(dark).items():
        spec = chart.to_dict()
        assert spec["width"] == "container", name
        assert "title" not in spec, name
        assert chart.config is alt.Undefined, name


@pytest.mark.parametrize("dark", [False, True])
def test_every_block_draws_marks(drawn, dark):
    for name in blocks(dark):
        svg = drawn[name, dark]
        assert "NaN" not in svg, name
        assert "Infinity" not in svg, name
        assert svg.count("<path") > 5, name


def texts(svg):
    """(x, y, words) of every visible text, in the coordinates of its own group."""
    found = re.findall(r'<text[^>]*transform="translate\(([-\d.]+),([-\d.]+)\)[^>]*>([^<]+)</text>', svg)
    return [(float(x), float(y), words) for x, y, words in found]


def test_lines_are_named_at_their_end_and_names_do_not_overlap(drawn):
    names = [t for t in texts(drawn["four", False]) if t[2] in SCHEMES]
    assert len(names) == 4
    heights = sorted(y for _, y, _ in names)
    assert min(np.diff(heights)) >= 12
    assert [n for _, _, n in sorted(names, key=lambda t: t[1])] == SCHEMES[1:5]  # best accuracy on top


def test_train_is_solid_and_test_is_dashed():
    spec = blocks(False)["four"].to_dict()
    dashes = [layer["encoding"]["strokeDash"] for layer in spec["layer"] if "strokeDash" in layer["encoding"]]
    assert dashes
    for dash in dashes:
        assert dash["field"] == "split"
        assert dash["scale"] == {"domain": ["train", "test"], "range": [[1, 0], [6, 4]]}


def test_many_lines_get_a_legend_and_shapes(drawn):
    words = [w for _, _, w in texts(drawn["many", False])]
    assert all(words.count(name) == 1 for name in [*SCHEMES, "zeros"])
    layers = blocks(False)["many"].to_dict()["layer"]
    shape = next(layer["encoding"]["shape"] for layer in layers if "shape" in layer["encoding"])
    assert len(set(shape["scale"]["range"])) == 7


def test_a_diverged_network_ends_in_a_cross_with_a_text(drawn):
    assert "1 of 3 diverged" in drawn["lost", False]
    assert "diverged" not in drawn["four", False]
    spec = blocks(False)["lost"].to_dict()
    crosses = [layer for layer in spec["layer"] if layer.get("mark", {}).get("shape") == theme.CROSS]
    assert len(crosses) == 1
    rows = spec["datasets"][crosses[0]["data"]["name"]]
    assert {(r["seed"], r["epoch"]) for r in rows} == {(1, 3)}


def test_a_network_that_never_was_finite_is_shown_at_the_edge():
    frame = curves_frame(["a"], seeds=2)
    frame.loc[frame["seed"] == 1, ["loss", "diverged"]] = [math.nan, True]
    export.spec(theme.curves(frame, "loss", "init"))
    everything = frame.assign(loss=math.inf, diverged=True)
    assert "1 of 2" not in json.dumps(export.spec(theme.curves(everything, "loss", "init")))
    assert "2 of 2 diverged" in json.dumps(export.spec(theme.curves(everything, "loss", "init")))


def test_a_diverged_run_of_a_sweep_is_a_cross(drawn):
    assert "× diverged" in drawn["sweep", False]
    assert "diverged" not in export._convert(
        [{"format": "svg", "spec": export._with_width(export.spec(
            theme.points_with_band(sweep_frame().assign(diverged=False), "std", "accuracy")), 640)}]
    )[0]  # fmt: skip


def test_the_band_is_the_range_over_seeds():
    spec = blocks(False)["four"].to_dict()
    rows = pd.DataFrame(spec["datasets"][spec["layer"][0].get("data", spec.get("data"))["name"]])
    frame = curves_frame(SCHEMES[1:5])
    expected = frame.groupby(["init", "split", "epoch"])["accuracy"].agg(["mean", "min", "max"])
    got = rows.set_index(["_series", "split", "epoch"]).sort_index()
    np.testing.assert_allclose(got[["mean", "low", "high"]], expected)


def test_live_charts_with_a_single_epoch_draw():
    frame = curves_frame(["a", "b"], epochs=0)
    export.spec(theme.curves(frame, "accuracy", "init"))


def test_numeric_series_run_through_the_sequential_scale_in_order():
    frame = curves_frame([0.1, 0.001, 1.0])
    spec = theme.curves(frame, "accuracy", "init").to_dict()
    scale = next(layer["encoding"]["color"]["scale"] for layer in spec["layer"] if "color" in layer["encoding"])
    assert scale["domain"] == ["0.001", "0.1", "1"]


def test_an_outline_keeps_counts_and_has_area_1_as_density():
    frame = histogram_frame()
    steps = theme.outline(frame, ["layer", "stage"], density=False)
    inner = steps[(steps["value"] > 0)]
    assert inner["value"].sum() == frame["count"].sum()
    dense = theme.outline(frame, ["layer", "stage"], density=True)
    bars = dense[dense["value"] > 0]
    areas = ((bars["bin_right"] - bars["bin_left"]) * bars["value"]).groupby([bars["layer"], bars["stage"]]).sum()
    np.testing.assert_allclose(areas, 1)


def test_an_outline_begins_and_ends_at_zero():
    steps = theme.outline(histogram_frame(["before"]), ["layer"], density=False)
    for _, group in steps.groupby("layer"):
        assert group["value"].iloc[0] == group["value"].iloc[-1] == 0
        assert group["bin_left"].iloc[-1] == pytest.approx(3)


def test_an_empty_histogram_has_no_density():
    frame = histogram_frame().assign(count=0)
    assert (theme.outline(frame, ["layer"], density=True)["value"] == 0).all()


def test_every_layer_has_its_shelf_first_on_top(drawn):
    heights = {w: y for _, y, w in texts(drawn["shelves", False]) if w in LAYERS}
    assert sorted(LAYERS, key=heights.get) == LAYERS


def test_points_are_thinned_evenly():
    frame = index_frame(9001)
    thinned = theme.thin(frame, ["network"])
    sizes = thinned.groupby("network").size()
    assert (sizes <= theme.MOST_POINTS).all()
    assert (sizes > theme.MOST_POINTS / 2).all()
    assert set(thinned[thinned["network"] == "2"]["index"].diff().dropna()) == {3}
    assert len(theme.thin(frame, [])) <= theme.MOST_POINTS
    assert len(theme.thin(index_frame(20), ["network"])) == 40


def test_a_diverging_heatmap_has_paper_in_its_middle():
    frame = pd.DataFrame({"x": [0, 1, 2], "y": 0, "v": [-1.0, 3.0, math.nan]})
    spec = theme.heatmap(frame, "x", "y", "v", midpoint=0).to_dict()
    assert spec["layer"][0]["encoding"]["color"]["scale"]["domain"] == [-3, 0, 3]
    assert len(next(iter(spec["datasets"].values()))) == 2  # the cell without a value stays empty


@pytest.mark.parametrize("block", [theme.curves, theme.points_with_band])
def test_a_fixed_domain_cuts_the_band_too(block):
    """Marks that are not clipped are drawn far outside of the plot."""
    if block is theme.curves:
        chart = block(curves_frame(["one"]), "loss", "init", domain=[0, 0.2])
    else:
        chart = block(sweep_frame(), "std", "accuracy", domain=[0.8, 1.0])
    band = export.spec(chart)["layer"][0]
    assert band["mark"]["type"] == "area" and band["mark"]["clip"] is True


def test_a_loss_that_explodes_is_drawn_up_to_the_edge():
    frame = curves_frame(["one", "two"])
    frame.loc[(frame["init"] == "two") & (frame["epoch"] == 5), "loss"] = 1e35
    def drawn(frame, **options):
        spec = export.spec(theme.curves(frame, "loss", "init", **options))
        return [row for rows in spec["datasets"].values() for row in rows if "mean" in row]

    assert max(max(row["mean"], row["high"]) for row in drawn(frame, domain=[0, 1])) < 100
    calm = curves_frame(["one", "two"])
    assert drawn(calm, domain=[0, 1]) == drawn(calm)

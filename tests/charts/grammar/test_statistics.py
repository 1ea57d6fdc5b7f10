"""Averages, bands and places."""

import math

import numpy as np
import pandas as pd
import pytest
from charts.grammar_cases import curves_frame, index_frame
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from weightkit.charts import grammar


def test_summarise_is_mean_and_range():
    frame = curves_frame(["a", "b"], seeds=4)
    table = grammar.summarize(frame, ["init", "epoch", "split"], "accuracy")
    groups = frame.groupby(["init", "epoch", "split"])["accuracy"]
    merged = table.set_index(["init", "epoch", "split"]).sort_index()
    pd.testing.assert_series_equal(merged["mean"], groups.mean(), check_names=False)
    pd.testing.assert_series_equal(merged["low"], groups.min(), check_names=False)
    pd.testing.assert_series_equal(merged["high"], groups.max(), check_names=False)
    assert (table["n"] == 4).all()


def test_the_95_percent_interval_is_scipys():
    values = [0.2, 0.5, 0.4, 0.9]
    row = grammar.summarize(pd.DataFrame({"g": 1, "v": values}), "g", "v", "ci95").iloc[0]
    low, high = stats.t.interval(0.95, 3, np.mean(values), stats.sem(values))
    assert (row["low"], row["high"]) == pytest.approx((low, high))


def test_one_seed_has_no_interval():
    row = grammar.summarize(pd.DataFrame({"g": [1], "v": [0.5]}), "g", "v", "ci95").iloc[0]
    assert row["low"] == row["mean"] == row["high"] == 0.5


def test_diverged_rows_do_not_count():
    frame = pd.DataFrame(
        {
            "g": ["a"] * 3 + ["b"],
            "v": [1.0, 3.0, math.inf, math.nan],
            "diverged": [False, False, True, True],
        }
    )
    table = grammar.summarize(frame, "g", "v")
    assert table.to_dict("records") == [{"g": "a", "mean": 2.0, "low": 1.0, "high": 3.0, "n": 2}]
    finite_but_lost = pd.DataFrame({"g": "a", "v": [1.0, 9.0], "diverged": [False, True]})
    assert grammar.summarize(finite_but_lost, "g", "v")["mean"].tolist() == [1.0]


def test_an_unknown_band_is_refused():
    with pytest.raises(ValueError, match="band must be one of"):
        grammar.summarize(pd.DataFrame({"g": [1], "v": [1.0]}), "g", "v", "sd")


def test_last_finite_is_where_each_network_was_last_seen():
    frame = curves_frame(["a"], lost=[("a", 1)])
    table = grammar.last_finite(frame, "epoch", "loss", ["init"])
    assert table["seed"].tolist() == [1, 1]
    assert table["epoch"].tolist() == [3, 3]
    assert set(table["split"]) == {"train", "test"}
    assert table["loss"].notna().all()


@given(st.lists(st.floats(0, 1), min_size=1, max_size=6), st.floats(0.01, 0.15))
@settings(max_examples=200, deadline=None)
def test_nudged_labels_keep_order_distance_and_bounds(places, gap):
    moved = grammar.nudge(places, gap)
    assert all(-1e-9 <= m <= 1 + 1e-9 for m in moved)
    ranked = sorted(range(len(places)), key=lambda i: places[i])
    steps = np.diff([moved[i] for i in ranked])
    assert (steps >= gap - 1e-6).all()


def test_labels_that_are_far_apart_stay_put():
    assert grammar.nudge([0.9, 0.1, 0.5], 0.1) == [0.9, 0.1, 0.5]


def test_points_are_thinned_evenly():
    frame = index_frame(9001)
    thinned = grammar.thin(frame, ["network"])
    sizes = thinned.groupby("network").size()
    assert (sizes <= grammar.MOST_POINTS).all()
    assert (sizes > grammar.MOST_POINTS / 2).all()
    assert set(thinned[thinned["network"] == "2"]["index"].diff().dropna()) == {5}
    assert len(grammar.thin(frame, [])) <= grammar.MOST_POINTS
    assert len(grammar.thin(index_frame(20), ["network"])) == 40

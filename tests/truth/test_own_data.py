"""The lessons that train on a reader's own table: any table runs, is told truly, and costs what it
has; the others refuse it.
"""

from dataclasses import fields
from io import StringIO

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from truth.__main__ import findings
from truth.drawing import settings as drawn
from truth.views import config_of, drawn_by, views
from weightkit.datasets import Dataset, from_csv
from weightkit.lessons.variance_sweep import Config

HAVE_DATA = {
    name: view
    for name, view in views().items()
    if "dataset" in {field.name for field in fields(config_of(view))}
}
OFFER = [
    name
    for name, view in HAVE_DATA.items()
    if any("own" in field.metadata for field in fields(config_of(view)))
]


def table(rows=40, columns=3, classes=3, constant=0, seed=0) -> Dataset:
    """Random numbers, `constant` columns of which are all the same, and labels that depend on the
    first.
    """
    x = np.random.default_rng(seed).normal(size=(rows, columns)).round(3)
    x[:, columns - constant :] = 1.5
    label = x[:, 0].argsort().argsort() * classes // rows
    text = pd.DataFrame(x).add_prefix("f").assign(label=[f"kind {c}" for c in label])
    return from_csv(StringIO(text.to_csv(index=False)), "the pasted table")


tables = st.builds(
    table,
    rows=st.sampled_from([20, 21, 60]),
    columns=st.sampled_from([1, 2, 30]),
    classes=st.sampled_from([2, 3, 20]),
    constant=st.integers(0, 1),
    seed=st.integers(0, 9),
)


@pytest.mark.parametrize("name", OFFER)
def test_any_table_runs_and_what_is_told_of_it_is_true(name):
    view = HAVE_DATA[name]

    @settings(
        max_examples=4, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
    )
    @given(st.data())
    def look(data):
        some = drawn_by(name) or {}
        found = findings(
            name, view, data.draw(drawn(config_of(view), {**some, "dataset": tables}, 0.3))
        )
        assert not found, "\n".join(found)

    look()


@pytest.mark.parametrize("name", [name for name in HAVE_DATA if name not in OFFER])
def test_the_others_refuse_it_in_a_clear_sentence(name):
    with pytest.raises(ValueError, match=r"dataset is the pasted table \(40 rows.*must be one of"):
        config_of(HAVE_DATA[name])(dataset=table())


def test_a_run_on_a_larger_table_costs_more():
    small, tall, wide = (
        Config(dataset=table(rows, columns)).cost
        for rows, columns in ((40, 3), (400, 3), (40, 300))
    )
    assert tall.seconds > 3 * small.seconds
    assert wide.bytes > 1.2 * small.bytes


def test_nothing_says_what_the_table_holds():
    """Messages and the server's log say what a Config holds: not its numbers."""
    assert "tensor" not in repr(Config(dataset=table()))

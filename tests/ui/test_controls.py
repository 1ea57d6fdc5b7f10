"""Controls made of fields: what a link may say, and what it is told when it says something else."""

from dataclasses import dataclass, fields
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pages_helpers import opened, well

from weightkit.configs import choice, choices, flag, number
from weightkit.lessons import lottery_ticket
from weightkit.ui.controls import Control, from_field, read


@dataclass(frozen=True)
class Config:
    count: int = number(3, 1, 10, "A count.")
    rate: float = number(0.5, 0.0, 1.0, "A rate.")
    name: str = choice("a", ("a", "b"), "A name.")
    on: bool = flag(False, "A switch.")
    some: tuple = choices(("a",), ("a", "b", "c"), "Some.")


def test_changes_only_narrow_a_fields_range():
    """Fields of several ranges share one list of changes."""
    made = from_field(Config, "rate", options=(-1.0, 0.25, 0.5, 2.0), high=7.0)
    assert (made.options, made.low, made.high) == ((0.25, 0.5), 0.0, 1.0)
    assert from_field(Config, "count", high=5).high == 5


def test_a_share_is_said_in_percent():
    control = from_field(lottery_ticket.Config, "removed")
    assert [control.name(share) for share in (0.4, 0.125)] == ["40%", "12.5%"]


def test_a_control_may_have_another_key_than_its_field():
    """Views of one page may have fields of the same name (`prefix` of Page.controls)."""
    made = from_field(Config, "count", key="other_count")
    assert (made.key, made.label) == ("other_count", "Count")


def values(c: Control) -> st.SearchStrategy[Any]:
    """All that a control may say."""
    if c.most:
        picks = st.sets(st.sampled_from(c.options), min_size=1)
        return picks.map(lambda picked: tuple(o for o in c.options if o in picked))
    if c.options:
        return st.sampled_from(c.options)
    if isinstance(c.default, bool):
        return st.booleans()
    number = st.integers if isinstance(c.default, int) else st.floats
    return number(c.low, c.high)


@pytest.mark.parametrize("key", [f.name for f in fields(Config)])
@given(st.data())
def test_what_is_folded_away_says_what_its_widget_would_hold(key, data):
    c = from_field(Config, key)
    value = data.draw(values(c))
    assert read(c, c.held(value)) == value


def test_a_setting_that_is_folded_away_counts_and_stays():
    at = opened("matrix_sizes", reveal="true")
    assert "seed" not in [s.key for s in at.slider]
    at.session_state["more_settings"] = True
    at.run()
    well(at.slider(key="seed").set_value(7).run())
    chain = list(at.get("vega_lite_chart"))
    at.session_state["more_settings"] = False
    well(at.run())
    assert "seed" not in [s.key for s in at.slider]
    assert at.query_params["seed"] == "7"
    assert [c.proto.datasets for c in at.get("vega_lite_chart")] == [
        c.proto.datasets for c in chain
    ], "the same run"
    at.session_state["more_settings"] = True
    assert well(at.run()).slider(key="seed").value == 7


def test_the_panel_stands_open_where_a_link_has_changed_something_in_it():
    at = opened("matrix_sizes", reveal="true", seed="3")
    assert well(at).slider(key="seed").value == 3
    at.slider(key="seed").set_value(
        0
    ).run()  # its default: it does not fold under the reader's hand
    assert at.slider(key="seed").value == 0

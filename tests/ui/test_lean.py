"""A drawing in fewer words means what it meant, to Vega-Lite and to what looks at one layer."""

import json

import altair as alt
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from vl_convert import vegalite_to_vega

from weightkit.ui.lean import lean, spread


def assert_means_the_same(whole, fewer):
    """`fewer` is compiled to the very same drawing as `whole`, is no longer, and tells it again."""
    assert vegalite_to_vega(fewer) == vegalite_to_vega(whole)
    assert spread(fewer) == whole
    assert len(json.dumps(fewer)) <= len(json.dumps(whole))


FRAME = pd.DataFrame({"x": [1, 2], "y": [1.0, 2.0], "z": [3.0, 4.0], "who": ["a", "b"]})
PLAIN = alt.Scale(domain=[0, 5])
X = [
    alt.X("x:Q", scale=PLAIN, title="epoch"),
    alt.X("x:Q", scale=PLAIN, axis=None),
    alt.X("z:Q", scale=PLAIN, title="epoch"),
    alt.XValue(30),
    None,
]
COLOUR = [
    alt.Color("who:N", scale=alt.Scale(domain=["a", "b"], range=["red", "blue"]), legend=None),
    alt.Color("who:N", scale=alt.Scale(domain=["a", "b"], range=["red", "blue"])),
    alt.condition("datum.x > 1", alt.value("red"), alt.value("blue")),
    alt.ColorValue("black"),
    None,
]
DETAIL = [[alt.Detail("who:N")], [], None]


def layer(x, color, detail):
    said = {"x": x, "color": color, "detail": detail}
    chart = alt.Chart(FRAME).mark_line().encode(y=alt.Y("y:Q", title="loss"))
    return chart.encode(**{channel: d for channel, d in said.items() if d is not None})


LAYERS = st.builds(layer, st.sampled_from(X), st.sampled_from(COLOUR), st.sampled_from(DETAIL))


@given(st.lists(LAYERS, min_size=1, max_size=4), st.booleans())
def test_whatever_layers_share_the_drawing_is_the_same(layers, apart):
    chart = alt.layer(*layers)
    chart = chart.resolve_axis(y="independent") if apart else chart
    whole = {key: said for key, said in chart.to_dict().items() if key != "datasets"}
    assert_means_the_same(whole, lean(whole))


def test_what_all_say_is_said_once_and_a_layer_without_it_says_so():
    alike, other = layer(X[0], COLOUR[0], None), layer(X[0], None, None)
    whole = alt.layer(alike, alike, other).to_dict()
    fewer = lean(whole)
    assert set(fewer["encoding"]) == {"x", "y", "color"}
    assert [one["encoding"] for one in fewer["layer"]] == [{}, {}, {"color": None}]


@pytest.mark.parametrize("chart", [layer(X[0], None, None), alt.hconcat(layer(X[0], None, None))])
def test_what_has_no_layers_stays_as_it_is(chart):
    whole = chart.to_dict()
    assert lean(whole) is whole and spread(whole) is whole

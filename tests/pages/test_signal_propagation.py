"""The theory page's eight views: each asks, shows its charts, and takes its settings and presets
from the link.
"""

import pytest
from pages_helpers import opened, press, well
from streamlit.testing.v1 import AppTest

from weightkit.lessons.signal_propagation import PRESETS

SMALL = {
    "Signal": {"depth": "5", "n_seeds": "2", "width": "32"},
    "Histograms": {"histograms_width": "64", "histograms_depth": "3"},
    "Depth contest": {"contest_depth": "3", "contest_epochs": "5", "contest_n_seeds": "1"},
    "Map": {"map_epochs": "2", "map_width": "16"},
    "Two inputs": {
        "inputs_depth": "3",
        "inputs_width": "16",
        "inputs_n_stds": "3",
        "inputs_epochs": "1",
    },
    "Saddles": {"saddles_width": "2", "saddles_steps": "10", "saddles_samples": "50"},
    "Landscape": {"landscape_resolution": "11", "landscape_epochs": "2"},
    "Symmetry": {"symmetry_steps": "10"},
}
AT_LEAST = {
    "Signal": 4,
    "Histograms": 2,
    "Depth contest": 2,
    "Map": 1,
    "Two inputs": 5,
    "Saddles": 3,
    "Landscape": 3,
    "Symmetry": 2,
}


def page(view, **query) -> AppTest:
    return well(
        opened("signal_propagation", **{"reveal": "true", "view": view, **SMALL[view], **query})
    )


@pytest.mark.parametrize("view", PRESETS)
def test_every_view_shows_its_figures_and_says_what_they_show(view, shown):
    at = page(view)
    assert len(shown) >= AT_LEAST[view], list(shown)
    assert len(at.get("vega_lite_chart")) == len(shown)
    assert all(figure.title and figure.alt and len(figure.data) for figure in shown.values())
    assert any("What this run shows" in m.value for m in at.markdown)


def test_the_pass_is_drawn_for_the_layers_that_were_asked_for(shown):
    page("Signal", depth="7", activation="tanh")
    data = shown["signal-by-layer"].data
    assert set(data["layer"]) == set(range(1, 8)) and set(data["activation"]) == {"tanh"}
    assert {"gradient-by-layer", "factor-per-layer", "flat-share"} <= set(shown)


def test_glorots_figures_are_a_preset(shown):
    at = page("Histograms", histograms_activation="relu")
    press(at, "Glorot and Bengio, figures 6, 7")
    assert (
        next(
            w for w in (*at.selectbox, *at.segmented_control) if w.key == "histograms_activation"
        ).value
        == "tanh"
    )
    assert any("5 " in f.subtitle or "layer 5" in str(f.chart.to_dict()) for f in shown.values())


def test_the_editable_network_follows_its_boxes(shown):
    at = page("Symmetry", symmetry_w22="0.7")
    first = [m.value for m in at.markdown]
    assert at.text_input(key="symmetry_w22").value == "0.7"
    well(at.text_input(key="symmetry_w21").set_value("1,5").run())
    assert [m.value for m in at.markdown] != first
    assert dict(shown["two-two-one"].data.set_index("parameter")["before"])["w21"] == 1.5


def test_a_number_in_the_link_that_cannot_be_used_is_told_and_loses_nothing(shown):
    at = opened(
        "signal_propagation", reveal="true", view="Symmetry", symmetry_w11="99", symmetry_w12="0.25"
    )
    assert not at.exception and any(
        "symmetry_w11=99" in w.value and "-5 to 5" in w.value for w in at.warning
    )
    numbers = dict(shown["two-two-one"].data.set_index("parameter")["before"])
    assert (numbers["w11"], numbers["w12"]) == (0.5, 0.25)


def test_a_prediction_of_the_contest_is_judged_by_its_run():
    at = well(opened("signal_propagation", **{"view": "Depth contest", **SMALL["Depth contest"]}))
    assert not at.get("vega_lite_chart")
    at.radio(key="signal_propagation_prediction").set_value("Three or more")
    at.button(key="commit").click().run()
    assert any("You said" in v.value for v in (*at.success, *at.warning))

"""A slide: one figure, or one row, chosen by the link; what the link says and cannot be used is
told once.
"""

import pandas as pd
import pytest
from pages_helpers import well
from streamlit.testing.v1 import AppTest

from tools.presets import ROOT, pages_seen
from weightkit.charts import Figure, grammar
from weightkit.ui import slide, visit
from weightkit.ui.outside import shown as as_read

LINK = {"learning-accuracy": ["std"], "accuracy-by-std": []}


def embedded(slug: str, **query) -> AppTest:
    at = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=240)
    at.switch_page(f"pages/{slug}.py")
    at.context = {"is_embedded": True}
    for key, value in query.items():
        at.query_params[key] = value
    return at.run()


def figures(slug: str, **query) -> dict:
    """{alt: name} of all that the page offers."""
    with pages_seen() as seen:
        well(embedded(slug, **query))
    return {figure.alt: figure.name for figure in seen[-1].figures}


def alts(at: AppTest) -> list[str]:
    return [chart.proto.alt for chart in at.get("vega_lite_chart")]


def said(at: AppTest) -> dict[str, list[str]]:
    """What the link says, in lists."""
    texts = {key: at.query_params[key] for key in at.query_params}
    return {key: [text] if isinstance(text, str) else list(text) for key, text in texts.items()}


@pytest.mark.parametrize("view", ["Network", "Broken chain"])
def test_each_chart_of_a_page_can_be_the_slide_and_without_being_asked_it_is_the_first(view):
    names = figures("matrix_sizes", view=view)
    assert [names[alt] for alt in alts(embedded("matrix_sizes", view=view))] == list(
        names.values()
    )[:1]
    for alt, name in names.items():
        assert alts(well(embedded("matrix_sizes", view=view, show=name))) == [alt]


def test_two_are_a_row_in_the_order_of_the_link_which_stays_as_it_is():
    names = {name: alt for alt, name in figures("matrix_sizes").items()}
    asked = ["one-unit", "network"]
    for spelled in (asked, ",".join(asked)):
        at = well(embedded("matrix_sizes", show=spelled, controls="none"))
        assert alts(at) == [names[name] for name in asked]
        assert said(at) == {"show": asked, "controls": ["none"]}
        assert not [*at.selectbox, *at.slider, *at.text_input, *at.button]


def test_a_pair_that_comes_first_is_one_slide():
    at = well(embedded("signal_propagation", view="Histograms"))
    assert len(alts(at)) == 2


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ({"show": "nonsense"}, "show=nonsense"),
        ({"show": ["network", "*x*"]}, "show=*x*"),
        ({"show": ""}, "show=(nothing)"),
        ({"controls": "many"}, "controls=many"),
    ],
)
def test_what_cannot_be_used_is_told_once_and_leaves_the_link(query, told):
    at = embedded("matrix_sizes", n_samples="3", **query)
    assert not at.exception and len(alts(at)) == 1
    (warning,) = at.warning
    assert told in as_read(warning.value), warning.value
    if "show" in query:
        assert "network, weight-matrices, one-unit" in warning.value
    left = {"show": ["network"]} if "network" in query.get("show", "") else {}
    assert said(at) == left | {"n_samples": ["3"]}
    at.run()
    assert len(at.warning) == 1, "until the reader goes on"
    at.slider(key="n_samples").set_value(4).run()
    assert not at.warning and not at.exception
    assert said(at) == left | {"n_samples": ["4"]}


def test_a_page_that_is_no_slide_tells_it_as_well_and_lets_a_chart_of_another_view_go():
    at = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=240)
    at.switch_page("pages/matrix_sizes.py")
    at.query_params["reveal"], at.query_params["show"] = "true", "one-unit"
    well(at.run())
    assert said(at)["show"] == ["one-unit"] and len(alts(at)) > 1
    well(at.segmented_control(key="view").set_value("Broken chain").run())
    assert "show" not in said(at)


def test_a_control_is_in_the_slide_of_the_chart_that_it_is_for():
    for name, keys in LINK.items():
        at = well(embedded("variance_sweep", show=name, epochs="1", n_seeds="1", n_stds="2"))
        assert [w.key for w in at.select_slider if w.key == "std"] == keys


def test_the_link_of_a_chart_brings_that_chart():
    with pages_seen() as seen:
        well(embedded("matrix_sizes", n_samples="3"))
    link = seen[-1].link(embed="true", show="one-unit", controls="none")
    query = dict(part.split("=") for part in link.split("?")[1].split("&"))
    with pages_seen() as again:
        at = well(embedded("matrix_sizes", **query))
    shown = {figure.alt: figure.name for figure in again[-1].figures}
    assert [shown[alt] for alt in alts(at)] == ["one-unit"]
    assert again[-1].settings == seen[-1].settings


def test_what_is_written_as_html_is_text():
    class Figure:
        title, subtitle = "a < b & <b>c</b>", "<i>Line</i>: mean; x"

    said = slide.heading(Figure)
    assert "<h5>a &lt; b &amp; &lt;b&gt;c&lt;/b&gt;</h5>" in said
    assert "<span>&lt;i&gt;Line&lt;/i&gt;: mean</span>" in said and "<i>" not in said


def test_the_names_are_those_of_the_address_bar():
    assert slide.SHOW.key == "show" and slide.CONTROLS.key == "controls"
    assert visit.REVEAL not in (slide.SHOW.key, slide.CONTROLS.key)


def test_share_gives_slides_of_all_that_is_shown_once_it_is_shown(monkeypatch):
    given = {}
    monkeypatch.setattr(
        "weightkit.ui.take_home._download",
        lambda label, data, name, *more: given.update({name: data}),
    )
    at = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=240)
    at.switch_page("pages/matrix_sizes.py")
    at.session_state["share"] = True
    well(at.run())
    assert not given, "not before the prediction"
    with pages_seen() as seen:
        well(at.button(key="just_show").click().run())
    deck = given["matrix_sizes.pptx"].__closure__[0].cell_contents
    assert [f.name for f in deck.figures] == [f.name for f in seen[-1].figures]
    assert deck.prediction and deck.answer and deck.shows and deck.settings["sizes"]
    assert deck.link.endswith("/matrix_sizes") and "matrix_sizes-slides.html" in given


def test_the_home_page_is_a_slide_of_its_picture():
    at = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=240)
    at.context = {"is_embedded": True}
    well(at.run())
    assert (
        len(alts(at)) == 1
        and not at.title
        and [h for h in at.get("html") if "<h5>" in h.proto.body]
    )


def test_a_bar_of_colours_stands_upright_beside_its_chart():
    """Above it, it would take a third of the height."""
    frame = pd.DataFrame({"x": [1, 2], "y": ["a", "b"], "loss": [1.0, 2.0]})
    chart = grammar.heatmap(frame, "x", "y", "loss")
    figure = Figure("map", "A map", "A cell per pair.", chart, "A map of two.", frame)
    assert figure.drawing()["layer"][0]["encoding"]["color"]["legend"]["orient"] == "top"
    legend = slide.fitted(figure.drawing())["layer"][0]["encoding"]["color"]["legend"]
    assert (legend["orient"], legend["direction"]) == ("right", "vertical")
    assert legend["gradientLength"] <= slide.PLOT

"""Every page: first on a fresh app, at both ends of every control, with nonsense in the link, predicted and judged."""

import pytest
from conftest import ROOT
from streamlit.testing.v1 import AppTest

from weightkit.ui.lessons import LESSONS

SLUGS = [lesson.slug for lesson in LESSONS]
TIMEOUT = 240


def app(slug="", **query) -> AppTest:
    """A fresh app whose first request is this page."""
    at = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=TIMEOUT)
    if slug:
        at.switch_page(f"pages/{slug}.py")
    for key, value in query.items():
        at.query_params[key] = value
    return at.run()


def assert_well(at: AppTest) -> None:
    assert not at.exception, [e.value for e in at.exception]
    assert not at.error, [e.value for e in at.error]


def charts(at: AppTest) -> list:
    return at.get("vega_lite_chart")


@pytest.fixture(autouse=True)
def _no_warming(monkeypatch):
    monkeypatch.setenv("WEIGHTKIT_WARM", "0")


def test_home():
    at = app()
    assert_well(at)
    assert len(charts(at)) == 1
    first = [m.value for m in at.markdown if m.value.startswith("##### Output")]
    at.segmented_control(key="output").set_value(3).run()
    assert_well(at)
    assert [m.value for m in at.markdown if m.value.startswith("##### Output")] != first


@pytest.mark.parametrize("slug", SLUGS)
def test_as_the_first_request_it_asks_then_shows(slug):
    at = app(slug)
    assert_well(at)
    assert at.title[0].value
    assert not charts(at), "nothing is given away before the reader has answered"
    at.button(key="just_show").click().run()
    assert_well(at)
    assert charts(at)
    assert any("What this run shows" in m.value for m in at.markdown)


@pytest.mark.parametrize("slug", SLUGS)
def test_a_prediction_is_judged_and_scored(slug):
    at = app(slug)
    for widget in (*at.radio, *at.slider):
        if widget.key == f"{slug}_prediction" and widget.value is None:
            widget.set_value(widget.options[0])
    at.button(key="commit").click().run()
    assert_well(at)
    verdicts = [*at.success, *at.warning]
    assert any("You said" in v.value for v in verdicts)
    assert at.session_state["predictions"][slug]["total"] == 1
    assert any("of 1 right" in c.value for c in at.caption)
    at.button(key="predict_again").click().run()
    assert not charts(at)


@pytest.mark.parametrize("slug", SLUGS)
def test_every_control_answers_nonsense_in_the_link_with_a_sentence(slug):
    keys = control_keys(app(slug, reveal="true"))
    assert keys
    at = app(slug, reveal="true", **dict.fromkeys(keys, "no-such-thing"))
    assert_well(at)
    said = " ".join(w.value for w in at.warning)
    for key in keys:
        assert f"{key}=" in said or "no-such-thing" in said, key
    assert charts(at), "the rest of the page is there"


def test_an_unknown_name_in_the_link_is_told_what_there_is():
    at = app("matrix_sizes", reveal="true", szies="3-4")
    assert_well(at)
    assert any("szies" in w.value and "sizes" in w.value for w in at.warning)


def controls(at: AppTest) -> list:
    """All controls bound to the link."""
    kinds = (at.slider, at.select_slider, at.selectbox, at.text_input, at.toggle, at.segmented_control, at.pills, at.number_input)
    found = [w for kind in kinds for w in kind]
    return [w for w in found if w.key and not w.key.endswith("_prediction") and not w.key.startswith("share")]


def control_keys(at: AppTest) -> list[str]:
    return [w.key for w in controls(at)]


SWITCHES = ("view",)


def find(at: AppTest, key: str):
    return next((w for w in controls(at) if w.key == key), None)


def ends(widget) -> list:
    """The values at both ends of a control (every option of a switch)."""
    if widget.type in ("slider", "number_input"):
        return [widget.min, widget.max]
    if widget.type == "toggle":
        return [True, False]
    if widget.type == "text_input":
        return []
    options = list(widget.options)
    return [options[0], options[-1]]


@pytest.mark.parametrize("slug", SLUGS)
def test_both_ends_of_every_control(slug, monkeypatch):
    """Epochs that change nothing stand in for training: what is tested here is that the page copes."""
    from weightkit import training
    from weightkit.ui import running

    monkeypatch.setattr(training, "_one_epoch", lambda *args: None)
    monkeypatch.setattr(running, "_runner", None)  # these results must not be kept for other tests
    at = app(slug, reveal="true")
    assert_well(at)
    moved = None  # (key, value before) of the control that was moved last: put back together with the next move
    for key in control_keys(at):
        for end in (0, 1):
            if moved and moved[0] != key and (last := find(at, moved[0])) is not None:
                last.set_value(moved[1])
                if moved[0] in SWITCHES:  # other controls come back with it
                    at.run()
            widget = find(at, key)
            if widget is None or not ends(widget):
                continue
            value = [ends(widget)[end]] if isinstance(widget.value, list) else ends(widget)[end]
            moved = (key, widget.value if end == 0 else moved[1])
            widget.set_value(value).run()
            assert not at.exception, f"{key}={value!r}: {[e.value for e in at.exception]}"
            for error in at.error:
                assert len(error.value) > 20, f"{key}={value!r}"  # a refusal is a sentence, not a traceback
    monkeypatch.setattr(running, "_runner", None)

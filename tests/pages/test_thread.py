"""The course as a thread: what was seen and predicted is ticked, a preset says what to look for."""

import pytest
from pages_helpers import opened, press, well
from streamlit.testing.v1 import AppTest

from tools.presets import views
from weightkit.lessons import variance_sweep
from weightkit.lessons.views import Preset
from weightkit.ui import course
from weightkit.ui.home import PICTURES
from weightkit.ui.lessons import LESSONS, pages
from weightkit.ui.panel import Panel
from weightkit.ui.predict import STATE, Prediction


def ticks(memory: dict[str, Prediction]) -> list[str]:
    def script(memory):
        import streamlit as st

        from weightkit.ui import course, predict

        st.session_state[predict.STATE] = memory
        scores = predict.scores()
        for slug in ("freezing", "variance_sweep", "matrix_sizes"):
            st.text(course._tick(scores.get(slug)))

    at = AppTest.from_function(script, args=(memory,)).run()
    assert STATE in at.session_state and course.LESSONS is LESSONS
    return [text.value for text in at.text]


def test_what_was_seen_and_what_was_predicted_is_ticked():
    predicted = Prediction(shown=True, right=1, total=2, seen={"a", "b"})
    told = ticks({"freezing/Transfer": predicted, "variance_sweep": Prediction(shown=True)})
    assert told == [":green[✓ 1/2]", ":gray[✓]", ""]


def test_the_preset_that_the_settings_are_of_says_what_to_look_for():
    at = well(opened("variance_sweep", reveal="true", n_stds="5", epochs="2"))
    assert not any(at.radio("preset").proto.captions)
    name = "Uniform numbers instead"
    captions = press(at, name).radio("preset").proto.captions
    told = dict(zip(variance_sweep.PRESETS, captions, strict=True))
    assert told.pop(name) == variance_sweep.PRESETS[name].look
    assert not any(told.values())


@pytest.mark.parametrize("slug", [lesson.slug for lesson in LESSONS])
def test_every_preset_that_a_page_offers_asks_what_to_look_for(slug, monkeypatch):
    """That each can be chosen, and says so then, test_presets sees."""
    offered = {}
    draw = Panel._presets
    monkeypatch.setattr(
        Panel, "_presets", lambda self, presets: (offered.update(presets), draw(self, presets))
    )
    for view in views(opened(slug)):
        well(opened(slug, **({"view": view} if view else {})))
    assert offered
    for name, preset in offered.items():
        assert preset.look.endswith("?") and 15 < len(preset.look) < 80, name


def test_a_preset_that_states_a_result_is_refused():
    with pytest.raises(ValueError, match="no question"):
        Preset("It learns nothing.", {})


def test_a_card_has_the_picture_of_its_lesson():
    drawn = {file.stem for file in PICTURES.glob("*.png")}
    assert drawn <= {entry.slug for entry in pages()}
    at = well(opened())
    for slug in drawn:
        assert sum(f"app/static/{slug}.png" in text.value for text in at.markdown) == 1

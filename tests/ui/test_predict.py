"""A committed answer is judged as an answer to its own question only."""

import pytest
from conftest import ROOT
from streamlit.testing.v1 import AppTest


@pytest.fixture(autouse=True)
def _no_warming(monkeypatch):
    monkeypatch.setenv("WEIGHTKIT_WARM", "0")


def verdicts(at: AppTest) -> list[str]:
    return [v.value for v in (*at.success, *at.warning) if "You said" in v.value]


def test_an_answer_is_not_judged_as_one_to_the_question_of_another_view():
    at = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=240)
    at.switch_page("pages/matrix_sizes.py").run()
    at.radio(key="matrix_sizes_prediction").set_value("(14, 10)")
    at.button(key="commit").click().run()
    assert len(verdicts(at)) == 1
    assert at.success
    at.segmented_control(key="view").set_value("Broken chain").run()
    assert not at.exception
    assert not verdicts(at)
    at.segmented_control(key="view").set_value("Network").run()
    assert len(verdicts(at)) == 1
    assert at.session_state["predictions"]["matrix_sizes"]["total"] == 1  # counted once

"""A committed answer is judged once, as an answer to its own question about its own settings."""

import pytest
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from weightkit.ui.predict import Prediction

SETTINGS = st.integers(0, 3)
STEPS = st.lists(
    st.tuples(st.just("commit"), SETTINGS)
    | st.tuples(st.just("change"), SETTINGS)
    | st.sampled_from([("again", 0), ("skip", 0)]),
    max_size=30,
)


def model(steps) -> tuple[int, int]:
    """(right, counted): an answer counts when its settings' result has not been on the screen
    before.
    """
    setting, shown, seen, right, total = 0, False, set(), 0, 0
    for step, value in steps:
        if step == "change":
            setting = value
        elif step == "again":
            shown = False
        elif not shown:
            shown = True
            if step == "commit" and setting not in seen:
                right, total = right + (value == setting), total + 1
        if shown:
            seen.add(setting)
    return right, total


@given(STEPS)
def test_each_commitment_is_judged_once_and_counts_where_its_result_was_not_yet_seen(steps):
    """The right answer about setting n is n."""
    memory, setting = Prediction(), 0
    for step, value in steps:
        if step == "change":
            setting = value
        elif step == "again":
            memory.again()
        elif not memory.shown:
            memory.commit(value, setting) if step == "commit" else memory.skip()
        if memory.shown:
            verdict = memory.show(setting, memory.answer == setting)
            assert (verdict is None) == (memory.answer is None)
            assert verdict is None or (verdict == "earlier") == (memory.about != setting)
    assert (memory.right, memory.total) == model(steps)


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
    assert not at.get("vega_lite_chart"), "the other view has a question of its own"
    at.segmented_control(key="view").set_value("Network").run()
    assert len(verdicts(at)) == 1
    assert sum(p.total for p in at.session_state["predictions"].values()) == 1  # counted once


def test_after_a_change_of_settings_the_answer_is_said_to_be_for_the_earlier_ones():
    at = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=240)
    at.switch_page("pages/variance_sweep.py")
    at.query_params["epochs"] = "1"
    at.query_params["n_stds"] = "5"
    at.run()
    at.radio(key="variance_sweep_prediction").set_value(
        at.radio(key="variance_sweep_prediction").options[0]
    )
    at.button(key="commit").click().run()
    counted = [c.value for c in at.caption if "predictions so far" in c.value]
    assert len(verdicts(at)) == 1
    at.slider(key="epochs").set_value(2).run()
    assert not verdicts(at)
    assert any("for the earlier settings" in i.value for i in at.info)
    assert [c.value for c in at.caption if "predictions so far" in c.value] == counted
    at.button(key="predict_again").click().run()
    assert not at.get("vega_lite_chart")
    assert any("You have seen this result" in c.value for c in at.caption)
    at.radio(key="variance_sweep_prediction").set_value(
        at.radio(key="variance_sweep_prediction").options[1]
    )
    at.button(key="commit").click().run()
    (said,) = verdicts(at)
    assert "Not counted" in said
    assert [c.value for c in at.caption if "predictions so far" in c.value] == counted


def test_what_the_browser_kept_comes_back_and_nothing_else_does(monkeypatch):
    from types import SimpleNamespace

    from weightkit.ui import kept, predict

    def session(**state):
        for module in (predict, kept):
            monkeypatch.setattr(module, "st", SimpleNamespace(session_state=state))
        return state

    session()
    mine = predict.of("matrix_sizes/network")
    mine.commit("(14, 10)", predict.about("Which shape?", 1))
    mine.show(mine.about, True)
    other = predict.of("weight_changes")
    other.commit(12.5, predict.about("How many?", 2))
    text = kept.spelled()
    fresh = session()
    kept.restore(text)
    assert fresh["predictions"] == {"matrix_sizes/network": mine, "weight_changes": other}
    assert predict.scores()["matrix_sizes"] == (1, 1)
    busy = session()
    predict.of("freezing").skip()
    kept.restore(text)
    assert list(busy["predictions"]) == ["freezing"], "what this session knows stands"
    for wrong in (
        "",
        "{",
        "[]",
        "[1]",
        '{"a": 1}',
        '{"a": {"seen": 3}}',
        '{"a": {"seen": [], "right": 5, "total": 5}}',
        '{"a": {"seen": [], "answer": {"x": 1}}}',
        '{"a": {"seen": [[]]}}',
        '{"a": {"seen": [], "spare": 1}}',
        "9" * 50_000,
        text.replace('"shown": true', '"shown": "yes"'),
        None,
    ):
        state = session()
        kept.restore(wrong)
        assert not state.get("predictions"), wrong

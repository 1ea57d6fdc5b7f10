"""A page may wait for more than one training in one run of its script."""

from dataclasses import dataclass
from threading import Event
from types import SimpleNamespace

import pytest
from counted import JobRunner
from streamlit.runtime.context import ContextProxy
from streamlit.testing.v1 import AppTest

from weightkit.datasets import DatasetUnavailable
from weightkit.stopping import check
from weightkit.ui import running


def two_slow_works():
    import time

    import streamlit as st

    from weightkit.ui import running

    def first(config):
        time.sleep(running.PATIENCE + 3 * running.BEAT)
        return f"first {config}"

    def second(config):
        time.sleep(running.PATIENCE + 3 * running.BEAT)
        return f"second {config}"

    st.write(running.follow(first, 1))
    st.write(running.follow(second, 1))


def test_a_page_that_waits_twice_shows_both():
    at = AppTest.from_function(two_slow_works, default_timeout=60).run()
    assert not at.exception, [e.value for e in at.exception]
    assert [m.value for m in at.markdown] == ["first 1", "second 1"]


def a_slow_work_of_one_epoch():
    import time

    import streamlit as st

    from weightkit.ui import running

    told = []

    class Bar:
        def progress(self, value, text=""):
            told.append(text)

    def work(config, *, on_epoch):
        on_epoch(1, 2)
        time.sleep(running.PATIENCE + 6 * running.BEAT)
        return "done"

    real, st.delta_generator.DeltaGenerator.progress = (
        st.delta_generator.DeltaGenerator.progress,
        lambda self, value, text="": Bar().progress(value, text) or Bar(),
    )
    try:
        running.follow(work, 1)
    finally:
        st.delta_generator.DeltaGenerator.progress = real
    st.write(" | ".join(told))


def test_a_reader_is_told_only_what_is_new():
    at = AppTest.from_function(a_slow_work_of_one_epoch, default_timeout=60).run()
    assert not at.exception, [e.value for e in at.exception]
    assert at.markdown[-1].value == "Training | Training: epoch 1 of 2"


@dataclass(frozen=True)
class Config:
    """As an experiment's, with an estimate."""

    dataset: str = "far away"

    @property
    def cost(self):
        return SimpleNamespace(seconds=60.0)


def test_data_are_loaded_before_a_place_is_asked_for(monkeypatch):
    runner, loaded = JobRunner(1), []

    def load(name):
        assert runner.stats()["running"] == runner.stats()["queued"] == 0
        loaded.append(name)

    monkeypatch.setattr(running, "_runner", runner)
    monkeypatch.setattr(running, "datasets", SimpleNamespace(DATASETS={"far away": None}))
    monkeypatch.setattr(running, "making", SimpleNamespace(load=load))
    assert running.follow(lambda config: "done", Config()) == "done"
    assert loaded == ["far away"]
    assert running.follow(lambda config: "also", 3) == "also", "what trains on no data loads none"


def test_data_that_cannot_be_had_cost_no_place(monkeypatch):
    def load(name):
        raise DatasetUnavailable("not here")

    runner = JobRunner(1)
    monkeypatch.setattr(running, "_runner", runner)
    monkeypatch.setattr(running, "datasets", SimpleNamespace(DATASETS={"far away": None}))
    monkeypatch.setattr(running, "making", SimpleNamespace(load=load))
    with pytest.raises(DatasetUnavailable, match="not here"):
        running.follow(lambda config: "done", Config())
    assert runner.stats()["started"] == 0


def test_the_queue_is_told_what_a_run_costs_where_its_config_knows():
    assert running.cost_of(Config()) == 60.0
    assert running.cost_of(3) is None


def test_the_stop_button_ends_a_run_that_its_reader_has_left(monkeypatch):
    runner, ended = JobRunner(1), Event()

    def work(on_epoch, on_curves):
        try:
            while True:
                check()
        finally:
            ended.set()

    monkeypatch.setattr(running, "_runner", runner)
    with runner.follow("key", work, reader="session"):
        pass
    running.stop("key")
    assert ended.wait(1.0)


def a_work_with_live_curves():
    import time

    import altair as alt
    import pandas as pd
    import streamlit as st

    from weightkit.charts import Figure
    from weightkit.ui import running

    def live(curves):
        chart = alt.Chart(curves).mark_point(color="ink").encode(x=alt.X("epoch"))
        return Figure("live", "So far", "", chart, "So far.", curves)

    def work(config, *, on_curves):
        on_curves(pd.DataFrame({"epoch": [0, 1]}))
        until = time.monotonic() + 30
        while not drawn and time.monotonic() < until:
            time.sleep(0.02)
        return "done"

    drawn, draw = [], st.delta_generator.DeltaGenerator.vega_lite_chart
    st.delta_generator.DeltaGenerator.vega_lite_chart = lambda self, spec, **more: drawn.append(
        spec
    )
    try:
        running.follow(work, 1, live)
    finally:
        st.delta_generator.DeltaGenerator.vega_lite_chart = draw
    st.write(", ".join({spec["mark"]["color"] for spec in drawn}))


@pytest.mark.parametrize(("theme", "ink"), [("light", "#111111"), ("dark", "#FDFDFD")])
def test_a_live_chart_is_drawn_for_the_readers_paper(theme, ink, monkeypatch):
    monkeypatch.setattr(ContextProxy, "theme", property(lambda self: SimpleNamespace(type=theme)))
    monkeypatch.setattr(running, "_runner", None)
    at = AppTest.from_function(a_work_with_live_curves, default_timeout=60).run()
    assert not at.exception, [e.value for e in at.exception]
    assert at.markdown[-1].value == ink


@pytest.mark.parametrize(
    ("total", "said"), [(12, "Training: epoch 3 of 12"), (40, "Working: 3 of 40"), (0, "Training")]
)
def test_progress_that_does_not_count_epochs_does_not_say_so(total, said):
    job = SimpleNamespace(
        state="running",
        done=3,
        total=total,
        key=("module", "landscape", SimpleNamespace(epochs=12)),
    )
    assert running._status(job) == said

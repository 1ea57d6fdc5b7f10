"""A page may wait for more than one training in one run of its script."""

from streamlit.testing.v1 import AppTest


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

    real, st.delta_generator.DeltaGenerator.progress = st.delta_generator.DeltaGenerator.progress, lambda self, value, text="": Bar().progress(value, text) or Bar()
    try:
        running.follow(work, 1)
    finally:
        st.delta_generator.DeltaGenerator.progress = real
    st.write(" | ".join(told))


def test_a_reader_is_told_only_what_is_new():
    at = AppTest.from_function(a_slow_work_of_one_epoch, default_timeout=60).run()
    assert not at.exception, [e.value for e in at.exception]
    assert at.markdown[-1].value == "Training | Training: epoch 1 of 2"

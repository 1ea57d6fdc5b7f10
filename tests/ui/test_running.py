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

"""Calls in another process: the protocol with both ends in this one, and the real process."""

import gc
import os
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from weightkit.datasets import DatasetUnavailable
from weightkit.stopping import check, stoppable
from weightkit.ui import apart, making, trainer
from weightkit.ui.shared_bytes import SharedBytes

ROOT = Path(__file__).parents[2]
STEPS: dict[str, int] = {}  # how far endless work of that name has come
ENDED = threading.Event()


def pipe():
    reading, writing = os.pipe()
    return os.fdopen(reading, "rb"), os.fdopen(writing, "wb")


@pytest.fixture
def line():
    """Both ends here: the process is a thread."""
    (asked, stdin), (stdout, answers) = pipe(), pipe()
    serving = threading.Thread(target=trainer.serve, args=(asked, answers), daemon=True)
    serving.start()
    process = SimpleNamespace(
        stdin=stdin, stdout=stdout, poll=lambda: None, kill=lambda: None, wait=lambda: 0
    )
    yield apart.Apart(process)
    stdin.close()
    serving.join(10)
    assert not serving.is_alive()
    answers.close()
    asked.close()
    until(lambda: stdout.closed)


def added(a, b, on_epoch=None, on_curves=None):
    if on_epoch:
        on_epoch(1, 2)
        on_curves(pd.DataFrame({"loss": [a, b]}))
        on_epoch(2, 2)
    return a + b


def endless(name):
    try:
        while True:
            check()
            STEPS[name] = STEPS.get(name, 0) + 1
            time.sleep(0.005)
    finally:
        ENDED.set()


def refused():
    raise ValueError("a depth of -1 is none")


def without_data():
    raise DatasetUnavailable("not on this computer")


class Strange(Exception):
    """Cannot be read again: it asks for two arguments, and remembers one."""

    def __init__(self, one, two):
        super().__init__(one)


def strange():
    raise Strange("odd", 2)


def unsayable():
    return threading.Lock()


def test_a_call_returns_what_the_function_does_and_its_hooks_are_called_here(line):
    epochs, frames = [], []
    hooks = {"on_epoch": lambda *done: epochs.append(done), "on_curves": frames.append}
    assert line.call(added, 2, 3, hooks=hooks) == 5
    assert epochs == [(1, 2), (2, 2)]
    assert frames[0]["loss"].tolist() == [2, 3]
    assert line.call(added, 2, 3) == 5, "and without hooks"


@pytest.mark.parametrize(
    ("work", "kind", "words"),
    [
        (refused, ValueError, "a depth of -1 is none"),
        (without_data, DatasetUnavailable, "not on this computer"),
        (strange, RuntimeError, "Strange: odd"),
        (unsayable, TypeError, "pickle"),
    ],
)
def test_it_raises_what_the_function_raises_and_goes_on(line, work, kind, words):
    began = time.monotonic()
    with pytest.raises(kind, match=words):
        line.call(work)
    assert time.monotonic() - began < apart.ENDING, "it is over: nothing is waited for"
    assert line.call(added, 1, 1) == 2


def test_several_at_once_each_have_their_own_answer(line):
    found = {}

    def ask(i):
        found[i] = line.call(added, i, 10 * i)

    threads = [threading.Thread(target=ask, args=(i,)) for i in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert found == {i: 11 * i for i in range(20)}


def test_work_ends_when_its_caller_does_not_want_it_any_more(line):
    class Left(Exception):
        pass

    def leave():
        if STEPS.get("left", 0) > 3:
            raise Left

    ENDED.clear()
    began = time.monotonic()
    with pytest.raises(Left), stoppable(leave):
        line.call(endless, "left")
    assert ENDED.is_set(), "it has ended by the time its place is given away"
    assert time.monotonic() - began < apart.ENDING


def test_work_stands_still_while_its_caller_does(line, monkeypatch):
    monkeypatch.setattr(trainer, "LEASE", 0.2)
    on, over = threading.Event(), threading.Event()

    class Over(Exception):
        pass

    def look():
        if over.is_set():
            raise Over
        if STEPS.get("still", 0) > 3:
            on.wait(20)

    def ask():
        with pytest.raises(Over), stoppable(look):
            line.call(endless, "still")

    caller = threading.Thread(target=ask)
    caller.start()
    until(lambda: STEPS.get("still", 0) > 3)
    time.sleep(0.5)
    before = STEPS["still"]
    time.sleep(0.3)
    assert STEPS["still"] == before
    on.set()
    until(lambda: STEPS["still"] > before)
    over.set()
    caller.join(20)
    assert not caller.is_alive()


def until(true):
    limit = time.monotonic() + 20
    while not true():
        assert time.monotonic() < limit
        time.sleep(0.01)


def test_without_a_server_and_in_tests_of_pages_the_function_is_called_here():
    assert apart.apart() is None
    assert apart.call(threading.get_ident) == threading.get_ident()

    def script():
        import streamlit as st

        from weightkit.ui import apart

        st.write(str(apart.apart()))

    assert AppTest.from_function(script).run().markdown[0].value == "None"


def test_a_run_comes_out_of_the_parcel_as_it_went_in(monkeypatch):
    from weightkit.lessons.matrix_sizes import network as view

    config, name = view.Config(), "weightkit.lessons.matrix_sizes.network"
    result, story, *_ = making.made(name, None, config)
    again, told, over, seconds = making.opened(name, config, making.parcel(name, None, config))
    for frame in ("steps", "shapes"):
        if hasattr(result, frame):
            pd.testing.assert_frame_equal(getattr(again, frame), getattr(result, frame))
    assert (told.headline, told.shows, told.slips) == (story.headline, story.shows, story.slips)
    monkeypatch.setattr(view, "tell", lambda *given: pytest.fail("told again"))
    assert told.facts == story.facts
    assert abs(over - time.time()) < 60 and 0 <= seconds < 60


REAL = textwrap.dedent("""
    import os, sys, time, logging
    from weightkit.ui import apart, making

    there = apart.Apart(apart.started())
    config_of = "weightkit.lessons.signal_propagation.symmetry"
    from importlib import import_module
    view = import_module(config_of)
    config = view.SymmetryConfig() if hasattr(view, "SymmetryConfig") else view.Config()
    said = []
    made = there.call(making.parcel, config_of, None, config)
    result, story, over, seconds = making.opened(config_of, config, made)
    print(len(story.figures), "torch" in sys.modules)
    began = time.monotonic()
    try:
        there.call(os._exit, 3)
    except apart.Gone as gone:
        print(gone, time.monotonic() - began < 5)
    print(there.alive)
    try:
        there.call(os.getpid)
    except apart.Gone as gone:
        print("again", gone)
    other = apart.Apart(apart.started())
    print(other.call(os.getpid) != os.getpid(), other.call(os.getcwd) == os.getcwd())
    print(other.call(os.getpid), flush=True)
    os._exit(0)
    """)


def test_the_real_process_trains_without_torch_here_dies_alone_and_ends_with_its_server(
    tmp_path, monkeypatch
):
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    done = subprocess.run(
        [sys.executable, "-c", REAL], cwd=tmp_path, capture_output=True, text=True, timeout=120
    )
    lines = done.stdout.splitlines()
    assert lines[:5] == [
        "2 False",
        "the process that trains has ended True",
        "False",
        "again the process that trains has ended",
        "True True",
    ], done.stderr
    pid = int(lines[5])
    until(lambda: not Path(f"/proc/{pid}").exists())


def test_shared_bytes_are_what_was_given_have_no_second_copy_here_and_go():
    data = bytes(range(256)) * 400
    shared = SharedBytes(data)
    assert shared.size == len(data)
    path = shared.given
    assert isinstance(path, Path) and path.read_bytes() == data
    shared.drop()
    assert shared.size == 0 and not shared.given and not path.exists()
    other = SharedBytes(data)
    path = other.given
    del other
    gc.collect()
    assert not path.exists(), "it goes with who held it"

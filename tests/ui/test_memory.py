"""Memory that is given back is really gone from the process (where there is glibc)."""

import gc
import subprocess
import sys
import textwrap
import time

import pytest
from conftest import ROOT

from tools.presets import opened
from weightkit.charts import Figure
from weightkit.ui import memory, running
from weightkit.ui.told import Told

needs_glibc = pytest.mark.skipif(
    memory._glibc() is None, reason="mallopt and malloc_trim exist only in glibc"
)

CODE = textwrap.dedent("""
    import sys
    from weightkit.ui import memory

    def resident():
        status = open("/proc/self/status").read().splitlines()
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS")) // 1024

    if sys.argv[1] == "few":
        memory.frugal()
    # 180 MB in pieces below the size that is mapped apart
    pieces = [bytearray(60_000) for _ in range(3000)]
    keep = pieces[-1]
    del pieces
    before = resident()
    memory.give_back()
    print(before - resident())
    """)


LARGE = textwrap.dedent("""
    import sys
    from weightkit.ui import memory

    def resident():
        status = open("/proc/self/status").read().splitlines()
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS")) // 1024

    if sys.argv[1] == "frugal":
        memory.frugal()
    bytearray(20_000_000)  # from this on, glibc by itself keeps blocks of this size
    blocks, pins = [], []
    for _ in range(150):
        blocks.append(bytearray(1_000_000))
        pins.append(bytearray(50_000))  # one smaller block behind each large one stays
    before = resident()
    del blocks
    print(before - resident())
    """)


@needs_glibc
@pytest.mark.parametrize(("how", "comes_back"), [("frugal", True), ("as it is", False)])
def test_large_blocks_go_back_at_once(how, comes_back):
    done = subprocess.run(
        [sys.executable, "-c", LARGE, how], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert (int(done.stdout) > 100) == comes_back


@needs_glibc
def test_free_memory_goes_back_to_the_system():
    done = subprocess.run(
        [sys.executable, "-c", CODE, "few"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert int(done.stdout) > 100


def test_without_glibc_nothing_happens(monkeypatch):
    monkeypatch.setattr(memory, "_glibc", lambda: None)
    memory.frugal()
    memory.give_back()


def test_not_more_often_than_it_pays_and_once_more_when_the_pause_is_over(monkeypatch):
    calls = []
    monkeypatch.setattr(memory, "PAUSE", 0.5)
    monkeypatch.setattr(memory.gc, "collect", lambda: None)

    class Library:
        def malloc_trim(self, pad):
            calls.append(pad)

    monkeypatch.setattr(memory, "_glibc", Library)
    monkeypatch.setattr(memory, "_last", -1e9)
    for _ in range(3):
        memory.give_back()
    assert calls == [0]
    time.sleep(1.2)
    assert calls == [0, 0]


WEIGHED = textwrap.dedent("""
    import gc
    from weightkit.ui import memory, running

    runner = running.runner()
    import pyarrow, torch
    from weightkit.lessons import variance_sweep as view

    def resident():
        gc.collect()
        memory._glibc().malloc_trim(0)
        status = open("/proc/self/status").read().splitlines()
        return 1024 * next(int(line.split()[1]) for line in status if line.startswith("RssAnon"))

    def keep(seeds):
        for seed in seeds:
            config = view.Config(seed=seed, n_stds=3, n_seeds=1, epochs=1)
            told = running.telling(view)
            job = runner.warm(running.key_of(told, config), running.as_work(told, config))
            assert job.wait(60) and job.error is None

    keep(range(3))  # what comes with the first
    before, counted = resident(), runner._store.pinned_bytes
    keep(range(3, 11))
    print(pyarrow.default_memory_pool().backend_name)
    print((resident() - before) / (runner._store.pinned_bytes - counted))
    """)


@needs_glibc
def test_results_weigh_in_memory_what_they_are_counted_with_and_arrow_keeps_none_of_it():
    done = subprocess.run(
        [sys.executable, "-c", WEIGHED], cwd=ROOT, capture_output=True, text=True, check=True
    )
    pool, ratio = done.stdout.split()
    assert pool == "system"
    assert 0.7 < float(ratio) < 1.4


ASIDE = textwrap.dedent("""
    import gc, sys
    from weightkit.ui import lesson, memory, warm

    warm.LESSONS = []
    warm._warm("")
    looked_at = []
    look = lambda phase, info: phase == "start" and looked_at.append(len(gc.get_objects()))
    gc.callbacks.append(look)
    gc.collect()  # as Streamlit does after every run of a script
    print(gc.get_freeze_count(), *looked_at, "torch" in sys.modules, "altair" in sys.modules)
    print(sys.modules["altair.utils.schemapi"].DEBUG_MODE)
    """)


def test_once_the_server_is_warm_libraries_are_out_of_the_collectors_way_and_charts_quick():
    done = subprocess.run(
        [sys.executable, "-c", ASIDE], cwd=ROOT, capture_output=True, text=True, check=True
    )
    frozen, looked_at, *imported, checks_each_part = done.stdout.split()
    assert imported == ["True", "True"] and checks_each_part == "False"
    assert int(frozen) > 150_000
    assert int(looked_at) < 20_000


def alive() -> list:
    return [thing for thing in gc.get_objects() if type(thing) in (Figure, Told)]


def test_an_open_page_holds_no_result():
    """Else each of a hundred readers would keep theirs, whatever the store lets go."""
    store = running.runner()._store

    def forget():
        store._kept.clear()
        store._pinned.clear()
        gc.collect()

    forget()  # what other tests made of this page
    others = alive()
    app = opened("matrix_sizes", reveal="true")
    assert not app.exception and app.button, "callbacks of the page's own"
    assert [thing for thing in alive() if all(thing is not other for other in others)]
    forget()
    held = [thing for thing in alive() if all(thing is not other for other in others)]
    app.run()
    assert held == []


@needs_glibc
def test_code_that_only_imports_have_run_is_no_longer_in_memory_and_all_still_runs():
    """In a process of its own: what a test worker has run before does not count."""
    code = textwrap.dedent("""
        import torch
        from weightkit.ui import memory

        def of_files():
            status = open("/proc/self/status").read().splitlines()
            return next(int(x.split()[1]) for x in status if x.startswith("RssFile")) // 1024

        first = torch.linspace(0, 1, 4).reshape(2, 2)
        expected, before = first @ first, of_files()
        memory.forget_code()
        print(before - of_files(), torch.equal(first @ first, expected))
        """)
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    gone, same = run.stdout.split()
    assert int(gone) >= 25 and same == "True", run.stdout

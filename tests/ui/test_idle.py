"""What readers will probably ask for next is trained in idle time, and gives way to them."""

import threading
import time
from dataclasses import dataclass
from types import SimpleNamespace

import pytest

from weightkit.lessons import variance_sweep
from weightkit.ui import idle, running
from weightkit.ui.controls import from_field
from weightkit.ui.jobs import JobRunner
from weightkit.ui.panel import likely


@dataclass(frozen=True)
class Config:
    n: int
    seconds: float = 0.1
    dataset: str = "digits"
    bytes: float = 0.0

    @property
    def cost(self):
        return SimpleNamespace(seconds=self.seconds, bytes=self.bytes)


@pytest.fixture
def runner(monkeypatch):
    """A runner of one worker."""
    made = JobRunner(workers=1, max_bytes=10_000)
    monkeypatch.setattr(running, "runner", lambda: made)
    monkeypatch.setattr(running, "telling", lambda view: view)
    monkeypatch.delenv("WEIGHTKIT_IDLE", raising=False)
    yield made
    made.close()


@pytest.fixture
def server():
    """A server's idle time."""
    return idle.Idle()


def kept(runner, view, config):
    return runner.cached(running.key_of(view, config))


def wait_for(true):
    until = time.monotonic() + 20
    while not true():
        assert time.monotonic() < until
        time.sleep(0.01)


def test_what_is_likely_next_is_kept_when_nobody_waits(runner, server):
    def view(config):
        return f"result {config.n}"

    server.look(view, Config(0), lambda: iter([Config(1), Config(2)]))
    wait_for(lambda: kept(runner, view, Config(2)))
    assert kept(runner, view, Config(1)) == "result 1"
    assert runner._store.pinned_bytes == 0, "it may be dropped like any other"


def test_who_looks_at_the_same_again_does_not_begin_it_again(runner, server):
    asked = []

    def likely():
        asked.append("likely")
        yield Config(1)

    def view(config):
        return "result"

    for _ in range(3):  # as after every click that trains nothing
        server.look(view, Config(0), likely)
        wait_for(lambda: kept(runner, view, Config(1)))
        wait_for(lambda: server._latest() is None)
    assert asked == ["likely"]


def test_a_page_that_nobody_has_looked_at_for_a_while_is_left_alone(runner, server, monkeypatch):
    monkeypatch.setattr(idle, "ATTENTION", -1.0)
    seen = []
    server.look(seen.append, Config(0), lambda: iter([Config(1)]))
    time.sleep(0.3)
    assert not seen


def test_dear_ones_and_other_data_are_left_to_readers(runner, server):
    seen = []

    def view(config):
        seen.append(config)
        return "result"

    dear = Config(1, seconds=idle.LONGEST + 0.1)
    other = Config(2, dataset="mnist")
    large = Config(4, bytes=idle.LARGEST + 1)
    server.look(view, Config(0), lambda: iter([dear, other, large, Config(3)]))
    wait_for(lambda: kept(runner, view, Config(3)))
    assert seen == [Config(3)]


def test_the_page_that_was_looked_at_last_comes_first(runner, server):
    seen, go = [], threading.Event()

    def view(config):
        seen.append(config.n)
        go.wait(20)
        return "result"

    server.look(view, Config(0), lambda: iter([Config(1), Config(2)]))
    wait_for(lambda: seen)
    server.look(view, Config(9), lambda: iter([Config(10)]))
    go.set()
    wait_for(lambda: len(seen) == 3)
    assert seen == [1, 10, 2]


def test_a_reader_does_not_wait_for_it(runner, server):
    def view(config):
        from weightkit.stopping import check

        if config.n:
            for _ in range(1000):
                time.sleep(0.01)
                check()
        return "result"

    server.look(view, Config(0), lambda: iter([Config(1)]))
    wait_for(runner.running)
    began = time.monotonic()
    with runner.follow("reader", lambda on_epoch, on_curves: "mine", 0.1) as job:
        assert job.wait(5)
    assert time.monotonic() - began < 2


def test_a_store_that_is_nearly_full_is_left_to_readers(runner, server):
    runner._store.put("readers'", "x", 8000)
    seen = []
    server.look(seen.append, Config(0), lambda: iter([Config(1)]))
    time.sleep(0.3)
    assert not seen


def test_it_can_be_turned_off(runner, server, monkeypatch):
    monkeypatch.setenv("WEIGHTKIT_IDLE", "0")
    server.look(print, Config(0), lambda: iter([Config(1)]))
    assert not server._looks


def test_one_step_of_each_control_and_the_presets_are_likely():
    config = variance_sweep.Config()
    controls = [
        from_field(variance_sweep.Config, name) for name in ("dataset", "epochs", "n_seeds")
    ]
    found = list(likely(config, controls, "", variance_sweep.PRESETS, {}))
    assert config not in found
    changed = {
        name
        for other in found[:6]
        for name in ("dataset", "epochs", "n_seeds")
        if getattr(other, name) != getattr(config, name)
    }
    assert changed == {"dataset", "epochs", "n_seeds"}
    epochs = {
        c.epochs for c in found if c.n_seeds == config.n_seeds and c.dataset == config.dataset
    }
    assert {config.epochs + 1, config.epochs - 1} <= epochs
    presets = [variance_sweep.Config(**preset) for preset in variance_sweep.PRESETS.values()]
    assert found[-len(presets) :] == presets

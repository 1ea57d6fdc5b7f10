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

    @property
    def cost(self):
        return SimpleNamespace(seconds=self.seconds)


@pytest.fixture
def runner(monkeypatch):
    """A runner of one worker, and idle time of its own."""
    made = JobRunner(workers=1, max_bytes=10_000)
    monkeypatch.setattr(running, "runner", lambda: made)
    monkeypatch.setattr(running, "telling", lambda view: view)
    monkeypatch.setattr(idle, "_looks", [])
    monkeypatch.setattr(idle, "_thread", None)
    monkeypatch.setattr(idle, "_news", threading.Condition())
    monkeypatch.delenv("WEIGHTKIT_IDLE", raising=False)
    yield made
    made.close()


def kept(runner, view, config):
    return runner.cached(running.key_of(view, config))


def wait_for(true):
    until = time.monotonic() + 20
    while not true():
        assert time.monotonic() < until
        time.sleep(0.01)


def test_what_is_likely_next_is_kept_when_nobody_waits(runner):
    def view(config):
        return f"result {config.n}"

    idle.look(view, Config(0), lambda: iter([Config(1), Config(2)]))
    wait_for(lambda: kept(runner, view, Config(2)))
    assert kept(runner, view, Config(1)) == "result 1"
    assert runner._store.pinned_bytes == 0, "it may be dropped like any other"


def test_dear_ones_and_other_data_are_left_to_readers(runner):
    seen = []

    def view(config):
        seen.append(config)
        return "result"

    dear = Config(1, seconds=idle.LONGEST + 0.1)
    other = Config(2, dataset="mnist")
    idle.look(view, Config(0), lambda: iter([dear, other, Config(3)]))
    wait_for(lambda: kept(runner, view, Config(3)))
    assert seen == [Config(3)]


def test_the_page_that_was_looked_at_last_comes_first(runner):
    seen, go = [], threading.Event()

    def view(config):
        seen.append(config.n)
        go.wait(20)
        return "result"

    idle.look(view, Config(0), lambda: iter([Config(1), Config(2)]))
    wait_for(lambda: seen)
    idle.look(view, Config(9), lambda: iter([Config(10)]))
    go.set()
    wait_for(lambda: len(seen) == 3)
    assert seen == [1, 10, 2]


def test_a_reader_does_not_wait_for_it(runner):
    def view(config):
        from weightkit.stopping import check

        if config.n:
            for _ in range(1000):
                time.sleep(0.01)
                check()
        return "result"

    idle.look(view, Config(0), lambda: iter([Config(1)]))
    wait_for(runner.running)
    began = time.monotonic()
    with runner.follow("reader", lambda on_epoch, on_curves: "mine", 0.1) as job:
        assert job.wait(5)
    assert time.monotonic() - began < 2


def test_a_store_that_is_nearly_full_is_left_to_readers(runner):
    runner._store.put("readers'", "x", 8000)
    seen = []
    idle.look(seen.append, Config(0), lambda: iter([Config(1)]))
    time.sleep(0.3)
    assert not seen


def test_it_can_be_turned_off(runner, monkeypatch):
    monkeypatch.setenv("WEIGHTKIT_IDLE", "0")
    idle.look(print, Config(0), lambda: iter([Config(1)]))
    assert not idle._looks


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

"""Two servers and a real Redis: one training for both, and nothing lost when Redis or one of them
goes.
"""

import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from functools import partial

import pandas as pd
import pytest
from conftest import ROOT

from benchmarks.load.replicas import redis_server
from weightkit.ui import replicas as module
from weightkit.ui.replicas import Replicas, key_of

redis = pytest.importorskip("redis")


@dataclass(frozen=True)
class Config:
    epochs: int = 5
    seconds: float = 0.5


class Trained:
    """A work that counts how often it runs."""

    def __init__(self):
        self.n = 0
        self.begun = threading.Event()
        self.__module__, self.__qualname__ = "tests", f"trained{id(self)}"
        self.__annotations__ = {"return": pd.DataFrame}

    def __call__(self, config, on_epoch=None) -> pd.DataFrame:
        self.n += 1
        self.begun.set()
        if not isinstance(config, Config):
            return pd.DataFrame()
        for epoch in range(config.epochs):
            time.sleep(config.seconds / config.epochs)
            if on_epoch:
                on_epoch(epoch + 1, config.epochs)
        return pd.DataFrame({"epoch": range(config.epochs), "x": 0.5})


@pytest.fixture
def server(tmp_path, servers):
    """(address, process) of a redis-server of its own."""
    with redis_server(tmp_path) as (url, process):
        yield url, process
        process.send_signal(signal.SIGCONT)


def in_threads(*calls):
    """What the calls return, made at the same time."""
    found = [None] * len(calls)

    def keep(i):
        found[i] = calls[i]()

    threads = [threading.Thread(target=keep, args=(i,)) for i in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
        assert not thread.is_alive()
    return found


def expected(config=Config()):
    return pd.DataFrame({"epoch": range(config.epochs), "x": 0.5})


def test_two_replicas_that_are_asked_at_once_train_once_and_both_see_the_progress(server):
    work, seen = Trained(), [[], []]

    def ask(i):
        return Replicas(server[0]).run(work, config, on_epoch=lambda *now: seen[i].append(now))

    config = Config(seconds=1.5)
    for frame, _ in in_threads(partial(ask, 0), partial(ask, 1)):
        pd.testing.assert_frame_equal(frame, expected())
    assert work.n == 1
    assert all(epochs and epochs[-1][1] == 5 for epochs in seen)


def test_a_result_outlives_the_replica_that_trained_it(server):
    work = Trained()
    for _ in range(2):
        pd.testing.assert_frame_equal(Replicas(server[0]).run(work, Config())[0], expected())
    assert work.n == 1
    with redis.Redis.from_url(server[0]) as client:
        assert 0 < client.ttl(key_of(work, Config())) <= module.LIFE


DIES = """
import sys, time
import pandas as pd
from weightkit.ui import replicas

replicas.LEASE = 1.0
if sys.argv[2] == "before its first beat":
    replicas.RENEW = "return 0"

def work(config) -> pd.DataFrame:
    print("begun", flush=True)
    time.sleep(60)

work.__module__, work.__qualname__ = "tests", "dies"
replicas.Replicas(sys.argv[1]).run(work, "settings")
"""


@pytest.mark.parametrize("when", ["before its first beat", "after two"])
def test_a_replica_that_dies_in_the_middle_frees_its_lock(server, monkeypatch, when):
    monkeypatch.setattr(module, "LEASE", 1.0)
    work = Trained()
    work.__qualname__ = "dies"
    command = [sys.executable, "-c", DIES, server[0], when]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout.readline() == "begun\n"
        time.sleep(2.5 * module.LEASE / 6 if when == "after two" else 0.0)
        other.kill()
    with redis.Redis.from_url(server[0]) as client:
        assert client.exists(f"{key_of(work, 'settings')}:lock")
    began = time.monotonic()
    Replicas(server[0]).run(work, "settings")
    assert work.n == 1
    assert time.monotonic() - began < module.LEASE + 2


def test_no_question_takes_longer_than_our_patience():
    began = time.monotonic()
    with pytest.raises(module.Away):
        Replicas("redis://127.0.0.1:1/0")._ask(lambda client: time.sleep(2))
    assert time.monotonic() - began < module.PATIENCE + 0.5


def test_a_result_that_comes_between_the_look_and_the_lock_is_seen(server):
    work, config = Trained(), Config(seconds=0)

    class Slow(Replicas):
        asked = False

        def _ask(self, question):
            answer = super()._ask(question)
            if not self.asked:  # the first look: nothing is there yet
                self.asked = True
                Replicas(server[0]).run(work, config)
            return answer

    frame, here = Slow(server[0]).run(work, config)
    pd.testing.assert_frame_equal(frame, expected(config))
    assert (work.n, here) == (1, False)
    with redis.Redis.from_url(server[0]) as client:
        assert not client.exists(f"{key_of(work, config)}:lock")


def test_a_run_longer_than_its_lease_keeps_it(server, monkeypatch):
    monkeypatch.setattr(module, "LEASE", 0.4)
    work, config = Trained(), Config(seconds=1.5)
    ask = partial(Replicas(server[0]).run, work, config)
    in_threads(ask, ask)
    assert work.n == 1


def test_a_run_that_fails_leaves_no_lock(server):
    def fails(config) -> pd.DataFrame:
        raise ValueError("no such setting")

    for _ in range(2):  # a lock that stayed would hold up the second
        with pytest.raises(ValueError, match="no such setting"):
            Replicas(server[0]).run(fails, Config())


def test_readers_who_leave_end_what_they_follow_elsewhere(server):
    from weightkit.stopping import stoppable

    class Left(Exception):
        pass

    def leave():
        raise Left

    work = Trained()
    with redis.Redis.from_url(server[0]) as client:
        client.set(f"{key_of(work, Config())}:lock", "another replica", px=20_000)
    with stoppable(leave), pytest.raises(Left):
        Replicas(server[0]).run(work, Config())


@pytest.mark.parametrize("how", ["stopped", "killed", "never there"])
def test_without_redis_each_works_alone_and_nothing_waits_for_it(server, how):
    url, process = server
    others = Replicas("redis://127.0.0.1:1/0" if how == "never there" else url)
    if how != "never there":
        others.run(Trained(), Config(seconds=0))
        process.send_signal(signal.SIGSTOP if how == "stopped" else signal.SIGKILL)
    began = time.monotonic()
    for _ in range(3):
        work = Trained()
        pd.testing.assert_frame_equal(others.run(work, Config(seconds=0))[0], expected())
        assert work.n == 1
    assert time.monotonic() - began < 2 * module.PATIENCE + 0.3


def test_redis_that_goes_away_in_the_middle_of_a_run_does_not_end_it(server):
    work = Trained()

    def stop():
        assert work.begun.wait(10)
        server[1].kill()

    (frame, here), _ = in_threads(partial(Replicas(server[0]).run, work, Config()), stop)
    pd.testing.assert_frame_equal(frame, expected())
    assert here


def test_bytes_that_are_no_result_are_trained_over(server):
    work = Trained()
    with redis.Redis.from_url(server[0]) as client:
        client.hset(key_of(work, Config()), mapping={"shape": '{"frame": 0}', "0": "cos\nsystem"})
    pd.testing.assert_frame_equal(Replicas(server[0]).run(work, Config())[0], expected())


def test_other_code_or_settings_have_other_names(monkeypatch):
    work = Trained()
    assert key_of(work, Config()) != key_of(work, Config(epochs=6))
    before = key_of(work, Config())
    monkeypatch.setattr(module, "version", lambda: "another")
    assert key_of(work, Config()) != before

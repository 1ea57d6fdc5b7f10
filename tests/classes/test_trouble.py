"""A disk that is full or read-only, a Redis that goes: a sentence, and nothing is lost."""

import signal
import subprocess
import sys
import time

import pytest
from classes.asking import question

from benchmarks.load import replicas
from weightkit.classes.redis import Redis
from weightkit.classes.sqlite import FILE, Sqlite, home
from weightkit.classes.store import Trouble

NOW = 1_800_000_000.0


def test_a_full_disk_says_so_and_keeps_what_it_has(tmp_path):
    store = Sqlite(tmp_path)
    store.begin("BCDF", "lock", question(), NOW)
    pages = store._db.execute("PRAGMA page_count").fetchone()[0]
    store._db.execute(f"PRAGMA max_page_count = {pages + 1}")

    def fill():
        for i in range(1000):
            store.answer("BCDF", 1, f"tab{i}" * 20, "low", NOW)

    with pytest.raises(Trouble, match="disk of this server is full"):
        fill()
    there = store.state("BCDF", NOW).answered
    assert there == len(store.answers("BCDF")) > 0
    store._db.execute("PRAGMA max_page_count = 100000")
    assert store.answer("BCDF", 1, "late", "low", NOW)
    assert store.state("BCDF", NOW).answered == there + 1
    store.close()


@pytest.mark.parametrize("kind", ["no folder", "a file in its place", "read-only"])
def test_a_folder_that_cannot_be_written_says_so(tmp_path, kind):
    folder = tmp_path / "home"
    if kind == "no folder":
        folder = folder.__class__("/proc/weightkit")
    elif kind == "a file in its place":
        folder.write_text("")
    else:
        Sqlite(folder).begin("BCDF", "lock", question(), NOW)
    store = Sqlite(folder)
    if kind == "read-only":
        store.state("BCDF", NOW)
        store._db.execute("PRAGMA query_only = ON")  # root may write anywhere
    with pytest.raises(Trouble, match="cannot write into its folder.*The lesson itself goes on"):
        store.begin("GHJK", "lock", question(), NOW)
    store.close()


def test_a_damaged_file_says_so(tmp_path):
    (tmp_path / FILE).write_bytes(b"no database" * 500)
    with pytest.raises(Trouble):
        Sqlite(tmp_path).state("BCDF", NOW)


def test_another_process_finds_everything_after_a_kill(tmp_path):

    code = (
        "import os, sys; sys.path[:0] = ['.', 'tests']; from pathlib import Path;"
        "from classes.asking import question; from weightkit.classes.sqlite import Sqlite;"
        f"s = Sqlite(Path({str(tmp_path)!r})); s.begin('BCDF', 'lock', question(), {NOW});"
        f"s.answer('BCDF', 1, 'a', 'low', {NOW}); os.kill(os.getpid(), 9)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True)
    assert done.returncode == -signal.SIGKILL, done.stderr
    store = Sqlite(tmp_path)
    assert store.state("BCDF", NOW).answered == 1 and store.given("BCDF", 1, "a") == "low"
    store.close()


def test_a_redis_that_goes_says_so_at_once_and_is_found_again(servers, tmp_path, monkeypatch):
    monkeypatch.setattr("weightkit.classes.redis.PATIENCE", 0.2)
    monkeypatch.setattr("weightkit.classes.redis.AWAY", 0.2)
    with replicas.redis_server(tmp_path) as (url, process):
        store = Redis(url)
        store.begin("BCDF", "lock", question(), NOW)
        process.send_signal(signal.SIGSTOP)
        with pytest.raises(Trouble, match="Redis of this server does not answer"):
            store.state("BCDF", NOW)
        process.send_signal(signal.SIGCONT)
        for _ in range(50):
            try:
                assert store.state("BCDF", NOW).answered == 0
                break
            except Trouble:
                time.sleep(0.05)
        else:
            pytest.fail("not found again")
        store.close()


def test_the_file_is_in_the_folder_that_is_named_else_in_the_users_cache(monkeypatch, tmp_path):
    monkeypatch.setenv("WEIGHTKIT_HOME", str(tmp_path))
    assert home() == tmp_path
    monkeypatch.delenv("WEIGHTKIT_HOME")
    assert home().name == "weightkit" and home().is_absolute()

"""Workers: what the process may use, read from files as Linux writes them; and the variable that
sets them.
"""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from conftest import ROOT

from weightkit.ui import workers
from weightkit.ui.workers import MOST, VARIABLE, cgroup_cores, default_workers


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """machine(cores, {path: text}) -> the root of a machine with these cores and files."""

    def make(cores: int, files: dict[str, str]):
        monkeypatch.setattr(workers, "usable_cores", lambda: cores)
        for path, text in files.items():
            file = tmp_path / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        return tmp_path

    return make


V2 = "sys/fs/cgroup"


@pytest.mark.parametrize(
    ("files", "cores"),
    [
        ({}, None),
        ({f"{V2}/cpu.max": "max 100000\n"}, None),
        ({f"{V2}/cpu.max": "200000 100000\n"}, 2),
        ({f"{V2}/cpu.max": "50000 100000\n"}, 1),
        ({f"{V2}/cpu.max": "150000 100000\n"}, 2),
        ({f"{V2}/cpu.max": ""}, None),
        ({f"{V2}/cpu.max": "0 0"}, None),
        ({f"{V2}/cpu.max": "many 100000"}, None),
        ({f"{V2}/cpu.max": "300000 100000 5"}, None),
        ({"proc/self/cgroup": "0::/a/b\n", f"{V2}/a/b/cpu.max": "300000 100000"}, 3),
        (  # the tightest of those above
            {
                "proc/self/cgroup": "0::/a/b\n",
                f"{V2}/a/b/cpu.max": "max 100000",
                f"{V2}/a/cpu.max": "200000 100000",
                f"{V2}/cpu.max": "900000 100000",
            },
            2,
        ),
        ({"proc/self/cgroup": "0::/not/here\n", f"{V2}/cpu.max": "400000 100000"}, 4),
        ({f"{V2}/cpu/cpu.cfs_quota_us": "-1\n", f"{V2}/cpu/cpu.cfs_period_us": "100000\n"}, None),
        ({f"{V2}/cpu/cpu.cfs_quota_us": "250000\n", f"{V2}/cpu/cpu.cfs_period_us": "100000\n"}, 3),
        ({f"{V2}/cpu/cpu.cfs_quota_us": "250000\n"}, None),
        (
            {
                "proc/self/cgroup": "4:cpu,cpuacct:/docker/x\n0::/\n",
                f"{V2}/cpu,cpuacct/docker/x/cpu.cfs_quota_us": "100000",
                f"{V2}/cpu,cpuacct/docker/x/cpu.cfs_period_us": "50000",
            },
            2,
        ),
    ],
)
def test_the_quota_of_the_cgroup_in_cores(machine, files, cores):
    root = machine(64, files)
    assert cgroup_cores(root) == cores
    assert default_workers({}, root) == max(1, (cores or 2 * MOST) // 2)


@pytest.mark.parametrize(
    ("cores", "quota", "found"),
    [(1, 4, 1), (2, 4, 1), (4, 4, 2), (6, 3, 1), (5, 9, 2), (96, 90, 8), (16, 16, 8)],
)
def test_workers_are_half_the_smaller_of_cores_and_quota_and_never_more_than_eight(
    machine, cores, quota, found
):
    root = machine(cores, {f"{V2}/cpu.max": f"{quota * 100000} 100000"})
    assert default_workers({}, root) == found


@pytest.mark.parametrize("asked", range(1, MOST + 1))
def test_the_variable_sets_them(machine, caplog, asked):
    assert default_workers({VARIABLE: f" {asked} "}, machine(2, {})) == asked
    assert not caplog.records


@pytest.mark.parametrize("asked", ["0", "9", "-1", "2.5", "two", "1e1", "²", "9" * 5000])
def test_a_bad_value_is_said_in_the_log_and_not_used(machine, caplog, asked):
    assert default_workers({VARIABLE: asked}, machine(6, {})) == 3
    (record,) = caplog.records
    said = record.getMessage()
    assert said.startswith(
        f"WEIGHTKIT_WORKERS must be a whole number from 1 to 8, found '{asked[:40]}'; using 3"
    )
    assert len(said) < 200


@pytest.mark.parametrize("asked", ["", "  "])
def test_an_empty_value_is_none(machine, caplog, asked):
    assert default_workers({VARIABLE: asked}, machine(6, {})) == 3
    assert not caplog.records


def test_cores_are_those_of_the_process(monkeypatch):
    if not hasattr(os, "sched_getaffinity"):
        pytest.skip("no affinity on this system")
    monkeypatch.setattr(os, "process_cpu_count", lambda: 5, raising=False)
    assert workers.usable_cores() == 5
    monkeypatch.delattr(os, "process_cpu_count")
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: {0, 3, 7})
    assert workers.usable_cores() == 3


@pytest.mark.parametrize("asked", [1, 5])
def test_a_runner_takes_the_default(asked):
    code = "from weightkit.ui.jobs import JobRunner; print(JobRunner().workers)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env=os.environ | {VARIABLE: str(asked)},
    )
    assert done.stdout.strip() == str(asked)

"""The process in which a server trains, while it is read: the server has no torch of its own, and a
process that is killed costs its run and nothing else.
"""

import asyncio
import os
import signal
from functools import partial
from pathlib import Path

import pytest

from benchmarks.load.client import Session
from benchmarks.load.server import family, serve

APP = Path(__file__).parents[2] / "streamlit_app.py"
PAGE = "variance_sweep"
SMALL = {"reveal": "true", "n_stds": "4", "n_seeds": "1", "epochs": "1"}
LONG = SMALL | {"n_stds": "25", "n_seeds": "10", "epochs": "50", "seed": "7"}
PATIENCE = 300.0

pytestmark = pytest.mark.slow


def test_a_trainer_that_is_killed_costs_its_run_and_nothing_else(tmp_path):
    def trainer() -> int:
        return next(pid for pid in family(server.process.pid) if pid != server.process.pid)

    async def read() -> None:
        async with Session(server.url, PAGE, LONG) as doomed:
            await doomed.until(partial(doomed.seen.get, "progress"), PATIENCE)
            await doomed.until(lambda: any(job["event"] == "started" for job in server.jobs()), 60)
            killed = trainer()
            os.kill(killed, signal.SIGKILL)
            await doomed.settled(PATIENCE)
            assert "this run failed for a reason that is ours" in doomed.text().lower()
            await doomed.set(doomed.widget(key="epochs"), 2)
            await doomed.set(doomed.widget(key="n_seeds"), 1)
            await doomed.settled(PATIENCE)
            assert doomed.charts() and len(doomed.problems) == 1, "the one above"
        async with Session(server.url, PAGE, SMALL) as other:
            await other.settled(PATIENCE)
            assert other.charts() and not other.problems
        assert trainer() != killed

    with serve(APP, tmp_path, WEIGHTKIT_WARM="0") as server:
        asyncio.run(read())
        maps = Path(f"/proc/{server.process.pid}/maps").read_text()
        assert "pyarrow" in maps and "libtorch" not in maps
        assert "ended with -9" in server.log.read_text()

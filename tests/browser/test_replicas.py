"""Two replicas behind the HAProxy that we ship, with a real Redis, as readers meet them."""

import asyncio
import re
import time

import pytest
from browser.looking import run_again

from benchmarks.load.client import Session
from benchmarks.load.replicas import hall
from tools import live

pytest.importorskip("redis")
pytestmark = [pytest.mark.browser, pytest.mark.slow]
SETTINGS = {"reveal": "true", "n_stds": "4", "n_seeds": "1", "epochs": "2"}


@pytest.fixture(scope="module")
def two(servers, browser_path, tmp_path_factory):
    with hall(tmp_path_factory.mktemp("hall"), WEIGHTKIT_WARM="0") as running:
        yield running


def test_readers_of_two_replicas_who_ask_for_the_same_cause_one_training(two):
    async def visit():
        sessions = [Session(two.url, "variance_sweep", SETTINGS) for _ in range(4)]
        await asyncio.gather(*(session.open() for session in sessions))
        await asyncio.gather(*(session.settled() for session in sessions))
        seen = [(session.charts(), session.problems) for session in sessions]
        await asyncio.gather(*(session.close() for session in sessions))
        return seen

    seen = asyncio.run(visit())
    assert all(charts for charts, _ in seen)
    assert not any(problems for _, problems in seen)
    assert all(replica.jobs() for replica in two.replicas), "least connections: both have readers"
    if not any("does not answer" in replica.log.read_text() for replica in two.replicas):
        assert two.shared() == 1  # on a starved machine Redis is late, and each trains alone


def test_readers_of_a_replica_that_dies_are_back_on_the_other_with_their_settings(two, reader):
    page = reader(f"{two.url}/weight_changes?epochs=6")
    page.get_by_role("radiogroup", name="Your answer").get_by_role("radio").first.dispatch_event(
        "click"
    )
    page.get_by_role("button", name="Commit and see").click()
    page.get_by_text("You said").wait_for()
    live.wait_idle(page)
    name = next(c["value"] for c in page.context.cookies() if c["name"] == "weightkit")
    two.replicas[["one", "two"].index(name)].process.kill()
    killed = time.monotonic()
    page.locator("[data-test-connection-state='CONNECTED']").wait_for(state="detached")
    page.locator("[data-test-connection-state='CONNECTED']").wait_for()
    assert time.monotonic() - killed < 10
    run_again(page)
    page.get_by_text("You said").wait_for()
    live.wait_idle(page)
    two.redis_process.kill()  # and the hall goes on without it
    page.get_by_role("slider", name="Epochs").press("ArrowRight")
    page.wait_for_url(re.compile(r"\bepochs=7"))
    live.wait_idle(page)
    page.get_by_text("for the earlier settings").wait_for()
    assert page.get_by_role("dialog").count() == 0

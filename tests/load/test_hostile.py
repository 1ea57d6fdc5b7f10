"""A bad neighbour and a visitor, in small; `python -m benchmarks.hostile` is the big one."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from benchmarks.load import hostile
from benchmarks.load.ends import APP
from benchmarks.load.server import Server, serve, still_running
from weightkit.lessons import variance_sweep

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that does not warm up: what is hostile may come first."""
    with serve(APP, tmp_path_factory.mktemp("server"), WEIGHTKIT_WARM="0") as running:
        yield running


def test_one_session_that_reruns_without_end_stops_nobody(server: Server):
    seconds = asyncio.run(hostile.beside_reruns(server, 50, 2, 40))
    assert min(seconds) < 8.0, seconds
    assert max(seconds) < 30.0, (
        seconds
    )  # the first has the imports of a cold server, on a machine where others work


@pytest.mark.skipif(
    not hasattr(variance_sweep.Config(), "cost"), reason="what a run costs is not estimated"
)
def test_a_quick_run_is_served_beside_sessions_that_ask_for_the_longest(server: Server):
    seconds = asyncio.run(hostile.beside_long_runs(server, 6, 3))
    assert min(seconds) < 5.0, seconds
    assert still_running(server.wait_for_quiet(20)) == {}


@pytest.mark.parametrize("chunked", [False, True])
def test_an_upload_is_refused_and_leaves_nothing(server: Server, chunked):
    asyncio.run(hostile.uploads(server, 2, 5, chunked))
    before = server.memory_mb()["now"]
    assert set(asyncio.run(hostile.uploads(server, 20, 5, chunked))) == {413}
    assert server.memory_mb()["now"] - before < 20


@pytest.mark.parametrize("megabytes", [2, 25])
def test_a_large_message_ends_its_connection(server: Server, megabytes):
    assert not asyncio.run(hostile.message(server, megabytes))


def test_a_small_message_that_is_none_ends_it_too_but_a_second_visitor_is_served(server: Server):
    assert not asyncio.run(hostile.message(server, 0.001))
    assert asyncio.run(hostile.served(server, 8000, 60)) < 60

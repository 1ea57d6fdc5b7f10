"""The real app under a small crowd of real WebSocket clients. `python -m benchmarks.load` is the
big one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from benchmarks.load.client import Session
from benchmarks.load.crowd import crowd, pages_of
from benchmarks.load.server import Server, run_twice, serve, still_running

ROOT = Path(__file__).parents[2]
APP = ROOT / "streamlit_app.py"
PAGE = "variance_sweep"  # its settings are in the URL under the names of its Config's fields
PATIENCE = 600.0  # seconds: only for what never comes

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for the module: each test must ask for what no other asks for (see `settings`)."""
    with serve(APP, tmp_path_factory.mktemp("server"), WEIGHTKIT_WARM="1") as running:
        yield running


def settings(seed: int, **more: int) -> dict[str, str]:
    """The query string of a small training that nobody else asks for: its seed is its name in the
    job log.
    """
    asked = {"seed": seed, "n_stds": 4, "n_seeds": 1, **more}
    return {"reveal": "true"} | {name: str(value) for name, value in asked.items()}


LONG = {"n_stds": 25, "n_seeds": 10, "epochs": 50}  # never trained to its end


def events(server: Server, seed: int) -> list[str]:
    """What the job log says of the trainings with this seed, in order."""
    return [line["event"] for line in server.jobs() if f" seed={seed}," in line["key"]]


async def see(sessions: list[Session], what: str) -> None:
    """Wait until each of the sessions has been shown this kind of thing."""
    for session in sessions:
        await session.until(partial(session.seen.get, what), PATIENCE)


def test_a_crowd_over_all_pages_is_served_without_an_exception(server: Server):
    pages = pages_of(APP)
    assert len(pages) > 1
    visits = asyncio.run(crowd(server.url, pages, max(12, len(pages))))
    assert [visit.lost for visit in visits if visit.lost] == []
    assert [problem for visit in visits for problem in visit.problems] == []
    assert [visit.page for visit in visits if visit.first is None] == []
    assert [visit.page for visit in visits if visit.moved and visit.move is None] == []
    assert any(visit.moved for visit in visits)
    assert server.troubles() == []
    lines = server.wait_for_quiet(PATIENCE)
    assert still_running(lines) == {}
    assert run_twice(lines) == []
    assert not [line for line in lines if line["event"] == "failed"]
    assert_lean(Path(f"/proc/{server.process.pid}/maps").read_text().splitlines())


def assert_lean(maps: list[str]) -> None:
    """Torch is in the process that trains alone, and Arrow takes the system's memory: its own pool,
    which begins with a gigabyte of addresses, keeps what it has had.
    """
    assert any("libarrow" in line for line in maps)
    assert not [line for line in maps if "libtorch" in line]
    edges = [line.split()[0].split("-") for line in maps if len(line.split()) == 5]  # of no file
    assert max(int(end, 16) - int(start, 16) for start, end in edges) < 2**30


def test_a_default_view_appears_within_a_second(server: Server):
    """On a server that has shown the page before, or has trained its default (`warm`); the best of
    three, as others work.
    """

    async def visit() -> float:
        async with Session(server.url, "signal_propagation", {"reveal": "true"}) as session:
            await session.settled(PATIENCE)
            assert session.problems == [] and session.charts() >= 5
            return session.seen["chart"]

    asyncio.run(visit())
    assert min(asyncio.run(visit()) for _ in range(3)) < 1.0


def test_identical_requests_cause_one_training(server: Server):
    async def ask_together() -> list[str]:
        sessions = [Session(server.url, PAGE, settings(4001)) for _ in range(8)]
        await asyncio.gather(*(session.open() for session in sessions))
        await asyncio.gather(*(session.settled(PATIENCE) for session in sessions))
        assert [problem for session in sessions for problem in session.problems] == []
        assert all(session.charts() for session in sessions)
        words = [session.text() for session in sessions]
        await asyncio.gather(*(session.close() for session in sessions))
        return words

    assert len(set(asyncio.run(ask_together()))) == 1  # everyone reads the same numbers
    assert events(server, 4001) == ["started", "finished"]


def test_moving_a_control_ends_the_training_that_it_replaces(server: Server):
    async def change_of_mind() -> None:
        async with Session(server.url, PAGE, settings(4002, **LONG)) as session:
            await see([session], "progress")
            await session.set(session.widget(key="epochs"), 1)
            await session.settled(PATIENCE)
            assert session.query["epochs"] == ["1"]
            assert session.charts()
            assert session.problems == []

    asyncio.run(change_of_mind())
    assert still_running(server.wait_for_quiet(PATIENCE)) == {}
    assert sorted(events(server, 4002)) == ["cancelled", "finished", "started", "started"]


def test_a_stopped_training_ends_says_so_and_begins_again_when_asked(server: Server):
    def offers(session: Session, label: str) -> bool:
        return label in [widget.label for widget in session.widgets()]

    async def stop_and_go() -> None:
        async with Session(server.url, PAGE, settings(4006, **LONG)) as session:
            await session.until(partial(offers, session, "Stop"), PATIENCE)
            await session.click(session.widget("Stop"))
            await session.settled(PATIENCE)
            assert "You stopped this training" in session.text()
            assert still_running(server.wait_for_quiet(PATIENCE)) == {}
            assert events(server, 4006) == ["started", "cancelled"]
            await session.click(session.widget("Train"))
            await session.until(lambda: events(server, 4006)[2:] == ["started"], PATIENCE)
            await session.until(partial(offers, session, "Stop"), PATIENCE)
            assert not offers(session, "Train")
            assert session.problems == []

    asyncio.run(stop_and_go())
    assert still_running(server.wait_for_quiet(PATIENCE)) == {}


def test_killing_half_of_the_clients_in_mid_run_leaves_no_running_training_behind(server: Server):
    alone, shared = 4003, (4004, 4005)

    async def lecture() -> None:
        doomed = [Session(server.url, PAGE, settings(alone, **LONG)) for _ in range(4)]
        others = [
            Session(server.url, PAGE, settings(seed, epochs=12))
            for seed in shared
            for _ in range(4)
        ]
        for session in doomed:  # theirs starts first
            await session.open()
        await see(doomed, "progress")
        await asyncio.gather(*(session.open() for session in others))
        await see(others, "control")
        assert events(server, alone) == ["started"]
        killed, staying = [*doomed, others[0], others[4]], [*others[1:4], *others[5:]]
        assert len(killed) == len(staying)
        await asyncio.gather(*(session.kill() for session in killed))
        await asyncio.gather(*(session.settled(PATIENCE) for session in staying))
        assert [problem for session in staying for problem in session.problems] == []
        assert all(session.charts() for session in staying)
        await asyncio.gather(*(session.close() for session in staying))

    asyncio.run(lecture())
    assert still_running(server.wait_for_quiet(PATIENCE)) == {}
    assert events(server, alone) == ["started", "cancelled"]
    for seed in shared:
        assert events(server, seed) == ["started", "finished"]
    assert server.troubles() == []


def test_a_reader_who_comes_back_within_ten_seconds_finds_the_run_going_on(server: Server):
    asked = {"n_stds": 25, "n_seeds": 2, "epochs": 25}

    async def network_drop() -> None:
        session = Session(server.url, PAGE, settings(4007, **asked))
        await session.open()
        await see([session], "progress")
        await session.kill()
        await asyncio.sleep(2.0)
        await session.come_back()
        await session.settled(PATIENCE)
        assert session.charts() and session.problems == []
        await session.close()

    asyncio.run(network_drop())
    assert events(server, 4007) == ["started", "finished"]


def test_so_does_one_who_loads_the_page_anew_but_one_who_stays_away_loses_it(server: Server):
    async def reload() -> None:
        for seed, epochs in ((4008, 50), (4009, 50)):
            session = Session(server.url, PAGE, settings(seed, **LONG | {"epochs": epochs}))
            await session.open()
            await see([session], "progress")
            async with asyncio.timeout(PATIENCE):  # what is in its way has ended
                while events(server, seed) != ["started"]:
                    await asyncio.sleep(0.05)
            await session.close()
            if seed == 4008:
                await asyncio.sleep(1.0)  # the script of the page before has ended
                async with Session(server.url, PAGE, settings(seed, **LONG)) as again:
                    await see([again], "progress")
                    assert events(server, seed) == ["started"]
            await asyncio.sleep(0.5)

    asyncio.run(reload())
    lines = server.wait_for_quiet(PATIENCE)  # the pages' defaults, too
    assert still_running(lines) == {}
    assert [events(server, seed) for seed in (4008, 4009)] == [["started", "cancelled"]] * 2

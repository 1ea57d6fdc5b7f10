"""What a bad neighbour does to a server, against one that was started for it: floods, and a visitor
beside them.

Everything is bounded in number and time, and goes to the address of a `Server` of ours alone.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from http.client import HTTPConnection
from urllib.parse import urlsplit

from .client import Lost, Session
from .server import Server

QUICK = {
    "reveal": "true",
    "n_stds": "4",
    "n_seeds": "1",
    "epochs": "3",
}  # of variance_sweep: about a second
LONGEST = {"reveal": "true", "n_stds": "25", "n_seeds": "10", "epochs": "50"}


async def served(
    server: Server, seed: int, patience: float, query: dict[str, str] = QUICK
) -> float:
    """Seconds until a visitor has the result of a quick run that nobody else asks for; inf if
    `patience` ends before.
    """
    start = time.monotonic()
    async with Session(server.url, "variance_sweep", query | {"seed": str(seed)}) as visitor:
        try:
            await visitor.settled(patience)
        except Lost:
            return float("inf")
        assert visitor.charts() and not visitor.problems, visitor.problems
        return time.monotonic() - start


async def beside_long_runs(
    server: Server, sessions: int, visits: int, patience: float = 60.0
) -> list[float]:
    """Seconds of each of a visitor's quick runs while so many sessions wait for the longest that
    may be asked for.
    """
    crowd = [
        Session(server.url, "variance_sweep", LONGEST | {"seed": str(5000 + i)})
        for i in range(sessions)
    ]
    await asyncio.gather(*(session.open() for session in crowd))
    await asyncio.gather(
        *(session.until(lambda s=session: s.seen.get("progress"), 120) for session in crowd)
    )
    seconds = [await served(server, 6000 + i, patience) for i in range(visits)]
    await asyncio.gather(*(session.kill() for session in crowd))
    return seconds


async def beside_reruns(
    server: Server, per_second: float, visits: int, patience: float = 60.0
) -> list[float]:
    """Seconds of each of a visitor's quick runs while one session asks again and again for
    something else.
    """
    over = asyncio.Event()

    async def flood() -> None:
        async with Session(server.url, "variance_sweep", LONGEST) as session:
            number = 0
            while not over.is_set():
                session.query["seed"] = [str(number % 4000)]
                await session.rerun()
                number += 1
                await asyncio.sleep(1 / per_second)

    flooding = asyncio.create_task(flood())
    await asyncio.sleep(1.0)
    seconds = [await served(server, 7000 + i, patience) for i in range(visits)]
    over.set()
    with suppress(Lost):
        await flooding
    return seconds


async def uploads(
    server: Server, number: int, megabytes: float, chunked: bool = False
) -> list[int]:
    """The answers to so many PUTs to the upload endpoint, by a client that has a session."""
    async with Session(server.url) as session:
        await session.settled()
        return await asyncio.to_thread(
            _put, server, session.session_id, number, int(megabytes * 1e6), chunked
        )


def _put(server: Server, session_id: str, number: int, size: int, chunked: bool) -> list[int]:
    body = (
        b'--x\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n'
        + bytes(size)
        + b"\r\n--x--\r\n"
    )
    answers = []
    for i in range(number):
        connection = HTTPConnection(urlsplit(server.url).netloc, timeout=30)
        connection.request("GET", "/_stcore/health")
        with connection.getresponse() as answer:
            answer.read()
            cookie = (answer.getheader("Set-Cookie") or "").split(";")[0]
        headers = {"Content-Type": "multipart/form-data; boundary=x", "Cookie": cookie}
        headers["X-Xsrftoken"] = cookie.partition("=")[2]
        address = f"/_stcore/upload_file/{session_id}/{i}"
        pieces = (body[at : at + 65_536] for at in range(0, len(body), 65_536))
        try:
            connection.request(
                "PUT", address, pieces if chunked else body, headers, encode_chunked=chunked
            )
            answers.append(connection.getresponse().status)
        except ConnectionError:  # refused in the middle of the body
            answers.append(413)
        connection.close()
    return answers


async def message(server: Server, megabytes: float) -> bool:
    """Whether the server goes on listening to a client that has sent a message of this size."""
    async with Session(server.url) as session:
        await session.settled()
        assert session._socket is not None
        with suppress(Exception):
            await session._socket.send(bytes(int(megabytes * 1e6)))
            await session._socket.recv()
        with suppress(Exception):
            await asyncio.wait_for(session._socket.wait_closed(), 5)
        return session._socket.close_code is None

"""A proxy as far away as another continent: what goes through it arrives later, in order."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


@contextmanager
def far_away(address: str, seconds: float) -> Iterator[str]:
    """The address of a proxy for the server at `address`: each way takes so many `seconds`.

    However the block ends, all connections are closed and the thread is over.
    """
    host, port = address.removeprefix("http://").split(":")
    with socket.create_server(("127.0.0.1", 0)) as near:
        near.setblocking(False)
        loop = asyncio.new_event_loop()
        task = loop.create_task(_carry(near, (host, int(port)), seconds))

        def serve() -> None:
            with suppress(asyncio.CancelledError):
                loop.run_until_complete(task)
            loop.close()

        thread = threading.Thread(target=serve, name="far-away")
        thread.start()
        try:
            yield f"http://127.0.0.1:{near.getsockname()[1]}"
        finally:
            loop.call_soon_threadsafe(task.cancel)
            thread.join()


async def _carry(near: socket.socket, far: tuple[str, int], seconds: float) -> None:
    """Take what is asked of `near` to `far` until this is cancelled; then no connection is open."""
    loop, ends, under_way = asyncio.get_running_loop(), set[End](), set[asyncio.Task]()

    async def connect(here: End, there: End) -> None:
        try:
            await loop.create_connection(lambda: there, *far)
        except OSError:
            here.close()

    def arrived() -> End:
        one, other = End(seconds, ends), End(seconds, ends)
        one.other, other.other = other, one
        task = loop.create_task(connect(one, other))
        under_way.add(task)
        task.add_done_callback(under_way.discard)
        return one

    server = await loop.create_server(arrived, sock=near)
    try:
        await loop.create_future()
    finally:
        server.close()
        while others := asyncio.all_tasks() - {asyncio.current_task()}:
            for task in under_way:  # those that are not ours are just taking a connection in
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)
        quiet = 0
        while (
            quiet < 3
        ):  # each says that it is closed; what was broken off halfway closes by itself
            for end in ends:
                end.transport.abort()
            await asyncio.sleep(0.01)
            quiet = 0 if ends else quiet + 1


class End(asyncio.Protocol):
    """One end of a line: what comes in here leaves at the `other` end `seconds` later.

    More may set out while something is under way: the line is long, not narrow.
    """

    other: End
    transport: asyncio.Transport | None = None

    def __init__(self, seconds: float, ends: set[End]):
        self.seconds, self.ends = seconds, ends
        self.early: list[bytes] = []  # what has arrived before the line was through

    def connection_made(self, transport) -> None:
        self.transport = transport
        self.ends.add(self)
        transport.writelines(self.early)

    def data_received(self, data: bytes) -> None:
        self._later(self.other.send, data)

    def eof_received(self) -> bool:
        self._later(self.other.close)
        return True  # what is under way to this end still arrives

    def connection_lost(self, error: Exception | None) -> None:
        self.ends.discard(self)
        self._later(self.other.close)

    def send(self, data: bytes) -> None:
        if self.transport is None:
            self.early.append(data)
        elif not self.transport.is_closing():
            self.transport.write(data)

    def close(self) -> None:
        if self.transport:
            self.transport.close()

    def _later(self, call, *given) -> None:
        asyncio.get_running_loop().call_later(self.seconds, call, *given)

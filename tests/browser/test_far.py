"""The proxy of the distant server's test: late, in order, and clean at its end."""

import gc
import socket
import threading
import time
from contextlib import ExitStack, contextmanager, suppress

import pytest
from browser.far import far_away


@contextmanager
def echo():
    """The address of a server that says back what it hears, of one connection after the other."""

    def serve():
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            connection.settimeout(5)
            with connection, suppress(OSError):
                while data := connection.recv(65536):
                    connection.sendall(data)

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.getsockname()[1]}"
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join()


def connected(address: str) -> socket.socket:
    host, port = address.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)), timeout=10)


def heard(line: socket.socket, n: int) -> bytes:
    """What arrives, up to n bytes; less where the line is cut."""
    found = b""
    with suppress(ConnectionError):
        while len(found) < n and (data := line.recv(65536)):
            found += data
    return found


def test_bytes_arrive_late_and_in_order_and_do_not_wait_for_each_other():
    said = bytes(range(256)) * 200
    with echo() as address, far_away(address, 0.05) as distant, connected(distant) as line:
        start = time.monotonic()
        for i in range(0, len(said), 1000):
            line.sendall(said[i : i + 1000])
        assert heard(line, len(said)) == said
        assert 0.1 <= time.monotonic() - start < 2, "51 parcels one after the other take 5 s"


@pytest.mark.parametrize("error", [None, ValueError, KeyboardInterrupt])
def test_it_ends_with_its_block_whatever_is_open_or_under_way(error):
    """Warnings of what is left open are errors (see pyproject.toml) as soon as it is collected."""
    threads = threading.active_count()
    with (
        ExitStack() as outlive,
        socket.socket() as nobody,
        echo() as address,
        suppress(error or ()),
    ):
        nobody.bind(("127.0.0.1", 0))  # and does not listen
        closed = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        with far_away(address, 0.5) as distant, far_away(closed, 0.5) as nowhere:
            line, lost = (outlive.enter_context(connected(to)) for to in (distant, nowhere))
            line.sendall(b"under way")
            assert heard(lost, 1) == b""
            if error:
                raise error
        assert heard(line, 1) == b""
    with pytest.raises(ConnectionError):
        connected(distant)
    assert threading.active_count() == threads
    gc.collect()

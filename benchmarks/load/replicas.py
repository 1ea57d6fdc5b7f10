"""Several servers of the app behind the HAProxy of deploy/, sharing results through a Redis of
their own.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tools import live

from .server import Server, serve

CONFIG = live.APP.parent / "deploy" / "haproxy.cfg"
NEEDED = ("redis-server", "haproxy")


@dataclass(frozen=True)
class Hall:
    """The one address, the servers behind it, and Redis."""

    url: str
    replicas: tuple[Server, ...]
    redis: str
    redis_process: subprocess.Popen

    def shared(self) -> int:
        """How many results have been put into Redis: one for each training. OSError where it is
        gone.
        """
        import redis

        try:
            with redis.Redis.from_url(self.redis, retry=None) as client:
                return int(client.info("commandstats").get("cmdstat_hset", {}).get("calls", 0))
        except redis.RedisError as error:
            raise OSError(str(error)) from error


def missing() -> list[str]:
    """The programs that are not installed here."""
    return [name for name in NEEDED if shutil.which(name) is None]


@contextmanager
def redis_server(folder: Path) -> Iterator[tuple[str, subprocess.Popen]]:
    """(url, process) of a redis-server of its own, which keeps nothing."""
    port = live.free_port()
    command = ["redis-server", "--port", str(port), "--save", "", "--dir", str(folder)]
    with _running(command, {}) as process:
        import redis

        with redis.Redis.from_url(f"redis://127.0.0.1:{port}/0") as client:
            _until(lambda: bool(client.ping()), redis.RedisError)
        yield f"redis://127.0.0.1:{port}/0", process


@contextmanager
def hall(folder: Path, **environment: str) -> Iterator[Hall]:
    """Two replicas; logs go into `folder`."""
    with ExitStack() as stack:
        url, redis_process = stack.enter_context(redis_server(folder))
        replicas = []
        for name in ("one", "two"):
            (folder / name).mkdir()
            shared = {"WEIGHTKIT_REDIS_URL": url} | environment
            replicas.append(stack.enter_context(serve(live.APP, folder / name, **shared)))
        bind = f"127.0.0.1:{live.free_port()}"
        addresses = {
            f"WEIGHTKIT_REPLICA_{i}": replica.url.removeprefix("http://")
            for i, replica in enumerate(replicas, 1)
        }
        command = ["haproxy", "-db", "-f", str(CONFIG)]
        stack.enter_context(_running(command, {"WEIGHTKIT_BIND": bind, **addresses}))
        _until(lambda: _healthy(f"http://{bind}"), OSError)
        yield Hall(f"http://{bind}", tuple(replicas), url, redis_process)


def _healthy(url: str) -> bool:
    with urllib.request.urlopen(f"{url}/_stcore/health", timeout=2) as answer:
        return bool(answer.read() == b"ok")


def _until(ready: Callable[[], bool], error: type[Exception]) -> None:
    until = time.monotonic() + 20
    while True:
        try:
            if ready():
                return
        except error:
            if time.monotonic() > until:
                raise
        time.sleep(0.05)


@contextmanager
def _running(command: list[str], environment: dict[str, str]) -> Iterator[subprocess.Popen]:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=os.environ | environment)
    try:
        yield process
    finally:
        process.kill()
        process.wait()

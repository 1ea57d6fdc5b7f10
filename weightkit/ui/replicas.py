"""Results and stories that several servers share through Redis: the same settings asked of two
replicas cause one training.

On where `WEIGHTKIT_REDIS_URL` is set (`redis://host:6379/0`). A worker that is about to train looks
there first; the one that has the lock trains, says how far it is and puts the result there, the
others follow it. A lock is a lease: a replica that dies in the middle frees it. Without Redis, or
while it is away, each replica trains by itself; no question to it takes longer than `PATIENCE`.
"""

from __future__ import annotations

import hashlib
import logging
import os
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, partial
from importlib import metadata
from pathlib import Path
from typing import Any, TypeVar

from ..classes.redis import AWAY
from ..lazy import lazy
from ..stopping import check

parcel, redis = lazy("weightkit.ui.parcel"), lazy("redis")
T = TypeVar("T")
logger = logging.getLogger(__name__)

PATIENCE = 0.2  # seconds that one question may take
LEASE = 3.0  # seconds that a lock holds without its owner's heartbeat
POLL = 0.1  # seconds between two looks at another replica's run
LIFE = 24 * 3600  # seconds that a result is kept
LARGEST = 16 * 2**20  # bytes of a result that is shared

RELEASE = (
    "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0"
)
RENEW = """if redis.call('get', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('set', KEYS[2], ARGV[3], 'px', ARGV[2])
return redis.call('pexpire', KEYS[1], ARGV[2])"""


class Away(Exception):
    """Redis did not answer."""


@dataclass(frozen=True)
class Form:
    """How what a work makes becomes bytes and comes back; both raise `parcel.Unfit`."""

    pack: Callable[[Any], dict[bytes, bytes]]
    unpack: Callable[[Mapping[bytes, bytes]], Any]


class Replicas:
    """What this server shares with its replicas through the Redis at `url`."""

    def __init__(self, url: str):
        self._url = url
        self._threads = ThreadPoolExecutor(2, "weightkit-redis")
        self._client: Any = None
        self._connecting = threading.Lock()
        self._until = 0.0  # nothing is asked before this time

    def run(
        self, work: Callable[..., T], config: Any, form: Form | None = None, **hooks: Callable
    ) -> tuple[T, bool]:
        """(work(config, **hooks), whether it was trained here); raises what `work` raises.

        The hook `on_epoch(done, total)` is called for a run that is followed as well; no other is.
        form: where work makes more than the result that its return type says.
        """
        form = form or Form(parcel.pack, partial(parcel.unpack, work))
        key, token, mine = key_of(work, config), uuid.uuid4().hex, False
        try:  # a look after the lock as well: another may have finished just before
            while not (stored := self._ask(lambda client: client.hgetall(key))) and not mine:
                mine = self._ask(
                    lambda client: client.set(f"{key}:lock", token, nx=True, px=ms(LEASE))
                )
                if not mine:
                    self._follow(key, hooks.get("on_epoch"))
            if stored:
                return form.unpack(stored), False
            result = self._train(work, config, key, token, hooks)
            self._put(key, form, result)
            return result, True
        except Away:
            return work(config, **hooks), True
        except parcel.Unfit:
            logger.warning("a shared result could not be read: trained here")
            return work(config, **hooks), True
        finally:
            if mine:
                self._try(lambda client: client.eval(RELEASE, 1, f"{key}:lock", token))

    def _follow(self, key: str, on_epoch: Callable[[int, int], None] | None) -> None:
        """Until the replica that has the lock is done with it, or has died."""
        while True:
            time.sleep(POLL)
            check()  # the readers here may have left
            locked, progress = self._ask(lambda client: client.mget(f"{key}:lock", f"{key}:done"))
            if locked is None:
                return
            if progress and on_epoch:
                done, total = map(int, progress.split(b"/"))
                on_epoch(done, total)

    def _train(
        self, work: Callable[..., T], config: Any, key: str, token: str, hooks: dict[str, Callable]
    ) -> T:
        progress = [0, 0]
        over = threading.Event()

        def said(done: int, total: int) -> None:
            progress[:] = done, total
            hooks["on_epoch"](done, total)

        def renew(client: Any) -> None:
            keys = f"{key}:lock", f"{key}:done"
            client.eval(RENEW, 2, *keys, token, ms(LEASE), "{}/{}".format(*progress))

        def beat() -> None:
            while not over.wait(LEASE / 6):
                self._try(renew)

        threading.Thread(target=beat, name="weightkit-lease", daemon=True).start()
        try:
            return work(config, **hooks | ({"on_epoch": said} if "on_epoch" in hooks else {}))
        finally:
            over.set()

    def _put(self, key: str, form: Form, result: Any) -> None:
        try:
            parts = form.pack(result)
        except parcel.Unfit as error:
            logger.warning("not shared: %s", error)
            return
        if sum(map(len, parts.values())) <= LARGEST:
            self._try(
                lambda client: (
                    client.pipeline().hset(key, mapping=parts).expire(key, LIFE).execute()
                )
            )

    def _try(self, question: Callable[[Any], Any]) -> None:
        """Ask where an answer is not needed."""
        with suppress(Away):
            self._ask(question)

    def _ask(self, question: Callable[[Any], Any]) -> Any:
        """question(client), in at most `PATIENCE` seconds; raises Away.

        In a thread of its own: looking up a host that is gone has no time limit.
        """
        if time.monotonic() < self._until:
            raise Away
        client = self._known()  # imports take longer than an answer
        try:
            return self._threads.submit(question, client).result(PATIENCE)
        except (redis.RedisError, OSError, TimeoutError) as error:
            self._until = time.monotonic() + AWAY
            logger.warning("Redis does not answer (%s): trained here", type(error).__name__)
            raise Away from None

    def _known(self) -> Any:
        """The client, which connects with the first question."""
        with self._connecting:
            if self._client is None:
                limits = {"socket_timeout": PATIENCE, "socket_connect_timeout": PATIENCE}
                self._client = redis.Redis.from_url(self._url, retry=None, **limits)
            return self._client


@cache
def replicas() -> Replicas | None:
    """Those of this server; None where it works alone."""
    url = os.environ.get("WEIGHTKIT_REDIS_URL")
    return Replicas(url) if url else None


def ms(seconds: float) -> int:
    """Milliseconds."""
    return int(1000 * seconds)


def key_of(work: Callable, config: Any) -> str:
    """The name under which replicas of the same program share work(config)."""
    asked = f"{work.__module__}.{work.__qualname__} {config!r}"
    return f"weightkit:{version()}:{hashlib.sha256(asked.encode()).hexdigest()[:32]}"


@cache
def version() -> str:
    """A digest of our own source and of PyTorch's version: other code may give other numbers."""
    digest = hashlib.sha256(metadata.version("torch").encode())
    for file in sorted(Path(__file__).parents[1].rglob("*.py")):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]

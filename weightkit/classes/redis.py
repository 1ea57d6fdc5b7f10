"""Classes in a Redis that several servers share: keys `weightkit:class:{CODE}...`, which Redis
deletes by itself.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from operator import methodcaller
from typing import Any

from ..lazy import lazy
from .asked import Answer, Asked, Given, Phase, State
from .store import LIFE, MOST_ANSWERS, MOST_QUESTIONS, Trouble

redis: Any = lazy("redis")

PATIENCE = 1.0  # seconds that one question may take
AWAY = 2.0  # seconds in which nothing is asked of a Redis that did not answer
GONE = (
    "The Redis of this server does not answer: the class cannot go on until it does. The lesson"
    " itself goes on."
)

BEGIN = """if redis.call('hsetnx', KEYS[1], 'lock', ARGV[1]) == 0 then return 0 end
redis.call('hset', KEYS[1], 'n', 1, 'phase', 'open', 'said:1', ARGV[2], 'since:1', ARGV[3])
redis.call('expire', KEYS[1], ARGV[4])
return 1"""
ASK = """local n = tonumber(redis.call('hget', KEYS[1], 'n')) + 1
if n > tonumber(ARGV[3]) then return 0 end
redis.call('hset', KEYS[1], 'n', n, 'phase', 'open', 'said:' .. n, ARGV[1], 'since:' .. n, ARGV[2])
return 1"""
TURN = """local now = redis.call('hmget', KEYS[1], 'n', 'phase')
if now[1] ~= ARGV[1] or now[2] == 'revealed' then return 0 end
redis.call('hset', KEYS[1], 'phase', ARGV[2], 'card:' .. ARGV[1], ARGV[3])
return 1"""
ANSWER = """local now = redis.call('hmget', KEYS[1], 'n', 'phase', 'since:' .. ARGV[1])
if now[1] ~= ARGV[1] or now[2] ~= 'open' then return 0 end
local answers = KEYS[1] .. ':' .. ARGV[1]
if redis.call('hexists', answers, ARGV[2]) == 0
  and redis.call('hlen', answers) >= tonumber(ARGV[6]) then return 0 end
local seconds = string.format('%.3f', tonumber(ARGV[4]) - tonumber(now[3]))
redis.call('hset', answers, ARGV[2], seconds .. ' ' .. ARGV[3])
redis.call('expire', KEYS[1], ARGV[5])
for n = 1, tonumber(now[1]) do redis.call('expire', KEYS[1] .. ':' .. n, ARGV[5]) end
return 1"""
MOVE = """local said = redis.call('hget', KEYS[1], ARGV[1])
if said then
  redis.call('hset', KEYS[1], ARGV[2], said)
  redis.call('hdel', KEYS[1], ARGV[1])
end"""


class Redis:
    """A `Store` in the Redis at `url`."""

    def __init__(self, url: str, life: float = LIFE):
        self._url, self._life = url, int(life)
        self._client: Any = None
        self._threads = ThreadPoolExecutor(4, "weightkit-class")
        self._until = 0.0  # nothing is asked before this time

    def begin(self, code: str, lock: str, asked: Asked, now: float) -> bool:
        return bool(self._run(BEGIN, key(code), lock, asked.spelled(), now, self._life))

    def lock(self, code: str, now: float) -> str | None:
        found = self._ask(lambda client: client.hget(key(code), "lock"))
        return found and found.decode()

    def state(self, code: str, now: float) -> State | None:
        held = self._ask(lambda client: client.hmget(key(code), "n", "phase"))
        if None in held:
            return None
        n = int(held[0])

        def rest(client: Any) -> Any:
            asked = client.pipeline().hmget(key(code), f"since:{n}", f"said:{n}")
            return asked.hlen(key(code, n)).execute()

        (since, said), answered = self._ask(rest)
        if said is None:  # deleted between the two looks
            return None
        phase: Any = held[1].decode()
        return State(code, n, phase, float(since), Asked.read(said.decode()), answered)

    def ask(self, code: str, asked: Asked, now: float) -> bool:
        return bool(self._run(ASK, key(code), asked.spelled(), now, MOST_QUESTIONS))

    def turn(self, code: str, n: int, phase: Phase, card: str = "") -> None:
        self._run(TURN, key(code), n, phase, card)

    def card(self, code: str, n: int) -> str:
        found = self._ask(lambda client: client.hget(key(code), f"card:{n}"))
        return found.decode() if found else ""

    def answer(self, code: str, n: int, who: str, given: Given, now: float) -> bool:
        said = json.dumps(given)
        return bool(self._run(ANSWER, key(code), n, who, said, now, self._life, MOST_ANSWERS))

    def move(self, code: str, n: int, old: str, new: str) -> None:
        self._run(MOVE, key(code, n), old, new)

    def given(self, code: str, n: int, who: str) -> Given | None:
        found = self._ask(lambda client: client.hget(key(code, n), who))
        return _answer(n, who, found).given if found else None

    def answers(self, code: str) -> list[Answer]:
        found = []
        for n in range(1, self._n(code) + 1):
            said = self._ask(methodcaller("hgetall", key(code, n)))
            some = [_answer(n, who.decode(), line) for who, line in said.items()]
            found += sorted(some, key=lambda a: (a.seconds, a.who))
        return found

    def questions(self, code: str) -> list[Asked]:
        names = [f"said:{n}" for n in range(1, self._n(code) + 1)]
        said = self._ask(lambda client: client.hmget(key(code), names)) if names else []
        return [Asked.read(line.decode()) for line in said if line]

    def tidy(self, now: float) -> None:
        """Redis does."""

    def close(self) -> None:
        """Let go of the connections."""
        self._threads.shutdown()
        if self._client is not None:
            self._client.close()

    def _n(self, code: str) -> int:
        return int(self._ask(lambda client: client.hget(key(code), "n")) or 0)

    def _run(self, script: str, name: str, *values: Any) -> Any:
        return self._ask(lambda client: client.eval(script, 1, name, *values))

    def _ask(self, question: Callable[[Any], Any]) -> Any:
        """question(client) in at most `PATIENCE` seconds; raises Trouble.

        In a thread of its own: looking up a host that is gone has no time limit.
        """
        if time.monotonic() < self._until:
            raise Trouble(GONE)
        if self._client is None:
            limits = {"socket_timeout": PATIENCE, "socket_connect_timeout": PATIENCE}
            self._client = redis.Redis.from_url(self._url, retry=None, **limits)
        try:
            return self._threads.submit(question, self._client).result(2 * PATIENCE)
        except (redis.RedisError, OSError, TimeoutError) as error:
            self._until = time.monotonic() + AWAY
            raise Trouble(GONE) from error


def key(code: str, n: int | None = None) -> str:
    """The name of a class, or of the answers to its n-th question."""
    return f"weightkit:class:{{{code}}}" + ("" if n is None else f":{n}")


def _answer(n: int, who: str, line: bytes) -> Answer:
    seconds, given = line.decode().split(" ", 1)
    return Answer(n, who, json.loads(given), float(seconds))

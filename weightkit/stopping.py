"""`check()`: called between two pieces of work, so that a run can be ended inside an epoch or
without epochs.

    with stoppable(hook):
        run(config)         # hook() is called between layers, batches and chunks; what it raises
        ends the run

The hook belongs to the thread (a context variable), so that experiments need no parameter for it; a
pool's threads get it with `carried`. Without a hook, `check` does nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")
Hook = Callable[[], object]

_hook: ContextVar[Hook | None] = ContextVar("weightkit_hook", default=None)


def check() -> None:
    """Call this thread's hook, if it has one. What the hook raises passes through; while it blocks,
    the run waits.
    """
    hook = _hook.get()
    if hook is not None:
        hook()


@contextmanager
def stoppable(hook: Hook | None) -> Iterator[None]:
    """Let `check` call `hook` in this thread; None: let it call nothing. Afterwards the hook from
    before is back.

    hook() must be cheap (it is called thousands of times a second) and may be called by several
    threads at once.
    """
    before = _hook.set(hook)
    try:
        yield
    finally:
        _hook.reset(before)


def carried(function: Callable[P, R]) -> Callable[P, R]:
    """`function` for the threads of a pool: it runs with the hook that the calling thread has
    now.
    """
    hook = _hook.get()

    @wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        with stoppable(hook):
            return function(*args, **kwargs)

    return call

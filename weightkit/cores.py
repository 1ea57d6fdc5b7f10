"""What a thread's operations do with the cores and with tiny numbers: the same for every run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from .lazy import torch


@contextmanager
def one_thread() -> Iterator[None]:
    """Let this thread's operations run on one core, and put the number back.

    A stack's operations last microseconds. Split over two cores, each ends in a barrier where a
    core spins; with two trainings at once, or any other load, that made runs tens of times slower
    (measured: 1.4 ms for the tanh of 600 numbers). Two trainings at a time, each on one core, fill
    two cores. It also keeps the order of every sum, and so each bit of the result, the same on
    every machine. As a decorator (`@one_thread()`) it stands on all experiments.
    """
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


@contextmanager
def flushed() -> Iterator[None]:
    """Let this thread's operations take numbers below 1.2e-38, which float32 holds with fewer
    digits, for 0, and put that back.

    Processors multiply them ten to a hundred times slower than others. They are many where signals
    or gradients vanish on their way through deep networks, and where weight decay shrinks what
    nothing else moves: 50 layers with layer normalization and Adam took 7 times as long, strong L2
    5 times.
    """
    before = not (torch.tensor(1e-39) * 1).item()
    torch.set_flush_denormal(True)
    try:
        yield
    finally:
        torch.set_flush_denormal(before)


def stay_on_one_core() -> None:
    """Let all operations of this process run on one core each, for good: for servers.

    MKL has one number for all threads, so that a run which puts it back would change it for those
    still under way.
    """
    torch.set_num_threads(1)

"""A run can be ended between two pieces of work, wherever it is."""

import math
import threading
import time
from contextlib import suppress
from functools import partial

import pytest
import torch
from conftest import make_dataset

from weightkit import MLP, TrainConfig, initialize_, metrics, pieces, train
from weightkit.lessons import freezing, same_value_init, signal_propagation, weight_changes
from weightkit.stopping import carried, check, stoppable


class Ended(Exception):
    pass


class Hook:
    """Raises once `wanted` is false; remembers how often it was asked, and by which threads."""

    def __init__(self, most=math.inf):
        self.wanted, self.calls, self.threads, self.most = True, 0, set(), most

    def __call__(self):
        self.calls += 1
        self.threads.add(threading.current_thread().name)
        if not self.wanted or self.calls > self.most:
            raise Ended


def seconds_until_ended(work, ready=lambda hook: hook.calls > 0):
    """Start work() in a thread, want it no more once `ready`; seconds of work from then until it
    has ended by `Ended`.

    Of work: other processes may hold the cores for longer than that.
    """
    hook, found = Hook(), []

    def body():
        try:
            with stoppable(hook):
                work()
            found.append(None)
        except BaseException as error:
            found.append(error)

    thread = threading.Thread(target=body)
    thread.start()
    while not ready(hook) and thread.is_alive():
        time.sleep(0.01)
    hook.wanted, start, cpu = False, time.perf_counter(), time.process_time()
    thread.join(60)
    assert isinstance(found[0], Ended), found
    return min(time.perf_counter() - start, time.process_time() - cpu), hook


def trained(n, hidden, **settings):
    data = make_dataset(features=64, classes=10, n=4000)
    mlp = initialize_(MLP((64, *hidden, 10), n_models=n), "kaiming_normal", list(range(n)))
    for _ in train(mlp, data, TrainConfig(epochs=1, **settings)):
        pass


def test_without_a_hook_check_does_nothing_and_the_hook_before_comes_back():
    seen = []
    check()
    with stoppable(partial(seen.append, 1)):
        check()
        with stoppable(None):
            check()
        with pytest.raises(Ended), stoppable(Hook(most=0)):
            check()
        check()
    check()
    assert seen == [1, 1]


def test_other_threads_have_the_hook_only_if_it_is_carried():
    seen = []
    with stoppable(partial(seen.append, "asked")):
        jobs = [threading.Thread(target=check), threading.Thread(target=carried(check))]
    for job in jobs:
        job.start()
        job.join()
    assert seen == ["asked"]


def test_an_epoch_of_many_batches_is_ended_within_half_a_second():
    seconds, _ = seconds_until_ended(
        lambda: trained(40, (64, 64), batch_size=1), lambda hook: hook.calls > 500
    )
    assert seconds < 0.5


def test_so_it_is_in_the_threads_of_the_pool():
    assert pieces.cut(20, 30 * 64 * 65, 30, 128)[1]  # two cores share it

    def both(hook):
        return len([name for name in hook.threads if name.startswith("weightkit-train")]) == 2

    seconds, hook = seconds_until_ended(lambda: trained(20, (64,) * 30, batch_size=128), both)
    assert seconds < 0.5
    assert both(hook)


@pytest.mark.parametrize(
    "work",
    [
        lambda: signal_propagation.landscape(
            signal_propagation.LandscapeConfig(resolution=61, samples=1000, depth=8)
        ),
        lambda: signal_propagation.landscape_path(
            signal_propagation.LandscapeConfig(epochs=50, batch_size=8)
        ),
        lambda: signal_propagation.run(
            signal_propagation.Config(width=256, depth=40, samples=512, n_seeds=20)
        ),
        lambda: signal_propagation.histograms(
            signal_propagation.HistogramConfig(width=700, samples=512)
        ),
        lambda: freezing.transfer(freezing.TransferConfig()),
        lambda: freezing.leftovers(10),
        lambda: same_value_init.run(same_value_init.Config(n_seeds=10)),
        lambda: weight_changes.starts(weight_changes.Config()),
        lambda: metrics.condition_number(
            torch.randn(200, 64, 300, generator=torch.Generator().manual_seed(0))
        ),
    ],
    ids=[
        "landscape",
        "path",
        "signal",
        "histograms",
        "transfer",
        "loops",
        "same value",
        "starts",
        "singular values",
    ],
)
def test_every_work_is_ended_within_half_a_second(work):
    with suppress(Ended), stoppable(Hook(most=20)):
        work()  # what is imported or loaded first is no work
    seconds, _ = seconds_until_ended(work)
    assert seconds < 0.5


def test_the_landscape_says_how_far_it_is():
    seen = []
    config = signal_propagation.LandscapeConfig(resolution=15, epochs=2, samples=20)
    signal_propagation.landscape(config, on_epoch=lambda *now: seen.append(now))
    assert seen == [(i, 4) for i in range(1, 5)]  # 225 points are two parts; twice
    seen.clear()
    signal_propagation.landscape_path(config, on_epoch=lambda *now: seen.append(now))
    assert seen == [(1, 2), (2, 2)]


def test_asking_costs_little():
    """A step of a small network asks six times; all of them together take less than 3 % of its
    time.
    """
    with stoppable(lambda: None):
        calls = 20_000
        start = time.thread_time()
        for _ in range(calls):
            check()
        each = (time.thread_time() - start) / calls
    data = make_dataset(features=64, classes=10, n=2000)
    mlp = initialize_(MLP((64, 64, 32, 32, 10)), "kaiming_normal", 0)
    start = time.thread_time()
    for _ in train(mlp, data, TrainConfig(epochs=3)):
        pass
    step = (time.thread_time() - start) / (3 * 57)
    assert 6 * each < 0.03 * step

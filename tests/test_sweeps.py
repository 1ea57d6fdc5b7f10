"""All combinations of some settings: the same frames wherever they are run."""

import sys
import types
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context

import pandas as pd
import pytest
import torch

from weightkit import sweep
from weightkit.lessons import lazy_rich, variance_sweep

RATES = {"learning_rate": [0.1, 0.001], "seed": [3, 0]}
Short = partial(variance_sweep.Config, epochs=1, n_stds=2, n_seeds=2)


@pytest.fixture(scope="module")
def swept():
    return sweep(variance_sweep.run, Short, RATES)


def same(one, other):
    assert list(one) == list(other)
    for name in one:
        pd.testing.assert_frame_equal(one[name], other[name], check_exact=True)


def test_every_combination_is_the_run_of_its_settings(swept):
    expected = {}
    for rate in RATES["learning_rate"]:
        for seed in RATES["seed"]:
            result = variance_sweep.run(Short(learning_rate=rate, seed=seed))
            for name, frame in result.frames.items():
                own = frame.rename(columns={"seed": "result_seed"})
                own.insert(0, "learning_rate", rate)
                own.insert(1, "seed", seed)
                expected.setdefault(name, []).append(own)
    same(swept, {name: pd.concat(parts, ignore_index=True) for name, parts in expected.items()})
    assert swept.failures.empty and "failures" not in swept.frames


def test_a_swept_seed_is_the_setting_and_the_networks_keep_theirs(swept):
    final = swept["final"]
    assert list(final.columns[:2]) == list(RATES) and final.columns.is_unique
    assert final.groupby("seed")["result_seed"].unique().map(list).to_dict() == {
        0: [0, 1],
        3: [3, 4],
    }
    assert "result_seed" not in swept["chance"]


def test_a_name_that_is_taken_twice_over_still_has_a_column_of_its_own():
    frame = pd.DataFrame({"a": [1, 2], "result_a": [3, 4]})
    found = sweep(lambda config: frame, dict, {"a": [7], "b": [(1, 2)]})["frame"]
    assert found.to_dict("list") == {
        "a": [7, 7],
        "b": [(1, 2), (1, 2)],
        "result_result_a": [1, 2],
        "result_a": [3, 4],
    }
    assert list(frame) == ["a", "result_a"]


def test_threads_of_ones_own_and_processes_give_the_same(swept):
    with ThreadPoolExecutor(3) as threads:
        same(sweep(variance_sweep.run, Short, RATES, threads), swept)
        assert threads.submit(int).result() == 0  # still open
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as processes:
        same(sweep(variance_sweep.run, Short, RATES, processes), swept)


@pytest.mark.filterwarnings("ignore")  # the cluster's own
def test_a_cluster_gives_the_same(swept):
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as two,
        distributed.Client(two) as client,
    ):
        same(sweep(variance_sweep.run, Short, RATES, client.get_executor()), swept)


class Greedy(ThreadPoolExecutor):
    """Its threads take three cores each, and say how many they had found."""

    def __init__(self):
        super().__init__(2)
        self.found = []

    def submit(self, fn, *args):
        def greedy():
            self.found.append(torch.get_num_threads())
            torch.set_num_threads(3)
            return fn(*args)

        return super().submit(greedy)


def test_every_run_has_one_core_and_torch_is_as_it_was():
    """A thread that finds one leaves one, while others still run: MKL has one number for all."""
    before = torch.get_num_threads()
    torch.set_num_threads(3)
    try:
        with Greedy() as pool:
            had = sweep(
                lambda config: pd.DataFrame({"n": [torch.get_num_threads()]}),
                dict,
                {"x": range(9)},
                pool,
            )
        assert torch.get_num_threads() == 3
    finally:
        torch.set_num_threads(before)
    assert pool.found[0] == 1 and set(had["frame"]["n"]) == {1}


class Backwards(ThreadPoolExecutor):
    """Runs everything at the end, last things first."""

    def __init__(self):
        super().__init__(1)
        self.jobs = []

    def submit(self, fn, *args):
        self.jobs.append((Future(), fn, args))
        asked = self.jobs[-1][0]
        if len(self.jobs) == 3:
            for future, fn, args in reversed(self.jobs):
                future.set_result(fn(*args))
        return asked


def test_rows_follow_the_combinations_and_not_who_ended_first():
    found = sweep(lambda c: pd.DataFrame({"y": [c["x"]]}), dict, {"x": [2, 0, 1]}, Backwards())
    assert found["frame"]["x"].tolist() == found["frame"]["y"].tolist() == [2, 0, 1]


@dataclass(frozen=True)
class Setting:
    x: int
    name: str = ""

    def __post_init__(self):
        if self.x < 0:
            raise ValueError("x is below 0")


def inverse(config):
    return {"inverse": pd.DataFrame({"y": [1 / config.x]}), "more": 3}


def test_what_fails_is_named_and_the_others_are_kept():
    with pytest.warns(
        RuntimeWarning, match=r"2 of 6 .*x=0, name='a': ZeroDivisionError.*x=-1"
    ) as w:
        found = sweep(inverse, Setting, {"x": [1, 0, -1, 2, 4, 8], "name": ["a"]})
    assert w[0].filename == __file__
    assert found["inverse"].to_dict("list") == {
        "x": [1, 2, 4, 8],
        "name": ["a"] * 4,
        "y": [1, 0.5, 0.25, 0.125],
    }
    assert found.failures.to_dict("list") == {
        "x": [0, -1],
        "name": ["a", "a"],
        "error": ["ZeroDivisionError: division by zero", "ValueError: x is below 0"],
    }
    assert "failures: 2 rows" in repr(found) and "below 0" in found._repr_html_()
    with pytest.raises(RuntimeError, match="every combination failed: x=0: Zero"):
        sweep(inverse, Setting, {"x": [0]})
    with pytest.raises(RuntimeError, match="unexpected keyword argument 'epocs'"):
        sweep(lazy_rich.run, lazy_rich.Config, {"epocs": [1]})


@pytest.mark.parametrize("over", [{}, {"x": []}, {"x": "adam"}, {"x": 3}])
def test_nothing_to_sweep_is_refused(over):
    with pytest.raises(ValueError, match="over"):
        sweep(inverse, Setting, over)


def test_progress_is_shown_where_tqdm_is_installed(monkeypatch):
    seen = []

    def bar(things, total, desc):
        for thing in things:
            seen.append((total, desc))
            yield thing

    fake = types.SimpleNamespace(tqdm=bar)
    monkeypatch.setitem(sys.modules, "tqdm.auto", fake)
    shown = sweep(inverse, Setting, {"x": [1, 2]})
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)  # not installed
    same(shown, sweep(inverse, Setting, {"x": [1, 2]}))
    assert seen == [(2, "sweep")] * 2

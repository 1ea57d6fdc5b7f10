"""`sweep`: one experiment at all combinations of some settings, on threads, processes or a
cluster.
"""

from __future__ import annotations

import importlib
import itertools
import os
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor, as_completed
from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .cores import one_thread
from .frames import Frames, frames_of
from .lazy import pd

if TYPE_CHECKING:
    from pandas import DataFrame

OWN = "result_"
"""Stands before a result's own column that has the name of a swept setting."""


@dataclass(frozen=True, repr=False)
class Sweep(Frames, Mapping[str, "DataFrame"]):
    """The frames of all combinations, by name: `swept["final"]`.

    Each has the columns of `over` first, under their names and in their order, then those of the
    result's frame; rows follow the combinations in the order of `over`, whatever ended first.
    failures: [*over, error], a row for each combination that gave no frames.
    """

    found: dict[str, DataFrame]
    failures: DataFrame

    @property
    def frames(self) -> dict[str, DataFrame]:
        """Its DataFrames by name, that of the failures last where there are any."""
        return self.found | ({"failures": self.failures} if len(self.failures) else {})

    def __getitem__(self, name: str) -> DataFrame:
        return self.found[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.found)

    def __len__(self) -> int:
        return len(self.found)


def sweep(
    run: Callable[[Any], Any],
    Config: Callable[..., Any],
    over: Mapping[str, Iterable[Any]],
    executor: Executor | None = None,
) -> Sweep:
    """The frames of `run(Config(**settings))` for all combinations of `over`.

    run: a lesson's, or a function of your own that returns a dataclass or mapping of DataFrames, or
        one DataFrame (called "frame"); what else the result holds is left out.
    Config: makes a setting of keywords; `functools.partial(Config, epochs=5)` holds others still.
    over: setting -> its values, such as {"learning_rate": [0.01, 0.1], "seed": [0, 1]}.
    executor: any `concurrent.futures.Executor`; None: threads, one a core. Processes and clusters
        (`ProcessPoolExecutor()`, Dask's `client.get_executor()`) give the same frames, bit for bit;
        `run` and the settings then have to be picklable. An executor of yours stays open.

    A result's own column of a swept name is kept under `result_` and that name. So with
    over={"seed": [0, 10]} and three networks a run, `seed` is 0 or 10, the setting, and
    `result_seed` is 0 to 2 or 10 to 12, the networks. This depends on the names alone, never on
    the values.

    A combination that fails is named in a RuntimeWarning and in `failures`, and the others are
    kept; RuntimeError, from the first failure, where none is left. ValueError where nothing is
    swept. Progress is shown where `tqdm` is installed.
    """
    combinations = _combinations(over)
    ours = ThreadPoolExecutor(os.cpu_count()) if executor is None else nullcontext(executor)
    with one_thread(), ours as pool:  # threads put back the number of cores that they find: one
        futures = [_submitted(pool, run, Config, settings) for settings in combinations]
        try:
            for _ in _shown(as_completed(futures), len(futures)):
                pass
        finally:  # an interrupt leaves nothing in the queue
            for future in futures:
                future.cancel()
    done = list(zip(combinations, futures, strict=True))
    failed = [(settings, error) for settings, f in done if (error := f.exception())]
    _report(failed, len(done))
    kept = [(settings, f.result()) for settings, f in done if not f.exception()]
    rows = [settings | {"error": _worded(error)} for settings, error in failed]
    return Sweep(_together(kept), pd.DataFrame(rows, columns=[*over, "error"]))


def _combinations(over: Mapping[str, Iterable[Any]]) -> list[dict[str, Any]]:
    """Every choice of one value for each setting, the last one changing fastest."""
    if not over:
        raise ValueError('over names no setting; such as {"seed": [0, 1, 2]}')
    values: dict[str, Sequence[Any]] = {}
    for name, given in over.items():
        if isinstance(given, str) or not isinstance(given, Iterable):
            raise ValueError(f"over[{name!r}] is {given!r}; it must be a list of values")
        values[name] = list(given)
        if not values[name]:
            raise ValueError(f"over[{name!r}] has no value")
    return [
        dict(zip(values, chosen, strict=True)) for chosen in itertools.product(*values.values())
    ]


def _submitted(
    pool: Executor, run: Callable[[Any], Any], Config: Callable[..., Any], settings: dict[str, Any]
) -> Future:
    """The run of one combination; what fails before it starts (settings that are not allowed, or
    cannot be sent) is its failure as well.
    """
    try:
        return pool.submit(_frames, run, Config(**settings))
    except Exception as error:
        failed: Future = Future()
        failed.set_exception(error)
        return failed


def _frames(run: Callable[[Any], Any], config: Any) -> dict[str, DataFrame]:
    """What one run gives, on one core: the order of every sum is then the same everywhere."""
    with one_thread():
        return frames_of(run(config))


def _shown(futures: Iterable[Future], total: int) -> Iterable[Future]:
    """The same, with a bar of progress where tqdm is installed (which nothing here asks for)."""
    try:
        bar = importlib.import_module("tqdm.auto").tqdm
    except ImportError:
        return futures
    return bar(futures, total=total, desc="sweep")


def _report(failed: list[tuple[dict[str, Any], BaseException]], total: int) -> None:
    """Name what failed; RuntimeError where that is everything."""
    if not failed:
        return
    named = "; ".join(f"{_named(settings)}: {_worded(error)}" for settings, error in failed)
    if len(failed) == total:
        raise RuntimeError(f"every combination failed: {named}") from failed[0][1]
    said = f"{len(failed)} of {total} combinations failed: {named}"
    warnings.warn(said, RuntimeWarning, stacklevel=3)


def _named(settings: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}={value!r}" for name, value in settings.items())


def _worded(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"


def _together(kept: list[tuple[dict[str, Any], dict[str, DataFrame]]]) -> dict[str, DataFrame]:
    """Frames of equal name below each other, the settings before their columns."""
    names = list(dict.fromkeys(name for _, frames in kept for name in frames))
    parts: dict[str, list[DataFrame]] = {name: [] for name in names}
    for settings, frames in kept:
        for name, frame in frames.items():
            parts[name].append(_with_settings(frame, settings))
    return {
        name: pd.concat([f for f in found if len(f)] or found[:1], ignore_index=True)
        for name, found in parts.items()
    }


def _with_settings(frame: DataFrame, settings: Mapping[str, Any]) -> DataFrame:
    taken = set(frame.columns) | set(settings)
    renamed = {}
    for name in settings:
        if name in frame.columns:
            own = OWN + name
            while own in taken:
                own = OWN + own
            renamed[name] = own
            taken.add(own)
    frame = frame.rename(columns=renamed)  # a new frame
    for place, (name, value) in enumerate(settings.items()):
        frame.insert(place, name, pd.Series([value] * len(frame), index=frame.index))
    return frame

"""One place that runs experiments for pages: shared between visitors, with progress, live curves
and a stop button.
"""

from __future__ import annotations

import functools
import inspect
import logging
import threading
import time
from collections.abc import Callable, Hashable, Mapping
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from ..lazy import lazy
from . import apart, ends, memory, own_data, sent, turns

if TYPE_CHECKING:
    from ..lessons.story import Question, Story
    from .told import Told

jobs, job_log = lazy("weightkit.ui.jobs"), lazy("weightkit.ui.job_log")
told_parcel, making = lazy("weightkit.ui.told_parcel"), lazy("weightkit.ui.making")
replicas = lazy("weightkit.ui.replicas")
datasets, training = lazy("weightkit.datasets"), lazy("weightkit.training")
logger = logging.getLogger(__name__)

PATIENCE = 0.25  # seconds before a progress bar appears: what is faster needs none
BEAT = 0.12  # seconds between two looks at a running job
QUEUE_BEAT = 0.5  # seconds between two looks at a waiting one: a hall of a hundred waits
LIVE_BEAT = 0.5  # seconds between two drawings of live curves
CROWD = 20  # readers who wait make each beat as much longer as it is for one: theirs cost together
MAX_BYTES = 16 * 2**20  # of results with their stories and drawings

R = TypeVar("R")
Made = TypeVar("Made", covariant=True)


class Telling(Protocol[Made]):
    """A module of a lesson: what is run and told. One that makes its result of another view's has
    that view as `BASE`, and `of(that result, config)`.
    """

    def run(self, config: Any) -> Made: ...

    def tell(self, config: Any, result: Any) -> Story: ...


class View(Telling[Made], Protocol[Made]):
    """One that asks first."""

    def ask(self, config: Any) -> Question: ...


_lock = threading.Lock()
_runner: Any = None


def runner() -> Any:
    """The server's one JobRunner."""
    global _runner
    with _lock:
        if _runner is None:
            memory.frugal()  # before the first training
            _runner = jobs.JobRunner(max_bytes=MAX_BYTES, observe=job_log.wanted())
            ends.cleanly(_runner)
        return _runner


def key_of(work: Callable, config: Any) -> tuple:
    """What makes two requests the same: the function and its Config."""
    return work.__module__, work.__qualname__, config


def telling(view: Telling[R], base: Any = None) -> Callable[..., Told[R]]:
    """Work that runs a view and tells the run, its figures ready to be sent: config -> Told.

    base: the result of another view's run with the same Config, of which this view makes its own
    (`view.of`) instead of training again.
    """
    module: Any = view
    run = module.run if base is None else functools.partial(module.of, base)
    name = module.__name__

    @functools.wraps(run)
    def tell(config: Any, **hooks: Callable) -> Told[R]:
        from .told import Told  # with the first run: its types draw

        others = None if base is not None or own_data.is_own(config) else replicas.replicas()
        if others is None:
            return Told(config, *made(config, **hooks))
        form = replicas.Form(lambda run: told_parcel.pack(run[:2]), unpacked(config))
        return Told(config, *others.run(made, config, form, **hooks)[0])

    @functools.wraps(run)
    def made(config: Any, **hooks: Callable) -> tuple[R, Story, float, float]:
        """As `making.made`."""
        there = apart.apart()
        if there is None:
            return making.made(name, base, config, **hooks)
        made = there.call(making.parcel, name, base, config, hooks=hooks)
        return making.opened(name, config, made)

    def unpacked(config: Any) -> Callable[[Mapping[bytes, bytes]], tuple]:
        return lambda parts: (*told_parcel.unpack(module, config, parts), time.time(), None)

    for function in (tell, made):  # the name of the work: views may share a run
        function.__module__, function.__qualname__ = name, "tell"
    return tell


def as_work(work: Callable, config: Any) -> Callable:
    """`work(config)` in the form the runner calls; hooks that `work` does not take are left out."""
    takes = inspect.signature(work).parameters

    def call(on_epoch: Callable, on_curves: Callable) -> Any:
        hooks = {"on_epoch": on_epoch, "on_curves": on_curves}
        if apart.apart() is None:
            training.stay_on_one_core()
        try:
            return work(config, **{name: hook for name, hook in hooks.items() if name in takes})
        finally:
            memory.give_back()

    return call


def drawn(draw: Callable, config: Any, result: Any, *values: Hashable) -> Any:
    """draw(result, *values) -> Figure, made once for all readers of this run, and kept within the
    store's bound.
    """
    key = (*key_of(draw, config), values)
    figure = shelf(config).cached(key)
    if figure is None:
        figure = draw(result, *values)
        sent.prepared(figure)
        shelf(config).keep(key, figure)
    return figure


def shelf(config: Any) -> Any:
    """Where results of this Config are kept: with all readers', or, on a reader's own data, with
    the reader.
    """
    return own_data.of(config) or runner()


def cost_of(config: Any) -> float | None:
    """Seconds that a run with this Config is expected to take; None where it does not say."""
    return getattr(getattr(config, "cost", None), "seconds", None)


def memory_of(config: Any) -> float:
    """Bytes that a run with this Config is expected to take at its peak; 0 where it does not
    say.
    """
    return getattr(getattr(config, "cost", None), "bytes", 0.0)


def load_data(config: Any) -> None:
    """Load what this Config trains on, here, in the reader's own thread: a run that waits for data
    would hold a place.

    Raises what `datasets.load` raises.
    """
    name = getattr(config, "dataset", None)
    if name in datasets.DATASETS:
        apart.call(making.load, name)


def reader() -> str | None:
    """The name of this session, by which a reader who comes back after a broken connection is
    known.
    """
    context = get_script_run_ctx(suppress_warning=True)
    return context.session_id if context else None


def stop(key: Hashable) -> None:
    """Callback of the stop button: the rerun that it causes has left the job; this remembers not to
    ask again.
    """
    st.session_state["stopped"] = key
    runner().abandon(key)


def go_on() -> None:
    """Callback of the button that stands in its place afterwards."""
    st.session_state.pop("stopped", None)  # a second click may be on its way


def follow(
    work: Callable[..., R],
    config: Any,
    live: Callable | None = None,
    first: Callable[[], Any] = lambda: None,
) -> R | None:
    """The result of work(config), drawn into the current container while it is under way; None
    where stopped.

    live(curves) -> Figure, drawn while training; first(): done before it is waited for. Raises what
    the work raised.
    """
    key = key_of(work, config)
    result = shelf(config).cached(key)
    if result is not None:
        runner().served(reader())
        return result
    if st.session_state.get("stopped") == key:
        st.button(
            "Train", icon=":material/play_arrow:", type="primary", key="train_again", on_click=go_on
        )
        st.info("You stopped this training. Nothing of it was kept.", icon=":material/stop_circle:")
        return None
    first()
    place = st.empty()
    with turns.aside():
        load_data(config)
    own = own_data.of(config)
    how = cost_of(config), reader(), own is None, memory_of(config)
    with turns.aside(), runner().follow(key, as_work(work, config), *how) as job:
        if not job.wait(PATIENCE):
            with place.container():
                _wait(job, key, live)
        place.empty()
        if job.error is not None:
            raise job.error
        if own is not None:
            own.keep(key, job.result)
        return job.result


@functools.cache
def _ready(live: Callable) -> Callable:
    """`live`, and its picture ready to be sent: once, not once for each who follows."""
    return lambda curves: sent.prepared(live(curves))


def _wait(job: Any, key: tuple, live: Callable | None) -> None:
    name = "_".join(key[:2])  # of the work: a page may wait for two
    row = st.container(horizontal=True, vertical_alignment="center")
    bar = row.progress(0.0, text=_work(job))
    row.button("Stop", icon=":material/stop:", key=f"stop_{name}", on_click=stop, args=(key,))
    chart, shown, said = st.empty(), None, None
    while True:
        slower = 1 + runner().waiting() / CROWD
        if job.wait(slower * (BEAT if job.state == "running" else QUEUE_BEAT)):
            return
        st.session_state.get(
            "stopped"
        )  # a look that Streamlit can end this script at, and that sends nothing
        if turns.newcomers():
            continue
        now = (min(job.done / job.total, 1.0) if job.total else 0.0, _status(job))
        if now != said:
            bar.progress(now[0], text=now[1])
            said = now
        picture = (
            job.drawn(_ready(live), slower * LIVE_BEAT)
            if live is not None and job.state == "running"
            else None
        )
        if picture is not None and picture is not shown:
            chart.vega_lite_chart(picture[st.context.theme.type == "dark"], key=f"live_{name}")
            shown = picture


def _status(job: Any) -> str:
    if job.state == "queued":
        ahead = job.ahead
        return (
            f"Waiting for a free place: {ahead} training{'' if ahead == 1 else 's'} ahead"
            if ahead
            else "Next in line"
        )
    epochs = job.total == getattr(
        job.key[-1], "epochs", job.total
    )  # else it counts parts, seeds, or many trainings
    return (
        f"{'Training: epoch' if epochs else 'Working:'} {job.done} of {job.total}"
        if job.total
        else _work(job)
    )


def _work(job: Any) -> str:
    """What is done; `epochs` is None where nothing is trained."""
    return "Working" if getattr(job.key[-1], "epochs", 0) is None else "Training"

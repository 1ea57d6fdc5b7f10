"""The lesson frame: what every page has in common, so that a page is words, controls, one call and
charts.

page = lesson.start("variance_sweep", "Every network below is the same, ...")
config = page.controls(sweep.Config, ["dataset", "n_seeds"], presets=sweep.PRESETS)
told = page.tell(sweep, config)
page.show(told.story["accuracy-by-std"])
page.end(told)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import streamlit as st

from ..lazy import lazy
from . import (
    course,
    icon,
    own_data,
    predict,
    running,
    seat,
    style,
    visit,
    warm,
)
from .drawn import Drawn
from .lessons import Lesson, lesson
from .outside import SENTENCE, plain
from .running import Telling, View

if TYPE_CHECKING:
    from .told import Told

R = TypeVar("R")
take_home, class_share = lazy("weightkit.ui.take_home"), lazy("weightkit.ui.class_share")
datasets, idle = lazy("weightkit.datasets"), lazy("weightkit.ui.idle")


def start(slug: str, intro: str) -> Page:
    """Set up the page of this lesson: sidebar, title, question, and one to three sentences above
    everything. Call it first.
    """
    entry = lesson(slug)
    course.listed()
    given = icon.cheap()
    st.set_page_config(page_title=f"{entry.title} – weightkit", layout="wide", **given)
    style.apply(predict.commits())
    return Page(entry, intro, bool(given))


class Page(Drawn):
    """One lesson on the screen: places (`Layout`), controls (`Panel`), figures (`Drawn`), a
    question and a run.
    """

    def __init__(self, entry: Lesson, intro: str, has_icon: bool):
        super().__init__(entry, intro)
        seat.enter(self.visit)
        self._has_icon = has_icon
        self._about: Any = None  # what the question is asked of
        self._tolerance = 0.0
        self._offered = False  # to predict again
        self.asked: Any = None  # (view, config) of the question
        self.shown: Any = None  # and its run as it is told

    def _refuse(self, sentence: str) -> NoReturn:
        """Show what is wrong, and end the page there: the controls stay."""
        sentence = plain(sentence, SENTENCE)  # it may quote what a link says
        self._verdict.error(
            sentence[:1].upper() + sentence[1:] + ("" if sentence.endswith(".") else ".")
        )
        self._end()

    def _end(self) -> NoReturn:
        self._top(whole=False)
        st.stop()

    # Predict, run, show

    def predict(
        self,
        question: str,
        options: Sequence[str] = (),
        *,
        number: tuple[float, float] | None = None,
        unit: str = "",
        tolerance: float = 0.0,
    ) -> None:
        """Ask before showing; the page goes on once the reader has answered or asked to be shown.

        options: to choose from, or `number` = (low, high) of what is to be estimated to within
            `tolerance`.
        """
        self._about, self._tolerance = predict.about(question, self._config), tolerance
        if not (predict.of(self.visit.place).shown or self.embedded or self.visit.revealed):
            with self.main:
                predict.ask(
                    self.visit.place, question, self._about, options, number, unit, tolerance
                )
            self._end()

    def judge(self, truth: str | float, because: str) -> None:
        """Judge the committed answer: equal to `truth`, or, for a number, within the tolerance of
        it.

        An answer about other settings is not judged; one is counted once.
        """
        if self.embedded:
            return
        memory = predict.of(self.visit.place)
        right = predict.is_right(memory.answer, truth, self._tolerance)
        verdict = memory.show(self._about, right)
        if verdict is not None:
            with self._verdict:
                predict.tell(self.visit.place, verdict, truth, because)
        if verdict == "earlier":
            self._offer_again(self._verdict)

    def _offer_again(self, place: Any) -> None:
        self._offered = True
        icon = ":material/psychology_alt:"
        place.button(
            "Predict again", on_click=self._again, key="predict_again", type="tertiary", icon=icon
        )

    def _again(self) -> None:
        """Hide the result and ask anew (callback)."""
        here = visit.of_now()
        predict.of(here.place).again()
        here.hide()

    def tell(self, view: View[R], config: Any) -> Told[R]:
        """Ask the view's question; then its run, told.

        The worker tells a run right after the training; who comes later finds both.
        """
        question = view.ask(config)
        self._view = getattr(view, "BASE", None) or view
        self.asked = view, config
        number: Any = {"number": question.number, "tolerance": question.tolerance}
        self.predict(question.text, question.options, unit=question.unit, **number)
        self.shown = told = self.told(view, config)
        if told.story.verdict is not None:
            self.judge(told.story.verdict.truth, told.story.verdict.because)
        return told

    def told(self, view: Telling[R], config: Any) -> Told[R]:
        """The view's run, told, with no question before it: what a reader opens beside another
        view. Drawn with the view's charts.live while it trains, if it has that.
        """
        base = getattr(view, "BASE", None)
        trained = None if base is None else self.told(base, config).result
        live = getattr(getattr(view, "charts", None), "live", None)
        return self.run(running.telling(view, trained), config, live=live)

    def run(
        self, work: Callable[..., R], config: Any, *, live: Callable[..., Any] | None = None
    ) -> R:
        """The result of work(config): shared, kept, with progress and live(curves) -> Figure while
        it trains.
        """
        if own_data.is_own(config):  # from here on the words on the page may be the reader's
            self._config = config
        with self.main:
            try:
                result = running.follow(work, config, live, partial(self._write, whole=False))
            except (ValueError, datasets.DatasetUnavailable) as problem:
                self._refuse(str(problem))
            except Exception:  # the runner has logged it; a reader gets a sentence, not a traceback
                self._refuse(
                    "this run failed for a reason that is ours, not yours; the server has logged it"
                )
        if result is None:
            self._end()
        return result

    def finish(
        self, config: Any = None, frames: Mapping[str, Any] | None = None, recipe: str | None = None
    ) -> None:
        """The end of every page: code, data and downloads, of a run with a `config`; the way on,
        the share panel.
        """
        if config is not None and not self.embedded:
            take_home.section(self, config, frames or {}, recipe or self.lesson.slug)
        self._top(whole=True)

    def _write(self, whole: bool) -> None:
        """Let the link say what is shown."""
        said = [(c, self.settings[c.key]) for c in self._controls]
        self.visit.write([*said, *self.slide.said], whole)

    def _top(self, whole: bool) -> None:
        """What is drawn last although it stands first: the link and notices about it, the score,
        the share panel.

        whole: the page has drawn all its controls.
        """
        if whole:
            self.slide.judge(self.figures, self.visit)
            self.visit.find_strays(seat.OURS)
        self._write(whole)
        for problem in self.visit.problems:
            self._notices.warning(problem, icon=":material/link_off:")
        if (sits := seat.here()) is not None:
            class_share.strip(self, sits)
        if not self.embedded:
            course.show_score(st.sidebar, self.lesson.slug)
            if whole and not self._offered and self._about is not None:
                self._offer_again(self.left)
            course.onward(self.lesson)
            with self.head:
                take_home.share(self)
        else:
            with self._slide:
                self.slide.draw(self.dark)
        if not self._has_icon:
            icon.show()
        warm.begin(self.lesson.slug)
        # A session keeps its page for the callbacks of its widgets, which shall not keep results.
        self.figures, self.slide.rows, self.shown = [], [], None

    def end(
        self, told: Told, recipe: str | None = None, more: Mapping[str, Any] | None = None
    ) -> None:
        """What the run shows, where the usual explanation slips, and the end of the page; more:
        frames of other runs.
        """
        self.conclude(*told.story.shows, made=told.made)
        if told.story.slips:
            self.notes_slip(*told.story.slips)
        self.finish(told.config, told.frames | dict(more or {}), recipe)
        if self._view is not None:
            idle.look(self._view, told.config, self._likely)
